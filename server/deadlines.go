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
	c    *call
	last time.Time
	done bool

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
	if b, ok := c.in.Body.(*rollingBody); ok && !b.done {
		b.done = true
		c.trace.read = time.Now()
		c.out.control().SetReadDeadline(time.Time{})
	}
}

// refuseBody decides, before a request is refused whose body was not read, what
// becomes of the body: it is read away by leaveBody, unless the client waits for
// a 100 Continue or no more is to come. Then, and after a lot, the connection is
// closed.
func (c *call) refuseBody(why *Error) {
	if b, ok := c.in.Body.(*rollingBody); ok {
		if b.done {
			return
		}
		c.in.Body = b.ReadCloser // its deadline is not to roll any more
	}
	if c.in.Body == nil || c.in.Length == 0 {
		return
	}
	dead := why.Code == "RequestTimeout" || why.Code == "IncompleteBody"
	over := dead || c.in.Header.Get("Expect") != ""
	if over || c.in.Length < 0 || c.in.Length > leftover {
		c.out.w.Header().Set("Connection", "close")
	}
	// Without this net/http reads the body before it sends the answer.
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
	end := time.Now().Add(lingerTime)
	for p := make([]byte, 32<<10); ; {
		idle := time.Now().Add(lingerIdle)
		if idle.After(end) {
			idle = end
		}
		c.out.control().SetReadDeadline(idle)
		switch _, err := c.in.Body.Read(p); {
		case err == io.EOF:
			return
		case err != nil:
			panic(http.ErrAbortHandler) // the answer is sent; what comes on this connection is no request
		}
	}
}
