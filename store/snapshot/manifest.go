package snapshot

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"strconv"
	"strings"
	"time"
)

// Sum is a SHA-256.
type Sum [sha256.Size]byte

// MarshalText writes it in hexadecimal digits.
func (s Sum) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, s[:]), nil }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (s *Sum) UnmarshalText(text []byte) error {
	if len(text) != hex.EncodedLen(len(s)) {
		return errors.New("no SHA-256")
	}
	_, err := hex.Decode(s[:], text)
	return err
}

// Mode is permissions, which are written in octal digits.
type Mode fs.FileMode

// MarshalText writes them as chmod takes them.
func (m Mode) MarshalText() ([]byte, error) { return fmt.Appendf(nil, "%04o", uint32(m)), nil }

// UnmarshalText reads what MarshalText writes.
func (m *Mode) UnmarshalText(text []byte) error {
	n, err := strconv.ParseUint(string(text), 8, 9)
	*m = Mode(n)
	return err
}

// File is a file of a snapshot, or a directory: its name ends in a slash then.
type File struct {
	Name    string `json:"name"` // slashes between its parts
	Size    int64  `json:"size"`
	Mode    Mode   `json:"mode"`  // permissions
	Changed int64  `json:"mtime"` // nanoseconds since 1970
	Sum     Sum    `json:"sha256"`
	Pieces  []Sum  `json:"pieces,omitempty"` // of a file that is larger than one: of each PieceSize bytes
}

// PieceSize is how much of a file is one object. An upload that is cut is gone on with after the last one of these, no
// upload in parts is ever left open at the endpoint, and each is in memory once while it is encrypted and sent.
const PieceSize = 8 << 20

// pieces are the contents that make the file.
func (f *File) pieces() []Sum {
	switch {
	case f.Size == 0:
		return nil
	case len(f.Pieces) > 0:
		return f.Pieces
	}
	return []Sum{f.Sum}
}

// piece is where the n-th piece begins, and how large it is.
func (f *File) piece(n int) (off, size int64) {
	off = int64(n) * PieceSize
	return off, min(PieceSize, f.Size-off)
}

func (f *File) isDir() bool { return strings.HasSuffix(f.Name, "/") }

