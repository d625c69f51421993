package lifecycle

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// XML writes the document that Parse reads as the same rules.
func (c *Configuration) XML() []byte {
	w := &writer{}
	w.b.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n")
	w.b.WriteString(`<LifecycleConfiguration xmlns="` + namespace + `">`)
	for i := range c.Rules {
		w.element("Rule", func() { w.rule(&c.Rules[i]) })
	}
	w.b.WriteString("</LifecycleConfiguration>")
	return []byte(w.b.String())
}

type writer struct{ b strings.Builder }

func (w *writer) element(name string, content func()) {
	w.b.WriteString("<" + name + ">")
	content()
	w.b.WriteString("</" + name + ">")
}

func (w *writer) text(name, text string) {
	w.element(name, func() { w.escape(text) })
}

func (w *writer) number(name string, n int) { w.text(name, strconv.Itoa(n)) }

func (w *writer) size(name string, n *int64) {
	if n != nil {
		w.text(name, strconv.FormatInt(*n, 10))
	}
}

func (w *writer) date(t time.Time) {
	w.text("Date", t.UTC().Format("2006-01-02T15:04:05.000Z"))
}

// escape keeps every character of a key: also those that readers would
// change (line ends) are written as references.
func (w *writer) escape(s string) {
	for _, r := range s {
		switch {
		case r == '&':
			w.b.WriteString("&amp;")
		case r == '<':
			w.b.WriteString("&lt;")
		case r == '>':
			w.b.WriteString("&gt;")
		case r == '"':
			w.b.WriteString("&quot;")
		case r < ' ' || r == 0x7f || r == 0x85 || r == 0x2028:
			fmt.Fprintf(&w.b, "&#x%X;", r)
		default:
			w.b.WriteRune(r)
		}
	}
}

func (w *writer) rule(r *Rule) {
	w.text("ID", r.ID)
	if r.OldPrefix {
		w.text("Prefix", r.Filter.Prefix)
	} else {
		w.element("Filter", func() { w.filter(&r.Filter) })
	}
	status := "Enabled"
	if r.Disabled {
		status = "Disabled"
	}
	w.text("Status", status)
	if e := r.Expiration; e != nil {
		w.element("Expiration", func() { w.expiration(e) })
	}
	for _, t := range r.Transitions {
		w.element("Transition", func() { w.transition(t) })
	}
	if n := r.Noncurrent; n != nil {
		w.element("NoncurrentVersionExpiration", func() { w.noncurrent(n.Days, n.Newer) })
	}
	for _, t := range r.NoncurrentTransitions {
		w.element("NoncurrentVersionTransition", func() {
			w.noncurrent(t.Days, t.Newer)
			w.text("StorageClass", t.Class)
		})
	}
	if r.AbortAfterDays > 0 {
		w.element("AbortIncompleteMultipartUpload", func() { w.number("DaysAfterInitiation", r.AbortAfterDays) })
	}
}

func (w *writer) filter(f *Filter) {
	if f.And {
		w.element("And", func() { w.predicates(f) })
		return
	}
	w.predicates(f)
}

func (w *writer) predicates(f *Filter) {
	if f.HasPrefix {
		w.text("Prefix", f.Prefix)
	}
	for _, t := range f.Tags {
		w.element("Tag", func() { w.text("Key", t.Key); w.text("Value", t.Value) })
	}
	w.size("ObjectSizeGreaterThan", f.GreaterThan)
	w.size("ObjectSizeLessThan", f.LessThan)
}

func (w *writer) expiration(e *Expiration) {
	switch {
	case e.DeleteMarker:
		w.text("ExpiredObjectDeleteMarker", strconv.FormatBool(e.RemoveMarker))
	case !e.Date.IsZero():
		w.date(e.Date)
	default:
		w.number("Days", e.Days)
	}
}

func (w *writer) transition(t Transition) {
	if !t.Date.IsZero() {
		w.date(t.Date)
	} else {
		w.number("Days", t.Days)
	}
	w.text("StorageClass", t.Class)
}

func (w *writer) noncurrent(days, newer int) {
	w.number("NoncurrentDays", days)
	if newer > 0 {
		w.number("NewerNoncurrentVersions", newer)
	}
}
