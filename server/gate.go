package server

import (
	"container/list"
	"context"
	"net/http"
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
func (g *gate) stepOut(c *call, sending bool) {
	g.mu.Lock()
	g.pass()
	c.wait.sending, c.wait.since = sending, time.Now()
	g.out.add(c)
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
func (c *call) idle() bool { return time.Since(c.wait.since) >= idleAfter }

// hurry ends the wait of a call for its client: what it waits for fails. g.mu is
// held.
func (g *gate) hurry(c *call) {
	g.out.remove(c)
	if past := time.Unix(1, 0); c.wait.sending {
		c.out.control().SetWriteDeadline(past)
	} else {
		c.out.control().SetReadDeadline(past)
	}
}

// stepBack waits for a place for one who had one. It does not fail: what is
// half done is to come to its end.
func (g *gate) stepBack(c *call) {
	g.mu.Lock()
	g.out.remove(c)
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

// wait is a call's place among those that wait for their clients. It has links of
// its own: a place is taken several times in each request.
type wait struct {
	before, after *call
	in            bool
	sending       bool // what it waits for is to send
	since         time.Time
}

// waitList has those that wait, the longest first.
type waitList struct {
	first, last *call
	n           int
}

func (l *waitList) add(c *call) {
	c.wait.in, c.wait.before, c.wait.after = true, l.last, nil
	if l.last == nil {
		l.first = c
	} else {
		l.last.wait.after = c
	}
	l.last = c
	l.n++
}

// remove takes one out that may be out already.
func (l *waitList) remove(c *call) {
	w := &c.wait
	if !w.in {
		return
	}
	if w.before == nil {
		l.first = w.after
	} else {
		w.before.wait.after = w.after
	}
	if w.after == nil {
		l.last = w.before
	} else {
		w.after.wait.before = w.before
	}
	w.in, w.before, w.after = false, nil, nil
	l.n--
}

// turns is a queue for each client; next takes from one after another.
type turns struct {
	n        int
	byClient map[netip.Addr]*turn
	order    list.List // of *turn, the next first
}

// turn is the queue of a client.
type turn struct {
	client  netip.Addr
	at      *list.Element // in order
	waiting list.List     // of *waiter
}

type waiter struct {
	of *turn
	at *list.Element // nil when it does not wait any more
	in chan struct{} // closed when it is its turn
}

func (t *turns) add(client netip.Addr) *waiter {
	if t.byClient == nil {
		t.byClient = map[netip.Addr]*turn{}
	}
	q := t.byClient[client]
	if q == nil {
		q = &turn{client: client}
		q.at = t.order.PushBack(q)
		t.byClient[client] = q
	}
	w := &waiter{of: q, in: make(chan struct{})}
	w.at = q.waiting.PushBack(w)
	t.n++
	return w
}

// next takes the first of the next client; nil: nobody waits.
func (t *turns) next() *waiter {
	if t.n == 0 {
		return nil
	}
	q := t.order.Front().Value.(*turn)
	w := q.waiting.Front().Value.(*waiter)
	t.order.MoveToBack(q.at)
	t.remove(w)
	return w
}

// remove takes one out; false: it does not wait any more.
func (t *turns) remove(w *waiter) bool {
	if w.at == nil {
		return false
	}
	q := w.of
	q.waiting.Remove(w.at)
	w.at = nil
	if t.n--; q.waiting.Len() == 0 {
		t.order.Remove(q.at)
		delete(t.byClient, q.client)
	}
	return true
}

// stepOut gives the place of a call away while it waits for its client: to send
// more, or to take what is sent to it. stepBack must follow.
func (c *call) stepOut(sending bool) {
	if c.inside {
		c.s.gate.stepOut(c, sending)
	}
}

func (c *call) stepBack() {
	if c.inside {
		c.s.gate.stepBack(c)
	}
}

// goOut gives the place of a call up: what it does from here on is for its
// client alone.
func (c *call) goOut() {
	if c.inside {
		c.inside = false
		c.s.gate.leave()
	}
}

// patientWriter steps out while it writes what may have to wait for the client
// to read. Less than waits is left in the buffers of net/http.
type patientWriter struct {
	http.ResponseWriter
	c *call
}

const waits = 2 << 10 // bytes: those of net/http's buffer in front of a response

func (w *patientWriter) Write(p []byte) (int, error) {
	if len(p) < waits {
		return w.ResponseWriter.Write(p)
	}
	w.c.stepOut(true)
	defer w.c.stepBack()
	return w.ResponseWriter.Write(p)
}

// Unwrap is for http.ResponseController.
func (w *patientWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
