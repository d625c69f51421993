package storage

import (
	"context"
	"crypto/md5"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"
)

// doneFor is how long a completed upload is remembered, for clients that did
// not hear the answer.
const doneFor = 24 * time.Hour

// Complete makes the parts named, in their order, the object of an upload. No
// byte moves. A part that is named several times in a row is the one that was
// named last (as Ceph's gateway has it). sum, when not nil, computes the checksum
// of the object from its parts. On ErrInvalidPart, ErrPartOrder and
// ErrPartTooSmall, all *PartError, and on errors of sum and check the upload
// stays usable. The same upload completed again of the same parts gives the same
// object again, without asking sum or check, for a day and while there is an
// object at the key.
func (e *Engine) Complete(ctx context.Context, space, key, id string, parts []CompletePart, sum func(parts []Part) (Checksum, error), check Check) (Object, error) {
	if err := e.enterGrow(); err != nil {
		return Object{}, err
	}
	defer e.leave()
	s, leave, err := e.inside(space)
	if err != nil {
		return Object{}, err
	}
	defer leave()
	space = s.id
	parts = lastNamed(parts)
	h := e.keys.lock(uploadKey(space, key, id), objectKey(space, key))
	defer h.unlock()
	u, err := e.upload(space, key, id)
	if errors.Is(err, ErrNoUpload) {
		o, err := e.completed(space, key, id, parts)
		if err == nil {
			err = e.begin().commit(ctx, &h) // the first Complete may have no answer yet
		}
		return o, err
	}
	if err != nil {
		return Object{}, err
	}
	o := Object{Key: key, Modified: e.o.Now().UTC(), Attrs: u.Attrs}
	chosen, rest, err := e.chosen(u, parts)
	if err == nil && sum != nil {
		o.Checksum, err = sum(chosen)
	}
	if err != nil {
		return Object{}, err
	}
	cur, err := e.current(space, key)
	if err != nil {
		return Object{}, err
	}
	if err := run(check, cur); err != nil {
		return Object{}, err
	}
	if o.Seq, err = e.nextSeq(); err != nil {
		return Object{}, err
	}
	t := e.begin()
	t.join(&o, chosen)
	for _, p := range rest {
		t.free(p.body)
	}
	t.endUpload(u)
	if err := t.put(s, cur, &o); err != nil {
		t.abandon()
		return Object{}, err
	}
	t.remember(u, parts, &o)
	if err := t.commit(ctx, &h); err != nil {
		return Object{}, fmt.Errorf("complete the upload %q to %q in %q: %w", id, key, space, err)
	}
	e.gc.kick()
	return o, nil
}

// lastNamed takes, of parts with one number in a row, the last.
func lastNamed(parts []CompletePart) []CompletePart {
	kept := make([]CompletePart, 0, len(parts))
	for i, p := range parts {
		if i+1 == len(parts) || parts[i+1].Number != p.Number {
			kept = append(kept, p)
		}
	}
	return kept
}

// chosen reads the parts of an upload and takes those named; rest are the others.
func (e *Engine) chosen(u Upload, named []CompletePart) (chosen, rest []Part, err error) {
	all, err := e.parts(u.seq, 0, -1)
	if err != nil {
		return nil, nil, err
	}
	return choose(all, named, e.o.minPart)
}

// choose takes the parts named out of all; rest are the others.
func choose(all []Part, named []CompletePart, least int64) (chosen, rest []Part, err error) {
	if len(named) == 0 {
		return nil, nil, &PartError{Err: ErrInvalidPart}
	}
	last := 0
	for _, n := range named {
		if n.Number <= last {
			return nil, nil, &PartError{Number: n.Number, ETag: n.ETag, Err: ErrPartOrder}
		}
		last = n.Number
	}
	i := 0
	for k, n := range named {
		for i < len(all) && all[i].Number < n.Number {
			rest = append(rest, all[i])
			i++
		}
		if i == len(all) || all[i].Number != n.Number || all[i].ETag != n.ETag || n.Sum != "" && n.Sum != all[i].Sum.Value {
			return nil, nil, &PartError{Number: n.Number, ETag: n.ETag, Err: ErrInvalidPart}
		}
		if k < len(named)-1 && all[i].Size < least {
			return nil, nil, &PartError{Number: n.Number, ETag: n.ETag, Size: all[i].Size, Err: ErrPartTooSmall}
		}
		chosen = append(chosen, all[i])
		i++
	}
	return chosen, append(rest, all[i:]...), nil
}

