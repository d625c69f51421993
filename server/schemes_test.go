package server_test

import (
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"spaces/server"
)

// front is a server that listens on loopback, with a certificate of its own
// making where the scheme is https, and a record of what it was asked.
type front struct {
	*fixture
	scheme string
	url    string
	addr   string // host and port
	ts     *httptest.Server

	mu   sync.Mutex
	seen []*http.Request // without bodies
}

// overBoth runs a test against a fresh server over http, and against another
// over https.
func overBoth(t *testing.T, test func(t *testing.T, f *front), change ...func(*server.Config)) {
	t.Helper()
	t.Setenv("AWS_CA_BUNDLE", "")
	for _, scheme := range []string{"http", "https"} {
		t.Run(scheme, func(t *testing.T) { test(t, newFront(t, scheme, change...)) })
	}
}

func newFront(t *testing.T, scheme string, change ...func(*server.Config)) *front {
	t.Helper()
	f := &front{fixture: newFixture(t, change...), scheme: scheme}
	f.ts = httptest.NewUnstartedServer(f)
	if scheme == "https" {
		f.ts.StartTLS()
	} else {
		f.ts.Start()
	}
	t.Cleanup(f.ts.Close)
	f.url, f.addr = f.ts.URL, f.ts.Listener.Addr().String()
	return f
}

// ServeHTTP notes a request and passes it on.
func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	noted := &http.Request{Method: r.Method, URL: r.URL, Header: r.Header.Clone(), TLS: r.TLS}
	f.mu.Lock()
	f.seen = append(f.seen, noted)
	f.mu.Unlock()
	f.server.ServeHTTP(w, r)
}

// asked gives the requests since the last call that have a method.
func (f *front) asked(method string) (list []*http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, r := range f.seen {
		if r.Method == method {
			list = append(list, r)
		}
	}
	f.seen = nil
	return list
}

// transport connects to the server, whose certificate it trusts. It is closed
// with the test.
func (f *front) transport() *http.Transport {
	tr := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool(f.ts)}, DisableCompression: true, MaxIdleConnsPerHost: 64}
	f.Cleanup(tr.CloseIdleConnections)
	return tr
}

// overNet sends a request to an address that a client made, as anybody would
// who was given it. Headers come in pairs.
func (f *front) overNet(method, address, body string, headers ...string) answer {
	f.Helper()
	if !strings.HasPrefix(address, f.url+"/") {
		f.Fatalf("%s does not lead to %s", address, f.url)
	}
	req, err := http.NewRequest(method, address, strings.NewReader(body))
	if err != nil {
		f.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	local := *f.fixture
	local.client = &http.Client{Transport: f.transport()}
	return local.send(req)
}
