package server_test

import (
	"context"
	"crypto/md5"
	"crypto/x509"
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"spaces/server"
	"spaces/server/s3xml"
	"spaces/server/sigv4"
	"spaces/server/storage"
)

const (
	accessKey = "AKIDEXAMPLE"
	secretKey = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
	region    = "us-east-1"
	host      = "localhost:9000"
)

// fixture is a server on an engine in memory, and a client that reaches it
// through Dial.
type fixture struct {
	testing.TB
	engine *storage.Engine
	server *server.Server
	client *http.Client
}

func newFixture(t testing.TB, change ...func(*server.Config)) *fixture {
	t.Helper()
	return newFixtureOn(t, vfs.NewMem(), change...)
}

func newFixtureOn(t testing.TB, fs vfs.FS, change ...func(*server.Config)) *fixture {
	t.Helper()
	return newFixtureWith(t, storage.Options{FS: fs}, change...)
}

func newFixtureWith(t testing.TB, o storage.Options, change ...func(*server.Config)) *fixture {
	t.Helper()
	engine, err := storage.Open("data", o)
	if err != nil {
		t.Fatal(err)
	}
	c := server.Config{Engine: engine, Secret: secret, Owner: "owner", Domains: []string{"s3.example.com"}, Metrics: answered}
	for _, f := range change {
		f(&c)
	}
	s := server.New(c)
	transport := &http.Transport{DialContext: s.Dial, DisableCompression: true, MaxIdleConnsPerHost: 64}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		if err := s.Shutdown(ctx); err != nil {
			t.Error("shutdown:", err)
		}
		if err := engine.Close(); err != nil {
			t.Error("close:", err)
		}
	})
	client := &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return &fixture{TB: t, engine: engine, server: s, client: client}
}

func secret(key string) (string, bool) { return secretKey, key == accessKey }

// answer is a response with its body read.
type answer struct {
	*http.Response
	body string
}

// code is the error code of an answer, "" when it is none.
func (a answer) code() string {
	_, rest, _ := strings.Cut(a.body, "<Code>")
	code, _, found := strings.Cut(rest, "</Code>")
	if !found || a.StatusCode < 300 {
		return ""
	}
	return code
}

// request builds a request to a raw, percent-encoded target. Headers come in pairs.
func (f *fixture) request(method, target, body string, headers ...string) *http.Request {
	f.Helper()
	var r io.Reader
	if body != "" {
		r = strings.NewReader(body)
	}
	req, err := http.NewRequest(method, "http://"+host+target, r)
	if err != nil {
		f.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		if headers[i] == "Host" {
			req.Host = headers[i+1]
			continue
		}
		req.Header.Add(headers[i], headers[i+1])
	}
	return req
}

// sign signs with the payload's hash.
func sign(req *http.Request) *http.Request {
	var body []byte
	if req.GetBody != nil {
		r, _ := req.GetBody()
		body, _ = io.ReadAll(r)
	}
	sigv4.Sign(req, accessKey, secretKey, region, sigv4.HashPayload(body), time.Now())
	return req
}

