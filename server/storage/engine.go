// Package storage keeps Spaces and their objects: metadata and small bodies in
// Pebble, larger bodies in blob files. It knows no HTTP and no signatures.
//
// A write is answered when it is durable, and is never visible in halves. The
// order is always: create the blob, write and hash it, sync the file, sync its
// directory, commit the metadata with sync. After a sync or a commit that
// failed the engine refuses writes and goes on serving reads: what is on the
// disk is in doubt then, and only a new start can know.
//
// What was answered is never lost in silence: blocks of bodies and of tables
// have checksums, how far the log was synced is known outside of it as well
// (marks), and a start or a read that finds less than was there is ErrCorrupt.
package storage

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"
)

// Engine is an open data directory. All methods may be called at once.
type Engine struct {
	dir  string
	o    Options
	fs   vfs.FS
	lock io.Closer
	db   *pebble.DB
	log  *slog.Logger

	opened atomic.Bool  // Pebble's errors are answered by standing still
	life   sync.RWMutex // read-held by every call; Close waits for them
	closed bool
	broken chan struct{} // closed by the first failure
	cause  atomic.Pointer[error]

	spaces spaceTable
	keys   *stripes // per Space and key
	bodies *stripes // per body, for the count of its references
	seq    sequence
	blobs  blobNumbers
	dirs   dirTable
	pins   pinTable
	gc     collector
	room   room
	clocks clocks
	format int    // that the data directory has; with the table of Spaces
	marks  *marks // nil: nothing is written

	unsynced atomic.Int64 // commits that may be visible and are not durable yet
	quiet    quiet
	folders  folders
}

// Open opens a data directory, and makes it when it is not there. A directory
// in use is a *LockedError; one with a newer format is ErrFormat, untouched.
func Open(dir string, o Options) (*Engine, error) {
	e := &Engine{dir: dir, o: withDefaults(o), broken: make(chan struct{}), keys: newStripes(), bodies: newStripes()}
	e.log = e.o.Logger
	e.folders.room, e.folders.worth = int(e.o.Memory/memoryShare), e.o.worth
	e.room.open(e)
	e.clocks.open(e)
	if err := e.openDir(); err != nil {
		return nil, fmt.Errorf("open %s: %w", dir, err)
	}
	if err := e.openMeta(); err != nil {
		_ = e.marks.close()
		_ = e.lock.Close()
		return nil, fmt.Errorf("open %s: %w", dir, err)
	}
	e.clocks.first = e.seq.next
	e.quiet.start(e) // before anybody writes
	e.gc.start(e)
	return e, nil
}

func withDefaults(o Options) Options {
	if o.FS == nil {
		o.FS = osFS{vfs.Default}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Inline == 0 {
		o.Inline = DefaultInline
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Rand == nil {
		o.Rand = rand.Reader
	}
	if o.block == 0 {
		o.block = defaultBlock
	}
	if o.Memory == 0 {
		o.Memory = DefaultMemory
	}
	if o.memory == 0 {
		o.memory = int(o.Memory / 4)
	}
	if o.worth == 0 {
		o.worth = worthKeeping
	}
	if o.minPart == 0 {
		o.minPart = MinPart
	}
	return o
}

func (e *Engine) path(name string) string { return e.fs.PathJoin(e.dir, name) }

func (e *Engine) openMeta() error {
	if _, err := e.checkMeta(true); err != nil {
		return err
	}
	db, err := e.openPebble()
	if err != nil {
		return damaged(fmt.Errorf("open the metadata: %w", err))
	}
	e.db = db
	e.marks.advance(markName{kind: markMade}, 1)
	e.opened.Store(true)
	if err = e.loadNumbers(); err == nil {
		err = e.loadSpaces()
	}
	if err == nil {
		err = e.suitFormat()
	}
	if err == nil {
		err = e.dirs.load(e)
	}
	if err != nil {
		_ = db.Close()
	}
	return err
}

// openPebble gives up when Pebble stands still: see Fatalf.
func (e *Engine) openPebble() (*pebble.DB, error) {
	opened := make(chan error, 1)
	var db *pebble.DB
	go func() {
		var err error
		db, err = pebble.Open(e.path("meta"), e.pebbleOptions())
		opened <- err
	}()
	select {
	case err := <-opened:
		return db, err
	case <-e.broken:
		return nil, e.Failed()
	}
}

// SetOwner says of this process what the LockedError of others will carry.
func (e *Engine) SetOwner(text string) error {
	if err := writeFile(e.room.lifeline(), e.path("owner"), []byte(text)); err != nil {
		return fmt.Errorf("write the owner: %w", err)
	}
	return nil
}

// enter begins a call; leave must follow when it gives no error.
func (e *Engine) enter() error {
	e.life.RLock()
	if e.closed {
		e.life.RUnlock()
		return ErrClosed
	}
	return nil
}

func (e *Engine) leave() { e.life.RUnlock() }

// enterWrite begins a call that writes.
func (e *Engine) enterWrite() error {
	if err := e.enter(); err != nil {
		return err
	}
	err := e.Failed()
	if err == nil {
		err = e.room.spent()
	}
	if err != nil {
		e.leave()
	}
	return err
}

// enterGrow begins a call that needs room on the disk.
func (e *Engine) enterGrow() error {
	if err := e.enterWrite(); err != nil {
		return err
	}
	if err := e.room.check(); err != nil {
		e.leave()
		return err
	}
	return nil
}

// Failed is not nil once a write to the disk failed: writes are refused then.
func (e *Engine) Failed() error {
	if p := e.cause.Load(); p != nil {
		return fmt.Errorf("%w: %w", ErrReadOnly, *p)
	}
	return nil
}

// fail makes the engine read-only. The first cause is kept.
func (e *Engine) fail(cause error) error {
	if e.cause.CompareAndSwap(nil, &cause) {
		e.log.Error("the engine refuses writes from now on", "cause", cause)
		close(e.broken)
	}
	return e.Failed()
}

// Close waits for the calls under way, stops the work in the background, moves
// what the log holds into tables and gives the directory free. Bodies still open give errors from then on.
func (e *Engine) Close() error {
	e.life.Lock()
	if e.closed {
		e.life.Unlock()
		return nil
	}
	e.closed = true
	e.life.Unlock()
	e.gc.stop()
	e.quiet.stop()
	err := e.room.spent()
	if err != nil { // nothing is lost: it is in the log, and to wait for room would be in vain
		e.log.Warn("the log was not moved into tables at the end", "err", err)
		err = nil
	} else if e.settle(); e.Failed() == nil { // else a part of Pebble may stand still for ever, and its Close with it
		done := make(chan error, 1)
		go func() { done <- e.db.Close() }()
		err = e.answer(done, "close the metadata")
	}
	_ = e.fs.Remove(e.path("owner"))
	return errors.Join(err, e.marks.close(), e.lock.Close())
}

// settle leaves a directory whose log says nothing that tables do not say, and
// in which no blob without a record is expected.
func (e *Engine) settle() {
	err := e.settleBlobs()
	if err == nil {
		err = e.flush()
	}
	if err != nil { // nothing is lost: it is in the log
		e.log.Warn("the log was not moved into tables at the end", "err", err)
	}
}
