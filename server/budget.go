package server

import (
	"container/list"
	"context"
	"time"

	"spaces/server/s3xml"
)

// Documents cost more than their bytes: what is read of them is kept until the
// request has been answered, and a page of a list is there as a whole until its
// client has read it. documentBudget is what all of them may take at once, in
// bytes; those that would exceed it wait for their turn.
const (
	documentBudget = 32 << 20
	treeCost       = 40 // bytes kept for one of a document that becomes a tree: an element of 4 bytes is one of 72, in a slice that grows by doubling
	listCost       = 1  // of one that is read as a list: keys and ETags are most of it

	rowSize = 400 // bytes of a row of a page beside the key
)

// rowOf is about how large a row of a page becomes, in bytes, where keys are
// percent-encoded and where they are not.
func rowOf(key string) int64 {
	n := int64(rowSize)
	for i := range len(key) {
		switch c := key[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '.', c == '_':
			n++
		case c < ' ', c == 0x7f, c == '&', c == '<', c == '>', c == '"':
			n += 6 // &#x1B;
		default:
			n += 3
		}
	}
	return n
}

// newPage is a document with room for the page that memory was claimed for: one that
// grows step by step leaves several times its size behind.
func (c *call) newPage(root string) *s3xml.Writer {
	x := s3xml.NewDocument(root)
	x.Grow(int(c.seat.page))
	return x
}

// freeMemory is what a document may take without a claim, in bytes.
const freeMemory = 64 << 10

// budget hands out bytes, to one after another.
type budget struct {
	most, held int64
	queue      list.List // of *claimant
	wanted     int64     // by those in the queue
	coming     int64     // of held, by those that were cut off
}

type claimant struct {
	v       *visitor
	n       int64
	granted chan struct{}
}

// hold waits until there are n bytes for v, which release gives back. It fails
// when ctx ends before. Who holds some and waits for its client, is cut off for
// one who needs them.
func (g *gate) hold(ctx context.Context, v *visitor, n int64) error {
	n = min(n, g.memory.most)
	g.mu.Lock()
	if g.take(v, n) {
		g.mu.Unlock()
		return nil
	}
	mine := &claimant{v, n, make(chan struct{})}
	at := g.memory.queue.PushBack(mine)
	g.memory.wanted += n
	g.mu.Unlock()
	if v.inside {
		g.leave()
		defer g.stepBack(v)
	}
	for look := time.NewTicker(idleAfter); ; {
		g.makeRoom()
		select {
		case <-mine.granted:
			look.Stop()
			return nil
		case <-look.C:
			continue
		case <-ctx.Done():
			look.Stop()
		}
		break
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	select {
	case <-mine.granted: // at the same instant
		return nil
	default:
		g.memory.queue.Remove(at)
		g.memory.wanted -= n
		g.grant()
		return ctx.Err()
	}
}

// take is hold where that needs no waiting. g.mu is held.
func (g *gate) take(v *visitor, n int64) bool {
	if n = min(n, g.memory.most); g.memory.queue.Len() > 0 || g.memory.held+n > g.memory.most {
		return false
	}
	g.memory.held += n
	v.held += n
	return true
}

// release gives back what a visitor holds.
func (g *gate) release(v *visitor) {
	g.mu.Lock()
	g.memory.held -= v.held
	if v.cut {
		g.memory.coming -= v.held
	}
	v.held = 0
	g.grant()
	g.mu.Unlock()
}

func (g *gate) grant() {
	for at := g.memory.queue.Front(); at != nil; at = g.memory.queue.Front() {
		next := at.Value.(*claimant)
		if g.memory.held+next.n > g.memory.most {
			return
		}
		g.memory.held += next.n
		next.v.held += next.n
		g.memory.queue.Remove(at)
		g.memory.wanted -= next.n
		close(next.granted)
	}
}

// makeRoom ends the waits of those that hold memory and do not move, the longest
// first, until what comes back is enough for all in the queue.
func (g *gate) makeRoom() {
	g.mu.Lock()
	defer g.mu.Unlock()
	m := &g.memory
	for v := g.out.first; v != nil && v.idle() && m.held-m.coming+m.wanted > m.most; {
		next := v.wait.after
		if v.held > 0 {
			m.coming += v.held
			v.cut = true
			g.hurry(v)
		}
		v = next
	}
}
