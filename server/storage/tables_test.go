package storage

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"
)

// shelves are objects whose bodies Pebble keeps in a file of values, and whose
// records are in a table.
func shelves(t *testing.T) (fs *vfs.MemFS, bodies map[string]string) {
	mem := vfs.NewCrashableMem()
	f := setUpAt(t, mem)
	f.o.Inline = 1 << 20
	bodies = map[string]string{}
	for i := range 40 {
		key := fmt.Sprintf("k%02d", i)
		bodies[key] = strings.Repeat(string(rune('a'+i%26)), 1500+100*i)
		f.put(key, bodies[key])
	}
	f.must(f.Close())
	return whole(mem), bodies
}

func fileOf(t *testing.T, fs *vfs.MemFS, ending string) (name string) {
	t.Helper()
	eachFile(fs, "data/meta", func(n string, size int) {
		if strings.HasSuffix(n, ending) {
			name = n
		}
	})
	if name == "" {
		t.Fatal("there is no file", ending)
	}
	return name
}

// Pebble panics where the end of such a file is damaged, or it is not there.
func TestADamagedFileOfValuesIsAnErrorAndNamesWhoseTheyAre(t *testing.T) {
	for what, do := range map[string]func(fs *vfs.MemFS, name string, data []byte){
		"a bit at its end":    func(_ *vfs.MemFS, _ string, data []byte) { data[len(data)-3] ^= 1 },
		"a bit of the index":  func(_ *vfs.MemFS, _ string, data []byte) { data[len(data)-20] ^= 1 },
		"cut":                 func(fs *vfs.MemFS, name string, data []byte) { rewrite(t, fs, name, data[:len(data)/2]) },
		"empty":               func(fs *vfs.MemFS, name string, _ []byte) { rewrite(t, fs, name, nil) },
		"no file":             func(fs *vfs.MemFS, name string, _ []byte) { _ = fs.Remove(name) },
		"a bit of its values": func(_ *vfs.MemFS, _ string, data []byte) { data[len(data)/2] ^= 1 },
	} {
		fs, bodies := shelves(t)
		name := fileOf(t, fs, ".blob")
		data, err := fs.UnsafeGetFileDataBuffer(name)
		if err != nil {
			t.Fatal(err)
		}
		do(fs, name, data)
		var named []string
		rep, err := Fsck(t.Context(), "data", small(whole(fs)))
		if err == nil {
			for _, f := range rep.Findings {
				named = append(named, f.Key)
				if f.Fault != FaultDamaged {
					t.Errorf("%s: fsck says %+v", what, f)
				}
			}
		} else if !errors.Is(err, ErrCorrupt) {
			t.Errorf("%s: fsck: %v", what, err)
		}
		e, err := Open("data", small(fs))
		if err != nil {
			if !errors.Is(err, ErrCorrupt) {
				t.Errorf("%s: the start: %v", what, err)
			}
			continue
		}
		scrub, err := e.Scrub(t.Context(), ScrubOptions{})
		if err != nil {
			t.Errorf("%s: scrub: %v", what, err)
		}
		lost := 0
		for key, want := range bodies {
			got, err := readAll(t.Context(), e, "s", key)
			if errors.Is(err, ErrCorrupt) {
				lost++
				about := func(f Finding) bool { return f.Space == "s" && f.Key == key && f.Version > 0 }
				if !slices.ContainsFunc(scrub.Findings, about) || !slices.Contains(named, key) {
					t.Errorf("%s: %s is lost, and not named", what, key)
				}
			} else if err != nil || got != want {
				t.Errorf("%s: %s: %d bytes, %v", what, key, len(got), err)
			}
		}
		if lost == 0 {
			t.Errorf("%s: nothing is lost", what)
		}
		if err := e.db.Compact(t.Context(), []byte{0}, []byte{0xff}, false); err != nil && !errors.Is(damaged(err), ErrCorrupt) {
			t.Errorf("%s: a compaction: %v", what, err)
		}
		if err := e.Close(); err != nil && !errors.Is(damaged(err), ErrCorrupt) {
			t.Errorf("%s: the end: %v", what, err)
		}
	}
}

// What nobody asks for is read by a scrub as well.
func TestAScrubReadsTheTablesOfARunningStore(t *testing.T) {
	fs, _ := shelves(t)
	name := fileOf(t, fs, ".sst")
	e := openAt(t, fs, small(fs))
	defer e.Close()
	if rep, err := e.Scrub(t.Context(), ScrubOptions{}); err != nil || len(rep.Findings) > 0 {
		t.Fatalf("%+v, %v", rep, err)
	}
	data, err := fs.UnsafeGetFileDataBuffer(name)
	if err != nil {
		t.Fatal(err)
	}
	for at := 0; at < len(data); at += 97 {
		data[at] ^= 4
		if rep, err := e.Scrub(t.Context(), ScrubOptions{}); err != nil || len(rep.Findings) == 0 || !strings.Contains(rep.Findings[0].Text, fs.PathBase(name)) {
			t.Errorf("byte %d of %d: %+v, %v", at, len(data), rep, err)
		}
		data[at] ^= 4
	}
}

// What the manifest says of the files of values is what there is, also after
// they were rewritten: damage would go unseen else, or be seen where none is.
func TestTheFilesOfValuesAreThoseOfTheManifest(t *testing.T) {
	mem := vfs.NewCrashableMem()
	f := setUpAt(t, mem)
	f.o.Inline = 1 << 20
	most := 0
	for round := range 6 {
		for i := range 30 {
			f.put(fmt.Sprintf("k%02d", i*(round%3+1)), strings.Repeat(string(rune('a'+i)), 1500+100*i+round))
		}
		f.must(f.db.Flush())
		if round == 3 {
			f.must(f.db.Compact(f.ctx, []byte{0}, []byte{0xff}, false))
		}
		l, err := f.readLog(f.manifestInUse())
		f.must(err)
		sizes, known := valueFiles(l.read().records)
		if most = max(most, len(sizes)); !known {
			t.Fatalf("round %d: the manifest is not understood", round)
		}
		f.must(f.checkValues(l.read().records))
		if n := f.db.Metrics().BlobFiles.LiveCount; int(n) != len(sizes) {
			t.Errorf("round %d: %d files are in use, of %d it is said", round, n, len(sizes))
		}
	}
	if most < 2 {
		t.Errorf("%d files of values at most", most)
	}
	f.must(f.Close())
}

func (f *fixture) manifestInUse() markName {
	f.t.Helper()
	d, err := pebble.Peek(f.path("meta"), f.fs)
	f.must(err)
	n, ok := markNameOf(f.fs.PathBase(d.ManifestFilename))
	if !ok {
		f.t.Fatal(d.ManifestFilename)
	}
	return n
}
