package server_test

import (
	"strings"
	"testing"

	"time"

	"spaces/server"
	"spaces/server/sigv4"
)

// A server that was not told its domain reads NAME.DOMAIN/KEY as /SPACE/KEY. It
// says so instead of making a Space of the key.
func TestAHostThatIsNoDomainIsNamed(t *testing.T) {
	f := withSpace(t)
	f.want(200, "PUT", "/media/a", "body")
	stranger := func(method, target, body string, headers ...string) answer {
		return f.do(method, target, body, append(headers, "Host", "media.box.example.org:9000")...)
	}
	before := f.dump()
	for _, k := range []struct{ method, target, body, code string }{
		{"PUT", "/key", "", "InvalidRequest"}, {"PUT", "/key", "text", "InvalidRequest"}, {"GET", "/key", "", "NoSuchBucket"}, {"DELETE", "/key", "", "NoSuchBucket"},
		{"PUT", "/dir/key", "text", "NoSuchBucket"}, {"PUT", "/", "", "MethodNotAllowed"}, {"GET", "/?acl", "", "NotImplemented"},
	} {
		a := stranger(k.method, k.target, k.body)
		if message := first(a.body, "Message"); a.code() != k.code || !strings.Contains(message, "media.box.example.org") || !strings.Contains(message, "--domain box.example.org") {
			t.Errorf("%s %s: %s %s", k.method, k.target, a.code(), message)
		}
	}
	if a := stranger("PUT", "/key", "text", "X-Amz-Object-Lock-Mode", "GOVERNANCE"); a.code() != "NotImplemented" || !strings.Contains(a.body, "--domain") {
		t.Error(a.body)
	}
	if f.dump() != before {
		t.Error("something was made of it")
	}
	// Path style works under any name, also that of a Space.
	if a := stranger("GET", "/media/a", ""); a.body != "body" {
		t.Error(a.StatusCode, a.body)
	}
	for _, host := range []string{"127.0.0.1:9000", "[::1]:9000", "box", "s3.example.com", "nyc3.s3.example.com"} {
		if a := f.do("GET", "/nowhere/a", "", "Host", host); a.code() != "NoSuchBucket" || strings.Contains(a.body, "--domain") {
			t.Errorf("%s: %s", host, a.body)
		}
	}
}

func TestLinksMayHaveParametersOfTheirOwn(t *testing.T) {
	f := withSpace(t)
	f.want(200, "PUT", "/media/a", "body", "X-Amz-Acl", "public-read")
	for _, query := range []string{"layout=grid", "live", "copy=1", "domain=x", "x-oss-process=image/resize", "append", "symlink", "utm_source=mail", "v=3&quota"} {
		for _, a := range []answer{f.anonymous("GET", "/media/a?"+query, ""), f.do("GET", "/media/a?"+query, "")} {
			if a.StatusCode != 200 || a.body != "body" {
				t.Errorf("GET ?%s: %d %s", query, a.StatusCode, a.body)
			}
		}
		if a := f.anonymous("HEAD", "/media/a?"+query, ""); a.StatusCode != 200 {
			t.Errorf("HEAD ?%s: %d", query, a.StatusCode)
		}
	}
	before := f.dump()
	for _, query := range []string{"append&position=4", "symlink", "copy", "live", "x-oss-process=a"} {
		f.refuse(501, "NotImplemented", "PUT", "/media/a?"+query, "other")
		f.refuse(501, "NotImplemented", "DELETE", "/media/a?"+query, "")
	}
	f.refuse(501, "NotImplemented", "GET", "/media/a?torrent", "") // S3 has that
	if f.dump() != before {
		t.Error("a parameter was ignored where something changes")
	}
}

func TestPlusInACopySourceIsASpace(t *testing.T) {
	f := withSpace(t)
	for key, body := range map[string]string{"a b": "space", "a+b": "plus", "a%20b": "percent"} {
		f.want(200, "PUT", target("media", key), body)
	}
	for source, want := range map[string]string{"media/a+b": "space", "/media/a%20b": "space", "media/a%2Bb": "plus", "media/a%2520b": "percent"} {
		f.want(200, "PUT", "/media/copy", "", "X-Amz-Copy-Source", source)
		if got := f.want(200, "GET", "/media/copy", "").body; got != want {
			t.Errorf("%s: %s", source, got)
		}
	}
	f.want(200, "PUT", "/media/renamed?renameObject", "", "X-Amz-Rename-Source", "a+b")
	if got := f.want(200, "GET", "/media/renamed", "").body; got != "space" {
		t.Error(got)
	}
	for _, source := range []string{"media/a+b", "media/a%2Bb"} {
		_, key, err := server.ParseCopySource(source)
		if want := map[string]string{"media/a+b": "a b", "media/a%2Bb": "a+b"}[source]; err != nil || key != want {
			t.Errorf("%s: %q, %v", source, key, err)
		}
	}
}

// botocore signs a Space as /SPACE/ and sends /SPACE.
func TestASpaceIsTheSameToV2WithAndWithoutASlash(t *testing.T) {
	f := withSpace(t)
	for _, query := range []string{"", "?acl", "?uploads"} {
		for _, signedAt := range []string{"/media", "/media/"} {
			signed := f.request("GET", signedAt+query, "")
			sigv4.SignV2(signed, "", accessKey, secretKey, time.Now())
			if a := f.anonymous("GET", "/media"+query, "", "Authorization", signed.Header.Get("Authorization"), "Date", signed.Header.Get("Date")); a.StatusCode != 200 {
				t.Errorf("signed %s: %d %s", signedAt+query, a.StatusCode, a.body)
			}
			_, link, _ := strings.Cut(sigv4.PresignV2(f.request("GET", signedAt+query, ""), "", accessKey, secretKey, time.Now().Add(time.Hour)), "?")
			if a := f.anonymous("GET", "/media?"+link, ""); a.StatusCode != 200 {
				t.Errorf("link of %s: %d %s", signedAt+query, a.StatusCode, a.body)
			}
		}
	}
	signed := f.request("GET", "/media/a", "")
	sigv4.SignV2(signed, "", accessKey, secretKey, time.Now())
	f.refused(f.anonymous("GET", "/media", "", "Authorization", signed.Header.Get("Authorization"), "Date", signed.Header.Get("Date")), 403, "SignatureDoesNotMatch")
}
