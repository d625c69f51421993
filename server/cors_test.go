package server_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"spaces/server/sigv4"
)

// corsDoc makes a configuration of rules, each a list of NAME=TEXT.
func corsDoc(rules ...string) string {
	var b strings.Builder
	b.WriteString(`<CORSConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">`)
	for _, r := range rules {
		b.WriteString("<CORSRule>")
		for _, f := range strings.Fields(r) {
			name, text, _ := strings.Cut(f, "=")
			fmt.Fprintf(&b, "<%s>%s</%s>", name, text, name)
		}
		b.WriteString("</CORSRule>")
	}
	return b.String() + "</CORSConfiguration>"
}

const anyRule = "AllowedOrigin=* AllowedMethod=GET"

func TestCORSConfigurationIsKeptUntilItIsDeleted(t *testing.T) {
	f := withSpace(t)
	f.refuse(404, "NoSuchCORSConfiguration", "GET", "/media?cors", "")
	f.want(200, "PUT", "/media?cors", corsDoc("ID=one AllowedOrigin=https://*.example.com AllowedMethod=PUT AllowedMethod=GET AllowedHeader=x-* ExposeHeader=ETag MaxAgeSeconds=30", anyRule))
	a := f.want(200, "GET", "/media?cors", "")
	for name, want := range map[string]string{"ID": "one", "AllowedOrigin": "https://*.example.com,*", "AllowedMethod": "PUT,GET,GET", "ExposeHeader": "ETag", "MaxAgeSeconds": "30"} {
		if got := strings.Join(between(a.body, name), ","); got != want {
			t.Errorf("%s: %s", name, got)
		}
	}
	f.want(200, "PUT", "/media?cors", a.body)
	if again := f.want(200, "GET", "/media?cors", ""); again.body != a.body {
		t.Error(again.body)
	}
	f.want(204, "DELETE", "/media?cors", "")
	f.want(204, "DELETE", "/media?cors", "")
	f.refuse(404, "NoSuchCORSConfiguration", "GET", "/media?cors", "")
}

func TestBadCORSConfigurationsAreRefused(t *testing.T) {
	f := withSpace(t)
	before := f.dump()
	for _, c := range []struct{ code, doc string }{
		{"MalformedXML", ""}, {"MalformedXML", "<Other/>"}, {"MalformedXML", corsDoc()}, {"MalformedXML", corsDoc("AllowedOrigin=*")},
		{"MalformedXML", corsDoc("AllowedMethod=GET")}, {"MalformedXML", corsDoc(anyRule + " Thing=1")}, {"MalformedXML", corsDoc(anyRule + " AllowedHeader=")},
		{"MalformedXML", corsDoc(anyRule + " MaxAgeSeconds=4294967296")}, {"MalformedXML", corsDoc(anyRule + " MaxAgeSeconds=soon")}, {"MalformedXML", corsDoc(anyRule + " MaxAgeSeconds=1 MaxAgeSeconds=2")},
		{"MalformedXML", corsDoc(anyRule + " ExposeHeader=a&#13;&#10;Set-Cookie:b")}, {"MalformedXML", corsDoc(anyRule + " ID=" + strings.Repeat("x", 256))},
		{"MalformedXML", corsDoc(anyRule) + "x"}, {"MalformedXML", corsDoc(anyRule + " AllowedOrigin=" + strings.Repeat("x", 64<<10))},
		{"InvalidRequest", corsDoc("AllowedOrigin=* AllowedMethod=PATCH")}, {"InvalidRequest", corsDoc("AllowedOrigin=* AllowedMethod=get")},
		{"InvalidRequest", corsDoc("AllowedOrigin=*.*.com AllowedMethod=GET")}, {"InvalidRequest", corsDoc(anyRule + " AllowedHeader=*-*")},
		{"InvalidRequest", corsDoc("AllowedOrigin=* AllowedMethod=")}, {"InvalidRequest", corsDoc(anyRule + " AllowedHeader=a:b")}, {"InvalidRequest", corsDoc(anyRule + " ExposeHeader=a/b")},
		{"InvalidRequest", corsDoc(anyRule + " AllowedHeader=é")},
		{"InvalidRequest", corsDoc(anyRule + " ExposeHeader=*")}, {"InvalidRequest", corsDoc(strings.Split(strings.Repeat(anyRule+"|", 101), "|")[:101]...)},
	} {
		f.refuse(400, c.code, "PUT", "/media?cors", c.doc)
	}
	f.refuse(404, "NoSuchBucket", "PUT", "/missing?cors", corsDoc(anyRule))
	if f.dump() != before {
		t.Error("a refused configuration changed something")
	}
}

