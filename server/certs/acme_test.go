package certs

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"spaces/server/certs/certstest"
)

// box is a TLS server that has its certificates from a CA of the tests.
type box struct {
	*ACME
	t    *testing.T
	ca   *certstest.CA
	addr string
	log  *strings.Builder // under mu
	mu   *sync.Mutex
}

// open starts one. change may be nil; http adds a port for HTTP-01, alone leaves none for TLS-ALPN-01.
func open(t *testing.T, ca *certstest.CA, o Options, http, alone bool) *box {
	t.Helper()
	b := &box{t: t, ca: ca, log: new(strings.Builder), mu: new(sync.Mutex)}
	l := listen(t)
	b.addr = l.Addr().String()
	o.Directory, o.Roots, o.Log = ca.Directory, ca.Roots, slog.New(slog.NewTextHandler(b, nil))
	o.Domains = append([]string{"s3.test"}, o.Domains...)
	o.Listen = l.Addr()
	if o.Dir == "" {
		o.Dir = filepath.Join(t.TempDir(), "acme")
	}
	var plain net.Listener
	if http {
		plain = listen(t)
		o.Plain = plain.Addr()
	}
	if alone {
		o.Listen = nil
	}
	var err error
	if b.ACME, err = Open(o); err != nil {
		t.Fatal(err)
	}
	b.serve(Listener(l, b.ACME), b.nothing)
	if http {
		b.serve(plain, b.challenge)
	}
	t.Cleanup(func() { b.stop() })
	return b
}

// Write implements io.Writer: what is logged.
func (b *box) Write(text []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.log.Write(text)
}

func (b *box) logged() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.log.String()
}

func (b *box) stop() {
	if b.ctx.Err() == nil {
		b.Close()
	}
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func (b *box) serve(l net.Listener, h http.HandlerFunc) {
	s := &http.Server{Handler: h, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, 0)}
	ended := make(chan struct{})
	go func() { defer close(ended); s.Serve(l) }()
	b.t.Cleanup(func() { s.Close(); <-ended })
}

func (b *box) nothing(w http.ResponseWriter, r *http.Request) {}

func (b *box) challenge(w http.ResponseWriter, r *http.Request) {
	if !b.Challenge(w, r) {
		http.Error(w, "no challenge", http.StatusNotFound)
	}
}

// until asks again and again, for as long as a test may take.
func until[T any](t *testing.T, what string, get func() (T, bool)) T {
	t.Helper()
	for end := time.Now().Add(2 * time.Minute); time.Now().Before(end); {
		if v, ok := get(); ok {
			return v
		}
		runtime.Gosched()
		select {
		case <-t.Context().Done():
		case <-time.After(10 * time.Millisecond):
		}
	}
	t.Fatalf("it did not come to this: %s", what)
	panic("unreachable")
}

// shown waits until a client that knows the CA is shown a certificate for a name.
func (b *box) shown(name string) *x509.Certificate {
	b.t.Helper()
	return until(b.t, "a certificate for "+name, func() (*x509.Certificate, bool) {
		c, err := b.ca.Dial(b.addr, name)
		return c, err == nil
	})
}

