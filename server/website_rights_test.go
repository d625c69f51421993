package server_test

import (
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"spaces/server"
)

// from asks a website as a client at an address, over plain HTTP.
func (s *sites) from(peer, method, host, path string, headers ...string) *httptest.ResponseRecorder {
	s.Helper()
	req := s.request(method, path, "", append(headers, "Host", host)...)
	req.RemoteAddr = peer
	w := httptest.NewRecorder()
	s.server.ServeHTTP(w, req)
	return w
}

func TestAPolicyDecidesWhoSeesAPage(t *testing.T) {
	s := newSites(t, func(c *server.Config) { c.Proxies = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")} })
	s.space("site", "private", website(indexDoc))
	for _, key := range []string{"index.html", "open/index.html", "linked/index.html", "near/index.html", "safe/index.html", "denied/index.html"} {
		s.want(200, "PUT", target("site", key), "text of "+key)
	}
	s.want(200, "PUT", "/site?acl", "", "X-Amz-Acl", "private")
	allow := func(folder, condition string) string {
		return `{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::site/` + folder + `/*","Condition":{` + condition + `}}`
	}
	s.want(204, "PUT", "/site?policy", `{"Version":"2012-10-17","Statement":[`+strings.Join([]string{
		allow("open", ""), allow("linked", `"StringLike":{"aws:Referer":"https://friend.example/*"}`), allow("near", `"IpAddress":{"aws:SourceIp":"192.0.2.0/24"}`),
		allow("safe", `"Bool":{"aws:SecureTransport":"true"}`), allow("denied", ""),
		`{"Effect":"Deny","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::site/denied/*"}`}, ",")+"]}")
	s.page("site", "denied/public.html", "text") // its ACL does not help
	const host = "site." + siteDomain
	for _, c := range []struct {
		peer, path string
		headers    []string
		status     int
	}{
		{"192.0.2.7:1", "/", nil, 403},
		{"192.0.2.7:1", "/open/", nil, 200},
		{"192.0.2.7:1", "/open", nil, 302},
		{"192.0.2.7:1", "/linked/", nil, 403},
		{"192.0.2.7:1", "/linked", nil, 403},
		{"192.0.2.7:1", "/linked/", []string{"Referer", "https://friend.example/a"}, 200},
		{"192.0.2.7:1", "/near/", nil, 200},
		{"198.51.100.1:1", "/near/", nil, 403},
		{"10.0.0.1:1", "/near/", []string{"X-Forwarded-For", "192.0.2.9"}, 200},
		{"198.51.100.1:1", "/near/", []string{"X-Forwarded-For", "192.0.2.9"}, 403},
		{"192.0.2.7:1", "/safe/", nil, 403},
		{"10.0.0.1:1", "/safe/", []string{"X-Forwarded-Proto", "https"}, 200},
		{"192.0.2.7:1", "/safe/", []string{"X-Forwarded-Proto", "https"}, 403},
		{"192.0.2.7:1", "/denied/", nil, 403},
		{"192.0.2.7:1", "/denied/public.html", nil, 403},
		{"192.0.2.7:1", "/missing", nil, 403},
	} {
		for _, method := range []string{"GET", "HEAD"} {
			if w := s.from(c.peer, method, host, c.path, c.headers...); w.Code != c.status {
				t.Errorf("%s %s from %s with %v: %d, want %d", method, c.path, c.peer, c.headers, w.Code, c.status)
			}
		}
	}
	if got := s.from("10.0.0.1:1", "GET", host, "/open", "X-Forwarded-Proto", "https").Header().Get("Location"); got != "https://"+host+"/open/" {
		t.Errorf("behind a proxy with TLS it leads to %s", got)
	}
	if got := s.from("192.0.2.7:1", "GET", host, "/open", "X-Forwarded-Proto", "https").Header().Get("Location"); got != "http://"+host+"/open/" {
		t.Errorf("who is no proxy says the scheme: %s", got)
	}
	block := "<PublicAccessBlockConfiguration><RestrictPublicBuckets>true</RestrictPublicBuckets></PublicAccessBlockConfiguration>"
	s.want(200, "PUT", "/site?publicAccessBlock", block)
	if w := s.from("192.0.2.7:1", "GET", host, "/open/"); w.Code != 403 {
		t.Errorf("with public access blocked: %d", w.Code)
	}
}

// A key that a request brings is of no use on a website, and of no harm.
func TestAWebsiteKnowsNoSignatures(t *testing.T) {
	s := newSites(t)
	s.space("site", "private", website(indexDoc))
	s.want(200, "PUT", "/site/index.html", "a secret")
	signed := s.request("GET", "/index.html", "", "Host", "site."+siteDomain)
	sign(signed)
	a := s.visit("GET", "site."+siteDomain, "/index.html", "Authorization", signed.Header.Get("Authorization"), "X-Amz-Date", signed.Header.Get("X-Amz-Date"),
		"X-Amz-Content-Sha256", signed.Header.Get("X-Amz-Content-Sha256"))
	if a.StatusCode != 403 || strings.Contains(a.body, "secret") {
		t.Errorf("signed: %d %s", a.StatusCode, a.body)
	}
	s.page("site", "index.html", "for all")
	for _, path := range []string{"/?X-Amz-Signature=x&X-Amz-Credential=y", "/?AWSAccessKeyId=x&Signature=y&Expires=1"} {
		if a := s.visit("GET", "site."+siteDomain, path); a.StatusCode != 200 || a.body != "for all" {
			t.Errorf("%s: %d %s", path, a.StatusCode, a.body)
		}
	}
}

func TestAWebsiteServesWhatIsEncryptedAndWhatIsLarge(t *testing.T) {
	s := newSites(t, withMasters(t, true))
	s.space("site", "public-read", website(indexDoc))
	big := once5MiB()
	s.page("site", "big.bin", big, "Content-Type", "application/x-big")
	a := s.visit("GET", "site."+siteDomain, "/big.bin")
	if a.body != big || a.Header.Get("X-Amz-Server-Side-Encryption") != "AES256" {
		t.Errorf("%d bytes of %d, kept as %s", len(a.body), len(big), a.Header.Get("X-Amz-Server-Side-Encryption"))
	}
	if a := s.visit("GET", "site."+siteDomain, "/big.bin", "Range", "bytes=4194304-4194400"); a.StatusCode != 206 || a.body != big[4194304:4194401] {
		t.Errorf("a part: %d, %d bytes", a.StatusCode, len(a.body))
	}
	if a := s.visit("GET", "site."+siteDomain, "/big.bin", "If-None-Match", a.Header.Get("Etag")); a.StatusCode != 304 || a.body != "" {
		t.Errorf("known: %d", a.StatusCode)
	}
	s.want(200, "PUT", "/site?versioning", "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>")
	s.want(204, "DELETE", "/site/big.bin", "")
	if a := s.visit("GET", "site."+siteDomain, "/big.bin"); a.StatusCode != 404 || !strings.Contains(a.body, "<li>Code: NoSuchKey</li>") {
		t.Errorf("deleted: %d %s", a.StatusCode, a.body)
	}
	own := customer("k")
	s.page("site", "own.html", "of a customer's key", own...)
	if a := s.visit("GET", "site."+siteDomain, "/own.html"); a.StatusCode != 400 || strings.Contains(a.body, "customer's key") && !strings.Contains(a.body, "Server Side Encryption") {
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
}

func TestACodingHasAnETagOfItsOwn(t *testing.T) {
	s := newSites(t)
	s.space("site", "private", website(indexDoc))
	s.page("site", "a.css", plainText, "Content-Type", "text/css")
	s.page("site", "a.css.gz", "GZIP")
	const host = "site." + siteDomain
	whole, coded := s.visit("GET", host, "/a.css"), s.visit("GET", host, "/a.css", "Accept-Encoding", "gzip")
	if coded.body != "GZIP" || coded.Header.Get("Etag") == whole.Header.Get("Etag") || whole.Header.Get("Vary") != coded.Header.Get("Vary") {
		t.Errorf("%v\n%v", whole.Header, coded.Header)
	}
	for _, c := range []struct {
		etag, accept string
		status       int
	}{{whole.Header.Get("Etag"), "", 304}, {coded.Header.Get("Etag"), "gzip", 304}, {whole.Header.Get("Etag"), "gzip", 200}, {coded.Header.Get("Etag"), "", 200}} {
		if a := s.visit("GET", host, "/a.css", "If-None-Match", c.etag, "Accept-Encoding", c.accept); a.StatusCode != c.status || a.Header.Get("Vary") != "Accept-Encoding" {
			t.Errorf("%+v: %d, Vary %q", c, a.StatusCode, a.Header.Get("Vary"))
		}
	}
	a := s.visit("GET", host, "/a.css", "Range", "bytes=0-1", "If-Range", coded.Header.Get("Etag"), "Accept-Encoding", "gzip")
	if a.StatusCode != 200 || a.body != plainText {
		t.Errorf("a part of what is another now: %d %q", a.StatusCode, a.body)
	}
}

func TestOtherOriginsReadAWebsiteByTheRulesOfItsSpace(t *testing.T) {
	s := newSites(t)
	s.space("site", "private", website(indexDoc))
	s.page("site", "index.html", "text")
	s.want(200, "PUT", "/site?cors", corsDoc("AllowedOrigin=https://a.example AllowedMethod=GET AllowedHeader=x-own"))
	const host = "site." + siteDomain
	if a := s.visit("GET", host, "/", "Origin", "https://a.example"); a.Header.Get("Access-Control-Allow-Origin") != "https://a.example" || !strings.HasSuffix(a.Header.Get("Vary"), "Accept-Encoding") || !strings.HasPrefix(a.Header.Get("Vary"), "Origin") {
		t.Errorf("%v", a.Header)
	}
	if a := s.visit("GET", host, "/", "Origin", "https://b.example"); a.StatusCode != 200 || a.Header.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("%v", a.Header)
	}
	if a := s.visit("OPTIONS", host, "/any", "Origin", "https://a.example", "Access-Control-Request-Method", "GET", "Access-Control-Request-Headers", "x-own"); a.StatusCode != 200 || a.Header.Get("Access-Control-Allow-Headers") != "x-own" {
		t.Errorf("%d %v", a.StatusCode, a.Header)
	}
	if a := s.visit("OPTIONS", host, "/any", "Origin", "https://a.example", "Access-Control-Request-Method", "PUT"); a.StatusCode != 403 || !strings.Contains(a.body, "<h1>403") {
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
}

func TestWhichHostsAreWebsites(t *testing.T) {
	s := newSites(t, func(c *server.Config) {
		c.Domains = []string{"s3.example.com", "store.example.com", "s3.sites.example.com"}
		c.WebsiteDomains = []string{siteDomain, "Web.Store.Example.com.", "s3.example.com"}
	})
	s.space("site", "public-read", website(indexDoc))
	s.space("www.example.org", "public-read", website(indexDoc))
	s.space("box.example.net", "public-read", "")
	s.space("shop.store.example.com", "public-read", website(indexDoc))
	s.space("nas", "public-read", website(indexDoc))
	s.space("web", "public-read", website(indexDoc))
	for host, want := range map[string]string{ // a website, S3, or a website that there is none
		"site.sites.example.com": "website", "SITE.sites.Example.com.:80": "website", "www.example.org": "website", "www.example.org:8443": "website",
		"site.web.store.example.com": "website", "none.sites.example.com": "none", "box.example.net.sites.example.com": "none", "sites.example.com": "none", "web.store.example.com": "none",
		"s3.example.com": "S3", "site.s3.example.com": "S3", "site.localhost": "S3", "127.0.0.1:9000": "S3", "[::1]:9000": "S3", "localhost": "S3", "nas": "S3", "nas:9000": "S3",
		"box.example.net": "S3", "www.example.net": "S3", "shop.store.example.com": "S3", "store.example.com": "S3", "s3.sites.example.com": "S3", "site.s3.sites.example.com": "S3",
	} {
		a := s.visit("GET", host, "/")
		got := "S3"
		switch {
		case !strings.Contains(a.body, "<!DOCTYPE html>"):
		case strings.Contains(a.body, "NoSuchKey"):
			got = "website"
		default:
			got = "none"
		}
		if got != want {
			t.Errorf("%s: %s, want %s: %d %s", host, got, want, a.StatusCode, a.body)
		}
		if serves := s.server.ServesWebsite(host); serves != (want == "website") {
			t.Errorf("%s: a certificate is made: %t", host, serves)
		}
	}
	f := newFixture(t)
	f.want(200, "PUT", "/www.example.org", "")
	f.want(200, "PUT", "/www.example.org?website", website(indexDoc))
	if a := f.anonymous("GET", "/", "", "Host", "www.example.org"); strings.Contains(a.body, "<html") || f.server.ServesWebsite("www.example.org") {
		t.Error("a server without a domain for websites has one:", a.body)
	}
}

func TestTheServerTellsWhereAWebsiteIs(t *testing.T) {
	s := newSites(t)
	s.space("site", "private", "")
	if a := s.refuse(404, "NoSuchWebsiteConfiguration", "GET", "/site?website", ""); a.Header.Get("X-Spaces-Website-Host") != "site."+siteDomain {
		t.Errorf("%v", a.Header)
	}
	s.want(200, "PUT", "/site?website", website(indexDoc))
	if a := s.want(200, "GET", "/site?website", ""); a.Header.Get("X-Spaces-Website-Host") != "site."+siteDomain {
		t.Errorf("%v", a.Header)
	}
	f := withSpace(t)
	if a := f.refuse(404, "NoSuchWebsiteConfiguration", "GET", "/media?website", ""); a.Header.Get("X-Spaces-Website-Host") != "" {
		t.Errorf("%v", a.Header)
	}
}

func TestVisitsAreInTheLogOfTheSpace(t *testing.T) {
	l := &logYard{}
	s := newSites(t, l.configure)
	l.fixture = s.fixture
	s.space("site", "public-read", website(openDoc))
	l.want(200, "PUT", "/logs", "")
	l.turnOn("site", "logs", "a/", "")
	s.page("site", "docs/index.html", "text")
	s.visit("GET", "site."+siteDomain, "/docs/?q=1", "User-Agent", "browser")
	s.visit("HEAD", "site."+siteDomain, "/nothing")
	s.visit("POST", "site."+siteDomain, "/form")
	var seen []string
	for _, r := range l.deliver("logs", "a/") {
		if strings.HasPrefix(r[fOperation], "WEBSITE.") {
			seen = append(seen, strings.Join([]string{r[fOperation], r[fKey], r[fURI], r[fStatus], r[fCode], r[fCaller]}, " "))
		}
	}
	want := []string{`WEBSITE.GET.OBJECT docs/index.html "GET /docs/?q=1 HTTP/1.1" 200 - -`, `WEBSITE.HEAD.OBJECT nothing "HEAD /nothing HTTP/1.1" 404 NoSuchKey -`,
		`WEBSITE.POST.OBJECT form "POST /form HTTP/1.1" 405 MethodNotAllowed -`}
	if strings.Join(seen, "\n") != strings.Join(want, "\n") {
		t.Errorf("there is\n%s\nwant\n%s", strings.Join(seen, "\n"), strings.Join(want, "\n"))
	}
}
