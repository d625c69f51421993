// Package certstest has a CA for tests: Let's Encrypt's own test server in this process, which looks every name up as
// this machine.
package certstest

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"time"

	"github.com/letsencrypt/pebble/v2/ca"
	"github.com/letsencrypt/pebble/v2/db"
	"github.com/letsencrypt/pebble/v2/va"
	"github.com/letsencrypt/pebble/v2/wfe"
	"github.com/miekg/dns"
)

// CA is an ACME server on loopback.
type CA struct {
	Directory string         // URL
	Roots     *x509.CertPool // by which its own server is known
	Root      []byte         // the same, as PEM
	Issued    *x509.CertPool // by which its certificates are known
	Issuer    []byte         // the same, as PEM
	Down      atomic.Bool    // it answers 503 to everything

	asked, orders atomic.Int64

	store     *db.MemoryStore
	authority *ca.CAImpl
	names     string // the address of a server of the DNS
	ready     chan struct{}
	handler   http.Handler // from ready on
}

// Test is what a CA needs of a test, or of a program that is part of one.
type Test interface {
	Helper()
	Setenv(name, value string)
	Cleanup(do func())
	Fatal(args ...any)
}

// Start runs a CA until the end of the test. Its certificates live for life. Requests wait until it knows by At where
// to look.
func Start(t Test, life time.Duration) *CA {
	t.Helper()
	for name, value := range map[string]string{"PEBBLE_VA_NOSLEEP": "1", "PEBBLE_AUTHZREUSE": "0", "PEBBLE_WFE_NONCEREJECT": "0"} {
		t.Setenv(name, value)
	}
	store := db.NewMemoryStore()
	authority := ca.New(silent, store, "", "ecdsa", 0, 1, map[string]ca.Profile{"default": {ValidityPeriod: uint64(life / time.Second)}})
	c := &CA{Issued: x509.NewCertPool(), store: store, authority: authority, names: startDNS(t), ready: make(chan struct{})}
	s := httptest.NewTLSServer(c)
	s.Config.ErrorLog = silent
	t.Cleanup(s.Close)
	c.Directory = s.URL + wfe.DirectoryPath
	c.Roots = x509.NewCertPool()
	c.Roots.AddCert(s.Certificate())
	c.Root = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw})
	issuer := authority.GetRootCert(0).Cert
	c.Issued.AddCert(issuer)
	c.Issuer = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: issuer.Raw})
	return c
}

var silent = log.New(io.Discard, "", 0)

// At tells on which ports of this machine the CA looks whether a name belongs to who asks: instead of 443 and 80. It is
// called once.
func (c *CA) At(tls, http net.Addr) {
	port := func(a net.Addr) int {
		if a == nil {
			return 1 // nobody is there
		}
		return a.(*net.TCPAddr).Port
	}
	validate := va.New(silent, port(http), port(tls), false, c.names, c.store)
	front := wfe.New(silent, c.store, validate, c.authority, []string{"test"}, false, false, 1, 1)
	c.handler = front.Handler()
	close(c.ready)
}

// ServeHTTP implements http.Handler.
func (c *CA) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.asked.Add(1)
	if c.Down.Load() {
		http.Error(w, "down", http.StatusServiceUnavailable)
		return
	}
	if strings.HasPrefix(r.URL.Path, "/order-plz") {
		c.orders.Add(1)
	}
	select {
	case <-c.ready:
		c.handler.ServeHTTP(w, r)
	case <-r.Context().Done():
	}
}

// Asked is how many requests there were.
func (c *CA) Asked() int64 { return c.asked.Load() }

// Orders is how often a certificate was ordered.
func (c *CA) Orders() int64 { return c.orders.Load() }

// startDNS has every name be this machine.
func startDNS(t Test) (addr string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &dns.Server{Listener: l, Handler: dns.HandlerFunc(func(w dns.ResponseWriter, q *dns.Msg) {
		m := new(dns.Msg).SetReply(q)
		if q.Question[0].Qtype == dns.TypeA {
			m.Answer = []dns.RR{&dns.A{Hdr: dns.RR_Header{Name: q.Question[0].Name, Rrtype: dns.TypeA, Class: dns.ClassINET}, A: net.IPv4(127, 0, 0, 1)}}
		}
		_ = w.WriteMsg(m)
	})}
	ended := make(chan struct{})
	go func() { defer close(ended); _ = s.ActivateAndServe() }()
	t.Cleanup(func() { l.Close(); <-ended })
	return l.Addr().String()
}

// Dial shakes hands as a client that knows the CA, and gives the certificate that it was shown.
func (c *CA) Dial(addr, name string) (*x509.Certificate, error) {
	conn, err := tls.Dial("tcp", addr, &tls.Config{ServerName: name, RootCAs: c.Issued})
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	return conn.ConnectionState().PeerCertificates[0], nil
}
