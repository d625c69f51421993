package storage

import (
	"context"
	"fmt"
)

// Copy makes the destination an object with the source's body. No byte of it
// moves: the cost does not depend on its size. No source: the errors of HeadVersion.
func (e *Engine) Copy(ctx context.Context, srcSpace, srcKey, dstSpace, dstKey string, o CopyOptions) (Object, error) {
	if err := e.enterGrow(); err != nil {
		return Object{}, err
	}
	defer e.leave()
	from, dst, leave, err := e.insideBoth(srcSpace, dstSpace)
	if err != nil {
		return Object{}, err
	}
	defer leave()
	h := e.keys.lock(objectKey(from.id, srcKey), objectKey(dst.id, dstKey))
	defer h.unlock()
	src, cur, err := e.pair(from, srcKey, o.Version, dst, dstKey, o.Source, o.Dest)
	if err != nil {
		return Object{}, err
	}
	next := *src
	next.Key, next.Parts, next.PartSums, next.Lock = dstKey, nil, nil, Lock{}
	if o.Attrs != nil {
		if next.Attrs, err = o.Attrs(*src); err != nil {
			return Object{}, err
		}
		next.Encryption = src.Encryption // it is the body's, which is shared
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
	if err := t.put(dst, cur, &next); err != nil {
		t.abandon()
		return Object{}, err
	}
	if err := t.commit(ctx, &h); err != nil {
		return Object{}, fmt.Errorf("copy %q in %q to %q in %q: %w", srcKey, srcSpace, dstKey, dstSpace, err)
	}
	return next, nil
}

// insideBoth enters two Spaces, or one once, in one order for everybody.
func (e *Engine) insideBoth(src, dst string) (from, to *spaceState, leave func(), err error) {
	if src == dst {
		to, leave, err = e.inside(dst)
		return to, to, leave, err
	}
	first, second := min(src, dst), max(src, dst)
	from, leaveA, err := e.inside(first)
	if err != nil {
		return nil, nil, nil, err
	}
	to, leaveB, err := e.inside(second)
	if err != nil {
		leaveA()
		return nil, nil, nil, err
	}
	if first == dst {
		from, to = to, from
	}
	return from, to, func() { leaveB(); leaveA() }, nil
}

// pair reads a source, which must be there, and what is at a destination, and
// asks the checks of both.
func (e *Engine) pair(from *spaceState, srcKey, version string, to *spaceState, dstKey string, source, dest Check) (src, cur *Object, err error) {
	if src, err = e.present(from, srcKey, version); err != nil {
		return nil, nil, err
	}
	if err := run(source, src); err != nil {
		return nil, nil, err
	}
	if cur, err = e.current(to.id, dstKey); err != nil {
		return nil, nil, err
	}
	return src, cur, run(dest, cur)
}

// present reads a version of a key that is locked here, or its current one. It
// must be there, and be no marker.
func (e *Engine) present(s *spaceState, key, version string) (*Object, error) {
	if version != "" {
		o, _, err := versionOf(e.db, s.id, key, version)
		switch {
		case err != nil:
			return nil, err
		case o == nil:
			return nil, noVersion(s.id, key, version)
		case o.Marker:
			return nil, markerError(o, ErrMarker)
		}
		return o, nil
	}
	o, err := e.current(s.id, key)
	if err != nil || o != nil {
		return o, err
	}
	return nil, e.absent(s, key)
}

// UpdateAttrs is UpdateVersion of the current version.
func (e *Engine) UpdateAttrs(ctx context.Context, space, key string, change func(*Object) error) (Object, error) {
	return e.UpdateVersion(ctx, space, key, "", change)
}

// UpdateVersion lets change alter the attributes and the checksum of an object,
// which stays the same version: its body, ETag and time stay what they were.
// version "" is the current one. The errors are those of HeadVersion.
func (e *Engine) UpdateVersion(ctx context.Context, space, key, version string, change func(*Object) error) (Object, error) {
	if err := e.enterGrow(); err != nil {
		return Object{}, err
	}
	defer e.leave()
	s, leave, err := e.inside(space)
	if err != nil {
		return Object{}, err
	}
	defer leave()
	h := e.keys.lock(objectKey(s.id, key))
	defer h.unlock()
	cur, err := e.present(s, key, version)
	if err != nil {
		return Object{}, err
	}
	asked := *cur
	if err := change(&asked); err != nil {
		return Object{}, err
	}
	asked.Encryption = cur.Encryption
	cur.Attrs, cur.Checksum = asked.Attrs, asked.Checksum
	name := objectKey(s.id, key)
	if version != "" {
		if name, err = e.recordOf(s.id, cur); err != nil {
			return Object{}, err
		}
	}
	t := e.begin()
	t.set(name, appendObject(make([]byte, 0, 256), cur))
	if err := t.commit(ctx, &h); err != nil {
		return Object{}, fmt.Errorf("change the attributes of %q in %q: %w", key, space, err)
	}
	return *cur, nil
}

// recordOf is where a version is that was found under the lock of its key.
func (e *Engine) recordOf(space string, o *Object) ([]byte, error) {
	cur, err := e.current(space, o.Key)
	if err != nil {
		return nil, err
	}
	if cur != nil && cur.Seq == o.Seq {
		return objectKey(space, o.Key), nil
	}
	return versionKey(space, o.Key, o.Seq), nil
}
