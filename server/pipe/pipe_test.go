package pipe_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"spaces/server/pipe"
)

// connect makes a connection and gives both of its ends.
func connect(t *testing.T) (a, b net.Conn) {
	t.Helper()
	l := pipe.Listen()
	accepted := make(chan net.Conn, 1)
	go func() {
		c, _ := l.Accept()
		accepted <- c
	}()
	a, err := l.Dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return a, <-accepted
}

func TestNothingConnectsToAClosedListener(t *testing.T) {
	l := pipe.Listen()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := l.Dial(ctx); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	l.Close()
	l.Close()
	if _, err := l.Dial(t.Context()); !errors.Is(err, net.ErrClosed) {
		t.Error(err)
	}
	if _, err := l.Accept(); !errors.Is(err, net.ErrClosed) {
		t.Error(err)
	}
}

func TestPipeCarriesBytesInOrder(t *testing.T) {
	a, b := connect(t)
	want := strings.Repeat("0123456789abcdefg", 200_000)
	go func() {
		for off, n := 0, 1; off < len(want); off, n = off+n, n*3%70_000+1 {
			a.Write([]byte(want[off:min(off+n, len(want))]))
		}
		a.Close()
	}()
	got, err := io.ReadAll(b)
	if err != nil || string(got) != want {
		t.Errorf("%d bytes, %v", len(got), err)
	}
	if _, err := b.Write([]byte("x")); !errors.Is(err, io.ErrClosedPipe) {
		t.Error(err)
	}
	b.Close()
	if _, err := b.Read(make([]byte, 1)); !errors.Is(err, net.ErrClosed) {
		t.Error(err)
	}
	if _, err := a.Write([]byte("x")); !errors.Is(err, net.ErrClosed) {
		t.Error(err)
	}
}

func TestPipeBuffersWhatNobodyReads(t *testing.T) {
	a, b := connect(t)
	block := make([]byte, 64<<10)
	a.SetWriteDeadline(time.Now().Add(time.Minute))
	for range 4 {
		if _, err := a.Write(block); err != nil {
			t.Fatal(err)
		}
	}
	a.SetWriteDeadline(time.Unix(1, 0))
	if n, err := a.Write(block); n != 0 || !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Error(n, err)
	}
	a.Close()
	if got, _ := io.ReadAll(b); !bytes.Equal(got, make([]byte, 256<<10)) {
		t.Error(len(got))
	}
}

func TestDeadlinesOfAPipe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := connect(t)
		wait := func(d time.Duration, f func() error) {
			t.Helper()
			start := time.Now()
			if err := f(); !errors.Is(err, os.ErrDeadlineExceeded) || time.Since(start) != d {
				t.Error(time.Since(start), err)
			}
		}
		read := func() error { _, err := a.Read(make([]byte, 1)); return err }
		write := func() error { _, err := a.Write(make([]byte, 1<<20)); return err }
		a.SetReadDeadline(time.Now().Add(time.Second))
		wait(time.Second, read)
		wait(0, read)
		a.SetDeadline(time.Now().Add(2 * time.Second))
		wait(2*time.Second, write)
		wait(0, read)
		a.SetDeadline(time.Time{})
		go func() {
			time.Sleep(time.Second)
			a.SetReadDeadline(time.Unix(1, 0))
		}()
		wait(time.Second, read)
		a.SetReadDeadline(time.Now().Add(time.Second))
		go func() {
			time.Sleep(500 * time.Millisecond)
			a.SetReadDeadline(time.Now().Add(2 * time.Second))
		}()
		wait(2500*time.Millisecond, read)
		a.SetReadDeadline(time.Now().Add(time.Second))
		go func() {
			time.Sleep(500 * time.Millisecond)
			b.Write([]byte("x"))
		}()
		if err := read(); err != nil {
			t.Error(err)
		}
		a.Close()
		b.Close()
	})
}
