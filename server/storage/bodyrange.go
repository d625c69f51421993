package storage

import (
	"crypto/cipher"
	"errors"
	"fmt"
	"io"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// Range reads n bytes from off, less when the body ends before; it implements
// io.WriterTo. Every block is checked before any of its bytes leave: a block
// that is not what was written is ErrCorrupt. Any number of ranges of a body
// may be read at once.
func (b *Body) Range(off, n int64) io.Reader {
	off = min(max(off, 0), b.size)
	return &rangeReader{b: b, off: off, end: off + min(max(n, 0), b.size-off)}
}

type rangeReader struct {
	b        *Body
	off, end int64
	buf      *[]byte // from the pool, while a block is being read out
	block    []byte  // checked bytes that have not left yet
	err      error

	segment int // that of file
	file    vfs.File
	record  *blobRecord
	aead    cipher.AEAD // nil: it is not encrypted
}

func (r *rangeReader) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	if err := r.load(); err != nil {
		return 0, err
	}
	n := copy(p, r.block)
	r.consume(n)
	return n, nil
}

func (r *rangeReader) WriteTo(w io.Writer) (written int64, err error) {
	for {
		if err := r.load(); err != nil {
			if errors.Is(err, io.EOF) {
				err = nil
			}
			return written, err
		}
		n, err := w.Write(r.block)
		written += int64(n)
		r.consume(n)
		if err != nil {
			r.release()
			return written, err
		}
	}
}

func (r *rangeReader) consume(n int) {
	r.block = r.block[n:]
	r.off += int64(n)
	if len(r.block) == 0 && r.off == r.end {
		r.release()
	}
}

// release gives back what the reader holds, at its end and after an error.
func (r *rangeReader) release() {
	if r.buf != nil {
		buffers.Put(r.buf)
		r.buf, r.block = nil, nil
	}
	if r.file != nil {
		r.b.closeBlob(r.file)
		r.file, r.record, r.aead = nil, nil, nil
	}
}

// load makes checked bytes ready; io.EOF at the end of the range.
func (r *rangeReader) load() error {
	if len(r.block) > 0 || r.err != nil {
		return r.err
	}
	if r.off >= r.end {
		r.release()
		return io.EOF
	}
	if err := r.fetch(); err != nil {
		r.release()
		r.err = err
	}
	return r.err
}

func (r *rangeReader) fetch() error {
	if r.b.ref.kind == kindInline {
		if int64(len(r.b.inline)) != r.b.size {
			return ErrSealed
		}
		r.block = r.b.inline[r.off:r.end]
		return nil
	}
	if err := r.b.e.enter(); err != nil {
		return err
	}
	defer r.b.e.leave()
	i := r.b.at(r.off)
	if i >= len(r.b.segments) {
		return fmt.Errorf("%w: a manifest shorter than its object", ErrCorrupt)
	}
	s := r.b.segments[i]
	if s.ref.kind == kindInline {
		body, ok, err := r.b.e.inline(s.ref, s.size)
		if err != nil || !ok {
			return errors.Join(fmt.Errorf("%w: a part is missing", ErrCorrupt), err)
		}
		if int64(len(body)) != s.size {
			if body, err = openInline(r.b.key, body); err != nil {
				return err
			}
		}
		r.block = r.clip(body, s.off)
		return nil
	}
	if r.file == nil || r.segment != i {
		if err := r.turnTo(i); err != nil {
			return err
		}
	}
	return r.readBlock(s)
}

// turnTo opens the blob of a segment.
func (r *rangeReader) turnTo(i int) (err error) {
	if r.file != nil {
		r.b.closeBlob(r.file)
		r.file = nil
	}
	s := r.b.segments[i]
	if r.record, err = r.b.recordOf(s.ref); err != nil {
		return err
	}
	if r.record.size != s.size {
		return fmt.Errorf("%w: blob %016x has %d bytes, not %d", ErrCorrupt, s.ref.id, r.record.size, s.size)
	}
	r.segment = i
	if err := r.unseal(); err != nil {
		return err
	}
	r.file, err = r.b.openBlob(s.ref.id)
	return err
}

// recordOf reads what must be in the file of a blob.
func (b *Body) recordOf(blob ref) (*blobRecord, error) {
	if b.staged != nil {
		return b.staged, nil
	}
	value, ok, err := b.e.get(blob.key())
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, fmt.Errorf("%w: blob %016x has no record", ErrCorrupt, blob.id)
	}
	return decodeBlob(value)
}

// unseal makes the cipher of the blob that was turned to.
func (r *rangeReader) unseal() (err error) {
	r.aead = nil
	if r.record.seal == nil {
		return nil
	}
	if r.b.key == nil {
		return ErrSealed
	}
	r.aead, err = cipherOf(r.b.key, r.record.seal.salt[:])
	return err
}

// readBlock reads the block that off is in, and checks all of it.
func (r *rangeReader) readBlock(s segment) error {
	n := (r.off - s.off) / r.record.block
	begin := n * r.record.block
	size := int(min(r.record.block, r.record.size-begin))
	if r.buf == nil {
		r.buf = buffers.Get().(*[]byte)
	}
	if len(*r.buf) < size {
		*r.buf = make([]byte, size, size+tagSize)
	}
	p := (*r.buf)[:size]
	if got, err := r.file.ReadAt(p, begin); got < size {
		if errors.Is(err, io.EOF) {
			return fmt.Errorf("%w: blob %016x ends at %d of %d", ErrCorrupt, s.ref.id, begin+int64(got), r.record.size)
		}
		return fmt.Errorf("read blob %016x: %w", s.ref.id, err)
	}
	if r.b.e.sumOf(p) != r.record.sums[n] {
		return fmt.Errorf("%w: blob %016x at %d", ErrCorrupt, s.ref.id, begin)
	}
	if r.aead != nil {
		if err := r.record.seal.open(r.aead, int(n), p); err != nil {
			return fmt.Errorf("blob %016x at %d: %w", s.ref.id, begin, err)
		}
	}
	r.block = r.clip(p, s.off+begin)
	return nil
}

// clip cuts what lies at start down to the range that is left.
func (r *rangeReader) clip(p []byte, start int64) []byte {
	end := min(int64(len(p)), r.end-start)
	return p[r.off-start : end]
}
