package certs

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/caddyserver/certmagic"
	"go.uber.org/zap"
)

// LetsEncrypt is the directory of the CA that is asked unless another is named.
const LetsEncrypt = certmagic.LetsEncryptProductionCA

// Options say for what certificates are asked, and of whom.
type Options struct {
	Dir       string   // where they are kept with their keys and the account; made, for its owner only
	Domains   []string // each gets a certificate from the start
	Directory string   // URL of the CA's directory; "": LetsEncrypt
	Email     string   // whom the CA may write to; may be ""
	// Space tells whether there is a Space of this name: NAME.DOMAIN gets a certificate when somebody comes by it. It
	// must be quick. Nil: none does.
	Space func(name string) bool
	// Website tells whether a host is that of a website that there is, which gets a certificate in the same way. Nil: none is.
	Website func(host string) bool
	// Listen is where the Listener listens: there the CA comes by TLS-ALPN-01 (RFC 8737), to port 443 of the name.
	Listen net.Addr
	// Plain is where Challenge is served in plain HTTP: there the CA comes by HTTP-01, to port 80. Nil: it does not.
	Plain net.Addr
	Roots *x509.CertPool // by which the CA's own server is known; nil: those of the system
	Log   *slog.Logger   // for what went wrong; nil: nobody is told
	Told  func(string)   // is told of each new certificate; may be nil

	retry  time.Duration // after the first failure; 0: firstRetry
	weekly int           // how many Spaces get their first certificate in a week; 0: mostWeekly
	now    func() time.Time
}

// ACME has certificates that it asks a CA for and renews by itself. One is asked for at a time. Who only names what is
// not here gets none, and the CA does not hear of it.
type ACME struct {
	o      Options
	config *certmagic.Config
	cache  *certmagic.Cache // has a certificate only while that is looked after: see manage
	issuer issuer
	ctx    context.Context // ends with Close
	cancel context.CancelFunc
	wake   chan struct{}
	done   chan struct{}

	mu     sync.Mutex
	hosts  map[string]*host
	orders []time.Time // of first certificates of Spaces, within a week
}

// host is a name that has a certificate, or is to get one.
type host struct {
	cert     *tls.Certificate // nil: none yet
	err      error            // of the last attempt
	failed   time.Time
	failures int           // in a row
	next     time.Time     // when it is looked after again
	tried    chan struct{} // closed at the end of the next attempt
}

// Open begins with the certificates that are kept, and asks for those that are missing from now on. It does not wait
// for the CA. Close must follow.
func Open(o Options) (*ACME, error) {
	o.Directory, o.retry, o.weekly = cmp.Or(o.Directory, LetsEncrypt), cmp.Or(o.retry, firstRetry), cmp.Or(o.weekly, mostWeekly)
	if o.now == nil {
		o.now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Told == nil {
		o.Told = func(string) {}
	}
	o.Domains = slices.Clone(o.Domains)
	for i, d := range o.Domains {
		o.Domains[i] = strings.ToLower(strings.Trim(d, "."))
		if err := CheckDomain(o.Domains[i]); err != nil {
			return nil, err
		}
	}
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the directory of the certificates: %w", err)
	}
	a := &ACME{o: o, wake: make(chan struct{}, 1), done: make(chan struct{}), hosts: map[string]*host{}}
	a.ctx, a.cancel = context.WithCancel(context.Background())
	// The cache looks after nothing by itself, so that nothing goes on here that Close does not end.
	a.cache = certmagic.NewCache(certmagic.CacheOptions{Logger: zap.NewNop(), GetConfigForCert: func(certmagic.Certificate) (*certmagic.Config, error) {
		return nil, errors.New("it is looked after by itself")
	}})
	a.config = certmagic.New(a.cache, certmagic.Config{
		Storage: files{&certmagic.FileStorage{Path: o.Dir}}, Logger: zap.NewNop(), OCSP: certmagic.OCSPConfig{DisableStapling: true},
	})
	a.issuer = newIssuer(a.config, o)
	a.config.Issuers = []certmagic.Issuer{a.issuer}
	if err := a.load(); err != nil {
		a.cancel()
		a.cache.Stop()
		return nil, err
	}
	go a.run()
	return a, nil
}

