package server

import (
	"archive/tar"
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"

	"spaces/server/storage"
)

// packInMemory is the largest archive that is unpacked in memory, in bytes, and packCost
// what that takes for each of them: itself, its commit, and what the headers of its members
// become.
const (
	packInMemory = 8 << 20
	packCost     = 3
)

// stage reads the archive: into memory where it is small, plain, and told of member by member;
// else as an object.
func (p *pack) stage() (received, error) {
	c, size := p.c, p.c.stream.Size()
	in := bufio.NewReaderSize(c.stream, 512)
	if !p.tell || size < 0 || size > packInMemory {
		return c.stageAs(in, nil, c.sealed(storage.StageOptions{}))
	}
	if head, _ := in.Peek(4); isCompressed(head) { // an error comes again
		return c.stageAs(in, nil, c.sealed(storage.StageOptions{}))
	}
	if err := c.seat.hold(c.ctx, packCost*size); err != nil {
		return received{}, err
	}
	p.inMemory = true
	return c.stageAs(in, nil, storage.StageOptions{Memory: true, NoMD5: true})
}

// errHoles is of an archive with a member that is longer than its part of the archive.
var errHoles = errors.New("a sparse file")

// unpackHeld is unpack for an archive in memory, which is read once: all of it before
// anything is stored.
func (p *pack) unpackHeld(text []byte) error {
	in, size, n := bytes.NewReader(text), int64(len(text)), 0
	var all []*member
	err := p.members(in, unpackFree+unpackRatio*size, func(m *member) error {
		if hasHoles(m.Header) {
			return errHoles
		}
		if m.Typeflag == tar.TypeReg || m.Typeflag == tar.TypeCont {
			at := size - int64(in.Len())
			m.held = text[at:min(at+m.Size, size)] // of one that is cut off the rest is missed next
		}
		all = append(all, m)
		return p.counts(&n)
	})
	if errors.Is(err, errHoles) {
		p.c.seat.forget()
		if err := p.c.seat.hold(p.c.ctx, packHeld+size); err != nil {
			return err
		}
		return p.unpackFrom(func() io.Reader { return bytes.NewReader(text) }, size)
	}
	if err != nil {
		return unreadable(err, nil)
	}
	defer p.drop()
	for _, m := range all {
		if err := p.add(m); err != nil {
			return p.broken(err)
		}
	}
	return p.broken(p.flush())
}

// hasHoles says whether a file is sparse: its holes are not in the archive.
func hasHoles(h *tar.Header) bool {
	if h.Typeflag == tar.TypeGNUSparse {
		return true
	}
	for name := range h.PAXRecords {
		if strings.HasPrefix(name, "GNU.sparse.") {
			return true
		}
	}
	return false
}
