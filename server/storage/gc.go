package storage

import (
	"fmt"
	"sync"

	"github.com/cockroachdb/pebble/v2"
)

// collector removes the files of bodies that nothing refers to, one goroutine
// for an engine. It begins with what an earlier process left.
type collector struct {
	e      *Engine
	work   sync.Mutex // held while collecting
	wake   chan struct{}
	halt   chan struct{}
	halted sync.WaitGroup
}

// roundSize is how many bodies go in one round, with one sync of the log
// before and one of each directory after.
const roundSize = 256

func (c *collector) start(e *Engine) {
	c.e = e
	c.wake, c.halt = make(chan struct{}, 1), make(chan struct{})
	c.halted.Go(c.loop)
}

func (c *collector) stop() {
	close(c.halt)
	c.halted.Wait()
}

// kick says that there may be work. It never blocks.
func (c *collector) kick() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

func (c *collector) loop() {
	if err := c.sweepNow(); err != nil {
		c.e.log.Warn("staged blobs of an earlier run stay for now", "err", err)
	}
	for {
		if err := c.collect(); err != nil {
			c.e.log.Warn("garbage stays for now", "err", err)
		}
		if err := c.purge(); err != nil {
			c.e.log.Warn("what is in a destroyed Space stays for now", "err", err)
		}
		c.e.room.lay()
		select {
		case <-c.wake:
		case <-c.halt:
			return
		}
	}
}

func (c *collector) halting() bool {
	select {
	case <-c.halt:
		return true
	default:
		return c.e.Failed() != nil
	}
}

// collect removes all garbage that nobody reads.
func (c *collector) collect() error {
	c.work.Lock()
	defer c.work.Unlock()
	for from := []byte{recGarbage}; from != nil && !c.halting(); {
		var err error
		if from, err = c.round(from); err != nil {
			return err
		}
	}
	return nil
}

// round removes some garbage, from a record on, and answers where to go on.
func (c *collector) round(from []byte) (next []byte, err error) {
	var doomed []ref
	defer func() {
		for _, r := range doomed {
			c.e.pins.spare(r)
		}
	}()
	err = c.e.scan(from, []byte{recGarbage + 1}, func(key, _ []byte) (bool, error) {
		r, err := refOf(key)
		if err != nil {
			return false, fmt.Errorf("%w: %w", ErrCorrupt, err)
		}
		if c.e.pins.doom(r) {
			doomed = append(doomed, r)
		}
		if len(doomed) == roundSize {
			next = append(append(next, key...), 0)
		}
		return next == nil, nil
	})
	if err != nil || len(doomed) == 0 {
		return next, err
	}
	// The records may be visible and not durable: no file goes before they are.
	if err := c.e.apply(c.e.db.NewBatch(), true); err != nil {
		return nil, err
	}
	return next, c.erase(doomed)
}

// erase removes the files of bodies, makes that durable, and then forgets them.
func (c *collector) erase(doomed []ref) error {
	b := c.e.db.NewBatch()
	dirs := map[string]bool{}
	for _, r := range doomed {
		if err := c.eraseBody(b, dirs, r); err != nil {
			_ = b.Close()
			return err
		}
		_ = b.Delete(r.key(), nil)
		_ = b.Delete(r.under(recGarbage), nil)
	}
	for dir := range dirs {
		if err := c.e.dirs.sync(c.e, dir); err != nil {
			_ = b.Close()
			return err
		}
	}
	return c.e.apply(b, false)
}

func (c *collector) eraseBody(b *pebble.Batch, dirs map[string]bool, r ref) error {
	if r.kind == kindBlob {
		return c.eraseBlob(dirs, r.id)
	}
	m, _, err := c.e.manifest(r)
	if err != nil {
		return err
	}
	for _, s := range m {
		if s.ref.kind == kindBlob {
			if err := c.eraseBlob(dirs, s.ref.id); err != nil {
				return err
			}
		}
		_ = b.Delete(s.ref.key(), nil)
	}
	return nil
}

func (c *collector) eraseBlob(dirs map[string]bool, id uint64) error {
	if err := c.e.fs.Remove(c.e.blobPath(id)); err != nil && !isMissing(err) {
		return fmt.Errorf("remove a blob: %w", err)
	}
	if c.e.dirs.has(blobDir(id)) {
		dirs[blobDir(id)] = true
	}
	return nil
}

func (c *collector) sweepNow() error {
	c.work.Lock()
	defer c.work.Unlock()
	return c.sweep()
}

// sweep removes the files that an earlier process staged and never committed.
// Their numbers are in [low, next) of what that process left; those with a
// record stay. The files are asked for by name: no directory is read.
func (c *collector) sweep() error {
	n := &c.e.blobs
	n.mu.Lock()
	low, high, todo := n.low, n.limitAtOpen, n.unswept
	n.mu.Unlock()
	if !todo {
		return nil
	}
	kept := map[uint64]bool{}
	err := c.e.scan(ref{kindBlob, low}.key(), ref{kindBlob, high}.key(), func(key, _ []byte) (bool, error) {
		r, err := refOf(append([]byte{recGarbage}, key...))
		kept[r.id] = true
		return err == nil, err
	})
	if err != nil {
		return err
	}
	dirs := map[string]bool{}
	for id := low; id < high; id++ {
		if c.halting() {
			return nil
		}
		if !kept[id] && c.e.dirs.has(blobDir(id)) {
			if err := c.eraseBlob(dirs, id); err != nil {
				return err
			}
		}
	}
	for dir := range dirs {
		if err := c.e.dirs.sync(c.e, dir); err != nil {
			return err
		}
	}
	n.mu.Lock()
	n.unswept = false
	n.mu.Unlock()
	return nil
}
