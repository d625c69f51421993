package job

import (
	"os"
	"path/filepath"
	"sync"
)

// openDirs is how many directories are kept open at once. Files in others are come to by their paths.
const openDirs = 64

// dirs are directories below the destination, each open while files in it are on their way: os.Root opens all that leads to a
// file anew for each thing that is done to it, which of a small file is most of the work. They are opened through the
// destination, so that no link leads out of it, and what is done in them is of one name without a separator.
type dirs struct {
	dest *os.Root

	mu   sync.Mutex
	open map[string]*dir
}

// dir is one of them. A nil one is that of a file that is come to by its path.
type dir struct {
	*os.Root
	of    *dirs
	path  string
	users int // of.mu

	once sync.Once
	held bool // in the file system of the destination: see isOn
}

func newDirs(dest *os.Root) *dirs { return &dirs{dest: dest, open: map[string]*dir{}} }

// take opens a directory, unless it is open. It is nil where that cannot be: what is done by path tells why. Whoever has one
// leaves it in the end.
func (ds *dirs) take(path string) *dir {
	ds.mu.Lock()
	defer ds.mu.Unlock()
	d := ds.open[path]
	if d == nil {
		if path == "." || len(ds.open) >= openDirs {
			return nil
		}
		root, err := ds.dest.OpenRoot(path)
		if err != nil {
			return nil
		}
		d = &dir{Root: root, of: ds, path: path}
		ds.open[path] = d
	}
	d.users++
	return d
}

// leave closes a directory that nobody else has.
func (d *dir) leave() {
	if d == nil {
		return
	}
	d.of.mu.Lock()
	defer d.of.mu.Unlock()
	if d.users--; d.users == 0 {
		delete(d.of.open, d.path)
		d.Close()
	}
}

// isOn says whether a directory is in a file system, and with it every file that is made in it.
func (d *dir) isOn(s *fileSystem) bool {
	d.once.Do(func() {
		f, err := d.Open(".")
		if err != nil {
			return
		}
		defer f.Close()
		d.held = s.holds(f)
	})
	return d.held
}

// at is where to do something to a file of a directory, and by what name.
func (d *dir) at(dest *os.Root, name string) (*os.Root, string) {
	if d == nil {
		return dest, name
	}
	return d.Root, filepath.Base(name)
}
