// Package certs has what a server shows to those who connect by TLS: where certificates come from, until when they are
// good, and what went wrong with them. Certificates that are asked of a CA (ACME, RFC 8555) are made here; those in
// files are where the files are.
package certs

import (
	"crypto/tls"
	"io"
	"net"
	"time"
)

// Source is where a server has its certificates from. It is used by many goroutines; Close ends what goes on in it.
type Source interface {
	// Certificate answers a handshake. Nil without an error: there is none for this name, and there will be none.
	Certificate(hello *tls.ClientHelloInfo) (*tls.Certificate, error)
	// Status tells of all certificates, the most important one first. It does not wait for anything.
	Status() []Status
	io.Closer
}

// Status is what is known of a certificate.
type Status struct {
	Kind        string    `json:"kind"` // where it is from: Files, SelfSigned or FromCA
	Names       []string  `json:"names"`
	File        string    `json:"file,omitempty"`        // where it is; "": there is none yet
	Fingerprint string    `json:"fingerprint,omitempty"` // SHA-256 of the certificate, by which clients can know it
	Until       time.Time `json:"until"`                 // its end; zero: there is none yet
	CA          string    `json:"ca,omitempty"`          // the ACME directory that it is asked of
	Error       string    `json:"error,omitempty"`       // what went wrong last; "" when nothing has since
	Failed      time.Time `json:"failed"`                // when that was
	Next        time.Time `json:"next"`                  // when it is looked after again; zero: that is up to somebody else
}

// The kinds of certificates.
const (
	Files      = "files"
	SelfSigned = "self-signed"
	FromCA     = "acme"
)

// Listener speaks TLS on l. It offers HTTP/1.1 only: deadlines and limits are those of connections, and S3 clients do
// not ask for more.
func Listener(l net.Listener, s Source) net.Listener {
	c := &tls.Config{GetCertificate: s.Certificate, MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"}}
	if _, is := s.(*ACME); is {
		c.NextProtos = append(c.NextProtos, challengeProtocol)
	}
	return tls.NewListener(l, c)
}
