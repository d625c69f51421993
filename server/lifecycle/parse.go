package lifecycle

import (
	"crypto/sha256"
	"encoding/hex"
	"math"
	"strconv"
	"strings"
	"time"
)

const maxDays = math.MaxInt32

// Parse reads a LifecycleConfiguration document and checks it as S3 does
// (S3 API Reference, PutBucketLifecycleConfiguration). It refuses what it does
// not understand: a rule read half would delete too much. Rules without ID
// get one that depends on the document only. Every error is an *Error.
func Parse(doc []byte) (*Configuration, error) {
	root, err := parseXML(doc)
	if err != nil {
		return nil, err
	}
	if root.name != "LifecycleConfiguration" || len(root.children) == 0 || len(root.children) > MaxRules {
		return nil, errXML
	}
	c := &Configuration{}
	err = root.fields(map[string]func(*node) error{"Rule": func(n *node) error {
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

func parseRule(n *node) (r Rule, err error) {
	var status string
	var prefix *string
	var filter *node
	err = n.fields(map[string]func(*node) error{
		"ID":     into(&r.ID),
		"Status": into(&status),
		"Prefix": func(n *node) error { prefix = new(string); return into(prefix)(n) },
		"Filter": func(n *node) error { filter = n; return nil },

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
func parseFilter(n *node) (f Filter, err error) {
	if len(n.children) == 1 && n.children[0].name == "And" {
		f, err = parsePredicates(n.children[0])
		f.And = true
		if len(n.children[0].children) == 0 {
			err = errXML
		}
		return f, err
	}
	if len(n.children) > 1 {
		return f, errXML
	}
	return parsePredicates(n)
}

func parsePredicates(n *node) (f Filter, err error) {
	err = n.fields(map[string]func(*node) error{
		"Prefix": func(n *node) error { f.HasPrefix = true; return into(&f.Prefix)(n) },
		"Tag": func(n *node) error {
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
func parseTag(n *node) (t Tag, err error) {
	err = n.fields(map[string]func(*node) error{"Key": into(&t.Key), "Value": into(&t.Value)})
	if err == nil && t.Key == "" {
		err = errXML
	}
	return t, err
}

func (r *Rule) expiration(n *node) error {
	var days *int
	var date, marker string
	err := n.fields(map[string]func(*node) error{
		"Days": intoInt(&days, maxDays), "Date": into(&date), "ExpiredObjectDeleteMarker": into(&marker),
	})
	if err != nil || len(n.children) != 1 {
		return errXML
	}
	r.Expiration = &Expiration{}
	switch n.children[0].name {
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

func (r *Rule) noncurrent(n *node) error {
	var days, newer *int
	err := n.fields(map[string]func(*node) error{
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

func (r *Rule) abort(n *node) error {
	var days *int
	err := n.fields(map[string]func(*node) error{"DaysAfterInitiation": intoInt(&days, maxDays)})
	if err != nil || days == nil {
		return errXML
	}
	r.AbortAfterDays = *days
	return positive(*days, "'DaysAfterInitiation' for AbortIncompleteMultipartUpload action")
}

func (r *Rule) transition(n *node) error {
	var t Transition
	var days *int
	var date string
	err := n.fields(map[string]func(*node) error{
		"Days": intoInt(&days, maxDays), "Date": into(&date), "StorageClass": into(&t.Class),
	})
	if err != nil || len(n.children) != 2 || !coldClasses[t.Class] {
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

func (r *Rule) noncurrentTransition(n *node) error {
	var t NoncurrentTransition
	var days, newer *int
	err := n.fields(map[string]func(*node) error{
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
