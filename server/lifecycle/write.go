package lifecycle

import (
	"slices"

	"spaces/server/s3xml"
)

// XML writes the document that Parse reads as the same rules.
func (c *Configuration) XML() []byte {
	w := writer{s3xml.NewDocument("LifecycleConfiguration")}
	defer w.Release()
	for i := range c.Rules {
		w.element("Rule", func() { w.rule(&c.Rules[i]) })
	}
	w.Close("LifecycleConfiguration")
	return slices.Clone(w.Bytes())
}

type writer struct{ *s3xml.Writer }

func (w writer) element(name string, content func()) {
	w.Open(name)
	content()
	w.Close(name)
}

func (w writer) number(name string, n int) { w.Int(name, int64(n)) }

func (w writer) size(name string, n *int64) {
	if n != nil {
		w.Int(name, *n)
	}
}

func (w writer) rule(r *Rule) {
	w.Text("ID", r.ID)
	if r.OldPrefix {
		w.Text("Prefix", r.Filter.Prefix)
	} else {
		w.element("Filter", func() { w.filter(&r.Filter) })
	}
	status := "Enabled"
	if r.Disabled {
		status = "Disabled"
	}
	w.Text("Status", status)
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
			w.Text("StorageClass", t.Class)
		})
	}
	if r.AbortAfterDays > 0 {
		w.element("AbortIncompleteMultipartUpload", func() { w.number("DaysAfterInitiation", r.AbortAfterDays) })
	}
}

func (w writer) filter(f *Filter) {
	if f.And {
		w.element("And", func() { w.predicates(f) })
		return
	}
	w.predicates(f)
}

func (w writer) predicates(f *Filter) {
	if f.HasPrefix {
		w.Text("Prefix", f.Prefix)
	}
	for _, t := range f.Tags {
		w.element("Tag", func() { w.Text("Key", t.Key); w.Text("Value", t.Value) })
	}
	w.size("ObjectSizeGreaterThan", f.GreaterThan)
	w.size("ObjectSizeLessThan", f.LessThan)
}

func (w writer) expiration(e *Expiration) {
	switch {
	case e.DeleteMarker:
		w.Bool("ExpiredObjectDeleteMarker", e.RemoveMarker)
	case !e.Date.IsZero():
		w.Time("Date", e.Date)
	default:
		w.number("Days", e.Days)
	}
}

func (w writer) transition(t Transition) {
	if !t.Date.IsZero() {
		w.Time("Date", t.Date)
	} else {
		w.number("Days", t.Days)
	}
	w.Text("StorageClass", t.Class)
}

func (w writer) noncurrent(days, newer int) {
	w.number("NoncurrentDays", days)
	if newer > 0 {
		w.number("NewerNoncurrentVersions", newer)
	}
}
