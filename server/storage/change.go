package storage

import (
	"context"
	"fmt"
	"maps"
)

// Change alters what goes with the current version of a key.
type Change struct {
	Key   string
	Check Check // of what is there
	// Attrs gives the new attributes. Its encryption is ignored.
	Attrs func(Object) (Attrs, error)
	// Anew makes another version of it, with a time of its own, as a copy onto
	// itself does, unless all is so already; otherwise it stays the version that it is.
	Anew bool
}

// Changed is what became of one of a ChangeBatch.
type Changed struct {
	Object Object // as it is now
	Err    error  // why nothing was changed
}

// ChangeBatch alters many objects in one commit, each by itself, in the order of
// the list. What it answers is aligned with list; err is set when nothing was
// changed. No byte of a body moves.
func (e *Engine) ChangeBatch(ctx context.Context, space string, list []Change) ([]Changed, error) {
	keys := make([]string, len(list))
	for i := range list {
		keys[i] = list[i].Key
	}
	out := make([]Changed, len(list))
	err := e.batch(ctx, e.enterGrow, space, keys, 0, func(t *txn, s *spaceState) error {
		for i := range list {
			out[i].Object, out[i].Err = t.change(s, &list[i])
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("change %d objects in %q: %w", len(list), space, err)
	}
	return out, nil
}

// batch does many changes to keys of a Space in one commit. Where a key is there
// twice, what one change finds is what another left; otherwise none can depend on
// another, which is cheaper. The commit is of about size bytes; 0: of few. An error of
// do leaves everything as it was.
func (e *Engine) batch(ctx context.Context, enter func() error, space string, keys []string, size int, do func(*txn, *spaceState) error) error {
	if err := enter(); err != nil {
		return err
	}
	defer e.leave()
	s, leave, err := e.inside(space)
	if err != nil {
		return err
	}
	defer leave()
	names := make([][]byte, len(keys))
	seen := make(map[string]struct{}, len(keys))
	for i, key := range keys {
		names[i] = objectKey(s.id, key)
		seen[key] = struct{}{}
	}
	h := e.keys.lock(names...)
	defer h.unlock()
	var t *txn
	if len(seen) < len(keys) {
		t = e.beginIndexed()
	} else {
		t = e.beginSized(size)
	}
	if err := do(t, s); err != nil {
		t.abandon()
		return err
	}
	return t.commit(ctx, &h)
}

// sameAttrs says whether a version with b would show what one with a shows. Locks
// are of versions, and no reason to make one.
func sameAttrs(a, b Attrs) bool {
	return maps.Equal(a.Headers, b.Headers) && maps.Equal(a.Meta, b.Meta) && maps.Equal(a.Tags, b.Tags) && a.ACL == b.ACL && a.Class == b.Class
}

// change alters one. When it gives an error, t is as it was.
func (t *txn) change(s *spaceState, c *Change) (Object, error) {
	cur, err := t.present(s, c.Key, c.Check)
	if err != nil {
		return Object{}, err
	}
	next := *cur
	if next.Attrs, err = c.Attrs(*cur); err != nil {
		return Object{}, err
	}
	next.Encryption = cur.Encryption
	same := c.Anew && sameAttrs(cur.Attrs, next.Attrs)
	if same { // written all the same: what is acknowledged must be durable, and what is read here may not be yet
		next = *cur
	}
	if same || !c.Anew {
		t.set(objectKey(s.id, c.Key), appendObject(make([]byte, 0, 256), &next))
		return next, nil
	}
	if next.Seq, err = t.e.nextSeq(); err != nil {
		return Object{}, err
	}
	next.Modified = t.e.o.Now().UTC()
	next.Parts, next.PartSums = nil, nil
	if err := t.put(s, cur, &next); err != nil {
		return Object{}, err
	}
	t.refer(next.body, +1)
	return next, nil
}
