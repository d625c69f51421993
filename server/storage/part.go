package storage

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"fmt"
)

// MaxParts is the highest number of a part (S3, "Amazon S3 multipart upload limits").
const MaxParts = 10_000

func (p *Part) encode() []byte {
	b := []byte{layout}
	b = binary.AppendUvarint(b, uint64(p.Size))
	b = appendTime(b, p.Modified)
	b = append(b, p.md5[:]...)
	b = binary.AppendUvarint(append(b, byte(p.body.kind)), p.body.id)
	return appendSum(b, p.Sum)
}

func decodePart(number int, value []byte) (Part, error) {
	r := reader{b: value}
	if r.byte() != layout {
		return Part{}, errRecord
	}
	p := Part{Number: number, Size: int64(r.uvarint()), Modified: r.time()}
	copy(p.md5[:], r.take(16))
	p.body = r.ref()
	p.Sum = r.sum()
	p.ETag = hex.EncodeToString(p.md5[:])
	if r.bad {
		return Part{}, errRecord
	}
	return p, nil
}

// parts reads the parts after a number, at most limit when it is not negative.
func (e *Engine) parts(upload uint64, past, limit int) (parts []Part, err error) {
	from, end := partKey(upload, past+1), after(partsKey(upload))
	err = e.scan(from, end, func(key, value []byte) (bool, error) {
		if limit >= 0 && len(parts) >= limit {
			return false, nil
		}
		p, err := decodePart(int(binary.BigEndian.Uint16(key[9:])), value)
		parts = append(parts, p)
		return true, err
	})
	if err != nil {
		return nil, fmt.Errorf("read the parts: %w", err)
	}
	return parts, nil
}

// PutPart makes a staged body a part of an upload; it replaces what has the
// same number. ErrNoUpload, ErrInvalidPart for a number out of 1..MaxParts.
func (e *Engine) PutPart(ctx context.Context, space, key, id string, n int, body *Staged, sum Checksum) (Part, error) {
	if n < 1 || n > MaxParts {
		return Part{}, &PartError{Number: n, Err: ErrInvalidPart}
	}
	if err := e.enterGrow(); err != nil {
		return Part{}, err
	}
	defer e.leave()
	if err := body.persist(); err != nil {
		return Part{}, fmt.Errorf("put part %d of %q: %w", n, id, err)
	}
	s, leave, err := e.inside(space)
	if err != nil {
		return Part{}, err
	}
	defer leave()
	h := e.keys.lock(uploadKey(s.id, key, id))
	defer h.unlock()
	u, err := e.upload(s.id, key, id)
	if err != nil {
		return Part{}, err
	}
	old, had, err := e.get(partKey(u.seq, n))
	if err != nil {
		return Part{}, err
	}
	seq, err := e.nextSeq()
	if err != nil {
		return Part{}, err
	}
	t := e.begin()
	if had {
		p, err := decodePart(n, old)
		if err != nil {
			t.abandon()
			return Part{}, err
		}
		t.free(p.body)
	}
	p := Part{Number: n, Size: body.Size, Modified: e.o.Now().UTC(), Sum: sum, md5: body.tag()}
	p.ETag = hex.EncodeToString(p.md5[:])
	p.body = body.record(t, seq)
	t.set(partKey(u.seq, n), p.encode())
	if err := t.commit(ctx, &h); err != nil {
		return Part{}, fmt.Errorf("put part %d of %q: %w", n, id, err)
	}
	if had {
		e.gc.kick()
	}
	return p, nil
}

// Parts answers the parts of an upload after a number, at most max, and
// whether there are more.
func (e *Engine) Parts(space, key, id string, after, max int) ([]Part, bool, error) {
	if err := e.enter(); err != nil {
		return nil, false, err
	}
	defer e.leave()
	s, err := e.find(space)
	if err != nil {
		return nil, false, err
	}
	u, err := e.upload(s.id, key, id)
	if err != nil || max <= 0 || after >= MaxParts {
		return nil, false, err
	}
	parts, err := e.parts(u.seq, clampPart(after), max+1)
	if err != nil || len(parts) <= max {
		return parts, false, err
	}
	return parts[:max], true, nil
}

func clampPart(n int) int { return max(0, n) }
