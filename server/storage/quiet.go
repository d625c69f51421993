package storage

import (
	"errors"
	"sync"
	"sync/atomic"
	"time"
)

// quiet moves what the log holds into tables when nobody has written for a
// while, and at a clean stop. It wakes up while there is something to move,
// and never else.
type quiet struct {
	e       *Engine
	commits atomic.Uint64
	moved   atomic.Uint64 // so many of them are in tables
	awake   atomic.Bool
	wake    chan struct{}
	halt    chan struct{}
	halted  sync.WaitGroup
}

// A trickle of writes makes a table each idleAfter at most, and a clean stop
// waits flushWait for the last: a full disk may have no room for it.
const (
	idleAfter = 30 * time.Second
	flushWait = 15 * time.Second
)

func (q *quiet) start(e *Engine) {
	q.e = e
	q.wake, q.halt = make(chan struct{}, 1), make(chan struct{})
	q.halted.Go(q.loop)
}

func (q *quiet) stop() {
	close(q.halt)
	q.halted.Wait()
}

// written says that there is something in the log.
func (q *quiet) written() {
	q.commits.Add(1)
	if q.wake != nil && !q.awake.Swap(true) {
		q.wake <- struct{}{}
	}
}

func (q *quiet) loop() {
	for {
		select {
		case <-q.wake:
		case <-q.halt:
			return
		}
		if !q.settled() {
			return
		}
		q.awake.Store(false)
		if err := q.e.flush(); err != nil {
			q.e.log.Warn("the log was not moved into tables", "err", err)
		}
	}
}

// settled returns when nobody has written for a while; false: at the end.
func (q *quiet) settled() bool {
	t := time.NewTimer(idleAfter)
	defer t.Stop()
	for {
		seen := q.commits.Load()
		select {
		case <-t.C:
		case <-q.halt:
			return false
		case <-q.e.broken:
			return false
		}
		if q.commits.Load() == seen {
			return true
		}
		t.Reset(idleAfter)
	}
}

// flush returns when all that was written before the call is in tables. It is
// an error when that takes longer than flushWait: Pebble goes on trying then.
func (e *Engine) flush() error {
	if err := e.Failed(); err != nil {
		return err
	}
	seen := e.quiet.commits.Load()
	if seen == e.quiet.moved.Load() {
		return nil
	}
	var done <-chan struct{}
	begun := make(chan error, 1)
	go func() { // it waits for the disk
		var err error
		done, err = e.db.AsyncFlush()
		begun <- err
	}()
	select {
	case err := <-begun:
		if err != nil {
			return err
		}
	case <-e.broken:
		return e.Failed()
	}
	t := time.NewTimer(flushWait)
	defer t.Stop()
	select {
	case <-done:
		e.quiet.moved.Store(seen)
		return nil
	case <-t.C:
		return errors.New("the disk takes too long")
	case <-e.broken:
		return e.Failed()
	}
}
