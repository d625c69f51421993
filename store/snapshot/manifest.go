package snapshot

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
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

// Version of the format of manifests.
const manifestVersion = 1

// about is the first line of a manifest, total the last. Between them each file has one. A manifest without its last
// line is not whole.
type about struct {
	Version int       `json:"version"`
	Store   string    `json:"store"`
	At      time.Time `json:"at"` // the moment that it holds, or a little before
	Host    string    `json:"host,omitempty"`
}

type total struct {
	Files *int64 `json:"files"`
	Bytes int64  `json:"bytes"`
}

// Manifest is what a snapshot consists of.
type Manifest struct {
	Snapshot string // its name
	At       time.Time
	Host     string
	Files    []File // by name
	Bytes    int64
}

// write packs a manifest: JSON, a value a line, in gzip. It is streamed, for a store with millions of files.
func (m *Manifest) write(w io.Writer, store string) error {
	packed := gzip.NewWriter(w)
	buffered := bufio.NewWriterSize(packed, 64<<10)
	lines := json.NewEncoder(buffered)
	err := lines.Encode(about{manifestVersion, store, m.At, m.Host})
	for i := 0; i < len(m.Files) && err == nil; i++ {
		err = lines.Encode(&m.Files[i])
	}
	if err == nil {
		n := int64(len(m.Files))
		err = lines.Encode(total{&n, m.Bytes})
	}
	return errors.Join(err, buffered.Flush(), packed.Close())
}

// pack is what is sent of a manifest.
func (m *Manifest) pack(store string, k *Key) ([]byte, error) {
	var out bytes.Buffer
	w, err := k.sealing(&out)
	if err == nil {
		err = m.write(w, store)
	}
	if err == nil {
		err = w.Close()
	}
	return out.Bytes(), err
}

// unpack is the inverse of pack. What is not whole, or of another store, is an error.
func unpack(r io.Reader, store string, k *Key) (*Manifest, error) {
	plain, err := k.opening(r)
	if err != nil {
		return nil, err
	}
	packed, err := gzip.NewReader(plain)
	if err != nil {
		return nil, err
	}
	lines := json.NewDecoder(packed)
	var a about
	switch err := lines.Decode(&a); {
	case err != nil:
		return nil, err
	case a.Version > manifestVersion:
		return nil, fmt.Errorf("it was written by a newer version of this program (format %d, this one knows %d)", a.Version, manifestVersion)
	case a.Store != store:
		return nil, fmt.Errorf("it is of another store, %q", a.Store)
	}
	m := &Manifest{At: a.At, Host: a.Host}
	for {
		var line struct {
			File
			Files *int64 `json:"files"`
			Bytes int64  `json:"bytes"`
		}
		if err := lines.Decode(&line); err != nil {
			if err == io.EOF {
				err = io.ErrUnexpectedEOF
			}
			return nil, err
		}
		if line.Files != nil {
			if *line.Files != int64(len(m.Files)) || line.Bytes != m.Bytes {
				return nil, fmt.Errorf("it has %d files of %d bytes and says %d of %d", len(m.Files), m.Bytes, *line.Files, line.Bytes)
			}
			_, err := io.Copy(io.Discard, packed) // to its checksum
			return m, err
		}
		if err := line.valid(); err != nil {
			return nil, err
		}
		m.Files = append(m.Files, line.File)
		m.Bytes += line.Size
	}
}
