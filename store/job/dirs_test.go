package job

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

func TestAnOpenDirectoryIsNeverOneOutsideAndIsClosedByTheLastWhoHasIt(t *testing.T) {
	dir, outside := t.TempDir(), t.TempDir()
	for _, name := range []string{"a", "b"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(outside, filepath.Join(dir, "out")); err != nil {
		t.Skip(err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	ds := newDirs(root)
	for _, path := range []string{"out", "..", "a/../..", "missing"} {
		if ds.take(path) != nil {
			t.Errorf("%s is open", path)
		}
	}
	first, second := ds.take("a"), ds.take("a")
	if first == nil || first != second {
		t.Fatal("it was opened twice")
	}
	first.leave()
	if _, err := second.Stat("."); err != nil {
		t.Errorf("it was closed while somebody had it: %v", err)
	}
	second.leave()
	if _, err := second.Stat("."); err == nil || len(ds.open) != 0 {
		t.Error("it is still open")
	}
}

// Another job may go on with its part, as long as nobody begins it anew.
func TestAPackNotesNoPartOfAnotherJob(t *testing.T) {
	l, err := OpenLedger(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	theirs, ours := l.begin(Spec{Kind: Download}, "theirs", time.Now()), l.begin(Spec{Kind: Download}, "ours", time.Now())
	theirs.part(PartFile{Path: "/d/x", Done: map[int]bool{1: true}}, false)
	if noted := ours.parts([]PartFile{{Path: "/d/w"}, {Path: "/d/x"}, {Path: "/d/y"}}); !slices.Equal(noted, []bool{true, false, true}) {
		t.Errorf("noted are %v", noted)
	}
	if len(theirs.now().Parts) != 1 || len(ours.now().Parts) != 2 {
		t.Errorf("theirs are %v, ours %v", theirs.now().Parts, ours.now().Parts)
	}
	if kept := readJob(l.path(ours.id), ours.id); kept == nil || len(kept.Parts) != 2 {
		t.Errorf("the file tells %+v", kept)
	}
	ours.removed("/d/w", "/d/y")
	if kept := readJob(l.path(ours.id), ours.id); kept == nil || len(kept.Parts) != 0 {
		t.Errorf("after all it tells %+v", kept)
	}
}
