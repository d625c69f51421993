package storage

import (
	"os"
	"path/filepath"
	"testing"
)

// Others read in the file of marks what was written through memory, at once: so
// it outlives the process.
func TestMarksInMemoryAreInTheFile(t *testing.T) {
	dir := t.TempDir()
	e, err := Open(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if e.marks.mapped == nil {
		t.Fatal("the marks are not in memory on this system")
	}
	for _, name := range []string{"one", "two", "three"} {
		if err := e.CreateSpace(Space{Name: name}); err != nil {
			t.Fatal(err)
		}
		kept, err := readMarks(e.fs, filepath.Join(dir, marksFile))
		last := e.marks.last.Load()
		if err != nil || last == nil || kept.ends[last.markName] != last.end || kept.gen != e.marks.gen {
			t.Errorf("%s: the file has %v of run %d, %v; the last is %v", name, kept.ends, kept.gen, err, last)
		}
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	e.marks.advance(markName{markLog, 99}, 1) // nothing is written any more, and nothing breaks
	if i, err := os.Stat(filepath.Join(dir, marksFile)); err != nil || i.Size() != 2*markSlot {
		t.Error(i, err)
	}
}
