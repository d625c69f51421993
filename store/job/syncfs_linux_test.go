package job

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// landBatch lands n files in one batch and tells what was done to the file system in which order, and what became of each.
func landBatch(t *testing.T, n int, note func(op, name string) error, change func(*fileSystem)) (ops []string, ended []error, dir string) {
	dir = t.TempDir()
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { root.Close() })
	open, err := root.Open(".")
	if err != nil {
		t.Fatal(err)
	}
	var stat unix.Stat_t
	if err := unix.Fstat(int(open.Fd()), &stat); err != nil {
		t.Fatal(err)
	}
	all := &fileSystem{dir: open, dev: uint64(stat.Dev)}
	t.Cleanup(all.close)
	if change != nil {
		change(all)
	}
	var mu sync.Mutex
	d := &disk{root: root, all: all, note: func(op, name string) error {
		mu.Lock()
		defer mu.Unlock()
		ops = append(ops, op+" "+name)
		if note != nil {
			return note(op, name)
		}
		return nil
	}}
	ended = make([]error, n)
	var batch []*landing
	for i := range n {
		x := &landing{name: fmt.Sprint("f", i), then: func(err error) { ended[i] = err }}
		x.part = &part{name: partName(x.name)}
		if x.part.File, err = root.Create(x.part.name); err != nil {
			t.Fatal(err)
		}
		if _, err := x.part.WriteString("content of " + x.name); err != nil {
			t.Fatal(err)
		}
		batch = append(batch, x)
	}
	newLandings(d).land(batch, map[string]bool{}, nil)
	return ops, ended, dir
}

func count(ops []string, op string) (n int) {
	for _, x := range ops {
		if strings.HasPrefix(x, op+" ") {
			n++
		}
	}
	return n
}

func TestManyFilesAreOnTheDiskBeforeAnyHasItsName(t *testing.T) {
	ops, ended, dir := landBatch(t, manyFiles, nil, nil)
	all := slices.Index(ops, "syncall .")
	first := slices.IndexFunc(ops, func(op string) bool { return strings.HasPrefix(op, "rename ") })
	if all != manyFiles || first != all+1 || count(ops, "rename") != manyFiles || ops[len(ops)-1] != "syncdir ." {
		t.Errorf("the order was %q", ops)
	}
	for i, err := range ended {
		content, readErr := os.ReadFile(filepath.Join(dir, fmt.Sprint("f", i)))
		if err != nil || readErr != nil || string(content) != fmt.Sprint("content of f", i) {
			t.Errorf("file %d: %v, %v, %q", i, err, readErr, content)
		}
	}
}

func TestWhereAllCannotBeSyncedEachFileIs(t *testing.T) {
	failed := syscall.EIO
	ops, ended, dir := landBatch(t, manyFiles, func(op, name string) error {
		if op == "syncall" || op == "sync" && name == partName("f7") {
			return failed
		}
		return nil
	}, nil)
	last := slices.IndexFunc(ops, func(op string) bool { return strings.HasPrefix(op, "rename ") })
	if n := count(ops[slices.Index(ops, "syncall ."):last], "sync"); n != manyFiles {
		t.Errorf("%d files were synced after that of all failed", n)
	}
	for i, err := range ended {
		_, statErr := os.Stat(filepath.Join(dir, fmt.Sprint("f", i)))
		if i == 7 && (!errors.Is(err, failed) || !errors.Is(statErr, os.ErrNotExist)) || i != 7 && (err != nil || statErr != nil) {
			t.Errorf("file %d: %v, %v", i, err, statErr)
		}
	}
}

func TestAFileOfAnotherFileSystemIsSyncedByItself(t *testing.T) {
	ops, _, _ := landBatch(t, manyFiles, nil, func(all *fileSystem) { all.dev++ })
	if n := count(ops, "sync"); n != manyFiles || slices.Index(ops, "syncall .") > 0 {
		t.Errorf("the order was %q", ops)
	}
}

func TestAFileSystemThatIsSlowToSyncIsLeftAlone(t *testing.T) {
	ops, _, _ := landBatch(t, manyFiles, nil, func(all *fileSystem) { all.slow = true })
	if n := count(ops, "sync"); n != manyFiles || count(ops, "syncall") != 0 {
		t.Errorf("the order was %q", ops)
	}
}

func TestVersionsOfTheKernel(t *testing.T) {
	for release, want := range map[string]bool{"5.17.0": true, "6.1.0-18-amd64": true, "5.16.99": false, "4.19.0": false, "": false, "x.y": false, "10.0": true} {
		if isSince(release, 5, 17) != want {
			t.Errorf("%q is %v", release, !want)
		}
	}
}