func (f *fixture) send(req *http.Request) answer {
	f.Helper()
	res, err := f.client.Do(req)
	if err != nil {
		f.Fatalf("%s %s: %v", req.Method, req.URL, err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		f.Fatalf("%s %s: read: %v", req.Method, req.URL, err)
	}
	return answer{res, string(body)}
}

// do sends a signed request.
func (f *fixture) do(method, target, body string, headers ...string) answer {
	f.Helper()
	return f.send(sign(f.request(method, target, body, headers...)))
}

// anonymous sends an unsigned request.
func (f *fixture) anonymous(method, target, body string, headers ...string) answer {
	f.Helper()
	return f.send(f.request(method, target, body, headers...))
}

// want sends a signed request that has to be answered with a status.
func (f *fixture) want(status int, method, target, body string, headers ...string) answer {
	f.Helper()
	a := f.do(method, target, body, headers...)
	if a.StatusCode != status {
		f.Fatalf("%s %s: %d, want %d\n%s", method, target, a.StatusCode, status, a.body)
	}
	return a
}

// refuse sends a signed request that has to fail with a status and a code.
func (f *fixture) refuse(status int, code, method, target, body string, headers ...string) answer {
	f.Helper()
	return f.refused(f.do(method, target, body, headers...), status, code)
}

func (f *fixture) refused(a answer, status int, code string) answer {
	f.Helper()
	if a.StatusCode != status || a.Request.Method != "HEAD" && a.code() != code {
		f.Fatalf("%s %s: %d %s, want %d %s\n%s", a.Request.Method, a.Request.URL, a.StatusCode, a.code(), status, code, a.body)
	}
	if a.Request.Method == "HEAD" {
		return a
	}
	if err := xml.Unmarshal([]byte(a.body), new(struct{ XMLName xml.Name })); err != nil {
		f.Fatalf("the error is no XML: %v\n%s", err, a.body)
	}
	for _, element := range []string{"Message", "Resource", "RequestId", "HostId"} {
		if !strings.Contains(a.body, "<"+element+">") {
			f.Errorf("the error has no %s\n%s", element, a.body)
		}
	}
	return a
}

// escapeKey percent-encodes all of a key but slashes and unreserved characters.
func escapeKey(key string) string { return string(s3xml.AppendURL(nil, key)) }

func target(space, key string) string { return "/" + space + "/" + escapeKey(key) }

// between gives the texts of all elements of a name, unescaped by encoding/xml
// rules and references to control characters.
func between(body, name string) (texts []string) {
	for {
		_, rest, found := strings.Cut(body, "<"+name+">")
		text, after, closed := strings.Cut(rest, "</"+name+">")
		if !found || !closed {
			return texts
		}
		texts = append(texts, unescapeText(text))
		body = after
	}
}

func unescapeText(s string) string {
	doc, err := s3xml.Parse("<a>" + s + "</a>")
	if err != nil {
		return "unreadable: " + s
	}
	return doc.Text
}

func first(body, name string) string {
	if all := between(body, name); len(all) > 0 {
		return all[0]
	}
	return ""
}

func md5Base64(s string) string {
	sum := md5.Sum([]byte(s))
	return base64.StdEncoding.EncodeToString(sum[:])
}

func digest(name, s string) string {
	return base64.StdEncoding.EncodeToString(server.Digest(name, []byte(s)))
}

// dump writes down all that the engine holds, to see that nothing changed.
func (f *fixture) dump() string {
	f.Helper()
	var b strings.Builder
	spaces, err := f.engine.Spaces()
	if err != nil {
		f.Fatal(err)
	}
	ctx := context.Background()
	for _, sp := range spaces {
		fmt.Fprintf(&b, "%s %s %s %s %s %v\n", sp.Name, sp.Region, sp.Owner, sp.ACL, sp.Versioning, sp.Config)
		versions, _, err := f.engine.ListVersions(ctx, sp.Name, storage.VersionsQuery{Max: 1000})
		if err != nil {
			f.Fatal(err)
		}
		fmt.Fprintf(&b, " versions %v\n", versions)
		list, _, err := f.engine.List(ctx, sp.Name, storage.ListQuery{Max: 1000})
		if err != nil {
			f.Fatal(err)
		}
		for _, e := range list {
			o, err := f.engine.Head(sp.Name, e.Key)
			if err != nil {
				f.Fatal(err)
			}
			fmt.Fprintf(&b, " %q %d %d %s %v %v %v %s\n", o.Key, o.Seq, o.Size, o.ETag, o.Headers, o.Meta, o.Tags, o.ACL)
		}
		uploads, _, _, err := f.engine.Uploads(sp.Name, storage.UploadsQuery{Max: 1000})
		if err != nil {
			f.Fatal(err)
		}
		for _, u := range uploads {
			parts, _, _ := f.engine.Parts(sp.Name, u.Key, u.ID, 0, 1000)
			fmt.Fprintf(&b, " upload %q %s %d\n", u.Key, u.ID, len(parts))
		}
	}
	return b.String()
}

// pattern is n bytes that repeat late.
func pattern(n int) string {
	b := make([]byte, n)
	x := uint32(n)
	for i := range b {
		x = x*1664525 + 1013904223
		b[i] = byte(x >> 24)
	}
	return string(b)
}

var once5MiB = sync.OnceValue(func() string { return pattern(5 << 20) })

func readAll(t testing.TB, req *http.Request) string {
	t.Helper()
	b, err := io.ReadAll(req.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func unescapeURL(t testing.TB, s string) string {
	t.Helper()
	plain, err := url.PathUnescape(s)
	if err != nil {
		t.Fatal(err)
	}
	return plain
}

// pool trusts a test server.
func pool(ts *httptest.Server) *x509.CertPool {
	p := x509.NewCertPool()
	if c := ts.Certificate(); c != nil {
		p.AddCert(c)
	}
	return p
}
