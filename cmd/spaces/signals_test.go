package main

import (
	"bytes"
	"io"
	"net"
	"os"
	"syscall"
	"testing"
	"time"

	"spaces/server/local"
	"spaces/store"
)

// TestASecondSignalEndsAServerAtOnce holds a request open, so that a graceful stop waits for it, and asks twice.
func TestASecondSignalEndsAServerAtOnce(t *testing.T) {
	for name, second := range map[string]syscall.Signal{"SIGTERM": syscall.SIGTERM, "SIGINT": syscall.SIGINT} {
		t.Run(name, func(t *testing.T) {
			h := newHome(t)
			s, _ := h.start(t)
			c := s.open(t)
			if err := c.CreateSpace(t.Context(), "media", store.CreateOptions{}); err != nil {
				t.Fatal(err)
			}
			r := store.Ref{Space: "media", Key: "acknowledged"}
			if _, err := c.Put(t.Context(), r, bytes.NewReader([]byte("x")), 1, store.Props{}, store.PutOptions{}); err != nil {
				t.Fatal(err)
			}
			held := make(chan struct{})
			body := &waiting{begun: held, until: t.Context().Done()}
			go c.Put(t.Context(), store.Ref{Space: "media", Key: "held"}, body, 1<<20, store.Props{}, store.PutOptions{})
			<-held
			s.cmd.Process.Signal(syscall.SIGTERM)
			untilRefused(t, s.addr)
			s.cmd.Process.Signal(second)
			select {
			case <-s.ended:
			case <-time.After(local.Drain / 2):
				t.Fatal("it waits on")
			}
			if code := s.cmd.ProcessState.ExitCode(); code != 128+int(second) {
				t.Errorf("exit status %d", code)
			}
			s, _ = h.start(t)
			if _, err := s.open(t).Head(t.Context(), r); err != nil {
				t.Errorf("what was acknowledged: %v", err)
			}
		})
	}
}

// waiting is a body that begins and does not go on.
type waiting struct {
	begun chan struct{}
	until <-chan struct{}
}

func (w *waiting) ReadAt(p []byte, off int64) (int, error) {
	if off == 0 {
		return min(len(p), 1000), nil
	}
	select {
	case <-w.begun:
	default:
		close(w.begun)
	}
	<-w.until
	return 0, io.ErrUnexpectedEOF
}

// untilRefused returns when nobody listens at addr any more: the stop has begun.
func untilRefused(t *testing.T, addr string) {
	for began := time.Now(); time.Since(began) < patience; {
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			return
		}
		conn.Close()
	}
	t.Fatal("the server still listens")
}

func TestAHangupEndsThePanelAsATermDoes(t *testing.T) {
	for _, sig := range []os.Signal{syscall.SIGHUP, syscall.SIGTERM} {
		t.Run(sig.String(), func(t *testing.T) {
			h := newHome(t)
			x := newTerminal(t, h.command(program(t)), 80, 24)
			x.see("Spaces")
			x.cmd.Process.Signal(sig)
			if code := x.ended(); code != 0 {
				t.Errorf("exit status %d:\n%s", code, x.text())
			}
		})
	}
}
