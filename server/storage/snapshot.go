package storage

import (
	"bytes"
	"io"

	"github.com/cockroachdb/pebble/v2"
)

// view is what records are read from: the database, one state of it, or the
// batch of a change under way.
type view interface {
	Get(key []byte) (value []byte, closer io.Closer, err error)
	NewIter(o *pebble.IterOptions) (*pebble.Iterator, error)
}

// snapshot is one state of the database. Unlike Pebble's own it takes no lock
// that a store which gave up may hold for ever: reads go on then.
type snapshot struct{ it *pebble.Iterator }

func (e *Engine) snapshot() (*snapshot, error) {
	it, err := e.db.NewIter(nil)
	if err != nil {
		return nil, damaged(err)
	}
	return &snapshot{it}, nil
}

// Get gives a value that is valid until the next.
func (s *snapshot) Get(key []byte) (value []byte, closer io.Closer, err error) {
	if !s.it.SeekGE(key) || !bytes.Equal(s.it.Key(), key) {
		if err := s.it.Error(); err != nil {
			return nil, nil, err
		}
		return nil, nil, pebble.ErrNotFound
	}
	value, err = s.it.ValueAndErr()
	return value, io.NopCloser(nil), err
}

func (s *snapshot) NewIter(o *pebble.IterOptions) (*pebble.Iterator, error) {
	return s.it.Clone(pebble.CloneOptions{IterOptions: o})
}

func (s *snapshot) close() error { return s.it.Close() }
