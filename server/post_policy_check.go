package server

import (
	"slices"
	"strings"
	"time"

	"spaces/server/s3xml"
)

// errFormDenied says which condition did not hold.
func errFormDenied(why string) *Error {
	return refusef("AccessDenied", "Invalid according to Policy: %s", why)
}

// check compares the fields of a form with the policy: every condition holds,
// and every field is in a condition but those that no condition can know.
func (p *formPolicy) check(f *form, bucket string, now time.Time) error {
	if !now.Before(p.expires) {
		return errFormDenied("Policy expired.")
	}
	covered := map[string]bool{}
	for _, c := range p.conditions {
		value := f.get(c.field)
		if c.field == "bucket" {
			value = bucket
		}
		if c.field == "" || !c.holds(value) {
			return errFormDenied("Policy Condition failed: " + c.text)
		}
		covered[c.field] = true
	}
	names := []string{"bucket"}
	for _, field := range f.fields {
		names = append(names, field.name)
	}
	for _, name := range names {
		if !covered[name] && !slices.Contains(uncovered, name) && !strings.HasPrefix(name, "x-ignore-") {
			return errFormDenied("Extra input fields: " + s3xml.Printable(name))
		}
	}
	return nil
}

// uncovered are the fields that need not be in the conditions.
var uncovered = []string{"x-amz-signature", "signature", "awsaccesskeyid", "policy", "file"}

// holds compares a value. The types of a list of them must all begin as the
// condition says ("Condition matching").
func (c *formCondition) holds(value string) bool {
	switch {
	case !c.prefix:
		return value == c.value
	case c.field != "content-type":
		return strings.HasPrefix(value, c.value)
	}
	for one := range strings.SplitSeq(value, ",") {
		if !strings.HasPrefix(strings.TrimSpace(one), c.value) {
			return false
		}
	}
	return true
}
