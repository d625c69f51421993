package storage

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// Key is what bodies are encrypted with. The engine never stores one.
type Key [32]byte

// Keeper says whose key a body is encrypted with.
type Keeper string

// The keepers of keys.
const (
	NotEncrypted Keeper = ""
	ByServer     Keeper = "server"
	ByCustomer   Keeper = "customer"
)

// Encryption says how the body of an object is kept. Proof is what the user of
// the engine tells the right key by: it is stored as it is, and secret to nobody.
type Encryption struct {
	Keeper Keeper
	Proof  string
}

// ErrSealed is what reading an encrypted body gives before Unlock.
var ErrSealed = errors.New("storage: the body is encrypted, and its key was not given")

// Every body is encrypted with a key of its own, which HKDF (RFC 5869) derives
// from the key given and a random salt that is kept beside the body. So a nonce
// of AES-GCM, which is the number of the block, is used once for a key, however
// many bodies a key has. The ciphertext is as long as the body; the tags are
// kept with the checksums of the blocks.
const (
	saltSize = 32
	tagSize  = 16
)

// sealing is what is kept beside an encrypted body.
type sealing struct {
	salt [saltSize]byte
	tags [][tagSize]byte // of each block
}

// cipherOf derives the cipher of one body.
func cipherOf(k *Key, salt []byte) (cipher.AEAD, error) {
	key, err := hkdf.Key(sha256.New, k[:], salt, "spaces body", len(k))
	if err != nil {
		return nil, fmt.Errorf("derive the key of a body: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("derive the key of a body: %w", err)
	}
	return cipher.NewGCM(block)
}

func nonceOf(block int) []byte {
	return binary.BigEndian.AppendUint64(make([]byte, 4, 12), uint64(block))
}

// sealer encrypts a body block by block.
type sealer struct {
	sealing
	aead cipher.AEAD
	key  *Key
}

func (e *Engine) newSealer(k *Key) (*sealer, error) {
	if k == nil {
		return nil, nil
	}
	s := &sealer{key: k}
	if _, err := io.ReadFull(e.o.Rand, s.salt[:]); err != nil {
		return nil, fmt.Errorf("make a salt: %w", err)
	}
	var err error
	s.aead, err = cipherOf(k, s.salt[:])
	return s, err
}

// seal encrypts the next block in place, and needs room for a tag behind it.
func (s *sealer) seal(p []byte) []byte {
	out := s.aead.Seal(p[:0], nonceOf(len(s.tags)), p, nil)
	s.tags = append(s.tags, [tagSize]byte(out[len(p):]))
	return out[:len(p)]
}

// disguise makes an ETag of an MD5 that tells nobody without the key what the
// body is (S3: with a key of the customer's the ETag is no MD5).
func (s *sealer) disguise(sum [16]byte) (tag [16]byte) {
	mac := hmac.New(sha256.New, s.key[:])
	mac.Write(s.salt[:])
	mac.Write(sum[:])
	copy(tag[:], mac.Sum(nil))
	return tag
}

// open decrypts a block in place; p has room for a tag behind it.
func (s *sealing) open(aead cipher.AEAD, block int, p []byte) error {
	if block >= len(s.tags) {
		return errRecord
	}
	if _, err := aead.Open(p[:0], nonceOf(block), append(p, s.tags[block][:]...), nil); err != nil {
		return fmt.Errorf("%w: an encrypted block does not belong to its key", ErrCorrupt)
	}
	return nil
}

func (s *sealing) append(b []byte) []byte {
	b = append(b, s.salt[:]...)
	for _, t := range s.tags {
		b = append(b, t[:]...)
	}
	return b
}

// sealing reads what append wrote, for a number of blocks.
func (r *reader) sealing(blocks int) *sealing {
	s := &sealing{tags: make([][tagSize]byte, blocks)}
	copy(s.salt[:], r.take(saltSize))
	for i := range s.tags {
		copy(s.tags[i][:], r.take(tagSize))
	}
	return s
}

// inlineSeal is by how many bytes an inline body grows by being encrypted.
const inlineSeal = saltSize + tagSize

// openInline decrypts an inline body: salt, ciphertext and tag.
func openInline(k *Key, stored []byte) ([]byte, error) {
	if k == nil {
		return nil, ErrSealed
	}
	aead, err := cipherOf(k, stored[:saltSize])
	if err != nil {
		return nil, err
	}
	body, err := aead.Open(nil, nonceOf(0), stored[saltSize:], nil)
	if err != nil {
		return nil, fmt.Errorf("%w: an encrypted body does not belong to its key", ErrCorrupt)
	}
	return body, nil
}
