package server_test

import (
	"bytes"
	"io"
	"log/slog"
	"os"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"

	"spaces/server"
)

// faulty is a file system whose file operations fail while fault says so.
type faulty struct{ fault atomic.Value }

func (y *faulty) MaybeError(op errorfs.Op) error {
	if f, ok := y.fault.Load().(func(errorfs.Op) error); ok {
		return f(op)
	}
	return nil
}

func (y *faulty) String() string { return "faults" }

func (y *faulty) set(f func(errorfs.Op) error) { y.fault.Store(f) }

func newFaulty(t *testing.T) (*fixture, *faulty) {
	y := &faulty{}
	f := newFixtureOn(t, errorfs.Wrap(vfs.NewMem(), y))
	f.want(200, "PUT", "/media", "")
	return f, y
}

func TestFullDiskIs507AndPasses(t *testing.T) {
	f, y := newFaulty(t)
	f.want(200, "PUT", "/media/old", pattern(100_000))
	y.set(func(op errorfs.Op) error {
		if op.Kind == errorfs.OpFileWrite && strings.Contains(op.Path, "blobs") {
			return &os.PathError{Op: "write", Path: op.Path, Err: syscall.ENOSPC}
		}
		return nil
	})
	f.refuse(507, "InsufficientStorage", "PUT", "/media/new", pattern(100_000))
	y.set(func(errorfs.Op) error { return nil })
	f.refuse(404, "NoSuchKey", "GET", "/media/new", "")
	if a := f.want(200, "GET", "/media/old", ""); a.body != pattern(100_000) {
		t.Error("the old object changed")
	}
	f.want(200, "PUT", "/media/new", pattern(100_000))
}

func TestFailedSyncIsNoSuccessAndReadsGoOn(t *testing.T) {
	f, y := newFaulty(t)
	f.want(200, "PUT", "/media/old", pattern(100_000))
	y.set(func(op errorfs.Op) error {
		if (op.Kind == errorfs.OpFileSync || op.Kind == errorfs.OpFileSyncData || op.Kind == errorfs.OpFileSyncTo) && strings.Contains(op.Path, "blobs") {
			return syscall.EIO
		}
		return nil
	})
	if a := f.do("PUT", "/media/new", pattern(100_000)); a.StatusCode < 500 {
		t.Error(a.StatusCode, a.body)
	}
	y.set(func(errorfs.Op) error { return nil })
	a := f.refuse(503, "ServiceUnavailable", "PUT", "/media/new", "small")
	if !strings.Contains(a.body, "refuses writes") {
		t.Error(a.body)
	}
	if a := f.want(200, "GET", "/media/old", ""); a.body != pattern(100_000) {
		t.Error("the old object changed")
	}
}

// damage flips a bit of every blob.
func damage(t *testing.T, fs vfs.FS, dir string) (n int) {
	names, err := fs.List(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		path := fs.PathJoin(dir, name)
		info, err := fs.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if info.IsDir() {
			n += damage(t, fs, path)
			continue
		}
		file, err := fs.OpenReadWrite(path, vfs.WriteCategoryUnspecified)
		if err != nil {
			t.Fatal(err)
		}
		b := make([]byte, 1)
		at := info.Size() * 3 / 4
		file.ReadAt(b, at)
		b[0] ^= 4
		file.WriteAt(b, at)
		file.Close()
		n++
	}
	return n
}

func TestDamageIsNeverServed(t *testing.T) {
	fs := vfs.NewMem()
	f := newFixtureOn(t, fs)
	f.want(200, "PUT", "/media", "")
	f.want(200, "PUT", "/media/one", pattern(100_000))
	f.want(200, "PUT", "/media/many", pattern(4<<20))
	if damage(t, fs, "data/blobs") != 2 {
		t.Fatal("there are other files than blobs")
	}
	res, err := f.client.Do(sign(f.request("GET", "/media/many", "")))
	if err == nil {
		_, err = io.Copy(io.Discard, res.Body)
		res.Body.Close()
	}
	if err == nil {
		t.Error("damage was served as a whole answer:", res.Status)
	}
	f.refuse(500, "InternalError", "GET", "/media/one", "", "Range", "bytes=75000-75001")
}

func TestLogHasALineForEachRequestAndNoSecrets(t *testing.T) {
	var out bytes.Buffer
	f := newFixture(t, func(c *server.Config) { c.Log = slog.New(slog.NewJSONHandler(&out, nil)) })
	f.want(200, "PUT", "/media", "")
	f.refuse(404, "NoSuchKey", "GET", "/media/a%20b?response-content-type=canary", "")
	f.anonymous("GET", "/media?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=canary&X-Amz-Signature=canary", "")
	f.client.CloseIdleConnections()
	if err := f.server.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	log := out.String()
	if strings.Count(log, "\n") != 3 || strings.Contains(log, "canary") || strings.Contains(log, secretKey) || strings.Contains(log, "Signature") {
		t.Error(log)
	}
	for _, want := range []string{`"operation":"CreateBucket"`, `"operation":"GetObject"`, `"code":"NoSuchKey"`, `"path":"/media/a%20b"`, `"status":404`, `"key":"` + accessKey} {
		if !strings.Contains(log, want) {
			t.Errorf("no %s in %s", want, log)
		}
	}
}
