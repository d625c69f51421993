package server

import (
	"net/http"
	"strings"
	"time"

	"spaces/server/storage"
)

// conditions are the conditional headers of a request (RFC 9110, section 13).
// Dates that cannot be parsed are ignored, as the RFC has it, and so is an
// If-Modified-Since that is still to come: it is no valid one (RFC 2616, section
// 14.25; Amazon answers GET, HEAD and CopyObject as if it were not there).
type conditions struct {
	match, noneMatch         string
	modified, unmodified     time.Time
	hasModified, hasUnmodify bool
}

// conditions reads the headers whose names begin with prefix: "" for the
// object itself, else the source of a copy or rename.
func (c *call) conditions(prefix string) conditions {
	return readConditions(c.in.Header, prefix, c.s.now())
}

func readConditions(h http.Header, prefix string, now time.Time) (k conditions) {
	k.match = h.Get(prefix + "If-Match")
	k.noneMatch = h.Get(prefix + "If-None-Match")
	if v := h.Get(prefix + "If-Modified-Since"); v != "" {
		t, err := http.ParseTime(v)
		k.modified, k.hasModified = t, err == nil && !t.After(now)
	}
	if v := h.Get(prefix + "If-Unmodified-Since"); v != "" {
		t, err := http.ParseTime(v)
		k.unmodified, k.hasUnmodify = t, err == nil
	}
	return k
}

func (k *conditions) none() bool {
	return k.match == "" && k.noneMatch == "" && !k.hasModified && !k.hasUnmodify
}

// evaluate compares with what is there, and gives the header whose condition
// fails, or "". The order, and that an entity tag that was given makes the date
// of its kind irrelevant, are RFC 9110's and S3's (GetObject, "Conditional
// requests").
func (k *conditions) evaluate(o *storage.Object) (failed string) {
	modified := o.Modified.Truncate(time.Second)
	switch {
	case k.match != "":
		if !matches(k.match, o.ETag) {
			return "If-Match"
		}
	case k.hasUnmodify && modified.After(k.unmodified):
		return "If-Unmodified-Since"
	}
	switch {
	case k.noneMatch != "":
		if matches(k.noneMatch, o.ETag) {
			return "If-None-Match"
		}
	case k.hasModified && !modified.After(k.modified):
		return "If-Modified-Since"
	}
	return ""
}

// matches says whether an entity tag is in a list of them, with or without
// quotes, or the list is "*".
func matches(list, etag string) bool {
	for tag := range strings.SplitSeq(list, ",") {
		tag = strings.Trim(tag, " \t")
		if tag == "*" {
			return true
		}
		if strings.Trim(strings.TrimPrefix(tag, "W/"), `"`) == etag {
			return true
		}
	}
	return false
}

func errPrecondition(condition string) *Error {
	return refuse("PreconditionFailed").with("Condition", condition)
}

// required makes the conditions a check that fails with 412, for reads whose
// answer has no 304: sources of copies and renames. prefix is for the message.
func (k conditions) required(prefix string) storage.Check {
	if k.none() {
		return nil
	}
	return func(cur *storage.Object) error {
		if failed := k.evaluate(cur); failed != "" {
			return errPrecondition(strings.ToLower(prefix) + failed)
		}
		return nil
	}
}

// forWrite makes the conditions a check on what is overwritten: If-Match on
// nothing is NoSuchKey (S3 user guide, "Conditional writes"), If-None-Match on
// nothing holds. absent is the code for the former.
func (k conditions) forWrite(absent string) storage.Check {
	if k.none() {
		return nil
	}
	return func(cur *storage.Object) error {
		switch {
		case cur != nil:
			if failed := k.evaluate(cur); failed != "" {
				return errPrecondition(failed)
			}
		case k.match != "":
			e := refuse(absent)
			if absent == "PreconditionFailed" {
				e.with("Condition", "If-Match")
			}
			return e
		}
		return nil
	}
}

// writeCheck makes a check of the conditions that S3 knows for writes: If-Match
// with an entity tag, or If-None-Match with "*", and not both (S3 user guide,
// "Conditional writes"). Others are refused rather than overlooked.
func writeCheck(h http.Header) (storage.Check, error) {
	k := conditions{match: h.Get("If-Match"), noneMatch: h.Get("If-None-Match")}
	switch {
	case k.match != "" && k.noneMatch != "":
		return nil, refuse("NotImplemented").with("Header", "If-Match,If-None-Match").
			with("additionalMessage", "Multiple conditional request headers present in the request")
	case k.noneMatch != "" && k.noneMatch != "*":
		return nil, refuse("NotImplemented").with("Header", "If-None-Match").
			with("additionalMessage", "We don't accept the provided value of If-None-Match header for this API")
	}
	return k.forWrite("NoSuchKey"), nil
}

// readTime reads a time of a condition, which is refused where it cannot be
// read: the condition would have to be overlooked.
func readTime(header, v string) (time.Time, error) {
	t, err := http.ParseTime(v)
	if err != nil {
		t, err = time.Parse(time.RFC3339, v)
	}
	if err != nil {
		return t, errInvalidArgument(strings.ToLower(header), v, "The time must be that of an HTTP date")
	}
	return t, nil
}
