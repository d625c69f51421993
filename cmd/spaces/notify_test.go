package main

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestTheServiceManagerIsToldWhenTheServerIsReady(t *testing.T) {
	dir, err := os.MkdirTemp("", "n") // a socket's path may have 108 bytes
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	path := filepath.Join(dir, "s")
	manager, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		t.Skip("no such sockets here:", err)
	}
	defer manager.Close()
	told := make(chan string, 1)
	go func() {
		b := make([]byte, 64)
		n, _ := manager.Read(b)
		told <- string(b[:n])
	}()
	t.Setenv("NOTIFY_SOCKET", path)
	h := newHome(t)
	s, _ := h.start(t)
	if got := <-told; got != "READY=1" {
		t.Errorf("%q", got)
	}
	s.kill()

	t.Setenv("NOTIFY_SOCKET", filepath.Join(dir, "none"))
	if _, errs, err := h.run(t, "serve", "--listen", "127.0.0.1:0"); err == nil || !strings.Contains(errs, "service manager") {
		t.Error(errs, err)
	}
}

func TestSecretsAreNotPrintedToTheJournal(t *testing.T) {
	for _, journal := range []string{"", "8:12345"} {
		h := newHome(t)
		h.env = []string{"JOURNAL_STREAM=" + journal, "NOTIFY_SOCKET=" + filepath.Join(h.dir, "none")} // so that it ends
		out, _, _ := h.run(t, "serve", "--listen", "127.0.0.1:0")
		if shown := strings.Contains(out, "secret key ") || strings.Contains(out, "admin token"); shown != (journal == "") || !strings.Contains(out, "credentials.toml") {
			t.Errorf("with the journal %q:\n%s", journal, out)
		}
	}
}

func TestAServerLeavesNothingWhereItWasStarted(t *testing.T) {
	program(t)
	here := t.TempDir()
	t.Chdir(here)
	h := newHome(t)
	h.start(t, "--ssh", "127.0.0.1:0", "--tls", "self-signed")
	if left, err := os.ReadDir(here); err != nil || len(left) > 0 {
		t.Error(left, err)
	}
}
