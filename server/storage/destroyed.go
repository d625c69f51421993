package storage

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"
)

// Gone says of a Space that it was destroyed: nobody finds it by its name any
// more, which is free, and all that is in it stays as it is, under the id that
// its records are under, until EndSpace.
type Gone struct {
	ID     string    // of the destruction
	Number uint64    // that of a write: see Object.Seq
	At     time.Time // by the clock
	Ending bool      `json:",omitempty"` // it is being removed for good
}

func (s *Space) id() string {
	if s.Records != "" {
		return s.Records
	}
	return s.Name
}

func (t *spaceTable) add(s *spaceState) {
	t.byID[s.id] = s
	switch r := s.record.Load(); {
	case r.Gone == nil:
		t.byName[r.Name] = s
	case !r.Gone.Ending:
		t.destroyed[r.Gone.ID] = s
	}
}

// vacantID gives what the records of a new Space go under, "" being its name. A
// name that was given again is that of two, one of them destroyed.
func (e *Engine) vacantID(name string) (string, error) {
	if e.spaces.byID[name] == nil {
		return "", nil
	}
	for {
		seq, err := e.nextSeq()
		if err != nil {
			return "", err
		}
		if id := fmt.Sprintf("%s~%016x", name, seq); e.spaces.byID[id] == nil {
			return id, nil
		}
	}
}

// DestroySpace takes the name of a Space away at once, in one commit, whatever
// is in it. RestoreSpace gives it back. locks says that versions in it may be
// locked: while one is, it is ErrLocked.
func (e *Engine) DestroySpace(ctx context.Context, name string, locks bool) (Space, error) {
	if err := e.enterWrite(); err != nil {
		return Space{}, err
	}
	defer e.leave()
	if locks { // mostly it ends here, and nobody had to wait for it
		s, err := e.find(name)
		if err == nil {
			err = e.noneLocked(ctx, s)
		}
		if err != nil {
			return Space{}, err
		}
	}
	s, leave, err := e.emptied(name)
	if err != nil {
		return Space{}, err
	}
	defer leave()
	if locks {
		if err := e.noneLocked(ctx, s); err != nil {
			return Space{}, err
		}
	}
	seq, err := e.nextSeq()
	if err != nil {
		return Space{}, err
	}
	e.spaces.mu.Lock()
	defer e.spaces.mu.Unlock()
	next := s.space()
	next.Gone = &Gone{ID: versionID(seq), Number: seq, At: e.o.Now().UTC()}
	gone, err := e.replaceSpace(s, next)
	if err != nil {
		return Space{}, fmt.Errorf("destroy the Space %q: %w", name, err)
	}
	return gone.space(), nil
}

// noneLocked is ErrLocked when a version in a Space must stay.
func (e *Engine) noneLocked(ctx context.Context, s *spaceState) error {
	for _, letter := range objectLetters {
		from := within(letter, s.id, "")
		err := e.scan(from, after(from), func(key, value []byte) (bool, error) {
			_, name, _ := splitName(key)
			o, err := decodeObject(name, value)
			if err == nil && o.Lock.Keeps(e.LockTime(), false) {
				err = fmt.Errorf("%w: %s of %q", ErrLocked, o.VersionID(), name)
			}
			if err == nil {
				err = ctx.Err()
			}
			return err == nil, err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// replaceSpace writes a Space in the place of what it was, which no writer may
// be inside. The table is locked.
func (e *Engine) replaceSpace(s *spaceState, next Space) (*spaceState, error) {
	if err := e.fitFormat(next); err != nil {
		return nil, err
	}
	b := e.db.NewBatch()
	if err := setSpace(b, next); err != nil {
		return nil, err
	}
	if err := e.apply(b, true); err != nil {
		return nil, err
	}
	was := s.record.Load()
	if was.Gone == nil {
		delete(e.spaces.byName, was.Name)
	} else {
		delete(e.spaces.destroyed, was.Gone.ID)
	}
	s.gone = true // whoever has found it and waits finds nothing
	now := &spaceState{id: s.id}
	now.objects.Store(s.objects.Load())
	now.bytes.Store(s.bytes.Load())
	now.record.Store(&next)
	e.spaces.add(now)
	return now, nil
}

// DestroyedSpaces are all that can be had back, the last destroyed first.
func (e *Engine) DestroyedSpaces() []Space {
	e.spaces.mu.RLock()
	defer e.spaces.mu.RUnlock()
	list := make([]Space, 0, len(e.spaces.destroyed))
	for _, id := range slices.Backward(slices.Sorted(maps.Keys(e.spaces.destroyed))) {
		list = append(list, e.spaces.destroyed[id].space())
	}
	return list
}

// DestroyedSpace is one of DestroyedSpaces: ErrNotDestroyed.
func (e *Engine) DestroyedSpace(id string) (Space, error) {
	e.spaces.mu.RLock()
	defer e.spaces.mu.RUnlock()
	s := e.spaces.destroyed[id]
	if s == nil {
		return Space{}, fmt.Errorf("%w: %q", ErrNotDestroyed, id)
	}
	return s.space(), nil
}

// RestoreSpace gives a destroyed Space back, as it was, under a name, "" being
// its own: ErrNotDestroyed, ErrSpaceExists.
func (e *Engine) RestoreSpace(id, name string) (Space, error) {
	return e.bringBack(id, func(next *Space) error {
		if next.Gone = nil; name != "" {
			*next = next.named(name)
		}
		if e.spaces.byName[next.Name] != nil {
			return fmt.Errorf("%w: %q", ErrSpaceExists, next.Name)
		}
		return nil
	})
}

// named is a Space with another name, its records being where they are.
func (s Space) named(name string) Space {
	id := s.id()
	if s.Name, s.Records = name, id; id == name {
		s.Records = ""
	}
	return s
}

// EndSpace removes a destroyed Space for good. It cannot be had back from then
// on, whatever happens; what is in it goes in the background: ErrNotDestroyed.
func (e *Engine) EndSpace(id string) error {
	_, err := e.bringBack(id, func(next *Space) error {
		ending := *next.Gone
		ending.Ending = true
		next.Gone = &ending
		return nil
	})
	if err == nil {
		e.gc.kick()
	}
	return err
}

func (e *Engine) bringBack(id string, change func(*Space) error) (Space, error) {
	if err := e.enterWrite(); err != nil {
		return Space{}, err
	}
	defer e.leave()
	e.spaces.mu.Lock()
	defer e.spaces.mu.Unlock()
	s := e.spaces.destroyed[id]
	if s == nil {
		return Space{}, fmt.Errorf("%w: %q", ErrNotDestroyed, id)
	}
	next := s.space()
	if err := change(&next); err != nil {
		return Space{}, err
	}
	now, err := e.replaceSpace(s, next)
	if err != nil {
		return Space{}, fmt.Errorf("change the destroyed Space %q: %w", id, err)
	}
	return now.space(), nil
}
