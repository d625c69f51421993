package sigv4

import (
	"bytes"
	"errors"
	"io"
)

var errMissingCRLF = errors.New("a CRLF is missing")

// crlf reads a line end.
func (d *chunkDecoder) crlf() error {
	for d.w-d.r < len(crlf) {
		if err := d.fill(); err != nil {
			return err
		}
	}
	if !bytes.Equal(d.buf[d.r:d.r+len(crlf)], crlf) {
		return errChunk(errMissingCRLF)
	}
	d.r += len(crlf)
	return nil
}

// line gives the next line with its line end; it is good until the next read.
func (d *chunkDecoder) line(max int) ([]byte, error) {
	for seen := 0; ; {
		if i := bytes.IndexByte(d.buf[d.r+seen:d.w], '\n'); i >= 0 && seen+i < max {
			line := d.buf[d.r : d.r+seen+i+1]
			d.r += len(line)
			return line, nil
		}
		if seen = d.w - d.r; seen >= max {
			return nil, errChunk(errors.New("a line is too long"))
		}
		if err := d.fill(); err != nil {
			return nil, err
		}
	}
}

// fill reads at least one more byte into the buffer.
func (d *chunkDecoder) fill() error {
	if err := d.more(); err != nil {
		return incomplete(err)
	}
	return nil
}

// more is fill with the source's own error.
func (d *chunkDecoder) more() error {
	if d.r > 0 {
		d.w = copy(d.buf, d.buf[d.r:d.w])
		d.r = 0
	}
	for range 100 { // as bufio: a source that gives nothing is broken
		n, err := d.src.Read(d.buf[d.w:])
		d.w += n
		if n > 0 {
			return nil // an error comes again
		}
		if err != nil {
			return err
		}
	}
	return io.ErrNoProgress
}

// incomplete is of a body that ended before its last chunk did.
func incomplete(err error) *Error {
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return errChunk(err)
}
