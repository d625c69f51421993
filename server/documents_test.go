package server_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

func tagSet(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "<Tag><Key>k%d</Key><Value>v</Value></Tag>", i)
	}
	return "<Tagging><TagSet>" + b.String() + "</TagSet></Tagging>"
}

func TestTagsOfASpace(t *testing.T) {
	f := withSpace(t)
	f.refuse(404, "NoSuchTagSet", "GET", "/media?tagging", "")
	f.want(204, "PUT", "/media?tagging", tagSet(50))
	if a := f.want(200, "GET", "/media?tagging", ""); len(between(a.body, "Key")) != 50 {
		t.Error(a.body)
	}
	before := f.dump()
	for _, c := range []struct{ code, doc string }{
		{"MalformedXML", ""}, {"MalformedXML", "<Tagging/>"}, {"MalformedXML", tagSet(1) + "x"}, {"BadRequest", tagSet(51)},
		{"InvalidTag", strings.Replace(tagSet(2), "k1", "k0", 1)}, {"InvalidTag", strings.Replace(tagSet(1), "k0", "aws:x", 1)},
	} {
		f.refuse(400, c.code, "PUT", "/media?tagging", c.doc)
	}
	if f.dump() != before {
		t.Error("a refused document changed something")
	}
	f.want(204, "DELETE", "/media?tagging", "")
	f.refuse(404, "NoSuchTagSet", "GET", "/media?tagging", "")
	f.want(204, "PUT", "/media?tagging", tagSet(1))
	for range 2 { // no tags are no set
		f.want(204, "PUT", "/media?tagging", tagSet(0))
		f.refuse(404, "NoSuchTagSet", "GET", "/media?tagging", "")
	}
}

func TestEncryptionConfiguration(t *testing.T) {
	f := newFixture(t, withMasters(t, false))
	f.want(200, "PUT", "/media", "")
	doc := func(inside string) string {
		return "<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault>" + inside + "</ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>"
	}
	const aes = "<SSEAlgorithm>AES256</SSEAlgorithm>"
	f.refuse(404, "ServerSideEncryptionConfigurationNotFoundError", "GET", "/media?encryption", "")
	f.want(200, "PUT", "/media?encryption", doc(aes))
	if a := f.want(200, "GET", "/media?encryption", ""); first(a.body, "SSEAlgorithm") != "AES256" {
		t.Error(a.body)
	}
	before := f.dump()
	f.refuse(501, "NotImplemented", "PUT", "/media?encryption", doc("<SSEAlgorithm>aws:kms</SSEAlgorithm>"))
	f.refuse(501, "NotImplemented", "PUT", "/media?encryption", doc("<SSEAlgorithm>aws:kms:dsse</SSEAlgorithm><KMSMasterKeyID>k</KMSMasterKeyID>"))
	f.refuse(400, "InvalidArgument", "PUT", "/media?encryption", doc(aes+"<KMSMasterKeyID>k</KMSMasterKeyID>"))
	for _, bad := range []string{"", "<Other/>", "<ServerSideEncryptionConfiguration/>", doc(""), doc("<SSEAlgorithm>ROT13</SSEAlgorithm>"), doc(aes + aes), doc(aes) + "x", strings.Replace(doc(aes), "<Rule>", "<Rule/><Rule>", 1),
		"<ServerSideEncryptionConfiguration><Rule><BlockedEncryptionTypes><EncryptionType>SSE-S3</EncryptionType></BlockedEncryptionTypes></Rule></ServerSideEncryptionConfiguration>"} {
		f.refuse(400, "MalformedXML", "PUT", "/media?encryption", bad)
	}
	if f.dump() != before {
		t.Error("a refused document changed something")
	}
	f.want(204, "DELETE", "/media?encryption", "")
	f.refuse(404, "ServerSideEncryptionConfigurationNotFoundError", "GET", "/media?encryption", "")
}

