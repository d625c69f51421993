package storage

import (
	"errors"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
)

func TestAFlippedBitIsFoundAndNeverServed(t *testing.T) {
	mem := vfs.NewMem()
	f := setUpAt(t, mem)
	body := strings.Repeat("0123456789abcdef", 8)
	f.put("k", body)
	name := blobFiles(t, mem)[0]
	data, err := mem.UnsafeGetFileDataBuffer(name)
	f.must(err)
	for i := range data {
		data[i] ^= 1 << (i % 8)
		o, b, err := f.Get(f.ctx, "s", "k")
		f.must(err)
		p, err := io.ReadAll(b.Range(0, o.Size))
		if !errors.Is(err, ErrCorrupt) || !strings.HasPrefix(body, string(p)) || len(p) > i {
			t.Errorf("byte %d: %q, %v", i, p, err)
		}
		// blocks that are whole are served
		if i >= 8 {
			if p, err := io.ReadAll(b.Range(0, 8)); err != nil || string(p) != body[:8] {
				t.Errorf("byte %d: %q, %v", i, p, err)
			}
		}
		f.must(b.Close())
		data[i] ^= 1 << (i % 8)
	}
	if f.read("s", "k") != body {
		t.Error("the repaired blob is not read")
	}
	f.must(mem.Remove(name))
	if _, err := readAll(f.ctx, f.Engine, "s", "k"); !errors.Is(err, ErrCorrupt) {
		t.Errorf("a lost blob: %v", err)
	}
}

func TestAFlippedBitInTheMetadataIsFound(t *testing.T) {
	mem := vfs.NewCrashableMem()
	f := setUpAt(t, mem)
	bodies := map[string]string{}
	for i := range 40 {
		k := strings.Repeat("k", i+1)
		bodies[k] = strings.Repeat("b", i%17)
		f.put(k, bodies[k])
	}
	f.must(f.db.Flush())
	f.must(f.db.Compact(f.ctx, []byte{0}, []byte{0xff}, false))
	f.must(f.Close())
	names, err := mem.List("data/meta")
	f.must(err)
	found, flips := 0, 0
	for _, n := range names {
		if !strings.HasSuffix(n, ".sst") {
			continue
		}
		orig, err := mem.UnsafeGetFileDataBuffer(mem.PathJoin("data/meta", n))
		f.must(err)
		for at := 0; at < len(orig); at += 1 + len(orig)/60 {
			clone := mem.CrashClone(vfs.CrashCloneCfg{UnsyncedDataPercent: 100, RNG: rand.New(rand.NewPCG(1, 1))})
			data, err := clone.UnsafeGetFileDataBuffer(mem.PathJoin("data/meta", n))
			f.must(err)
			data[at] ^= 0x10
			flips++
			if damageIsFound(t, clone, bodies) {
				found++
			}
		}
	}
	t.Logf("%d flips, %d made an error", flips, found)
	if flips < 40 || found < flips/2 {
		t.Errorf("%d flips, only %d made an error", flips, found)
	}
}

// damageIsFound reads all objects: each is what it was, or an error.
func damageIsFound(t *testing.T, fs vfs.FS, bodies map[string]string) (found bool) {
	e, err := Open("data", small(fs))
	if err != nil {
		return true
	}
	defer e.Close()
	for k, want := range bodies {
		got, err := readAll(t.Context(), e, "s", k)
		switch {
		case err == nil && got != want:
			t.Errorf("%q: %q was served", k, got)
		case err != nil && !errors.Is(err, ErrCorrupt):
			t.Errorf("%q: %v", k, err)
		case err != nil:
			found = true
		}
	}
	rows, _, err := e.List(t.Context(), "s", ListQuery{Max: 1000})
	if err == nil && len(rows) != len(bodies) {
		t.Errorf("%d rows were listed", len(rows))
	}
	return found || err != nil
}
