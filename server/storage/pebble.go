package storage

import (
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/bloom"
	"github.com/cockroachdb/pebble/v2/sstable"
)

const (
	// DefaultMemory bounds the process: see the promise of 128 MiB.
	DefaultMemory = 64 << 20
	memTables     = 3 // at most, each a quarter of the memory
	cacheShare    = 6 // of eight parts of the memory, in which Pebble counts those
	// values from this size live outside the sorted tables, so that
	// compactions do not rewrite bodies
	separate = 1 << 10
)

func (e *Engine) pebbleOptions() *pebble.Options {
	o := &pebble.Options{
		FS:                          metaFS{valueFS{e.room.lifeline()}, e},
		Merger:                      counterMerger,
		FormatMajorVersion:          pebble.FormatValueSeparation,
		MemTableSize:                uint64(e.o.memory),
		MemTableStopWritesThreshold: memTables,
		CacheSize:                   e.o.Memory / 8 * cacheShare,
		L0CompactionThreshold:       4,
		L0StopWritesThreshold:       40,
		LBaseMaxBytes:               64 << 20,
		BytesPerSync:                1 << 20,
		MaxOpenFiles:                500,
		CompactionConcurrencyRange:  func() (int, int) { return 1, 2 },
		Logger:                      pebbleLog{e},
		EventListener:               e.listener(),
	}
	o.FlushDelayDeleteRange = 0
	o.Experimental.ValueSeparationPolicy = func() pebble.ValueSeparationPolicy {
		return pebble.ValueSeparationPolicy{
			Enabled: true, MinimumSize: separate, MaxBlobReferenceDepth: 10,
			RewriteMinimumAge: 5 * time.Minute, TargetGarbageRatio: 0.3,
		}
	}
	for i := range o.Levels {
		o.Levels[i].FilterPolicy = bloom.FilterPolicy(10)
		o.Levels[i].BlockSize = 4 << 10
		o.Levels[i].IndexBlockSize = 32 << 10 // in a store whose indexes do not fit into the cache one is read for most keys
		o.Levels[i].Compression = func() *sstable.CompressionProfile { return sstable.FastestCompression }
	}
	return o
}

// listener logs what an operator should know.
func (e *Engine) listener() *pebble.EventListener {
	var l pebble.EventListener
	if e.o.events != nil {
		l = *e.o.events
	}
	l.BackgroundError = func(err error) { e.log.Warn("background work failed", "err", err) }
	l.DataCorruption = func(i pebble.DataCorruptionInfo) { e.log.Error("metadata are damaged", "what", i.String()) }
	return &l
}

// pebbleLog carries Pebble's messages. Fatalf must not return, and a server
// must not die of a disk while it can still serve reads: the engine turns
// read-only and the goroutine that cannot go on stands still.
type pebbleLog struct{ e *Engine }

func (l pebbleLog) Infof(format string, args ...any) {
	l.e.log.Debug("pebble", slog.String("msg", fmt.Sprintf(format, args...)))
}

func (l pebbleLog) Errorf(format string, args ...any) {
	l.e.log.Warn("pebble", slog.String("msg", fmt.Sprintf(format, args...)))
}

func (l pebbleLog) Fatalf(format string, args ...any) {
	_ = l.e.fail(causeOf(format, args))
	select {}
}

// causeOf is why Pebble gives up, by what it says.
func causeOf(format string, args []any) error {
	for _, a := range args {
		if cause, ok := a.(error); ok {
			return fmt.Errorf("the metadata store: %w", cause)
		}
	}
	return fmt.Errorf(format, args...)
}

// enqueue commits a batch: it is visible to all later reads when enqueue
// returns, and durable when wait does. Two calls that follow each other are in
// that order in the log as well, so locks need not be held while waiting. A batch
// that changes nothing is durable when all is that it was decided from, which
// others may have written and not synced yet.
func (e *Engine) enqueue(b *pebble.Batch, sync bool) (wait func() error, err error) {
	if err := e.Failed(); err != nil {
		return nil, err
	}
	if b.Empty() {
		if !sync || e.unsynced.Load() == 0 {
			return b.Close, nil
		}
		_ = b.LogData([]byte{0}, nil) // an entry of the log is synced after all before it
	}
	if mark := e.marks.entry(); mark != nil {
		_ = b.LogData(mark, nil)
	}
	under := e.folders.changing(b)
	applied, synced := make(chan error, 1), make(chan error, 1)
	if sync { // of what is not, nobody is told
		e.unsynced.Add(1)
	}
	go func() { // Pebble never answers after some failures: see Fatalf
		if !sync {
			applied <- e.db.Apply(b, pebble.NoSync)
			synced <- nil
			return
		}
		err := e.db.ApplyNoSyncWait(b, pebble.Sync)
		applied <- err
		if err != nil {
			return
		}
		if err = b.SyncWait(); err == nil { // else it never is durable, and nobody may rest on it
			e.unsynced.Add(-1)
		}
		synced <- err
	}()
	if err := e.answer(applied, "commit"); err != nil {
		return nil, err
	}
	if under {
		e.folders.changed()
	}
	e.quiet.written()
	return func() error {
		err := e.answer(synced, "sync the log")
		if err == nil {
			_ = b.Close()
		}
		return err
	}, nil
}

// answer waits for Pebble, or for the news that it may never answer.
func (e *Engine) answer(c <-chan error, what string) error {
	select {
	case err := <-c:
		if err != nil {
			return e.fail(fmt.Errorf("%s: %w", what, err))
		}
		return nil
	case <-e.broken:
		return e.Failed()
	}
}

// get copies a record out.
func (e *Engine) get(key []byte) (value []byte, ok bool, err error) {
	v, closer, err := e.db.Get(key)
	if errors.Is(err, pebble.ErrNotFound) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, damaged(err)
	}
	value = append(make([]byte, 0, len(v)), v...)
	if err := closer.Close(); err != nil { // that the value could not be read Pebble tells here alone
		return nil, false, damaged(err)
	}
	return value, true, nil
}

// damaged marks what Pebble found damaged as ErrCorrupt.
func damaged(err error) error {
	if err != nil && pebble.IsCorruptionError(err) {
		return fmt.Errorf("%w: %w", ErrCorrupt, err)
	}
	return err
}

// scan gives every record of a prefix to visit, in order, until it says stop.
// What it gives is valid during the visit only.
func (e *Engine) scan(from, end []byte, visit func(key, value []byte) (more bool, err error)) error {
	it, err := e.db.NewIter(&pebble.IterOptions{LowerBound: from, UpperBound: end})
	if err != nil {
		return damaged(err)
	}
	for ok := it.First(); ok; ok = it.Next() {
		value, err := it.ValueAndErr()
		if err == nil {
			ok, err = visit(it.Key(), value)
		}
		if err != nil || !ok {
			return errors.Join(damaged(err), it.Close())
		}
	}
	return damaged(it.Close())
}

func notFound(err error) bool { return errors.Is(err, pebble.ErrNotFound) }
