package sshd

import (
	"crypto/ed25519"
	"errors"
	"net"
	"testing"

	gossh "golang.org/x/crypto/ssh"
)

// A server that is told to stop while it starts may be closed before it serves.
func TestClosedBeforeItServesItServesNobody(t *testing.T) {
	_, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := gossh.NewSignerFromSigner(key)
	if err != nil {
		t.Fatal(err)
	}
	s, err := New(Config{HostKey: signer, Admit: func(string) (string, bool) { return "", false }})
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if err := s.Serve(l); err != nil {
		t.Error(err)
	}
	if _, err := l.Accept(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("it listens: %v", err)
	}
}
