package storage

import (
	"errors"
	"fmt"

	"github.com/cockroachdb/pebble/v2"
)

// ErrNoData says that a directory is no data directory.
var ErrNoData = errors.New("this is no data directory")

// still opens a data directory for looking at it: nothing works in the
// background, nothing is collected, and with readOnly nothing is written but
// what the lock needs. Only enter, get, scan and, without readOnly, apply may
// be used. It is closed by closeStill.
func still(dir string, o Options, readOnly bool) (*Engine, error) {
	e := &Engine{dir: dir, o: withDefaults(o), broken: make(chan struct{}), keys: newStripes(), bodies: newStripes()}
	e.log = e.o.Logger
	e.room.open(e)
	n, err := readFormat(e.fs, e.path("format"))
	if err == nil && n == 0 {
		err = ErrNoData
	}
	if err == nil {
		err = e.openDir()
	}
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", dir, err)
	}
	if _, err = e.checkMeta(!readOnly); err == nil {
		po := e.pebbleOptions()
		po.ReadOnly, po.ErrorIfNotExists = readOnly, true
		e.db, err = e.openStillMeta(po)
	}
	if err == nil {
		e.opened.Store(!readOnly)
		if err = e.loadNumbers(); err != nil {
			_ = e.db.Close()
		}
	}
	if err != nil {
		_ = e.marks.close()
		_ = e.lock.Close()
		return nil, fmt.Errorf("open the metadata of %s: %w", dir, damaged(err))
	}
	return e, nil
}

func (e *Engine) openStillMeta(po *pebble.Options) (*pebble.DB, error) {
	type opening struct {
		db  *pebble.DB
		err error
	}
	opened := make(chan opening, 1)
	go func() {
		db, err := pebble.Open(e.path("meta"), po)
		opened <- opening{db, err}
	}()
	select {
	case o := <-opened:
		return o.db, o.err
	case <-e.broken:
		return nil, e.Failed()
	}
}

func (e *Engine) closeStill() error {
	e.life.Lock()
	e.closed = true
	e.life.Unlock()
	if e.Failed() != nil { // a part of Pebble may stand still for ever
		return e.lock.Close()
	}
	var err error
	if e.marks != nil {
		err = e.flush()
	}
	if e.Failed() == nil {
		err = errors.Join(err, e.db.Close())
	}
	return errors.Join(err, e.marks.close(), e.lock.Close())
}
