package local

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"spaces/server"
	"spaces/server/certs"
)

// Nothing but the server's own addresses is ever called: its ports, and those of its domains.

// callTime bounds each connection.
const callTime = 4 * time.Second

// ports says whether the server can be reached where it listens.
func (p *patient) ports(ctx context.Context) finding {
	var answer []string
	for _, l := range p.own.ports {
		at := reachable(l.Addr())
		ctx, cancel := context.WithTimeout(ctx, callTime)
		conn, err := p.dial(ctx, "tcp", at)
		cancel()
		if err != nil {
			return wrong("Start the server again; look for a firewall on this machine.", "Nothing answers at %s, where the server listens: %v.", at, err)
		}
		_ = conn.Close()
		answer = append(answer, l.Addr().String())
	}
	first, _ := p.own.ports[0].Addr().(*net.TCPAddr)
	if first != nil && !first.IP.IsLoopback() && !p.serving.Secure && !p.serving.Proxied {
		return worry("Serve TLS: --tls self-signed, or --tls-cert and --tls-key; or put a proxy with TLS before a loopback address.",
			"The server speaks plain HTTP at %s, which others can reach: what they store can be read on its way.", answer[0])
	}
	return fine("The server answers at %s.", strings.Join(answer, " and "))
}

// reachable is where this machine reaches what listens there.
func reachable(a net.Addr) string {
	t, ok := a.(*net.TCPAddr)
	if !ok || !t.IP.IsUnspecified() {
		return a.String()
	}
	return net.JoinHostPort("localhost", fmt.Sprint(t.Port))
}

// A certificate is renewed at the latest when a tenth of its life is left, or so much.
const renewWithin = 14 * 24 * time.Hour

// certificate looks at the one that clients are shown.
func (p *patient) certificate(ctx context.Context) finding {
	if !p.serving.Secure {
		return fine("The server has none: it speaks plain HTTP.")
	}
	if list := p.own.Certificates(); len(list) > 0 && list[0].Kind == certs.FromCA {
		return p.ofCA(list)
	}
	name := ""
	if len(p.serving.Domains) > 0 {
		name = p.serving.Domains[0]
	}
	shown, err := p.shown(ctx, reachable(p.own.ports[0].Addr()), name)
	if err != nil {
		return wrong("Look at the files of the certificate, and at the server's log.", "Clients get no certificate: %v.", err)
	}
	return p.judge(shown[0])
}

// ofCA tells of those that a CA gives: of the first with which something is wrong.
func (p *patient) ofCA(list []certs.Status) finding {
	const look = "Look whether the name leads here and the CA can reach port 443 of it, or 80 with --http-redirect. It is asked again by itself."
	for _, s := range list {
		switch {
		case s.Until.IsZero() && s.Error == "":
			return worry("Wait a minute.", "The CA has not given a certificate for %s yet.", s.Names[0])
		case s.Until.IsZero() || s.Until.Before(p.Now()):
			return wrong(look, "Clients get no good certificate for %s: %s.", s.Names[0], s.Error)
		case s.Error != "":
			return worry(look, "The certificate for %s ends on %s and could not be renewed: %s.", s.Names[0], s.Until.UTC().Format(time.DateOnly), s.Error)
		}
	}
	return fine("The certificate is good until %s, and renewed by itself.", list[0].Until.UTC().Format(time.DateOnly))
}

// certificateFile looks at the one in the directory, while no server shows any.
func (p *patient) certificateFile(context.Context) finding {
	path := filepath.Join(p.Path, "tls-cert.pem")
	c, err := loadPair(path, filepath.Join(p.Path, "tls-key.pem"))
	switch {
	case errors.Is(err, fs.ErrNotExist) && p.serving.Secure:
		return fine("None is kept in the directory: the server was started with one from elsewhere.")
	case errors.Is(err, fs.ErrNotExist):
		return fine("None is kept in the directory.")
	case err != nil:
		return wrong(fmt.Sprintf("Remove %s and its key: the next start makes new ones.", path), "The certificate cannot be read: %v.", err)
	}
	return p.judge(c.Leaf)
}

// judge says whether a certificate is good now, for a while, and for all names that are asked for.
func (p *patient) judge(c *x509.Certificate) finding {
	now, until := p.Now(), c.NotAfter.UTC().Format(time.DateOnly)
	left := c.NotAfter.Sub(now)
	for _, d := range p.serving.Domains {
		for _, host := range []string{d, "name." + d} {
			if err := c.VerifyHostname(host); err != nil {
				return worry("Get one for "+d+" and *."+d+".", "The certificate is not for %s, which clients ask for: it names %s.", host, some(c.DNSNames))
			}
		}
	}
	const renew = "Renew it: the server reads the files again when they change. One of its own is made at its start."
	switch {
	case left <= 0:
		return wrong(renew, "The certificate ended on %s.", until)
	case now.Before(c.NotBefore):
		return wrong("Look at the clock.", "The certificate begins on %s only.", c.NotBefore.UTC().Format(time.DateOnly))
	case left < min(renewWithin, c.NotAfter.Sub(c.NotBefore)/10):
		return worry(renew, "The certificate ends on %s, in %s.", until, count(int(left.Hours()/24), "day"))
	}
	return fine("The certificate is good until %s.", until)
}