// valid refuses what nobody has written here: a name that leads elsewhere, pieces that do not make the size.
func (f *File) valid() error {
	name := strings.TrimSuffix(f.Name, "/")
	if !fs.ValidPath(name) || name == "." || strings.Contains(name, `\`) || f.Size < 0 || f.isDir() && f.Size > 0 {
		return fmt.Errorf("it has a file %q of %d bytes", f.Name, f.Size)
	}
	if n := int64(len(f.pieces())); n != (f.Size+PieceSize-1)/PieceSize {
		return fmt.Errorf("the file %q has %d bytes in %d pieces", f.Name, f.Size, n)
	}
	return nil
}

// Version of the format of manifests. Those before provenVersion say nothing of who wrote them.
const (
	manifestVersion = 2
	provenVersion   = 2
)

// about is the first line of a manifest, total the last. Between them each file has one. A manifest without its last
// line is not whole.
type about struct {
	Version int       `json:"version"`
	Store   string    `json:"store"`
	At      time.Time `json:"at"` // the moment that it holds, or a little before
	Host    string    `json:"host,omitempty"`
	Name    string    `json:"name,omitempty"` // under which it was written; "": by a version that did not say
}

type total struct {
	Files *int64 `json:"files"`
	Bytes int64  `json:"bytes"`
	Proof []byte `json:"proof,omitempty"` // see Key.proof: of the lines before, where there is a key
}

// Manifest is what a snapshot consists of.
type Manifest struct {
	Snapshot string // its name
	At       time.Time
	Host     string
	Files    []File // by name
	Bytes    int64
	Unproven bool // it is encrypted, and of a version that did not prove who wrote it: anybody may have
}

// ErrForged says that a manifest was not written, under its name, by somebody who has the key.
var ErrForged = errors.New("it was not written here by anybody who has the key")

// errUnproven is what is said of a manifest that is Unproven.
var errUnproven = errors.New("was written by a version of this program that did not prove who wrote it: whoever keeps the backups could have")

// write packs a manifest: JSON, a value a line, in gzip. It is streamed, for a store with millions of files.
func (m *Manifest) write(w io.Writer, store, name string, proof hash.Hash) error {
	packed := gzip.NewWriter(w)
	buffered := bufio.NewWriterSize(packed, 64<<10)
	lines := json.NewEncoder(buffered)
	proven := lines
	if proof != nil {
		proven = json.NewEncoder(io.MultiWriter(proof, buffered))
	}
	err := proven.Encode(about{manifestVersion, store, m.At, m.Host, name})
	for i := 0; i < len(m.Files) && err == nil; i++ {
		err = proven.Encode(&m.Files[i])
	}
	if err == nil {
		n := int64(len(m.Files))
		last := total{Files: &n, Bytes: m.Bytes}
		if proof != nil {
			last.Proof = proof.Sum(nil)
		}
		err = lines.Encode(last)
	}
	return errors.Join(err, buffered.Flush(), packed.Close())
}

// pack is what is sent of a manifest, under this name and no other.
func (m *Manifest) pack(store, name string, k *Key) ([]byte, error) {
	var out bytes.Buffer
	w, err := k.sealing(&out)
	if err == nil {
		err = m.write(w, store, name, k.proof(name))
	}
	if err == nil {
		err = w.Close()
	}
	return out.Bytes(), err
}

// unpack is the inverse of pack. What is not whole, of another store, or not written by who has the key, is an error.
func unpack(r io.Reader, store, name string, k *Key) (*Manifest, error) {
	plain, err := k.opening(r)
	if err != nil {
		return nil, err
	}
	packed, err := gzip.NewReader(plain)
	if err != nil {
		return nil, err
	}
	lines := bufio.NewReaderSize(packed, 64<<10)
	first, err := lines.ReadBytes('\n')
	if err != nil {
		return nil, cutOff(err)
	}
	var a about
	switch err := json.Unmarshal(first, &a); {
	case err != nil:
		return nil, err
	case a.Version > manifestVersion:
		return nil, fmt.Errorf("it was written by a newer version of this program (format %d, this one knows %d)", a.Version, manifestVersion)
	case a.Store != store:
		return nil, fmt.Errorf("it is of another store, %q", a.Store)
	case k == nil && a.Name != "" && a.Name != name: // else the proof tells
		return nil, fmt.Errorf("%w: it was written as %q", ErrDamaged, a.Name)
	}
	m := &Manifest{At: a.At, Host: a.Host, Unproven: k != nil && a.Version < provenVersion}
	proof := k.proof(name)
	if proof == nil || m.Unproven {
		proof = nil
	} else {
		proof.Write(first)
	}
	if err := m.readFiles(lines, proof); err != nil {
		return nil, err
	}
	_, err = io.Copy(io.Discard, lines) // to its checksum
	return m, err
}

// readFiles reads the lines after the first; proof nil: there is none to be had.
func (m *Manifest) readFiles(lines *bufio.Reader, proof hash.Hash) error {
	for {
		text, err := lines.ReadBytes('\n')
		if err != nil {
			return cutOff(err)
		}
		var line struct {
			File
			total
		}
		if err := json.Unmarshal(text, &line); err != nil {
			return err
		}
		if line.Files != nil {
			switch {
			case *line.Files != int64(len(m.Files)) || line.Bytes != m.Bytes:
				return fmt.Errorf("it has %d files of %d bytes and says %d of %d", len(m.Files), m.Bytes, *line.Files, line.Bytes)
			case proof != nil && !hmac.Equal(proof.Sum(nil), line.Proof):
				return ErrForged
			}
			return nil
		}
		if proof != nil {
			proof.Write(text)
		}
		if err := line.valid(); err != nil {
			return err
		}
		m.Files = append(m.Files, line.File)
		m.Bytes += line.Size
	}
}

// cutOff is the error of a manifest that ends too soon.
func cutOff(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
