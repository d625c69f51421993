package storage

import (
	"errors"
	"io"
	"os"
	"syscall"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// osFS is the operating system's file system, whose new files and directories
// only their owner may read, whatever the umask.
type osFS struct{ vfs.FS }

const private = 0o600

func (f osFS) Create(name string, c vfs.DiskWriteCategory) (vfs.File, error) {
	for {
		made, err := f.make(name)
		if err != nil {
			return nil, err
		}
		if made {
			return f.FS.OpenReadWrite(name, c)
		}
		if err := os.Remove(name); err != nil && !errors.Is(err, os.ErrNotExist) {
			return nil, err
		}
	}
}

func (f osFS) OpenReadWrite(name string, c vfs.DiskWriteCategory, opts ...vfs.OpenOption) (vfs.File, error) {
	if _, err := f.make(name); err != nil {
		return nil, err
	}
	return f.FS.OpenReadWrite(name, c, opts...)
}

// MkdirAll makes directories that only their owner may look into, whatever the
// caller would allow.
func (f osFS) MkdirAll(dir string, perm os.FileMode) error {
	return f.FS.MkdirAll(dir, perm&0o700)
}

// Lock takes a lock that whoever may not write in the directory cannot take
// before: for that a file must be open, if only for reading. The lock of an
// earlier version may be open to all. It is never opened here: the system gives
// up a lock when its process closes any descriptor of the file.
func (f osFS) Lock(name string) (io.Closer, error) {
	made, err := f.make(name)
	if err != nil {
		return nil, err
	}
	if info, err := os.Lstat(name); err == nil && !made && info.Mode().Perm()&^private != 0 {
		_ = os.Chmod(name, private) // it may be another user's
	}
	return f.FS.Lock(name)
}

// make makes an empty file that only its owner may read, where there is none.
func (f osFS) make(name string) (made bool, err error) {
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, private)
	if errors.Is(err, os.ErrExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, file.Close()
}

// Unwrap shows what is below, for those who look through wrappers.
func (f osFS) Unwrap() vfs.FS { return f.FS }

func isFull(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)
}

func isMissing(err error) bool { return errors.Is(err, os.ErrNotExist) }

// syncDir makes the names in a directory durable.
func syncDir(fs vfs.FS, dir string) error {
	d, err := fs.OpenDir(dir)
	if err != nil {
		return err
	}
	if err := d.Sync(); err != nil {
		_ = d.Close()
		return err
	}
	return d.Close()
}

// writeFile writes a small file whole: it has its name only when it is durable.
func writeFile(fs vfs.FS, name string, data []byte) error {
	tmp := name + ".new"
	f, err := fs.Create(tmp, vfs.WriteCategoryUnspecified)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = fs.Rename(tmp, name)
	}
	if err == nil {
		err = syncDir(fs, fs.PathDir(name))
	}
	return err
}

func readFile(fs vfs.FS, name string) ([]byte, error) {
	f, err := fs.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, 64<<10))
}
