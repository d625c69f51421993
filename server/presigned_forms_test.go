package server_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"spaces/server/sigv4"
)

// link is how an SDK presigns: what it signs as headers, what it writes into
// the query, and what whoever uses the link sends.
type link struct {
	method string
	signed []string // headers, in pairs
	params string   // of the query
	sent   []string // headers, in pairs
}

// follow presigns and sends. edit changes the query behind the signature.
func (l link) follow(f *fixture, at, body string, edit func(query string) string) answer {
	f.Helper()
	target := at
	if l.params != "" {
		target += "?" + l.params
	}
	signed := f.request(l.method, target, "", l.signed...)
	_, query, _ := strings.Cut(sigv4.Presign(signed, accessKey, secretKey, region, time.Now(), time.Hour), "?")
	if edit != nil {
		query = edit(query)
	}
	return f.anonymous(l.method, at+"?"+query, body, l.sent...)
}

// Every row is of the table in sigv4 that says what a parameter means. The
// forms are those of the SDKs named.
func TestWhatAParameterOfALinkMeans(t *testing.T) {
	crc := url.QueryEscape(digest("CRC32", "hello"))
	acl, public := "x-amz-acl=public-read", func(a answer) bool { return a.StatusCode == 200 }
	for _, k := range []struct {
		name   string
		link   link
		status int
		code   string
		public bool // afterwards
	}{
		{"checksum of no body, aws-sdk-js v3", link{"PUT", nil, "x-amz-checksum-crc32=AAAAAA%3D%3D&x-amz-sdk-checksum-algorithm=CRC32", nil}, 200, "", false},
		{"checksum of no body, aws-sdk-go", link{"PUT", nil, "X-Amz-Checksum-Crc32=AAAAAA%3D%3D&X-Amz-Sdk-Checksum-Algorithm=CRC32", nil}, 200, "", false},
		{"promise of a checksum alone", link{"PUT", nil, "x-amz-sdk-checksum-algorithm=CRC32", nil}, 200, "", false},
		{"checksum that is none", link{"PUT", nil, "x-amz-checksum-crc32=x&x-amz-checksum-sha256=y", nil}, 200, "", false},
		{"checksum as a header", link{"PUT", []string{"X-Amz-Checksum-Crc32", "AAAAAA=="}, "", []string{"X-Amz-Checksum-Crc32", "AAAAAA=="}}, 400, "BadDigest", false},
		{"checksum listed, in the query", link{"PUT", []string{"X-Amz-Checksum-Crc32", "AAAAAA=="}, "x-amz-checksum-crc32=AAAAAA%3D%3D", nil}, 400, "BadDigest", false},
		{"right checksum listed, in the query", link{"PUT", []string{"X-Amz-Checksum-Crc32", digest("CRC32", "hello")}, "x-amz-checksum-crc32=" + crc, nil}, 200, "", false},
		{"ACL in the query, aws-sdk-js v3", link{"PUT", nil, acl, nil}, 200, "", true},
		{"ACL in the query, aws-sdk-java v1", link{"PUT", nil, "X-Amz-Acl=public-read", nil}, 200, "", true},
		{"ACL listed and in the query, aws-sdk-js v2", link{"PUT", []string{"X-Amz-Acl", "public-read"}, acl, nil}, 200, "", true},
		{"ACL as a header, aws-sdk-java v2 and boto3", link{"PUT", []string{"X-Amz-Acl", "public-read"}, "", []string{"X-Amz-Acl", "public-read"}}, 200, "", true},
		{"ACL listed, in the query and sent", link{"PUT", []string{"X-Amz-Acl", "public-read"}, acl, []string{"X-Amz-Acl", "public-read"}}, 200, "", true},
		{"Cache-Control listed, in the query", link{"PUT", []string{"Cache-Control", "no-store"}, "Cache-Control=no-store", nil}, 200, "", false},
		{"header of a proxy listed, in the query", link{"PUT", []string{"X-Forwarded-Proto", "https"}, "X-Forwarded-Proto=https", nil}, 403, "SignatureDoesNotMatch", false},
		{"ACL listed and nowhere", link{"PUT", []string{"X-Amz-Acl", "public-read"}, "", nil}, 403, "SignatureDoesNotMatch", false},
		{"ACL sent and not signed", link{"PUT", nil, "", []string{"X-Amz-Acl", "public-read"}}, 403, "AccessDenied", false},
		{"ACL in the query, another sent", link{"PUT", nil, acl, []string{"X-Amz-Acl", "private"}}, 403, "AccessDenied", false},
		{"two ACLs in the query", link{"PUT", nil, acl + "&X-Amz-Acl=private", nil}, 400, "InvalidArgument", false},
		{"Cache-Control listed and in the query, aws-sdk-js v2", link{"PUT", []string{"X-Amz-Meta-A", "1"}, "X-Amz-Meta-A=1&Cache-Control=no-store", nil}, 200, "", false},
		{"condition in the query, botocore", link{"PUT", nil, "If-None-Match=%2A", nil}, 412, "PreconditionFailed", false},
		{"condition in the query, any letters", link{"PUT", nil, "if-match=%22nothing%22", nil}, 412, "PreconditionFailed", false},
		{"condition as a header", link{"PUT", nil, "", []string{"If-None-Match", "*"}}, 412, "PreconditionFailed", false},
	} {
		f := withSpace(t)
		f.want(200, "PUT", "/media/a", "old")
		a := k.link.follow(f, "/media/a", "hello", nil)
		if a.StatusCode != k.status || a.code() != k.code {
			t.Errorf("%s: %d %s, want %d %s\n%s", k.name, a.StatusCode, a.code(), k.status, k.code, a.body)
		}
		want := map[bool]string{true: "hello", false: "old"}[k.status == 200]
		if got := f.want(200, "GET", "/media/a", "").body; got != want {
			t.Errorf("%s: the object is %q", k.name, got)
		}
		if public(f.anonymous("GET", "/media/a", "")) != k.public {
			t.Errorf("%s: public is not %v", k.name, k.public)
		}
	}
}

