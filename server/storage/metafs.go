package storage

import (
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// metaFS is what Pebble gets for a file system. Pebble ends the process when
// its log or its manifest cannot be written; a server can still serve reads
// then. So such an error never reaches Pebble: the engine turns read-only, and
// the goroutine that met the error stands still for good. While it is opened the
// same is the end of the opening: what Pebble has begun in the background by then
// ends the process when the rest of it fails (its statistics of tables). Errors of tables are
// Pebble's to repeat: they are written anew, under another name.
type metaFS struct {
	vfs.FS
	e *Engine
}

// On a full disk a log or a manifest waits for room, which deletes and the
// ballast make, this long; a table is tried again by Pebble after a pause.
const (
	fullWait  = 15 * time.Second
	fullPause = 50 * time.Millisecond
)

func isTable(name string) bool {
	return strings.HasSuffix(name, ".sst") || strings.HasSuffix(name, ".blob")
}

// vital says whether the store cannot do without a file: it is no table, and
// not of a copy that Pebble makes elsewhere.
func (m metaFS) vital(name string) bool {
	meta := m.e.path("meta")
	return !isTable(name) && (name == meta || m.FS.PathDir(name) == meta)
}

// guard repeats op while the disk is full, and never returns any other error
// of a file that Pebble cannot do without.
func (m metaFS) guard(name, what string, op func() error) error {
	err := op()
	if !m.vital(name) {
		if err != nil && isFull(err) {
			m.pause()
		}
		return err
	}
	for waited := time.Duration(0); err != nil && isFull(err) && waited < fullWait; waited += fullPause {
		m.pause()
		err = op()
	}
	if err == nil || !m.e.opened.Load() && isMissing(err) {
		return err
	}
	_ = m.e.fail(fmt.Errorf("%s %s: %w", what, m.FS.PathBase(name), err))
	select {}
}

func (m metaFS) pause() {
	t := time.NewTimer(fullPause)
	defer t.Stop()
	select {
	case <-t.C:
	case <-m.e.broken:
	}
}

// marked is the name under which the marks know a file.
func (m metaFS) marked(name string) (markName, bool) {
	n, ok := markNameOf(m.FS.PathBase(name))
	return n, ok && m.FS.PathDir(name) == m.e.path("meta")
}

// forget is for a file that goes: the marks may not name it any more.
func (m metaFS) forget(name string) error {
	if n, ok := m.marked(name); ok {
		return m.e.marks.forget(n)
	}
	return nil
}

func (m metaFS) Remove(name string) error {
	if err := m.forget(name); err != nil {
		return err
	}
	return m.FS.Remove(name)
}

func (m metaFS) file(name, what string, open func() (vfs.File, error)) (f vfs.File, err error) {
	err = m.guard(name, what, func() (err error) { f, err = open(); return err })
	if err != nil {
		return nil, err
	}
	o := &metaFile{File: f, m: m, name: name}
	o.mark, o.marked = m.marked(name)
	return o, nil
}

// Create makes the name of a manifest durable at once: Pebble makes the marker
// that points to it before it syncs the directory of both, and a crash between
// may keep the marker alone.
func (m metaFS) Create(name string, c vfs.DiskWriteCategory) (vfs.File, error) {
	return m.file(name, "create", func() (vfs.File, error) {
		f, err := m.FS.Create(name, c)
		if err == nil && strings.HasPrefix(m.FS.PathBase(name), "MANIFEST-") {
			err = syncDir(m.FS, m.FS.PathDir(name))
		}
		return f, err
	})
}

func (m metaFS) ReuseForWrite(old, name string, c vfs.DiskWriteCategory) (vfs.File, error) {
	return m.file(name, "reuse", func() (vfs.File, error) {
		if err := m.forget(old); err != nil {
			return nil, err
		}
		return m.FS.ReuseForWrite(old, name, c)
	})
}

func (m metaFS) OpenDir(name string) (vfs.File, error) {
	return m.file(name, "open", func() (vfs.File, error) { return m.FS.OpenDir(name) })
}

func (m metaFS) List(dir string) (names []string, err error) {
	if names, err = m.FS.List(dir); err == nil || m.e.opened.Load() {
		return names, err
	}
	return names, m.guard(dir, "list", func() error { return err })
}

func (m metaFS) Rename(old, name string) error {
	return m.guard(name, "rename", func() error { return m.FS.Rename(old, name) })
}

type metaFile struct {
	vfs.File
	m       metaFS
	name    string
	written atomic.Int64
	mark    markName
	marked  bool // the marks say how far it was synced
}

func (f *metaFile) Write(p []byte) (n int, err error) {
	err = f.m.guard(f.name, "write", func() error {
		k, err := f.File.Write(p[n:])
		n += k
		return err
	})
	f.written.Add(int64(n))
	return n, err
}

// synced syncs, and leaves a mark before anybody learns of it.
func (f *metaFile) synced(sync func() (all bool, err error)) error {
	end := f.written.Load()
	all := false
	err := f.m.guard(f.name, "sync", f.once(func() (err error) { all, err = sync(); return err }))
	if err == nil && all && f.marked {
		f.m.e.marks.advance(f.mark, end)
	}
	return err
}

func (f *metaFile) Sync() error {
	return f.synced(func() (bool, error) { return true, f.File.Sync() })
}

func (f *metaFile) SyncData() error {
	return f.synced(func() (bool, error) { return true, f.File.SyncData() })
}

func (f *metaFile) SyncTo(n int64) (full bool, err error) {
	err = f.synced(func() (bool, error) { full, err = f.File.SyncTo(n); return full, err })
	return full, err
}

// once makes a sync that failed fail for good, on a full disk as well: what
// the system could not write it may have forgotten.
func (f *metaFile) once(sync func() error) func() error {
	return func() error {
		err := sync()
		if err != nil && isFull(err) && f.m.vital(f.name) {
			return fmt.Errorf("%v", err)
		}
		return err
	}
}
