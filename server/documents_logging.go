package server

import (
	"net/http"
	"slices"
	"strings"
)

// getLogging answers an empty document where logging is off.
func (c *call) getLogging() error {
	if raw := c.space.Config[docLogging]; len(raw) > 0 {
		return c.answerRaw("application/xml", raw)
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
	raw := doc.document()
	if len(doc.children) == 0 {
		raw = nil
	}
	if err := c.checkLogging(doc); err != nil {
		return err
	}
	if err := c.setDocument(docLogging, raw); err != nil {
		return err
	}
	return c.empty(http.StatusOK)
}

// checkLogging checks a BucketLoggingStatus (PutBucketLogging): the target is
// a Space of the same owner and region.
func (c *call) checkLogging(doc *element) error {
	bucket, prefix, enabled := "", "", 0
	var refused error
	err := doc.each(func(e *element) bool {
		enabled++
		return e.name == "LoggingEnabled" && e.each(func(f *element) bool {
			switch f.name {
			case "TargetBucket":
				return f.leaf(&bucket)
			case "TargetPrefix":
				return f.leaf(&prefix)
			case "TargetGrants":
				ok := false
				ok, refused = c.checkTargetGrants(f)
				return ok
			case "TargetObjectKeyFormat":
				return len(f.children) == 1 && slices.Contains([]string{"SimplePrefix", "PartitionedPrefix"}, f.children[0].name)
			}
			return false
		}) == nil && bucket != ""
	})
	switch {
	case err != nil || enabled > 1 || enabled == 0 && strings.Trim(doc.text, " \t\r\n") != "":
		return refuse("MalformedXML")
	case refused != nil:
		return refused
	case enabled == 0:
		return nil
	}
	if validKey(prefix) != nil {
		return errInvalidArgument("TargetPrefix", prefix, "The target prefix is not the beginning of a key.")
	}
	target, err := c.s.engine.Space(bucket)
	switch {
	case err != nil:
		return refusef("InvalidTargetBucketForLogging", "The target bucket for logging does not exist").with("TargetBucket", printable(bucket))
	case c.s.regionOf(&target) != c.s.regionOf(&c.space):
		return refusef("InvalidTargetBucketForLogging", "The target bucket for logging is in another region").with("TargetBucket", bucket)
	case !c.root() && !c.s.keyAllows(c, "s3:PutBucketLogging", &target):
		return refuse("AccessDenied")
	}
	return nil
}

// checkTargetGrants checks a list of grants like that of an ACL, in which
// there is no READ_ACP nor WRITE_ACP.
func (c *call) checkTargetGrants(e *element) (ok bool, refused error) {
	list, ok, refused := c.readGrants(e)
	if ok && slices.ContainsFunc(list, func(g grant) bool { return g.may == mayReadACP || g.may == mayWriteACP }) {
		return false, nil
	}
	return ok, refused
}
