package lifecycle

import (
	"fmt"
	"net/url"
	"strings"
	"time"
)

// Versioning is the state of the Space.
type Versioning int

const (
	Unversioned Versioning = iota
	Enabled
	Suspended
)

// Version is one version of a key, or a delete marker.
type Version struct {
	Seq        uint64
	Marker     bool
	Size       int64
	Tags       map[string]string
	Modified   time.Time
	Noncurrent time.Time // when its successor came; zero: not known, never expires
	Locked     bool      // by retention or legal hold: is not deleted for good
}

// Action is what to do with the current version.
type Action int

const (
	Keep          Action = iota
	AddMarker            // delete without naming a version: a delete marker becomes current (when suspended, the null one)
	DeleteCurrent        // delete the only version for good
	DeleteMarker         // delete the delete marker, the last of its key
)

// Deletion is a noncurrent version to delete for good, and the rule for it.
type Deletion struct {
	Seq  uint64
	Rule string
}

// Outcome is what is to be done with a key, and by which rules.
type Outcome struct {
	Current Action
	Rule    string // of Current
	Delete  []Deletion
}

// Nothing says whether nothing is to be done.
func (o *Outcome) Nothing() bool { return o.Current == Keep && len(o.Delete) == 0 }

// Evaluate says what the rules want done with a key at now. versions is all
// that the key has, newest first by sequence. Where several rules speak of a
// version, the one that is due first acts. Each run takes one step: a marker
// whose versions are deleted by this outcome goes in the next.
func (c *Configuration) Evaluate(key string, versions []Version, state Versioning, now time.Time) Outcome {
	var o Outcome
	if len(versions) == 0 {
		return o
	}
	o.Current, o.Rule = c.current(key, versions, state, now)
	for i := 1; i < len(versions); i++ {
		if versions[i].Locked && !versions[i].Marker {
			continue
		}
		if rule, ok := c.noncurrent(key, versions[1:], i-1, now); ok {
			o.Delete = append(o.Delete, Deletion{versions[i].Seq, rule})
		}
	}
	return o
}

func (c *Configuration) current(key string, versions []Version, state Versioning, now time.Time) (Action, string) {
	v := &versions[0]
	if v.Marker {
		if len(versions) > 1 {
			return Keep, ""
		}
		if due, rule, ok := c.first(key, v, Expiration.marker); ok && !now.Before(due) {
			return DeleteMarker, rule
		}
		return Keep, ""
	}
	due, rule, ok := c.first(key, v, Expiration.object)
	switch {
	case !ok || now.Before(due):
		return Keep, ""
	case state != Unversioned || len(versions) > 1:
		return AddMarker, rule
	case v.Locked:
		return Keep, ""
	}
	return DeleteCurrent, rule
}

// first finds the rule by which the version expires first, and when. Of two
// at the same time it is the one that is first in the document.
func (c *Configuration) first(key string, v *Version, when func(Expiration, time.Time) (time.Time, bool)) (due time.Time, rule string, ok bool) {
	for i := range c.Rules {
		r := &c.Rules[i]
		if r.Disabled || r.Expiration == nil || !r.Filter.matches(key, v) {
			continue
		}
		at, acts := when(*r.Expiration, v.Modified)
		if acts && (!ok || at.Before(due)) {
			due, rule, ok = at, r.ID, true
		}
	}
	return due, rule, ok
}

// object says when an object that was made at modified expires.
func (e Expiration) object(modified time.Time) (time.Time, bool) {
	if e.DeleteMarker {
		return time.Time{}, false
	}
	if !e.Date.IsZero() {
		return e.Date, true
	}
	return after(modified, e.Days), true
}

// marker says when a delete marker without versions goes: at once by
// ExpiredObjectDeleteMarker, by Days and Date as an object would.
func (e Expiration) marker(modified time.Time) (time.Time, bool) {
	if e.DeleteMarker {
		return time.Time{}, e.RemoveMarker
	}
	return e.object(modified)
}

