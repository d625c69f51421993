package server_test

import (
	"context"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"spaces/server"
	"spaces/server/sigv4"
)

func TestALogLineHasEveryField(t *testing.T) {
	l := new(logYard)
	sdk(t, func(t *testing.T, f *fixture, c *s3.Client) {
		l.fixture = f
		ctx := context.Background()
		media, key := aws.String("media"), aws.String("dir/hé llo+%25?.txt")
		must[*s3.CreateBucketOutput](t)(c.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: media}))
		must[*s3.CreateBucketOutput](t)(c.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: aws.String("logs")}))
		must[*s3.PutBucketVersioningOutput](t)(c.PutBucketVersioning(ctx, &s3.PutBucketVersioningInput{Bucket: media, VersioningConfiguration: &types.VersioningConfiguration{Status: "Enabled"}}))
		must[*s3.PutBucketLoggingOutput](t)(c.PutBucketLogging(ctx, &s3.PutBucketLoggingInput{Bucket: media, BucketLoggingStatus: &types.BucketLoggingStatus{LoggingEnabled: &types.LoggingEnabled{TargetBucket: aws.String("logs"), TargetPrefix: aws.String("a/")}}}))
		put := must[*s3.PutObjectOutput](t)(c.PutObject(ctx, &s3.PutObjectInput{Bucket: media, Key: key, Body: strings.NewReader("hello world")}))
		began := time.Now()
		get := must[*s3.GetObjectOutput](t)(c.GetObject(ctx, &s3.GetObjectInput{Bucket: media, Key: key, VersionId: put.VersionId, Range: aws.String("bytes=0-4")}))
		get.Body.Close()
		_, err := c.GetObject(ctx, &s3.GetObjectInput{Bucket: media, Key: aws.String("none")})
		if code(err) != "NoSuchKey" {
			t.Fatal(err)
		}
		all := l.deliver("logs", "a/")
		if len(all) != 3 {
			t.Fatal(all)
		}
		endpoint, secured := strings.CutPrefix(*c.Options().BaseEndpoint, "https://")
		cipher, version := "TLS_AES_128_GCM_SHA256", "TLSv1.3"
		if !secured {
			endpoint, cipher, version = strings.TrimPrefix(endpoint, "http://"), "-", "-"
		}
		double := strings.ReplaceAll(url.PathEscape(url.PathEscape(*key)), "%252F", "/")
		double = strings.ReplaceAll(double, "+", "%252B")
		common := map[int]string{
			fOwner: "owner", fSpace: "media", fClient: "127.0.0.1", fCaller: "owner", fSignature: "SigV4", fCipher: cipher, fAuth: "AuthHeader",
			fEndpoint: endpoint, fTLS: version, fPoint: "-", fByACL: "-", fRegion: "-", fReferer: `"-"`,
		}
		for _, r := range all {
			l.expect(r, common)
			at, err := time.Parse("[02/Jan/2006:15:04:05 -0700]", r[fTime])
			if err != nil || at.Before(began.Add(-time.Minute)) || at.After(time.Now()) {
				t.Error(r[fTime], err)
			}
			if !strings.Contains(r[fAgent], "aws-sdk-go-v2/") || len(r[fHost]) < 20 {
				t.Error(r)
			}
			if _, err := strconv.Atoi(r[fTotal]); err != nil {
				t.Error(r[fTotal])
			}
		}
		l.expect(all[0], map[int]string{fOperation: "REST.PUT.OBJECT", fKey: double, fStatus: "200", fCode: "-", fSent: "-", fSize: "11", fVersion: "-"})
		if !strings.HasPrefix(all[0][fURI], `"PUT /media/dir/h%C3%A9%20llo%2B%2525%3F.txt`) || !strings.HasSuffix(all[0][fURI], ` HTTP/1.1"`) {
			t.Error(all[0][fURI])
		}
		l.expect(all[1], map[int]string{fOperation: "REST.GET.OBJECT", fKey: double, fStatus: "206", fCode: "-", fSent: "5", fSize: "11", fVersion: *put.VersionId})
		for _, r := range all[:2] {
			if turn, err := strconv.Atoi(r[fTurn]); err != nil || turn < 0 {
				t.Error(r[fTurn])
			}
		}
		l.expect(all[2], map[int]string{fOperation: "REST.GET.OBJECT", fKey: "none", fStatus: "404", fCode: "NoSuchKey", fSize: "-", fVersion: "-"})
		if sent, err := strconv.Atoi(all[2][fSent]); err != nil || sent < 100 {
			t.Error("the error document is not counted:", all[2][fSent])
		}
		ids := []string{all[0][fID], all[1][fID], all[2][fID]}
		if slices.Sort(ids); len(slices.Compact(ids)) != 3 {
			t.Error(ids)
		}
	}, l.configure)
}

