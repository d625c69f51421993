package policy

import "strings"

// Actions of S3 by the resource they are about (Service Authorization
// Reference, "Actions, resources, and condition keys for Amazon S3"), as far
// as they concern buckets and objects.
const bucketActions = `
	CreateBucket DeleteBucket DeleteBucketMetadataTableConfiguration DeleteBucketPolicy DeleteBucketWebsite
	GetAccelerateConfiguration GetAnalyticsConfiguration GetBucketAcl GetBucketCORS GetBucketLocation
	GetBucketLogging GetBucketMetadataTableConfiguration GetBucketNotification GetBucketObjectLockConfiguration
	GetBucketOwnershipControls GetBucketPolicy GetBucketPolicyStatus GetBucketPublicAccessBlock
	GetBucketRequestPayment GetBucketTagging GetBucketVersioning GetBucketWebsite GetEncryptionConfiguration
	GetIntelligentTieringConfiguration GetInventoryConfiguration GetLifecycleConfiguration
	GetMetricsConfiguration GetReplicationConfiguration ListBucket ListBucketMultipartUploads
	ListBucketVersions ListTagsForResource PutAccelerateConfiguration PutAnalyticsConfiguration PutBucketAcl
	PutBucketCORS PutBucketLogging PutBucketNotification PutBucketObjectLockConfiguration
	PutBucketOwnershipControls PutBucketPolicy PutBucketPublicAccessBlock PutBucketRequestPayment
	PutBucketTagging PutBucketVersioning PutBucketWebsite PutEncryptionConfiguration
	PutIntelligentTieringConfiguration PutInventoryConfiguration PutLifecycleConfiguration
	PutMetricsConfiguration PutReplicationConfiguration TagResource UntagResource
	UpdateBucketMetadataInventoryTableConfiguration UpdateBucketMetadataJournalTableConfiguration
	CreateBucketMetadataTableConfiguration`

const objectActions = `
	AbortMultipartUpload BypassGovernanceRetention DeleteObject DeleteObjectTagging DeleteObjectVersion
	DeleteObjectVersionTagging GetObject GetObjectAcl GetObjectAttributes GetObjectLegalHold
	GetObjectRetention GetObjectTagging GetObjectTorrent GetObjectVersion GetObjectVersionAcl
	GetObjectVersionAttributes GetObjectVersionForReplication GetObjectVersionTagging GetObjectVersionTorrent
	InitiateReplication ListMultipartUploadParts ObjectOwnerOverrideToBucketOwner PutObject PutObjectAcl
	PutObjectLegalHold PutObjectRetention PutObjectTagging PutObjectVersionAcl PutObjectVersionTagging
	RenameObject ReplicateDelete ReplicateObject ReplicateTags RestoreObject UpdateObjectEncryption`

type actionName struct {
	name   string // lower case, with "s3:"
	object bool   // about objects, not about the Space
}

var actionNames = func() (all []actionName) {
	for _, name := range strings.Fields(bucketActions) {
		all = append(all, actionName{"s3:" + lower(name), false})
	}
	for _, name := range strings.Fields(objectActions) {
		all = append(all, actionName{"s3:" + lower(name), true})
	}
	return all
}()

// KnownAction says whether name ("s3:GetObject", in any case) is an action
// that policies can speak of.
func KnownAction(name string) bool {
	name = lower(name)
	for _, a := range actionNames {
		if a.name == name {
			return true
		}
	}
	return false
}

// lower is for names of actions and keys, which are ASCII and not
// case-sensitive.
func lower(s string) string { return strings.ToLower(s) }

// parseActions reads Action or NotAction. Each pattern must mean a known
// action.
func (d *document) parseActions(v *value, not bool) (set, error) {
	texts, err := v.strings()
	if err != nil || len(texts) == 0 {
		return set{}, errAction
	}
	s := set{not: not}
	for _, text := range texts {
		p := compile(lower(text), true, false)
		if len(matching(p)) == 0 {
			return set{}, errAction
		}
		s.patterns = append(s.patterns, p)
	}
	return s, nil
}

func matching(p pattern) (found []actionName) {
	for _, a := range actionNames {
		if p.match(a.name, nil) {
			found = append(found, a)
		}
	}
	return found
}

// applicable checks that every action finds a resource of its kind among the
// resources of its statement.
func (d *document) applicable(s *statement) error {
	if s.actions.not || s.resources.not {
		return nil
	}
	bucket, objects := false, false
	for _, r := range s.resources.patterns {
		bucket = bucket || r.reaches(d.space, true)
		objects = objects || r.reaches(d.space+"/", false)
	}
	for _, p := range s.actions.patterns {
		ok := false
		for _, a := range matching(p) {
			ok = ok || a.object && objects || !a.object && bucket
		}
		if !ok {
			return errNotApplicable
		}
	}
	return nil
}
