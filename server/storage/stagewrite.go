package storage

import (
	"crypto/md5"
	"fmt"
	"hash"
)

// syncEvery is after how many bytes of a blob the system is told to begin
// writing them, so that the sync at the end has little left to do.
const syncEvery = 8 << 20

// write makes the blob. It takes over buf, whose first n bytes are the body's.
func (s *Staged) write(in *intake, buf *[]byte, n int) error {
	err := s.create(in.o.Size)
	if err != nil {
		buffers.Put(buf)
		return err
	}
	sum := md5.New()
	all := append([]hash.Hash{sum}, s.split(in.o.Hashes)...)
	if in.ended {
		for _, h := range all {
			h.Write((*buf)[:n])
		}
		err = s.block((*buf)[:n])
		buffers.Put(buf)
	} else {
		err = s.stream(in, newHashing(all), &block{buf: buf, n: n})
	}
	s.blob.size = s.Size
	sum.Sum(s.MD5[:0])
	return err
}

// create makes the file of the blob, with room for the size declared.
func (s *Staged) create(size int64) (err error) {
	s.id, s.file, err = s.e.createBlob()
	if err != nil {
		return err
	}
	s.blob.block = int64(s.e.o.block)
	if err := s.file.Preallocate(0, size); size > 0 && err != nil && isFull(err) {
		return fmt.Errorf("lay out a blob: %w", s.e.fullness(err))
	}
	return nil
}

// split gives the hashes that are worth a goroutine of their own, and keeps those
// that are not: the CRCs and their like take less time than waking one up.
func (s *Staged) split(all []hash.Hash) (slow []hash.Hash) {
	for _, h := range all {
		switch h.(type) {
		case hash.Hash32, hash.Hash64:
			s.quick = append(s.quick, h)
		default:
			slow = append(slow, h)
		}
	}
	return slow
}

// stream reads block after block, hashes them beside, and writes those that
// are hashed.
func (s *Staged) stream(in *intake, h *hashing, b *block) (err error) {
	var queue []*block
	defer func() {
		h.close()
		for _, b := range queue {
			b.release()
		}
	}()
	for b.n > 0 || len(queue) > 0 {
		if b.n > 0 {
			h.feed(b)
			queue = append(queue, b)
		}
		if len(queue) > lag || b.n == 0 {
			if err := s.oldest(&queue); err != nil {
				return err
			}
		}
		if b.n == 0 {
			continue
		}
		b = &block{buf: buffers.Get().(*[]byte)}
		if b.n, err = in.fill((*b.buf)[:s.e.o.block]); err != nil || b.n == 0 {
			b.release()
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// oldest writes the block at the head of the queue when it is hashed.
func (s *Staged) oldest(queue *[]*block) error {
	b := (*queue)[0]
	*queue = (*queue)[1:]
	b.hashed.Wait()
	err := s.block(b.bytes())
	b.release()
	if err != nil {
		return err
	}
	if s.Size-s.told < syncEvery {
		return nil
	}
	s.told = s.Size
	if _, err := s.file.SyncTo(s.Size); err != nil {
		return s.failedSync(err)
	}
	return s.e.room.look()
}

// account hashes one block quickly, and encrypts it in place: what it gives is
// to be written.
func (s *Staged) account(p []byte) []byte {
	for _, h := range s.quick {
		h.Write(p)
	}
	if s.sealer != nil {
		p = s.sealer.seal(p)
	}
	s.blob.sums = append(s.blob.sums, s.e.sumOf(p))
	s.Size += int64(len(p))
	return p
}

// block writes one block.
func (s *Staged) block(p []byte) error {
	if len(p) == 0 {
		return nil
	}
	p = s.account(p)
	if _, err := s.file.Write(p); err != nil {
		return fmt.Errorf("write a blob: %w", s.e.fullness(err))
	}
	return nil
}

// failedSync tells a full disk, where only this blob is lost, from a disk that
// cannot be trusted.
func (s *Staged) failedSync(err error) error {
	if isFull(err) {
		return fmt.Errorf("sync a blob: %w", s.e.fullness(err))
	}
	return s.e.fail(fmt.Errorf("sync a blob: %w", err))
}