func TestLoggingConfiguration(t *testing.T) {
	f := withSpace(t)
	f.want(200, "PUT", "/logs", "")
	f.want(200, "PUT", "/far", "<CreateBucketConfiguration><LocationConstraint>nyc3</LocationConstraint></CreateBucketConfiguration>")
	doc := func(bucket, more string) string {
		return "<BucketLoggingStatus><LoggingEnabled><TargetBucket>" + bucket + "</TargetBucket><TargetPrefix>a/</TargetPrefix>" + more + "</LoggingEnabled></BucketLoggingStatus>"
	}
	f.want(200, "PUT", "/media?logging", doc("logs", "<TargetGrants>"+full+strings.Replace(group, "READ", "WRITE", 1)+"</TargetGrants><TargetObjectKeyFormat><SimplePrefix/></TargetObjectKeyFormat>"))
	a := f.want(200, "GET", "/media?logging", "")
	if first(a.body, "TargetBucket") != "logs" || first(a.body, "TargetPrefix") != "a/" || !strings.Contains(a.body, `xsi:type="Group"`) {
		t.Error(a.body)
	}
	f.want(200, "PUT", "/media?logging", a.body)
	before := f.dump()
	f.refuse(400, "InvalidTargetBucketForLogging", "PUT", "/media?logging", doc("missing", ""))
	f.refuse(400, "InvalidTargetBucketForLogging", "PUT", "/media?logging", doc("far", ""))
	f.refuse(400, "InvalidArgument", "PUT", "/media?logging", strings.Replace(doc("logs", ""), "a/", "../", 1))
	f.refuse(400, "InvalidArgument", "PUT", "/media?logging", doc("logs", "<TargetGrants>"+strings.Replace(full, "<ID>owner<", "<ID>x<", 1)+"</TargetGrants>"))
	for _, bad := range []string{"", "<Other/>", doc("", ""), doc("logs", "<X/>"), "<BucketLoggingStatus>x</BucketLoggingStatus>", doc("logs", "<TargetGrants>"+strings.Replace(full, "FULL_CONTROL", "READ_ACP", 1)+"</TargetGrants>")} {
		f.refuse(400, "MalformedXML", "PUT", "/media?logging", bad)
	}
	if f.dump() != before {
		t.Error("a refused document changed something")
	}
	f.want(200, "PUT", "/media?logging", "<BucketLoggingStatus/>")
	if a := f.want(200, "GET", "/media?logging", ""); strings.Contains(a.body, "LoggingEnabled") {
		t.Error(a.body)
	}
}

func expiry(filter, days string) string {
	return "<LifecycleConfiguration><Rule><ID>old &amp; gone</ID><Status>Enabled</Status><Filter>" + filter + "</Filter><Expiration><Days>" + days + "</Days></Expiration></Rule></LifecycleConfiguration>"
}

func TestLifecycleConfiguration(t *testing.T) {
	f := withSpace(t)
	f.refuse(404, "NoSuchLifecycleConfiguration", "GET", "/media?lifecycle", "")
	f.want(200, "PUT", "/media?lifecycle", expiry("<Prefix>tmp/</Prefix>", "3"))
	a := f.want(200, "GET", "/media?lifecycle", "")
	if first(a.body, "ID") != "old & gone" || first(a.body, "Prefix") != "tmp/" || first(a.body, "Days") != "3" {
		t.Error(a.body)
	}
	f.want(200, "PUT", "/media?lifecycle", a.body)
	before := f.dump()
	for _, c := range []struct {
		status    int
		code, doc string
	}{
		{400, "MalformedXML", ""}, {400, "MalformedXML", "<Other/>"}, {400, "MalformedXML", "<LifecycleConfiguration/>"},
		{400, "MalformedXML", strings.Replace(expiry("", "3"), "<Status>", "<Surprise/><Status>", 1)},
		{400, "InvalidArgument", expiry("", "0")},
		{501, "NotImplemented", strings.NewReplacer("<Expiration>", "<Transition><StorageClass>GLACIER</StorageClass>", "</Expiration>", "</Transition>").Replace(expiry("", "3"))},
	} {
		f.refuse(c.status, c.code, "PUT", "/media?lifecycle", c.doc)
	}
	if f.dump() != before {
		t.Error("a refused document changed something")
	}
	f.want(204, "DELETE", "/media?lifecycle", "")
	f.refuse(404, "NoSuchLifecycleConfiguration", "GET", "/media?lifecycle", "")
}

