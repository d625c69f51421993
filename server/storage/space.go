package storage

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/cockroachdb/pebble/v2"
)

// spaceTable has every Space in memory: it is asked for one at every request.
// Who holds mu waits for the mu of no Space: writers inside a Space look here for
// another one.
type spaceTable struct {
	mu        sync.RWMutex
	byName    map[string]*spaceState
	byID      map[string]*spaceState // the destroyed ones as well
	destroyed map[string]*spaceState // by the id of their destruction
}

// spaceState is a Space in memory. Writers inside the Space hold mu for
// reading, so that none of them outlives its deletion.
type spaceState struct {
	id             string // what its records are under: see Space.Records
	mu             sync.RWMutex
	gone           bool
	record         atomic.Pointer[Space]
	objects, bytes atomic.Int64
}

func (s *spaceState) space() Space {
	r := *s.record.Load()
	r.Config = maps.Clone(r.Config)
	r.Objects, r.Bytes = s.objects.Load(), s.bytes.Load()
	return r
}

func noSpace(name string) error { return fmt.Errorf("%w: %q", ErrNoSpace, name) }

func (e *Engine) find(name string) (*spaceState, error) {
	e.spaces.mu.RLock()
	s := e.spaces.byName[name]
	e.spaces.mu.RUnlock()
	if s == nil {
		return nil, noSpace(name)
	}
	return s, nil
}

// inside finds a Space and keeps it from being deleted until leave.
func (e *Engine) inside(name string) (s *spaceState, leave func(), err error) {
	if s, err = e.find(name); err != nil {
		return nil, nil, err
	}
	s.mu.RLock()
	if s.gone {
		s.mu.RUnlock()
		return nil, nil, noSpace(name)
	}
	return s, s.mu.RUnlock, nil
}

// emptied finds a Space and keeps everybody else out of it until leave: no
// writer is inside.
func (e *Engine) emptied(name string) (s *spaceState, leave func(), err error) {
	if s, err = e.find(name); err != nil {
		return nil, nil, err
	}
	s.mu.Lock()
	if s.gone {
		s.mu.Unlock()
		return nil, nil, noSpace(name)
	}
	return s, s.mu.Unlock, nil
}

func (e *Engine) loadSpaces() error {
	e.spaces.byName, e.spaces.byID, e.spaces.destroyed = map[string]*spaceState{}, map[string]*spaceState{}, map[string]*spaceState{}
	err := e.scan([]byte{recSpace}, []byte{recSpace + 1}, func(key, value []byte) (bool, error) {
		var r Space
		if err := json.Unmarshal(value, &r); err != nil {
			return false, fmt.Errorf("%w: the Space %q: %w", ErrCorrupt, key[1:], err)
		}
		s := &spaceState{id: string(key[1:])}
		s.record.Store(&r)
		if r.id() != s.id || r.Gone == nil && e.spaces.byName[r.Name] != nil {
			return false, fmt.Errorf("%w: the Space %q: it says that its name is %q", ErrCorrupt, key[1:], r.Name)
		}
		e.spaces.add(s)
		return true, nil
	})
	if err != nil {
		return fmt.Errorf("read the Spaces: %w", err)
	}
	err = e.scan([]byte{recCounters}, []byte{recCounters + 1}, func(key, value []byte) (bool, error) {
		var c counters
		if err := c.add(value); err != nil {
			return false, err
		}
		if s := e.spaces.byID[string(key[1:])]; s != nil {
			s.objects.Store(c.objects)
			s.bytes.Store(c.bytes)
		}
		return true, nil
	})
	if err != nil {
		return fmt.Errorf("read the counters: %w", err)
	}
	return nil
}

func setSpace(b *pebble.Batch, s Space) error {
	s.Objects, s.Bytes = 0, 0
	value, err := json.Marshal(s)
	if err != nil {
		return err
	}
	return b.Set(spaceKey(recSpace, s.id()), value, nil)
}

