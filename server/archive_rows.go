package server

import (
	"encoding/base64"
	"encoding/binary"
	"strings"

	"spaces/server/archive"
	"spaces/server/storage"
)

// archivePage is how many rows are held at once: those of keys of 1024 bytes are
// a quarter of a megabyte.
const archivePage = 256

// archiveRows are the objects of an archive, in the order of a listing and found
// as one is.
type archiveRows struct {
	c    *call
	q    storage.ListQuery
	page []storage.Listed
	more bool
	over []string // keys of those given that begin what comes, and have names of files
}

func (c *call) newArchiveRows() *archiveRows {
	r := &archiveRows{c: c, more: true}
	r.q = storage.ListQuery{Prefix: c.query.get("prefix"), Hide: c.hidden(), Max: archivePage}
	if !strings.HasPrefix(r.q.Prefix, trash) {
		r.q.Hide = trash // who takes a Space home does not mean what was thrown away
	}
	return r
}

// next gives the next object, nil after the last.
func (r *archiveRows) next() (*storage.Listed, error) {
	row, err := r.peek()
	if row != nil {
		r.page = r.page[1:]
	}
	return row, err
}

func (r *archiveRows) peek() (row *storage.Listed, err error) {
	for len(r.page) == 0 && r.more {
		if err := r.c.refreshSpace(); err != nil {
			return nil, err
		}
		if r.page, r.more, err = r.c.s.engine.List(r.c.ctx, r.c.target.space, r.q); err != nil {
			return nil, err
		}
		if n := len(r.page); n > 0 {
			r.q.After = r.page[n-1].Key
		}
	}
	if len(r.page) == 0 {
		return nil, nil
	}
	return &r.page[0], nil
}

// refreshSpace fetches the Space again: a long answer goes by the policy of now,
// and not on with another Space of the same name.
func (c *call) refreshSpace() error {
	now, err := c.s.engine.Space(c.target.space)
	if err != nil || !now.Created.Equal(c.space.Created) {
		return refuse("NoSuchBucket").with("BucketName", c.target.space).because(err)
	}
	c.space = now
	return nil
}

// name is that of the row that next gave last, "" for the marker of the folder
// itself when it says nothing.
func (r *archiveRows) name(row *storage.Listed) (string, error) {
	key := strings.TrimPrefix(row.Key, r.q.Prefix)
	for n := len(r.over); n > 0 && !strings.HasPrefix(key, r.over[n-1]); n-- {
		r.over = r.over[:n-1]
	}
	for _, over := range r.over {
		if key[len(over)] == '/' {
			return "", errRaced
		}
	}
	switch {
	case key == "" && row.Size == 0:
		return "", nil
	case key == "":
		return archive.Marker(""), nil
	case strings.HasSuffix(key, "/"):
		return archive.Name(key, false), nil
	}
	above, err := r.above(row.Key)
	if err != nil {
		return "", err
	}
	if !above {
		r.over = append(r.over, key)
	}
	return archive.Name(key, above), nil
}

// above says whether there are keys that begin with one and a slash. The row that
// comes next mostly tells.
func (r *archiveRows) above(key string) (bool, error) {
	below := key + "/"
	switch next, err := r.peek(); {
	case err != nil || next == nil:
		return false, err
	case strings.HasPrefix(next.Key, below):
		return true, nil
	case next.Key > below:
		return false, nil
	}
	found, _, err := r.c.s.engine.List(r.c.ctx, r.c.target.space, storage.ListQuery{Prefix: below, Hide: r.q.Hide, Max: 1})
	return len(found) > 0, err
}

// sumOfZip is the checksum of an object that a zip needs, where it was uploaded
// with that.
func sumOfZip(o *storage.Object) (sum uint32, ok bool) {
	if o.Checksum.Algorithm != "CRC32" || o.Checksum.Type != fullObject {
		return 0, false
	}
	raw, err := base64.StdEncoding.DecodeString(o.Checksum.Value)
	if err != nil || len(raw) != 4 {
		return 0, false
	}
	return binary.BigEndian.Uint32(raw), true
}
