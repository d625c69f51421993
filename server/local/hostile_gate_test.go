package local

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"io"
	"net"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"spaces/server"
	"spaces/server/certs"
	"spaces/server/certs/certstest"
	"spaces/server/storage"
)

// gate has the two ports by which a CA comes, with a certificate for s3.test, and the challenge for media.s3.test under
// way: the CA stands before another door, which does not open.
type gate struct {
	t          *testing.T
	own        *Owned
	ca         *certstest.CA
	acme       *certs.ACME
	tls, plain net.Addr
	token      string // of the challenge by HTTP
}

func listening(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func newGate(t *testing.T, byHTTP bool) *gate {
	t.Helper()
	dir := Dir{Path: t.TempDir(), Now: time.Now}
	own, err := dir.Own(16 << 20)
	if err != nil {
		t.Fatal(err)
	}
	g := &gate{t: t, own: own, ca: certstest.Start(t, 90*24*time.Hour)}
	l, plain, front := listening(t), listening(t), listening(t)
	g.tls, g.plain = l.Addr(), plain.Addr()
	o := certs.Options{Dir: dir.ACMEDir(), Domains: []string{"s3.test"}, Directory: g.ca.Directory, Roots: g.ca.Roots, Space: own.HasSpace, Website: own.HasWebsite, Listen: l.Addr()}
	if byHTTP {
		o.Listen, o.Plain = nil, plain.Addr()
	}
	if g.acme, err = certs.Open(o); err != nil {
		t.Fatal(err)
	}
	g.ca.At(front.Addr(), front.Addr())
	var holds atomic.Bool
	stands := make(chan string, 8)
	var waits sync.WaitGroup
	t.Cleanup(waits.Wait)
	t.Cleanup(func() { own.Close(); front.Close() }) // who waits for a certificate is let go before
	waits.Go(func() {
		for {
			c, err := front.Accept()
			if err != nil {
				return
			}
			waits.Go(func() { g.lets(c, byHTTP, holds.Load(), stands) })
		}
	})
	own.ListenTLS(server.LimitConnections(l, 200), g.acme)
	own.Redirect(server.LimitConnections(plain, 200), Redirect{Domains: []string{"s3.test"}, Space: own.HasSpace, Port: "443", Challenge: g.acme.Challenge})
	own.Listen(listening(t))
	if _, err := own.Start(t.Context(), Service{Command: "test", Root: RootKey{ID: "root", Secret: "secret"}, Scrub: -1}); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(time.Minute); ; runtime.Gosched() {
		if _, err := g.ca.Dial(g.tls.String(), "s3.test"); err == nil {
			break
		} else if time.Now().After(end) {
			t.Fatal(err)
		}
	}
	holds.Store(true)
	if err := own.engine.CreateSpace(storage.Space{Name: "media", Owner: "spaces"}); err != nil {
		t.Fatal(err)
	}
	waits.Go(func() { _, _ = g.ca.Dial(g.tls.String(), "media.s3.test") })
	g.token = <-stands
	return g
}

// lets has the CA come to the port that it wants, or stand there.
func (g *gate) lets(c net.Conn, byHTTP, holds bool, stands chan<- string) {
	defer c.Close()
	to := g.tls
	if byHTTP {
		to = g.plain
	}
	if holds {
		line, _ := bufio.NewReader(c).ReadString('\n')
		_, token, _ := strings.Cut(line, "acme-challenge/")
		token, _, _ = strings.Cut(token, " ")
		stands <- token
		<-g.t.Context().Done()
		return
	}
	there, err := net.Dial("tcp", to.String())
	if err != nil {
		return
	}
	defer there.Close()
	go func() { _, _ = io.Copy(there, c); there.(*net.TCPConn).CloseWrite() }()
	_, _ = io.Copy(c, there)
}

// hello is what a TLS client says first, to a server of a name that may be no name.
func hello(name string, protocols []string, most uint16) []byte {
	here, there := net.Pipe()
	go func() {
		_ = tls.Client(here, &tls.Config{ServerName: strings.Repeat("x", max(len(name), 1)), InsecureSkipVerify: true, NextProtos: protocols, MaxVersion: most}).Handshake()
		here.Close()
	}()
	text := make([]byte, 64<<10)
	n, _ := there.Read(text)
	there.Close()
	return bytes.Replace(text[:n], []byte(strings.Repeat("x", max(len(name), 1))), []byte(name + "x")[:max(len(name), 1)], 1)
}
