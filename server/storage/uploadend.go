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

// endUploads takes away all uploads under the id of a Space that nobody else can reach meanwhile.
func (t *txn) endUploads(space string) error {
	from := within(recUpload, space, "")
	err := t.e.scan(from, after(from), func(key, value []byte) (bool, error) {
		u, err := uploadAt(space, key[len(from):], value)
		if err == nil {
			err = t.dropUpload(u)
		}
		return err == nil, err
	})
	if err != nil {
		return fmt.Errorf("end the uploads of %q: %w", space, err)
	}
	return nil
}

// abort takes away an upload that nobody else can reach meanwhile.
func (e *Engine) abort(ctx context.Context, u Upload, h *held) error {
	t := e.begin()
	if err := t.dropUpload(u); err != nil {
		t.abandon()
		return fmt.Errorf("abort the upload %q: %w", u.ID, err)
	}
	if err := t.commit(ctx, h); err != nil {
		return fmt.Errorf("abort the upload %q: %w", u.ID, err)
	}
	e.gc.kick()
	return nil
}

// dropUpload ends an upload and gives its parts up.
func (t *txn) dropUpload(u Upload) error {
	parts, err := t.e.parts(u.seq, 0, -1)
	if err != nil {
		return err
	}
	for _, p := range parts {
		t.free(p.body)
	}
	t.endUpload(u)
	return nil
}

// endUpload takes away the records of an upload and of all its parts.
func (t *txn) endUpload(u Upload) {
	t.delete(uploadKey(u.Space, u.Key, u.ID))
	from := partsKey(u.seq)
	_ = t.b.DeleteRange(from, after(from), nil)
}
