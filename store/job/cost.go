package job

import (
	"cmp"
	"time"
)

const (
	copyMost = 5 << 30   // bytes of one CopyObject (S3)
	copyPart = 512 << 20 // of what is larger
)

// Cost is what a plan takes of its endpoints, about: what fails, or is found to be there already, takes other requests.
type Cost struct {
	Requests int64
	Time     time.Duration // 0: not known
	AtLeast  bool          // it is not counted to the end
}

// Cost tells what the steps that are counted so far take, beyond the counting. It may be asked at any time.
func (p *Plan) Cost() Cost {
	p.mu.Lock()
	c := Cost{AtLeast: !p.complete}
	p.mu.Unlock()
	if p.invalid != nil {
		return c
	}
	each, batch := p.together().costs(p)
	c.Requests = each.from + each.to
	if batch == 0 {
		c.Time = p.timeOf(each)
	}
	return c
}

// requests at the two sides of a plan. What is done at one endpoint is under to.
type requests struct{ from, to int64 }

// costs are the requests of a plan whose steps are done so; batch is how many of them are in one request, 0: each has its own.
func (g together) costs(p *Plan) (all requests, batch int64) {
	n, w := p.totals.objects.Load(), p.work()
	switch {
	case w.steps != nil && !p.from.DeletesMany():
		return requests{to: n}, 0
	case g.do != nil && g.fits == nil:
		return requests{to: batches(n, int64(g.batch))}, int64(g.batch)
	}
	small := int64(0)
	if g.do != nil {
		small, batch = p.totals.small.Load(), int64(g.batch)
	}
	r := p.stepRequests(n - small)
	switch packs := batches(small, max(batch, 1)); {
	case w.toDisk:
		r.from += packs
	default:
		r.to += packs
	}
	drops := 2 * batches(n, dropBatch) // a listing of what is still there, and its deletion
	switch {
	case w.moves && !p.renames():
		r.to += drops
	case w.toDisk && p.spec.Away:
		r.from += drops
	}
	if small == 0 {
		batch = 0
	}
	return r, batch
}

// stepRequests are those of n steps that are done one by one.
func (p *Plan) stepRequests(n int64) requests {
	large, parts := p.totals.large.Load(), p.totals.parts.Load()
	switch w := p.work(); {
	case w.fromDisk:
		return requests{to: n + large + parts} // of one in parts: its begin and end, in the place of its PUT
	case w.toDisk:
		return requests{from: n + parts} // of one in parts: a HEAD before them
	case w.moves && p.renames():
		return requests{to: n}
	case w.writes && p.from == p.to:
		return requests{to: n*p.from.CopyRequests() + 2*large + parts}
	case w.writes: // HEAD, tags, permissions and content of each, then a PUT
		return requests{from: 4*n + parts - large, to: n + large + parts}
	case p.spec.Kind == Metadata: // what it has; a copy; what it has then
		return requests{to: n * (p.from.CopyRequests() + 4)}
	case p.spec.Kind == Tags:
		return requests{to: 2 * n}
	case w.versions:
		return requests{to: n * p.from.CopyRequests()}
	}
	return requests{to: n}
}

// renames says whether the objects of a move get other names where they are, one by one.
func (p *Plan) renames() bool { return p.from == p.to && p.from.CanRename() && p.inOneSpace() }

// carries says whether the content of objects comes through here.
func (p *Plan) carries() bool {
	w := p.work()
	return w.fromDisk || w.toDisk || w.writes && p.from != p.to
}

// timeOf is how long requests take at the rates of their endpoints. Nobody knows how fast content comes through here, so
// where there is more of it than of requests nothing is said.
func (p *Plan) timeOf(r requests) time.Duration {
	const small = 64 << 10 // bytes an object, that take less time than their requests do
	if n := p.totals.objects.Load(); p.carries() && p.totals.bytes.Load() > small*n {
		return 0
	}
	longest := 0.0
	for _, side := range []struct {
		requests int64
		rate     float64
	}{{r.from, p.from.Rate(p.workers)}, {r.to, p.to.Rate(p.workers)}} {
		switch {
		case side.requests == 0:
		case side.rate == 0:
			return 0
		default:
			longest = max(longest, float64(side.requests)/side.rate)
		}
	}
	return time.Duration(min(longest, 1e8) * float64(time.Second)).Round(time.Second)
}

// weigh notes of an object whether it is small enough for a pack, or goes in parts, and in how many.
func (p *Plan) weigh(size int64) {
	if size <= packFile {
		p.totals.small.Add(1)
	}
	most, part := cmp.Or(p.partSize, defaultPart), partSize(size, p.partSize)
	if !p.carries() {
		if !p.work().writes || p.from.Embedded() {
			return
		}
		most, part = copyMost+1, copyPart
	}
	if size >= most {
		p.totals.large.Add(1)
		p.totals.parts.Add(batches(size, part))
	}
}

func batches(n, of int64) int64 { return (n + of - 1) / of }
