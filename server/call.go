package server

import (
	"context"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strconv"
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
	w http.ResponseWriter

	ctx    context.Context // ends when the client goes away; a call lives no longer than its request
	in     inbound.Request // what the client sent
	unread error           // why in could not be read

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
	quiet    string
	parts    []claimedPart // CompleteMultipartUpload: its list
	claim    claim         // rows that take a document: the digests in the headers
	form     *form         // rows that take a form
	formMin  int64         // what the policy of the form says of the size of its file, in bytes
	formMax  int64

	held   int64 // bytes of the budget for documents
	cut    bool  // off, for another who needs those
	inside bool  // it has a place in the gate
	wait   wait
	linger bool // the body is to be read away after the answer

	began    time.Time
	deadline time.Time // of writing the answer, when last set
	status   int
	sent     int64
	received int64         // bytes of the body, as they were sent
	took     time.Duration // set when it is over
	code     string        // of the error that was answered
	stack    []byte        // of a panic
	cause    error

	// What the log of the Space says besides: see logs.
	read, replied time.Time // when the body was read and the answer begun; where the Space has a log
	size          int64     // of the object in question, when sized
	sized         bool
	byACL         bool     // something was allowed by an ACL alone
	batch         []doomed // what became of the keys of a DeleteObjects

	// Values of headers, so that each does not need a slice of its own.
	values [24]string
	used   int
}

func (s *Server) newCall(w http.ResponseWriter, r *http.Request) *call {
	c := &call{s: s, ctx: r.Context(), began: time.Now()}
	c.w = &patientWriter{w, c}
	c.in, c.unread = inbound.Read(r)
	c.query = query{c.in.Query, masked(c.in.Method, c.in.Query)}
	if c.in.Ambiguous() {
		c.set("Connection", "close")
	}
	c.id = requestID(s.ids.Add(1))
	c.set("X-Amz-Request-Id", c.id)
	c.set("X-Amz-Id-2", s.hostID)
	c.set("Server", "spaces")
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

// set sets a header of the answer. The name is used as it is; the value is
// made safe: nothing that was stored can end a header line.
func (c *call) set(name, value string) {
	if c.used == len(c.values) {
		c.w.Header()[name] = []string{oneLine(value)}
		return
	}
	c.values[c.used] = oneLine(value)
	c.w.Header()[name] = c.values[c.used : c.used+1 : c.used+1]
	c.used++
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
func (c *call) begin(status int) {
	c.extendWrite()
	if c.logs() {
		c.replied = time.Now()
	}
	c.status = status
	c.w.WriteHeader(status)
}

// empty answers without a body.
func (c *call) empty(status int) error {
	if status != http.StatusNoContent && status != http.StatusNotModified {
		c.set("Content-Length", "0")
	}
	c.begin(status)
	return nil
}

// answer sends a document and gives its buffer back.
func (c *call) answer(status int, x *s3xml.Writer) error {
	defer x.Release()
	c.set("Content-Type", "application/xml")
	c.set("Content-Length", strconv.Itoa(len(x.Bytes())))
	c.begin(status)
	if c.in.Method != http.MethodHead {
		n, _ := c.w.Write(x.Bytes())
		c.sent += int64(n)
	}
	return nil
}

// fail answers an error. Where the answer has begun, the connection is cut
// instead: the client must not take what it has for the whole.
func (c *call) fail(err error) {
	e := asError(err)
	c.about(e)
	c.aboutHost(e)
	c.code, c.cause = e.Code, e
	if c.status != 0 {
		panic(http.ErrAbortHandler)
	}
	c.forgetHeaders()
	for _, h := range e.headers {
		c.set(h.name, h.value)
	}
	c.refuseBody(e)
	if e.Status == http.StatusServiceUnavailable {
		c.set("Retry-After", "1")
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
	c.answer(e.Status, x)
	c.leaveBody()
}

// forgetHeaders takes back what a handler set before it failed.
func (c *call) forgetHeaders() {
	h := c.w.Header()
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

// end releases what the request held, and logs it.
func (c *call) end() {
	c.forget()
	if c.body != nil {
		c.body.Close()
	}
	problem := recover()
	if problem != nil && problem != http.ErrAbortHandler {
		c.stack = debug.Stack() // of where it happened: this runs on top of it
	}
	if problem != nil && problem != http.ErrAbortHandler && c.status == 0 {
		func() {
			defer func() { recover() }()
			c.fail(refuse("InternalError"))
		}()
	}
	c.depart(problem)
	if c.s.log != nil {
		c.logRequest(problem)
	}
	if problem != nil {
		panic(http.ErrAbortHandler)
	}
}

// logRequest writes the line of the access log. Queries hold signatures, and
// are left out.
func (c *call) logRequest(problem any) {
	name, key := "", ""
	if c.op != nil {
		name = c.op.name
	}
	if c.who != nil {
		key = c.who.AccessKey
	}
	attrs := [13]slog.Attr{
		slog.String("id", c.id), slog.String("remote", c.in.Remote), slog.String("host", c.in.Host),
		slog.String("method", c.in.Method), slog.String("path", c.in.RawPath), slog.String("operation", name),
		slog.String("key", key), slog.Int("status", c.status), slog.Int64("sent", c.sent),
		slog.Duration("took", time.Since(c.began)),
	}
	n := 10
	level := slog.LevelInfo
	if c.code != "" {
		attrs[n], n = slog.String("code", c.code), n+1
	}
	switch {
	case problem != nil && problem != http.ErrAbortHandler:
		level = slog.LevelError
		attrs[n], n = slog.Any("panic", problem), n+1
		attrs[n], n = slog.String("stack", string(c.stack)), n+1
	case c.status >= 500 && c.cause != nil:
		level = slog.LevelError
		attrs[n], n = slog.String("cause", c.cause.Error()), n+1
	}
	c.s.log.LogAttrs(c.ctx, level, "request", attrs[:n]...)
}
