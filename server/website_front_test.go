package server_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"

	"spaces/server"
)

// sites is a server with websites, reached over TCP.
type sites struct {
	*fixture
	web *http.Client
}

const siteDomain = "sites.example.com"

func newSites(t testing.TB, change ...func(*server.Config)) *sites {
	t.Helper()
	f := newFixture(t, append([]func(*server.Config){func(c *server.Config) { c.WebsiteDomains = []string{siteDomain} }}, change...)...)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go f.server.Serve(l)
	transport := &http.Transport{DisableCompression: true, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "tcp", l.Addr().String())
	}}
	t.Cleanup(transport.CloseIdleConnections)
	return &sites{f, &http.Client{Transport: transport, CheckRedirect: f.client.CheckRedirect}}
}

// visit asks a website for a path as a browser does. Headers come in pairs.
func (s *sites) visit(method, host, path string, headers ...string) answer {
	s.Helper()
	req := s.request(method, path, "", append(headers, "Host", host)...)
	res, err := s.web.Do(req)
	if err != nil {
		s.Fatalf("%s http://%s%s: %v", method, host, path, err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		s.Fatalf("%s http://%s%s: read: %v", method, host, path, err)
	}
	return answer{res, string(body)}
}

// space makes a Space with a website, "" for none.
func (s *sites) space(name, acl, document string) {
	s.Helper()
	s.want(200, "PUT", "/"+name, "", "X-Amz-Acl", acl)
	if document != "" {
		s.want(200, "PUT", "/"+name+"?website", document)
	}
}

// page stores an object that everybody may read. Headers come in pairs.
func (s *sites) page(name, key, body string, headers ...string) answer {
	s.Helper()
	if !slices.Contains(headers, "Content-Type") {
		headers = append(headers, "Content-Type", "text/html")
	}
	return s.want(200, "PUT", target(name, key), body, append(headers, "X-Amz-Acl", "public-read")...)
}

const (
	openDoc   = indexDoc + "<ErrorDocument><Key>404.html</Key></ErrorDocument>"
	plainText = "a page that is long enough that what is beside it in another coding is shorter than it is"
)

// standing is a server with the websites of the table.
func standing(t *testing.T) *sites {
	s := newSites(t)
	s.space("open", "public-read", website(openDoc))
	s.page("open", "index.html", "the front page", "Cache-Control", "max-age=60", "X-Amz-Meta-Author", "me")
	s.page("open", "404.html", "nothing here")
	s.page("open", "docs/index.html", "the docs")
	s.page("open", "a b/ü&<i>.html", "odd")
	s.page("open", "gone", "", "X-Amz-Website-Redirect-Location", "/docs/?x=1")
	s.page("open", "away", "", "X-Amz-Website-Redirect-Location", "https://example.org/new")
	s.page("open", "/evil.example/index.html", "")
	s.want(200, "PUT", "/open/private.html", "a secret")
	s.want(200, "PUT", "/open/hidden/index.html", "a secret")
	s.page("open", ".trash/b/index.html", "thrown away")
	s.page("open", "plain.css", plainText, "Content-Type", "text/css")
	s.page("open", "plain.css.br", "BR", "Content-Type", "binary/octet-stream")
	s.page("open", "plain.css.gz", "GZIP", "Content-Type", "binary/octet-stream")
	s.page("open", "plain.css.zst", "ZST", "Content-Type", "binary/octet-stream")
	s.page("open", "some.js", plainText, "Content-Type", "text/javascript")
	s.want(200, "PUT", "/open/some.js.br", "BR")
	s.page("open", "some.js.gz", "GZIP")
	s.page("open", "coded.html", plainText, "Content-Encoding", "gzip")
	s.page("open", "coded.html.br", "BR")
	s.page("open", "long.html", "short")
	s.page("open", "long.html.gz", "longer than the page itself")

	s.space("closed", "private", website(indexDoc))
	s.page("closed", "index.html", "the front page")
	s.page("closed", "docs/index.html", "the docs")
	s.space("noerror", "public-read", website(openDoc))
	s.page("noerror", "index.html", "the front page")
	s.space("plain", "public-read", "")
	s.page("plain", "index.html", "the front page")
	s.space("moved", "private", website("<RedirectAllRequestsTo><HostName>example.org</HostName><Protocol>https</Protocol></RedirectAllRequestsTo>"))
	s.space("same", "private", website("<RedirectAllRequestsTo><HostName>example.org</HostName></RedirectAllRequestsTo>"))
	when := func(inside string) string { return "<Condition>" + inside + "</Condition>" }
	prefix := func(p string) string { return "<KeyPrefixEquals>" + p + "</KeyPrefixEquals>" }
	failing := "<HttpErrorCodeReturnedEquals>404</HttpErrorCodeReturnedEquals>"
	s.space("routed", "public-read", routed(
		when(prefix("docs/"))+redirect("<ReplaceKeyPrefixWith>documents/</ReplaceKeyPrefixWith>"),
		when(prefix("one"))+redirect("<ReplaceKeyWith>error.html</ReplaceKeyWith><HttpRedirectCode>302</HttpRedirectCode>"),
		when(prefix("secure/"))+redirect("<Protocol>https</Protocol>"),
		when(prefix("cut/"))+redirect("<ReplaceKeyPrefixWith/><HttpRedirectCode>307</HttpRedirectCode>"),
		when(prefix("far/"))+redirect(toHost+"<HttpRedirectCode>308</HttpRedirectCode>"),
		when(prefix("app/")+failing)+redirect("<ReplaceKeyPrefixWith>#!/</ReplaceKeyPrefixWith>"),
		when(prefix("ask/")+failing)+redirect("<ReplaceKeyPrefixWith>?page=</ReplaceKeyPrefixWith>"),
		when("<HttpErrorCodeReturnedEquals>403</HttpErrorCodeReturnedEquals>")+redirect("<ReplaceKeyWith>login.html</ReplaceKeyWith>"),
	))
	s.page("routed", "app/there.html", "there")
	s.want(200, "PUT", "/routed/closed.html", "a secret")
	s.space("www.example.org", "private", website(indexDoc))
	s.page("www.example.org", "index.html", "its own name")
	s.space("dots.in.it", "private", website(indexDoc))
	s.page("dots.in.it", "index.html", "dots")
	return s
}

// visits are requests to websites and what is answered. A header that is wanted
// as "-" is not there; a body is a part of the whole, and "=" begins all of it.
var visits = []struct {
	about, method, host, path string
	headers                   []string
	status                    int
	want                      []string // header, value
	body                      []string
}{
	{about: "the front page", host: "open", path: "/", status: 200, body: []string{"=the front page"}, want: []string{"Content-Type", "text/html", "Cache-Control", "max-age=60", "X-Amz-Meta-Author", "me", "Vary", "Accept-Encoding", "Accept-Ranges", "bytes"}},
	{about: "the same by its key", host: "open", path: "/index.html", status: 200, body: []string{"=the front page"}},
	{about: "a folder", host: "open", path: "/docs/", status: 200, body: []string{"=the docs"}},
	{about: "a folder without its slash", host: "open", path: "/docs", status: 302, body: []string{"="}, want: []string{"Location", "http://open.sites.example.com/docs/", "Content-Length", "0"}},
	{about: "the same with a query", host: "open", path: "/docs?a=1&b=%20", status: 302, want: []string{"Location", "http://open.sites.example.com/docs/?a=1&b=%20"}},
	{about: "with a port", host: "open:8080", path: "/docs", status: 302, want: []string{"Location", "http://open.sites.example.com:8080/docs/"}},
	{about: "a key that needs encoding", host: "open", path: "/a%20b/%C3%BC&%3Ci%3E.html", status: 200, body: []string{"=odd"}},
	{about: "queries that are S3's", host: "open", path: "/?acl&versionId=x&response-content-type=text/plain&partNumber=7", status: 200, body: []string{"=the front page"}, want: []string{"Content-Type", "text/html"}},
	{about: "HEAD", method: "HEAD", host: "open", path: "/", status: 200, body: []string{"="}, want: []string{"Content-Length", "14", "Content-Type", "text/html"}},
	{about: "HEAD of what is missing", method: "HEAD", host: "open", path: "/nothing", status: 404, body: []string{"="}, want: []string{"Content-Length", "12", "X-Amz-Error-Code", "NoSuchKey"}},
	{about: "HEAD of a folder", method: "HEAD", host: "open", path: "/docs", status: 302, want: []string{"Location", "http://open.sites.example.com/docs/"}},

	{about: "a part", host: "open", path: "/", headers: []string{"Range", "bytes=4-8"}, status: 206, body: []string{"=front"}, want: []string{"Content-Range", "bytes 4-8/14"}},
	{about: "the end", host: "open", path: "/", headers: []string{"Range", "bytes=-4"}, status: 206, body: []string{"=page"}},
	{about: "a part that is not there", host: "open", path: "/", headers: []string{"Range", "bytes=99-"}, status: 416, body: []string{"=nothing here"}, want: []string{"X-Amz-Error-Code", "InvalidRange", "Content-Range", "-"}},
	{about: "what is known already", host: "open", path: "/", headers: []string{"If-None-Match", "*"}, status: 304, body: []string{"="}, want: []string{"Cache-Control", "max-age=60", "Vary", "Accept-Encoding"}},
	{about: "what is not older", host: "open", path: "/", headers: []string{"If-Modified-Since", "Mon, 02 Jan 2006 15:04:05 GMT"}, status: 200, body: []string{"=the front page"}},
	{about: "another than wanted", host: "open", path: "/", headers: []string{"If-Match", `"x"`}, status: 412, body: []string{"=nothing here"}},

	{about: "a page for errors", host: "open", path: "/nothing", status: 404, body: []string{"=nothing here"}, want: []string{"Content-Type", "text/html", "X-Amz-Error-Code", "NoSuchKey", "X-Amz-Error-Message", "The specified key does not exist."}},
	{about: "it is whole", host: "open", path: "/nothing", headers: []string{"Range", "bytes=0-1", "If-None-Match", "*"}, status: 404, body: []string{"=nothing here"}},
	{about: "a folder without an index", host: "open", path: "/nothing/", status: 404, body: []string{"=nothing here"}},
	{about: "a private page", host: "open", path: "/private.html", status: 403, body: []string{"=nothing here"}, want: []string{"X-Amz-Error-Code", "AccessDenied"}},
	{about: "a private folder", host: "open", path: "/hidden", status: 404, body: []string{"=nothing here"}, want: []string{"Location", "-"}},
	{about: "what was thrown away", host: "open", path: "/.trash/b/", status: 403, body: []string{"=nothing here"}},
	{about: "its folder", host: "open", path: "/.trash/b", status: 403, body: []string{"=nothing here"}, want: []string{"Location", "-"}},
	{about: "an error without a page for it", host: "closed", path: "/nothing", status: 403, body: []string{"<h1>403 Forbidden</h1>", "<li>Code: AccessDenied</li>", "<li>Message: Access Denied.</li>", "RequestId: ", "HostId: "}, want: []string{"Content-Type", "text/html; charset=utf-8", "X-Content-Type-Options", "nosniff", "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"}},
	{about: "a folder where nobody may list", host: "closed", path: "/docs", status: 302, want: []string{"Location", "http://closed.sites.example.com/docs/"}},
	{about: "a page for errors that is missing", host: "noerror", path: "/%3Cscript%3E", status: 404, body: []string{"<li>Code: NoSuchKey</li>", "<li>Key: &lt;script&gt;</li>", "An Error Occurred While Attempting to Retrieve a Custom Error Document", "<li>Key: 404.html</li>"}},
	{about: "no website", host: "plain", path: "/", status: 404, body: []string{"<li>Code: NoSuchWebsiteConfiguration</li>", "<li>BucketName: plain</li>"}},
	{about: "no Space", host: "nobody", path: "/", status: 404, body: []string{"<li>Code: NoSuchBucket</li>", "<li>BucketName: nobody</li>"}},
	{about: "the domain itself", host: "@sites.example.com", path: "/", status: 404, body: []string{"<li>Code: NoSuchBucket</li>"}},

	{about: "an object that leads to a path", host: "open", path: "/gone", status: 301, body: []string{"="}, want: []string{"Location", "http://open.sites.example.com/docs/?x=1"}},
	{about: "an object that leads elsewhere", host: "open", path: "/away", status: 301, want: []string{"Location", "https://example.org/new", "X-Amz-Website-Redirect-Location", "-"}},
	{about: "everything elsewhere", host: "moved", path: "/a%20b/c?q=1", status: 301, body: []string{"="}, want: []string{"Location", "https://example.org/a%20b/c?q=1"}},
	{about: "everything elsewhere, the same scheme", host: "same", path: "/", status: 301, want: []string{"Location", "http://example.org/"}},
	{about: "another beginning", host: "routed", path: "/docs/a?q", status: 301, want: []string{"Location", "http://routed.sites.example.com/documents/a?q"}},
	{about: "another key", host: "routed", path: "/one/two", status: 302, want: []string{"Location", "http://routed.sites.example.com/error.html"}},
	{about: "another scheme", host: "routed:8080", path: "/secure/a", status: 301, want: []string{"Location", "https://routed.sites.example.com/secure/a"}},
	{about: "no beginning", host: "routed", path: "/cut//evil.example/", status: 307, want: []string{"Location", "http://routed.sites.example.com//evil.example/"}},
	{about: "another host", host: "routed", path: "/far/a", status: 308, want: []string{"Location", "http://example.com/far/a"}},
	{about: "a rule for an error", host: "routed", path: "/app/a/b?q=1", status: 301, want: []string{"Location", "http://routed.sites.example.com/?q=1#!/a/b"}},
	{about: "one that makes a query", host: "routed", path: "/ask/a%26b?q=1", status: 301, want: []string{"Location", "http://routed.sites.example.com/?page=a%26b&q=1"}},
	{about: "where there is no error", host: "routed", path: "/app/there.html", status: 200, body: []string{"=there"}},
	{about: "a rule for another error", host: "routed", path: "/closed.html", status: 301, want: []string{"Location", "http://routed.sites.example.com/login.html"}},
	{about: "an error without a rule", host: "routed", path: "/other", status: 404, body: []string{"<li>Key: other</li>"}},

	{about: "densest coding", host: "open", path: "/plain.css", headers: []string{"Accept-Encoding", "gzip, deflate, br, zstd"}, status: 200, body: []string{"=BR"}, want: []string{"Content-Encoding", "br", "Content-Type", "text/css", "Vary", "Accept-Encoding"}},
	{about: "the only coding that is accepted", host: "open", path: "/plain.css", headers: []string{"Accept-Encoding", "gzip"}, status: 200, body: []string{"=GZIP"}, want: []string{"Content-Encoding", "gzip"}},
	{about: "the coding that is wanted most", host: "open", path: "/plain.css", headers: []string{"Accept-Encoding", "br;q=0.5, zstd;q=1.0"}, status: 200, body: []string{"=ZST"}, want: []string{"Content-Encoding", "zstd"}},
	{about: "a coding that is not wanted", host: "open", path: "/plain.css", headers: []string{"Accept-Encoding", "br;q=0, *;q=0"}, status: 200, body: []string{"=" + plainText}, want: []string{"Content-Encoding", "-", "Vary", "Accept-Encoding"}},
	{about: "HEAD of a coding", method: "HEAD", host: "open", path: "/plain.css", headers: []string{"Accept-Encoding", "br"}, status: 200, want: []string{"Content-Encoding", "br", "Content-Length", "2"}},
	{about: "a part is none of a coding", host: "open", path: "/plain.css", headers: []string{"Accept-Encoding", "br", "Range", "bytes=0-5"}, status: 206, body: []string{"=a page"}, want: []string{"Content-Encoding", "-", "Vary", "Accept-Encoding"}},
	{about: "a coding that is private", host: "open", path: "/some.js", headers: []string{"Accept-Encoding", "br, gzip"}, status: 200, body: []string{"=GZIP"}, want: []string{"Content-Encoding", "gzip", "Content-Type", "text/javascript"}},
	{about: "a page that is in a coding", host: "open", path: "/coded.html", headers: []string{"Accept-Encoding", "br, gzip"}, status: 200, body: []string{"=" + plainText}, want: []string{"Content-Encoding", "gzip", "Vary", "-"}},
	{about: "a coding that saves nothing", host: "open", path: "/long.html", headers: []string{"Accept-Encoding", "gzip"}, status: 200, body: []string{"=short"}, want: []string{"Content-Encoding", "-"}},

	{about: "POST", method: "POST", host: "open", path: "/", status: 405, body: []string{"<h1>405 Method Not Allowed</h1>", "<li>Code: MethodNotAllowed</li>", "<li>Method: POST</li>"}, want: []string{"Allow", "GET, HEAD, OPTIONS"}},
	{about: "PUT", method: "PUT", host: "open", path: "/new.html", status: 405},
	{about: "DELETE", method: "DELETE", host: "open", path: "/index.html", status: 405},
	{about: "a method of nobody's", method: "BREW", host: "open", path: "/", status: 405},
	{about: "a preflight without rules", method: "OPTIONS", host: "open", path: "/", headers: []string{"Origin", "https://a.example", "Access-Control-Request-Method", "GET"}, status: 403, body: []string{"<li>Code: AccessForbidden</li>"}},
	{about: "a signature does not count", host: "open", path: "/private.html", headers: []string{"Authorization", "AWS4-HMAC-SHA256 Credential=x"}, status: 403, body: []string{"=nothing here"}},
	{about: "another login neither", host: "open", path: "/", headers: []string{"Authorization", "Basic eDp5"}, status: 200, body: []string{"=the front page"}},

	{about: "its own name", host: "@www.example.org", path: "/", status: 200, body: []string{"=its own name"}},
	{about: "with a port, a dot and capitals", host: "@WWW.Example.ORG.:8080", path: "/", status: 200, body: []string{"=its own name"}},
	{about: "it has no path style", host: "@www.example.org", path: "/open/index.html", status: 403, body: []string{"<li>Code: AccessDenied</li>"}},
	{about: "a name with dots", host: "dots.in.it", path: "/", status: 200, body: []string{"=dots"}},
	{about: "capitals and a dot", host: "@OPEN.Sites.Example.com.", path: "/docs", status: 302, want: []string{"Location", "http://OPEN.Sites.Example.com./docs/"}},
	{about: "a name that no Space can have", host: "-x-", path: "/", status: 400, body: []string{"<li>Code: InvalidBucketName</li>"}},
	{about: "a host that is none", host: "@open%2f.sites.example.com", path: "/", status: 400},

	{about: "a path that looks like a host", host: "open", path: "//evil.example", status: 302, want: []string{"Location", "http://open.sites.example.com//evil.example/"}},
	{about: "the same, encoded", host: "open", path: "/%2Fevil.example", status: 302, want: []string{"Location", "http://open.sites.example.com//evil.example/"}},
	{about: "a path that climbs", host: "open", path: "/../closed/index.html", status: 400, body: []string{"<li>Code: InvalidURI</li>"}},
	{about: "the same, encoded", host: "open", path: "/%2e%2e/closed/index.html", status: 400, body: []string{"<li>Code: InvalidURI</li>"}},
	{about: "a zero byte", host: "open", path: "/a%00b", status: 400, body: []string{"<li>Code: InvalidURI</li>"}},
	{about: "no UTF-8", host: "open", path: "/%ff", status: 400, body: []string{"<li>Code: InvalidURI</li>"}},
	{about: "an escape that is none", host: "open", path: "/?%zz", status: 400, body: []string{"<li>Code: InvalidURI</li>"}},
	{about: "a key that is too long", host: "open", path: "/" + strings.Repeat("k", 1025), status: 400, body: []string{"<li>Code: KeyTooLongError</li>"}},
	{about: "one whose index would be", host: "open", path: "/" + strings.Repeat("k", 1020), status: 404, body: []string{"=nothing here"}},
	{about: "line ends in a path", host: "routed", path: "/docs/a%0d%0aSet-Cookie:%20x", status: 301, want: []string{"Location", "http://routed.sites.example.com/documents/a%0D%0ASet-Cookie%3A%20x", "Set-Cookie", "-"}},
	{about: "the API beside S3", host: "open", path: "/v2/spaces/keys", headers: []string{"Authorization", "Bearer x"}, status: 404, body: []string{"=nothing here"}},
}

func TestAWebsiteAnswers(t *testing.T) {
	s := standing(t)
	before := s.dump()
	for _, v := range visits {
		t.Run(v.about, func(t *testing.T) {
			method, host := v.method, v.host
			if method == "" {
				method = "GET"
			}
			if name, whole := strings.CutPrefix(host, "@"); whole {
				host = name
			} else {
				name, port, has := strings.Cut(host, ":")
				if host = name + "." + siteDomain; has {
					host += ":" + port
				}
			}
			a := s.visit(method, host, v.path, v.headers...)
			if a.StatusCode != v.status {
				t.Errorf("%d, want %d\n%v\n%s", a.StatusCode, v.status, a.Header, a.body)
			}
			for i := 0; i < len(v.want); i += 2 {
				got, want := strings.Join(a.Header.Values(v.want[i]), " | "), v.want[i+1]
				if want == "-" {
					want = ""
				}
				if got != want {
					t.Errorf("%s: %q, want %q", v.want[i], got, want)
				}
			}
			for _, part := range v.body {
				if whole, is := strings.CutPrefix(part, "="); is && a.body != whole || !is && !strings.Contains(a.body, part) {
					t.Errorf("the body is %q, want %q", a.body, part)
				}
			}
			if strings.Contains(a.body, "<?xml") {
				t.Errorf("it answers as S3: %s", a.body)
			}
		})
	}
	if s.dump() != before {
		t.Error("a visitor changed something")
	}
}