func TestPreflightAllowsWhatARuleAllows(t *testing.T) {
	f := withSpace(t)
	f.want(200, "PUT", "/media?cors", corsDoc(
		"AllowedOrigin=https://app.example.com AllowedMethod=PUT AllowedHeader=Content-Type AllowedHeader=x-amz-* MaxAgeSeconds=600 ExposeHeader=ETag ExposeHeader=x-amz-version-id",
		"AllowedOrigin=https://*.example.org AllowedMethod=GET AllowedMethod=HEAD",
		"AllowedOrigin=* AllowedMethod=GET"))
	for _, c := range []struct {
		origin, method, headers string
		allowed                 string // "": refused
	}{
		{"https://app.example.com", "PUT", "content-type, X-Amz-Date", "https://app.example.com"},
		{"https://app.example.com", "PUT", "", "https://app.example.com"},
		{"https://app.example.com", "PUT", "content-type,authorization", ""},
		{"https://app.example.com", "DELETE", "", ""},
		{"http://app.example.com", "PUT", "", ""},
		{"https://app.example.com.evil", "PUT", "", ""},
		{"HTTPS://APP.EXAMPLE.COM", "PUT", "", ""},
		{"https://a.example.org", "HEAD", "", "https://a.example.org"},
		{"https://.example.org", "HEAD", "", "https://.example.org"},
		{"https://example.org", "HEAD", "", ""},
		{"https://a.example.org", "GET", "", "https://a.example.org"},
		{"null", "GET", "", "*"},
		{"https://anywhere", "GET", "", "*"},
		{"https://anywhere", "GET", "x-custom", ""},
	} {
		for _, at := range []string{"/media", "/media/a/b%20c", "/media/a?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=00"} {
			headers := []string{"Origin", c.origin, "Access-Control-Request-Method", c.method}
			if c.headers != "" {
				headers = append(headers, "Access-Control-Request-Headers", c.headers)
			}
			a := f.anonymous("OPTIONS", at, "", headers...)
			h := a.Header
			if c.allowed == "" {
				f.refused(a, 403, "AccessForbidden")
				if h.Get("Access-Control-Allow-Origin") != "" {
					t.Error(c, h)
				}
				continue
			}
			if a.StatusCode != 200 || a.body != "" || h.Get("Access-Control-Allow-Origin") != c.allowed || !strings.Contains(h.Get("Access-Control-Allow-Methods"), c.method) {
				t.Error(c, a.StatusCode, h, a.body)
			}
			if (h.Get("Access-Control-Allow-Credentials") == "true") != (c.allowed != "*") {
				t.Error(c, "credentials", h)
			}
			if !strings.Contains(h.Get("Vary"), "Origin") || h.Get("Access-Control-Allow-Headers") != strings.ToLower(c.headers) {
				t.Error(c, h)
			}
			if c.method == "PUT" && (h.Get("Access-Control-Max-Age") != "600" || h.Get("Access-Control-Expose-Headers") != "ETag, x-amz-version-id") {
				t.Error(c, h)
			}
		}
	}
	f.refused(f.anonymous("OPTIONS", "/media", "", "Origin", "https://anywhere"), 400, "BadRequest")
	f.refused(f.anonymous("OPTIONS", "/media", "", "Origin", "https://anywhere", "Access-Control-Request-Method", "PATCH"), 400, "BadRequest")
	f.want(200, "PUT", "/off", "")
	for _, at := range []string{"/media", "/off"} {
		for _, names := range []string{"a b", "a:b", "x,a/b", "é", "a[b]", `"a"`, "a\tb"} {
			a := f.refused(f.anonymous("OPTIONS", at, "", "Origin", "https://anywhere", "Access-Control-Request-Method", "GET", "Access-Control-Request-Headers", names), 400, "BadRequest")
			if says := first(a.body, "Message"); !strings.HasSuffix(says, "contains invalid character.") {
				t.Error(names, says)
			}
		}
		f.refused(f.anonymous("OPTIONS", at, "", "Origin", "https://anywhere", "Access-Control-Request-Method", "get"), 400, "BadRequest")
	}
	f.refused(f.anonymous("OPTIONS", "/missing", "", "Origin", "https://anywhere", "Access-Control-Request-Method", "GET"), 404, "NoSuchBucket")
}

