package server_test

import (
	"context"
	"fmt"
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
	f.putLocked("/media/put", "x", headers...)
	f.want(200, "PUT", "/media/copy", "", append(headers, "X-Amz-Copy-Source", "/media/put")...)
	upload := first(f.want(200, "POST", "/media/parts?uploads", "", headers...).body, "UploadId")
	f.want(200, "POST", "/media/parts?uploadId="+upload, completeDoc(f.part("/media/parts", upload, 1, "part", "Content-Md5", md5Base64("part"))))
	form := newForm("key", "form", "x-amz-object-lock-mode", "COMPLIANCE", "x-amz-object-lock-retain-until-date", until, "x-amz-object-lock-legal-hold", "ON", "content-md5", md5Base64("x"))
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
	f.refuse(404, "NoSuchKey", "GET", "/media/a", "")
}

// The hash in the signature is not enough on Amazon.
func TestWhatIsKeptNeedsADigest(t *testing.T) {
	f := withLocks(t)
	retained := []string{"X-Amz-Object-Lock-Mode", "GOVERNANCE", "X-Amz-Object-Lock-Retain-Until-Date", inDays(1)}
	const says = "Content-MD5 OR x-amz-checksum- HTTP header is required for Put %s requests with Object Lock parameters"
	write := func(name string, locks ...string) {
		t.Helper()
		upload := f.begin("/media/a", locks...)
		part := "/media/a?partNumber=1&uploadId=" + upload
		refused := map[string]answer{"Part": f.do("PUT", part, "x"), "Object": f.do("PUT", "/media/a", "x", locks...)}
		unsigned := f.request("PUT", "/media/a", "x", locks...)
		sigv4.Sign(unsigned, accessKey, secretKey, region, sigv4.UnsignedPayload, time.Now())
		for what, a := range refused {
			if f.refused(a, 400, "InvalidRequest"); first(a.body, "Message") != fmt.Sprintf(says, what) {
				t.Error(name, a.body)
			}
		}
		f.refused(f.send(unsigned), 400, "InvalidRequest")
		form := newForm(append([]string{"key", "form"}, locks...)...)
		f.refused(f.do("POST", "/media", form.body("x"), "Content-Type", formType), 400, "InvalidRequest")
		f.wantVersions("")
		for header, value := range map[string]string{"Content-Md5": md5Base64("x"), sumHeader("CRC32"): digest("CRC32", "x")} {
			f.want(200, "PUT", part, "x", header, value)
			f.want(200, "PUT", "/media/a", "x", append([]string{header, value}, locks...)...)
			if a := f.do("POST", "/media", form.set(header, value).body("x"), "Content-Type", formType); a.StatusCode != 204 {
				t.Error(name, a.StatusCode, a.body)
			}
			form.set(header, "")
		}
		f.want(200, "PUT", part, "", "X-Amz-Copy-Source", "/media/a")
		f.want(200, "PUT", "/media/copy", "", append([]string{"X-Amz-Copy-Source", "/media/a"}, locks...)...)
	}
	write("retention", retained...)
	f = withLocks(t)
	write("hold", "X-Amz-Object-Lock-Legal-Hold", "ON")
	f = withLocks(t)
	f.want(200, "PUT", "/media/free", "x") // nothing is kept yet
	f = withLocks(t)
	f.want(200, "PUT", "/media?object-lock", lockDoc(defaultRule("<Mode>GOVERNANCE</Mode><Days>7</Days>")))
	write("default")
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
	f.want(200, "POST", "/media/parts?uploadId="+upload, completeDoc(f.part("/media/parts", upload, 1, "part", "Content-Md5", md5Base64("part"))))
	for _, key := range []string{"copy", "parts"} {
		id := f.want(200, "HEAD", "/media/"+key, "").Header.Get("X-Amz-Version-Id")
		f.refuse(403, "AccessDenied", "DELETE", "/media/"+key+"?versionId="+id, "")
	}
	own := inDays(1)
	f.putLocked("/media/own", "x", "X-Amz-Object-Lock-Mode", "COMPLIANCE", "X-Amz-Object-Lock-Retain-Until-Date", own)
	f.wantLock("/media/own", "COMPLIANCE", own, "")
	f.want(200, "PUT", "/media?object-lock", lockDoc(""))
	f.want(200, "PUT", "/media/after", "x")
	f.wantLock("/media/after", "", "", "")
}

func TestLocksAreShownToThoseWhoMayKnow(t *testing.T) {
	f := withLocks(t)
	f.putLocked("/media/a", "x", "X-Amz-Acl", "public-read", "X-Amz-Object-Lock-Legal-Hold", "ON",
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
