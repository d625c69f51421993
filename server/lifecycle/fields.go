package lifecycle

import (
	"slices"
	"strconv"
	"strings"

	"spaces/server/s3xml"
)

var errXML = &Error{MalformedXML, "The XML you provided was not well-formed or did not validate against our published schema"}

// fields hands each element in e to the function of its name, which may come
// once unless it is repeated. An element without a function is an error.
func fields(e *s3xml.Element, take map[string]func(*s3xml.Element) error, repeated ...string) error {
	if !s3xml.Blank(e.Text) {
		return errXML
	}
	seen := map[string]bool{}
	for i := range e.Children {
		child := &e.Children[i]
		f := take[child.Name]
		if f == nil || seen[child.Name] {
			return errXML
		}
		seen[child.Name] = !slices.Contains(repeated, child.Name)
		if err := f(child); err != nil {
			return err
		}
	}
	return nil
}

// into reads the text of an element that has none in it.
func into(s *string) func(*s3xml.Element) error {
	return func(e *s3xml.Element) error {
		if len(e.Children) > 0 {
			return errXML
		}
		*s = e.Text
		return nil
	}
}

// intoInt reads a whole number into what p will point to. Numbers over max
// and what is no number are not valid XML by the schema.
func intoInt[T int | int64](p **T, max int64) func(*s3xml.Element) error {
	return func(e *s3xml.Element) error {
		i, err := strconv.ParseInt(strings.Trim(e.Text, " \t\r\n"), 10, 64)
		if err != nil || i > max || len(e.Children) > 0 {
			return errXML
		}
		v := T(i)
		*p = &v
		return nil
	}
}
