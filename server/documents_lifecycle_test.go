package server_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"spaces/server"
	"spaces/server/s3xml"
)

// serve gives a client of a server on the engine.
func (y *yard) serve() *fixture {
	s := server.New(server.Config{Engine: y.engine, Secret: secret, Owner: "owner"})
	transport := &http.Transport{DialContext: s.Dial}
	y.Cleanup(func() {
		transport.CloseIdleConnections()
		y.must(s.Shutdown(context.Background()))
	})
	return &fixture{TB: y, engine: y.engine, server: s, client: &http.Client{Transport: transport}}
}

// Keys may have characters that XML 1.0 has no place for, and so may the
// prefixes of rules, which clients send as they are or as references.
func TestARuleMayBeForAnyPrefixThatAKeyHas(t *testing.T) {
	for _, prefix := range []string{"a\x01b/", "a\x1b[31m/", "a\ufffeb/", "a\rb/", "a\u0085\u2028/", "a&<b/"} {
		others := []string{"a", "ab/x", "a\x02b/x", "a\ufffdb/x", "a b/x", "a%01b/x", prefix[:len(prefix)-1], "b" + prefix}
		escaped := strings.TrimSuffix(strings.TrimPrefix(element("a", prefix), "<a>"), "</a>")
		sent := []string{escaped}
		if !strings.ContainsAny(prefix, "&<\r") {
			sent = append(sent, prefix)
		}
		for _, text := range sent {
			y := newYard(t, "")
			f := y.serve()
			f.want(200, "PUT", "/s?lifecycle", expiry("<Prefix>"+text+"</Prefix>", "2"))
			doc, err := s3xml.Parse(f.want(200, "GET", "/s?lifecycle", "").body)
			if err != nil {
				t.Fatal(err)
			}
			if got := doc.Children[0].Children[1].Children[0]; got.Name != "Prefix" || got.Text != prefix {
				t.Errorf("%q is read back as %+v", prefix, got)
			}
			for _, key := range others {
				y.put(key, "x")
			}
			f.want(200, "PUT", target("s", prefix+"x"), "x")
			if f.want(200, "HEAD", target("s", prefix+"x"), "").Header.Get("X-Amz-Expiration") == "" {
				t.Errorf("%q does not expire", prefix)
			}
			if done := y.pass(3 * day); done.Objects != 1 || len(strings.Split(y.keys(), " ")) < len(others) || f.want(404, "GET", target("s", prefix+"x"), "").code() != "NoSuchKey" {
				t.Errorf("%q, sent as %q: %d expired, %q stay", prefix, text, done.Objects, y.keys())
			}
		}
	}
}
