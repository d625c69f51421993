package local

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"path/filepath"

	"spaces/server/certs"
)

// ACMEDir is where certificates that a CA gave are kept. A backup leaves it out, as it does every directory that is not
// the engine's: a restored box asks for its own, and the keys stay where they are.
func (d Dir) ACMEDir() string { return filepath.Join(d.Path, "acme") }

// ListenTLS adds a port that speaks TLS, before Start, with certificates from s, which is closed with the rest. A port
// of plain HTTP must come after it: see Listen.
func (o *Owned) ListenTLS(l net.Listener, s certs.Source) {
	o.certs = s
	o.extra = append(o.extra, s)
	o.Listen(certs.Listener(l, s))
}

// HasSpace tells whether there is a Space of this name.
func (o *Owned) HasSpace(name string) bool {
	_, err := o.engine.Space(name)
	return err == nil
}

// HasWebsite tells whether a host is that of a website that there is; none is before Start.
func (o *Owned) HasWebsite(host string) bool {
	s := o.sites.Load()
	return s != nil && s.ServesWebsite(host)
}

// Redirect answers in plain HTTP on l until Close, by sending all to TLS.
func (o *Owned) Redirect(l net.Listener, r Redirect) {
	o.answer(context.Background(), "Redirect", l, r)
}

// Certificates tells of the certificates that are served; nil without TLS.
func (o *Owned) Certificates() []certs.Status {
	if o.certs == nil {
		return nil
	}
	return o.certs.Status()
}

// Certificates tells of the certificates of a directory: those that its owner serves or, while none does, those that
// are kept there. Ones in files elsewhere are the owner's to know.
func (d Dir) Certificates(ctx context.Context) (list []certs.Status, err error) {
	here := func() error {
		e, err := d.engine(0)
		if err != nil {
			return err
		}
		defer e.Close()
		list, err = d.keptCertificates()
		return err
	}
	there := func(o other) error {
		last, err := o.ask(ctx, "certificates", controlRequest{}, nil)
		if last.Certificates != nil {
			list = *last.Certificates
		}
		return err
	}
	err = d.hereOrThere(here, there)
	return list, err
}

func (d Dir) keptCertificates() ([]certs.Status, error) {
	list, err := certs.Kept(d.ACMEDir())
	if err != nil {
		return nil, fmt.Errorf("read the certificates that are kept: %w", err)
	}
	own := d.selfSigned()
	switch c, err := loadPair(own.cert, own.key); {
	case err == nil:
		list = append(list, certs.StatusOf(own.kind, own.cert, &c))
	case !errors.Is(err, fs.ErrNotExist):
		list = append(list, certs.Status{Kind: own.kind, File: own.cert, Error: err.Error(), Failed: d.Now()})
	}
	return list, nil
}

func (c *control) certificates(_ context.Context, _ controlRequest, say func(controlReply)) error {
	list := c.certs()
	say(controlReply{Certificates: &list})
	return nil
}
