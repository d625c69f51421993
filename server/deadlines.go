package server

import (
	"io"
	"net/http"
	"os"
	"time"
)

// Bodies may take as long as they like, as long as they move: each read of a
// request and each write of an answer pushes the deadline of the connection
// out again. To save calls that is done when rollEvery of it has gone by. A body
// that comes more slowly than leastRate, over rateOver of waiting for it, has
// ended (the rate is that of Apache's mod_reqtimeout).
const (
	bodyTimeout = 60 * time.Second
	rollEvery   = 2 * time.Second
	leastRate   = 500 // bytes a second
	rateOver    = 2 * time.Minute
)

// What is left of a body is read away after an error was answered: a client that
// still writes when the connection is closed does not see the answer. Up to
// leftover bytes the connection goes on after that. The times are those of
// nginx's lingering close: in all, and without a byte.
const (
	leftover   = 4 << 20
	lingerTime = 30 * time.Second
	lingerIdle = 5 * time.Second
)

// rollingBody is the request's body with a rolling deadline.
type rollingBody struct {
	io.ReadCloser
	c      *call
	length int64 // as announced, -1: unknown
	last   time.Time
	done   bool
	failed bool // no more of it is to come

	waited time.Duration // for came bytes
	came   int
}

func (b *rollingBody) Read(p []byte) (int, error) {
	now := time.Now()
	if now.Sub(b.last) >= rollEvery {
		b.last = now
		b.c.out.control().SetReadDeadline(now.Add(bodyTimeout))
	}
	b.c.seat.stepOut(false)
	n, err := b.ReadCloser.Read(p)
	waited := time.Since(now)
	b.c.seat.stepBack()
	b.c.trace.received += int64(n)
	if err == io.EOF {
		b.c.bodyRead()
	} else if err == nil && !b.keepsUp(n, waited) {
		err = os.ErrDeadlineExceeded
	}
	b.failed = b.failed || err != nil && err != io.EOF
	return n, err
}

// keepsUp says whether a body comes fast enough, as far as the last wait: what
// came at once may be read in pieces. Who never waits for a millisecond gets
// more than the least rate.
func (b *rollingBody) keepsUp(n int, waited time.Duration) bool {
	ok := true
	if waited >= time.Millisecond && b.waited >= rateOver {
		ok = float64(b.came) >= leastRate*b.waited.Seconds()
		b.waited, b.came = 0, 0
	}
	b.waited, b.came = b.waited+waited, b.came+n
	return ok
}

// bodyRead is called when all of a body was read. What follows is up to this
// server, and must not be cut by the deadline of the body.
func (c *call) bodyRead() {
	if b := c.sent; b != nil && !b.done {
		b.done = true
		c.trace.read = time.Now()
		c.out.control().SetReadDeadline(time.Time{})
	}
}

// partFromBody decides, before an answer begins, what becomes of a body that was
// not read to its end, whoever did not want it: it is read away by leaveBody,
// unless the client waits for a 100 Continue or no more is to come. Then, and after
// a lot, the connection is closed. Without it net/http would read the body before it
// sends the answer, and wait for it without an end.
func (c *call) partFromBody() {
	b := c.sent
	if c.parted || b == nil || b.done {
		return
	}
	c.parted = true
	over := b.failed || c.in.Header.Get("Expect") != "" && b.last.IsZero()
	if over || b.length < 0 || b.length > leftover {
		c.out.w.Header().Set("Connection", "close")
	}
	if b.failed {
		c.out.control().SetReadDeadline(time.Unix(1, 0))
	}
	c.linger = !over && c.out.control().EnableFullDuplex() == nil
}

// leaveBody sends the answer, gives the place in the gate up, and only then
// reads away what is left of the body, for a while: one who announces a body and
// does not send it waits for itself.
func (c *call) leaveBody() {
	if !c.linger {
		return
	}
	c.seat.stepOut(true)
	c.out.control().Flush()
	c.seat.stepBack()
	c.seat.goOut()
	c.release()
	end := time.Now().Add(lingerTime)
	body := c.sent.ReadCloser // its deadline is not to roll any more
	for p := make([]byte, 32<<10); ; {
		idle := time.Now().Add(lingerIdle)
		if idle.After(end) {
			idle = end
		}
		c.out.control().SetReadDeadline(idle)
		switch _, err := body.Read(p); {
		case err == io.EOF:
			return
		case err != nil:
			panic(http.ErrAbortHandler) // the answer is sent; what comes on this connection is no request
		}
	}
}
