package snapshot_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"spaces/server/powercut"
	"spaces/store/snapshot"
)

// onDisk fetches a snapshot to a directory of a disk that writes nothing by itself.
func (w *world) onDisk(name string, prepare func(dir string)) (disk *powercut.Disk, dir string) {
	w.t.Helper()
	disk = powercut.New(w.t, 64<<20, "commit=1000,noauto_da_alloc")
	dir = filepath.Join(disk.Dir(), "data")
	w.must(os.Mkdir(dir, 0o700))
	prepare(dir)
	w.fetch(name, dir)
	return disk, dir
}

func (w *world) fetch(name, dir string) {
	w.t.Helper()
	m, err := w.v.Manifest(w.t.Context(), name)
	w.must(err)
	_, err = w.v.Fetch(w.t.Context(), m, dir, snapshot.FetchOptions{})
	w.must(err)
}

// cut cuts the power, and wants a directory to be what it was.
func (w *world) cut(disk *powercut.Disk, dir string) {
	w.t.Helper()
	before := w.tree(dir)
	disk.Cut(w.t, powercut.NoLogFlush)
	disk.Restore(w.t)
	if after := w.tree(dir); after != before {
		w.t.Errorf("fetched was\n%s\nand after a power cut there is\n%s", before, after)
	}
}

// settled makes all below a directory durable.
func (w *world) settled(dir string) {
	w.t.Helper()
	w.must(filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		w.must(err)
		f, err := os.Open(path)
		w.must(err)
		return errors.Join(f.Sync(), f.Close())
	}))
}

func TestWhatWasFetchedOutlivesAPowerCut(t *testing.T) {
	w := newWorld(t, nil)
	w.some()
	w.cut(w.onDisk(w.save().Snapshot, func(string) {}))
}

func TestWhatAFetchChangedOfADirectoryOutlivesAPowerCut(t *testing.T) {
	w := newWorld(t, nil)
	w.some()
	name := w.save().Snapshot
	disk, dir := w.onDisk(name, func(string) {})
	w.must(os.Chmod(filepath.Join(dir, "hollow"), 0o750))
	w.settled(disk.Dir())
	w.fetch(name, dir)
	w.cut(disk, dir)
}

func TestWhatASnapshotDoesNotHaveIsGoneForGood(t *testing.T) {
	w := newWorld(t, nil)
	name := w.save().Snapshot // of nothing: the sync of no file has it in it
	disk, dir := w.onDisk(name, func(string) {})
	w.must(os.WriteFile(filepath.Join(dir, "more"), []byte("text"), 0o600))
	w.settled(disk.Dir())
	w.fetch(name, dir)
	w.cut(disk, dir)
}

func TestAFileThatHasOtherBytesIsFetched(t *testing.T) {
	w := newWorld(t, nil)
	w.write("file", []byte("text"))
	name := w.save().Snapshot
	dir := t.TempDir()
	w.must(os.WriteFile(filepath.Join(dir, "file"), []byte("tixt"), 0o600))
	w.fetch(name, dir)
	if text, err := os.ReadFile(filepath.Join(dir, "file")); err != nil || string(text) != "text" {
		t.Errorf("it has %q, %v", text, err)
	}
}

func TestASnapshotThatNobodyVouchesForIsFetchedOnlyWhenItIsForced(t *testing.T) {
	w := newWorld(t, nil)
	w.write("file", []byte("text"))
	m, err := w.v.Manifest(t.Context(), w.save().Snapshot)
	w.must(err)
	m.Unproven = true
	if _, err := w.v.Fetch(t.Context(), m, t.TempDir(), snapshot.FetchOptions{}); !errors.Is(err, snapshot.ErrDamaged) {
		t.Errorf("it is fetched: %v", err)
	}
	_, err = w.v.Fetch(t.Context(), m, t.TempDir(), snapshot.FetchOptions{Force: true})
	w.must(err)
}
