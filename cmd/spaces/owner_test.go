package main

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"spaces/server/storage"
	"spaces/store"
)

// someoneElse has an address and keeps what it is sent. It answers everything as a web server does.
type someoneElse struct {
	addr       string
	met, bytes atomic.Int64

	mu   sync.Mutex
	said []byte
}

func (s *someoneElse) heard() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return string(s.said)
}

func takeOver(t *testing.T, addr string) *someoneElse {
	t.Helper()
	l, err := net.Listen("tcp", addr)
	if err != nil {
		t.Fatalf("taking over the address of the owner: %v", err)
	}
	s := &someoneElse{addr: l.Addr().String()}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			s.met.Add(1)
			go func() {
				defer conn.Close()
				buf := make([]byte, 64<<10)
				n, _ := conn.Read(buf)
				s.bytes.Add(int64(n))
				s.mu.Lock()
				s.said = append(s.said, buf[:n]...)
				s.mu.Unlock()
				io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nhi")
			}()
		}
	}()
	return s
}

// machine is a panel's view of a data directory, in this process.
func machine(t *testing.T, dir string) (*embedded, *store.Store) {
	t.Helper()
	key, err := loadRootKey(dir, func(string) string { return "" })
	if err != nil {
		t.Fatal(err)
	}
	e := openEmbedded(dir, key, process{getenv: func(string) string { return "" }, now: time.Now, stderr: io.Discard}, "")
	t.Cleanup(func() {
		if err := e.close(context.Background()); err != nil {
			t.Errorf("closing: %v", err)
		}
	})
	s, err := store.Open(t.Context(), e.config())
	if err != nil {
		t.Fatal(err)
	}
	return e, s
}

// lockedBy is what the owner of dir says of itself.
func lockedBy(t *testing.T, dir string) *storage.LockedError {
	t.Helper()
	engine, err := storage.Open(dir, storage.Options{})
	var locked *storage.LockedError
	if err == nil {
		engine.Close()
	}
	if !errors.As(err, &locked) {
		t.Fatalf("nobody owns the directory: %v", err)
	}
	return locked
}

func TestAPanelTakesOverFromAnOwnerWhoseAddressAnotherHasNow(t *testing.T) {
	dir := t.TempDir()
	owner, first := machine(t, dir)
	if err := first.CreateSpace(t.Context(), "media", store.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	_, joined := machine(t, dir)
	if all, err := joined.Spaces(t.Context()); err != nil || len(all) != 1 {
		t.Fatalf("joined, there are %v, %v", all, err)
	}
	text := lockedBy(t, dir).Owner
	if err := owner.close(t.Context()); err != nil {
		t.Fatal(err)
	}
	data, control := takeOver(t, ownerAddress(text)), takeOver(t, controlAddress(text))
	if err := joined.CreateSpace(t.Context(), "more", store.CreateOptions{}); err != nil {
		t.Fatalf("after its owner has ended: %v", err)
	}
	if all, err := joined.Spaces(t.Context()); err != nil || len(all) != 2 {
		t.Errorf("taken over, there are %v, %v", all, err)
	}
	if n := data.bytes.Load(); n != 0 {
		t.Errorf("another was sent %d bytes", n)
	}
	if data.met.Load() == 0 || control.met.Load() == 0 {
		t.Error("nobody came by: the test shows nothing")
	}
}

func TestNothingIsSentToWhoDoesNotProveThatTheDirectoryIsTheirs(t *testing.T) {
	dir := t.TempDir()
	token, err := loadAdminToken(dir)
	if err != nil {
		t.Fatal(err)
	}
	engine, err := storage.Open(dir, storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer engine.Close() // the lock is held, and the addresses are those of an earlier owner
	data, control := takeOver(t, "127.0.0.1:0"), takeOver(t, "127.0.0.1:0")
	if err := engine.SetOwner(ownerAsked("spaces", control.addr, data.addr)); err != nil {
		t.Fatal(err)
	}
	_, s := machine(t, dir)
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	if _, err := s.Spaces(ctx); err == nil {
		t.Error("another's answer was taken")
	}
	keys, err := joinKeys(dir, lockedBy(t, dir))
	if err != nil {
		t.Fatal(err)
	}
	var other *strangerError
	if _, err := keys.all(t.Context()); !errors.As(err, &other) {
		t.Errorf("access keys: %v", err)
	}
	if _, err := askOwner(t.Context(), dir, lockedBy(t, dir), "scrub", controlRequest{}, nil); !errors.As(err, &other) {
		t.Errorf("a command: %v", err)
	}
	if data.met.Load() == 0 || data.bytes.Load() != 0 {
		t.Errorf("another was met %d times and sent %d bytes", data.met.Load(), data.bytes.Load())
	}
	if said := control.heard(); strings.Contains(said, token.text) || strings.Contains(said, "Bearer") {
		t.Errorf("another was sent %q", said)
	}
}

func TestAnOwnerThatStopsProvesNothingAnyMore(t *testing.T) {
	dir := t.TempDir()
	owner, s := machine(t, dir)
	if _, err := s.Spaces(t.Context()); err != nil {
		t.Fatal(err)
	}
	text := lockedBy(t, dir).Owner
	if err := proven(t.Context(), dir, text); err != nil {
		t.Fatalf("the owner does not prove it: %v", err)
	}
	elsewhere := strings.Replace(text, ", at "+ownerAddress(text), ", at 127.0.0.1:1", 1)
	var other *strangerError
	if err := proven(t.Context(), dir, elsewhere); !errors.As(err, &other) {
		t.Errorf("proven for an address that is not its own: %v", err)
	}
	owner.mu.Lock()
	owner.leave()
	owner.mu.Unlock()
	if err := proven(t.Context(), dir, text); !errors.As(err, &other) {
		t.Errorf("proven while it stops: %v", err)
	}
}
