package policy

import "strings"

// Condition keys as the documentation spells them (IAM User Guide, "AWS global
// condition context keys"; Service Authorization Reference, Amazon S3). Names
// are not case-sensitive. What a server has no value for is absent from the
// request.
const conditionKeys = `
	aws:CalledVia aws:CalledViaFirst aws:CalledViaLast aws:CurrentTime aws:EpochTime aws:FederatedProvider
	aws:MultiFactorAuthAge aws:MultiFactorAuthPresent aws:PrincipalAccount aws:PrincipalArn
	aws:PrincipalIsAWSService aws:PrincipalOrgID aws:PrincipalOrgPaths aws:PrincipalServiceName
	aws:PrincipalServiceNamesList aws:PrincipalType aws:Referer aws:RequestedRegion aws:ResourceAccount
	aws:ResourceOrgID aws:ResourceOrgPaths aws:SecureTransport aws:SourceAccount aws:SourceArn aws:SourceIp
	aws:SourceOrgID aws:SourceOrgPaths aws:SourceOwner aws:SourceVpc aws:SourceVpcArn aws:SourceVpce
	aws:TagKeys aws:TokenIssueTime aws:UserAgent aws:userid aws:username aws:ViaAWSService aws:VpcSourceIp
	s3:AccessGrantsInstanceArn s3:AccessPointNetworkOrigin s3:authType s3:BucketKeyEnabled
	s3:DataAccessPointAccount s3:DataAccessPointArn s3:delimiter s3:if-match s3:if-none-match
	s3:InventoryAccessibleOptionalFields s3:JobSuspendedCause s3:LocationConstraint
	s3:max-keys s3:object-lock-legal-hold s3:object-lock-mode s3:object-lock-remaining-retention-days
	s3:object-lock-retain-until-date s3:ObjectCreationOperation s3:prefix s3:RequestObjectTagKeys
	s3:ResourceAccount s3:signatureAge s3:signatureversion s3:TlsVersion s3:VersionId
	s3:x-amz-acl s3:x-amz-content-sha256 s3:x-amz-copy-source s3:x-amz-grant-full-control
	s3:x-amz-grant-read s3:x-amz-grant-read-acp s3:x-amz-grant-write s3:x-amz-grant-write-acp
	s3:x-amz-metadata-directive s3:x-amz-object-ownership s3:x-amz-server-side-encryption
	s3:x-amz-server-side-encryption-aws-kms-key-id s3:x-amz-server-side-encryption-customer-algorithm
	s3:x-amz-storage-class s3:x-amz-website-redirect-location`

// Keys that end in the key of a tag, which is case-sensitive.
var tagKeys = []string{
	"aws:PrincipalTag/", "aws:RequestTag/", "aws:ResourceTag/", "s3:BucketTag/",
	"s3:ExistingObjectTag/", "s3:RequestObjectTag/",
}

// addressKeys are compared with addresses only.
var addressKeys = map[string]bool{"aws:SourceIp": true, "aws:VpcSourceIp": true}

// keyActions are the actions that have a value for a key (Service
// Authorization Reference, Amazon S3), where these are few. A statement that
// names another action with such a key would never mean anything.
var keyActions = func() map[string]map[string]bool {
	m := map[string]map[string]bool{}
	for keys, actions := range map[string]string{
		"s3:prefix s3:delimiter s3:max-keys": "ListBucket ListBucketVersions",
		`s3:x-amz-acl s3:x-amz-grant-full-control s3:x-amz-grant-read s3:x-amz-grant-read-acp s3:x-amz-grant-write
			s3:x-amz-grant-write-acp`: "CreateBucket PutBucketAcl PutObject PutObjectAcl PutObjectVersionAcl",
		"s3:VersionId": `DeleteObjectVersion DeleteObjectVersionTagging GetObjectVersion GetObjectVersionAcl
			GetObjectVersionAttributes GetObjectVersionForReplication GetObjectVersionTagging GetObjectVersionTorrent
			PutObjectVersionAcl PutObjectVersionTagging`,
	} {
		set := map[string]bool{}
		for _, name := range strings.Fields(actions) {
			set["s3:"+lower(name)] = true
		}
		for _, key := range strings.Fields(keys) {
			m[key] = set
		}
	}
	return m
}()

// conditionsApply says whether every action that the statement names without
// wildcards has a value for the keys of its conditions.
func (s *statement) conditionsApply() bool {
	for i := range s.conditions {
		actions := keyActions[s.conditions[i].key]
		for _, p := range s.actions.patterns {
			if actions != nil && !s.actions.not && !p.wild() && !actions[p.tokens[0].text] {
				return false
			}
		}
	}
	return true
}

// spelling maps lower case to the documented form.
var spelling = func() map[string]string {
	m := map[string]string{}
	for _, key := range strings.Fields(conditionKeys) {
		m[lower(key)] = key
	}
	return m
}()

// canonicalKey gives the documented spelling of a key, "" when there is no
// such key.
func canonicalKey(key string) string {
	for _, prefix := range tagKeys {
		if len(key) > len(prefix) && strings.EqualFold(key[:len(prefix)], prefix) {
			return prefix + key[len(prefix):]
		}
	}
	return spelling[lower(key)]
}
