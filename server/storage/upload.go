package storage

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
)

func noUpload(id string) error { return fmt.Errorf("%w: %q", ErrNoUpload, id) }

func (u *Upload) encode() []byte {
	b := []byte{layout}
	b = binary.BigEndian.AppendUint64(b, u.seq)
	b = appendTime(b, u.Initiated)
	b = appendString(appendString(b, u.SumAlgorithm), u.SumType)
	b = appendAttrs(appendString(b, u.Class), u.Attrs)
	if u.Lock != (Lock{}) || u.Encryption != (Encryption{}) || u.replaces {
		b = appendLock(b, u.Lock)
	}
	if u.Encryption != (Encryption{}) || u.replaces {
		b = appendEncryption(b, u.Encryption)
	}
	if u.replaces {
		b = append(b, 1)
	}
	return b
}

func decodeUpload(space, key, id string, value []byte) (Upload, error) {
	r := reader{b: value}
	if r.byte() != layout {
		return Upload{}, errRecord
	}
	u := Upload{ID: id, Space: space, Key: key, seq: r.uint64(), Initiated: r.time()}
	u.SumAlgorithm, u.SumType = r.string(), r.string()
	class := r.string()
	u.Attrs = r.attrs()
	u.Class = class
	if len(r.b) > 0 {
		u.Lock = r.lock()
	}
	if len(r.b) > 0 {
		u.Encryption = r.encryption()
	}
	if len(r.b) > 0 {
		u.replaces = r.byte() != 0
	}
	if r.bad {
		return Upload{}, errRecord
	}
	return u, nil
}

// uploadNumber is the number that begins an upload's id.
func uploadNumber(id string) (uint64, bool) {
	var b [16]byte
	if len(id) != 32 {
		return 0, false
	}
	if _, err := hex.Decode(b[:], []byte(id)); err != nil {
		return 0, false
	}
	return binary.BigEndian.Uint64(b[:]), true
}

// Number is that of the write that began the upload: see Object.Seq.
func (u *Upload) Number() uint64 { return u.seq }

// Overtaken says whether the key of an upload was written or deleted since the
// upload began. cur is what is there, nil when nothing is. An object that came
// and went in between has left no trace, and counts as never there.
func (u *Upload) Overtaken(cur *Object) bool {
	if cur == nil {
		return u.replaces
	}
	return cur.Seq > u.seq
}

// CreateUpload begins a multipart upload. Its ids grow in the order of their
// beginning, and cannot be guessed.
func (e *Engine) CreateUpload(ctx context.Context, space, key string, a Attrs, algorithm, sumType string) (Upload, error) {
	if err := e.enterGrow(); err != nil {
		return Upload{}, err
	}
	defer e.leave()
	s, leave, err := e.inside(space)
	if err != nil {
		return Upload{}, err
	}
	defer leave()
	h := e.keys.lock(objectKey(s.id, key)) // what is there, and the number, are of one moment: see Overtaken
	defer h.unlock()
	cur, err := e.current(s.id, key)
	if err != nil {
		return Upload{}, err
	}
	seq, err := e.nextSeq()
	if err != nil {
		return Upload{}, err
	}
	id := binary.BigEndian.AppendUint64(make([]byte, 0, 16), seq)[:16]
	if _, err := io.ReadFull(e.o.Rand, id[8:]); err != nil {
		return Upload{}, fmt.Errorf("make an upload id: %w", err)
	}
	u := Upload{ID: hex.EncodeToString(id), Space: space, Key: key, Initiated: e.o.Now().UTC(), Attrs: a,
		SumAlgorithm: algorithm, SumType: sumType, seq: seq, replaces: cur != nil}
	t := e.begin()
	t.set(uploadKey(s.id, key, u.ID), u.encode())
	if err := t.commit(ctx, &h); err != nil {
		return Upload{}, fmt.Errorf("begin an upload to %q in %q: %w", key, space, err)
	}
	return u, nil
}

// Upload answers an upload under way: ErrNoSpace, ErrNoUpload.
func (e *Engine) Upload(space, key, id string) (Upload, error) {
	if err := e.enter(); err != nil {
		return Upload{}, err
	}
	defer e.leave()
	s, err := e.find(space)
	if err != nil {
		return Upload{}, err
	}
	u, err := e.upload(s.id, key, id)
	u.Space = space
	return u, err
}

func (e *Engine) upload(space, key, id string) (Upload, error) {
	if _, ok := uploadNumber(id); !ok {
		return Upload{}, noUpload(id)
	}
	value, ok, err := e.get(uploadKey(space, key, id))
	if err != nil {
		return Upload{}, fmt.Errorf("read the upload %q: %w", id, err)
	}
	if !ok {
		return Upload{}, noUpload(id)
	}
	return decodeUpload(space, key, id, value)
}

// Uploads answers a page of the uploads under way in the order of key and id,
// common prefixes apart, and whether there is more.
func (e *Engine) Uploads(space string, q UploadsQuery) (uploads []Upload, prefixes []string, truncated bool, err error) {
	if err := e.enter(); err != nil {
		return nil, nil, false, err
	}
	defer e.leave()
	s, err := e.find(space)
	if err != nil {
		return nil, nil, false, err
	}
	if q.Max <= 0 {
		return nil, nil, false, nil
	}
	w, err := e.walk(recUpload, s.id, q.Prefix, q.Delimiter, q.after())
	if err != nil {
		return nil, nil, false, fmt.Errorf("list the uploads of %q: %w", space, err)
	}
	w.hide(recUpload, s.id, q.Hide)
	for w.next() && len(uploads)+len(prefixes) < q.Max {
		if w.common {
			prefixes = append(prefixes, string(w.name))
			continue
		}
		value, err := w.it.ValueAndErr()
		if err != nil {
			_ = w.it.Close()
			return nil, nil, false, damaged(err)
		}
		u, err := uploadAt(space, w.name, value)
		if err != nil {
			_ = w.it.Close()
			return nil, nil, false, err
		}
		uploads = append(uploads, u)
	}
	truncated = w.valid
	return uploads, prefixes, truncated, damaged(w.it.Close())
}

// after is the place in the order of records that the page begins after.
func (q UploadsQuery) after() string {
	switch {
	case q.AfterKey == "" || isCommon(q.Prefix, q.Delimiter, q.AfterKey):
		return q.AfterKey
	case q.AfterID != "":
		return q.AfterKey + "\x00" + q.AfterID
	}
	return q.AfterKey + "\x00\xff" // ids are hexadecimal: after all of them
}

// uploadTail is what follows the key in an upload's record: NUL and the id.
const uploadTail = 33

// uploadAt reads a record whose name is key, NUL, id.
func uploadAt(space string, name, value []byte) (Upload, error) {
	i := len(name) - uploadTail
	if i < 0 || name[i] != 0 {
		return Upload{}, errRecord
	}
	return decodeUpload(space, string(name[:i]), string(name[i+1:]), value)
}