// shown gets the certificates that are shown at an address to who asks for a name.
func (p *patient) shown(ctx context.Context, at, name string) ([]*x509.Certificate, error) {
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	conn, err := p.dial(ctx, "tcp", at)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	t := tls.Client(conn, &tls.Config{ServerName: name, InsecureSkipVerify: true}) // it is looked at, and nothing is sent
	if err := t.HandshakeContext(ctx); err != nil {
		return nil, err
	}
	return t.ConnectionState().PeerCertificates, nil
}

// address says whether the names that people use lead here.
func (p *patient) address(ctx context.Context) finding {
	if len(p.serving.Domains) == 0 {
		return fine("No --domain was given: the server is known by the address it listens at.")
	}
	for _, d := range p.serving.Domains {
		if f := p.domain(ctx, d); f.state != server.CheckOK {
			return f
		}
	}
	return fine("%s and the names below lead here.", strings.Join(p.serving.Domains, ", "))
}

// domain looks at one of them.
func (p *patient) domain(ctx context.Context, d string) finding {
	record := "Have an A or AAAA record of " + d + " lead to this machine, and one of *." + d + "."
	asking, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	if _, err := p.resolve(asking, d); err != nil {
		return wrong(record, "%s has no address: %v.", d, err)
	}
	if _, err := p.resolve(asking, "spaces-doctor."+d); err != nil {
		return worry(record, "%s has an address and the names below have none: Spaces are reached by paths only, and not at NAME.%s.", d, d)
	}
	base := p.outside(d)
	res, shown, err := p.call(ctx, base)
	if err != nil {
		return worry("Look for a firewall, and for a port that the router does not pass on. Some routers lead nobody back in: try it from elsewhere.",
			"Nothing answers at %s, called from here: %v.", base, err)
	}
	if res.Header.Get("X-Amz-Id-2") != p.own.server.ID() {
		return wrong(record, "Another server than this one answers at %s.", base)
	}
	if at, err := http.ParseTime(res.Header.Get("Date")); err == nil && at.Sub(p.Now()).Abs() > 5*time.Minute {
		return worry("Set the clocks of both.", "What answers at %s has another clock: %s.", base, at.UTC().Format(time.DateTime))
	}
	if len(shown) > 0 {
		return p.trusted(d, shown)
	}
	return fine("")
}

// outside is the address by which others call the server: behind a proxy that of the proxy.
func (p *patient) outside(domain string) string {
	host, port, _ := net.SplitHostPort(p.serving.Address)
	ip := net.ParseIP(host)
	switch {
	case p.serving.Proxied:
		return "https://" + domain
	case p.serving.Secure:
		return "https://" + net.JoinHostPort(domain, port)
	case ip != nil && ip.IsLoopback() && domain != "localhost" && !strings.HasSuffix(domain, ".localhost"):
		return "https://" + domain
	}
	return "http://" + net.JoinHostPort(domain, port)
}

// call sends an anonymous request, follows nothing, and gives the certificates that it was shown.
func (p *patient) call(ctx context.Context, base string) (*http.Response, []*x509.Certificate, error) {
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodHead, base+"/", nil)
	if err != nil {
		return nil, nil, err
	}
	t := &http.Transport{ // no proxy of the environment
		DisableKeepAlives: true, DialContext: p.dial, MaxResponseHeaderBytes: 64 << 10,
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, // it is looked at afterwards, and nothing secret is sent
	}
	res, err := t.RoundTrip(req)
	if err != nil {
		return nil, nil, err
	}
	_ = res.Body.Close()
	if res.TLS == nil {
		return res, nil, nil
	}
	return res, res.TLS.PeerCertificates, nil
}

// trusted says whether clients take the certificate of a domain. One that signed itself they have to be given.
func (p *patient) trusted(domain string, shown []*x509.Certificate) finding {
	own, _ := os.ReadFile(filepath.Join(p.Path, "tls-cert.pem"))
	roots, _ := x509.SystemCertPool()
	if roots == nil {
		roots = x509.NewCertPool()
	}
	if len(shown) == 1 && slices.Equal(shown[0].RawIssuer, shown[0].RawSubject) {
		roots.AppendCertsFromPEM(own)
	}
	between := x509.NewCertPool()
	for _, c := range shown[1:] {
		between.AddCert(c)
	}
	_, err := shown[0].Verify(x509.VerifyOptions{DNSName: domain, Roots: roots, Intermediates: between, CurrentTime: p.Now()})
	var authority x509.UnknownAuthorityError
	switch {
	case errors.As(err, &authority):
		return worry("Have clients trust the one who signed it, or get one of a public authority.", "Who signed the certificate at %s is known to no client.", domain)
	case err != nil:
		return wrong("Renew the certificate, or get one for this name.", "Clients refuse the certificate at %s: %v.", domain, err)
	}
	return fine("")
}
