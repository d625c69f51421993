package storage

import (
	"context"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"sort"
	"sync"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// Body is the bytes of an object as it was when it was opened: it stays whole
// until Close, whatever happens to the key meanwhile.
type Body struct {
	e        *Engine
	ref      ref
	size     int64
	inline   []byte // as it is stored, until Unlock
	segments []segment
	pinned   bool
	key      *Key        // nil: not given
	staged   *blobRecord // of a blob that has no record yet; nil: it has one

	mu     sync.Mutex
	closed bool
	files  map[vfs.File]struct{}
}

// segment is a piece of a body: an inline body or a blob, at off.
type segment struct {
	ref       ref
	off, size int64
	sum       Checksum // of a part, when it had one
}

// manifest is what a body in parts is made of, in order.
type manifest []segment

func (m manifest) sizes() []int64 {
	if m == nil {
		return nil
	}
	sizes := make([]int64, len(m))
	for i, s := range m {
		sizes[i] = s.size
	}
	return sizes
}

func (m manifest) encode() []byte {
	version := byte(layout)
	if m.sums() != nil {
		version = layoutSums
	}
	b := binary.AppendUvarint(append(make([]byte, 0, 8+16*len(m)), version), uint64(len(m)))
	for _, s := range m {
		b = binary.AppendUvarint(append(b, byte(s.ref.kind)), s.ref.id)
		b = binary.AppendUvarint(b, uint64(s.size))
		if version == layoutSums {
			b = appendSum(b, s.sum)
		}
	}
	return b
}

// sums are the checksums of the parts, nil unless all have one of the same
// algorithm.
func (m manifest) sums() []Checksum {
	sums := make([]Checksum, len(m))
	for i, s := range m {
		if s.sum.Algorithm == "" || s.sum.Algorithm != m[0].sum.Algorithm {
			return nil
		}
		sums[i] = s.sum
	}
	if len(sums) == 0 {
		return nil
	}
	return sums
}

// manifest reads one; ok is false when it is not there.
func (e *Engine) manifest(r ref) (m manifest, ok bool, err error) {
	value, ok, err := e.get(r.key())
	if err != nil || !ok {
		return nil, ok, err
	}
	rd := reader{b: value}
	version := rd.byte()
	if version != layout && version != layoutSums {
		return nil, false, errRecord
	}
	n := rd.uvarint()
	if n > uint64(len(rd.b)) {
		return nil, false, errRecord
	}
	m = make(manifest, n)
	off := int64(0)
	for i := range m {
		m[i] = segment{ref: rd.ref(), off: off, size: int64(rd.uvarint())}
		off += m[i].size
		if version == layoutSums {
			m[i].sum = rd.sum()
		}
	}
	if rd.bad {
		return nil, false, errRecord
	}
	return m, true, nil
}

// inlineHead is what is stored before an inline body: its checksum.
const inlineHead = 4

func appendInline(b, body []byte) []byte {
	return append(binary.BigEndian.AppendUint32(b, crc32.Checksum(body, castagnoli)), body...)
}

// inline reads and checks a small body, which is as it was stored: longer than
// size by inlineSeal when it is encrypted. ok is false when it is not there.
func (e *Engine) inline(r ref, size int64) (body []byte, ok bool, err error) {
	value, ok, err := e.get(r.key())
	if err != nil || !ok {
		return nil, ok, err
	}
	if err := inlineWhole(value, size); err != nil {
		return nil, false, fmt.Errorf("%w: an inline body: %w", ErrCorrupt, err)
	}
	return value[4:], true, nil
}

// Get opens an object: the errors are those of Head. The body must be closed.
func (e *Engine) Get(ctx context.Context, space, key string) (Object, *Body, error) {
	return e.GetVersion(ctx, space, key, "")
}

// GetVersion is Get for one version, "" being the current one: the errors are
// those of HeadVersion.
func (e *Engine) GetVersion(ctx context.Context, space, key, version string) (Object, *Body, error) {
	if err := e.enter(); err != nil {
		return Object{}, nil, err
	}
	defer e.leave()
	for last := uint64(0); ; {
		if err := ctx.Err(); err != nil {
			return Object{}, nil, err
		}
		o, err := e.lookup(space, key, version)
		if err != nil {
			return Object{}, nil, err
		}
		b, ok, err := e.open(&o)
		if err != nil {
			return Object{}, nil, fmt.Errorf("open %q in %q: %w", key, space, err)
		}
		if ok {
			return o, b, nil
		}
		// It was replaced between the two reads, or its body is lost.
		if o.Seq == last {
			return Object{}, nil, fmt.Errorf("%w: %q in %q has no body", ErrCorrupt, key, space)
		}
		last = o.Seq
	}
}

// open pins a body before it looks whether it is there: from then on it stays.
func (e *Engine) open(o *Object) (b *Body, ok bool, err error) {
	b = &Body{e: e, ref: o.body, size: o.Size}
	switch o.body.kind {
	case kindNone:
		return b, true, nil
	case kindInline:
		b.inline, ok, err = e.inline(o.body, o.Size)
		return b, ok, err
	}
	if !e.pins.pin(o.body) {
		return nil, false, nil
	}
	b.pinned = true
	if o.body.kind == kindBlob {
		b.segments = []segment{{ref: o.body, size: o.Size}}
		_, ok, err = e.get(o.body.key())
	} else {
		var m manifest
		m, ok, err = e.manifest(o.body)
		b.segments, o.Parts, o.PartSums = m, m.sizes(), m.sums()
	}
	if err != nil || !ok {
		_ = b.Close()
		return nil, false, err
	}
	return b, true, nil
}

// at is the index of the segment that off is in.
func (b *Body) at(off int64) int {
	return sort.Search(len(b.segments), func(i int) bool { return b.segments[i].off+b.segments[i].size > off })
}

// Unlock gives the key that an encrypted body is read with from then on. A key
// that is not the body's gives ErrCorrupt, here or at the first read.
func (b *Body) Unlock(k Key) (err error) {
	b.key = &k
	if b.ref.kind == kindInline && int64(len(b.inline)) != b.size {
		b.inline, err = openInline(b.key, b.inline)
	}
	return err
}

// Size is that of the whole body, in bytes.
func (b *Body) Size() int64 { return b.size }

// Close lets the body go. Readers of its ranges give errors from then on.
func (b *Body) Close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return nil
	}
	b.closed = true
	for f := range b.files {
		_ = f.Close()
	}
	b.files = nil
	if b.pinned && b.e.pins.unpin(b.ref) {
		b.e.gc.kick()
	}
	return nil
}

// openBlob opens the file of a blob, to be closed by closeBlob or with the body.
func (b *Body) openBlob(id uint64) (vfs.File, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return nil, ErrClosed
	}
	f, err := b.e.fs.Open(b.e.blobPath(id))
	if isMissing(err) {
		return nil, fmt.Errorf("%w: blob %016x has no file", ErrCorrupt, id)
	}
	if err != nil {
		return nil, fmt.Errorf("open a blob: %w", err)
	}
	if b.files == nil {
		b.files = map[vfs.File]struct{}{}
	}
	b.files[f] = struct{}{}
	return f, nil
}

func (b *Body) closeBlob(f vfs.File) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if _, open := b.files[f]; open {
		delete(b.files, f)
		_ = f.Close()
	}
}
