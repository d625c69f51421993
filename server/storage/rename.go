package storage

import (
	"context"
	"errors"
	"fmt"
)

// Renaming names an object of a Space, and the key that it is to have.
type Renaming struct {
	From, To     string
	Source, Dest Check
}

// Renamed is what became of one of a RenameBatch.
type Renamed struct {
	Object Object // as it is at its new key
	Err    error  // why nothing was changed
}

// Rename moves an object to another key of its Space in one commit, and keeps
// all of it, the time of its last change too. In a Space with versions the
// source stays as an older version, below a delete marker. ErrSameKey, ErrNoKey.
func (e *Engine) Rename(ctx context.Context, space, from, to string, source, dest Check) (Object, error) {
	done, err := e.RenameBatch(ctx, space, []Renaming{{from, to, source, dest}})
	if err != nil {
		return Object{}, err
	}
	return done[0].Object, done[0].Err
}

// RenameBatch renames in one commit, in the order of the list: what one finds
// depends on those before it. What it answers is aligned with list; err is set
// when nothing was changed.
func (e *Engine) RenameBatch(ctx context.Context, space string, list []Renaming) ([]Renamed, error) {
	keys := make([]string, 0, 2*len(list))
	for i := range list {
		keys = append(keys, list[i].From, list[i].To)
	}
	out := make([]Renamed, len(list))
	err := e.batch(ctx, e.enterWrite, space, keys, 0, func(t *txn, s *spaceState) error {
		for i := range list {
			if out[i].Object, out[i].Err = t.rename(s, &list[i]); errors.Is(out[i].Err, errTorn) {
				return out[i].Err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("rename %d keys in %q: %w", len(list), space, err)
	}
	return out, nil
}

// errTorn is the error of a change that began and could not be ended: nothing of its txn may be committed.
var errTorn = errors.New("half of a change cannot be undone")

// rename gives an object its new key. When it gives an error, t is as it was,
// unless that is errTorn.
func (t *txn) rename(s *spaceState, r *Renaming) (Object, error) {
	if r.From == r.To {
		return Object{}, fmt.Errorf("%w: %q", ErrSameKey, r.From)
	}
	src, err := t.present(s, r.From, r.Source)
	if err != nil {
		return Object{}, err
	}
	cur, err := readObject(t.r, objectKey(s.id, r.To), s.id, r.To)
	if err != nil {
		return Object{}, err
	}
	if err := run(r.Dest, cur); err != nil {
		return Object{}, err
	}
	next := *src
	next.Key = r.To
	if next.Seq, err = t.e.nextSeq(); err != nil {
		return Object{}, err
	}
	return next, t.move(s, src, cur, &next)
}

// present reads the current version of a key, which must be there and meet a check.
func (t *txn) present(s *spaceState, key string, check Check) (*Object, error) {
	o, err := readObject(t.r, objectKey(s.id, key), s.id, key)
	if err != nil {
		return nil, err
	}
	if o == nil {
		return nil, t.e.absent(s, key)
	}
	return o, run(check, o)
}

// move puts next, which is src at another key, and takes src away.
func (t *txn) move(s *spaceState, src, cur, next *Object) error {
	if s.versioning() == Unversioned {
		if err := t.locked(src, false); err != nil {
			return err
		}
		if err := t.put(s, cur, next); err != nil {
			return err
		}
		t.remove(s, src)
		return nil
	}
	if err := t.mayMark(s, src); err != nil {
		return err
	}
	if err := t.put(s, cur, next); err != nil {
		return err
	}
	t.refer(next.body, +1)
	if _, err := t.mark(s, src.Key, src); err != nil {
		return fmt.Errorf("%w: %w", errTorn, err)
	}
	return nil
}

// mayMark says why no delete marker may be put on top of cur: one that is a null
// version replaces the null version, which may be locked.
func (t *txn) mayMark(s *spaceState, cur *Object) error {
	if s.versioning() == Enabled {
		return nil
	}
	if !cur.versioned {
		return t.locked(cur, false)
	}
	seq, ok, err := nullOf(t.r, s.id, cur.Key)
	if err != nil || !ok {
		return err
	}
	old, err := readObject(t.r, versionKey(s.id, cur.Key, seq), s.id, cur.Key)
	if err != nil || old == nil {
		return err
	}
	return t.locked(old, false)
}