func TestTheLogMasksPresignedURLs(t *testing.T) {
	l := withLogs(t)
	l.want(200, "PUT", "/media/a", "x")
	req := l.request("GET", "/media/a?x-note=b", "")
	signed := sigv4.Presign(req, accessKey, secretKey, region, time.Now(), time.Minute)
	at := strings.TrimPrefix(signed, "http://"+host)
	if a := l.anonymous("GET", at, "", "Referer", "https://example.com/?q=\"x\""); a.StatusCode != 200 {
		t.Fatal(a.body)
	}
	r := l.one("logs", "a/", "REST.GET.OBJECT")
	l.expect(r, map[int]string{fCaller: "owner", fSignature: "SigV4", fAuth: "QueryString", fStatus: "200", fReferer: `"https://example.com/?q=%22x%22"`})
	_, signature, _ := strings.Cut(at, "X-Amz-Signature=")
	if strings.Contains(r[fURI], signature) || !strings.Contains(r[fURI], "X-Amz-Signature=XXXXXXXX") || !strings.Contains(r[fURI], "x-note=b") || !strings.Contains(r[fURI], "X-Amz-Expires=60") {
		t.Error(r[fURI])
	}
}

func TestTheLogHasStrangersAndThoseWhoAreDenied(t *testing.T) {
	l := withLogs(t)
	l.want(200, "PUT", "/media/open", "x", "X-Amz-Acl", "public-read")
	l.anonymous("GET", "/media/open", "")
	l.anonymous("GET", "/media?list-type=2", "")
	bad := l.request("DELETE", "/media/open", "")
	sigv4.Sign(bad, accessKey, "wrong", region, sigv4.HashPayload(nil), time.Now())
	l.send(bad)
	l.anonymous("OPTIONS", "/media/open", "", "Origin", "https://example.com", "Access-Control-Request-Method", "GET")
	l.do("PUT", "/media?acl&policy", "")
	all := l.deliver("logs", "a/")
	if len(all) != 6 {
		t.Fatal(all)
	}
	stranger := map[int]string{fCaller: "-", fSignature: "-", fAuth: "-"}
	l.expect(all[1], stranger)
	l.expect(all[1], map[int]string{fOperation: "REST.GET.OBJECT", fStatus: "200", fByACL: "Yes"})
	l.expect(all[2], stranger)
	l.expect(all[2], map[int]string{fOperation: "REST.GET.BUCKET", fKey: "-", fStatus: "403", fCode: "AccessDenied", fByACL: "-"})
	l.expect(all[3], map[int]string{fOperation: "REST.DELETE.OBJECT", fKey: "open", fCaller: "-", fSignature: "SigV4", fAuth: "AuthHeader", fStatus: "403", fCode: "SignatureDoesNotMatch"})
	l.expect(all[4], map[int]string{fOperation: "REST.OPTIONS.PREFLIGHT", fStatus: "403"})
	l.expect(all[5], map[int]string{fOperation: "REST.PUT.BUCKET", fStatus: "501", fCode: "NotImplemented"})
}

func TestALimitedKeyIsNamedInTheLog(t *testing.T) {
	l := new(logYard)
	l.fixture = newFixture(t, l.configure, withRing)
	l.want(200, "PUT", "/media", "")
	l.want(200, "PUT", "/logs", "")
	l.turnOn("media", "logs", "", "")
	l.as(l.newKey("up loader", readWrite("media")), "PUT", "/media/a", "x")
	l.expect(l.one("logs", "", "REST.PUT.OBJECT"), map[int]string{fCaller: "arn:aws:iam::owner:user/up%20loader", fStatus: "200"})
}

func TestNobodyWritesLinesOfHisOwn(t *testing.T) {
	l := withLogs(t)
	key := "a\nb \"c\" \x7f é\u202e%20"
	l.want(200, "PUT", target("media", key), "x", "User-Agent", "evil\" 200 - \t\xff", "Referer", "a b")
	r := l.one("logs", "a/", "REST.PUT.OBJECT")
	l.expect(r, map[int]string{fAgent: `"evil%22 200 - %09%FF"`, fReferer: `"a b"`})
	if once := unescapeURL(t, r[fKey]); unescapeURL(t, once) != key {
		t.Errorf("%q", r[fKey])
	}
}

