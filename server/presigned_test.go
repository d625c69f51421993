package server_test

import (
	"strings"
	"testing"
	"time"

	"spaces/server/sigv4"
)

func TestHeadersInThePresignedQueryCountAsHeaders(t *testing.T) {
	f := withSpace(t)
	presigned := func(method, target string) string {
		return sigv4.Presign(f.request(method, target, ""), accessKey, secretKey, region, time.Now(), time.Hour)
	}
	send := func(method, u, body string, headers ...string) answer {
		_, query, _ := strings.Cut(u, "?")
		path, _, _ := strings.Cut(strings.TrimPrefix(u, "http://"+host), "?")
		return f.anonymous(method, path+"?"+query, body, headers...)
	}
	u := presigned("PUT", "/media/a?x-amz-acl=public-read&X-Amz-Meta-Color=dark%20red&x-amz-tagging=k%3Dv&x-amz-storage-class=STANDARD_IA")
	if a := send("PUT", u, "hello", "X-Amz-Decoy", ""); a.StatusCode != 403 {
		t.Error("an unsigned header passed:", a.StatusCode)
	}
	if a := send("PUT", u, "hello"); a.StatusCode != 200 {
		t.Fatal(a.StatusCode, a.body)
	}
	g := f.anonymous("GET", "/media/a", "")
	if g.StatusCode != 200 || g.Header.Get("X-Amz-Meta-Color") != "dark red" || g.Header.Get("X-Amz-Storage-Class") != "STANDARD_IA" {
		t.Error(g.StatusCode, g.Header)
	}
	if got := f.want(200, "GET", "/media/a?tagging", "").body; first(got, "Value") != "v" {
		t.Error(got)
	}
	if a := send("PUT", presigned("PUT", "/media/b?x-amz-copy-source=%2Fmedia%2Fa"), ""); a.StatusCode != 200 || !strings.Contains(a.body, "CopyObjectResult") {
		t.Error(a.StatusCode, a.body)
	}
	tampered := strings.Replace(u, "public-read", "private", 1)
	f.refused(send("PUT", tampered, "x"), 403, "SignatureDoesNotMatch")
	// Only a signature makes headers of a query.
	f.want(200, "PUT", "/media/d?x-amz-acl=public-read", "x")
	f.refused(f.anonymous("GET", "/media/d", ""), 403, "AccessDenied")
}

// TestHeadersInTheQueryOfV2 signs as botocore does: headers are signed as such, and sent in the query.
func TestHeadersInTheQueryOfV2(t *testing.T) {
	f := withSpace(t)
	signed := f.request("PUT", "/media/a", "", "X-Amz-Acl", "public-read", "X-Amz-Meta-Color", "red", "Content-Type", "text/css")
	_, query, _ := strings.Cut(sigv4.PresignV2(signed, "", accessKey, secretKey, time.Now().Add(time.Hour)), "?")
	moved := "&x-amz-acl=public-read&x-amz-meta-color=red&content-type=text%2Fcss"
	for _, headers := range [][]string{nil, {"X-Amz-Acl", "public-read", "Content-Type", "text/css"}} {
		if a := f.anonymous("PUT", "/media/a?"+query+moved, "hello", headers...); a.StatusCode != 200 {
			t.Fatal(a.StatusCode, a.body)
		}
		if g := f.anonymous("GET", "/media/a", ""); g.StatusCode != 200 || g.Header.Get("X-Amz-Meta-Color") != "red" || g.Header.Get("Content-Type") != "text/css" {
			t.Error(g.StatusCode, g.Header)
		}
		f.want(204, "DELETE", "/media/a", "")
	}
	f.refused(f.anonymous("PUT", "/media/a?"+query, "x"), 403, "SignatureDoesNotMatch")
	f.refused(f.anonymous("PUT", "/media/a?"+query+strings.Replace(moved, "red", "blue", 1), "x"), 403, "SignatureDoesNotMatch")
	f.refused(f.anonymous("PUT", "/media/a?"+query+moved+"&x-amz-tagging=k%3Dv", "x"), 403, "SignatureDoesNotMatch")
	f.refused(f.anonymous("PUT", "/media/a?"+query+moved, "x", "X-Amz-Acl", "private"), 400, "InvalidArgument")
	f.refuse(404, "NoSuchKey", "GET", "/media/a", "")
}
