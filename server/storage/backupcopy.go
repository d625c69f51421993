package storage

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// backup is the making of a copy of a data directory.
type backup struct {
	ctx      context.Context
	fs       vfs.FS
	from, to string
	copies   bool // never link
	dirs     map[string]bool
	rep      BackupReport
}

// run writes to b.to and renames it to dest when it is whole and durable.
func (b *backup) run(dest, meta string, blobs func(link func(dir, name string) error) error) (*BackupReport, error) {
	if err := b.vacant(dest); err != nil {
		return nil, err
	}
	b.dirs = map[string]bool{}
	err := b.fs.RemoveAll(b.to)
	if isMissing(err) {
		err = nil
	}
	for _, step := range []func() error{
		func() error { return b.makeDir(b.to) },
		func() error { return b.makeDir(b.path("blobs")) },
		func() error { return blobs(b.blob) },
		func() error { return b.meta(meta) },
		b.others,
		b.marks,
		b.syncDirs,
		func() error { return b.file(b.fs.PathJoin(b.from, "format"), b.path("format"), true) }, // now it is one
		func() error { return syncDir(b.fs, b.to) },
		func() error { return b.name(dest) },
	} {
		if err == nil {
			err = b.ctx.Err()
		}
		if err == nil {
			err = step()
		}
	}
	if err != nil {
		_ = b.fs.RemoveAll(b.to)
		return nil, fmt.Errorf("write %s: %w", dest, err)
	}
	return &b.rep, nil
}

// vacant wants nothing at dest, or an empty directory, which goes.
func (b *backup) vacant(dest string) error {
	names, err := b.fs.List(dest)
	if err == nil && len(names) == 0 {
		return b.fs.Remove(dest)
	}
	if _, err := b.fs.Stat(dest); !isMissing(err) {
		if err == nil {
			err = errors.New("there is something already; name a directory that does not exist")
		}
		return fmt.Errorf("%s: %w", dest, err)
	}
	return nil
}

// name gives the copy its name, durably.
func (b *backup) name(dest string) error {
	if err := b.fs.Rename(b.to, dest); err != nil {
		return err
	}
	err := syncDir(b.fs, b.fs.PathDir(dest))
	if err != nil { // nobody is told that it is there, so it is not
		_ = b.fs.RemoveAll(dest)
	}
	return err
}

func (b *backup) path(name string) string { return b.fs.PathJoin(b.to, name) }

func (b *backup) makeDir(dir string) error {
	if b.dirs[dir] {
		return nil
	}
	b.dirs[dir] = true
	return b.fs.MkdirAll(dir, 0o700)
}

func (b *backup) blob(dir, name string) error {
	if err := b.ctx.Err(); err != nil {
		return err
	}
	if err := b.makeDir(b.fs.PathJoin(b.to, "blobs", dir)); err != nil {
		return err
	}
	from := b.fs.PathJoin(b.from, "blobs", dir, name)
	info, err := b.fs.Stat(from)
	if isMissing(err) { // damage of the original, which goes on being its damage in the copy
		return nil
	}
	if err != nil {
		return err
	}
	b.rep.Blobs++
	b.rep.Bytes += info.Size()
	return b.file(from, b.fs.PathJoin(b.to, "blobs", dir, name), b.copies)
}

// meta takes the files of the metadata: tables never change and may be linked.
func (b *backup) meta(from string) error {
	if err := b.makeDir(b.path("meta")); err != nil {
		return err
	}
	names, err := b.fs.List(from)
	if err != nil {
		return err
	}
	for _, n := range names {
		if n == "LOCK" {
			continue
		}
		if err := b.file(b.fs.PathJoin(from, n), b.fs.PathJoin(b.to, "meta", n), b.copies || !isTable(n)); err != nil {
			return err
		}
	}
	return nil
}

// others takes the files at the top that the engine does not know.
func (b *backup) others() error {
	names, err := b.fs.List(b.from)
	if err != nil {
		return err
	}
	for _, n := range names {
		info, err := b.fs.Stat(b.fs.PathJoin(b.from, n))
		if isMissing(err) { // it went just now
			continue
		}
		if err != nil {
			return err
		}
		if !info.Mode().IsRegular() || slices.Contains(passing, n) || strings.HasSuffix(n, ".new") || strings.HasPrefix(n, ".") {
			continue
		}
		if err := b.file(b.fs.PathJoin(b.from, n), b.path(n), true); err != nil {
			return err
		}
	}
	return nil
}

// marks makes those of the copy.
func (b *backup) marks() error {
	k, err := marksOf(b.fs, b.path("meta"))
	if err != nil {
		return err
	}
	return writeFile(b.fs, b.path(marksFile), k.slots())
}

func (b *backup) syncDirs() error {
	for dir := range b.dirs {
		if err := syncDir(b.fs, dir); err != nil {
			return err
		}
	}
	return nil
}

// file links a file, or copies it durably.
func (b *backup) file(from, to string, copied bool) error {
	if !copied && b.fs.Link(from, to) == nil {
		return nil
	}
	if !copied {
		b.rep.Copied++
	}
	src, err := b.fs.Open(from)
	if err != nil {
		return err
	}
	defer src.Close()
	dst, err := b.fs.Create(to, vfs.WriteCategoryUnspecified)
	if err != nil {
		return err
	}
	_, err = io.CopyBuffer(dst, &stoppable{src, b.ctx}, make([]byte, 1<<20))
	if err == nil {
		err = dst.Sync()
	}
	return errors.Join(err, dst.Close())
}

// stoppable ends with its context.
type stoppable struct {
	io.Reader
	ctx context.Context
}

func (s *stoppable) Read(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	return s.Reader.Read(p)
}
