package storage

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// cutOff is what a file system that keeps only what was synced has after a power cut.
func cutOff(fs *vfs.MemFS) *vfs.MemFS { return fs.CrashClone(vfs.CrashCloneCfg{}) }

// onCrashable is a fixture on a file system whose power can be cut.
func onCrashable(t *testing.T) (*vfs.MemFS, *fixture) {
	t.Helper()
	mem := vfs.NewCrashableMem()
	f := setUpAt(t, mem)
	f.put("inline", "x")
	for i := range 5 {
		f.put(fmt.Sprint("large", i), long("a"))
	}
	return mem, f
}

// wantWhole wants a directory without findings that has so many objects in s, each of which can be read.
func wantWhole(t *testing.T, fs vfs.FS, dir string, objects int) {
	t.Helper()
	if rep, err := Fsck(t.Context(), dir, small(fs)); err != nil || len(rep.Findings) > 0 {
		t.Fatalf("%s: %+v, %v", dir, rep, err)
	}
	if rep, err := Scrub(t.Context(), dir, small(fs), ScrubOptions{}); err != nil || len(rep.Findings) > 0 {
		t.Fatalf("%s: %+v, %v", dir, rep, err)
	}
	e, err := Open(dir, small(fs))
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	if rows, _, err := e.List(t.Context(), "s", ListQuery{Max: 1000}); err != nil || len(rows) != objects {
		t.Errorf("%s: %d objects, not %d, %v", dir, len(rows), objects, err)
	}
}

func TestABackupOutlivesAPowerCut(t *testing.T) {
	mem, f := onCrashable(t)
	f.must(writeFile(mem, "data/credentials.toml", []byte("secret")))
	_, err := f.Backup(f.ctx, "copy")
	f.must(err)
	wantWhole(t, cutOff(mem), "copy", 6)
	_, _, err = Restore(f.ctx, "copy", small(mem), "restored", false)
	f.must(err)
	after := cutOff(mem)
	wantWhole(t, after, "restored", 6)
	if text, err := readFile(after, "restored/credentials.toml"); string(text) != "secret" {
		t.Errorf("%q, %v", text, err)
	}
}

// What a repair moved out of use is there afterwards, under its new name.
func TestBlobsThatARepairMovesOutliveAPowerCut(t *testing.T) {
	mem, f := onCrashable(t)
	id := f.bodyOf("large4").id
	f.must(f.Close())
	e := &Engine{dir: "data", o: withDefaults(small(mem)), broken: make(chan struct{})}
	e.fs = mem
	f.must(e.moveLost(id))
	after := cutOff(mem)
	if names, err := after.List("data/lost"); err != nil || len(names) != 1 {
		t.Errorf("moved are %q, %v", names, err)
	}
	if _, err := after.Stat(e.blobPath(id)); !isMissing(err) {
		t.Errorf("it is where it was as well: %v", err)
	}
}

// A directory that an earlier process made and did not sync: what is written into it next is there after a power cut.
func TestABlobDirectoryOfAnEarlierProcessIsDurableBeforeItIsUsed(t *testing.T) {
	mem, f := onCrashable(t)
	f.must(f.Close())
	f.must(mem.MkdirAll("data/blobs/7f", 0o700))
	e, err := Open("data", small(mem))
	f.must(err)
	defer e.Close()
	if _, err := cutOff(mem).Stat("data/blobs/7f"); err != nil {
		t.Error(err)
	}
}

// A writer that comes while a directory is being synced waits for the next sync, which is one of its own.
func TestWhoComesWhileADirectoryIsSyncedIsServedByTheNext(t *testing.T) {
	mem, f := onCrashable(t)
	dir := blobDir(f.bodyOf("large0").id)
	f.must(mem.MkdirAll("data/blobs/"+dir, 0o700))
	s := f.dirs.known[dir]
	s.running = true // somebody's sync, which began before
	file, err := mem.Create("data/blobs/"+dir+"/late", vfs.WriteCategoryUnspecified)
	f.must(err)
	f.must(file.Close())
	w := &syncWave{done: make(chan struct{})}
	s.lead(f.Engine, dir, w)
	f.must(w.err)
	if _, err := cutOff(mem).Stat("data/blobs/" + dir + "/late"); err != nil {
		t.Error(err)
	}
}