// join makes parts the body of o, and their MD5s its ETag.
func (t *txn) join(o *Object, parts []Part) {
	sum := md5.New()
	m := make(manifest, 0, len(parts))
	for _, p := range parts {
		sum.Write(p.md5[:])
		m = append(m, segment{ref: p.body, off: o.Size, size: p.Size, sum: p.Sum})
		o.Size += p.Size
	}
	o.tag.parts = len(parts)
	sum.Sum(o.tag.md5[:0])
	o.ETag, o.Parts, o.PartSums = o.tag.String(), m.sizes(), m.sums()
	o.body = ref{kindManifest, o.Seq}
	t.set(o.body.key(), m.encode())
}

// listDigest is what is remembered of the list that completed an upload.
func listDigest(parts []CompletePart) string {
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%d %s\n", p.Number, p.ETag)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// remember keeps the answer of a completed upload, and forgets old ones.
func (t *txn) remember(u Upload, parts []CompletePart, o *Object) {
	b := appendTime(nil, o.Modified)
	b = appendString(appendString(appendString(b, u.Space), u.Key), u.ID+listDigest(parts))
	b = appendSizes(b, o.Parts)
	t.set(doneKey(u.seq), appendObject(b, o))
	forgotten := 0
	// Uploads are remembered in the order they began: the oldest come first. One that is from the future, by a clock that
	// was wrong, goes as well: it would keep all behind it, for years.
	err := t.e.scan([]byte{recDone}, []byte{recDone + 1}, func(key, value []byte) (bool, error) {
		r := reader{b: value}
		if o.Modified.Sub(r.time()).Abs() <= doneFor || forgotten == 4 {
			return false, nil
		}
		forgotten++
		t.delete(append([]byte(nil), key...))
		return true, nil
	})
	if err != nil {
		t.e.log.Warn("completed uploads are not forgotten", "err", err)
	}
}

// completed answers the object of an upload that was completed before by the
// same list of parts. Whoever deleted the object since has the last word: that it
// is there must not be said (Ceph's gateway compares with what is there, too;
// Amazon documents NoSuchUpload for an upload that was completed). Where it was
// overwritten it was there, and the answer is not wrong.
func (e *Engine) completed(space, key, id string, parts []CompletePart) (Object, error) {
	seq, ok := uploadNumber(id)
	if !ok {
		return Object{}, noUpload(id)
	}
	value, ok, err := e.get(doneKey(seq))
	if err != nil {
		return Object{}, err
	}
	r := reader{b: value}
	if !ok || !e.o.Now().Before(r.time().Add(doneFor)) || r.string() != space || r.string() != key {
		return Object{}, noUpload(id)
	}
	list := r.string()
	sizes := r.sizes()
	o, err := decodeObject(key, r.b)
	if err != nil {
		return Object{}, err
	}
	switch list {
	case id + listDigest(parts):
	case id: // of before lists were remembered: the ETag is made of theirs
		if o.ETag != joinedTag(parts) {
			return Object{}, noUpload(id)
		}
	default:
		return Object{}, noUpload(id)
	}
	if cur, err := e.current(space, key); err != nil {
		return Object{}, err
	} else if cur == nil {
		return Object{}, noUpload(id)
	}
	o.Parts = sizes
	return o, nil
}

// joinedTag is the ETag of an object of parts, "" where theirs are none.
func joinedTag(parts []CompletePart) string {
	sum, t := md5.New(), tag{parts: len(parts)}
	for _, p := range parts {
		raw, err := hex.DecodeString(p.ETag)
		if err != nil {
			return ""
		}
		sum.Write(raw)
	}
	sum.Sum(t.md5[:0])
	return t.String()
}