func TestAnswersCarryCORSHeaders(t *testing.T) {
	f := withSpace(t)
	f.want(200, "PUT", "/media/a", "hello", "X-Amz-Acl", "public-read")
	f.want(200, "PUT", "/media?cors", corsDoc("AllowedOrigin=https://app.example.com AllowedMethod=GET AllowedMethod=PUT ExposeHeader=ETag"))
	const origin = "https://app.example.com"
	for _, a := range []answer{
		f.anonymous("GET", "/media/a", "", "Origin", origin),
		f.anonymous("GET", "/media/a", "", "Origin", origin, "Range", "bytes=1-2"),
		f.do("PUT", "/media/b", "x", "Origin", origin),
		f.anonymous("GET", "/media/missing", "", "Origin", origin),              // 403
		f.do("GET", "/media/missing", "", "Origin", origin),                     // 404
		f.do("GET", "/media/a", "", "Origin", origin, "If-None-Match", "*"),     // 304
		f.do("GET", "/media?torrent", "", "Origin", origin),                     // 501
		f.send(badlySigned(f.request("GET", "/media/a", "", "Origin", origin))), // 403
	} {
		h := a.Header
		if h.Get("Access-Control-Allow-Origin") != origin || h.Get("Access-Control-Allow-Credentials") != "true" || h.Get("Access-Control-Expose-Headers") != "ETag" || !strings.Contains(h.Get("Vary"), "Origin") {
			t.Error(a.StatusCode, h)
		}
	}
	for _, a := range []answer{
		f.do("GET", "/media/a", "", "Origin", "https://evil.example"),
		f.do("GET", "/media/a", ""),
		f.do("DELETE", "/media/b", "", "Origin", origin),
		f.do("GET", "/media/missing", ""),
	} {
		if h := a.Header; h.Get("Access-Control-Allow-Origin") != "" || !strings.Contains(h.Get("Vary"), "Origin") {
			t.Error(a.StatusCode, h)
		}
	}
	f.want(200, "PUT", "/other", "")
	if h := f.want(200, "GET", "/other", "", "Origin", origin).Header; h.Get("Access-Control-Allow-Origin") != "" || h.Get("Vary") != "" {
		t.Error(h)
	}
	f.want(204, "DELETE", "/media?cors", "")
	if h := f.want(200, "GET", "/media/a", "", "Origin", origin).Header; h.Get("Access-Control-Allow-Origin") != "" {
		t.Error("the rules outlive their document", h)
	}
}

// TestARequestMayAskForAnotherMethod: tools that try out a configuration send
// the headers of a preflight with another method.
func TestARequestMayAskForAnotherMethod(t *testing.T) {
	f := withSpace(t)
	f.want(200, "PUT", "/media?cors", corsDoc("AllowedOrigin=https://a.example AllowedMethod=GET AllowedHeader=x-* MaxAgeSeconds=-5"))
	ask := func(headers ...string) answer {
		return f.do("PUT", "/media/a", "x", append([]string{"Origin", "https://a.example"}, headers...)...)
	}
	if a := ask(); a.StatusCode != 200 || a.Header.Get("Access-Control-Allow-Origin") != "" {
		t.Error(a.StatusCode, a.Header)
	}
	a := ask("Access-Control-Request-Method", "GET", "Access-Control-Request-Headers", "X-One, x-two")
	if h := a.Header; a.StatusCode != 200 || h.Get("Access-Control-Allow-Origin") != "https://a.example" || h.Get("Access-Control-Allow-Headers") != "x-one, x-two" || h.Get("Access-Control-Max-Age") != "-5" {
		t.Error(a.StatusCode, h)
	}
	if a := ask("Access-Control-Request-Method", "GET", "Access-Control-Request-Headers", "Content-Type"); a.StatusCode != 200 || a.Header.Get("Access-Control-Allow-Origin") != "" {
		t.Error(a.StatusCode, a.Header)
	}
	f.refused(ask("Access-Control-Request-Method", "LIST"), 400, "BadRequest")
	f.refused(ask("Access-Control-Request-Headers", "a b"), 400, "BadRequest")
}

func badlySigned(r *http.Request) *http.Request {
	sigv4.Sign(r, accessKey, "another secret", region, payloadHash(r), time.Now())
	return r
}
