package storage

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
)

var start = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// small makes bodies over 16 bytes blobs of blocks of 8 bytes, so that small
// tests have large bodies, and remembers all pages of folders.
func small(fs vfs.FS) Options {
	return Options{FS: fs, Inline: 16, block: 8, worth: 1, Now: func() time.Time { return start }, Rand: rand.NewChaCha8([32]byte{})}
}

func openAt(t testing.TB, fs vfs.FS, o Options) *Engine {
	t.Helper()
	o.FS = fs
	e, err := Open("data", o)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return e
}

// fixture is an engine in memory with a Space named s.
type fixture struct {
	t testing.TB
	*Engine
	ctx context.Context
}

func setUp(t testing.TB) *fixture { return setUpAt(t, vfs.NewMem()) }

func setUpAt(t testing.TB, fs vfs.FS) *fixture {
	t.Helper()
	f := &fixture{t, openAt(t, fs, small(fs)), t.Context()}
	f.must(f.CreateSpace(Space{Name: "s", Created: start}))
	return f
}

func (f *fixture) must(err error) {
	f.t.Helper()
	if err != nil {
		f.t.Fatal(err)
	}
}

func (f *fixture) stage(body string) *Staged {
	f.t.Helper()
	s, err := f.Stage(f.ctx, strings.NewReader(body), StageOptions{Size: -1})
	f.must(err)
	return s
}

func (f *fixture) put(key, body string) Object {
	f.t.Helper()
	o, err := f.Put(f.ctx, "s", key, f.stage(body), Attrs{}, Checksum{}, nil)
	f.must(err)
	return o
}

func (f *fixture) read(space, key string) string {
	f.t.Helper()
	body, err := readAll(f.ctx, f.Engine, space, key)
	f.must(err)
	return body
}

// readAll reads an object by Read and by WriteTo, which must agree.
func readAll(ctx context.Context, e *Engine, space, key string) (string, error) {
	return readVersion(ctx, e, space, key, "")
}

func readVersion(ctx context.Context, e *Engine, space, key, version string) (string, error) {
	o, b, err := e.GetVersion(ctx, space, key, version)
	if err != nil {
		return "", err
	}
	defer b.Close()
	if o.Encryption.Keeper != NotEncrypted {
		if err := b.Unlock(secretKey); err != nil {
			return "", err
		}
	}
	var w bytes.Buffer
	if _, err := b.Range(0, o.Size).(io.WriterTo).WriteTo(&w); err != nil {
		return "", err
	}
	p, err := io.ReadAll(struct{ io.Reader }{b.Range(0, o.Size)})
	if err != nil {
		return "", err
	}
	if !bytes.Equal(p, w.Bytes()) {
		return "", fmt.Errorf("Read and WriteTo differ: %q and %q", p, w.Bytes())
	}
	return string(p), nil
}

// blobFiles are the files below blobs.
func blobFiles(t testing.TB, fs vfs.FS) (files []string) {
	t.Helper()
	dirs, err := fs.List("data/blobs")
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range dirs {
		names, err := fs.List(fs.PathJoin("data/blobs", d))
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range names {
			files = append(files, fs.PathJoin("data/blobs", d, n))
		}
	}
	return files
}

// records counts the records of a letter.
func (f *fixture) records(letter byte) (n int) {
	f.t.Helper()
	f.must(f.scan([]byte{letter}, []byte{letter + 1}, func(_, _ []byte) (bool, error) { n++; return true, nil }))
	return n
}

// nothingLeft demands that no body is kept for objects that are gone.
func (f *fixture) nothingLeft() {
	f.t.Helper()
	f.must(f.gc.collect())
	if files := blobFiles(f.t, f.fs); len(files) != 0 {
		f.t.Errorf("files left: %v", files)
	}
	for _, letter := range []byte{byte(kindInline), byte(kindBlob), byte(kindManifest), recRefs, recGarbage, recPart, recUpload} {
		if n := f.records(letter); n != 0 {
			f.t.Errorf("%d records %q left", n, letter)
		}
	}
}

func long(c string) string { return strings.Repeat(c, 100) }
