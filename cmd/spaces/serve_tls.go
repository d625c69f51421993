package main

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"spaces/server"
	"spaces/server/certs"
	"spaces/server/local"
)

// tlsOptions are the flags of serve about TLS and the names of the server.
type tlsOptions struct {
	tls              string // "", certs.SelfSigned or certs.FromCA
	cert, key        string
	domains          []string
	directory, email string // of the CA
	redirect         string // where plain HTTP is sent to TLS; "": nowhere
}

func (to *tlsOptions) tlsFlags(f *pflag.FlagSet) {
	f.StringVar(&to.tls, "tls", "", `write "acme" to have a CA give a certificate for each domain, "self-signed" to have one made here`)
	f.StringVar(&to.cert, "tls-cert", "", "file with the certificate, and those that signed it")
	f.StringVar(&to.key, "tls-key", "", "file with its private key, which others may not read")
	f.StringVar(&to.directory, "acme-directory", "", "directory of the CA for --tls acme, an https:// URL (default: Let's Encrypt)")
	f.StringVar(&to.email, "acme-email", "", "address that the CA may write to (default: none)")
	f.StringVar(&to.redirect, "http-redirect", "", "address to listen on for plain HTTP, such as :80, and send all who come to https (default: none)")
	f.StringArrayVar(&to.domains, "domain", nil, "base domain of host-style addresses, NAME.DOMAIN (may be repeated)")
}

func (to *tlsOptions) secure() bool { return to.tls != "" || to.cert != "" }

// checkTLS refuses what cannot work.
func (to *tlsOptions) checkTLS() error {
	switch {
	case to.tls != "" && to.tls != certs.SelfSigned && to.tls != certs.FromCA:
		return fmt.Errorf("--tls %q: write %s or %s, or name your own with --tls-cert and --tls-key", to.tls, certs.FromCA, certs.SelfSigned)
	case (to.cert == "") != (to.key == ""):
		return errors.New("give both --tls-cert and --tls-key, or neither")
	case to.cert != "" && to.tls != "":
		return fmt.Errorf("give --tls %s, or --tls-cert and --tls-key, not both", to.tls)
	case to.tls != certs.FromCA && (to.directory != "" || to.email != ""):
		return fmt.Errorf("--acme-directory and --acme-email are for --tls %s", certs.FromCA)
	case to.redirect != "" && !to.secure():
		return fmt.Errorf("--http-redirect sends to https, which is not served; say --tls %s", certs.FromCA)
	case to.redirect != "" && len(to.domains) == 0:
		return errors.New("--http-redirect sends to the names of this server only; say which by --domain")
	}
	if to.redirect != "" {
		if _, _, err := net.SplitHostPort(to.redirect); err != nil {
			return fmt.Errorf("--http-redirect %q: write HOST:PORT, such as :80", to.redirect)
		}
	}
	if to.tls == certs.FromCA {
		return to.checkACME()
	}
	return nil
}

func (to *tlsOptions) checkACME() error {
	if len(to.domains) == 0 {
		return fmt.Errorf("--tls %s needs the name that the certificate is for: say --domain s3.example.com", certs.FromCA)
	}
	for _, d := range to.domains {
		if err := certs.CheckDomain(strings.Trim(d, ".")); err != nil {
			return fmt.Errorf("--domain %s: %w", d, err)
		}
	}
	if to.directory == "" {
		return nil
	}
	if u, err := url.Parse(to.directory); err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil {
		return fmt.Errorf("--acme-directory %q: write the https:// URL of the CA's directory", to.directory)
	}
	return nil
}

// open listens for the S3 API. With TLS there is a port of plain HTTP besides, on loopback, for the panel and the
// commands of this machine, and where it was asked for one that sends others to TLS.
func (so *serveOptions) open(p process, own *local.Owned, dir local.Dir) (net.Addr, error) {
	l, err := net.Listen("tcp", so.listen)
	if err != nil {
		return nil, fmt.Errorf("%w; choose another address with --listen", err)
	}
	limited := server.LimitConnections(l, so.maxConnections, so.proxies...)
	if !so.secure() {
		own.Listen(limited)
		return l.Addr(), nil
	}
	var plain net.Listener
	if so.redirect != "" {
		if plain, err = net.Listen("tcp", so.redirect); err != nil {
			return nil, errors.Join(fmt.Errorf("%w; choose another address with --http-redirect", err), l.Close())
		}
		so.redirect = plain.Addr().String()
	}
	source, err := so.certificates(p, own, dir, l, plain)
	if err != nil {
		return nil, errors.Join(err, l.Close())
	}
	own.ListenTLS(limited, source)
	if plain != nil {
		own.Redirect(server.LimitConnections(plain, so.maxConnections), so.redirection(own, l.Addr(), source))
	}
	here, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen for this machine: %w", err)
	}
	own.Listen(server.LimitConnections(here, local.MostNear))
	return l.Addr(), nil
}

// certificates gives what TLS shows. plain is nil where nobody listens for plain HTTP.
func (so *serveOptions) certificates(p process, own *local.Owned, dir local.Dir, l, plain net.Listener) (certs.Source, error) {
	switch so.tls {
	case certs.SelfSigned:
		return dir.SelfSigned(so.listen, so.names())
	case certs.FromCA:
		o := certs.Options{
			Dir: dir.ACMEDir(), Domains: so.domains, Directory: so.directory, Email: so.email, Space: own.HasSpace, Website: own.HasWebsite, Listen: l.Addr(), Log: dir.Troubles.Logger(dir.Log, "certificates"),
			Told: func(text string) { fmt.Fprintln(p.stdout, text) },
		}
		if plain != nil {
			o.Plain = plain.Addr()
		}
		return certs.Open(o)
	}
	return local.LoadCertificate(so.cert, so.key)
}

// redirection sends plain HTTP to TLS at addr, and lets a CA come by it.
func (so *serveOptions) redirection(own *local.Owned, addr net.Addr, source certs.Source) local.Redirect {
	r := local.Redirect{Domains: so.domains, Space: own.HasSpace, Website: own.HasWebsite}
	if tcp, is := addr.(*net.TCPAddr); is {
		r.Port = strconv.Itoa(tcp.Port)
	}
	if ca, is := source.(*certs.ACME); is {
		r.Challenge = ca.Challenge
	}
	return r
}

// announceTLS says what TLS shows, of many certificates the first ten, and where plain HTTP is sent there.
func (so *serveOptions) announceTLS(p process, list []certs.Status) {
	for _, c := range list[:min(len(list), 10)] {
		announceCertificate(p, c)
	}
	if len(list) > 10 {
		fmt.Fprintf(p.stdout, "and %d certificates more\n", len(list)-10)
	}
	if so.redirect != "" {
		fmt.Fprintf(p.stdout, "plain HTTP at http://%s is sent to https\n", so.redirect)
	}
}

// announceCertificate says what a certificate is. That of a CA changes by itself: clients know it by the CA.
func announceCertificate(p process, c certs.Status) {
	switch {
	case c.Kind != certs.FromCA:
		fmt.Fprintf(p.stdout, "certificate %s\nfingerprint SHA-256 %s\n", c.File, c.Fingerprint)
	case c.Until.IsZero():
		fmt.Fprintf(p.stdout, "no certificate for %s yet; it is asked for at %s\n", c.Names[0], c.CA)
	default:
		fmt.Fprintf(p.stdout, "certificate for %s until %s\n", c.Names[0], c.Until.Local().Format("2006-01-02 15:04"))
	}
}
