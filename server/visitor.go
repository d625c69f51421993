package server

import (
	"context"
	"net/http"
	"net/netip"
	"time"
)

// visitor is a request as the gate sees it: with a place or without, perhaps
// waiting for its client, perhaps with memory of the budget for documents.
type visitor struct {
	g      *gate
	w      http.ResponseWriter // of its connection, whose deadlines end a wait
	inside bool                // it has a place
	wait   wait
	held   int64 // bytes of the budget
	page   int64 // size of the page of a list that is answered, in bytes
	cut    bool  // off, for another who needs those
}

func (v *visitor) control() *http.ResponseController { return http.NewResponseController(v.w) }

// enter waits for a place among those of the same client; false: there was none.
func (v *visitor) enter(ctx context.Context, client func() netip.Addr) bool {
	v.inside = v.g.enter(ctx, client)
	return v.inside
}

// stepOut gives the place away while the request waits for its client: to send
// more, or to take what is sent to it. stepBack must follow.
func (v *visitor) stepOut(sending bool) {
	if v.inside {
		v.g.stepOut(v, sending)
	}
}

func (v *visitor) stepBack() {
	if v.inside {
		v.g.stepBack(v)
	}
}

// goOut gives the place up: what the request does from here on is for its
// client alone.
func (v *visitor) goOut() {
	if v.inside {
		v.inside = false
		v.g.leave()
	}
}

// hold claims n bytes of memory for a document, which forget gives back.
func (v *visitor) hold(ctx context.Context, n int64) error {
	if n <= freeMemory {
		return nil
	}
	return v.g.hold(ctx, v, n)
}

// holdPage claims the memory of a page of a list, which list finds and gives the size of, in
// bytes. Who has to wait for it keeps nothing meanwhile: many who wait would hold
// more than those who have it. The page is found again then.
func (v *visitor) holdPage(ctx context.Context, list func() (size int64, err error), drop func()) error {
	size, err := list()
	v.page = size
	if err != nil || size <= freeMemory {
		return err
	}
	v.g.mu.Lock()
	now := v.g.take(v, size)
	v.g.mu.Unlock()
	if now {
		return nil
	}
	drop()
	if err := v.hold(ctx, size); err != nil {
		return err
	}
	v.page, err = list()
	return err
}

func (v *visitor) forget() {
	if v.held > 0 {
		v.g.release(v)
	}
}

// wait is a visitor's place among those that wait for their clients. It has links of
// its own: a place is taken several times in each request.
type wait struct {
	before, after *visitor
	in            bool
	sending       bool // what it waits for is to send
	since         time.Time
}

// waitList has those that wait, the longest first.
type waitList struct {
	first, last *visitor
	n           int
}

func (l *waitList) add(v *visitor) {
	v.wait.in, v.wait.before, v.wait.after = true, l.last, nil
	if l.last == nil {
		l.first = v
	} else {
		l.last.wait.after = v
	}
	l.last = v
	l.n++
}

// remove takes one out that may be out already.
func (l *waitList) remove(v *visitor) {
	w := &v.wait
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

// patientWriter steps out while it writes what may have to wait for the client
// to read. Less than waits is left in the buffers of net/http.
type patientWriter struct {
	http.ResponseWriter
	v *visitor
}

const waits = 2 << 10 // bytes: those of net/http's buffer in front of a response

func (w *patientWriter) Write(p []byte) (int, error) {
	if len(p) < waits {
		return w.ResponseWriter.Write(p)
	}
	w.v.stepOut(true)
	defer w.v.stepBack()
	return w.ResponseWriter.Write(p)
}

// Unwrap is for http.ResponseController.
func (w *patientWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
