package storage

import (
	"crypto/md5"
	"errors"
	"fmt"
	"hash"
	"sync"
	"syscall"
)

// wholeSize is the largest body that is held whole until it is written, in
// bytes: one write costs less than one for each block, and the memory is that of
// a stream under way.
const wholeSize = 1 << 20

// wholes are buffers for such bodies, with room behind: a reader says only in
// answer to one more read that its body ends.
var wholes = sync.Pool{New: func() any { b := make([]byte, wholeSize+directUnit); return &b }}

// fitsWhole says whether a body is held whole. Encryption needs room behind
// every block.
func (s *Staged) fitsWhole(size int64) bool {
	return s.sealer == nil && size > int64(max(s.e.o.block, s.e.o.Inline)) && size <= wholeSize
}

// whole makes the blob of a body that fits. There is no file before all of the
// body is there.
func (s *Staged) whole(in *intake) error {
	buf := wholes.Get().(*[]byte)
	defer wholes.Put(buf)
	sum := md5.New()
	h := newHashing(append([]hash.Hash{sum}, s.split(in.o.Hashes)...))
	defer h.close()
	body, err := s.gather(in, h, *buf)
	if err != nil {
		return err
	}
	if err := s.create(in.o.Size); err != nil {
		return err
	}
	if err := s.writeWhole(body, h); err != nil {
		return fmt.Errorf("write a blob: %w", s.e.fullness(err))
	}
	h.close()
	sum.Sum(s.MD5[:0])
	s.blob.size = s.Size
	return nil
}

// gather reads the body into buf, while what came before is hashed.
func (s *Staged) gather(in *intake, h *hashing, buf []byte) ([]byte, error) {
	n := 0
	for !in.ended {
		p := buf[n:min(n+s.e.o.block, len(buf))]
		k, err := in.fill(p)
		if err != nil {
			return nil, err
		}
		if k > 0 {
			p = p[:k]
			h.feed(&block{buf: &p, n: k})
			s.account(p)
			n += k
		}
	}
	return buf[:n], nil
}

// writeWhole writes a body past the page cache, where that can be, while it is
// hashed: nobody alters it on its way there. The tail that is no whole unit, and
// all of it where the system does not take it so, goes through the cache.
func (s *Staged) writeWhole(p []byte, h *hashing) error {
	if even := len(p) &^ (directUnit - 1); even > 0 && isEven(p) && setDirect(s.file, true) {
		n, err := s.file.Write(p[:even])
		if off := setDirect(s.file, false); !off && n < len(p) {
			return errors.Join(err, errors.New("the file stays open for direct writes only"))
		}
		if err != nil && !errors.Is(err, syscall.EINVAL) {
			return err
		}
		p = p[n:]
	}
	if len(p) == 0 {
		return nil
	}
	h.close() // a file may alter what it is given to write
	_, err := s.file.Write(p)
	return err
}
