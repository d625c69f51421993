// Package archive writes archives of objects, as streams: what their members are called, how zip and tar keep them, and
// that memory stays bounded however many there are. It knows no requests and no storage.
package archive

import (
	"archive/tar"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

// Member is an object as it is put into an archive.
type Member struct {
	Name     string // from Name or Folder
	Size     int64  // bytes
	Modified time.Time
	Sum      uint32 // CRC-32 of the body, where Summed
	Summed   bool
}

// Writer writes one archive. After an error, and without Close, what was written is no whole archive, and must not be
// handed over as one.
type Writer interface {
	// Add writes a member of exactly m.Size bytes of body; a name that ends in a slash is a folder, and has none.
	// io.ErrUnexpectedEOF is that the body was shorter.
	Add(m Member, body io.Reader) error
	// Close writes the end. It does not close what is written to.
	Close() error
}

// Errors of writing.
var (
	ErrSum  = errors.New("the body is not that of its CRC-32")
	ErrMany = errors.New("a zip of that many members takes more memory than it may")
)

// Kind is a kind of archive.
type Kind struct {
	Name string // and the extension
	Type string // Content-Type
	New  func(io.Writer) Writer
}

// Kinds are those that can be written. Nothing is compressed: much of what is stored is already, and a stream of small
// cost for the server is what is wanted.
var Kinds = []Kind{
	{"zip", "application/zip", newZip},
	{"tar", "application/x-tar", newTar},
}

// Modes of what is unpacked: those of files that somebody makes, as a umask leaves them.
const (
	fileMode   = 0o644
	folderMode = 0o755
)

type tarWriter struct{ *tar.Writer }

func newTar(w io.Writer) Writer { return tarWriter{tar.NewWriter(w)} }

func (t tarWriter) Add(m Member, body io.Reader) error {
	h := &tar.Header{Name: m.Name, Size: m.Size, Mode: fileMode, ModTime: m.Modified, Typeflag: tar.TypeReg}
	if strings.HasSuffix(m.Name, "/") {
		h.Mode, h.Typeflag = folderMode, tar.TypeDir
	}
	if err := t.WriteHeader(h); err != nil {
		return fmt.Errorf("tar of %q: %w", m.Name, err)
	}
	return fill(t, m.Size, body)
}

// fill copies all of a body, which knows its own size.
func fill(w io.Writer, size int64, body io.Reader) error {
	if size == 0 {
		return nil
	}
	n, err := io.Copy(w, body)
	if err == nil && n != size {
		err = io.ErrUnexpectedEOF
	}
	return err
}