func TestObjectsSayWhenTheyExpire(t *testing.T) {
	f := withSpace(t)
	f.want(200, "PUT", "/media?lifecycle", strings.Replace(expiry("<Prefix>tmp/</Prefix>", "3"), "</Rule>", "<AbortIncompleteMultipartUpload><DaysAfterInitiation>2</DaysAfterInitiation></AbortIncompleteMultipartUpload></Rule>", 1))
	upload := f.begin("/media/tmp/b")
	for _, a := range []answer{
		f.want(200, "PUT", "/media/tmp/a", "x"), f.want(200, "GET", "/media/tmp/a", ""), f.want(200, "HEAD", "/media/tmp/a", ""),
		f.want(200, "PUT", "/media/tmp/c", "", "X-Amz-Copy-Source", "media/tmp/a"),
		f.want(200, "POST", "/media/tmp/b?uploadId="+upload, completeDoc(f.part("/media/tmp/b", upload, 1, "x"))),
	} {
		if v := a.Header.Get("X-Amz-Expiration"); !strings.HasPrefix(v, `expiry-date="`) || !strings.HasSuffix(v, `rule-id="old%20%26%20gone"`) {
			t.Errorf("%s: %q", a.Request.Method, v)
		}
	}
	a := f.want(200, "POST", "/media/tmp/b?uploads", "")
	if a.Header.Get("X-Amz-Abort-Date") == "" || a.Header.Get("X-Amz-Abort-Rule-Id") == "" {
		t.Error(a.Header)
	}
	f.want(200, "PUT", "/media/other", "x")
	if v := f.want(200, "GET", "/media/other", "").Header.Get("X-Amz-Expiration"); v != "" {
		t.Error(v)
	}
}

