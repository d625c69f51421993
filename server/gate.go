package server

import (
	"context"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"
)

// gate lets requests work, a number of them at once. A request that waits for
// its client, for more of a body or for room to send, does not work: it steps
// out, and back in before those that have not begun. Those take turns by
// client address, so that one who asks for much waits for itself.
type gate struct {
	limit  int // 0: any number
	queue  time.Duration
	slowed atomic.Uint64 // requests that were refused, here and by rates
	rates  *keyRates     // nil: none

	mu     sync.Mutex
	inside int
	back   []chan struct{} // those that want to step back in
	fresh  turns
	toggle bool // whose turn it is, back's or fresh's

	out     waitList
	mostOut int // 0: any number
	memory  budget
}

func newGate(l Limits) *gate {
	g := &gate{limit: max(l.Requests, 0), queue: l.Queue, mostOut: max(l.Waiting, 0), memory: budget{most: documentBudget}}
	if g.queue <= 0 {
		g.queue = defaultQueue
	}
	if l.Rate > 0 {
		g.rates = &keyRates{limit: rate.Limit(l.Rate), burst: l.Burst, byKey: map[string]*rate.Limiter{}}
		if g.rates.burst <= 0 {
			g.rates.burst = max(1, int(l.Rate))
		}
	}
	return g
}

// enter waits for a place up to the queue's time; false: there was none. leave
// must follow when it is true.
func (g *gate) enter(ctx context.Context, client func() netip.Addr) bool {
	if g.limit == 0 {
		return true
	}
	g.mu.Lock()
	if g.inside < g.limit {
		g.inside++
		g.mu.Unlock()
		return true
	}
	mine := g.fresh.add(client())
	g.mu.Unlock()
	t := time.NewTimer(g.queue)
	defer t.Stop()
	select {
	case <-mine.in:
		return true
	case <-t.C:
	case <-ctx.Done():
	}
	g.mu.Lock()
	waited := g.fresh.remove(mine)
	g.mu.Unlock()
	if !waited { // the place came at the same instant
		return true
	}
	g.slowed.Add(1)
	return false
}

// leave gives the place to the next. It is for those who are inside.
func (g *gate) leave() {
	g.mu.Lock()
	g.pass()
	g.mu.Unlock()
}

// pass gives a place to the next.
func (g *gate) pass() {
	if g.limit == 0 {
		return
	}
	g.toggle = !g.toggle
	if len(g.back) > 0 && (g.toggle || g.fresh.n == 0) {
		close(g.back[0])
		g.back = g.back[1:]
		return
	}
	if w := g.fresh.next(); w != nil {
		close(w.in)
		return
	}
	g.inside--
}

// stepOut is leave for one who waits for its client, and stepBack follows. Who
// waits holds buffers: where too many do, the one that has waited longest is
// given up, unless it waits for a moment only.
func (g *gate) stepOut(v *visitor, sending bool) {
	g.mu.Lock()
	g.pass()
	v.wait.sending, v.wait.since = sending, time.Now()
	g.out.add(v)
	if g.mostOut > 0 && g.out.n > g.mostOut {
		if longest := g.out.first; longest.idle() {
			g.hurry(longest)
		}
	}
	g.mu.Unlock()
}

// idleAfter is after how long a client that makes others wait is taken for one
// that does not move.
const idleAfter = time.Second

// idle says so of one that is out.
func (v *visitor) idle() bool { return time.Since(v.wait.since) >= idleAfter }

// hurry ends the wait of a visitor for its client: what it waits for fails. g.mu
// is held.
func (g *gate) hurry(v *visitor) {
	g.out.remove(v)
	if past := time.Unix(1, 0); v.wait.sending {
		v.control().SetWriteDeadline(past)
	} else {
		v.control().SetReadDeadline(past)
	}
}

// stepBack waits for a place for one who had one. It does not fail: what is
// half done is to come to its end.
func (g *gate) stepBack(v *visitor) {
	g.mu.Lock()
	g.out.remove(v)
	if g.limit == 0 || g.inside < g.limit {
		g.inside++
		g.mu.Unlock()
		return
	}
	in := make(chan struct{})
	g.back = append(g.back, in)
	g.mu.Unlock()
	<-in
}
