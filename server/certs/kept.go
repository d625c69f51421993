package certs

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/caddyserver/certmagic"
)

// files keeps certificates in a directory that belongs to this process, where one thing is done at a time: there is
// nobody to lock out, and nothing that a process that was killed leaves locked.
type files struct{ *certmagic.FileStorage }

func (files) Lock(context.Context, string) error   { return nil }
func (files) Unlock(context.Context, string) error { return nil }

// TryLock implements certmagic.TryLocker.
func (files) TryLock(context.Context, string) (bool, error) { return true, nil }

// load takes up the certificates that are kept, without asking anybody, and begins with what is missing. Those of
// Spaces count as asked for when they were made.
func (a *ACME) load() error {
	names, err := os.ReadDir(filepath.Join(a.o.Dir, filepath.FromSlash(certmagic.StorageKeys.CertsPrefix(a.issuer.IssuerKey()))))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("read the certificates that are kept: %w", err)
	}
	for _, n := range names {
		if name := n.Name(); !a.isDomain(name) && a.may(name) {
			a.loadOne(name)
		}
	}
	for _, d := range a.o.Domains {
		a.loadOne(d)
	}
	return nil
}

// loadOne takes up a certificate. One that is missing or cannot be read is asked for when its turn comes.
func (a *ACME) loadOne(name string) {
	h := a.add(name)
	c, err := a.config.CacheManagedCertificate(a.ctx, name)
	a.cache.RemoveManaged([]certmagic.SubjectIssuer{{Subject: name}})
	if err != nil {
		return
	}
	h.cert = &c.Certificate
	if made := c.Leaf.NotBefore; !a.isDomain(name) && a.o.now().Sub(made) < week {
		a.orders = append(a.orders, made)
	}
}

// file is where the certificate of a name is.
func (a *ACME) file(name string) string {
	return filepath.Join(a.o.Dir, filepath.FromSlash(certmagic.StorageKeys.SiteCert(a.issuer.IssuerKey(), name)))
}

// describe tells of a certificate that there is.
func (s *Status) describe(c *tls.Certificate) {
	sum := sha256.Sum256(c.Certificate[0])
	s.Fingerprint = strings.ReplaceAll(fmt.Sprintf("% X", sum), " ", ":")
	s.Until = c.Leaf.NotAfter
}

// StatusOf tells of a certificate in files.
func StatusOf(kind, file string, c *tls.Certificate) Status {
	s := Status{Kind: kind, File: file, Names: namesOf(c.Leaf)}
	s.describe(c)
	return s
}

func namesOf(leaf *x509.Certificate) []string {
	names := leaf.DNSNames
	for _, ip := range leaf.IPAddresses {
		names = append(names, ip.String())
	}
	return names
}

// Kept tells of the certificates that an ACME keeps in dir, while none is open there.
func Kept(dir string) (list []Status, err error) {
	found, err := filepath.Glob(filepath.Join(dir, "certificates", "*", "*", "*.crt"))
	if err != nil {
		return nil, err
	}
	for _, file := range found {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		block, _ := pem.Decode(text)
		if block == nil {
			continue
		}
		leaf, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", file, err)
		}
		s := StatusOf(FromCA, file, &tls.Certificate{Certificate: [][]byte{block.Bytes}, Leaf: leaf})
		s.CA = path.Base(filepath.ToSlash(filepath.Dir(filepath.Dir(file))))
		list = append(list, s)
	}
	return list, nil
}
