package server

import (
	"io"
	"net/http"
	"time"
)

// Bodies may take as long as they like, as long as they move: each read of a
// request and each write of an answer pushes the deadline of the connection
// out again. To save calls that is done when rollEvery of it has gone by.
const (
	bodyTimeout = 60 * time.Second
	rollEvery   = 2 * time.Second
)

// leftover is how much of an unread body, in bytes, is read away before an
// error is answered: a client that still writes would not see the answer.
const (
	leftover        = 4 << 20
	leftoverTimeout = 5 * time.Second
)

// rollingBody is the request's body with a rolling deadline.
type rollingBody struct {
	io.ReadCloser
	c    *call
	last time.Time
	done bool
}

func (b *rollingBody) Read(p []byte) (int, error) {
	if now := time.Now(); now.Sub(b.last) >= rollEvery {
		b.last = now
		b.c.control().SetReadDeadline(now.Add(bodyTimeout))
	}
	n, err := b.ReadCloser.Read(p)
	b.c.received += int64(n)
	if err == io.EOF {
		b.c.bodyRead()
	}
	return n, err
}

func (c *call) control() *http.ResponseController { return http.NewResponseController(c.w) }

// extendWrite pushes out the deadline for writing the answer. Writers of
// long answers call it before each write.
func (c *call) extendWrite() {
	if now := time.Now(); now.Sub(c.deadline) >= rollEvery {
		c.deadline = now
		c.control().SetWriteDeadline(now.Add(bodyTimeout))
	}
}

// bodyRead is called when all of a body was read. What follows is up to this
// server, and must not be cut by the deadline of the body.
func (c *call) bodyRead() {
	if b, ok := c.in.Body.(*rollingBody); ok && !b.done {
		b.done = true
		if c.logs() {
			c.read = time.Now()
		}
		c.control().SetReadDeadline(time.Time{})
	}
}

// leaveBody is called when a request fails before its body was read: a little
// is read away, for a while; of a lot, where the client waits for
// a 100 Continue, or where no more is to come, the connection is closed.
func (c *call) leaveBody(why *Error) {
	body := c.in.Body
	if b, ok := body.(*rollingBody); ok {
		if b.done {
			return
		}
		body = b.ReadCloser // its deadline is not to roll any more
	}
	if body == nil || c.in.Length == 0 {
		return
	}
	dead := why.Code == "RequestTimeout" || why.Code == "IncompleteBody"
	if n := c.in.Length; dead || n < 0 || n > leftover || c.in.Header.Get("Expect") != "" {
		c.w.Header().Set("Connection", "close")
		return
	}
	c.control().SetReadDeadline(time.Now().Add(leftoverTimeout))
	io.Copy(io.Discard, body)
}
