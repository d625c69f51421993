package storage

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"
)

// logOf is the log with the most in it.
func logOf(t *testing.T, fs *vfs.MemFS) (name string, data []byte) {
	t.Helper()
	eachFile(fs, "data/meta", func(file string, size int) {
		if d, err := fs.UnsafeGetFileDataBuffer(file); strings.HasSuffix(file, ".log") && err == nil && (name == "" || len(d) > len(data)) {
			name, data = file, d
		}
	})
	return name, data
}

// rewrite puts other bytes in the place of a file.
func rewrite(t *testing.T, fs vfs.FS, name string, data []byte) {
	t.Helper()
	if err := writeFile(fs, name, data); err != nil {
		t.Fatal(err)
	}
}

func TestAShortOrMissingLogIsDamageAndNoTornTail(t *testing.T) {
	for what, do := range map[string]func(fs *vfs.MemFS, log string, data []byte){
		"half of it":       func(fs *vfs.MemFS, log string, data []byte) { rewrite(t, fs, log, data[:len(data)/2]) },
		"all but a byte":   func(fs *vfs.MemFS, log string, data []byte) { rewrite(t, fs, log, data[:len(data)-1]) },
		"nothing":          func(fs *vfs.MemFS, log string, _ []byte) { rewrite(t, fs, log, nil) },
		"no file":          func(fs *vfs.MemFS, log string, _ []byte) { _ = fs.Remove(log) },
		"zeros at the end": func(_ *vfs.MemFS, _ string, data []byte) { clear(data[len(data)-40:]) },
	} {
		fs, _ := killed(t)
		log, data := logOf(t, fs)
		do(fs, log, data)
		var d *DamageError
		if _, err := Open("data", small(fs)); !errors.As(err, &d) || !errors.Is(err, ErrCorrupt) || !strings.HasSuffix(log, d.File) {
			t.Errorf("%s: the start says %v", what, err)
		}
		_, fsck := Fsck(t.Context(), "data", small(fs))
		_, scrub := Scrub(t.Context(), "data", small(fs), ScrubOptions{})
		_, copied := Backup(t.Context(), "data", small(fs), "copy")
		for _, err := range []error{fsck, scrub, copied} {
			if !errors.As(err, &d) {
				t.Errorf("%s: %v", what, err)
			}
		}
		salvaged(t, "data", small(fs))
	}
}

// salvaged repairs the log, and demands a directory that opens and is whole.
func salvaged(t *testing.T, dir string, o Options) {
	t.Helper()
	rep, err := Fsck(t.Context(), dir, o, FaultLog)
	if err != nil || len(rep.Repaired) == 0 || len(rep.Findings) > 0 {
		t.Errorf("%+v, %v", rep, err)
	}
	e, err := Open(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Close(); err != nil {
		t.Error(err)
	}
	if rep, err := Fsck(t.Context(), dir, o); err != nil || len(rep.Findings) > 0 {
		t.Errorf("%+v, %v", rep, err)
	}
}

func TestATornTailIsNoDamage(t *testing.T) {
	fs, f := killed(t)
	log, data := logOf(t, fs)
	for _, tail := range []string{"x", strings.Repeat("torn", 50), string(make([]byte, 5000)), string(data[:40])} {
		fs := whole(fs)
		rewrite(t, fs, log, append(slices.Clone(data), tail...))
		for range 3 { // killed again at once
			e, err := Open("data", small(fs))
			f.must(err)
			fs = whole(fs)
			log, data := logOf(t, fs)
			rewrite(t, fs, log, append(slices.Clone(data), tail...))
			rows, _, err := e.List(t.Context(), "s", ListQuery{Max: 1000})
			if err := errors.Join(err, e.Close()); err != nil || len(rows) != 30 {
				t.Errorf("%d bytes: %d objects, %v", len(tail), len(rows), err)
			}
		}
	}
}

func TestDamageNamesWhatIsLostAndWhatToDo(t *testing.T) {
	fs, _ := killed(t)
	_, data := logOf(t, fs)
	data[len(data)-300] ^= 1
	_, err := Open("data", small(fs))
	for _, want := range []string{"stored data are damaged", ".log at ", `"k029" in s`, "nothing was changed"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not say %q", err, want)
		}
	}
}

func TestMetadataThatAreGoneAreNotMadeAnew(t *testing.T) {
	for what, do := range map[string]func(fs *vfs.MemFS) error{
		"all of them":                func(fs *vfs.MemFS) error { return fs.RemoveAll("data/meta") },
		"all of them, and the marks": func(fs *vfs.MemFS) error { return errors.Join(fs.RemoveAll("data/meta"), fs.Remove("data/synced")) },
		"what points to the manifest": func(fs *vfs.MemFS) error {
			names, err := fs.List("data/meta")
			for _, n := range names {
				if strings.HasPrefix(n, "marker.manifest") {
					err = errors.Join(err, fs.Remove("data/meta/"+n))
				}
			}
			return err
		},
	} {
		fs, f := killed(t)
		f.must(do(fs))
		if e, err := Open("data", small(fs)); !errors.Is(err, ErrCorrupt) {
			t.Errorf("%s: %v", what, err)
			if err == nil {
				f.must(e.Close())
			}
		}
	}
}

