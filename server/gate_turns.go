package server

import (
	"container/list"
	"net/netip"
)

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
