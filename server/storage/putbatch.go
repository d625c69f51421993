package storage

import (
	"context"
	"fmt"
)

// Putting is a staged body that is to be the object at a key.
type Putting struct {
	Key   string
	Body  *Staged // of no other Putting
	Attrs Attrs
	Sum   Checksum
	Check Check
}

// recordRoom is what a commit takes for an object beside its key and body, about, in bytes.
const recordRoom = 512

// Stored is what became of one of a PutBatch.
type Stored struct {
	Object Object
	Err    error // why it was not stored
}

// PutBatch makes many staged bodies objects in one commit, each by itself, in
// the order of the list: of two with a key the later is the current one. What it
// answers is aligned with list; the bodies of those without an error are used up.
// err is set when nothing was stored. All that is in memory of the bodies is
// there once more meanwhile: a list should be of a few MiB.
func (e *Engine) PutBatch(ctx context.Context, space string, list []Putting) ([]Stored, error) {
	if err := e.persistAll(list); err != nil {
		return nil, fmt.Errorf("put %d objects in %q: %w", len(list), space, err)
	}
	keys, size := make([]string, len(list)), 0
	for i := range list {
		keys[i] = list[i].Key
		size += len(list[i].Key) + len(list[i].Body.inline) + recordRoom
	}
	out := make([]Stored, len(list))
	err := e.batch(ctx, e.enterGrow, space, keys, size, func(t *txn, s *spaceState) error {
		for i := range list {
			out[i].Object, out[i].Err = t.store(s, &list[i])
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("put %d objects in %q: %w", len(list), space, err)
	}
	return out, nil
}

// persistAll makes sure of room and of blobs, before any lock is taken. The disk
// is asked each time: a batch takes more of it than a small write.
func (e *Engine) persistAll(list []Putting) error {
	if err := e.enterWrite(); err != nil {
		return err
	}
	defer e.leave()
	if err := e.room.look(); err != nil {
		return err
	}
	for i := range list {
		if err := list[i].Body.persist(); err != nil {
			return err
		}
	}
	return nil
}

// store makes a staged body, whose blob is durable, the object at a key. When it
// gives an error, t is as it was.
func (t *txn) store(s *spaceState, p *Putting) (Object, error) {
	cur, err := readObject(t.r, objectKey(s.id, p.Key), s.id, p.Key)
	if err != nil {
		return Object{}, err
	}
	if err := run(p.Check, cur); err != nil {
		return Object{}, err
	}
	seq, err := t.e.nextSeq()
	if err != nil {
		return Object{}, err
	}
	p.Attrs.Encryption = p.Body.enc
	o := Object{Key: p.Key, Seq: seq, Size: p.Body.Size, Modified: t.e.o.Now().UTC(), Attrs: p.Attrs, Checksum: p.Sum, tag: tag{md5: p.Body.tag()}}
	o.ETag = o.tag.String()
	o.body = p.Body.name(seq)
	if err := t.put(s, cur, &o); err != nil {
		return Object{}, err
	}
	p.Body.record(t, seq)
	return o, nil
}