// The marks are synced before a log goes: they never name what is gone.
func TestMarksAreDurableWhereTheyHaveToBe(t *testing.T) {
	mem := vfs.NewCrashableMem()
	m, err := openMarks(mem, "synced", keptMarks{}, logRun{1})
	if err != nil {
		t.Fatal(err)
	}
	defer m.close()
	kept := func(n markName) (int64, bool) {
		k, err := readMarks(cutOff(mem), "synced")
		if err != nil || k.run != m.run {
			t.Fatalf("%+v, %v", k, err)
		}
		end, ok := k.ends[n]
		return end, ok
	}
	log, manifest := markName{markLog, 3}, markName{markManifest, 2}
	if _, ok := kept(log); ok {
		t.Error("there is a mark of nothing")
	}
	m.advance(log, 70)
	m.advance(manifest, 50)
	if end, _ := kept(manifest); end != 50 {
		t.Errorf("a manifest is marked up to %d", end)
	}
	if end, _ := kept(log); end != 70 {
		t.Errorf("a log is marked up to %d, though a manifest was synced after it", end)
	}
	if err := m.forget(log); err != nil {
		t.Fatal(err)
	}
	if end, ok := kept(log); ok {
		t.Errorf("a log that is gone is marked up to %d", end)
	}
}

func TestASlotOfMarksThatIsTornIsNotBelieved(t *testing.T) {
	slot := make([]byte, markSlot)
	text := markTable{markName{markLog, 3}: 70}.encode(nil, logRun{1}, 9)
	for i := range text {
		for bit := range 8 {
			copy(slot, text)
			slot[i] ^= 1 << bit
			if k, ok := decodeMarks(slot); ok {
				t.Fatalf("bit %d of byte %d flipped: %+v", bit, i, k)
			}
		}
	}
}

func TestABlobRecordOfALaterFormatIsNotRead(t *testing.T) {
	_, f := onCrashable(t)
	value, ok, err := f.get(f.bodyOf("large0").key())
	if err != nil || !ok {
		t.Fatal(err)
	}
	value[0] = 'Z'
	if _, err := decodeBlob(value); err == nil || !strings.Contains(err.Error(), errRecord.Error()) {
		t.Errorf("it was read: %v", err)
	}
}

// What nobody committed is removed for good before its number may be another's.
func TestStagedBlobsThatAreSweptAreGoneForGood(t *testing.T) {
	mem, f := onCrashable(t)
	s := f.stage(long("z"))
	f.must(s.persist())
	dead := cutOff(mem)
	e, err := Open("data", small(dead))
	f.must(err)
	defer e.Close()
	f.must(e.gc.sweepNow())
	if _, err := cutOff(dead).Stat(e.blobPath(s.id)); !isMissing(err) {
		t.Errorf("the file of blob %016x is back: %v", s.id, err)
	}
}

func TestGarbageThatCannotBeReadIsDamage(t *testing.T) {
	f := setUp(t)
	f.set([]byte{recGarbage, 'x'}, []byte{})
	if err := f.gc.collect(); !errors.Is(err, ErrCorrupt) {
		t.Errorf("it says %v", err)
	}
	f.set([]byte{recGarbage, 'x'}, nil)
}

func TestFilesOfGarbageAreGoneForGoodBeforeItIsForgotten(t *testing.T) {
	mem, f := onCrashable(t)
	file := f.blobPath(f.bodyOf("large0").id)
	_, err := f.Delete(f.ctx, "s", "large0", nil)
	f.must(err)
	f.must(f.gc.collect())
	f.put("inline", "y") // makes what the collector wrote durable
	if _, err := cutOff(mem).Stat(file); !isMissing(err) {
		t.Errorf("it is back: %v", err)
	}
}

// Below the lowest number that may be in use nobody looks for files: those that went are gone for good before it rises.
func TestFilesThatNeverGotARecordAreGoneForGoodBeforeTheirNumbersAreForgotten(t *testing.T) {
	mem, f := onCrashable(t)
	s := f.stage(long("z"))
	f.must(s.persist())
	s.Discard()
	f.blobs.mu.Lock()
	err := f.reserveBlobs()
	f.blobs.mu.Unlock()
	f.must(err)
	if _, err := cutOff(mem).Stat(f.blobPath(s.id)); !isMissing(err) {
		t.Errorf("the file of blob %016x is back: %v", s.id, err)
	}
}

func TestAnOrphanThatARepairRemovesIsGoneForGood(t *testing.T) {
	mem, f := onCrashable(t)
	old := f.bodyOf("large0").id
	_, err := f.Delete(f.ctx, "s", "large0", nil)
	f.must(err)
	f.must(f.gc.collect())
	stray := f.blobPath(old)
	f.must(f.Close())
	f.must(writeFile(mem, stray, []byte("of nothing")))
	rep, err := Fsck(f.ctx, "data", small(mem), FaultOrphan)
	if err != nil || len(rep.Repaired) == 0 {
		t.Fatalf("%+v, %v", rep, err)
	}
	if _, err := cutOff(mem).Stat(stray); !isMissing(err) {
		t.Errorf("it is back: %v", err)
	}
}
