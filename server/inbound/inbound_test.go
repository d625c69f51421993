package inbound_test

import (
	"bufio"
	"errors"
	"net/http"
	"strings"
	"testing"

	"spaces/server/inbound"
)

// read reads a request as it comes off a connection.
func read(t testing.TB, head string) (inbound.Request, error) {
	t.Helper()
	r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(strings.ReplaceAll(head, "\n", "\r\n") + "\r\n\r\n")))
	if err != nil {
		t.Fatalf("%s: %v", head, err)
	}
	return inbound.Read(r)
}

func TestATargetIsAPathOrAnHTTPURL(t *testing.T) {
	for _, x := range []struct{ target, host, path, raw string }{
		{"/", "h", "/", "/"},
		{"/space/a%2Fb%20c+d", "h", "/space/a/b c+d", "/space/a%2Fb%20c+d"},
		{"/space/%2541", "h", "/space/%41", "/space/%2541"},
		{"//h/a", "h", "//h/a", "//h/a"},
		{"/space/../x", "h", "/space/../x", "/space/../x"},
		{"/space/x://h/a", "h", "/space/x://h/a", "/space/x://h/a"},
		{"http://other:9000/space/a", "other:9000", "/space/a", "/space/a"},
		{"HTTPS://other/space", "other", "/space", "/space"},
		{"http://other", "other", "/", "/"},
		{"http://other?acl", "other", "/", "/"},
		{"http://[::1]:9000/a", "[::1]:9000", "/a", "/a"},
	} {
		q, err := read(t, "GET "+x.target+" HTTP/1.1\nHost: h")
		if err != nil || q.Host != x.host || q.Path != x.path || q.RawPath != x.raw {
			t.Errorf("%s: host %q, path %q, as sent %q, %v", x.target, q.Host, q.Path, q.RawPath, err)
		}
	}
}

func TestNoOtherTargetIsRead(t *testing.T) {
	for target, want := range map[string]error{
		"a:b://h/space/a":                inbound.ErrTarget,
		"http:b://h/space/a":             inbound.ErrTarget,
		"http:/space/x://h/a":            inbound.ErrTarget,
		"http:space/a":                   inbound.ErrTarget,
		"http:///space/a":                inbound.ErrTarget,
		"ftp://h/space/a":                inbound.ErrTarget,
		"*":                              inbound.ErrTarget,
		"http://user@h/space/a":          inbound.ErrHost,
		"http://h%41/space/a":            nil, // not even net/http reads it
		"/space/%":                       inbound.ErrEscape,
		"/space/%4":                      inbound.ErrEscape,
		"/space/a?prefix=%zz":            inbound.ErrEscape,
		"/space/a?prefix=%00":            inbound.ErrQuery,
		"/space/a?prefix=%FF":            inbound.ErrQuery,
		"/?" + strings.Repeat("a&", 200): inbound.ErrQuery,
	} {
		r := &http.Request{RequestURI: target, Host: "h"}
		if _, err := inbound.Read(r); err == nil || want != nil && !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", target, err, want)
		}
	}
}

func TestAHostIsANameOrAnAddress(t *testing.T) {
	for host, good := range map[string]bool{
		"": true, "h": true, "a_b.example.com:9000": true, "[fe80::1]:80": true, "a%2Fb": false, "a/b": false, "u@h": false, "h,h": false,
		"h!": false, "h h": false, "caf\u00e9": false, "h\t": false,
	} {
		if _, err := inbound.Read(&http.Request{RequestURI: "/", Host: host}); (err == nil) != good {
			t.Errorf("%q: %v", host, err)
		}
	}
	two := &http.Request{RequestURI: "/", Host: "a", Header: http.Header{"Host": {"b"}}} // as HTTP/2 can have it
	if _, err := inbound.Read(two); !errors.Is(err, inbound.ErrHost) {
		t.Errorf("two hosts: %v", err)
	}
}

func TestAQueryKeepsItsOrderAndWhatWasSent(t *testing.T) {
	q, err := inbound.ParseQuery("b=1&&a=x+y&a=x%2By&=z&%61cl")
	if err != nil {
		t.Fatal(err)
	}
	want := inbound.Query{{"b", "1", "b=1"}, {"a", "x y", "a=x+y"}, {"a", "x+y", "a=x%2By"}, {"", "z", "=z"}, {"acl", "", "%61cl"}}
	if len(q) != len(want) {
		t.Fatalf("%q", q)
	}
	for i := range want {
		if q[i] != want[i] {
			t.Errorf("%q, want %q", q[i], want[i])
		}
	}
	if v, n := q.Count("a"); n != 2 || v != "x+y" {
		t.Error(v, n)
	}
	if v, ok := q.Lookup("a"); !ok || v != "x y" {
		t.Error(v, ok)
	}
}
