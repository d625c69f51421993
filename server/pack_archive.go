package server

import (
	"archive/tar"
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"io"

	"github.com/klauspost/compress/s2"
	"github.com/klauspost/compress/zstd"
)

// Limits of archives. One that is compressed may become unpackRatio times as large,
// and unpackFree bytes whatever it is; sparse files count with their holes. So what a
// client can have stored grows with what it sends. maxPut bounds it as well.
const (
	unpackRatio  = 100
	unpackFree   = 64 << 20
	unpackWindow = 8 << 20  // of zstd (RFC 8878, 3.1.1.1.2, asks for as much), in bytes
	unpackBlock  = 4 << 20  // of S2, its largest
	unpackMemory = 16 << 20 // what a decompressor takes of memory, about, in bytes
)

// member is a file or directory of an archive that is stored. body is valid until
// the next; held is it in memory, where the archive is.
type member struct {
	*tar.Header
	body io.Reader
	held []byte
}

// each gives the members to visit in their order. An error of visit ends it and is
// returned as it is; what is no archive, or not all of one, is a BadRequest.
func (p *pack) each(body io.Reader, size int64, visit func(*member) error) error {
	in := &noting{r: body}
	limit := min(maxPut, unpackFree+unpackRatio*size)
	r, closed, err := decompress(bufio.NewReaderSize(in, 64<<10))
	if err == nil {
		defer closed()
		err = p.members(&bounded{r: r, left: limit}, limit, visit)
	}
	return unreadable(err, in.err)
}

// unreadable is what is said of an archive whose reading ended with err, the disk's is
// disk.
func unreadable(err, disk error) error {
	var known *Error
	var told *visited
	switch {
	case errors.As(err, &told):
		return told.error
	case err == nil, errors.As(err, &known):
		return err
	case disk != nil: // and not the client
		return disk
	}
	return refusef("BadRequest", "The archive cannot be read: %v", err).because(err)
}

// members is each of what was decompressed.
func (p *pack) members(r io.Reader, left int64, visit func(*member) error) error {
	t := tar.NewReader(r)
	for {
		h, err := t.Next()
		switch {
		case err == io.EOF:
			_, err = io.Copy(io.Discard, r) // a checksum may come at the end
			return err
		case err != nil && !(errors.Is(err, tar.ErrInsecurePath) && h != nil): // names are no paths here
			return err
		case h.Typeflag == tar.TypeXGlobalHeader:
			continue
		}
		if left -= h.Size; left < 0 {
			return errUnpacked()
		}
		if err := visit(&member{Header: h, body: t}); err != nil {
			return &visited{err}
		}
	}
}

// visited is an error of who was told of a member.
type visited struct{ error }

func (e *visited) Unwrap() error { return e.error }

func errUnpacked() *Error {
	return refusef("EntityTooLarge", "What is in the archive is too large for what was sent.")
}

// bounded ends a stream that goes on for longer than it may.
type bounded struct {
	r    io.Reader
	left int64
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return 0, errUnpacked()
	}
	return n, err
}

// noting remembers why a stream could not be read.
type noting struct {
	r   io.Reader
	err error
}

func (n *noting) Read(p []byte) (int, error) {
	k, err := n.r.Read(p)
	if err != nil && err != io.EOF {
		n.err = err
	}
	return k, err
}

// What compressed streams begin with; S2's is that of Snappy as well.
var gzipMagic, zstdMagic, s2Magic = []byte{0x1f, 0x8b}, []byte{0x28, 0xb5, 0x2f, 0xfd}, []byte{0xff, 0x06, 0x00, 0x00}

func isCompressed(head []byte) bool {
	return bytes.HasPrefix(head, gzipMagic) || bytes.Equal(head, zstdMagic) || bytes.Equal(head, s2Magic)
}

// decompress knows a compressed stream by its beginning. closed must be called.
func decompress(r *bufio.Reader) (_ io.Reader, closed func(), err error) {
	none := func() {}
	head, _ := r.Peek(4) // there may be fewer
	switch {
	case bytes.HasPrefix(head, gzipMagic):
		z, err := gzip.NewReader(r)
		return z, none, err
	case bytes.Equal(head, zstdMagic):
		z, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(unpackWindow))
		if err != nil {
			return nil, none, err
		}
		return z, z.Close, nil
	case bytes.Equal(head, s2Magic):
		return s2.NewReader(r, s2.ReaderMaxBlockSize(unpackBlock), s2.ReaderAllocBlock(64<<10)), none, nil
	}
	return r, none, nil
}