func TestTheFirstCertificate(t *testing.T) {
	for name, k := range map[string]struct{ http, alone bool }{"TLS-ALPN-01": {}, "HTTP-01": {true, true}, "both, of which one works": {true, false}} {
		t.Run(name, func(t *testing.T) {
			ca := certstest.Start(t, 90*24*time.Hour)
			var told []string
			var mu sync.Mutex
			b := open(t, ca, Options{Domains: []string{"Second.Test."}, Email: "me@s3.test", Told: func(s string) {
				mu.Lock()
				defer mu.Unlock()
				told = append(told, s)
			}}, k.http, k.alone)
			at := b.o.Listen
			if k.http {
				at = nil // the CA cannot come that way
			}
			ca.At(at, b.o.Plain)
			for _, domain := range []string{"s3.test", "second.test"} {
				if c := b.shown(domain); c.DNSNames[0] != domain {
					t.Error(c.DNSNames)
				}
			}
			if _, err := tls.Dial("tcp", b.addr, &tls.Config{RootCAs: ca.Issued, InsecureSkipVerify: true}); err != nil {
				t.Errorf("who names no host: %v", err)
			}
			s := b.Status()
			if len(s) != 2 || s[0].Names[0] != "s3.test" || s[0].Kind != FromCA || time.Until(s[0].Until) < 80*24*time.Hour || s[0].Error != "" || len(s[0].Fingerprint) != 95 {
				t.Errorf("%+v", s)
			}
			if kept, err := Kept(b.o.Dir); err != nil || len(kept) != 2 || !slices.ContainsFunc(kept, func(k Status) bool { return k.Fingerprint == s[0].Fingerprint && k.File == s[0].File }) {
				t.Error(kept, err)
			}
			b.stop()
			if len(told) != 2 || !strings.Contains(told[0], "s3.test until ") {
				t.Error(told)
			}
			allPrivate(t, b.o.Dir)
		})
	}
}

// allPrivate looks that nobody else can read what is kept.
func allPrivate(t *testing.T, dir string) {
	t.Helper()
	keys := 0
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err == nil && info.Mode().Perm()&0o077 != 0 && runtime.GOOS != "windows" {
			t.Errorf("%s has mode %v", path, info.Mode())
		}
		if strings.HasSuffix(path, ".key") {
			keys++
		}
		return err
	})
	if err != nil || keys < 2 {
		t.Error(keys, err)
	}
}

func TestARestartDoesNotAskTheCA(t *testing.T) {
	ca := certstest.Start(t, 90*24*time.Hour)
	space := func(name string) bool { return name == "media" }
	b := open(t, ca, Options{Space: space}, false, false)
	ca.At(b.o.Listen, nil)
	first, of := b.shown("s3.test"), b.shown("media.s3.test")
	b.stop()
	asked := ca.Asked()
	again := open(t, ca, Options{Dir: b.o.Dir, Space: space}, false, false)
	for name, want := range map[string]*x509.Certificate{"s3.test": first, "media.s3.test": of} {
		if c, err := ca.Dial(again.addr, name); err != nil || !c.Equal(want) {
			t.Errorf("%s: another certificate, or none: %v", name, err)
		}
	}
	until(t, "both were looked after", func() (bool, bool) {
		s := again.Status()
		return true, !slices.ContainsFunc(s, func(s Status) bool { return s.Next.IsZero() })
	})
	if n := ca.Asked() - asked; n != 0 || ca.Orders() != 2 {
		t.Errorf("%d requests", n)
	}
}

func TestACertificateIsRenewedByItself(t *testing.T) {
	ca := certstest.Start(t, 15*time.Second)
	b := open(t, ca, Options{}, false, false)
	ca.At(b.o.Listen, nil)
	served := func() (*x509.Certificate, error) {
		c, err := b.certificate(t.Context(), "s3.test")
		if err != nil || c == nil {
			return nil, errors.Join(err, errors.New("no certificate"))
		}
		return c.Leaf, nil
	}
	b.shown("s3.test")
	first, err := served()
	if err != nil {
		t.Fatal(err)
	}
	until(t, "a renewed certificate", func() (bool, bool) {
		c, err := served()
		if err != nil {
			t.Fatalf("in the middle of a renewal: %v", err)
		}
		return true, !c.Equal(first)
	})
	// while the CA does not answer, what there is goes on
	ca.Down.Store(true)
	last := until(t, "a renewal that failed", func() (Status, bool) { s := b.Status()[0]; return s, s.Error != "" })
	if last.Until.IsZero() || !last.Failed.Before(last.Next) || !strings.Contains(last.Error, "s3.test") {
		t.Errorf("%+v", last)
	}
	if _, err := served(); err != nil {
		t.Error(err)
	}
}