// TestSDKDocuments sends every document with the client of AWS and reads it back.
func TestSDKDocuments(t *testing.T) {
	sdk(t, func(t *testing.T, f *fixture, c *s3.Client) {
		ctx := context.Background()
		media := aws.String("media")
		must[*s3.CreateBucketOutput](t)(c.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: media}))

		doc := policyDoc(statement("Allow", "GetObject", "media/*", ""))
		must[*s3.PutBucketPolicyOutput](t)(c.PutBucketPolicy(ctx, &s3.PutBucketPolicyInput{Bucket: media, Policy: &doc}))
		if got := must[*s3.GetBucketPolicyOutput](t)(c.GetBucketPolicy(ctx, &s3.GetBucketPolicyInput{Bucket: media})); *got.Policy != doc {
			t.Error(*got.Policy)
		}
		if got := must[*s3.GetBucketPolicyStatusOutput](t)(c.GetBucketPolicyStatus(ctx, &s3.GetBucketPolicyStatusInput{Bucket: media})); !*got.PolicyStatus.IsPublic {
			t.Error("the policy is not public")
		}

		rule := types.CORSRule{AllowedOrigins: []string{"https://*.example.com"}, AllowedMethods: []string{"GET", "PUT"}, AllowedHeaders: []string{"*"}, ExposeHeaders: []string{"ETag"}, MaxAgeSeconds: aws.Int32(60), ID: aws.String("r")}
		must[*s3.PutBucketCorsOutput](t)(c.PutBucketCors(ctx, &s3.PutBucketCorsInput{Bucket: media, CORSConfiguration: &types.CORSConfiguration{CORSRules: []types.CORSRule{rule}}}))
		if got := must[*s3.GetBucketCorsOutput](t)(c.GetBucketCors(ctx, &s3.GetBucketCorsInput{Bucket: media})).CORSRules; len(got) != 1 || got[0].AllowedOrigins[0] != rule.AllowedOrigins[0] || *got[0].MaxAgeSeconds != 60 || got[0].AllowedHeaders[0] != "*" {
			t.Error(got)
		}

		must[*s3.PutBucketLifecycleConfigurationOutput](t)(c.PutBucketLifecycleConfiguration(ctx, &s3.PutBucketLifecycleConfigurationInput{Bucket: media, LifecycleConfiguration: &types.BucketLifecycleConfiguration{
			Rules: []types.LifecycleRule{{ID: aws.String("x"), Status: "Enabled", Filter: &types.LifecycleRuleFilter{And: &types.LifecycleRuleAndOperator{Prefix: aws.String("a/"), Tags: []types.Tag{{Key: aws.String("k"), Value: aws.String("v")}}}}, Expiration: &types.LifecycleExpiration{Days: aws.Int32(5)}}},
		}}))
		if got := must[*s3.GetBucketLifecycleConfigurationOutput](t)(c.GetBucketLifecycleConfiguration(ctx, &s3.GetBucketLifecycleConfigurationInput{Bucket: media})).Rules; len(got) != 1 || *got[0].Expiration.Days != 5 || *got[0].Filter.And.Tags[0].Key != "k" {
			t.Error(got)
		}

		must[*s3.PutBucketTaggingOutput](t)(c.PutBucketTagging(ctx, &s3.PutBucketTaggingInput{Bucket: media, Tagging: &types.Tagging{TagSet: []types.Tag{{Key: aws.String("k"), Value: aws.String("é")}}}}))
		if got := must[*s3.GetBucketTaggingOutput](t)(c.GetBucketTagging(ctx, &s3.GetBucketTaggingInput{Bucket: media})).TagSet; len(got) != 1 || *got[0].Value != "é" {
			t.Error(got)
		}

		must[*s3.PutPublicAccessBlockOutput](t)(c.PutPublicAccessBlock(ctx, &s3.PutPublicAccessBlockInput{Bucket: media, PublicAccessBlockConfiguration: &types.PublicAccessBlockConfiguration{BlockPublicAcls: aws.Bool(true)}}))
		if got := must[*s3.GetPublicAccessBlockOutput](t)(c.GetPublicAccessBlock(ctx, &s3.GetPublicAccessBlockInput{Bucket: media})).PublicAccessBlockConfiguration; !*got.BlockPublicAcls || *got.BlockPublicPolicy {
			t.Error(got)
		}
		must[*s3.DeletePublicAccessBlockOutput](t)(c.DeletePublicAccessBlock(ctx, &s3.DeletePublicAccessBlockInput{Bucket: media}))

		must[*s3.PutBucketAclOutput](t)(c.PutBucketAcl(ctx, &s3.PutBucketAclInput{Bucket: media, AccessControlPolicy: &types.AccessControlPolicy{Owner: &types.Owner{ID: aws.String("owner")}, Grants: []types.Grant{
			{Grantee: &types.Grantee{Type: types.TypeGroup, URI: aws.String(logDelivery)}, Permission: types.PermissionReadAcp},
		}}}))
		if got := must[*s3.GetBucketAclOutput](t)(c.GetBucketAcl(ctx, &s3.GetBucketAclInput{Bucket: media})).Grants; len(got) != 1 || *got[0].Grantee.URI != logDelivery || got[0].Permission != "READ_ACP" || got[0].Grantee.Type != "Group" {
			t.Error(got)
		}

		must[*s3.PutBucketOwnershipControlsOutput](t)(c.PutBucketOwnershipControls(ctx, &s3.PutBucketOwnershipControlsInput{Bucket: media, OwnershipControls: &types.OwnershipControls{Rules: []types.OwnershipControlsRule{{ObjectOwnership: "ObjectWriter"}}}}))
		if got := must[*s3.GetBucketOwnershipControlsOutput](t)(c.GetBucketOwnershipControls(ctx, &s3.GetBucketOwnershipControlsInput{Bucket: media})).OwnershipControls.Rules; got[0].ObjectOwnership != "ObjectWriter" {
			t.Error(got)
		}

		must[*s3.PutBucketEncryptionOutput](t)(c.PutBucketEncryption(ctx, &s3.PutBucketEncryptionInput{Bucket: media, ServerSideEncryptionConfiguration: &types.ServerSideEncryptionConfiguration{Rules: []types.ServerSideEncryptionRule{{ApplyServerSideEncryptionByDefault: &types.ServerSideEncryptionByDefault{SSEAlgorithm: "AES256"}}}}}))
		if got := must[*s3.GetBucketEncryptionOutput](t)(c.GetBucketEncryption(ctx, &s3.GetBucketEncryptionInput{Bucket: media})).ServerSideEncryptionConfiguration.Rules; got[0].ApplyServerSideEncryptionByDefault.SSEAlgorithm != "AES256" {
			t.Error(got)
		}

		must[*s3.PutBucketLoggingOutput](t)(c.PutBucketLogging(ctx, &s3.PutBucketLoggingInput{Bucket: media, BucketLoggingStatus: &types.BucketLoggingStatus{LoggingEnabled: &types.LoggingEnabled{TargetBucket: media, TargetPrefix: aws.String("log/")}}}))
		if got := must[*s3.GetBucketLoggingOutput](t)(c.GetBucketLogging(ctx, &s3.GetBucketLoggingInput{Bucket: media})).LoggingEnabled; *got.TargetBucket != "media" {
			t.Error(got)
		}
	}, withMasters(t, false))
}
