package server

import (
	"strings"

	"spaces/server/accesslog"
	"spaces/server/storage"
)

// logs says whether requests to the Space of the call are logged. It is asked
// at every request: without a configuration it looks at two fields.
func (c *call) logs() bool {
	return c.s.logs != nil && len(c.space.Config) > 0 && len(c.space.Config[docLogging]) > 0
}

// logDelivered leaves the lines of a request that has ended to be delivered:
// one in the log of its Space, one for each key of a batch, and one in
// the log of the Space that a copy read from.
func (c *call) logDelivered() {
	if c.space.Name == "" && c.target.space != "" { // refused before it was looked at
		c.space, _ = c.s.engine.Space(c.target.space)
	}
	if c.logs() {
		l := c.logRecord()
		c.s.addLog(&c.space, l)
		for i := range c.trace.batch {
			d := &c.trace.batch[i]
			c.s.addLog(&c.space, batchRecord(l, "BATCH.DELETE.OBJECT", d.key, d.version, 204, d.err))
		}
		for i := range c.trace.renamed {
			r := &c.trace.renamed[i]
			c.s.addLog(&c.space, batchRecord(l, "BATCH.RENAME.OBJECT", r.to, versionMade(&r.done), 200, r.err))
		}
		for i := range c.trace.changed {
			o := &c.trace.changed[i]
			c.s.addLog(&c.space, batchRecord(l, "BATCH.CHANGE.OBJECT", o.key, versionMade(&o.done), 200, o.err))
		}
	}
	if from := &c.source.from; len(from.Config) > 0 && len(from.Config[docLogging]) > 0 && c.op.source == hCopySource {
		c.s.addLog(from, copiedRecord(c.logRecord(), &c.source))
	}
}

// logMember leaves the line of a member of an archive to be delivered. It does not wait for
// the end of the request: there may be millions.
func (c *call) logMember(operation, key string, d storage.Stored) {
	c.s.addLog(&c.space, batchRecord(c.logRecord(), operation, key, versionMade(&d.Object), 200, d.Err))
}

func (s *Server) addLog(sp *storage.Space, l accesslog.Record) {
	if r := s.loggingOf(sp); r != nil {
		s.logs.Add(s.logBatchOf(sp, r), l)
	}
}

// logBatchOf gives where the records of a Space go.
func (s *Server) logBatchOf(sp *storage.Space, r *logRule) accesslog.Batch {
	return accesslog.Batch{
		Source: sp.Name, Owner: sp.Owner, Region: s.regionOf(sp), Target: r.target, Prefix: r.prefix, ACL: r.acl,
		Partitioned: r.partitioned, ByEvent: r.byEvent,
	}
}

// sealedLog encrypts a log where everything in its target is encrypted.
func (s *Server) sealedLog(target *storage.Space, o storage.StageOptions) (storage.StageOptions, error) {
	if !s.masters.always() && !s.encryptionOf(target).byDefault {
		return o, nil
	}
	e, err := s.encryptByServer()
	o.Key, o.Encryption = e.key, e.Encryption
	return o, err
}

// batchRecord is that of a key of a batch, which was no request of its own. l is the one of the whole.
func batchRecord(l accesslog.Record, operation, key, version string, status int, err error) accesslog.Record {
	l.Operation, l.Key, l.Once, l.Version = operation, key, true, version
	l.Status, l.Code = status, ""
	if err != nil {
		e := asError(err)
		l.Status, l.Code = e.Status, e.Code
	}
	l.WithoutRequest()
	return l
}

// copiedRecord is that of the source of a copy (user guide, "Additional logging
// for copy operations").
func copiedRecord(l accesslog.Record, s *source) accesslog.Record {
	l.Operation += "_GET"
	l.Key, l.Version = s.key, s.version
	l.Sent, l.Turn = 0, -1
	if s.object.Key != "" {
		l.Size = s.object.Size
	}
	return l
}

// logResources are the kinds of resources, as the log names them, of
// subresources that it does not simply write in capitals. A subresource of
// objects has a slash before it.
var logResources = map[string]string{
	"list-type": "BUCKET", "versions": "BUCKETVERSIONS", "delete": "MULTI_OBJECT_DELETE", "renameObjects": "MULTI_OBJECT_RENAME", "changeObjects": "MULTI_OBJECT_CHANGE", "policy": "BUCKETPOLICY",
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
	case op.site:
		return "WEBSITE." + op.method + ".OBJECT"
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
		op, _ = c.row()
	}
	switch {
	case op != nil:
		return op.logged
	case c.target.site:
		return "WEBSITE." + strings.ToUpper(accesslog.Word(c.in.Method)) + ".OBJECT"
	case c.target.key != "":
		return "REST." + strings.ToUpper(accesslog.Word(c.in.Method)) + ".OBJECT"
	}
	return "REST." + strings.ToUpper(accesslog.Word(c.in.Method)) + ".BUCKET"
}

// loggedSize is the size of the object in question; -1: there is none.
func (c *call) loggedSize() int64 {
	switch {
	case c.trace.sized:
		return c.trace.size
	case c.object.Key != "":
		return c.object.Size
	case c.trace.code == "" && c.stream != nil && c.op != nil && c.op.body == stream:
		return c.stream.Size()
	}
	return -1
}
