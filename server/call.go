package server

import (
	"context"
	"net/http"
	"runtime/debug"
	"time"

	"spaces/server/inbound"
	"spaces/server/s3xml"
	"spaces/server/sigv4"
	"spaces/server/storage"
)

// call is one request on its way through the pipeline. Handlers find there
// what the steps before them made, and answer through it.
type call struct {
	s *Server

	ctx    context.Context // ends when the client goes away; a call lives no longer than its request
	in     inbound.Request // what the client sent
	unread error           // why in could not be read
	link   *linkCall       // nil: it comes by none

	id     string // request id
	op     *operation
	target target
	query  query
	who    *sigv4.Identity // who asks; handlers cannot come by another

	space    storage.Space
	object   storage.Object // rows that load an object
	body     *storage.Body  // rows that load a body; closed by the pipeline
	question question       // what was decided
	missing  bool           // there is no such object
	absent   error          // why
	source   source         // rows with a source
	enc      encryption     // rows that encrypt: how the new body is kept
	stream   *sigv4.Body    // the request's body, decoded
	document string         // rows that take a document
	doomed   []doomed       // DeleteObjects: its list
	renames  []renaming     // RenameObjects: its list
	changes  changes        // ChangeObjects: what it asks for
	wanted   []wanted       // GetObjects: its list
	quiet    string
	parts    []claimedPart // CompleteMultipartUpload: its list
	claim    claim         // rows that take a document: the digests in the headers
	form     *form         // rows that take a form

	beside error // why the page that a website has for errors is not sent

	sent   *rollingBody // the request's body as it comes; nil: there is none
	parted bool         // it is decided what becomes of what is left of that
	linger bool         // it is read away after the answer

	seat  visitor
	out   reply
	trace trace
}

func (s *Server) newCall(w http.ResponseWriter, r *http.Request) *call {
	c := &call{s: s, ctx: r.Context(), trace: trace{began: time.Now()}}
	c.seat = visitor{g: s.gate, w: w}
	c.out = reply{w: &patientWriter{w, &c.seat}, head: r.Method == http.MethodHead, trace: &c.trace}
	c.in, c.unread = inbound.Read(r)
	if c.in.Length != 0 && c.in.Body != nil {
		c.sent = &rollingBody{c: c, ReadCloser: c.in.Body, length: c.in.Length}
		c.in.Body = c.sent
		c.out.before = c.partFromBody
	}
	c.target = s.targetOf(c.in.Host)
	if !c.target.host {
		c.link = s.takeLink(&c.in)
	}
	c.query = query{c.in.Query, masked(c.in.Method, c.in.Query)}
	if c.in.Ambiguous() {
		c.out.set("Connection", "close")
	}
	c.id = requestID(s.ids.Add(1))
	c.out.set("X-Amz-Request-Id", c.id)
	c.out.set("X-Amz-Id-2", s.hostID)
	c.out.set("Server", "spaces")
	return c
}

// requestID mixes a count (splitmix64), so that ids do not look alike.
func requestID(n uint64) string {
	n *= 0x9e3779b97f4a7c15
	n = (n ^ n>>30) * 0xbf58476d1ce4e5b9
	n = (n ^ n>>27) * 0x94d049bb133111eb
	n ^= n >> 31
	const digits = "0123456789ABCDEF"
	var b [16]byte
	for i := range b {
		b[i] = digits[n>>60]
		n <<= 4
	}
	return string(b[:])
}

// fail answers an error. Where the answer has begun, the connection is cut
// instead: the client must not take what it has for the whole.
func (c *call) fail(err error) {
	e := asError(err)
	c.about(e)
	if !c.target.site {
		c.aboutHost(e)
	}
	c.trace.refused(e.Code, e)
	if c.trace.status != 0 {
		panic(http.ErrAbortHandler)
	}
	c.out.forgetHeaders()
	for _, h := range e.headers {
		c.out.set(h.name, h.value)
	}
	if e.Status == http.StatusServiceUnavailable {
		c.out.set("Retry-After", "1")
	}
	if c.target.site {
		c.failPage(e)
		return
	}
	x := s3xml.NewWriter()
	x.Declare()
	x.Open("Error")
	x.Text("Code", e.Code)
	x.Message(e.Message)
	for _, f := range e.fields {
		x.Text(f.name, f.value)
	}
	x.Text("Resource", c.in.RawPath)
	x.Text("RequestId", c.id)
	x.Text("HostId", c.s.hostID)
	x.Close("Error")
	c.out.document(e.Status, x)
}

// end releases what the request held, and logs it.
func (c *call) end() {
	c.release()
	problem := recover()
	if problem != nil && problem != http.ErrAbortHandler {
		c.trace.panicked, c.trace.stack = problem, debug.Stack() // of where it happened: this runs on top of it
	}
	if c.trace.panicked != nil && c.trace.status == 0 {
		func() {
			defer func() { recover() }()
			c.out.set("Connection", "close")
			c.fail(refuse("InternalError"))
			c.leaveBody()
			c.out.control().Flush() // who aborts sends nothing more, and the client is to have its id
		}()
	}
	c.depart()
	if problem != nil {
		panic(http.ErrAbortHandler)
	}
}

// release gives back what the answer was made of.
func (c *call) release() {
	c.seat.forget()
	if c.body != nil {
		c.body.Close()
		c.body = nil
	}
}
