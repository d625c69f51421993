package storage

import (
	"strings"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// formatIn is what a data directory says.
func formatIn(t *testing.T, fs vfs.FS) string {
	t.Helper()
	text, err := readFile(fs, "data/format")
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(strings.TrimPrefix(string(text), formatWord))
}

// reopened is the same directory in another process.
func (f *fixture) reopened(fs vfs.FS) *fixture {
	f.t.Helper()
	f.must(f.Engine.Close())
	return &fixture{f.t, openAt(f.t, fs, small(fs)), f.t.Context()}
}

// An older program would show a destroyed Space alive. Without any it opens the directory as before.
func TestTheFormatIsNewerOnlyWhileASpaceNeedsIt(t *testing.T) {
	fs := vfs.NewMem()
	f := setUpAt(t, fs)
	f.put("a", "b")
	want := func(when, want string) {
		t.Helper()
		if got := formatIn(t, fs); got != want {
			t.Errorf("%s the format is %s, want %s", when, got, want)
		}
	}
	want("at first", "1")
	f = f.reopened(fs)
	want("opened again", "1")
	gone := f.destroy("s")
	want("with a destroyed Space", "2")
	f = f.reopened(fs)
	want("opened with one", "2")
	_, err := f.RestoreSpace(gone.Gone.ID, "")
	f.must(err)
	f = f.reopened(fs)
	want("when it is back", "1")

	gone = f.destroy("s")
	_, err = f.RestoreSpace(gone.Gone.ID, "t") // its records stay where they are
	f.must(err)
	f = f.reopened(fs)
	want("when it is back under another name", "2")
	if f.read("t", "a") != "b" {
		t.Error("it is not what it was")
	}
	gone = f.destroy("t")
	f.must(f.EndSpace(gone.Gone.ID))
	f.must(f.gc.purge())
	f.reopened(fs)
	want("when it is gone for good", "1")
}

// A directory that a program has written which did not know better is mended.
func TestADirectoryWithADestroyedSpaceGetsTheNewerFormat(t *testing.T) {
	fs := vfs.NewMem()
	f := setUpAt(t, fs)
	f.destroy("s")
	f.must(f.writeFormat(plainFormat))
	f = f.reopened(fs)
	if got := formatIn(t, fs); got != "2" {
		t.Errorf("the format is %s", got)
	}
	if len(f.DestroyedSpaces()) != 1 {
		t.Error("it cannot be had back")
	}
}

// The newer format is on the disk before the first Space that needs it, whatever a power cut leaves.
func TestTheNewerFormatIsThereBeforeTheSpaceThatNeedsIt(t *testing.T) {
	fs := vfs.NewCrashableMem()
	f := setUpAt(t, fs)
	f.destroy("s")
	cut := fs.CrashClone(vfs.CrashCloneCfg{UnsyncedDataPercent: 0})
	if got := formatIn(t, cut); got != "2" {
		t.Errorf("after a power cut the format is %s", got)
	}
	e := openAt(t, cut, small(cut))
	if len(e.DestroyedSpaces()) != 1 {
		t.Error("the Space is not destroyed any more")
	}
}
