package preview

import (
	"archive/tar"
	"context"
	"errors"
	"io"
)

const (
	tarEntries  = 50       // that are listed
	tarRequests = 16       // that their headers are looked for with, after the first
	tarBytes    = 16 << 10 // of each
)

// isTar: POSIX pax, "ustar Interchange Format": magic at 257.
func isTar(b []byte) bool { return len(b) >= 512 && string(b[257:262]) == "ustar" }

// tarDoc lists the first entries of a tar.
func tarDoc(r io.Reader) *Doc {
	c := &contents{}
	headers := tar.NewReader(r)
	var err error
	for len(c.entries) < tarEntries {
		var h *tar.Header
		if h, err = headers.Next(); err != nil && !errors.Is(err, tar.ErrInsecurePath) {
			break
		}
		if h.Typeflag == tar.TypeXGlobalHeader { // no file: what git archive notes its commit in
			continue
		}
		c.entries = append(c.entries, entry{name: h.Name, size: h.Size, modified: h.ModTime, folder: h.Typeflag == tar.TypeDir, leads: h.Linkname})
	}
	d := &Doc{What: "tar", body: c}
	switch {
	case err == io.EOF:
		d.What += ", " + entriesOf(len(c.entries))
	case len(c.entries) > 0:
		d.note = "the first " + entriesOf(len(c.entries))
	default:
		d.note = "its contents cannot be read"
	}
	return d
}

// ranged reads an object by few requests of its own, however its reader skips.
type ranged struct {
	ctx   context.Context
	fetch Fetch
	size  int64
	at    int64
	buf   []byte // what was read last
	from  int64  // where buf begins
	left  int    // requests
}

var errEnough = errors.New("enough was read")

func (r *ranged) Read(p []byte) (int, error) {
	if r.at >= r.size {
		return 0, io.EOF
	}
	if r.at < r.from || r.at >= r.from+int64(len(r.buf)) {
		if r.left--; r.left < 0 {
			return 0, errEnough
		}
		buf, err := r.fetch(r.ctx, r.at, min(tarBytes, r.size-r.at))
		if err == nil && len(buf) == 0 {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return 0, err
		}
		r.buf, r.from = buf, r.at
	}
	n := copy(p, r.buf[r.at-r.from:])
	r.at += int64(n)
	return n, nil
}

// Seek is what a tar.Reader skips bodies with.
func (r *ranged) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += r.at
	case io.SeekEnd:
		offset += r.size
	}
	if offset < 0 {
		return r.at, errors.New("before the beginning")
	}
	r.at = offset
	return offset, nil
}
