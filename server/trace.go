package server

import (
	"errors"
	"log/slog"
	"strings"
	"time"
)

// trace is what logs and metrics tell of a request, beside what it was.
type trace struct {
	began    time.Time
	read     time.Time     // all of its body; zero: there was none, or not all was read
	replied  time.Time     // the answer was begun
	took     time.Duration // set when it is over
	status   int           // 0: the answer was not begun
	sent     int64         // bytes of the answer's body
	received int64         // bytes of the body, as they were sent

	code  string // of the error that was answered
	cause error  // of it

	panicked any    // what with; nil: it did not. http.ErrAbortHandler is no panic
	stack    []byte // of it

	size  int64 // of the object in question, when sized
	sized bool
	byACL bool // something was allowed by an ACL alone

	batch   []doomed   // what became of the keys of a DeleteObjects
	renamed []renaming // and of the objects of a RenameObjects
	changed []changing // and of a ChangeObjects
}

// refused notes the error that is answered.
func (t *trace) refused(code string, cause error) { t.code, t.cause = code, cause }

// maxReason is how much of a reason is kept, in bytes.
const maxReason = 300

// reason is what the code of a refusal leaves open: a message other than the usual one, and what was underneath.
func (t *trace) reason() string {
	if t.cause == nil {
		return ""
	}
	text := t.cause.Error()
	var e *Error
	if errors.As(t.cause, &e) {
		text = ""
		if e.Message != codes[e.Code].message {
			text = e.Message
		}
		if e.cause != nil {
			text = strings.TrimPrefix(text+": "+e.cause.Error(), ": ")
		}
	}
	if len(text) > maxReason {
		text = text[:maxReason]
	}
	return text
}

// of notes the size of the object in question.
func (t *trace) of(size int64) { t.size, t.sized = size, true }

// turnaround is how long the answer took from the last byte of the request to
// the first of the answer; -1: it is not known.
func (t *trace) turnaround() time.Duration {
	if t.replied.IsZero() {
		return -1
	}
	if t.read.After(t.began) {
		return max(t.replied.Sub(t.read), 0)
	}
	return t.replied.Sub(t.began)
}

// depart tells all who want to know of a request that has ended.
func (c *call) depart() {
	c.trace.took = time.Since(c.trace.began)
	c.s.metrics.count(c.op, &c.trace)
	if c.s.access != nil {
		c.s.access.Record(c.accessLine())
	}
	if c.s.logs != nil {
		c.logDelivered()
	}
	if c.s.log != nil {
		c.logRequest()
	}
}

// clientsOwn are codes of a 5xx that say nothing is wrong here: who asks for what there is not, or for too much at once,
// must not fill the log in which trouble is looked for. They are in the access log and in the metrics.
var clientsOwn = map[string]bool{"NotImplemented": true, "SlowDown": true}

// logRequest writes the line of the access log. Queries hold signatures, and
// are left out.
func (c *call) logRequest() {
	t, name, key := &c.trace, "", ""
	if c.op != nil {
		name = c.op.name
	}
	if c.who != nil {
		key = c.who.AccessKey
	}
	attrs := [13]slog.Attr{
		slog.String("id", c.id), slog.String("remote", c.in.Remote), slog.String("host", c.in.Host),
		slog.String("method", c.in.Method), slog.String("path", c.in.RawPath), slog.String("operation", name),
		slog.String("key", key), slog.Int("status", t.status), slog.Int64("sent", t.sent),
		slog.Duration("took", t.took),
	}
	n := 10
	level := slog.LevelInfo
	if t.code != "" {
		attrs[n], n = slog.String("code", t.code), n+1
	}
	switch {
	case t.panicked != nil:
		level = slog.LevelError
		attrs[n], n = slog.Any("panic", t.panicked), n+1
		attrs[n], n = slog.String("stack", string(t.stack)), n+1
	case t.status >= 500 && t.cause != nil && !clientsOwn[t.code]:
		level = slog.LevelError
		attrs[n], n = slog.String("cause", t.cause.Error()), n+1
	}
	c.s.log.LogAttrs(c.ctx, level, "request", attrs[:n]...)
}
