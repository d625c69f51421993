package server_test

import (
	"bytes"
	"log/slog"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"spaces/server"
)

// Behind a proxy that ends TLS the addresses in answers are those that clients
// can use. Nobody else says what scheme it is.
func TestAddressesBehindAProxyAreTheClients(t *testing.T) {
	trust := func(c *server.Config) { c.Proxies = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")} }
	for peer, scheme := range map[string]string{"10.1.1.1:9": "https://", "192.0.2.1:9": "http://"} {
		f := newFixture(t, trust)
		f.want(200, "PUT", "/media", "")
		upload := f.begin("/media/a b")
		etag := f.part("/media/a b", upload, 1, "part")
		for host, want := range map[string]string{"box": scheme + "box/media/a%20b", "media.localhost:9000": scheme + "media.localhost:9000/a%20b"} {
			target := "/media/a%20b"
			if strings.HasPrefix(host, "media.") {
				target = "/a%20b"
			}
			req := f.request("POST", target+"?uploadId="+upload, completeDoc(etag), "Host", host)
			sign(req)
			req.RemoteAddr = peer
			req.Header.Set("X-Forwarded-Proto", "https")
			w := httptest.NewRecorder()
			f.server.ServeHTTP(w, req)
			if got := first(w.Body.String(), "Location"); w.Code != 200 || got != want {
				t.Errorf("from %s to %s: %d %q, want %q", peer, host, w.Code, got, want)
			}
		}
	}
}

func TestAPanicLeavesItsTraceInTheLog(t *testing.T) {
	var log bytes.Buffer
	f := newFixture(t, func(c *server.Config) {
		c.Log = slog.New(slog.NewTextHandler(&log, nil))
		c.Secret = func(string) (string, bool) { panic("a mistake") }
	})
	func() {
		defer func() { recover() }() // net/http cuts the connection
		req := sign(f.request("GET", "/", ""))
		f.server.ServeHTTP(httptest.NewRecorder(), req)
	}()
	for _, want := range []string{"a mistake", "address_test.go", "sigv4", "status=500"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("%q is not in the log:\n%s", want, log.String())
		}
	}
}
