package server

import (
	"fmt"
	"hash"
	"net/http"
	"strings"
	"unicode/utf8"

	"spaces/server/s3xml"
	"spaces/server/storage"
)

// Limits of an archive's commits and of what is told of it.
const (
	packMembers = 1000    // of one commit
	packBytes   = 4 << 20 // of members that wait for their commit; what is larger goes in one of its own
	packTold    = 2000    // members of an archive of which each is told
	packNamed   = 5       // members that an error names
)

// pack is an archive on its way into a Space.
type pack struct {
	c *call

	prefix                         string
	ignoreDirs, ignoreErrors, tell bool
	inMemory                       bool
	base                           storage.Attrs
	check                          storage.Check

	waiting []storage.Putting
	at      []int // of each of them in told
	size    int64 // bytes of them

	stored, failed int
	first          *Error // that failed, by the order in which it is known
	named          []string
	told           []toldMember
}

// toldMember is what became of a member.
type toldMember struct {
	key  string
	done storage.Object
	err  error
}

// add stages a member. What is wrong with it alone keeps no other; an error ends
// the whole.
func (p *pack) add(m *member) error {
	key, err := p.keyOf(m)
	if key == "" && err == nil {
		return nil
	}
	at := len(p.told)
	if p.tell {
		p.told = append(p.told, toldMember{key: key})
	}
	if err == nil {
		err = p.mayStore(key)
	}
	var attrs storage.Attrs
	if err == nil {
		attrs, err = p.attrsOf(key, m)
	}
	if err != nil {
		p.settle(at, key, storage.Stored{Err: err})
		return nil
	}
	sum := standard.run()
	body, err := p.stageMember(m, p.c.sealed(storage.StageOptions{Size: m.Size, Max: maxPut, Hashes: []hash.Hash{sum.hash}}))
	if err != nil {
		return err
	}
	p.waiting = append(p.waiting, storage.Putting{Key: key, Body: body, Attrs: attrs, Sum: sum.checksum(), Check: p.check})
	p.at = append(p.at, at)
	if p.size += body.Size; p.size < packBytes && len(p.waiting) < packMembers {
		return nil
	}
	return p.flush()
}

func (p *pack) stageMember(m *member, o storage.StageOptions) (*storage.Staged, error) {
	if m.held != nil {
		return p.c.s.engine.StageBytes(p.c.ctx, m.held, o)
	}
	return p.c.s.engine.Stage(p.c.ctx, m.body, o)
}

// flush stores what waits, durably.
func (p *pack) flush() error {
	if len(p.waiting) == 0 {
		return nil
	}
	defer p.drop()
	done, err := p.c.s.engine.PutBatch(p.c.ctx, p.c.target.space, p.waiting)
	if err != nil {
		return err
	}
	for i, d := range done {
		p.settle(p.at[i], p.waiting[i].Key, d)
	}
	return nil
}

// drop gives up what waits and was not stored.
func (p *pack) drop() {
	for i := range p.waiting {
		p.waiting[i].Body.Discard()
	}
	clear(p.waiting)
	p.waiting, p.at, p.size = p.waiting[:0], p.at[:0], 0
}

// settle notes what became of a member, which is told at a place.
func (p *pack) settle(at int, key string, d storage.Stored) {
	if p.c.logs() {
		p.c.s.logMember(p.c, "BATCH.PUT.OBJECT", key, d)
	}
	if p.tell {
		p.told[at].done, p.told[at].err = d.Object, d.Err
	}
	if d.Err == nil {
		p.stored++
		return
	}
	e := asError(d.Err)
	if p.failed++; p.first == nil {
		p.first = e
	}
	if len(p.named) < packNamed {
		p.named = append(p.named, fmt.Sprintf("%q (%s: %s)", key, e.Code, strings.TrimSuffix(e.Message, ".")))
	}
}

// answer is that of a PutObject where all is well, as MinIO's is: clients of that
// expect no more. Who asks is told of every member.
func (p *pack) answer() error {
	switch {
	case p.tell:
		return p.c.out.document(http.StatusOK, p.document())
	case p.failed == 0 || p.ignoreErrors:
		return p.c.out.empty(http.StatusOK)
	}
	text := strings.Join(p.named, ", ")
	if more := p.failed - len(p.named); more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	e := &Error{Code: p.first.Code, Status: p.first.Status}
	e.Message = fmt.Sprintf("%d of the %s of the archive were not stored, the others were: %s.", p.failed, plural(p.failed+p.stored, "member"), text)
	return e.with("Stored", formatInt(int64(p.stored))).with("Failed", formatInt(int64(p.failed)))
}

// document tells of every member.
func (p *pack) document() *s3xml.Writer {
	x := s3xml.NewDocument("PutObjectExtractResult")
	for i := range p.told {
		m := &p.told[i]
		if m.err != nil {
			key := m.key
			if !utf8.ValidString(key) {
				key = s3xml.Printable(key)
			}
			writeBatchError(x, m.err, "Key", key)
			continue
		}
		x.Raw("<Stored>")
		x.Text("Key", m.key)
		x.ETag(m.done.ETag)
		x.Text("Size", formatInt(m.done.Size))
		x.Time("LastModified", m.done.Modified)
		if v := versionMade(&m.done); v != "" {
			x.Text("VersionId", v)
		}
		x.Raw("</Stored>")
	}
	x.Close("PutObjectExtractResult")
	return x
}