// CreateSpace makes an empty Space; ErrSpaceExists when the name is taken. The
// name is taken as it is: what names are allowed is not known here.
func (e *Engine) CreateSpace(s Space) error {
	if err := e.enterGrow(); err != nil {
		return err
	}
	defer e.leave()
	if err := s.Versioning.follows(Unversioned); err != nil {
		return err
	}
	e.spaces.mu.Lock()
	defer e.spaces.mu.Unlock()
	if e.spaces.byName[s.Name] != nil {
		return fmt.Errorf("%w: %q", ErrSpaceExists, s.Name)
	}
	var err error
	if s.Records, err = e.vacantID(s.Name); err != nil {
		return err
	}
	s.Gone = nil
	if err := e.fitFormat(s); err != nil {
		return fmt.Errorf("create the Space %q: %w", s.Name, err)
	}
	b := e.db.NewBatch()
	s.Config = maps.Clone(s.Config)
	if err := setSpace(b, s); err != nil {
		return err
	}
	if err := e.apply(b, true); err != nil {
		return fmt.Errorf("create the Space %q: %w", s.Name, err)
	}
	state := &spaceState{id: s.id()}
	state.record.Store(&s)
	e.spaces.add(state)
	return nil
}

// Space answers from memory; ErrNoSpace. Its Config may be changed by the
// caller, which changes nothing here.
func (e *Engine) Space(name string) (Space, error) {
	s, err := e.find(name)
	if err != nil {
		return Space{}, err
	}
	return s.space(), nil
}

// Spaces are all Spaces, by name.
func (e *Engine) Spaces() ([]Space, error) {
	e.spaces.mu.RLock()
	defer e.spaces.mu.RUnlock()
	list := make([]Space, 0, len(e.spaces.byName))
	for _, name := range slices.Sorted(maps.Keys(e.spaces.byName)) {
		list = append(list, e.spaces.byName[name].space())
	}
	return list, nil
}

// UpdateSpace lets change alter all but the name and the counters of a Space.
// An error of change is returned as it is, and nothing changes. ErrVersioning
// when its versioning may not change so: see SetVersioning.
func (e *Engine) UpdateSpace(name string, change func(*Space) error) error {
	if err := e.enterGrow(); err != nil {
		return err
	}
	defer e.leave()
	s, leave, err := e.emptied(name)
	if err != nil {
		return err
	}
	defer leave()
	next := s.space()
	if err := change(&next); err != nil {
		return err
	}
	if err := next.Versioning.follows(s.versioning()); err != nil {
		return err
	}
	next.Name, next.Records, next.Gone = name, s.record.Load().Records, nil
	next.Config = maps.Clone(next.Config)
	b := e.db.NewBatch()
	if err := setSpace(b, next); err != nil {
		return err
	}
	if err := e.apply(b, true); err != nil {
		return fmt.Errorf("update the Space %q: %w", name, err)
	}
	s.record.Store(&next)
	return nil
}

// DeleteSpace deletes an empty Space; ErrNotEmpty when it has objects, older
// versions or delete markers. Uploads under way end with it, as in S3: they are
// no objects yet.
func (e *Engine) DeleteSpace(name string) error {
	if err := e.enterWrite(); err != nil {
		return err
	}
	defer e.leave()
	s, leave, err := e.emptied(name)
	if err != nil {
		return err
	}
	defer leave()
	for _, letter := range []byte{recObject, recVersion} {
		from := within(letter, s.id, "")
		empty := true
		err := e.scan(from, after(from), func(_, _ []byte) (bool, error) { empty = false; return false, nil })
		if err != nil {
			return fmt.Errorf("look into the Space %q: %w", name, err)
		}
		if !empty {
			return fmt.Errorf("%w: %q", ErrNotEmpty, name)
		}
	}
	t := e.begin()
	if err := t.endUploads(s.id); err != nil { // in the same commit: no Space stays without its uploads
		t.abandon()
		return err
	}
	t.delete(spaceKey(recSpace, s.id))
	t.delete(spaceKey(recCounters, s.id))
	if err := t.commit(context.Background(), &held{}); err != nil {
		return fmt.Errorf("delete the Space %q: %w", name, err)
	}
	e.gc.kick()
	s.gone = true
	e.spaces.mu.Lock()
	defer e.spaces.mu.Unlock()
	delete(e.spaces.byName, name)
	delete(e.spaces.byID, s.id)
	return nil
}
