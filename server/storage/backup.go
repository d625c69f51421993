package storage

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"
)

// BackupReport is what a backup holds.
type BackupReport struct {
	Blobs, Copied int64 // blob files, and those of them that could not be linked
	Bytes         int64 // of blob files
}

// Names in a data directory that are not part of what it holds: they belong to
// the process that has it open.
var passing = []string{"lock", "owner", "ballast", "format", "backup.new", "control", marksFile}

// Backup writes a copy of the data directory to dest, which must not exist. It
// is the state at one moment, and a data directory itself: Open, Fsck and Scrub
// take it. Calls go on meanwhile; only the removal of deleted bodies waits.
// Blob files, which never change, are hard links where dest is on the same file
// system, and copies elsewhere. Files that others keep at the top of the
// directory (credentials, keys) come along; other directories do not.
// Everything is durable when Backup returns; after an error nothing is at dest.
func (e *Engine) Backup(ctx context.Context, dest string) (*BackupReport, error) {
	if err := e.enterGrow(); err != nil {
		return nil, err
	}
	defer e.leave()
	e.gc.work.Lock() // no file goes while it is being linked
	defer e.gc.work.Unlock()
	// The metadata go to a place of the engine's own first: what Pebble writes
	// is on the engine's disk then, whatever dest is on.
	moment := e.path("backup.new")
	if err := e.fs.RemoveAll(moment); err != nil && !isMissing(err) {
		return nil, fmt.Errorf("backup: remove what an earlier one left: %w", err)
	}
	defer func() { _ = e.fs.RemoveAll(moment) }()
	if err := e.checkpoint(moment); err != nil {
		return nil, fmt.Errorf("backup: %w", err)
	}
	b := &backup{ctx: ctx, fs: e.fs, from: e.dir, to: dest + ".partial"}
	return b.run(dest, moment, func(link func(dir, name string) error) error { return e.blobsIn(moment, link) })
}

// checkpoint waits for Pebble, or for the news that it may never answer.
func (e *Engine) checkpoint(dir string) error {
	done := make(chan error, 1)
	go func() { done <- e.db.Checkpoint(dir, pebble.WithFlushedWAL()) }()
	select {
	case err := <-done:
		return err
	case <-e.broken:
		return e.Failed()
	}
}

// blobsIn visits the files of the blobs that a checkpoint has records of. What
// its log holds is in its tables afterwards, where damage is found for good.
func (e *Engine) blobsIn(dir string, visit func(dir, name string) error) (err error) {
	o := e.pebbleOptions()
	o.FS, o.ErrorIfNotExists, o.CacheSize, o.EventListener = e.fs, true, 1<<20, nil
	db, err := pebble.Open(dir, o)
	if err != nil {
		return fmt.Errorf("open the copy of the metadata: %w", err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	it, err := db.NewIter(&pebble.IterOptions{LowerBound: []byte{byte(kindBlob)}, UpperBound: []byte{byte(kindBlob) + 1}})
	if err != nil {
		return err
	}
	for ok := it.First(); ok; ok = it.Next() {
		r, err := refOf(append([]byte{0}, it.Key()...))
		if err == nil {
			err = visit(blobDir(r.id), e.fs.PathBase(e.blobPath(r.id)))
		}
		if err != nil {
			return errors.Join(err, it.Close())
		}
	}
	return it.Close()
}

// Backup is Engine.Backup of a data directory that nobody has open:
// *LockedError otherwise.
func Backup(ctx context.Context, dir string, o Options, dest string) (rep *BackupReport, err error) {
	e, err := still(dir, o, true)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, e.closeStill()) }()
	b := &backup{ctx: ctx, fs: e.fs, from: dir, to: dest + ".partial"}
	return b.run(dest, e.path("meta"), func(link func(dir, name string) error) error { return eachBlobFile(e, link) })
}

// Restore makes a data directory at dir, which must not be there or be empty,
// of the backup at from. Everything is copied, so that the two share nothing.
// The backup is gone through as by Fsck before anything is written; with
// findings it is refused as ErrCorrupt, unless it is forced.
func Restore(ctx context.Context, from string, o Options, dir string, force bool) (*FsckReport, *BackupReport, error) {
	found, err := Fsck(ctx, from, o)
	if err != nil {
		return nil, nil, fmt.Errorf("restore: %w", err)
	}
	if len(found.Findings) > 0 && !force {
		return found, nil, fmt.Errorf("restore: %w: %d findings in the backup", ErrCorrupt, len(found.Findings))
	}
	e, err := still(from, o, true)
	if err != nil {
		return found, nil, fmt.Errorf("restore: %w", err)
	}
	b := &backup{ctx: ctx, fs: e.fs, from: from, to: dir + ".partial", copies: true}
	rep, err := b.run(dir, e.path("meta"), func(link func(dir, name string) error) error { return eachBlobFile(e, link) })
	return found, rep, errors.Join(err, e.closeStill())
}

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
		func() error { return b.fs.Rename(b.to, dest) },
		func() error { return syncDir(b.fs, b.fs.PathDir(dest)) },
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
		if err != nil || !info.Mode().IsRegular() || slices.Contains(passing, n) || strings.HasSuffix(n, ".new") || strings.HasPrefix(n, ".") {
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