func TestEveryOperationHasANameInTheLog(t *testing.T) {
	names := server.LoggedOperations()
	form := regexp.MustCompile(`^REST\.[A-Z]+\.[A-Z_]+$`)
	for op, name := range names {
		if !form.MatchString(name) {
			t.Errorf("%s: %q", op, name)
		}
	}
	for op, want := range map[string]string{
		"ListObjectsV2": "GET.BUCKET", "ListObjectVersions": "GET.BUCKETVERSIONS", "GetBucketPolicy": "GET.BUCKETPOLICY", "GetBucketLogging": "GET.LOGGING_STATUS",
		"GetBucketAcl": "GET.ACL", "GetObjectAcl": "GET.ACL", "GetBucketTagging": "GET.TAGGING", "GetObjectTagging": "GET.OBJECT_TAGGING", "HeadBucket": "HEAD.BUCKET",
		"CreateMultipartUpload": "POST.UPLOADS", "UploadPart": "PUT.PART", "CompleteMultipartUpload": "POST.UPLOAD", "AbortMultipartUpload": "DELETE.UPLOAD",
		"ListParts": "GET.UPLOAD", "ListMultipartUploads": "GET.UPLOADS", "DeleteObjects": "POST.MULTI_OBJECT_DELETE", "CopyObject": "COPY.OBJECT", "PostObject": "POST.OBJECT",
		"UploadPartCopy": "COPY.PART", "PreflightObject": "OPTIONS.PREFLIGHT", "GetPublicAccessBlock": "GET.PUBLIC_ACCESS_BLOCK", "GetBucketVersioning": "GET.VERSIONING",
		"GetObjectLockConfiguration": "GET.OBJECT_LOCK_CONFIGURATION", "DeleteBucketCors": "DELETE.CORS", "GetObjectAttributes": "GET.OBJECT_ATTRIBUTES",
	} {
		if names[op] != "REST."+want {
			t.Errorf("%s: %s, want %s", op, names[op], want)
		}
	}
}

func TestDeleteObjectsLeavesALineForEachKey(t *testing.T) {
	l := withLogs(t)
	l.setPolicy(`{"Effect":"Deny","Principal":"*","Action":"s3:DeleteObject","Resource":"arn:aws:s3:::media/kept*"}`)
	body := "<Delete><Object><Key>a/b c%</Key></Object><Object><Key>kept</Key></Object></Delete>"
	l.want(200, "POST", "/media?delete", body, "Content-Md5", md5Base64(body))
	all := slices.DeleteFunc(l.deliver("logs", "a/"), func(r record) bool { return r[fOperation] == "REST.PUT.BUCKETPOLICY" })
	if len(all) != 3 || all[0][fID] != all[1][fID] {
		t.Fatal(all)
	}
	l.expect(all[0], map[int]string{fOperation: "REST.POST.MULTI_OBJECT_DELETE", fKey: "-", fStatus: "200"})
	l.expect(all[1], map[int]string{fOperation: "BATCH.DELETE.OBJECT", fKey: "a/b%20c%25", fURI: "-", fStatus: "204", fCode: "-", fSent: "-", fTotal: "-", fTurn: "-", fReferer: "-", fAgent: "-", fAuth: "AuthHeader"})
	l.expect(all[2], map[int]string{fOperation: "BATCH.DELETE.OBJECT", fKey: "kept", fStatus: "403", fCode: "AccessDenied"})
}

func TestACopyIsLoggedInBothSpaces(t *testing.T) {
	l := withLogs(t)
	l.want(200, "PUT", "/other", "")
	l.turnOn("other", "logs", "b/", "")
	l.want(200, "PUT", "/media/from", "hello")
	l.want(200, "PUT", "/other/to", "", "X-Amz-Copy-Source", "/media/from")
	l.refuse(404, "NoSuchKey", "PUT", "/other/to", "", "X-Amz-Copy-Source", "/media/none")
	to := slices.DeleteFunc(l.deliver("logs", "b/"), func(r record) bool { return r[fOperation] != "REST.COPY.OBJECT" })
	if len(to) != 2 {
		t.Fatal(to)
	}
	l.expect(to[0], map[int]string{fSpace: "other", fKey: "to", fStatus: "200", fSize: "5"})
	l.expect(to[1], map[int]string{fKey: "to", fStatus: "404", fCode: "NoSuchKey"})
	from := l.deliver("logs", "a/")
	if len(from) != 3 {
		t.Fatal(from)
	}
	l.expect(from[1], map[int]string{fSpace: "media", fOperation: "REST.COPY.OBJECT_GET", fKey: "from", fStatus: "200", fSize: "5", fSent: "-", fID: to[0][fID]})
	l.expect(from[2], map[int]string{fOperation: "REST.COPY.OBJECT_GET", fKey: "none", fStatus: "404", fCode: "NoSuchKey", fSize: "-"})
}
