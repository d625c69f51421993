package server

import (
	"net/http"
	"slices"
	"time"

	"spaces/server/s3xml"
	"spaces/server/storage"
)

// getLogging answers an empty document where logging is off.
func (c *call) getLogging() error {
	if raw := c.space.Config[docLogging]; len(raw) > 0 {
		return c.out.whole(http.StatusOK, "application/xml", raw)
	}
	return answerEmpty("BucketLoggingStatus")(c)
}

// putLogging stores where the log of a Space is to be delivered; an empty
// document turns it off.
func (c *call) putLogging() error {
	doc, err := c.readDocument("BucketLoggingStatus")
	if err != nil {
		return err
	}
	raw := doc.Document()
	if len(doc.Children) == 0 {
		raw = nil
	}
	if err := c.checkLogging(doc); err != nil {
		return err
	}
	if err := c.setDocument(docLogging, raw); err != nil {
		return err
	}
	return c.out.empty(http.StatusOK)
}

// logRule is a LoggingEnabled: where the log of a Space goes.
type logRule struct {
	target, prefix string
	partitioned    bool // account, region, Space and day are part of the key
	byEvent        bool // partitioned: the day is that of the requests, not of the delivery
	granted        bool // there are TargetGrants
	acl            storage.ACL
}

// readLogging reads a BucketLoggingStatus (PutBucketLogging); nil: logging is off.
func (c *call) readLogging(doc *s3xml.Element) (*logRule, error) {
	var r *logRule
	var refused error
	prefixed := false
	err := doc.Each(func(e *s3xml.Element) bool {
		if e.Name != "LoggingEnabled" || r != nil {
			return false
		}
		r = &logRule{acl: storage.Private}
		return e.Each(func(f *s3xml.Element) bool {
			switch f.Name {
			case "TargetBucket":
				return f.Leaf(&r.target)
			case "TargetPrefix":
				prefixed = true
				return f.Leaf(&r.prefix)
			case "TargetGrants":
				var ok bool
				ok, refused = c.readTargetGrants(f, r)
				return ok
			case "TargetObjectKeyFormat":
				return r.readFormat(f)
			}
			return false
		}) == nil && r.target != "" && prefixed
	})
	if err != nil || r == nil && !s3xml.Blank(doc.Text) {
		return nil, refuse("MalformedXML")
	}
	return r, refused
}

// readTargetGrants reads a list of grants like that of an ACL, in which there
// is no READ_ACP nor WRITE_ACP. The owner has all rights in any case.
func (c *call) readTargetGrants(e *s3xml.Element, r *logRule) (ok bool, refused error) {
	list, ok, refused := c.readGrants(e)
	if ok && slices.ContainsFunc(list, func(g grant) bool { return g.may == mayReadACP || g.may == mayWriteACP }) {
		return false, nil
	}
	r.granted = len(list) > 0
	if !slices.Contains(list, ownerOnly[0]) {
		list = append(slices.Clone(ownerOnly), list...)
	}
	r.acl = list.stored()
	return ok, refused
}

// readFormat reads a TargetObjectKeyFormat: one of the two, and of the second
// whose day it is (PartitionedPrefix; EventTime where it is not said).
func (r *logRule) readFormat(e *s3xml.Element) bool {
	if len(e.Children) != 1 {
		return false
	}
	f := &e.Children[0]
	source := ""
	switch f.Name {
	case "SimplePrefix":
		return len(f.Children) == 0
	case "PartitionedPrefix":
		r.partitioned = true
		err := f.Each(func(g *s3xml.Element) bool { return g.Name == "PartitionDateSource" && g.Leaf(&source) })
		r.byEvent = source != "DeliveryTime"
		return err == nil && slices.Contains([]string{"", "EventTime", "DeliveryTime"}, source)
	}
	return false
}

// checkLogging checks a document that is to be stored: the target is a Space
// of the same owner and region, in which objects can be made as the document says.
func (c *call) checkLogging(doc *s3xml.Element) error {
	r, err := c.readLogging(doc)
	if err != nil || r == nil {
		return err
	}
	batch := c.s.logBatchOf(&c.space, r)
	if validKey(batch.Key(time.Time{})) != nil {
		return errInvalidArgument("TargetPrefix", r.prefix, "The target prefix is not the beginning of a key.")
	}
	target, err := c.s.engine.Space(r.target)
	bad := func(why string) error {
		return refusef("InvalidTargetBucketForLogging", "%s", why).with("TargetBucket", s3xml.Printable(r.target))
	}
	switch {
	case err != nil:
		return bad("The target bucket for logging does not exist")
	case target.Owner != c.space.Owner:
		return bad("The owner for the bucket to be logged and the target bucket must be the same.")
	case c.s.regionOf(&target) != c.s.regionOf(&c.space):
		return bad("The target bucket for logging is in another region")
	case !c.root() && !c.s.keyAllows(c, "s3:PutBucketLogging", &target):
		return refuse("AccessDenied")
	case c.s.keepsByDefault(&target):
		return bad("The target bucket for logging must not have a default retention period")
	case r.granted && c.s.ownership(&target) == ownerEnforced:
		return refusef("InvalidArgument", "Target grants cannot be used where the target bucket has the bucket owner enforced setting for Object Ownership.")
	}
	return nil
}

// keepsByDefault says that what is made in a Space is locked for a time, which
// nothing may be that logs are delivered to (user guide, "Enabling Amazon S3
// server access logging").
func (s *Server) keepsByDefault(sp *storage.Space) bool {
	raw := sp.Config[docLock]
	if len(raw) == 0 {
		return false
	}
	doc, err := s3xml.Parse(string(raw))
	if err != nil {
		return true
	}
	r, err := readLockConfiguration(doc)
	return err != nil || r.mode != ""
}

// loggingOf gives where the log of a Space goes; nil: nowhere.
func (s *Server) loggingOf(sp *storage.Space) *logRule {
	return parsedXML(s, sp, docLogging, func(doc *s3xml.Element) (*logRule, error) { return (&call{s: s}).readLogging(doc) })
}
