package server_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"spaces/server/sigv4"
)

func TestEveryWriteCanLock(t *testing.T) {
	f := withLocks(t)
	until := inDays(2)
	headers := []string{"X-Amz-Object-Lock-Mode", "COMPLIANCE", "X-Amz-Object-Lock-Retain-Until-Date", until, "X-Amz-Object-Lock-Legal-Hold", "ON"}
	f.want(200, "PUT", "/media/put", "x", headers...)
	f.want(200, "PUT", "/media/copy", "", append(headers, "X-Amz-Copy-Source", "/media/put")...)
	upload := first(f.want(200, "POST", "/media/parts?uploads", "", headers...).body, "UploadId")
	f.want(200, "POST", "/media/parts?uploadId="+upload, completeDoc(f.part("/media/parts", upload, 1, "part")))
	form := newForm("key", "form", "x-amz-object-lock-mode", "COMPLIANCE", "x-amz-object-lock-retain-until-date", until, "x-amz-object-lock-legal-hold", "ON")
	if a := f.do("POST", "/media", form.body("x"), "Content-Type", formType); a.StatusCode != 204 {
		t.Fatal(a.StatusCode, a.body)
	}
	for _, key := range []string{"put", "copy", "parts", "form"} {
		f.wantLock("/media/"+key, "COMPLIANCE", until, "ON")
	}
	f.want(200, "PUT", "/media/plain", "", "X-Amz-Copy-Source", "/media/put")
	f.wantLock("/media/plain", "", "", "") // a lock is not copied
}

func TestBadLockHeadersAreRefused(t *testing.T) {
	f := withLocks(t)
	mode, until, hold := "X-Amz-Object-Lock-Mode", "X-Amz-Object-Lock-Retain-Until-Date", "X-Amz-Object-Lock-Legal-Hold"
	for _, headers := range [][]string{
		{mode, "GOVERNANCE"}, {until, inDays(1)}, {hold, "on"}, {mode, "governance", until, inDays(1)}, {mode, "GOVERNANCE", until, "tomorrow"},
		{mode, "GOVERNANCE", until, inDays(-1)}, {mode, "GOVERNANCE", until, "9999-12-31T00:00:00Z"},
	} {
		f.refuse(400, "InvalidArgument", "PUT", "/media/a", "x", headers...)
	}
	f.refuse(501, "NotImplemented", "PUT", "/media/a", "x", "X-Amz-Object-Lock-Other", "x")
	req := f.request("PUT", "/media/a", "x", mode, "GOVERNANCE", until, inDays(1))
	unsigned := func(req *http.Request) *http.Request {
		sigv4.Sign(req, accessKey, secretKey, region, sigv4.UnsignedPayload, time.Now())
		return req
	}
	f.refused(f.send(unsigned(req)), 400, "InvalidRequest")
	f.refuse(404, "NoSuchKey", "GET", "/media/a", "")
	req = f.request("PUT", "/media/a", "x", mode, "GOVERNANCE", until, inDays(1), "Content-Md5", md5Base64("x"))
	if a := f.send(unsigned(req)); a.StatusCode != 200 {
		t.Error(a.StatusCode, a.body)
	}
}

func TestTheDefaultRetentionIsThatOfNewVersions(t *testing.T) {
	f := withLocks(t)
	old := f.putVersion("/media/a", "old")
	f.want(200, "PUT", "/media?object-lock", lockDoc(defaultRule("<Mode>GOVERNANCE</Mode><Days>7</Days>")))
	f.wantLock("/media/a?versionId="+old, "", "", "")
	from := time.Now().AddDate(0, 0, 7).Add(-time.Second)
	f.putVersion("/media/a", "new")
	until, err := time.Parse(time.RFC3339, f.want(200, "HEAD", "/media/a", "").Header.Get("X-Amz-Object-Lock-Retain-Until-Date"))
	if err != nil || until.Before(from) || until.After(time.Now().AddDate(0, 0, 7)) {
		t.Error(until, err)
	}
	f.want(200, "PUT", "/media/copy", "", "X-Amz-Copy-Source", "/media/a?versionId="+old)
	upload := f.begin("/media/parts")
	f.want(200, "POST", "/media/parts?uploadId="+upload, completeDoc(f.part("/media/parts", upload, 1, "part")))
	for _, key := range []string{"copy", "parts"} {
		id := f.want(200, "HEAD", "/media/"+key, "").Header.Get("X-Amz-Version-Id")
		f.refuse(403, "AccessDenied", "DELETE", "/media/"+key+"?versionId="+id, "")
	}
	own := inDays(1)
	f.want(200, "PUT", "/media/own", "x", "X-Amz-Object-Lock-Mode", "COMPLIANCE", "X-Amz-Object-Lock-Retain-Until-Date", own)
	f.wantLock("/media/own", "COMPLIANCE", own, "")
	f.want(200, "PUT", "/media?object-lock", lockDoc(""))
	f.want(200, "PUT", "/media/after", "x")
	f.wantLock("/media/after", "", "", "")
}

