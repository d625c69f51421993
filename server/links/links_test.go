package links

import (
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"spaces/server/storage"
)

// newBook is one on an engine in memory, with a clock that the test moves.
func newBook(t *testing.T) (*Book, *atomic.Int64) {
	t.Helper()
	var ahead atomic.Int64
	now := func() time.Time { return time.Unix(1_800_000_000, 0).Add(time.Duration(ahead.Load())) }
	return openBook(t, storage.Options{Now: now, Ran: func() time.Duration { return time.Duration(ahead.Load()) }}), &ahead
}

// openBook is one on an engine in memory.
func openBook(t *testing.T, o storage.Options) *Book {
	t.Helper()
	o.FS = vfs.NewMem()
	engine, err := storage.Open("data", o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { engine.Close() })
	b, err := Open(engine, o.Now)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func (b *Book) made(t *testing.T, l Link, password string) (*Held, Link) {
	t.Helper()
	l.Space, l.Maker = "media", "AK"
	made, token, err := b.Make(l, password)
	if err != nil {
		t.Fatal(err)
	}
	return b.Find(token), made
}

func TestWrongPasswordsLockALinkUntilItIsExtended(t *testing.T) {
	b, ahead := newBook(t)
	h, l := b.made(t, Link{Key: "x"}, "right")
	h.link.Secret.Memory, h.link.Secret.Passes = 8, 1 // as quick as can be: what counts here is how many
	h.link.Secret.Hash = h.link.Secret.of("right")
	for n := range maxWrong {
		ahead.Add(int64(tryEvery))
		if err := h.Try(t.Context(), "wrong"); !errors.Is(err, ErrWrong) {
			t.Fatal(n, err)
		}
	}
	ahead.Add(int64(time.Hour))
	if err := h.Try(t.Context(), "right"); err != ErrLocked {
		t.Error("it can be tried for ever:", err)
	}
	if now := h.Link(); now.State(b.now()) != "locked" {
		t.Error(now.State(b.now()))
	}
	if _, err := b.Extend(l.ID, time.Time{}); err != nil {
		t.Fatal(err)
	}
	if err := h.Try(t.Context(), "right"); err != nil {
		t.Error("its maker cannot let people in again:", err)
	}
}

func TestPasswordsWaitAfterAFew(t *testing.T) {
	b, ahead := newBook(t)
	h, _ := b.made(t, Link{Key: "x"}, "right")
	h.link.Secret.Memory, h.link.Secret.Passes = 8, 1
	var looked atomic.Int32
	var all sync.WaitGroup
	for range 100 {
		all.Go(func() {
			if err := h.Try(t.Context(), "wrong"); errors.Is(err, ErrWrong) {
				looked.Add(1)
			} else if err != ErrSlow {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if looked.Load() != triesAtOnce {
		t.Errorf("%d were looked at", looked.Load())
	}
	ahead.Add(int64(tryEvery))
	if err := h.Try(t.Context(), "wrong"); !errors.Is(err, ErrWrong) {
		t.Error(err)
	}
}

func TestNoMoreFilesAreLetInThanTheLimit(t *testing.T) {
	b, _ := newBook(t)
	h, _ := b.made(t, Link{Key: "in/", Limits: &Limits{Files: 5}}, "")
	var in atomic.Int32
	var all sync.WaitGroup
	for i := range 50 {
		all.Go(func() {
			done, err := h.Admit()
			if err == ErrFull {
				return
			} else if err != nil {
				t.Error(err)
			}
			var came *Arrival
			if in.Add(1); i%2 == 0 {
				came = &Arrival{Name: "x", Size: 1}
			} else {
				in.Add(-1) // it broke off, and another may come
			}
			if err := done(came); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if l := h.Link(); l.Count > 5 || int(in.Load()) != l.Count || l.Begun != 0 {
		t.Errorf("%d are in, %+v", in.Load(), l)
	}
}

func TestLinksThatEndedLongAgoAreForgotten(t *testing.T) {
	b, ahead := newBook(t)
	b.made(t, Link{Key: "x", Until: b.now().Add(time.Hour)}, "")
	b.made(t, Link{Key: "for ever"}, "")
	ahead.Add(int64(keepEnded))
	b.made(t, Link{Key: "y"}, "")
	if n := len(b.List()); n != 3 {
		t.Error(n, "are listed")
	}
	ahead.Add(int64(2 * time.Hour))
	b.made(t, Link{Key: "z"}, "")
	if list := b.List(); len(list) != 3 || list[2].Key != "for ever" {
		t.Error(list)
	}
}

func TestNamesAreMadeSafe(t *testing.T) {
	for name, want := range map[string]string{
		"report.pdf": "report.pdf", "../../etc/passwd": "passwd", `..\..\windows\system.ini`: "system.ini", "/abs/x": "x", "": "file", "..": "file", ".": "file", "...": "file",
		".htaccess": "htaccess", "a\x00b\r\nc.txt": "abc.txt", "\u202egpj.exe": "gpj.exe", "x\xff.txt": "x_.txt", "<b>.txt": "_b_.txt", "con:stream": "con_stream", "  x .txt. ": "x .txt",
		"grün.txt": "grün.txt", "a/": "file", strings.Repeat("ü", 300) + ".jpg": strings.Repeat("ü", 98) + ".jpg", "\u200b": "file", "a\u00a0b": "a b",
	} {
		if got := CleanName(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
	if got := Numbered("photo.jpg", 2); got != "photo (2).jpg" {
		t.Error(got)
	}
}

func TestTypesAreThoseOfTheContent(t *testing.T) {
	const png, page, exe = "\x89PNG\x0D\x0A\x1A\x0A", "<!DOCTYPE HTML><script>", "MZ\x90\x00"
	pictures, papers, drawings := &Limits{Types: []string{"image/*"}}, &Limits{Types: []string{".pdf", ".docx"}}, &Limits{Types: []string{"image/svg+xml"}}
	for _, c := range []struct {
		m              *Limits
		name, declared string
		head           string
		takes          bool
	}{
		{pictures, "a.png", "image/png", png, true},
		{pictures, "a.bin", "application/octet-stream", png, true},
		{pictures, "a.png", "image/png", page, false},
		{pictures, "a.png", "image/png", exe, false},
		{pictures, "a.png", "image/png", "#!/bin/sh\n", false},
		{pictures, "a.heic", "image/heic", "\x00\x00\x00\x18ftypheic", true},
		{pictures, "a.svg", "image/svg+xml", `<svg xmlns="x"><script>`, false},
		{pictures, "a.svg", "image/png", `<?xml version="1.0"?><svg>`, false},
		{drawings, "a.svg", "image/svg+xml", `<svg xmlns="x">`, true},
		{pictures, "a.txt", "text/plain", "hello", false},
		{papers, "a.PDF", "application/pdf", "%PDF-1.7", true},
		{papers, "a.pdf", "application/pdf", page, false},
		{papers, "a.pdf", "application/pdf", exe, false},
		{papers, "a.docx", "", "PK\x03\x04", true},
		{papers, "a.exe", "application/pdf", exe, false},
		{&Limits{}, "a", "", exe, true},
		{pictures, "a.png", "image/png; <script>", "", false},
	} {
		kind, sure := TypeOf(c.declared, []byte(c.head))
		if got := c.m.Takes(c.name, kind, sure); got != c.takes {
			t.Errorf("%s %s %.20q: %v (%s)", c.name, c.declared, c.head, got, kind)
		}
	}
}
