package storage

import (
	"context"
	"errors"
	"fmt"

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
	go func() {
		defer func() { // so it takes a directory that cannot be synced
			if why := recover(); why != nil {
				err, _ := why.(error)
				done <- fmt.Errorf("copy the metadata: %v: %w", why, err)
			}
		}()
		done <- e.db.Checkpoint(dir, pebble.WithFlushedWAL())
	}()
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
	store := copied{pebbleLog{e}, make(chan error, 1)}
	o := e.pebbleOptions()
	o.DisableTableStats = true // a goroutine that ends the process when the opening fails
	o.FS, o.ErrorIfNotExists, o.CacheSize, o.EventListener, o.Logger = copiedFS{valueFS{e.fs}, store}, true, 1<<20, nil, store
	var db *pebble.DB
	err = store.answer(func() (err error) { db, err = pebble.Open(dir, o); return err })
	if err != nil {
		return fmt.Errorf("open the copy of the metadata: %w", err)
	}
	defer func() { err = errors.Join(err, store.answer(db.Close)) }()
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

// copied is the log of a store of Pebble's that is a copy of the engine's. That it
// gives up is the end of the copy alone, and nobody waits for it: see Fatalf.
type copied struct {
	pebbleLog
	died chan error
}

func (c copied) Fatalf(format string, args ...any) { c.die(causeOf(format, args)) }

// die never returns.
func (c copied) die(cause error) {
	select {
	case c.died <- cause:
	default:
	}
	select {}
}

// copiedFS keeps Pebble from ending the process by a panic, which is its answer to
// a directory that cannot be synced.
type copiedFS struct {
	vfs.FS
	store copied
}

type copiedDir struct {
	vfs.File
	store copied
}

func (f copiedFS) OpenDir(name string) (vfs.File, error) {
	d, err := f.FS.OpenDir(name)
	if err != nil {
		return nil, err
	}
	return copiedDir{d, f.store}, nil
}

func (d copiedDir) Sync() error {
	if err := d.File.Sync(); err != nil {
		d.store.die(fmt.Errorf("sync the directory of the copied metadata: %w", err))
	}
	return nil
}

// answer is the answer of a call, or why there never will be one.
func (c copied) answer(call func() error) error {
	done := make(chan error, 1)
	go func() { done <- call() }()
	select {
	case err := <-done:
		return err
	case err := <-c.died:
		c.died <- err // for the next
		return err
	}
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
