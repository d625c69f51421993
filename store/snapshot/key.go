package snapshot

import (
	"bytes"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"strings"

	"filippo.io/age"
)

// Key encrypts what is sent, as age does (age-encryption.org/v1): each object can be read with age and the key file
// alone. The nil Key leaves everything as it is.
type Key struct {
	identity *age.X25519Identity
	names    []byte
	proofs   []byte
	header   int64 // bytes before the chunks: a header and a nonce, the same for all
}

// NewKey makes a key at random.
func NewKey() (*Key, error) {
	identity, err := age.GenerateX25519Identity()
	if err != nil {
		return nil, err
	}
	return keyOf(identity)
}

// ParseKey reads a file as age-keygen and NewKey write it: one secret key on a line, and comments.
func ParseKey(text []byte) (*Key, error) {
	var found string
	for line := range strings.Lines(string(text)) {
		switch line = strings.TrimSpace(line); {
		case line == "" || strings.HasPrefix(line, "#"):
		case found != "":
			return nil, errors.New("there is more than one key in it")
		default:
			found = line
		}
	}
	identity, err := age.ParseX25519Identity(found)
	if err != nil { // which must not be told: it may quote the secret
		return nil, errors.New("there is no key in it: a line that begins with AGE-SECRET-KEY-1")
	}
	return keyOf(identity)
}

func keyOf(identity *age.X25519Identity) (*Key, error) {
	names, err := hkdf.Key(sha256.New, []byte(identity.String()), nil, "spaces backup: names of contents", sha256.Size)
	if err != nil {
		return nil, err
	}
	proofs, err := hkdf.Key(sha256.New, []byte(identity.String()), nil, "spaces backup: proofs of manifests", sha256.Size)
	k := &Key{identity: identity, names: names, proofs: proofs}
	if err == nil {
		var none []byte
		none, err = k.seal(nil, new(bytes.Buffer))
		k.header = int64(len(none)) - chunkMore
	}
	return k, err
}

// File is what ParseKey reads.
func (k *Key) File() string {
	return "# The key that backups are encrypted with. Without it they cannot be restored: keep a copy where this machine is not.\n" +
		"# public key: " + k.recipient() + "\n" + k.identity.String() + "\n"
}

// recipient tells one key from another, and nothing else.
func (k *Key) recipient() string {
	if k == nil {
		return ""
	}
	return k.identity.Recipient().String()
}

// name is that of the object that has a content. Where it is encrypted nobody can tell from it whether a content that
// they know is there.
func (k *Key) name(s Sum) string {
	if k == nil {
		return hex.EncodeToString(s[:])
	}
	h := hmac.New(sha256.New, k.names)
	h.Write(s[:])
	return hex.EncodeToString(h.Sum(nil))
}

// proof begins what shows who wrote a manifest, and under which name. Encryption does not: everybody can encrypt to the
// public half of a key, which whoever keeps the backups knows. nil: there is none without a key.
func (k *Key) proof(name string) hash.Hash {
	if k == nil {
		return nil
	}
	h := hmac.New(sha256.New, k.proofs)
	fmt.Fprintf(h, "%q\n", name)
	return h
}

// A content is encrypted in chunks, each of which gets so much larger; an empty one has a chunk as well (C2SP age.md,
// "Payload").
const (
	chunkSize = 64 << 10
	chunkMore = 16
)

// stored is how large the object of a content of n bytes is.
func (k *Key) stored(n int64) int64 {
	if k == nil {
		return n
	}
	return k.header + n + chunkMore*max((n+chunkSize-1)/chunkSize, 1)
}

// sealing writes to w what is to be sent. Close ends it, and leaves w open.
func (k *Key) sealing(w io.Writer) (io.WriteCloser, error) {
	if k == nil {
		return plainly{w}, nil
	}
	return age.Encrypt(w, k.identity.Recipient())
}

type plainly struct{ io.Writer }

func (plainly) Close() error { return nil }

// seal gives what is to be sent of a content: where there is no key the content itself, else what it has in into.
func (k *Key) seal(content []byte, into *bytes.Buffer) ([]byte, error) {
	if k == nil {
		return content, nil
	}
	into.Reset()
	into.Grow(int(k.stored(int64(len(content)))))
	w, err := k.sealing(into)
	if err == nil {
		_, err = w.Write(content)
	}
	if err == nil {
		err = w.Close()
	}
	return into.Bytes(), err
}

// opening reads what sealing wrote. What was changed since is an error.
func (k *Key) opening(r io.Reader) (io.Reader, error) {
	if k == nil {
		return r, nil
	}
	plain, err := age.Decrypt(r, k.identity)
	if err != nil {
		return nil, fmt.Errorf("decrypt: %w", err)
	}
	return plain, nil
}
