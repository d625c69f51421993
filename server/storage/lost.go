package storage

import (
	"errors"
	"fmt"
)

// lostDir is where blob files are kept whose records were lost, under their
// numbers. Nothing removes them.
const lostDir = "lost"

func movedLost(id uint64) string { return fmt.Sprintf("the file of blob %016x is in %s", id, lostDir) }

// moveLost takes the file of a blob out of use.
func (e *Engine) moveLost(id uint64) error {
	if err := e.makeDir(lostDir); err != nil {
		return err
	}
	from := e.blobPath(id)
	name, err := e.freeName(lostDir, e.fs.PathBase(from))
	if err == nil {
		err = e.fs.Rename(from, e.fs.PathJoin(e.path(lostDir), name))
	}
	if err != nil {
		return err
	}
	return errors.Join(syncDir(e.fs, e.path(lostDir)), syncDir(e.fs, e.blobDirPath(blobDir(id))))
}

// makeDir makes a directory at the top, durably.
func (e *Engine) makeDir(name string) error {
	if err := e.fs.MkdirAll(e.path(name), 0o700); err != nil {
		return err
	}
	return syncDir(e.fs, e.dir)
}

// freeName is the name of a file in a directory at the top, with a number
// behind it when there is one already.
func (e *Engine) freeName(dir, file string) (string, error) {
	name := file
	for i := 2; ; i++ {
		_, err := e.fs.Stat(e.fs.PathJoin(e.path(dir), name))
		if isMissing(err) {
			return name, nil
		}
		if err != nil {
			return "", err
		}
		name = fmt.Sprintf("%s.%d", file, i)
	}
}