// A program that makes no marks may have been there since.
func TestMarksOfThePastAreNoDamage(t *testing.T) {
	fs, f := killed(t)
	e, err := Open("data", small(fs))
	f.must(err)
	f.must(e.Close())
	marks, err := readFile(fs, "data/synced")
	f.must(err)
	for range 3 {
		db, err := pebble.Open("data/meta", &pebble.Options{FS: fs, Merger: counterMerger, Logger: pebbleLog{e}})
		f.must(err)
		f.must(db.Set([]byte("knobody\x00x"), []byte("y"), pebble.Sync))
		f.must(db.Flush())
		f.must(db.Close())
	}
	if now, err := readFile(fs, "data/synced"); err != nil || string(now) != string(marks) {
		t.Fatal("the marks are not of the past")
	}
	e, err = Open("data", small(fs))
	f.must(err)
	f.must(e.Close())
}

func TestDamageOfAnOlderProgramsLogIsFound(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	unpack(t, "testdata/format-1.tar.gz", dir)
	logs, err := filepath.Glob(filepath.Join(dir, "meta", "*.log"))
	if err != nil || len(logs) == 0 {
		t.Fatal(logs, err)
	}
	name := logs[len(logs)-1]
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	text[len(text)-60] ^= 8
	if err := os.WriteFile(name, text, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir, Options{}); !errors.Is(err, ErrCorrupt) {
		t.Error(err)
	}
	salvaged(t, dir, Options{})
}

func TestADamagedLogIsCutOnOrderAndKept(t *testing.T) {
	fs, f := killed(t)
	log, data := logOf(t, fs)
	data[len(data)/2] ^= 1
	damaged := slices.Clone(data)
	if _, err := Fsck(t.Context(), "data", small(fs), FaultCounters, FaultOrphan); !errors.As(err, new(*DamageError)) {
		t.Fatal("it was cut without an order:", err)
	}
	blobs := len(blobFiles(t, fs))
	rep, err := Fsck(t.Context(), "data", small(fs), FaultLog)
	f.must(err)
	if len(rep.Repaired) < 2 || !strings.Contains(rep.Repaired[0], "k015") {
		t.Errorf("said %q", rep.Repaired)
	}
	if kept, err := readFile(fs, "data/damaged/"+filepath.Base(log)); err != nil || string(kept) != string(damaged) {
		t.Errorf("%d bytes are kept of %d, %v", len(kept), len(damaged), err)
	}
	lost, err := fs.List("data/lost")
	f.must(err)
	if left := len(blobFiles(t, fs)); len(lost) == 0 || left+len(lost) != blobs {
		t.Errorf("%d blobs are in use and %d are kept, of %d", left, len(lost), blobs)
	}
	e := openAt(t, fs, small(fs))
	rows, _, err := e.List(t.Context(), "s", ListQuery{Max: 1000})
	f.must(err)
	if len(rows) < 10 || len(rows) > 20 {
		t.Errorf("%d objects are there", len(rows))
	}
	for i, r := range rows {
		if body, err := readAll(t.Context(), e, "s", r.Key); err != nil || r.Key != fmt.Sprintf("k%03d", i) || len(body) != 5+i%2*20 {
			t.Errorf("%s: %q, %v", r.Key, body, err)
		}
	}
	g := &fixture{t, e, t.Context()}
	g.put("new", long("n"))
	f.must(e.Close())
	if rep, err := Fsck(t.Context(), "data", small(fs)); err != nil || len(rep.Findings) > 0 {
		t.Errorf("%+v, %v", rep, err)
	}
}

// Every operation of a repair fails once, in turn: the next repair does the rest.
func TestARepairOfTheLogThatIsInterruptedIsRepeated(t *testing.T) {
	base, f := killed(t)
	log, data := logOf(t, base)
	data[len(data)/2] ^= 1
	want, err := Fsck(t.Context(), "data", small(whole(base)), FaultLog)
	f.must(err)
	for n, failed := 1, true; failed; n++ {
		mem := whole(base)
		failed = false
		var ops atomic.Int64
		fs, inj := failing(mem, func(op errorfs.Op) error {
			if op.Kind.ReadOrWrite() != errorfs.OpIsWrite || op.Kind == errorfs.OpFileClose || ops.Add(1) != int64(n) {
				return nil
			}
			failed = true
			return errorfs.ErrInjected
		})
		inj.armed.Store(true)
		_, _ = salvage("data", small(fs))
		inj.armed.Store(false)
		mem = whole(mem)
		rep, err := Fsck(t.Context(), "data", small(mem), FaultLog)
		if errors.As(err, new(*LockedError)) {
			t.Fatalf("operation %d: %v", n, err)
		}
		if err != nil || len(rep.Findings) > 0 || rep.Objects != want.Objects {
			t.Errorf("operation %d: %+v, %v", n, rep, err)
		}
		if kept, err := readFile(mem, "data/damaged/"+filepath.Base(log)); err != nil || string(kept) != string(data) {
			t.Errorf("operation %d: %d bytes are kept, %v", n, len(kept), err)
		}
		e, err := Open("data", small(mem))
		f.must(err)
		f.must(e.gc.sweepNow())
		f.must(e.Close())
		lost, err := mem.List("data/lost")
		if blobs := len(blobFiles(t, mem)) + len(lost); err != nil || blobs < 15 { // one may be in both places
			t.Errorf("operation %d: %d blobs are left, %v", n, blobs, err)
		}
	}
}
