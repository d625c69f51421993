package lifecycle

import (
	"crypto/sha256"
	"encoding/hex"
	"math"
	"strconv"
	"strings"
	"time"

	"spaces/server/s3xml"
)

const maxDays = math.MaxInt32

// Parse reads a LifecycleConfiguration document and checks it as S3 does
// (S3 API Reference, PutBucketLifecycleConfiguration). It refuses what it does
// not understand: a rule read half would delete too much. Rules without ID
// get one that depends on the document only. Every error is an *Error.
func Parse(doc []byte) (*Configuration, error) {
	if len(doc) > MaxDocument {
		return nil, errXML
	}
	root, err := s3xml.ParseStrict(string(doc))
	if err != nil {
		return nil, errXML
	}
	if root.Name != "LifecycleConfiguration" || len(root.Children) == 0 || len(root.Children) > MaxRules {
		return nil, errXML
	}
	c := &Configuration{}
	err = fields(root, map[string]func(*s3xml.Element) error{"Rule": func(n *s3xml.Element) error {
		r, err := parseRule(n)
		c.Rules = append(c.Rules, r)
		return err
	}}, "Rule")
	if err != nil {
		return nil, err
	}
	for i := range c.Rules {
		if c.Rules[i].ID == "" {
			sum := sha256.Sum256(append([]byte(strconv.Itoa(i)+"\n"), doc...))
			c.Rules[i].ID = hex.EncodeToString(sum[:24])
		}
	}
	if err := c.check(); err != nil {
		return nil, err
	}
	return c, nil
}

func parseRule(n *s3xml.Element) (r Rule, err error) {
	var status string
	var prefix *string
	var filter *s3xml.Element
	err = fields(n, map[string]func(*s3xml.Element) error{
		"ID":     into(&r.ID),
		"Status": into(&status),
		"Prefix": func(n *s3xml.Element) error { prefix = new(string); return into(prefix)(n) },
		"Filter": func(n *s3xml.Element) error { filter = n; return nil },

		"Expiration":                     r.expiration,
		"NoncurrentVersionExpiration":    r.noncurrent,
		"AbortIncompleteMultipartUpload": r.abort,
		"Transition":                     r.transition,
		"NoncurrentVersionTransition":    r.noncurrentTransition,
	}, "Transition", "NoncurrentVersionTransition")
	if err != nil {
		return r, err
	}
	if status != "Enabled" && status != "Disabled" {
		return r, errXML
	}
	r.Disabled = status == "Disabled"
	switch {
	case prefix == nil && filter != nil:
		r.Filter, err = parseFilter(filter)
	case prefix != nil && filter == nil:
		r.OldPrefix = true
		r.Filter = Filter{HasPrefix: true, Prefix: *prefix}
	default: // both, or neither: never taken for all objects
		err = errXML
	}
	return r, err
}

// parseFilter reads Filter: nothing, one predicate, or And.
func parseFilter(n *s3xml.Element) (f Filter, err error) {
	if len(n.Children) == 1 && n.Children[0].Name == "And" {
		f, err = parsePredicates(&n.Children[0])
		f.And = true
		if len(n.Children[0].Children) == 0 {
			err = errXML
		}
		return f, err
	}
	if len(n.Children) > 1 {
		return f, errXML
	}
	return parsePredicates(n)
}

func parsePredicates(n *s3xml.Element) (f Filter, err error) {
	err = fields(n, map[string]func(*s3xml.Element) error{
		"Prefix": func(n *s3xml.Element) error { f.HasPrefix = true; return into(&f.Prefix)(n) },
		"Tag": func(n *s3xml.Element) error {
			t, err := parseTag(n)
			f.Tags = append(f.Tags, t)
			return err
		},
		"ObjectSizeGreaterThan": intoInt(&f.GreaterThan, math.MaxInt64),
		"ObjectSizeLessThan":    intoInt(&f.LessThan, math.MaxInt64),
	}, "Tag")
	return f, err
}

// parseTag: a Tag without Value means tags with an empty one.
func parseTag(n *s3xml.Element) (t Tag, err error) {
	err = fields(n, map[string]func(*s3xml.Element) error{"Key": into(&t.Key), "Value": into(&t.Value)})
	if err == nil && t.Key == "" {
		err = errXML
	}
	return t, err
}

