package sftpd

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"os"
	"sync"
)

// largest is what one object may hold here, in bytes: it has at most 10,000 parts (Amazon S3 User Guide, "Multipart upload limits").
const largest = 10_000 * largePart

// mostHole is how many bytes of a file may be zeros that nobody sent: a few bytes at a far offset would fill the disk of the
// server else, also from those who may store nothing.
const mostHole = 64 << 20

var (
	errTooLarge = errors.New("no object can be that large")
	errHole     = errors.New("more than 64 MiB of the file would be a hole; send what is in it from the start")
)

// spool is a file without a name for what is not whole yet. What is on the disk of it is encrypted with a key that is nowhere
// but in memory: the store may encrypt what it keeps, and must not be betrayed by what it was written from. Where the same
// bytes are written twice they meet the same key stream, which tells at most how the two differ.
type spool struct {
	file  *os.File
	block cipher.Block

	mu    sync.Mutex // of what changes the size
	size  int64
	zeros int64 // that were written for holes
}

func newSpool(dir string) (*spool, error) {
	key := make([]byte, 32)
	_, _ = rand.Read(key) // it never fails
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	f, err := os.CreateTemp(dir, "writing-*")
	if err != nil {
		return nil, err
	}
	_ = os.Remove(f.Name()) // nothing stays when the program dies; where this fails, Close removes it
	return &spool{file: f, block: block}, nil
}

// crypt encrypts or decrypts what is at off: AES in counter mode, where off says what the counter is.
func (s *spool) crypt(p []byte, off int64) {
	var counter [aes.BlockSize]byte
	binary.BigEndian.PutUint64(counter[8:], uint64(off/aes.BlockSize))
	stream := cipher.NewCTR(s.block, counter[:])
	var before [aes.BlockSize]byte
	skip := before[:off%aes.BlockSize]
	stream.XORKeyStream(skip, skip)
	stream.XORKeyStream(p, p)
}

// Size is how long it is, in bytes.
func (s *spool) Size() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.size
}

// ReadAt implements io.ReaderAt.
func (s *spool) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 {
		return 0, errOffset
	}
	n, err := s.file.ReadAt(p, off)
	s.crypt(p[:n], off)
	return n, err
}

// WriteAt implements io.WriterAt.
func (s *spool) WriteAt(p []byte, off int64) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if off < 0 || off > largest-int64(len(p)) {
		return 0, errTooLarge
	}
	if err := s.lengthen(off); err != nil {
		return 0, err
	}
	return s.put(p, off)
}

// put writes what begins where something is already, or right behind it.
func (s *spool) put(p []byte, off int64) (int, error) {
	sealed := append([]byte(nil), p...) // who writes keeps his own
	s.crypt(sealed, off)
	n, err := s.file.WriteAt(sealed, off)
	s.size = max(s.size, off+int64(n))
	return n, err
}

// lengthen fills it with zeros: a hole in the file would be read as anything.
func (s *spool) lengthen(to int64) error {
	if s.zeros+max(0, to-s.size) > mostHole {
		return errHole
	}
	var zeros [64 << 10]byte
	for s.size < to {
		n, err := s.put(zeros[:min(int64(len(zeros)), to-s.size)], s.size)
		if s.zeros += int64(n); err != nil {
			return err
		}
	}
	return nil
}

// Truncate cuts or lengthens it.
func (s *spool) Truncate(size int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if size < 0 || size > largest {
		return errTooLarge
	}
	if size >= s.size {
		return s.lengthen(size)
	}
	if err := s.file.Truncate(size); err != nil {
		return err
	}
	s.size = size
	return nil
}

// Close gives its room back.
func (s *spool) Close() error {
	err := s.file.Close()
	_ = os.Remove(s.file.Name())
	return err
}