// Whatever a parameter means, it is signed.
func TestNoParameterOfALinkCanBeChanged(t *testing.T) {
	f := withSpace(t)
	f.want(200, "PUT", "/media/a", "old")
	for _, l := range []link{
		{"PUT", nil, "x-amz-acl=private", nil}, {"PUT", []string{"X-Amz-Acl", "private"}, "x-amz-acl=private", nil},
		{"PUT", nil, "If-None-Match=%2A", nil}, {"PUT", nil, "x-amz-checksum-crc32=AAAAAA%3D%3D", nil}, {"GET", nil, "response-content-type=text%2Fplain", nil},
	} {
		name, _, _ := strings.Cut(l.params, "=")
		for what, edit := range map[string]func(string) string{
			"changed": func(q string) string { return strings.Replace(q, name+"=", name+"=x", 1) },
			"removed": func(q string) string { return strings.Replace(q, l.params+"&", "", 1) },
			"renamed": func(q string) string { return strings.Replace(q, name+"=", strings.ToUpper(name)+"=", 1) },
			"doubled": func(q string) string { return q + "&" + l.params },
		} {
			f.refused(l.follow(f, "/media/a", "new", edit), 403, "SignatureDoesNotMatch")
			if got := f.want(200, "GET", "/media/a", "").body; got != "old" {
				t.Fatalf("%s, %s: the object is %q", l.params, what, got)
			}
		}
	}
}

// aws-sdk-js v2 signs links by V2 where it is told nothing, and writes what it
// does not sign into the query all the same.
func TestALinkOfV2MayHaveWhatV2DoesNotSign(t *testing.T) {
	f := withSpace(t)
	link := func(method, at string) string {
		_, query, _ := strings.Cut(sigv4.PresignV2(f.request(method, at, ""), "", accessKey, secretKey, time.Now().Add(time.Hour)), "?")
		return at + "?" + query
	}
	a := f.anonymous("PUT", link("PUT", "/media/dir/a")+"&Cache-Control=max-age%3D60&Content-Disposition=inline", "body", "Cache-Control", "no-store")
	if a.StatusCode != 200 {
		t.Fatal(a.StatusCode, a.body)
	}
	if h := f.want(200, "HEAD", "/media/dir/a", "").Header; h.Get("Cache-Control") != "no-store" || h.Get("Content-Disposition") != "" {
		t.Error(h)
	}
	if a := f.anonymous("GET", link("GET", "/media")+"&prefix=dir%2F&list-type=2", ""); a.StatusCode != 200 || first(a.body, "Key") != "dir/a" {
		t.Error(a.StatusCode, a.body)
	}
	for _, param := range []string{"acl", "x-other=1", "renameObject", "X-Amz-Expires=9"} {
		if a := f.anonymous("GET", link("GET", "/media/dir/a")+"&"+param, ""); a.StatusCode/100 != 4 {
			t.Errorf("%s: %d", param, a.StatusCode)
		}
	}
}

func TestALinkReplacesHeadersOfTheAnswer(t *testing.T) {
	f := withSpace(t)
	f.want(200, "PUT", "/media/a", "text", "Content-Type", "text/html", "X-Amz-Checksum-Crc32", digest("CRC32", "text"))
	a := link{"GET", nil, "response-content-type=text%2Fplain&x-amz-checksum-mode=ENABLED&x-id=GetObject", nil}.follow(f, "/media/a", "", nil)
	if a.StatusCode != 200 || a.Header.Get("Content-Type") != "text/plain" || a.Header.Get("X-Amz-Checksum-Crc32") != digest("CRC32", "text") {
		t.Error(a.StatusCode, a.Header)
	}
}
