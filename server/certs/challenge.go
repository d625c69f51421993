package certs

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"strings"

	"github.com/caddyserver/certmagic"
	"github.com/mholt/acmez/v3"
	"github.com/mholt/acmez/v3/acme"
	"go.uber.org/zap"
)

// challengeProtocol is what a CA asks for by ALPN that comes by TLS-ALPN-01 (RFC 8737).
const challengeProtocol = acmez.ACMETLS1Protocol

// challengeCertificate answers a CA that comes by TLS-ALPN-01; nobody else, and nobody while no challenge is under way.
func challengeCertificate(name string) (*tls.Certificate, error) {
	c, is := certmagic.GetACMEChallenge(name)
	if !is || c.Type != acme.ChallengeTypeTLSALPN01 {
		return nil, nil
	}
	return acmez.TLSALPN01ChallengeCert(c.Challenge)
}

// Challenge answers a CA that comes by HTTP-01 (RFC 8555, 8.3); false: it is somebody else, or no such challenge is
// under way.
func (a *ACME) Challenge(w http.ResponseWriter, r *http.Request) bool {
	host := r.Host
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	c, is := certmagic.GetACMEChallenge(strings.ToLower(strings.TrimSuffix(host, ".")))
	if !is || c.Type != acme.ChallengeTypeHTTP01 || r.Method != http.MethodGet || r.URL.Path != c.HTTP01ResourcePath() {
		return false
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	_, _ = io.WriteString(w, c.KeyAuthorization)
	return true
}

// issuer asks the CA without ever asking a person, as certmagic does where it is told to wait for what comes of it.
type issuer struct{ acme *certmagic.ACMEIssuer }

func newIssuer(config *certmagic.Config, o Options) issuer {
	template := certmagic.ACMEIssuer{
		CA: o.Directory, Email: o.Email, Agreed: true, TrustedRoots: o.Roots, Logger: zap.NewNop(),
		DisableDistributedSolvers: true, DisableHTTPChallenge: o.Plain == nil, DisableTLSALPNChallenge: o.Listen == nil,
		AltHTTPPort: portOf(o.Plain), AltTLSALPNPort: portOf(o.Listen),
	}
	// There certmagic looks whether somebody answers already, before it would do so itself.
	if at, is := o.Listen.(*net.TCPAddr); is && !at.IP.IsUnspecified() {
		template.ListenHost = at.IP.String()
	}
	return issuer{certmagic.NewACMEIssuer(config, template)}
}

func portOf(at net.Addr) int {
	if tcp, is := at.(*net.TCPAddr); is {
		return tcp.Port
	}
	return 0
}

// IssuerKey implements certmagic.Issuer.
func (i issuer) IssuerKey() string { return i.acme.IssuerKey() }

// Issue implements certmagic.Issuer.
func (i issuer) Issue(ctx context.Context, csr *x509.CertificateRequest) (*certmagic.IssuedCertificate, error) {
	if err := i.acme.PreCheck(ctx, csr.DNSNames, false); err != nil {
		return nil, err
	}
	return i.acme.Issue(ctx, csr)
}

// GetRenewalInfo implements certmagic.RenewalInfoGetter: when the CA wants a certificate to be renewed (RFC 9773).
func (i issuer) GetRenewalInfo(ctx context.Context, cert certmagic.Certificate) (acme.RenewalInfo, error) {
	return i.acme.GetRenewalInfo(ctx, cert)
}
