package local

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"spaces/server/certs"
)

// Certificate is a certificate and its key in files, which are read again when they change: who renews a certificate
// need not stop the server. It is a certs.Source.
type Certificate struct {
	kind      string // certs.Files or certs.SelfSigned
	cert, key string

	mu      sync.Mutex
	loaded  *tls.Certificate
	changed [2]time.Time // of the files, when they were read
	err     error        // why they could not be read the last time
	failed  time.Time
}

// Self-signed certificates are good for lifetime, and made anew when less than renewal is left of it.
const (
	lifetime = 5 * 365 * 24 * time.Hour
	renewal  = 30 * 24 * time.Hour
)

// good is since when a self-signed certificate made at now is good. It says nothing that anybody relies on, and by a clock
// that was ahead when it was made it must not begin years after the clock is right.
func good(now time.Time) time.Time {
	if ago := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC); ago.Before(now) {
		return ago
	}
	return now.Add(-time.Hour)
}

// SelfSigned gives the certificate that is kept in the data directory, for what is listened on and for domains with one
// label before them. It is made when there is none, or none that is good for a while and for all these names.
func (d Dir) SelfSigned(listen string, domains []string) (*Certificate, error) {
	c := d.selfSigned()
	if err := c.makeUnlessGood(hostsOf(listen, domains), d.Now()); err != nil {
		return nil, fmt.Errorf("make a self-signed certificate: %w", err)
	}
	return c.load()
}

func (d Dir) selfSigned() *Certificate {
	return &Certificate{kind: certs.SelfSigned, cert: filepath.Join(d.Path, "tls-cert.pem"), key: filepath.Join(d.Path, "tls-key.pem")}
}

// LoadCertificate gives the certificate in two files of PEM. Others may not read that of the key.
func LoadCertificate(cert, key string) (*Certificate, error) {
	return (&Certificate{kind: certs.Files, cert: cert, key: key}).load()
}

func (f *Certificate) load() (*Certificate, error) {
	if err := CheckPrivate(f.key); err != nil {
		return nil, err
	}
	if _, err := f.Certificate(nil); err != nil {
		return nil, fmt.Errorf("read the certificate: %w", err)
	}
	return f, nil
}

// Certificate gives what is in the files. While they cannot be read, as in the middle of a renewal, the last that
// could goes on.
func (f *Certificate) Certificate(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var changed [2]time.Time
	for i, name := range []string{f.cert, f.key} {
		info, err := os.Stat(name)
		if err != nil {
			return f.orLast(err)
		}
		changed[i] = info.ModTime()
	}
	if f.loaded != nil && changed == f.changed {
		f.err = nil
		return f.loaded, nil
	}
	c, err := loadPair(f.cert, f.key)
	if err != nil {
		return f.orLast(err)
	}
	f.loaded, f.changed, f.err = &c, changed, nil
	return f.loaded, nil
}

// loadPair is tls.LoadX509KeyPair of files that people edit.
func loadPair(cert, key string) (tls.Certificate, error) {
	c, err := readText(cert)
	if err != nil {
		return tls.Certificate{}, err
	}
	k, err := readText(key)
	if err != nil {
		return tls.Certificate{}, err
	}
	return tls.X509KeyPair(c, k)
}

func (f *Certificate) orLast(err error) (*tls.Certificate, error) {
	f.err, f.failed = err, time.Now()
	if f.loaded != nil {
		return f.loaded, nil
	}
	return nil, err
}

// Status implements certs.Source. The files are looked at again for it.
func (f *Certificate) Status() []certs.Status {
	_, _ = f.Certificate(nil)
	f.mu.Lock()
	defer f.mu.Unlock()
	s := certs.StatusOf(f.kind, f.cert, f.loaded)
	if f.err != nil {
		s.Error, s.Failed = f.err.Error(), f.failed
	}
	return []certs.Status{s}
}

// Close implements certs.Source: there is nothing to end.
func (f *Certificate) Close() error { return nil }

// hostsOf are the names and addresses that a certificate has to have: this machine's, those listened on, and the
// domains with one label before them.
func hostsOf(listen string, domains []string) []string {
	hosts := []string{"localhost", "127.0.0.1", "::1"}
	host, _, _ := net.SplitHostPort(listen)
	if ip := net.ParseIP(host); host != "" && (ip == nil || !ip.IsUnspecified()) {
		hosts = append(hosts, host)
	} else if addrs, err := net.InterfaceAddrs(); err == nil {
		for _, a := range addrs {
			if n, is := a.(*net.IPNet); is && !n.IP.IsLinkLocalUnicast() && !n.IP.IsLoopback() {
				hosts = append(hosts, n.IP.String())
			}
		}
		if name, err := os.Hostname(); err == nil {
			hosts = append(hosts, name)
		}
	}
	for _, d := range domains {
		d = strings.ToLower(strings.Trim(d, "."))
		hosts = append(hosts, d, "*."+d)
	}
	slices.Sort(hosts)
	return slices.Compact(hosts)
}

// makeUnlessGood keeps the certificate that is there when it is for all names that were asked for by name and good
// for a while: a new one has a new fingerprint. Addresses come and go and are no reason.
func (f *Certificate) makeUnlessGood(hosts []string, now time.Time) error {
	c, err := loadPair(f.cert, f.key)
	switch {
	case isGone(f.cert) && isGone(f.key):
		return f.make(hosts, now)
	case err != nil:
		return fmt.Errorf("%w; remove %s and %s to get new ones", err, f.cert, f.key)
	case c.Leaf.CheckSignature(c.Leaf.SignatureAlgorithm, c.Leaf.RawTBSCertificate, c.Leaf.Signature) != nil:
		return fmt.Errorf("%s is damaged: it is not what its own key signed; remove %s and %s to get new ones", f.cert, f.cert, f.key)
	case now.Add(renewal).After(c.Leaf.NotAfter):
		return f.make(hosts, now)
	}
	for _, h := range hosts {
		if net.ParseIP(h) == nil && !slices.Contains(c.Leaf.DNSNames, h) {
			return f.make(hosts, now)
		}
	}
	return nil
}

func isGone(name string) bool {
	_, err := os.Stat(name)
	return errors.Is(err, fs.ErrNotExist)
}

func (f *Certificate) make(hosts []string, now time.Time) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return err
	}
	t := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: "spaces"},
		NotBefore: good(now), NotAfter: now.Add(lifetime),
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true, IsCA: true, MaxPathLenZero: true, // so that clients can trust it as it is
	}
	for _, h := range hosts {
		if ip := net.ParseIP(h); ip != nil {
			t.IPAddresses = append(t.IPAddresses, ip)
		} else {
			t.DNSNames = append(t.DNSNames, h)
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, t, t, &key.PublicKey, key)
	if err != nil {
		return err
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	// Cut at any time, a half of the pair is missing, and it is made anew: never do two halves of two pairs meet.
	for _, name := range []string{f.cert, f.key} {
		if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	if err := writePrivate(f.key, pemText("PRIVATE KEY", private)); err != nil {
		return err
	}
	return writePrivate(f.cert, pemText("CERTIFICATE", der))
}

func pemText(kind string, b []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: b}))
}
