package storage

import (
	"errors"
	"fmt"
	"os"
)

// openDir checks the format, takes the lock, and lays out a new directory.
func (e *Engine) openDir() error {
	found, err := readFormat(e.fs, e.path("format"))
	if err != nil {
		return err
	}
	e.format = found
	if err := e.fs.MkdirAll(e.dir, 0o700); err != nil {
		return err
	}
	e.lock, err = e.fs.Lock(e.path("lock"))
	if err != nil {
		return e.locked(err)
	}
	_ = e.fs.Remove(e.path("owner")) // of a process that died
	if found == 0 {                  // or another has laid it out since, and gone
		found, err = readFormat(e.fs, e.path("format"))
		e.format = found
	}
	if err == nil && found == 0 {
		if err = e.vacant(); err == nil {
			err = e.layOut()
		}
	}
	if err != nil {
		_ = e.lock.Close()
	}
	return err
}

// locked tells a lock that is held from one that cannot be had.
func (e *Engine) locked(err error) error {
	if _, ok := errors.AsType[*os.PathError](err); ok {
		return fmt.Errorf("lock the data directory: %w", err)
	}
	owner, _ := readFile(e.fs, e.path("owner"))
	return errors.Join(&LockedError{Dir: e.dir, Owner: string(owner)}, err)
}

// vacant wants no metadata where there is no format: it is the last that a new
// directory gets before those are made.
func (e *Engine) vacant() error {
	names, err := e.fs.List(e.path("meta"))
	if len(names) > 0 {
		return fmt.Errorf("%w: there are metadata, and no file %s that says their format", ErrCorrupt, e.path("format"))
	}
	if isMissing(err) {
		return nil
	}
	return err
}

func (e *Engine) layOut() error {
	if err := e.fs.MkdirAll(e.path("blobs"), 0o700); err != nil {
		return err
	}
	if err := e.fs.MkdirAll(e.path("meta"), 0o700); err != nil {
		return err
	}
	for _, dir := range []string{e.dir, e.fs.PathDir(e.dir)} { // before the format says that they are there
		if err := syncDir(e.fs, dir); err != nil {
			return err
		}
	}
	return e.writeFormat(plainFormat)
}
