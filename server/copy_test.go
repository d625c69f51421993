package server_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"spaces/server"
	"spaces/server/storage"
)

func TestCopyCarriesWhatItShould(t *testing.T) {
	f := withSpace(t)
	f.want(200, "PUT", "/other", "")
	body := pattern(100_000)
	etag := f.want(200, "PUT", "/media/a%20b", body, "Content-Type", "text/css", "X-Amz-Meta-Colour", "blue", "X-Amz-Tagging", "a=1", "X-Amz-Acl", "public-read",
		"X-Amz-Storage-Class", "STANDARD_IA", "X-Amz-Checksum-Sha256", digest("SHA256", body)).Header.Get("Etag")
	a := f.want(200, "PUT", "/other/c", "", "X-Amz-Copy-Source", "/media/a%20b")
	if `"`+strings.Trim(first(a.body, "ETag"), `"`)+`"` != etag || first(a.body, "LastModified") == "" || first(a.body, "ChecksumSHA256") != digest("SHA256", body) {
		t.Error(a.body)
	}
	a = f.want(200, "GET", "/other/c", "", "X-Amz-Checksum-Mode", "ENABLED")
	if a.body != body || a.Header.Get("Content-Type") != "text/css" || a.Header.Get("X-Amz-Meta-Colour") != "blue" || a.Header.Get("X-Amz-Tagging-Count") != "1" ||
		a.Header.Get("X-Amz-Storage-Class") != "" || a.Header.Get("X-Amz-Checksum-Sha256") == "" {
		t.Error(a.Header)
	}
	f.refused(f.anonymous("GET", "/other/c", ""), 403, "AccessDenied")
	f.want(200, "PUT", "/other/d", "", "X-Amz-Copy-Source", "/media/a%20b", "X-Amz-Acl", "public-read", "X-Amz-Metadata-Directive", "REPLACE", "X-Amz-Tagging-Directive", "REPLACE",
		"X-Amz-Tagging", "x=1&y=2", "X-Amz-Meta-Shape", "round")
	a = f.anonymous("GET", "/other/d", "")
	if a.body != body || a.Header.Get("Content-Type") != "binary/octet-stream" || a.Header.Get("X-Amz-Meta-Colour") != "" || a.Header.Get("X-Amz-Meta-Shape") != "round" {
		t.Error(a.StatusCode, a.Header)
	}
	if a := f.want(200, "GET", "/other/d?tagging", ""); strings.Join(between(a.body, "Key"), "") != "xy" {
		t.Error(a.body)
	}
}

func TestCopyOntoItself(t *testing.T) {
	f := withSpace(t)
	f.want(200, "PUT", "/media/a", "hello", "X-Amz-Meta-Colour", "blue")
	f.refuse(400, "InvalidRequest", "PUT", "/media/a", "", "X-Amz-Copy-Source", "/media/a")
	f.want(200, "PUT", "/media/a", "", "X-Amz-Copy-Source", "/media/a", "X-Amz-Metadata-Directive", "REPLACE", "X-Amz-Meta-Colour", "red", "Content-Type", "text/plain")
	a := f.want(200, "GET", "/media/a", "")
	if a.body != "hello" || a.Header.Get("X-Amz-Meta-Colour") != "red" || a.Header.Get("Content-Type") != "text/plain" {
		t.Error(a.body, a.Header)
	}
	f.want(200, "PUT", "/media/a", "", "X-Amz-Copy-Source", "/media/a", "X-Amz-Storage-Class", "STANDARD_IA")
}

func TestCopyOntoItselfOfALargeObjectKeepsItsBytes(t *testing.T) {
	f := withSpace(t)
	body := pattern(300_000)
	f.want(200, "PUT", "/media/a", body)
	for range 3 {
		f.want(200, "PUT", "/media/a", "", "X-Amz-Copy-Source", "/media/a", "X-Amz-Metadata-Directive", "REPLACE")
	}
	if a := f.want(200, "GET", "/media/a", ""); a.body != body {
		t.Error("the body changed")
	}
}

