package server_test

import (
	"context"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"spaces/server"
)

// minioTest is a server and a client of MinIO's that reaches it, with a Space
// named media.
type minioTest struct {
	*front
	*minio.Client
	core minio.Core
	ctx  context.Context
}

const media = "media"

// withMinio runs a test over http and over https.
func withMinio(t *testing.T, test func(t *testing.T, m *minioTest), change ...func(*server.Config)) {
	t.Helper()
	overBoth(t, func(t *testing.T, f *front) {
		c := f.minio(true)
		m := &minioTest{f, c, minio.Core{Client: c}, t.Context()}
		noError(t, c.MakeBucket(m.ctx, media, minio.MakeBucketOptions{}))
		test(t, m)
	}, change...)
}

// minio makes a client, which sends trailers if it is told to, and asks for
// the region of each Space.
func (f *front) minio(trailers bool) *minio.Client {
	f.Helper()
	c, err := minio.New(f.addr, &minio.Options{
		Creds: credentials.NewStaticV4(accessKey, secretKey, ""), Secure: f.scheme == "https", Transport: f.transport(),
		BucketLookup: minio.BucketLookupPath, TrailingHeaders: trailers, MaxRetries: 1,
	})
	if err != nil {
		f.Fatal(err)
	}
	return c
}

func noError(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// sure gives the value of a call that must not fail.
func sure[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		noError(t, err)
		return v
	}
}

// failed checks that a call of MinIO's client was refused with a code of S3.
func failed(t testing.TB, err error, status int, code string) {
	t.Helper()
	e := minio.ToErrorResponse(err)
	if err == nil || e.Code != code || e.StatusCode != 0 && e.StatusCode != status {
		t.Errorf("%v (%d %s), want %d %s", err, e.StatusCode, e.Code, status, code)
	}
}

// put makes an object.
func (m *minioTest) put(t testing.TB, key, body string) minio.UploadInfo {
	t.Helper()
	return sure(m.PutObject(m.ctx, media, key, strings.NewReader(body), int64(len(body)), minio.PutObjectOptions{}))(t)
}

// get gives the body of an object or of a version of it.
func (m *minioTest) get(t testing.TB, key, version string) string {
	t.Helper()
	o := sure(m.GetObject(m.ctx, media, key, minio.GetObjectOptions{VersionID: version}))(t)
	defer o.Close()
	return string(sure(io.ReadAll(o))(t))
}

func TestMinioSpaces(t *testing.T) {
	withMinio(t, func(t *testing.T, m *minioTest) {
		failed(t, m.MakeBucket(m.ctx, media, minio.MakeBucketOptions{}), 409, "BucketAlreadyOwnedByYou")
		noError(t, m.MakeBucket(m.ctx, "afar", minio.MakeBucketOptions{Region: "fra1"}))
		noError(t, m.MakeBucket(m.ctx, "locked", minio.MakeBucketOptions{ObjectLocking: true}))
		var names []string
		for _, b := range sure(m.ListBuckets(m.ctx))(t) {
			names = append(names, b.Name)
			if age := time.Since(b.CreationDate); age < -time.Minute || age > time.Minute {
				t.Errorf("%s was made %v ago", b.Name, age)
			}
		}
		if !slices.Equal(names, []string{"afar", "locked", media}) {
			t.Error(names)
		}
		for name, region := range map[string]string{media: "us-east-1", "afar": "fra1"} {
			if got := sure(m.GetBucketLocation(m.ctx, name))(t); got != region {
				t.Errorf("%s is in %q", name, got)
			}
		}
		_, err := m.GetBucketLocation(m.ctx, "missing")
		failed(t, err, 404, "NoSuchBucket")
		for name, there := range map[string]bool{media: true, "missing": false} {
			if got := sure(m.BucketExists(m.ctx, name))(t); got != there {
				t.Error(name, got)
			}
		}
		m.put(t, "a", "x")
		failed(t, m.RemoveBucket(m.ctx, media), 409, "BucketNotEmpty")
		noError(t, m.RemoveObject(m.ctx, media, "a", minio.RemoveObjectOptions{}))
		noError(t, m.RemoveBucket(m.ctx, media))
		failed(t, m.RemoveBucket(m.ctx, media), 404, "NoSuchBucket")
	})
}