func (r *Rule) expiration(n *s3xml.Element) error {
	var days *int
	var date, marker string
	err := fields(n, map[string]func(*s3xml.Element) error{
		"Days": intoInt(&days, maxDays), "Date": into(&date), "ExpiredObjectDeleteMarker": into(&marker),
	})
	if err != nil || len(n.Children) != 1 {
		return errXML
	}
	r.Expiration = &Expiration{}
	switch n.Children[0].Name {
	case "Days":
		r.Expiration.Days = *days
		return positive(*days, "'Days' for Expiration action")
	case "Date":
		r.Expiration.Date, err = parseDate(date)
		return err
	}
	r.Expiration.DeleteMarker = true
	r.Expiration.RemoveMarker, err = parseBool(marker)
	return err
}

func (r *Rule) noncurrent(n *s3xml.Element) error {
	var days, newer *int
	err := fields(n, map[string]func(*s3xml.Element) error{
		"NoncurrentDays": intoInt(&days, maxDays), "NewerNoncurrentVersions": intoInt(&newer, maxDays),
	})
	if err != nil || days == nil {
		return errXML
	}
	r.Noncurrent = &NoncurrentExpiration{Days: *days}
	if err := positive(*days, "'NoncurrentDays' for NoncurrentVersionExpiration action"); err != nil {
		return err
	}
	r.Noncurrent.Newer, err = newerVersions(newer, "NoncurrentVersionExpiration")
	return err
}

func (r *Rule) abort(n *s3xml.Element) error {
	var days *int
	err := fields(n, map[string]func(*s3xml.Element) error{"DaysAfterInitiation": intoInt(&days, maxDays)})
	if err != nil || days == nil {
		return errXML
	}
	r.AbortAfterDays = *days
	return positive(*days, "'DaysAfterInitiation' for AbortIncompleteMultipartUpload action")
}

func (r *Rule) transition(n *s3xml.Element) error {
	var t Transition
	var days *int
	var date string
	err := fields(n, map[string]func(*s3xml.Element) error{
		"Days": intoInt(&days, maxDays), "Date": into(&date), "StorageClass": into(&t.Class),
	})
	if err != nil || len(n.Children) != 2 || !coldClasses[t.Class] {
		return errXML
	}
	if days != nil {
		t.Days = *days
	} else if t.Date, err = parseDate(date); err != nil {
		return err
	}
	r.Transitions = append(r.Transitions, t)
	return checkTransition(t.Days, days != nil, t.Class, "'Days' in Transition action")
}

func (r *Rule) noncurrentTransition(n *s3xml.Element) error {
	var t NoncurrentTransition
	var days, newer *int
	err := fields(n, map[string]func(*s3xml.Element) error{
		"NoncurrentDays": intoInt(&days, maxDays), "NewerNoncurrentVersions": intoInt(&newer, maxDays),
		"StorageClass": into(&t.Class),
	})
	if err != nil || days == nil || !coldClasses[t.Class] {
		return errXML
	}
	t.Days = *days
	if t.Newer, err = newerVersions(newer, "NoncurrentVersionTransition"); err != nil {
		return err
	}
	r.NoncurrentTransitions = append(r.NoncurrentTransitions, t)
	return checkTransition(t.Days, true, t.Class, "'NoncurrentDays' in NoncurrentVersionTransition action")
}

// parseDate reads a day in ISO 8601; a time must be midnight UTC.
func parseDate(s string) (time.Time, error) {
	s = strings.Trim(s, " \t\r\n")
	for _, layout := range []string{time.RFC3339, "2006-01-02"} {
		t, err := time.Parse(layout, s)
		if err != nil {
			continue
		}
		t = t.UTC()
		if t.Hour()+t.Minute()+t.Second()+t.Nanosecond() != 0 {
			return t, &Error{InvalidArgument, "'Date' must be at midnight GMT"}
		}
		if t.Year() < 1970 || t.Year() > 9999 {
			return t, &Error{InvalidArgument, "'Date' is out of range"}
		}
		return t, nil
	}
	return time.Time{}, errXML
}

// parseBool reads an xs:boolean.
func parseBool(s string) (bool, error) {
	switch strings.Trim(s, " \t\r\n") {
	case "true", "1":
		return true, nil
	case "false", "0":
		return false, nil
	}
	return false, errXML
}