func TestConditionsOnTheSourceOfACopy(t *testing.T) {
	f := withSpace(t)
	etag := f.want(200, "PUT", "/media/a", "hello").Header.Get("Etag")
	now := f.want(200, "HEAD", "/media/a", "").Header.Get("Last-Modified")
	upload := f.begin("/media/parts")
	past, future := time.Now().Add(-time.Hour).UTC().Format(http.TimeFormat), time.Now().Add(time.Hour).UTC().Format(http.TimeFormat)
	for _, c := range []struct {
		status        int
		header, value string
	}{
		{200, "Match", etag}, {412, "Match", `"x"`}, {412, "None-Match", etag}, {200, "None-Match", `"x"`},
		{200, "Modified-Since", past}, {412, "Modified-Since", now}, {200, "Modified-Since", future}, {200, "Unmodified-Since", future}, {412, "Unmodified-Since", past},
	} {
		f.want(c.status, "PUT", "/media/b", "", "X-Amz-Copy-Source", "/media/a", "X-Amz-Copy-Source-If-"+c.header, c.value)
		f.want(c.status, "PUT", "/media/parts?partNumber=1&uploadId="+upload, "", "X-Amz-Copy-Source", "/media/a", "X-Amz-Copy-Source-If-"+c.header, c.value)
		f.want(c.status, "PUT", "/media/c?renameObject", "", "X-Amz-Rename-Source", "a", "X-Amz-Rename-Source-If-"+c.header, c.value)
		if c.status == 200 {
			f.want(200, "PUT", "/media/a?renameObject", "", "X-Amz-Rename-Source", "c")
		}
	}
	f.refuse(412, "PreconditionFailed", "PUT", "/media/b", "", "X-Amz-Copy-Source", "/media/a", "If-None-Match", "*")
	f.want(200, "PUT", "/media/new", "", "X-Amz-Copy-Source", "/media/a", "If-None-Match", "*")
}

func TestBadSourcesOfACopyAreRefused(t *testing.T) {
	f := withSpace(t)
	f.want(200, "PUT", "/media/a", "hello")
	for _, c := range []struct {
		status       int
		code, source string
	}{
		{400, "InvalidArgument", "media"}, {400, "InvalidArgument", "/media/"}, {400, "InvalidArgument", "/"}, {400, "InvalidArgument", ""}, {400, "InvalidArgument", "/media/%zz"},
		{400, "InvalidArgument", "/Me_dia/a"}, {404, "NoSuchKey", "/media/missing"}, {404, "NoSuchBucket", "/missing/a"}, {400, "InvalidArgument", "/media/a?versionId=x"},
		{400, "InvalidURI", "/media/../a"},
	} {
		f.refuse(c.status, c.code, "PUT", "/media/b", "", "X-Amz-Copy-Source", c.source)
	}
	f.want(200, "PUT", "/media/b", "", "X-Amz-Copy-Source", "/media/a?versionId=null")
	f.refuse(400, "InvalidArgument", "PUT", "/media/c", "", "X-Amz-Copy-Source", "/media/a", "X-Amz-Metadata-Directive", "MAYBE")
	f.refuse(400, "InvalidArgument", "PUT", "/media/c", "", "X-Amz-Copy-Source", "/media/a", "X-Amz-Tagging-Directive", "MAYBE")
	f.refuse(400, "InvalidRequest", "PUT", "/media/c", "", "X-Amz-Copy-Source", "/media/a", "X-Amz-Copy-Source-Server-Side-Encryption-Customer-Algorithm", "AES256")
	f.refuse(404, "NoSuchKey", "GET", "/media/c", "")
}

