package storage

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// How damage at the end of a log is told from a torn tail.
//
// Pebble takes the first record of its log, or of its manifest, that is not
// whole for the place where a crash cut a write off, and goes on as if nothing
// had ever been after it. A flipped bit looks the same. So how far each of
// these files was synced is kept outside of them as well, in the file "synced":
// these are the marks. A file that is whole for less than its mark is damaged,
// and the directory is not opened (DamageError).
//
// A mark is written after the sync and before anybody is told of it, into a
// file that has its size already, and is not synced itself: that costs a few
// hundred bytes written to the page cache, less than a microsecond for all who
// wait for the sync, and no wait. So after a kill the marks are exact. After a
// loss of power they may be as old as the system leaves written pages in memory
// (30 s on Linux). Therefore each commit carries the newest mark in the log as
// well (Pebble's LogData): a record that is not whole is damaged when a later
// one says that it was durable. The marks are synced when a manifest is (once
// for some MiB of writes) and before a log goes, so that they never name what is
// gone.
//
// A clean stop, and half a minute without writes, move what the log holds into
// tables, whose blocks have checksums: nothing that matters is in the log then.
//
// What nobody can find: a bit that flips in the very last commits before the
// power went, while their mark was still in memory. There it is a torn tail.
//
// A program of before the marks may write in the directory meanwhile. It makes
// a manifest that no mark knows, newer than all of them: then the marks are of
// the past and begin anew.
type marks struct {
	mu     sync.Mutex
	f      vfs.File
	mapped markMap // f in memory; nil: it is written
	closed bool
	gen    uint64
	run    logRun
	ends   markTable
	buf    []byte
	last   atomic.Pointer[mark] // of the newest log
}

// markName is a log or a manifest, by its letter and number.
type markName struct {
	kind byte
	num  uint64
}

const (
	markLog      = 'L'
	markManifest = 'M'
	markMade     = 'D' // no file: the metadata were made
)

type mark struct {
	markName
	end int64
}

// logRun is a number that nobody can guess, of an engine since its start: marks
// in a log are believed when they have it. An object in a log may look like
// anything.
type logRun [8]byte

// markTable says of files how many of their bytes were synced.
type markTable map[markName]int64

const (
	marksFile = "synced"
	// The file has two slots, written in turn, each in a page of its own: a
	// write that is cut off leaves the other.
	markSlot  = 4096
	marksWord = "spacemk1"
	markBytes = 1 + 8 + 8
)

func markNameOf(base string) (markName, bool) {
	kind := byte(markLog)
	num, ok := strings.CutSuffix(base, ".log")
	if !ok {
		kind = markManifest
		num, ok = strings.CutPrefix(base, "MANIFEST-")
	}
	n, err := strconv.ParseUint(num, 10, 64)
	return markName{kind, n}, ok && err == nil
}

func (n markName) file() string {
	if n.kind == markLog {
		return fmt.Sprintf("%06d.log", n.num)
	}
	return fmt.Sprintf("MANIFEST-%06d", n.num)
}

// advance says that so many bytes of a file are durable. That it could not be
// written is no error: a mark that is behind says less, and nothing wrong.
func (m *marks) advance(n markName, end int64) {
	if m == nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed || end <= m.ends[n] {
		return
	}
	m.ends[n] = end
	err := m.write()
	if n.kind == markLog {
		m.last.Store(&mark{n, end})
	} else if err == nil {
		_ = m.f.SyncData()
	}
}

// forget says that a file goes, or is used for something else. The marks are
// durable without it when forget returns.
func (m *marks) forget(n markName) error {
	if m == nil {
		return nil
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return ErrClosed // the file stays
	}
	if _, known := m.ends[n]; !known {
		return nil
	}
	delete(m.ends, n)
	if err := m.write(); err != nil {
		return fmt.Errorf("write the marks: %w", err)
	}
	if err := m.f.SyncData(); err != nil {
		return fmt.Errorf("sync the marks: %w", err)
	}
	return nil
}

func (m *marks) write() error {
	m.gen++
	m.buf = m.ends.encode(m.buf, m.run, m.gen)
	if len(m.buf) > markSlot {
		return fmt.Errorf("%d marks are too many", len(m.ends))
	}
	at := int64(m.gen%2) * markSlot
	if m.mapped != nil {
		return m.mapped.put(m.buf, at)
	}
	_, err := m.f.WriteAt(m.buf, at)
	return err
}

// close ends the marks: of a store that failed a part may still be at work, and
// nothing that it does afterwards is marked, for they may be another's then.
func (m *marks) close() error {
	if m == nil {
		return nil
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return nil
	}
	m.closed = true
	m.mapped.unmap()
	return m.f.Close()
}
