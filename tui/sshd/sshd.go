// Package sshd shows the panel to those who come by SSH: with public keys only, and to nothing but the panel and sftp. There
// is no shell, no command, no forwarding and no agent. Who may come in as whom, and what he sees, is for others to say.
package sshd

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"
	"charm.land/ssh"
	"charm.land/wish/v2"
	gossh "golang.org/x/crypto/ssh"
)

// Limits of what one client, or a stranger, can take. The handshake's time, the tries and the sessions are those of OpenSSH's
// sshd_config(5): LoginGraceTime, MaxAuthTries, MaxSessions.
const (
	handshakeTime = 30 * time.Second
	mostTries     = 6
	mostSessions  = 10
	defaultIdle   = time.Hour
	lookAgain     = 2 * time.Second // how often it is asked whether somebody who is in still may be
)

// Visitor is somebody who has come in.
type Visitor struct {
	As          string // what Admit said
	Fingerprint string // of his public key, as ssh-keygen -l shows it
	From        string // HOST:PORT
	User        string // that he named himself, which decides nothing
}

// Terminal is that of a visitor.
type Terminal struct {
	Environ       []string // TERM, and what of his environment says how to draw and in which language
	Width, Height int
}

// Config is what a Server is made of. HostKey, Admit and Panel are required.
type Config struct {
	HostKey gossh.Signer

	// Admit says as whom a public key lets in. It is asked before the signature is checked as well, and again while
	// somebody is in: when it says no he is put out.
	Admit func(fingerprint string) (as string, ok bool)

	// Panel makes what a visitor sees. end is called when he has left, however that came about.
	Panel func(v Visitor, t Terminal) (m tea.Model, end func(), err error)

	// Files serves sftp on a channel until that ends; nil: there is none.
	Files func(ctx context.Context, v Visitor, channel io.ReadWriteCloser) error

	Log  *slog.Logger  // who came from where, and who was refused; nil: nothing is told
	Idle time.Duration // after which a connection that nothing goes over is ended; 0: an hour
	Now  func() time.Time
}

// Server lets people in.
type Server struct {
	c        Config
	ssh      *ssh.Server
	refused  *refusals
	sessions sync.WaitGroup

	mu     sync.Mutex
	ports  []net.Listener
	closed bool
}

// New makes a Server.
func New(c Config) (*Server, error) {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Idle == 0 {
		c.Idle = defaultIdle
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	s := &Server{c: c, refused: newRefusals(c.Now)}
	var err error
	s.ssh, err = wish.NewServer(
		func(made *ssh.Server) error { // of a server without one it makes a key where the process happens to be
			made.HostSigners = []ssh.Signer{c.HostKey}
			return nil
		},
		ssh.PublicKeyAuth(func(ctx ssh.Context, key ssh.PublicKey) bool {
			_, ok := c.Admit(gossh.FingerprintSHA256(key))
			return ok
		}),
		wish.WithIdleTimeout(c.Idle),
		wish.WithMiddleware(func(ssh.Handler) ssh.Handler { return s.shell }),
	)
	if err != nil {
		return nil, err
	}
	s.ssh.Version = "spaces"
	s.ssh.HandshakeTimeout = handshakeTime
	s.ssh.ServerConfigCallback = func(ssh.Context) *gossh.ServerConfig { return &gossh.ServerConfig{MaxAuthTries: mostTries} }
	s.ssh.ConnCallback = s.arrive
	s.ssh.ConnectionFailedCallback = s.fail
	s.ssh.ChannelHandlers = map[string]ssh.ChannelHandler{"session": s.session}
	s.ssh.RequestHandlers = map[string]ssh.RequestHandler{}
	s.ssh.SubsystemHandlers = map[string]ssh.SubsystemHandler{}
	if c.Files != nil {
		s.ssh.SubsystemHandlers["sftp"] = s.sftp
	}
	return s, nil
}

// Serve lets people in who come to a listener, until Close, which may have come before; then it returns nil.
func (s *Server) Serve(l net.Listener) error {
	if !s.opens(l) {
		return l.Close()
	}
	if err := s.ssh.Serve(l); !errors.Is(err, ssh.ErrServerClosed) && !errors.Is(err, net.ErrClosed) {
		return err
	}
	return nil
}

// opens notes a listener, unless the server is closed: what serves the connections forgets that it was, when it was so early.
func (s *Server) opens(l net.Listener) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ports = append(s.ports, l)
	return !s.closed
}

// Close puts everybody out, and waits until nothing of what they saw runs any more.
func (s *Server) Close() error {
	s.mu.Lock()
	s.closed = true
	var errs []error
	for _, l := range s.ports {
		if err := l.Close(); !errors.Is(err, net.ErrClosed) {
			errs = append(errs, err)
		}
	}
	s.mu.Unlock()
	if err := s.ssh.Close(); !errors.Is(err, net.ErrClosed) {
		errs = append(errs, err)
	}
	s.sessions.Wait()
	return errors.Join(errs...)
}

// arrive turns those away at the door who were refused too often, and who come when it closes.
func (s *Server) arrive(ctx ssh.Context, conn net.Conn) net.Conn {
	s.mu.Lock()
	closed := s.closed
	s.mu.Unlock()
	if closed || s.refused.tooMany(host(conn.RemoteAddr())) {
		return nil
	}
	return conn
}

// fail notes a connection that did not get in.
func (s *Server) fail(conn net.Conn, err error) {
	var auth *gossh.ServerAuthError
	if !errors.As(err, &auth) { // a port scan, a line that dropped: there was nobody yet
		return
	}
	if s.refused.add(host(conn.RemoteAddr())) {
		s.c.Log.Warn("ssh: refused", "from", conn.RemoteAddr().String(), "why", "no authorized key")
	}
}

// host is the address without the port.
func host(a net.Addr) string {
	h, _, err := net.SplitHostPort(a.String())
	if err != nil {
		return a.String()
	}
	return h
}

// visitor says who a connection is of.
func (s *Server) visitor(conn *gossh.ServerConn, key ssh.PublicKey) (Visitor, bool) {
	v := Visitor{Fingerprint: gossh.FingerprintSHA256(key), From: conn.RemoteAddr().String(), User: conn.User()}
	as, ok := s.c.Admit(v.Fingerprint)
	v.As = as
	return v, ok
}
