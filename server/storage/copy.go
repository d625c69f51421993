package storage

import (
	"context"
	"fmt"
)

// Copy makes the destination an object with the source's body. No byte of it
// moves: the cost does not depend on its size. ErrNoKey when there is no source.
func (e *Engine) Copy(ctx context.Context, srcSpace, srcKey, dstSpace, dstKey string, o CopyOptions) (Object, error) {
	if err := e.enterGrow(); err != nil {
		return Object{}, err
	}
	defer e.leave()
	dst, leave, err := e.insideBoth(srcSpace, dstSpace)
	if err != nil {
		return Object{}, err
	}
	defer leave()
	h := e.keys.lock(objectKey(srcSpace, srcKey), objectKey(dstSpace, dstKey))
	defer h.unlock()
	src, cur, err := e.pair(srcSpace, srcKey, dstSpace, dstKey, o.Source, o.Dest)
	if err != nil {
		return Object{}, err
	}
	next := *src
	next.Key, next.Parts = dstKey, nil
	if o.Attrs != nil {
		if next.Attrs, err = o.Attrs(*src); err != nil {
			return Object{}, err
		}
	}
	if o.Sum != nil {
		next.Checksum = *o.Sum
	}
	if next.Seq, err = e.nextSeq(); err != nil {
		return Object{}, err
	}
	next.Modified = e.o.Now().UTC()
	t := e.begin()
	t.refer(next.body, +1)
	t.replace(dst, cur, &next)
	if err := t.commit(ctx, &h); err != nil {
		return Object{}, fmt.Errorf("copy %q in %q to %q in %q: %w", srcKey, srcSpace, dstKey, dstSpace, err)
	}
	return next, nil
}

// insideBoth enters two Spaces, or one once, in one order for everybody, and
// answers the second.
func (e *Engine) insideBoth(src, dst string) (*spaceState, func(), error) {
	if src == dst {
		return e.inside(dst)
	}
	first, second := min(src, dst), max(src, dst)
	a, leaveA, err := e.inside(first)
	if err != nil {
		return nil, nil, err
	}
	b, leaveB, err := e.inside(second)
	if err != nil {
		leaveA()
		return nil, nil, err
	}
	if first == dst {
		b = a
	}
	return b, func() { leaveB(); leaveA() }, nil
}

// pair reads a source, which must be there, and what is at a destination, and
// asks the checks of both.
func (e *Engine) pair(srcSpace, srcKey, dstSpace, dstKey string, source, dest Check) (src, cur *Object, err error) {
	if src, err = e.current(srcSpace, srcKey); err != nil {
		return nil, nil, err
	}
	if src == nil {
		return nil, nil, noKey(srcSpace, srcKey)
	}
	if err := run(source, src); err != nil {
		return nil, nil, err
	}
	if cur, err = e.current(dstSpace, dstKey); err != nil {
		return nil, nil, err
	}
	return src, cur, run(dest, cur)
}

// Rename moves an object to another key of its Space in one commit, and keeps
// all of it, the time of its last change too. ErrSameKey, ErrNoKey.
func (e *Engine) Rename(ctx context.Context, space, from, to string, source, dest Check) (Object, error) {
	if err := e.enterWrite(); err != nil {
		return Object{}, err
	}
	defer e.leave()
	if from == to {
		return Object{}, fmt.Errorf("%w: %q", ErrSameKey, from)
	}
	s, leave, err := e.inside(space)
	if err != nil {
		return Object{}, err
	}
	defer leave()
	h := e.keys.lock(objectKey(space, from), objectKey(space, to))
	defer h.unlock()
	src, cur, err := e.pair(space, from, space, to, source, dest)
	if err != nil {
		return Object{}, err
	}
	next := *src
	next.Key = to
	if next.Seq, err = e.nextSeq(); err != nil {
		return Object{}, err
	}
	t := e.begin()
	t.remove(s, src)
	t.replace(s, cur, &next)
	if err := t.commit(ctx, &h); err != nil {
		return Object{}, fmt.Errorf("rename %q to %q in %q: %w", from, to, space, err)
	}
	return next, nil
}

// UpdateAttrs lets change alter the attributes and the checksum of an object,
// which stays the same version: its body, ETag and time stay what they were.
func (e *Engine) UpdateAttrs(ctx context.Context, space, key string, change func(*Object) error) (Object, error) {
	if err := e.enterGrow(); err != nil {
		return Object{}, err
	}
	defer e.leave()
	_, leave, err := e.inside(space)
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
	if cur == nil {
		return Object{}, noKey(space, key)
	}
	asked := *cur
	if err := change(&asked); err != nil {
		return Object{}, err
	}
	cur.Attrs, cur.Checksum = asked.Attrs, asked.Checksum
	t := e.begin()
	t.set(objectKey(space, key), appendObject(make([]byte, 0, 256), cur))
	if err := t.commit(ctx, &h); err != nil {
		return Object{}, fmt.Errorf("change the attributes of %q in %q: %w", key, space, err)
	}
	return *cur, nil
}