// noncurrent finds a rule by which the i-th noncurrent version is due.
func (c *Configuration) noncurrent(key string, versions []Version, i int, now time.Time) (string, bool) {
	v := &versions[i]
	if v.Noncurrent.IsZero() {
		return "", false
	}
	var first time.Time
	var rule string
	for j := range c.Rules {
		r := &c.Rules[j]
		if r.Disabled || r.Noncurrent == nil || !r.Filter.matches(key, v) {
			continue
		}
		due := after(v.Noncurrent, r.Noncurrent.Days)
		if now.Before(due) || r.newer(key, versions[:i]) < r.Noncurrent.Newer {
			continue
		}
		if rule == "" || due.Before(first) {
			first, rule = due, r.ID
		}
	}
	return rule, rule != ""
}

// newer counts the noncurrent versions that the rule retains before others:
// those that it is about, and no further than it needs to know. Delete markers hold no data and retain nothing.
func (r *Rule) newer(key string, versions []Version) int {
	n := 0
	for i := 0; i < len(versions) && n < r.Noncurrent.Newer; i++ {
		if !versions[i].Marker && r.Filter.matches(key, &versions[i]) {
			n++
		}
	}
	return n
}

// matches says whether a filter is about a version. Delete markers have
// neither tags nor size, and no filter by these is about them.
func (f *Filter) matches(key string, v *Version) bool {
	if !strings.HasPrefix(key, f.Prefix) {
		return false
	}
	if v.Marker && (len(f.Tags) > 0 || f.GreaterThan != nil || f.LessThan != nil) {
		return false
	}
	for _, t := range f.Tags {
		if value, ok := v.Tags[t.Key]; !ok || value != t.Value {
			return false
		}
	}
	return (f.GreaterThan == nil || v.Size > *f.GreaterThan) && (f.LessThan == nil || v.Size < *f.LessThan)
}

// after adds days to a time and rounds up to the next midnight UTC; a time
// that is midnight moves on to the next, too.
func after(t time.Time, days int) time.Time {
	year, month, day := t.UTC().Date()
	return time.Date(year, month, day+days+1, 0, 0, 0, 0, time.UTC)
}

// httpDate is the form of dates in headers (RFC 9110, section 5.6.7).
const httpDate = "Mon, 02 Jan 2006 15:04:05 GMT"

// Expires says when the current version of a key expires, and by which rule.
func (c *Configuration) Expires(key string, v Version) (due time.Time, rule string, ok bool) {
	if v.Marker {
		return due, "", false
	}
	return c.first(key, &v, Expiration.object)
}

// ExpirationHeader is the value of x-amz-expiration for the current version
// of a key; false: it does not expire.
func (c *Configuration) ExpirationHeader(key string, v Version) (string, bool) {
	due, rule, ok := c.Expires(key, v)
	if !ok || due.Year() > 9999 {
		return "", false
	}
	id := strings.ReplaceAll(url.QueryEscape(rule), "+", "%20")
	return fmt.Sprintf(`expiry-date="%s", rule-id="%s"`, due.Format(httpDate), id), true
}

// Aborts says when an upload that stays incomplete is aborted, and by which
// rule (x-amz-abort-date and x-amz-abort-rule-id).
func (c *Configuration) Aborts(key string, initiated time.Time) (due time.Time, rule string, ok bool) {
	for i := range c.Rules {
		r := &c.Rules[i]
		if r.Disabled || r.AbortAfterDays == 0 || !r.Filter.matches(key, &Version{Marker: true}) {
			continue
		}
		if at := after(initiated, r.AbortAfterDays); !ok || at.Before(due) {
			due, rule, ok = at, r.ID, true
		}
	}
	return due, rule, ok
}

// Abort says whether an incomplete upload is to be aborted at now, and by
// which rule.
func (c *Configuration) Abort(key string, initiated, now time.Time) (rule string, ok bool) {
	due, rule, ok := c.Aborts(key, initiated)
	if !ok || now.Before(due) {
		return "", false
	}
	return rule, true
}