func TestMinioPresigned(t *testing.T) {
	withMinio(t, func(t *testing.T, m *minioTest) {
		const key = "dir/hé llo+%25?.txt"
		u := sure(m.PresignedPutObject(m.ctx, media, key, time.Minute))(t)
		if a := m.overNet("PUT", u.String(), "hello"); a.StatusCode != 200 || a.Header.Get("Etag") == "" {
			t.Fatal(a.StatusCode, a.body)
		}
		u = sure(m.PresignedGetObject(m.ctx, media, key, time.Minute, map[string][]string{
			"response-content-disposition": {`attachment; filename="a b.txt"`}, "response-content-type": {"text/x-y"}}))(t)
		if a := m.overNet("GET", u.String(), ""); a.body != "hello" || a.Header.Get("Content-Type") != "text/x-y" ||
			a.Header.Get("Content-Disposition") != `attachment; filename="a b.txt"` {
			t.Error(a.StatusCode, a.Header, a.body)
		}
		m.refused(m.overNet("GET", strings.Replace(u.String(), "x-y", "x-z", 1), ""), 403, "SignatureDoesNotMatch")
		m.refused(m.overNet("PUT", u.String(), "other"), 403, "SignatureDoesNotMatch")
		u = sure(m.PresignedHeadObject(m.ctx, media, key, time.Minute, nil))(t)
		if a := m.overNet("HEAD", u.String(), ""); a.StatusCode != 200 || a.Header.Get("Content-Length") != "5" {
			t.Error(a.StatusCode, a.Header)
		}
		u = sure(m.Presign(m.ctx, "DELETE", media, key, time.Minute, nil))(t)
		if a := m.overNet("DELETE", u.String(), ""); a.StatusCode != 204 {
			t.Error(a.StatusCode, a.body)
		}
		u = sure(m.PresignHeader(m.ctx, "PUT", media, key, time.Minute, nil, http.Header{"X-Amz-Meta-Color": {"red"}}))(t)
		m.refused(m.overNet("PUT", u.String(), "hello"), 403, "SignatureDoesNotMatch")
		if a := m.overNet("PUT", u.String(), "hello", "X-Amz-Meta-Color", "red"); a.StatusCode != 200 {
			t.Error(a.StatusCode, a.body)
		}
		if got := sure(m.StatObject(m.ctx, media, key, minio.StatObjectOptions{}))(t); got.UserMetadata["Color"] != "red" {
			t.Error(got.UserMetadata)
		}
	})
}

func TestMinioPostPolicy(t *testing.T) {
	withMinio(t, func(t *testing.T, m *minioTest) {
		const body = "hello, form"
		sum := minio.ChecksumSHA256.ChecksumBytes([]byte(body))
		p := minio.NewPostPolicy()
		for _, err := range []error{
			p.SetBucket(media), p.SetKeyStartsWith("user/"), p.SetExpires(time.Now().Add(time.Minute)), p.SetContentTypeStartsWith("text/"),
			p.SetContentLengthRange(1, 20), p.SetUserMetadata("color", "red"), p.SetSuccessStatusAction("201"), p.SetChecksum(sum),
			p.SetTagging("<Tagging><TagSet><Tag><Key>k</Key><Value>v</Value></Tag></TagSet></Tagging>"),
		} {
			noError(t, err)
		}
		u, fields, err := m.PresignedPostPolicy(m.ctx, p)
		noError(t, err)
		form := newForm()
		for name, value := range fields {
			form.set(name, value)
		}
		form.set("key", "user/a").set("Content-Type", "text/plain")
		a := m.overNet("POST", u.String(), form.body(body), "Content-Type", formType)
		if a.StatusCode != 201 || first(a.body, "Key") != "user/a" {
			t.Fatal(a.StatusCode, a.body)
		}
		got := sure(m.StatObject(m.ctx, media, "user/a", minio.StatObjectOptions{Checksum: true}))(t)
		if got.UserMetadata["Color"] != "red" || got.ContentType != "text/plain" || got.UserTagCount != 1 || got.ChecksumSHA256 != sum.Encoded() {
			t.Errorf("%+v", got)
		}
		m.refused(m.overNet("POST", u.String(), form.body(strings.Repeat("x", 21)), "Content-Type", formType), 400, "EntityTooLarge")
		form.set("key", "other/a")
		a = m.refused(m.overNet("POST", u.String(), form.body(body), "Content-Type", formType), 403, "AccessDenied")
		if !strings.Contains(a.body, `Policy Condition failed: ["starts-with","$key","user/"]`) {
			t.Error(a.body)
		}
	})
}