// A copy looks to clients like its source, as on Ceph: they compare ETags, and
// the digests that they left in the metadata (rclone md5chksum, s3cmd attrs).
func TestACopyOfAnUploadInPartsLooksLikeItsSource(t *testing.T) {
	f := withSpace(t)
	parts, etags := []string{once5MiB(), "tail"}, []string{}
	id := f.begin("/media/a", "X-Amz-Checksum-Algorithm", "SHA256", "X-Amz-Meta-Md5chksum", "abc")
	for n, body := range parts {
		etags = append(etags, f.part("/media/a", id, n+1, body, sumHeader("SHA256"), digest("SHA256", body)))
	}
	f.want(200, "POST", "/media/a?uploadId="+id, summed("SHA256", parts, etags))
	copied := f.want(200, "PUT", "/media/b", "", "X-Amz-Copy-Source", "/media/a")
	for _, at := range []string{"", "?partNumber=1", "?partNumber=2"} {
		source := f.do("HEAD", "/media/a"+at, "", "X-Amz-Checksum-Mode", "ENABLED")
		made := f.do("HEAD", "/media/b"+at, "", "X-Amz-Checksum-Mode", "ENABLED")
		for _, name := range []string{"Etag", "Content-Length", "X-Amz-Meta-Md5chksum", "X-Amz-Mp-Parts-Count", "X-Amz-Checksum-Sha256", "X-Amz-Checksum-Type"} {
			if made.Header.Get(name) != source.Header.Get(name) || name != "X-Amz-Mp-Parts-Count" && made.Header.Get(name) == "" {
				t.Errorf("%s %s: %q, of the source %q", at, name, made.Header.Get(name), source.Header.Get(name))
			}
		}
		if !strings.HasSuffix(made.Header.Get("Etag"), `-2"`) || first(copied.body, "ETag") != made.Header.Get("Etag") {
			t.Error(made.Header, copied.body)
		}
	}
}

func TestCopyComputesTheChecksumAskedFor(t *testing.T) {
	f := withSpace(t)
	body := pattern(70_000)
	f.want(200, "PUT", "/media/a", body)
	a := f.want(200, "PUT", "/media/b", "", "X-Amz-Copy-Source", "/media/a", "X-Amz-Checksum-Algorithm", "CRC64NVME")
	if first(a.body, "ChecksumCRC64NVME") != digest("CRC64NVME", body) {
		t.Error(a.body)
	}
	f.refuse(400, "InvalidRequest", "PUT", "/media/b", "", "X-Amz-Copy-Source", "/media/a", "X-Amz-Checksum-Algorithm", "ROT13")
}

func TestRenameMovesAnObject(t *testing.T) {
	f := withSpace(t)
	f.want(200, "PUT", "/media/a", "hello", "X-Amz-Meta-Colour", "blue", "X-Amz-Acl", "public-read", "X-Amz-Tagging", "a=1")
	if a := f.want(200, "PUT", "/media/b?renameObject", "", "X-Amz-Rename-Source", "a"); a.body != "" {
		t.Error(a.body)
	}
	f.refuse(404, "NoSuchKey", "GET", "/media/a", "")
	if a := f.anonymous("GET", "/media/b", ""); a.body != "hello" || a.Header.Get("X-Amz-Meta-Colour") != "blue" {
		t.Error(a.StatusCode, a.Header)
	}
	f.want(200, "PUT", "/media/c", "other")
	f.refuse(412, "PreconditionFailed", "PUT", "/media/c?renameObject", "", "X-Amz-Rename-Source", "b", "If-None-Match", "*")
	f.refuse(412, "PreconditionFailed", "PUT", "/media/new?renameObject", "", "X-Amz-Rename-Source", "b", "If-Match", "*")
	f.refuse(404, "NoSuchKey", "PUT", "/media/c?renameObject", "", "X-Amz-Rename-Source", "missing")
	f.refuse(400, "InvalidRequest", "PUT", "/media/b?renameObject", "", "X-Amz-Rename-Source", "b")
	f.refuse(400, "InvalidArgument", "PUT", "/media/b?renameObject", "")
	f.want(200, "PUT", "/media/c?renameObject", "", "X-Amz-Rename-Source", "/media/b")
	if a := f.want(200, "GET", "/media/c", ""); a.body != "hello" {
		t.Error(a.body)
	}
}

func FuzzCopySource(f *testing.F) {
	for _, s := range []string{"/media/a", "media/a%20b?versionId=null", "a", "", "/", "?", "media/%", "media/a?versionId=%", "media/../a"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, header string) {
		space, key, err := server.ParseCopySource(header)
		var refused *server.Error
		if err != nil && (!errors.As(err, &refused) || refused.Status >= 500) {
			t.Fatal(err)
		}
		if err == nil && (!storage.ValidSpaceName(space) || key == "" || server.ValidKey(key) != nil) {
			t.Fatalf("%q %q", space, key)
		}
		if key, err := server.ParseRenameSource(header, "media"); err == nil && (key == "" || server.ValidKey(key) != nil) {
			t.Fatalf("%q", key)
		}
	})
}
