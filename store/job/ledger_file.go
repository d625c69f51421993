package job

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
)

// note is the open file of a job that this program works on.
type note struct {
	path  string
	file  *os.File // nil: it could not be made, and nothing is noted
	lines int
}

// append adds changes.
func (n *note) append(list []line, durable bool) {
	if n.file == nil {
		return
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	for i := range list {
		if encoder.Encode(&list[i]) != nil { // nothing of it is written then
			continue
		}
		n.lines++
	}
	_, err := n.file.Write(text.Bytes())
	if err == nil && durable {
		_ = n.file.Sync()
	}
}

// rewrite puts all that is known of a job into a new file, locked and synced before it takes the place of the old one.
func (n *note) rewrite(t *Transfer) error {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	list := t.lines()
	for _, x := range list {
		if err := encoder.Encode(x); err != nil {
			return err
		}
	}
	f, err := newFile(n.path, text.Bytes(), n.file)
	if err != nil {
		return err
	}
	if n.file != nil {
		n.file.Close()
	}
	n.file, n.lines = f, len(list)
	return syncDirOf(n.path)
}

func (n *note) close() error {
	if n.file == nil {
		return nil
	}
	err := errors.Join(n.file.Sync(), n.file.Close())
	n.file = nil
	return err
}

// remove takes the file away while it is locked, where that can be.
func (n *note) remove() {
	if n.file != nil {
		forget(n.file, n.path)
		n.file = nil
	}
}

// newFile makes a file that is locked before it has its name, which may be that of an old one that is open.
func newFile(path string, text []byte, old *os.File) (f *os.File, err error) {
	first := path + ".new"
	_ = os.Remove(first) // of a crash
	if f, err = os.OpenFile(first, os.O_WRONLY|os.O_APPEND|os.O_CREATE|os.O_EXCL, 0o600); err != nil {
		return nil, err
	}
	lockFile(f)
	if _, err = f.Write(text); err == nil {
		err = f.Sync()
	}
	if err == nil && !canLock { // neither of two open files can be renamed there
		err = f.Close()
		if old != nil {
			old.Close()
		}
	}
	if err == nil {
		err = os.Rename(first, path)
	}
	if err == nil && !canLock {
		f, err = os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close(), os.Remove(first))
	}
	return f, nil
}

// forget removes a file while it is locked, where that can be.
func forget(f *os.File, path string) {
	if canLock {
		_ = os.Remove(path)
	}
	f.Close()
	_ = os.Remove(path)
}

// isLocked says whether a process works on an open file. It has the lock for a moment to find out.
func isLocked(f *os.File, path string) bool {
	if canLock {
		return !shareFile(f)
	}
	f.Close()
	return isOpen(path)
}

// isOpen says whether somebody has a file open, where such a file cannot be renamed.
func isOpen(path string) bool {
	if os.Rename(path, path+".look") != nil {
		return true
	}
	return os.Rename(path+".look", path) != nil
}

// syncDirOf puts the name of a file on the disk.
func syncDirOf(path string) error {
	d, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	defer d.Close()
	return syncNames(d)
}

// sameFile says whether a path still leads to an open file.
func sameFile(f *os.File, path string) bool {
	open, err1 := f.Stat()
	named, err2 := os.Lstat(path)
	return err1 == nil && err2 == nil && os.SameFile(open, named)
}
