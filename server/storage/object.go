package storage

import (
	"context"
	"fmt"
)

func noKey(space, key string) error { return fmt.Errorf("%w: %q in %q", ErrNoKey, key, space) }

// current reads the version of a key that is there now, nil when none is. The
// sizes of its parts are not filled.
func (e *Engine) current(space, key string) (*Object, error) {
	return readObject(e.db, objectKey(space, key), space, key)
}

// replace writes o as the only version of a key where cur was: see put.
func (t *txn) replace(s *spaceState, cur, o *Object) {
	t.set(objectKey(s.id, o.Key), appendObject(make([]byte, 0, 256), o))
	t.count(s, 1, o.Size)
	if cur != nil {
		t.count(s, -1, -cur.Size)
		t.refer(cur.body, -1)
	}
}

// remove takes the only version of a key away.
func (t *txn) remove(s *spaceState, cur *Object) {
	t.delete(objectKey(s.id, cur.Key))
	t.count(s, -1, -cur.Size)
}

func run(check Check, cur *Object) error {
	if check == nil {
		return nil
	}
	return check(cur)
}

// Put makes a staged body the object at a key. When it returns without error
// the object is durable, and the staged body is used up.
func (e *Engine) Put(ctx context.Context, space, key string, body *Staged, a Attrs, sum Checksum, check Check) (Object, error) {
	if err := e.enterGrow(); err != nil {
		return Object{}, err
	}
	defer e.leave()
	if err := body.persist(); err != nil {
		return Object{}, fmt.Errorf("put %q in %q: %w", key, space, err)
	}
	s, leave, err := e.inside(space)
	if err != nil {
		return Object{}, err
	}
	defer leave()
	h := e.keys.lock(objectKey(s.id, key))
	defer h.unlock()
	t := e.begin()
	o, err := t.store(s, &Putting{Key: key, Body: body, Attrs: a, Sum: sum, Check: check})
	if err != nil {
		t.abandon()
		return Object{}, err
	}
	if err := t.commit(ctx, &h); err != nil {
		return Object{}, fmt.Errorf("put %q in %q: %w", key, space, err)
	}
	return o, nil
}

// Head answers what is known of an object: ErrNoSpace, ErrNoKey, which is a
// *MarkerError where the key was deleted and has versions.
func (e *Engine) Head(space, key string) (Object, error) { return e.HeadVersion(space, key, "") }

// HeadVersion is Head for one version, "" being the current one: ErrNoVersion,
// and for a delete marker ErrMarker, a *MarkerError.
func (e *Engine) HeadVersion(space, key, version string) (Object, error) {
	if err := e.enter(); err != nil {
		return Object{}, err
	}
	defer e.leave()
	for last := uint64(0); ; {
		o, err := e.lookup(space, key, version)
		if err != nil || o.tag.parts == 0 {
			return o, err
		}
		m, ok, err := e.manifest(o.body)
		if err != nil || ok {
			o.Parts, o.PartSums = m.sizes(), m.sums()
			return o, err
		}
		if o.Seq == last { // it did not change, and its body is not there
			return Object{}, fmt.Errorf("%w: %q in %q has no manifest", ErrCorrupt, key, space)
		}
		last = o.Seq
	}
}

// lookup is current for readers: no key is an error.
func (e *Engine) lookup(space, key, version string) (Object, error) {
	if version != "" {
		return e.lookupVersion(space, key, version)
	}
	s, err := e.find(space)
	if err != nil {
		return Object{}, err
	}
	o, err := e.current(s.id, key)
	if err != nil {
		return Object{}, err
	}
	if o == nil {
		return Object{}, e.absent(s, key)
	}
	return *o, nil
}
