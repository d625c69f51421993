package server

import (
	"net/http"
	"strconv"
	"time"

	"spaces/server/s3xml"
)

// reply is the answer to a request. What is sent by it is noted in the trace.
type reply struct {
	w        http.ResponseWriter
	head     bool // what is asked for is only what the headers of the answer would be
	trace    *trace
	deadline time.Time       // of writing, when last set
	ended    <-chan struct{} // closed when no more of the body may be sent; nil: never
	before   func()          // called before the answer begins; may be nil

	// Values of headers, so that each does not need a slice of its own.
	values [24]string
	used   int
}

// set sets a header of the answer. The name is used as it is; the value is
// made safe: nothing that was stored can end a header line.
func (r *reply) set(name, value string) {
	if r.used == len(r.values) {
		r.w.Header()[name] = []string{oneLine(value)}
		return
	}
	r.values[r.used] = oneLine(value)
	r.w.Header()[name] = r.values[r.used : r.used+1 : r.used+1]
	r.used++
}

// oneLine replaces control characters, tabs aside, by spaces.
func oneLine(s string) string {
	for i := range len(s) {
		if s[i] < ' ' && s[i] != '\t' || s[i] == 0x7f {
			return replaceControls(s)
		}
	}
	return s
}

func replaceControls(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c < ' ' && c != '\t' || c == 0x7f {
			b[i] = ' '
		}
	}
	return string(b)
}

// begin sends status and headers.
func (r *reply) begin(status int) {
	if r.before != nil {
		r.before()
	}
	r.trace.replied = r.extendWrite()
	r.trace.status = status
	r.w.WriteHeader(status)
}

// Write sends a part of the body. An error is that the client does not hear it any more.
func (r *reply) Write(p []byte) (n int, err error) {
	select {
	case <-r.ended:
		return 0, http.ErrAbortHandler
	default:
	}
	n, err = r.w.Write(p)
	r.trace.sent += int64(n)
	return n, err
}

// empty answers without a body.
func (r *reply) empty(status int) error {
	if status != http.StatusNoContent && status != http.StatusNotModified {
		r.set("Content-Length", "0")
	}
	r.begin(status)
	return nil
}

// whole answers with a body that is in memory.
func (r *reply) whole(status int, kind string, body []byte) error {
	r.set("Content-Type", kind)
	r.set("Content-Length", strconv.Itoa(len(body)))
	r.begin(status)
	if !r.head {
		r.Write(body)
	}
	return nil
}

// document answers with a document, and gives its buffer back.
func (r *reply) document(status int, x *s3xml.Writer) error {
	defer x.Release()
	return r.whole(status, "application/xml", x.Bytes())
}

// forgetHeaders takes back what a handler set before it failed.
func (r *reply) forgetHeaders() {
	h := r.w.Header()
	for name := range h {
		switch name {
		case "Connection", "X-Amz-Request-Id", "X-Amz-Id-2", "Server", "X-Amz-Bucket-Region", "Vary":
		case "Access-Control-Allow-Origin", "Access-Control-Allow-Credentials", "Access-Control-Allow-Methods",
			"Access-Control-Allow-Headers", "Access-Control-Expose-Headers", "Access-Control-Max-Age":
		default:
			delete(h, name)
		}
	}
}

func (r *reply) control() *http.ResponseController { return http.NewResponseController(r.w) }

// extendWrite pushes out the deadline for writing the answer, and says when it
// did. Writers of long answers call it before each write.
func (r *reply) extendWrite() time.Time {
	now := time.Now()
	if now.Sub(r.deadline) >= rollEvery {
		r.deadline = now
		r.control().SetWriteDeadline(now.Add(bodyTimeout))
	}
	return now
}
