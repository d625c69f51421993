package server_test

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// TestSDKLocksByDefaultAndForGood: a default of the Space, a mode that nobody
// passes, and locks in the way of a DeleteObjects.
func TestSDKLocksByDefaultAndForGood(t *testing.T) {
	sdk(t, func(t *testing.T, f *fixture, c *s3.Client) {
		ctx, space, key := t.Context(), aws.String("locked"), aws.String("a")
		until := time.Now().Add(time.Hour).UTC().Truncate(time.Second)
		sure(c.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: space, ObjectLockEnabledForBucket: aws.Bool(true)}))(t)
		rule := &types.ObjectLockRule{DefaultRetention: &types.DefaultRetention{Mode: "GOVERNANCE", Days: aws.Int32(1)}}
		sure(c.PutObjectLockConfiguration(ctx, &s3.PutObjectLockConfigurationInput{Bucket: space, ObjectLockConfiguration: &types.ObjectLockConfiguration{ObjectLockEnabled: "Enabled", Rule: rule}}))(t)
		byDefault := sure(c.PutObject(ctx, &s3.PutObjectInput{Bucket: space, Key: key, Body: strings.NewReader("x")}))(t)
		asked := sure(c.PutObject(ctx, &s3.PutObjectInput{Bucket: space, Key: key, Body: strings.NewReader("x"),
			ObjectLockMode: "COMPLIANCE", ObjectLockRetainUntilDate: &until, ObjectLockLegalHoldStatus: "ON"}))(t)
		head := sure(c.HeadObject(ctx, &s3.HeadObjectInput{Bucket: space, Key: key}))(t)
		if head.ObjectLockMode != "COMPLIANCE" || !head.ObjectLockRetainUntilDate.Equal(until) || head.ObjectLockLegalHoldStatus != "ON" {
			t.Errorf("%+v", head)
		}
		remove := func(version *string, bypass bool) error {
			_, err := c.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: space, Key: key, VersionId: version, BypassGovernanceRetention: &bypass})
			return err
		}
		wantCode(t, "delete by default", remove(byDefault.VersionId, false), "AccessDenied")
		wantCode(t, "delete with bypass", remove(byDefault.VersionId, true), "")
		wantCode(t, "delete of a compliant one", remove(asked.VersionId, true), "AccessDenied")
		_, err := c.PutObjectRetention(ctx, &s3.PutObjectRetentionInput{Bucket: space, Key: key, BypassGovernanceRetention: aws.Bool(true),
			Retention: &types.ObjectLockRetention{Mode: "GOVERNANCE", RetainUntilDate: &until}})
		wantCode(t, "weaker retention", err, "AccessDenied")
		longer := until.Add(time.Hour)
		sure(c.PutObjectRetention(ctx, &s3.PutObjectRetentionInput{Bucket: space, Key: key, Retention: &types.ObjectLockRetention{Mode: "COMPLIANCE", RetainUntilDate: &longer}}))(t)
		if got := sure(c.GetObjectRetention(ctx, &s3.GetObjectRetentionInput{Bucket: space, Key: key}))(t).Retention; !got.RetainUntilDate.Equal(longer) {
			t.Errorf("%+v", got)
		}
		bulk := sure(c.DeleteObjects(ctx, &s3.DeleteObjectsInput{Bucket: space, BypassGovernanceRetention: aws.Bool(true),
			Delete: &types.Delete{Objects: []types.ObjectIdentifier{{Key: key, VersionId: asked.VersionId}, {Key: key}}}}))(t)
		if len(bulk.Errors) != 1 || *bulk.Errors[0].Code != "AccessDenied" || len(bulk.Deleted) != 1 || !*bulk.Deleted[0].DeleteMarker {
			t.Errorf("%+v %+v", bulk.Deleted, bulk.Errors)
		}
	})
}