// CheckDomain refuses what no CA gives a certificate for.
func CheckDomain(domain string) error {
	if net.ParseIP(domain) != nil || strings.Contains(domain, "*") || !strings.Contains(domain, ".") || !certmagic.SubjectQualifiesForCert(domain) {
		return fmt.Errorf("a CA gives no certificate for %q: write a name of the DNS such as s3.example.com", domain)
	}
	return nil
}

// Close ends what is asked for. Who waits for a certificate gets none.
func (a *ACME) Close() error {
	a.cancel()
	<-a.done
	a.cache.Stop()
	return nil
}

// patience is how long a handshake waits for its first certificate. A server gives those 15 s; the attempt goes on.
const patience = 12 * time.Second

// Certificate gives the one of the name, and that of the first domain to who names none. The first who comes by the
// name of a Space waits until there is one.
func (a *ACME) Certificate(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	name := strings.ToLower(strings.TrimSuffix(hello.ServerName, "."))
	if slices.Equal(hello.SupportedProtos, []string{challengeProtocol}) {
		return challengeCertificate(name)
	}
	if name == "" {
		name = a.o.Domains[0]
	}
	return a.certificate(hello.Context(), name)
}

func (a *ACME) certificate(ctx context.Context, name string) (*tls.Certificate, error) {
	a.mu.Lock()
	h := a.hosts[name]
	a.mu.Unlock()
	if h == nil {
		if !a.may(name) {
			return nil, nil
		}
		h = a.add(name)
	}
	if cert, err := a.look(h); cert != nil || err != nil {
		return cert, err
	}
	return a.wait(ctx, h)
}

// may tells whether a name gets a certificate: that of a domain, of a Space that is there under one, or of a website. There is one
// name for each Space; the server reads names with a region in them as well, of which there are many.
func (a *ACME) may(name string) bool {
	for _, d := range a.o.Domains {
		if space, below := strings.CutSuffix(name, "."+d); name == d || below && a.o.Space != nil && a.o.Space(space) {
			return true
		}
	}
	return a.o.Website != nil && a.o.Website(name)
}

func (a *ACME) isDomain(name string) bool { return slices.Contains(a.o.Domains, name) }

// add makes the host of a name unless somebody else just did.
func (a *ACME) add(name string) *host {
	a.mu.Lock()
	defer a.mu.Unlock()
	h := a.hosts[name]
	if h == nil {
		h = &host{tried: make(chan struct{})}
		a.hosts[name] = h
		select {
		case a.wake <- struct{}{}:
		default: // it is awake
		}
	}
	return h
}

// look gives what there is now: the certificate, or why there is none and it is too early to ask again, or neither.
func (a *ACME) look(h *host) (*tls.Certificate, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if h.cert == nil && h.err != nil && a.o.now().Before(h.next) {
		return nil, h.err
	}
	return h.cert, nil
}

// wait waits for the end of the attempt that comes or is under way.
func (a *ACME) wait(ctx context.Context, h *host) (*tls.Certificate, error) {
	a.mu.Lock()
	tried := h.tried
	a.mu.Unlock()
	late := time.NewTimer(patience)
	defer late.Stop()
	select {
	case <-tried:
	case <-late.C:
		return nil, errors.New("the CA takes its time")
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-a.ctx.Done():
		return nil, errors.New("the server stops")
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if h.cert == nil {
		return nil, cmp.Or(h.err, errors.New("the Space is gone"))
	}
	return h.cert, nil
}

// Status implements Source: the domains first, as they were given, then the Spaces by name.
func (a *ACME) Status() (list []Status) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for name, h := range a.hosts {
		s := Status{Kind: FromCA, Names: []string{name}, CA: a.o.Directory, Failed: h.failed, Next: h.next}
		if h.cert != nil {
			s.describe(h.cert)
			s.File = a.file(name)
		}
		if h.err != nil {
			s.Error = h.err.Error()
		}
		list = append(list, s)
	}
	slices.SortFunc(list, func(x, y Status) int {
		return cmp.Or(cmp.Compare(a.rank(x.Names[0]), a.rank(y.Names[0])), strings.Compare(x.Names[0], y.Names[0]))
	})
	return list
}

// rank is the place of a domain among the others; Spaces come after them.
func (a *ACME) rank(name string) int {
	if i := slices.Index(a.o.Domains, name); i >= 0 {
		return i
	}
	return len(a.o.Domains)
}
