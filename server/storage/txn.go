package storage

import (
	"context"
	"encoding/binary"
	"slices"

	"github.com/cockroachdb/pebble/v2"
)

// txn is one atomic change: records, references to bodies, counters. The
// locks of all keys that it changes are held from before it was decided until
// enqueue returned.
type txn struct {
	e      *Engine
	b      *pebble.Batch
	r      view // what the change is decided by
	refs   []refDelta
	deltas []counterDelta
	fresh  []*Staged // bodies that get their record here
}

type refDelta struct {
	ref   ref
	delta int64
}

type counterDelta struct {
	space *spaceState
	by    counters
}

func (e *Engine) begin() *txn { return e.beginSized(0) }

// beginSized begins a change of about that many bytes, which then is not copied
// while it grows.
func (e *Engine) beginSized(size int) *txn {
	return &txn{e: e, b: e.db.NewBatchWithSize(size), r: e.db}
}

// beginIndexed begins a change that is decided by what it did already as well,
// which costs more.
func (e *Engine) beginIndexed() *txn {
	b := e.db.NewIndexedBatch()
	return &txn{e: e, b: b, r: b}
}

// abandon throws the change away.
func (t *txn) abandon() { _ = t.b.Close() }

func (t *txn) set(key, value []byte) { _ = t.b.Set(key, value, nil) } // fails on a closed batch only

// setInline is set of an inline body, which is copied once.
func (t *txn) setInline(key, body []byte) {
	op := t.b.SetDeferred(len(key), inlineHead+len(body))
	copy(op.Key, key)
	appendInline(op.Value[:0], body)
	_ = op.Finish() // as of set
}

func (t *txn) delete(key []byte) { _ = t.b.Delete(key, nil) }

// count adds to the counters of a Space.
func (t *txn) count(s *spaceState, objects, bytes int64) {
	if n := len(t.deltas); n > 0 && t.deltas[n-1].space == s {
		t.deltas[n-1].by.objects += objects
		t.deltas[n-1].by.bytes += bytes
		return
	}
	t.deltas = append(t.deltas, counterDelta{s, counters{objects, bytes}})
}

// refer counts one reference more, or less, to a body. The first reference to
// a body is counted by its record being there.
func (t *txn) refer(r ref, delta int64) {
	if r.kind != kindNone {
		t.refs = append(t.refs, refDelta{r, delta})
	}
}

// settleRefs writes the new counts, and frees what nothing refers to. It
// returns with the locks of the bodies held.
func (t *txn) settleRefs() (held, error) {
	slices.SortFunc(t.refs, func(a, b refDelta) int {
		if a.ref.less(b.ref) {
			return -1
		}
		if b.ref.less(a.ref) {
			return 1
		}
		return 0
	})
	names := make([][]byte, 0, len(t.refs))
	for _, r := range t.refs {
		names = append(names, r.ref.key())
	}
	h := t.e.bodies.lock(names...)
	for i := 0; i < len(t.refs); {
		r, delta := t.refs[i].ref, int64(0)
		for ; i < len(t.refs) && t.refs[i].ref == r; i++ {
			delta += t.refs[i].delta
		}
		if err := t.settle(r, delta); err != nil {
			h.unlock()
			return h, err
		}
	}
	return h, nil
}

func (t *txn) settle(r ref, delta int64) error {
	if delta == 0 {
		return nil
	}
	value, shared, err := t.e.get(r.under(recRefs))
	if err != nil {
		return err
	}
	n := int64(1)
	if shared {
		u, k := binary.Uvarint(value)
		if k <= 0 {
			return errRecord
		}
		n = int64(u)
	}
	if n += delta; n > 0 {
		t.set(r.under(recRefs), binary.AppendUvarint(nil, uint64(n)))
		return nil
	}
	if shared {
		t.delete(r.under(recRefs))
	}
	t.free(r)
	return nil
}

// free gives up a body that nothing refers to. An inline body is gone at
// once: whoever reads it has it in memory.
func (t *txn) free(r ref) {
	switch r.kind {
	case kindInline:
		t.delete(r.key())
	case kindBlob, kindManifest:
		t.set(r.under(recGarbage), nil)
	}
}

// enqueue makes the change visible. The locks of its keys may be given up when
// it returned; wait returns when the change is durable.
func (t *txn) enqueue(ctx context.Context) (wait func() error, err error) {
	if err := ctx.Err(); err != nil {
		t.abandon()
		return nil, err
	}
	h, err := t.settleRefs()
	if err != nil {
		t.abandon()
		return nil, err
	}
	defer h.unlock()
	for _, d := range t.deltas {
		if d.by != (counters{}) {
			_ = t.b.Merge(spaceKey(recCounters, d.space.id), d.by.encode(), nil)
		}
	}
	for _, s := range t.fresh {
		s.state = stagedInDoubt
	}
	sync, err := t.e.enqueue(t.b, true)
	if err != nil {
		return nil, err
	}
	for _, d := range t.deltas {
		d.space.objects.Add(d.by.objects)
		d.space.bytes.Add(d.by.bytes)
	}
	return func() error { return t.wait(sync) }, nil
}

func (t *txn) wait(sync func() error) error {
	if err := sync(); err != nil {
		return err
	}
	for _, s := range t.fresh {
		s.committed()
	}
	for _, r := range t.refs {
		if r.delta < 0 && r.ref.kind != kindInline {
			t.e.gc.kick()
			break
		}
	}
	return nil
}

// commit is enqueue and wait, with the locks of the keys given up between.
func (t *txn) commit(ctx context.Context, h *held) error {
	wait, err := t.enqueue(ctx)
	h.unlock()
	if err != nil {
		return err
	}
	return wait()
}
