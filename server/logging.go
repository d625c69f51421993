package server

import (
	"strings"
	"time"

	"spaces/server/storage"
)

// logs says whether requests to the Space of the call are logged. It is asked
// at every request: without a configuration it looks at two fields.
func (c *call) logs() bool {
	return c.s.logs != nil && len(c.space.Config) > 0 && len(c.space.Config[docLogging]) > 0
}

// logDelivered leaves the lines of a request that has ended to be delivered:
// one in the log of its Space, one for each key of a DeleteObjects, and one in
// the log of the Space that a copy read from.
func (c *call) logDelivered() {
	if c.space.Name == "" && c.target.space != "" { // refused before it was looked at
		c.space, _ = c.s.engine.Space(c.target.space)
	}
	if c.logs() {
		l := c.logLine()
		c.s.addLog(&c.space, l)
		for i := range c.batch {
			c.s.addLog(&c.space, l.deleted(&c.batch[i]))
		}
	}
	if from := &c.source.from; len(from.Config) > 0 && len(from.Config[docLogging]) > 0 && c.op.source == hCopySource {
		l := c.logLine()
		c.s.addLog(from, l.copied(&c.source, c.status))
	}
}

func (s *Server) addLog(sp *storage.Space, l logLine) {
	r := s.loggingOf(sp)
	if r == nil {
		return
	}
	l.owner, l.space = sp.Owner, sp.Name
	s.logs.add(s.logBatchOf(sp, r, l.at), l.append(make([]byte, 0, 512)))
}

// deleted is the line of a key of a DeleteObjects, which was no request of its own.
func (l logLine) deleted(d *doomed) logLine {
	l.operation, l.key, l.once, l.version = "BATCH.DELETE.OBJECT", d.key, true, d.version
	l.status, l.code = 204, ""
	if d.err != nil {
		e := asError(d.err)
		l.status, l.code = e.Status, e.Code
	}
	l.withoutRequest()
	return l
}

// copied is the line of the source of a copy (user guide, "Additional logging
// for copy operations").
func (l logLine) copied(s *source, status int) logLine {
	l.operation += "_GET"
	l.key, l.version = s.key, s.version
	l.sent, l.turn = 0, -1
	if s.object.Key != "" {
		l.size = s.object.Size
	}
	return l
}

func (l *logLine) withoutRequest() {
	l.uri, l.referer, l.agent = "", "", ""
	l.sent, l.size, l.total, l.turn = 0, -1, -1, -1
}

// logResources are the kinds of resources, as the log names them, of
// subresources that it does not simply write in capitals. A subresource of
// objects has a slash before it.
var logResources = map[string]string{
	"list-type": "BUCKET", "versions": "BUCKETVERSIONS", "delete": "MULTI_OBJECT_DELETE", "policy": "BUCKETPOLICY",
	"policyStatus": "POLICY_STATUS", "logging": "LOGGING_STATUS", "ownershipControls": "OWNERSHIP_CONTROLS",
	"publicAccessBlock": "PUBLIC_ACCESS_BLOCK", "requestPayment": "REQUEST_PAYMENT", "object-lock": "OBJECT_LOCK_CONFIGURATION",
	"/tagging": "OBJECT_TAGGING", "/attributes": "OBJECT_ATTRIBUTES", "/retention": "OBJECT_LOCK_RETENTION",
	"/legal-hold": "OBJECT_LOCK_LEGALHOLD", "/uploadId": "UPLOAD", "/partNumber": "PART", "/renameObject": "OBJECT_RENAME",
}

// loggedName is REST.METHOD.RESOURCE.
func (op *operation) loggedName() string {
	switch {
	case op.action == actionPreflight:
		return "REST.OPTIONS.PREFLIGHT"
	case op.form:
		return "REST.POST.OBJECT"
	}
	what, slash := "BUCKET", ""
	if op.scope == object {
		what, slash = "OBJECT", "/"
	}
	if len(op.query) > 0 {
		what = strings.ToUpper(op.query[0])
		if special, ok := logResources[slash+op.query[0]]; ok {
			what = special
		}
	}
	if op.source == hCopySource {
		return "REST.COPY." + what
	}
	return "REST." + op.method + "." + what
}

// loggedOperation is the name of the row of the request, or of the row that it
// would have come to.
func (c *call) loggedOperation() string {
	op := c.op
	if op == nil {
		op, _ = operations.route(c.target.scope(), c.in.Method, c.query.mask, c.in.Header)
	}
	switch {
	case op != nil:
		return op.logged
	case c.target.key != "":
		return "REST." + oneWord(c.in.Method) + ".OBJECT"
	}
	return "REST." + oneWord(c.in.Method) + ".BUCKET"
}

// turnaround is how long the answer took from the last byte of the request to
// the first of the answer; -1: it is not known.
func (c *call) turnaround() time.Duration {
	if c.replied.IsZero() {
		return -1
	}
	if c.read.After(c.began) {
		return max(c.replied.Sub(c.read), 0)
	}
	return c.replied.Sub(c.began)
}

// loggedSize is the size of the object in question; -1: there is none.
func (c *call) loggedSize() int64 {
	switch {
	case c.sized:
		return c.size
	case c.object.Key != "":
		return c.object.Size
	case c.code == "" && c.stream != nil && c.op != nil && c.op.body == stream:
		return c.stream.Size()
	}
	return -1
}
