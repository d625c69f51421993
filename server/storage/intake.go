package storage

import (
	"context"
	"errors"
	"fmt"
	"io"
)

// intake reads a body and enforces what was said of it.
type intake struct {
	ctx   context.Context
	r     io.Reader
	o     StageOptions
	read  int64
	ended bool
}

// fill reads until p is full or the body ends. It looks past a declared end,
// since a reader may have something to say there.
func (in *intake) fill(p []byte) (n int, err error) {
	for n < len(p) && !in.ended {
		if err := in.ctx.Err(); err != nil && (in.o.Size < 0 || in.read < in.o.Size) { // what is whole may be kept
			return n, err
		}
		k, err := in.r.Read(p[n:])
		n += k
		in.read += int64(k)
		switch {
		case in.o.Max > 0 && in.read > in.o.Max:
			return n, fmt.Errorf("%w: more than %d bytes", ErrTooLarge, in.o.Max)
		case in.o.Size >= 0 && in.read > in.o.Size:
			return n, fmt.Errorf("%w: more than the %d bytes declared", ErrTooLarge, in.o.Size)
		case errors.Is(err, io.EOF):
			in.ended = true
		case err != nil:
			return n, err
		}
	}
	if in.ended && in.read < in.o.Size {
		return n, fmt.Errorf("%w: %d bytes of %d", ErrShort, in.read, in.o.Size)
	}
	return n, nil
}