func TestASpaceGetsACertificateWhenSomebodyComesByItsName(t *testing.T) {
	ca := certstest.Start(t, 90*24*time.Hour)
	var mu sync.Mutex
	there := map[string]bool{"media": true, "a.b": true}
	b := open(t, ca, Options{Space: func(name string) bool {
		mu.Lock()
		defer mu.Unlock()
		return there[name]
	}}, false, false)
	ca.At(b.o.Listen, nil)
	b.shown("s3.test")
	// a handshake waits for the first certificate, and many wait for the same one
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if c := b.shown("Media.s3.test"); c.DNSNames[0] != "media.s3.test" {
				t.Error(c.DNSNames)
			}
		})
	}
	wg.Wait()
	b.shown("a.b.s3.test")
	if n := ca.Orders(); n != 3 {
		t.Errorf("%d orders", n)
	}
	asked := ca.Asked()
	for _, name := range []string{"other.s3.test", "media.nyc3.s3.test", "www.media.s3.test", "mediaXs3.test", "example.com", "s3.test.example.com", "localhost", "*.s3.test", ".s3.test", strings.Repeat("x", 200) + ".s3.test"} {
		if c, err := b.certificate(t.Context(), name); c != nil || err != nil {
			t.Errorf("%q got %v, %v", name, c, err)
		}
		if _, err := ca.Dial(b.addr, name); err == nil {
			t.Errorf("%q was shown a certificate", name)
		}
	}
	// nor does who pretends to be a CA
	for _, name := range []string{"s3.test", "other.s3.test"} {
		if c, err := tls.Dial("tcp", b.addr, &tls.Config{ServerName: name, InsecureSkipVerify: true, NextProtos: []string{challengeProtocol}}); err == nil {
			t.Errorf("%q: a challenge was answered", name)
			c.Close()
		}
	}
	if ca.Asked() != asked || len(b.Status()) != 3 {
		t.Errorf("the CA heard of it: %d requests more; %d hosts", ca.Asked()-asked, len(b.Status()))
	}
	mu.Lock()
	delete(there, "media")
	mu.Unlock()
	b.turn("media.s3.test")
	until(t, "the Space that is gone is forgotten", func() (bool, bool) { return true, len(b.Status()) == 2 })
	if b.logged() != "" {
		t.Error(b.logged())
	}
}

// turn makes it the turn of a host.
func (b *box) turn(name string) {
	b.ACME.mu.Lock()
	b.hosts[name].next = time.Time{}
	b.ACME.mu.Unlock()
	select {
	case b.wake <- struct{}{}:
	default:
	}
}

func TestOnlySoManySpacesAWeek(t *testing.T) {
	ca := certstest.Start(t, 90*24*time.Hour)
	b := open(t, ca, Options{Space: func(string) bool { return true }, weekly: 2}, false, false)
	ca.At(b.o.Listen, nil)
	b.shown("one.s3.test")
	b.shown("two.s3.test")
	b.shown("s3.test")
	asked := ca.Asked()
	for range 3 {
		if _, err := b.certificate(t.Context(), "three.s3.test"); err == nil || !strings.Contains(err.Error(), "within seven days") {
			t.Fatal(err)
		}
	}
	if ca.Asked() != asked {
		t.Error("the CA was asked")
	}
	b.stop()
	again := open(t, ca, Options{Dir: b.o.Dir, Space: func(string) bool { return true }, weekly: 2}, false, false)
	if _, err := again.certificate(t.Context(), "three.s3.test"); err == nil {
		t.Error("a restart made it forget")
	}
	again.shown("two.s3.test")
}

