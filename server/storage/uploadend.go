package storage

import (
	"context"
	"errors"
	"fmt"
)

// Abort ends an upload and frees its parts: ErrNoUpload.
func (e *Engine) Abort(ctx context.Context, space, key, id string) error {
	if err := e.enterWrite(); err != nil {
		return err
	}
	defer e.leave()
	s, leave, err := e.inside(space)
	if err != nil {
		return err
	}
	defer leave()
	h := e.keys.lock(uploadKey(s.id, key, id))
	defer h.unlock()
	u, err := e.upload(s.id, key, id)
	if errors.Is(err, ErrNoUpload) { // who ended it may have no answer yet, and it would be back
		err = errors.Join(e.begin().commit(ctx, &h), err)
	}
	if err != nil {
		return err
	}
	return e.abort(ctx, u, &h)
}

// endUploads aborts all uploads under the id of a Space that is locked, one after the other:
// each may have many parts.
func (e *Engine) endUploads(space string) error {
	for {
		var u *Upload
		from := within(recUpload, space, "")
		err := e.scan(from, after(from), func(key, value []byte) (bool, error) {
			next, err := uploadAt(space, key[len(from):], value)
			u = &next
			return false, err
		})
		if err != nil {
			return fmt.Errorf("read the uploads of %q: %w", space, err)
		}
		if u == nil {
			return nil
		}
		if err := e.abort(context.Background(), *u, &held{}); err != nil {
			return err
		}
	}
}

// abort takes away an upload that nobody else can reach meanwhile.
func (e *Engine) abort(ctx context.Context, u Upload, h *held) error {
	t := e.begin()
	parts, err := e.parts(u.seq, 0, -1)
	if err != nil {
		t.abandon()
		return fmt.Errorf("abort the upload %q: %w", u.ID, err)
	}
	for _, p := range parts {
		t.free(p.body)
	}
	t.endUpload(u)
	if err := t.commit(ctx, h); err != nil {
		return fmt.Errorf("abort the upload %q: %w", u.ID, err)
	}
	e.gc.kick()
	return nil
}

// endUpload takes away the records of an upload and of all its parts.
func (t *txn) endUpload(u Upload) {
	t.delete(uploadKey(u.Space, u.Key, u.ID))
	from := partsKey(u.seq)
	_ = t.b.DeleteRange(from, after(from), nil)
}
