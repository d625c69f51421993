package job

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"syscall"
)

// disk is what a download does to the file system below its folder, one method an operation: so the order of
// operations can be watched, and each of them made to fail.
type disk struct {
	root *os.Root
	all  *fileSystem                 // nil: files are synced one by one
	note func(op, name string) error // tests: told before each operation; its error is that of the operation. nil: nobody
}

func (d *disk) begin(op, name string) error {
	if d.note == nil {
		return nil
	}
	return d.note(op, name)
}

// sync returns when all that was written to a file is on the disk.
func (d *disk) sync(f *os.File, name string) error {
	if err := d.begin("sync", name); err != nil {
		return err
	}
	return bareFile(f.Sync())
}

// syncTogether syncs files of a batch by one request for all that the file system has not written yet. What it returns is
// still to be synced one by one: which of them has failed is told that way alone.
func (d *disk) syncTogether(batch []*landing, files []int) (rest []int) {
	if d.all == nil || d.all.slow {
		return files
	}
	inside := func(i int) bool { return d.holds(batch[i].part) }
	if !slices.ContainsFunc(files, inside) {
		return files
	}
	for _, i := range files {
		if !inside(i) || d.begin("sync", batch[i].part.name) != nil {
			rest = append(rest, i)
		}
	}
	if d.begin("syncall", ".") != nil || d.all.sync() != nil {
		return files
	}
	return rest
}

// holds says whether a part is in the file system that is synced as a whole. One that was made here is where its directory is.
func (d *disk) holds(p *part) bool {
	if p.in == nil || p.left {
		return d.all.holds(p.File)
	}
	return p.in.isOn(d.all)
}

// rename gives a part the name of its file, in place of what has it.
func (d *disk) rename(p *part, to string) error {
	if err := d.begin("rename", to); err != nil {
		return err
	}
	if p.in == nil {
		return linkError(d.root.Rename(p.name, to))
	}
	return linkError(p.in.Rename(filepath.Base(p.name), filepath.Base(to)))
}

// syncDir returns when the names in a directory are on the disk.
func (d *disk) syncDir(name string) error {
	if err := d.begin("syncdir", name); err != nil {
		return err
	}
	f, err := d.root.Open(name)
	if err != nil {
		return bareFile(err)
	}
	defer f.Close()
	return syncNames(f)
}

// syncAbove syncs the directories above dir, which may have been made just now. Those that cannot be opened are older
// than this program.
func (d *disk) syncAbove(dir string) error {
	for up := filepath.Dir(dir); ; up = filepath.Dir(up) {
		if f, err := os.Open(up); err == nil {
			err = syncNames(f)
			f.Close()
			if err != nil {
				return err
			}
		}
		if up == filepath.Dir(up) {
			return nil
		}
	}
}

// syncNames syncs an open directory, where the system and the file system can do that.
func syncNames(dir *os.File) error {
	if runtime.GOOS == "windows" {
		return nil // directories cannot be synced there
	}
	err := dir.Sync()
	if errors.Is(err, errors.ErrUnsupported) || errors.Is(err, syscall.EINVAL) {
		return nil // as some network file systems have it
	}
	return bareFile(err)
}

// linkError takes the temporary name off an error of rename.
func linkError(err error) error {
	var link *os.LinkError
	if errors.As(err, &link) {
		return link.Err
	}
	return bareFile(err)
}
