package local

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"spaces/server/storage"
)

// Stage is where the files of a backup are gathered before they become a data directory: within it, so that it may be a
// disk of its own, or one that only its owner may write to. What is there is no data directory until all is.
type Stage struct {
	Path string

	dir  Dir
	lock io.Closer
}

const (
	stageName   = ".restore"
	stageLock   = ".restore.lock"
	stageMoving = ".restore.moving" // there while files are moved from the stage to where they belong
	formatFile  = "format"          // which makes a directory one of data; moved last
)

// Stage makes a stage, or finds the one of a restore that was cut. The data directory must be new or empty otherwise.
// Close must follow.
func (d Dir) Stage() (s *Stage, err error) {
	if err := os.MkdirAll(d.Path, 0o700); err != nil {
		return nil, err
	}
	s = &Stage{Path: filepath.Join(d.Path, stageName), dir: d}
	if err := d.vacant(); err != nil {
		return nil, err
	}
	if s.lock, err = storage.LockFile(filepath.Join(d.Path, stageLock)); err != nil {
		return nil, fmt.Errorf("another restore to %s is under way: %w", d.Path, err)
	}
	err = os.MkdirAll(s.Path, 0o700)
	if err == nil {
		err = s.moveBack()
	}
	if err != nil {
		return nil, errors.Join(err, s.lock.Close())
	}
	return s, nil
}

// Close leaves what was gathered where it is: the next Stage finds it.
func (s *Stage) Close() error {
	err := s.lock.Close()
	if _, gone := os.Stat(s.Path); os.IsNotExist(gone) {
		err = errors.Join(err, os.Remove(filepath.Join(s.dir.Path, stageLock)))
	}
	return err
}

// vacant wants nothing in the directory but what a restore leaves there, and what a new file system has.
func (d Dir) vacant() error {
	list, err := os.ReadDir(d.Path)
	if err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(d.Path, formatFile)); err == nil {
		return fmt.Errorf("there is a store in %s: name a directory that is new or empty with --data", d.Path)
	}
	_, err = os.Stat(filepath.Join(d.Path, stageMoving))
	moving := err == nil
	for _, e := range list {
		switch name := e.Name(); {
		case name == "lost+found", strings.HasPrefix(name, stageName), moving:
		default:
			return fmt.Errorf("%s is not empty (%q is in it): name a directory that is new or empty with --data", d.Path, name)
		}
	}
	return nil
}

// entries are what is in a directory, without what belongs to the stage and to the file system.
func entries(dir string) (names []string, err error) {
	list, err := os.ReadDir(dir)
	for _, e := range list {
		if !strings.HasPrefix(e.Name(), stageName) && e.Name() != "lost+found" {
			names = append(names, e.Name())
		}
	}
	return names, err
}

// moveBack undoes an Adopt that was cut.
func (s *Stage) moveBack() error {
	moving := filepath.Join(s.dir.Path, stageMoving)
	if _, err := os.Stat(moving); err != nil {
		return nil
	}
	names, err := entries(s.dir.Path)
	for _, name := range names {
		err = errors.Join(err, os.Rename(filepath.Join(s.dir.Path, name), filepath.Join(s.Path, name)))
	}
	if err == nil {
		err = errors.Join(syncDir(s.Path), syncDir(s.dir.Path))
	}
	if err == nil {
		err = os.Remove(moving)
	}
	return err
}

// Adopt makes what was gathered the data directory. It is gone through as by Fsck before; with findings it is refused
// unless it is forced.
func (s *Stage) Adopt(ctx context.Context, force bool) (*storage.FsckReport, error) {
	staged := s.dir
	staged.Path = s.Path
	found, err := staged.Fsck(ctx)
	if err != nil {
		return found, err
	}
	if len(found.Findings) > 0 && !force {
		return found, fmt.Errorf("%w: %d findings in the backup; --force restores it all the same", storage.ErrCorrupt, len(found.Findings))
	}
	if err := s.move(); err != nil {
		return found, fmt.Errorf("move what was restored to %s: %w", s.dir.Path, err)
	}
	return found, nil
}

// move is durable when it returns. Cut at any time, it leaves a data directory that is whole, or none.
func (s *Stage) move() error {
	names, err := entries(s.Path)
	if err != nil {
		return err
	}
	if !slices.Contains(names, formatFile) {
		return errors.New("there is no data directory in the backup")
	}
	names = slices.DeleteFunc(names, func(n string) bool { return n == formatFile || n == "lock" })
	moving, err := os.Create(filepath.Join(s.dir.Path, stageMoving))
	if err == nil {
		err = errors.Join(moving.Close(), syncDir(s.dir.Path))
	}
	for _, last := range [][]string{names, {formatFile}} {
		for _, name := range last {
			if err == nil {
				err = os.Rename(filepath.Join(s.Path, name), filepath.Join(s.dir.Path, name))
			}
		}
		if err == nil {
			err = syncDir(s.dir.Path)
		}
	}
	if err != nil {
		return err
	}
	return errors.Join(os.Remove(filepath.Join(s.dir.Path, stageMoving)), os.RemoveAll(s.Path), syncDir(s.dir.Path), syncDir(filepath.Dir(s.dir.Path)))
}