func TestLocksAreShownToThoseWhoMayKnow(t *testing.T) {
	f := withLocks(t)
	f.want(200, "PUT", "/media/a", "x", "X-Amz-Acl", "public-read", "X-Amz-Object-Lock-Legal-Hold", "ON",
		"X-Amz-Object-Lock-Mode", "GOVERNANCE", "X-Amz-Object-Lock-Retain-Until-Date", inDays(1))
	a := f.anonymous("GET", "/media/a", "")
	if a.StatusCode != 200 {
		t.Fatal(a.StatusCode)
	}
	for name := range a.Header {
		if strings.HasPrefix(name, "X-Amz-Object-Lock-") {
			t.Error(name)
		}
	}
	f.refused(f.anonymous("GET", "/media/a?retention", ""), 403, "AccessDenied")
}

func TestSDKObjectLock(t *testing.T) {
	sdk(t, func(t *testing.T, f *fixture, c *s3.Client) {
		ctx := context.Background()
		media, key := aws.String("media"), aws.String("dir/a")
		until := time.Now().AddDate(0, 0, 3).Truncate(time.Second)
		must[*s3.CreateBucketOutput](t)(c.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: media, ObjectLockEnabledForBucket: aws.Bool(true)}))
		must[*s3.PutObjectLockConfigurationOutput](t)(c.PutObjectLockConfiguration(ctx, &s3.PutObjectLockConfigurationInput{Bucket: media,
			ObjectLockConfiguration: &types.ObjectLockConfiguration{ObjectLockEnabled: types.ObjectLockEnabledEnabled, Rule: &types.ObjectLockRule{
				DefaultRetention: &types.DefaultRetention{Mode: types.ObjectLockRetentionModeGovernance, Days: aws.Int32(1)}}}}))
		conf := must[*s3.GetObjectLockConfigurationOutput](t)(c.GetObjectLockConfiguration(ctx, &s3.GetObjectLockConfigurationInput{Bucket: media}))
		if d := conf.ObjectLockConfiguration.Rule.DefaultRetention; *d.Days != 1 || d.Mode != types.ObjectLockRetentionModeGovernance {
			t.Errorf("%+v", d)
		}
		put := must[*s3.PutObjectOutput](t)(c.PutObject(ctx, &s3.PutObjectInput{Bucket: media, Key: key, Body: strings.NewReader("x"), ChecksumAlgorithm: types.ChecksumAlgorithmCrc32,
			ObjectLockMode: types.ObjectLockModeGovernance, ObjectLockRetainUntilDate: &until, ObjectLockLegalHoldStatus: types.ObjectLockLegalHoldStatusOn}))
		head := must[*s3.HeadObjectOutput](t)(c.HeadObject(ctx, &s3.HeadObjectInput{Bucket: media, Key: key}))
		if head.ObjectLockMode != types.ObjectLockModeGovernance || !head.ObjectLockRetainUntilDate.Equal(until) || head.ObjectLockLegalHoldStatus != types.ObjectLockLegalHoldStatusOn {
			t.Errorf("%+v", head)
		}
		must[*s3.PutObjectLegalHoldOutput](t)(c.PutObjectLegalHold(ctx, &s3.PutObjectLegalHoldInput{Bucket: media, Key: key,
			LegalHold: &types.ObjectLockLegalHold{Status: types.ObjectLockLegalHoldStatusOff}}))
		hold := must[*s3.GetObjectLegalHoldOutput](t)(c.GetObjectLegalHold(ctx, &s3.GetObjectLegalHoldInput{Bucket: media, Key: key, VersionId: put.VersionId}))
		if hold.LegalHold.Status != types.ObjectLockLegalHoldStatusOff {
			t.Error(hold.LegalHold.Status)
		}
		later := until.AddDate(0, 0, 1)
		must[*s3.PutObjectRetentionOutput](t)(c.PutObjectRetention(ctx, &s3.PutObjectRetentionInput{Bucket: media, Key: key,
			Retention: &types.ObjectLockRetention{Mode: types.ObjectLockRetentionModeGovernance, RetainUntilDate: &later}}))
		got := must[*s3.GetObjectRetentionOutput](t)(c.GetObjectRetention(ctx, &s3.GetObjectRetentionInput{Bucket: media, Key: key}))
		if !got.Retention.RetainUntilDate.Equal(later) {
			t.Error(got.Retention.RetainUntilDate)
		}
		if _, err := c.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: media, Key: key, VersionId: put.VersionId}); code(err) != "AccessDenied" {
			t.Error(err)
		}
		must[*s3.DeleteObjectOutput](t)(c.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: media, Key: key, VersionId: put.VersionId, BypassGovernanceRetention: aws.Bool(true)}))
		must[*s3.DeleteBucketOutput](t)(c.DeleteBucket(ctx, &s3.DeleteBucketInput{Bucket: media}))
	})
}
