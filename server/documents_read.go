package server

import (
	"io"
	"strings"

	"spaces/server/s3xml"
)

// readTree reads a document that becomes c.document, and from there a tree.
// Memory is claimed for it when it is here: one who is slow to send holds its
// text and no more.
func (c *call) readTree(body io.Reader) error {
	var text strings.Builder
	if size := c.stream.Size(); size > 0 {
		text.Grow(int(min(size, c.op.limit)))
	}
	n, err := io.Copy(&text, body)
	if err != nil {
		return err
	}
	c.document = text.String()
	return c.seat.hold(c.ctx, n*treeCost)
}

// readItems reads a document that is a list and gives each item to the row. Of
// one that goes on beyond what is looked at, the memory is claimed as a whole.
func (c *call) readItems(body io.Reader) error {
	size := c.stream.Size()
	if size < 0 {
		size = c.op.limit
	}
	size *= listCost
	if c.op.byKey {
		size *= 2 // the answer tells of each key
	}
	return s3xml.ReadList(&claimingReader{r: body, free: s3xml.Window, claim: func() error { return c.seat.hold(c.ctx, size) }}, c.op.root,
		func(e *s3xml.Element) bool { return c.op.item(c, e) })
}

// countingReader counts what was read.
type countingReader struct {
	r io.Reader
	n int64
}

func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

// claimingReader claims memory before it reads on beyond what is free.
type claimingReader struct {
	r     io.Reader
	free  int
	claim func() error
}

func (c *claimingReader) Read(p []byte) (int, error) {
	if c.free <= 0 && c.claim != nil {
		if err := c.claim(); err != nil {
			return 0, err
		}
		c.claim = nil
	}
	n, err := c.r.Read(p)
	c.free -= n
	return n, err
}
