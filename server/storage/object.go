package storage

import (
	"context"
	"fmt"
)

func noKey(space, key string) error { return fmt.Errorf("%w: %q in %q", ErrNoKey, key, space) }

// current reads the version of a key that is there now, nil when none is. The
// sizes of its parts are not filled.
func (e *Engine) current(space, key string) (*Object, error) {
	value, closer, err := e.db.Get(objectKey(space, key))
	if notFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read %q in %q: %w", key, space, damaged(err))
	}
	o, err := decodeObject(key, value)
	if cerr := closer.Close(); err == nil {
		err = damaged(cerr)
	}
	if err != nil {
		return nil, fmt.Errorf("read %q in %q: %w", key, space, err)
	}
	return &o, nil
}

// replace writes o as the current version of a key where cur was.
func (t *txn) replace(s *spaceState, cur, o *Object) {
	t.set(objectKey(s.name, o.Key), appendObject(make([]byte, 0, 256), o))
	t.count(s, 1, o.Size)
	if cur != nil {
		t.count(s, -1, -cur.Size)
		t.refer(cur.body, -1)
	}
}

// remove takes the current version of a key away.
func (t *txn) remove(s *spaceState, cur *Object) {
	t.delete(objectKey(s.name, cur.Key))
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
	h := e.keys.lock(objectKey(space, key))
	defer h.unlock()
	cur, err := e.current(space, key)
	if err != nil {
		return Object{}, err
	}
	if err := run(check, cur); err != nil {
		return Object{}, err
	}
	seq, err := e.nextSeq()
	if err != nil {
		return Object{}, err
	}
	o := Object{Key: key, Seq: seq, Size: body.Size, Modified: e.o.Now().UTC(), Attrs: a, Checksum: sum, tag: tag{md5: body.MD5}}
	o.ETag = o.tag.String()
	t := e.begin()
	o.body = body.record(t, seq)
	t.replace(s, cur, &o)
	if err := t.commit(ctx, &h); err != nil {
		return Object{}, fmt.Errorf("put %q in %q: %w", key, space, err)
	}
	return o, nil
}

// Head answers what is known of an object: ErrNoSpace, ErrNoKey.
func (e *Engine) Head(space, key string) (Object, error) {
	if err := e.enter(); err != nil {
		return Object{}, err
	}
	defer e.leave()
	for last := uint64(0); ; {
		o, err := e.lookup(space, key)
		if err != nil || o.tag.parts == 0 {
			return o, err
		}
		m, ok, err := e.manifest(o.body)
		if err != nil || ok {
			o.Parts = m.sizes()
			return o, err
		}
		if o.Seq == last { // it did not change, and its body is not there
			return Object{}, fmt.Errorf("%w: %q in %q has no manifest", ErrCorrupt, key, space)
		}
		last = o.Seq
	}
}

// lookup is current for readers: no key is an error.
func (e *Engine) lookup(space, key string) (Object, error) {
	if _, err := e.find(space); err != nil {
		return Object{}, err
	}
	o, err := e.current(space, key)
	if err != nil {
		return Object{}, err
	}
	if o == nil {
		return Object{}, noKey(space, key)
	}
	return *o, nil
}

// Delete takes a key away. existed is false when there was nothing, which is
// no error. Its body goes when nobody reads it any more.
func (e *Engine) Delete(ctx context.Context, space, key string, check Check) (existed bool, err error) {
	if err := e.enterWrite(); err != nil {
		return false, err
	}
	defer e.leave()
	s, leave, err := e.inside(space)
	if err != nil {
		return false, err
	}
	defer leave()
	h := e.keys.lock(objectKey(space, key))
	defer h.unlock()
	cur, err := e.current(space, key)
	if err != nil {
		return false, err
	}
	if err := run(check, cur); err != nil || cur == nil {
		return false, err
	}
	t := e.begin()
	t.remove(s, cur)
	t.refer(cur.body, -1)
	if err := t.commit(ctx, &h); err != nil {
		return false, fmt.Errorf("delete %q in %q: %w", key, space, err)
	}
	return true, nil
}

// DeleteMany takes many keys away in one commit. The errors are those of the
// keys, in their order: a key that is not there is none, one that cannot be
// read stays. err is set when nothing was deleted.
func (e *Engine) DeleteMany(ctx context.Context, space string, keys []string) ([]error, error) {
	if err := e.enterWrite(); err != nil {
		return nil, err
	}
	defer e.leave()
	s, leave, err := e.inside(space)
	if err != nil {
		return nil, err
	}
	defer leave()
	names := make([][]byte, len(keys))
	for i, key := range keys {
		names[i] = objectKey(space, key)
	}
	h := e.keys.lock(names...)
	defer h.unlock()
	t := e.begin()
	errs := make([]error, len(keys))
	seen := make(map[string]struct{}, len(keys))
	for i, key := range keys {
		if _, again := seen[key]; again {
			continue
		}
		seen[key] = struct{}{}
		cur, err := e.current(space, key)
		if err == nil && cur != nil {
			t.remove(s, cur)
			t.refer(cur.body, -1)
		}
		errs[i] = err
	}
	if err := t.commit(ctx, &h); err != nil {
		return nil, fmt.Errorf("delete %d keys in %q: %w", len(keys), space, err)
	}
	return errs, nil
}
