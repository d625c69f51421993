package job

import (
	"context"
	"hash/maphash"
	"strings"

	"spaces/store"
)

var ( // tests make them small
	keptClashes = 50_000  // of which is remembered what is there
	clashWindow = 200_000 // steps that are looked for in one go
)

// clashes are the steps with something at their destination. Of the first it is remembered what that is; of all others
// only that there is something, which takes a bit for four bytes of a step.
type clashes struct {
	count int
	known map[pos]seen
	rest  map[pos][]uint64 // by chunk; a step begins at no more than one of four bytes
}

func (c *clashes) add(at pos, theirs seen) {
	if c.has(at) {
		return
	}
	c.count++
	if len(c.known) < keptClashes {
		if c.known == nil {
			c.known = map[pos]seen{}
		}
		c.known[at] = theirs
		return
	}
	if c.rest == nil {
		c.rest = map[pos][]uint64{}
	}
	chunk, bit := at>>chunkBits, int(at&(1<<chunkBits-1))/4
	bits := c.rest[chunk]
	if n := bit/64 + 1; n > len(bits) {
		bits = append(bits, make([]uint64, n-len(bits))...)
		c.rest[chunk] = bits
	}
	bits[bit/64] |= 1 << (bit % 64)
}

func (c *clashes) has(at pos) bool {
	if _, ok := c.known[at]; ok {
		return true
	}
	bits, bit := c.rest[at>>chunkBits], int(at&(1<<chunkBits-1))/4
	return bit/64 < len(bits) && bits[bit/64]&(1<<(bit%64)) != 0
}

func (p *Plan) clash(at pos, theirs seen) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.clashes.add(at, theirs)
}

// known tells what is at a step's destination: ok is false when that was not looked at. Of very many theirs is unknown.
func (p *Plan) known(at pos) (theirs seen, exists, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if theirs, exists = p.clashes.known[at]; !exists && p.clashes.has(at) {
		theirs, exists = seen{unknown: true}, true
	}
	return theirs, exists, p.checked
}

// clashesByListing lists what the steps are written to, once: some steps at a time, so that it takes no more memory for
// more of them. The steps of a source are in the order of their keys, as are listings.
func (p *Plan) clashesByListing(ctx context.Context) error {
	l := clashLook{p: p, seed: maphash.MakeSeed(), levels: map[string]map[string]bool{}, before: map[int]string{}}
	l.clear()
	var err error
	p.steps.each(func(at pos, r record) bool {
		l.want(at, r)
		if len(l.wanted) == clashWindow {
			err = l.look(ctx)
		}
		return err == nil && ctx.Err() == nil
	})
	if err == nil {
		err = l.look(ctx)
	}
	return err
}

// clashLook looks for some steps at a time. Steps are found again by a hash of their keys.
type clashLook struct {
	p      *Plan
	seed   maphash.Seed
	wanted map[uint64]pos
	trees  map[int]string             // sources with steps among those, and the last key of each
	before map[int]string             // the last key that was looked for earlier
	dirs   map[string]bool            // folders that single objects are written to
	levels map[string]map[string]bool // folders that there are in those that were listed
}

func (l *clashLook) clear() {
	l.wanted, l.trees, l.dirs = map[uint64]pos{}, map[int]string{}, map[string]bool{}
}

func (l *clashLook) want(at pos, r record) {
	key := l.p.step(r).To.Key
	l.wanted[maphash.String(l.seed, key)] = at
	if src := &l.p.sources[r.source]; src.Among() || src.target == "" || strings.HasSuffix(src.target, "/") {
		l.trees[r.source] = key
	} else {
		l.dirs[parent(src.target)] = true
	}
}

func (l *clashLook) look(ctx context.Context) error {
	defer l.clear()
	for dir := range l.dirs {
		if err := l.level(ctx, dir); err != nil {
			return err
		}
	}
	many := len(l.p.sources) > fewHeads
	for i, last := range l.trees {
		src := &l.p.sources[i]
		if above := parent(src.target); many && src.target != "" && !src.Among() {
			if l.levels[above] == nil {
				if err := l.level(ctx, above); err != nil {
					return err
				}
			}
			if !l.levels[above][src.target] {
				continue
			}
		}
		r := store.ListRequest{Space: l.p.spec.Dest.Space, Prefix: src.target + src.Match.Begins, After: l.before[i]}
		if err := l.p.eachEntry(ctx, r, last, l.match); err != nil {
			return err
		}
		l.before[i] = last
	}
	return nil
}

// level lists one folder.
func (l *clashLook) level(ctx context.Context, dir string) error {
	folders := map[string]bool{}
	l.levels[dir] = folders
	return l.p.eachEntry(ctx, store.ListRequest{Space: l.p.spec.Dest.Space, Prefix: dir, Delimiter: "/"}, "", func(e store.Entry) {
		if e.Folder {
			folders[e.Key] = true
		}
		l.match(e)
	})
}

// match finds the step that is written to where something is.
func (l *clashLook) match(e store.Entry) {
	p := l.p
	at, ok := l.wanted[maphash.String(l.seed, e.Key)]
	if !ok || e.Folder {
		return
	}
	if step := p.step(p.steps.at(at)); step.To.Key == e.Key && (step.From != step.To || !p.same()) {
		p.clash(at, seen{Version: Version{Size: e.Size, Modified: e.Modified}, etag: e.ETag})
	}
}