func TestTheCAIsDownAtTheStart(t *testing.T) {
	ca := certstest.Start(t, 90*24*time.Hour)
	ca.Down.Store(true)
	b := open(t, ca, Options{retry: 50 * time.Millisecond}, false, false)
	ca.At(b.o.Listen, nil)
	s := until(t, "an attempt that failed", func() (Status, bool) { s := b.Status()[0]; return s, s.Error != "" })
	if !s.Until.IsZero() || s.Fingerprint != "" || !strings.Contains(s.Error, "503") || !strings.Contains(b.logged(), "no certificate") {
		t.Errorf("%+v\n%s", s, b.logged())
	}
	if c, err := b.certificate(t.Context(), "s3.test"); c != nil && err == nil {
		t.Error("a certificate that nobody gave")
	}
	ca.Down.Store(false)
	b.shown("s3.test")
	if s := until(t, "the error is past", func() (Status, bool) { s := b.Status()[0]; return s, s.Error == "" }); s.Until.IsZero() {
		t.Errorf("%+v", s)
	}
}

func TestWhatTheCASaysIsTold(t *testing.T) {
	ca := certstest.Start(t, 90*24*time.Hour)
	b := open(t, ca, Options{}, false, false)
	ca.At(nil, nil) // it comes, and finds nobody
	s := until(t, "an attempt that failed", func() (Status, bool) { s := b.Status()[0]; return s, s.Error != "" })
	if !strings.Contains(s.Error, "urn:ietf:params:acme:error:unauthorized") || !strings.Contains(s.Error, "s3.test") || strings.Contains(s.Error, "Obtain") {
		t.Error(s.Error)
	}
}

func TestCloseEndsWhatIsUnderWay(t *testing.T) {
	ca := certstest.Start(t, 90*24*time.Hour) // it never answers
	b := open(t, ca, Options{Space: func(string) bool { return true }}, true, false)
	until(t, "the CA is asked", func() (bool, bool) { return true, ca.Asked() > 0 })
	waiting := make(chan error)
	go func() {
		_, err := b.certificate(t.Context(), "media.s3.test")
		waiting <- err
	}()
	until(t, "somebody waits", func() (bool, bool) { return true, len(b.Status()) == 2 })
	b.stop()
	if err := <-waiting; err == nil {
		t.Error("a certificate came from nowhere")
	}
	until(t, "nothing of it runs", func() (string, bool) {
		buf := make([]byte, 4<<20)
		for _, g := range strings.Split(string(buf[:runtime.Stack(buf, true)]), "\n\n") {
			// certmagic counts what a CA is asked, for as long as the process lives
			if (strings.Contains(g, "caddyserver/certmagic") || strings.Contains(g, "certs.(*ACME)")) && !strings.Contains(g, "RingBufferRateLimiter") {
				return g, false
			}
		}
		return "", true
	})
}

func TestDomainsThatNoCAKnows(t *testing.T) {
	for domain, good := range map[string]bool{"s3.example.com": true, "localhost": false, "*.example.com": false, "192.0.2.1": false, "": false, "a b.example.com": false, "::1": false} {
		if err := CheckDomain(domain); (err == nil) != good {
			t.Errorf("%q: %v", domain, err)
		}
	}
	if _, err := Open(Options{Dir: t.TempDir(), Domains: []string{"box"}}); err == nil {
		t.Error("opened for a name without a dot")
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(Options{Dir: filepath.Join(file, "x"), Domains: []string{"s3.test"}}); err == nil {
		t.Error("opened in a file")
	}
}

func TestAWebsiteGetsACertificateAtItsOwnHost(t *testing.T) {
	ca := certstest.Start(t, 90*24*time.Hour)
	b := open(t, ca, Options{Website: func(host string) bool { return host == "www.example.org" || host == "blog.sites.test" }}, false, false)
	ca.At(b.o.Listen, nil)
	for _, host := range []string{"www.example.org", "Blog.sites.test"} {
		b.shown(host)
	}
	asked := ca.Asked()
	for _, host := range []string{"example.org", "other.sites.test", "sites.test"} {
		if _, err := ca.Dial(b.addr, host); err == nil {
			t.Errorf("%q was shown a certificate", host)
		}
	}
	if ca.Asked() != asked {
		t.Error("the CA heard of hosts that are no websites")
	}
}
