package lifecycle

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Limits of the tree, above what any valid document has.
const (
	maxDepth = 8
	maxNodes = 200_000
)

const namespace = "http://s3.amazonaws.com/doc/2006-03-01/"

var errXML = &Error{MalformedXML, "The XML you provided was not well-formed or did not validate against our published schema"}

// node is an element with either text or elements in it.
type node struct {
	name     string
	text     []byte
	children []*node
}

// parseXML reads a document strictly: one root, UTF-8, no DTD, no
// instructions, no foreign namespaces and attributes, nothing after the end.
func parseXML(doc []byte) (*node, error) {
	if len(doc) > MaxDocument || !utf8.Valid(doc) {
		return nil, errXML
	}
	d := xml.NewDecoder(bytes.NewReader(doc))
	r := &reader{}
	for {
		t, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil || !r.take(t) {
			return nil, errXML
		}
	}
	if r.root == nil || len(r.open) > 0 {
		return nil, errXML
	}
	return r.root, nil
}

// reader builds the tree.
type reader struct {
	root     *node
	open     []*node
	count    int
	declared bool
}

// take says whether the token may come here.
func (r *reader) take(t xml.Token) bool {
	switch t := t.(type) {
	case xml.StartElement:
		return r.start(t)
	case xml.EndElement:
		n := r.open[len(r.open)-1]
		r.open = r.open[:len(r.open)-1]
		return len(n.children) == 0 || blank(string(n.text))
	case xml.CharData:
		if len(r.open) == 0 {
			return blank(string(t)) || r.root == nil && string(t) == "\ufeff"
		}
		n := r.open[len(r.open)-1]
		n.text = append(n.text, t...)
		return true
	case xml.Comment:
		return true
	case xml.ProcInst:
		ok := t.Target == "xml" && r.root == nil && !r.declared
		r.declared = true
		return ok
	}
	return false
}

func (r *reader) start(t xml.StartElement) bool {
	r.count++
	if t.Name.Space != "" && t.Name.Space != namespace || len(r.open) >= maxDepth || r.count > maxNodes {
		return false
	}
	for _, a := range t.Attr {
		if a.Name.Space != "xmlns" && (a.Name.Space != "" || a.Name.Local != "xmlns") {
			return false
		}
	}
	n := &node{name: t.Name.Local}
	switch {
	case len(r.open) > 0:
		parent := r.open[len(r.open)-1]
		parent.children = append(parent.children, n)
	case r.root != nil:
		return false
	default:
		r.root = n
	}
	r.open = append(r.open, n)
	return true
}

func blank(s string) bool { return strings.Trim(s, " \t\r\n") == "" }

// fields hands each child to the function of its name, which may come once
// unless it is repeated. An element without a function is an error.
func (n *node) fields(take map[string]func(*node) error, repeated ...string) error {
	if !blank(string(n.text)) {
		return errXML
	}
	seen := map[string]bool{}
	for _, child := range n.children {
		f := take[child.name]
		if f == nil || seen[child.name] {
			return errXML
		}
		seen[child.name] = true
		for _, name := range repeated {
			delete(seen, name)
		}
		if err := f(child); err != nil {
			return err
		}
	}
	return nil
}

// into reads the text of an element that has none in it.
func into(s *string) func(*node) error {
	return func(n *node) error {
		if len(n.children) > 0 {
			return errXML
		}
		*s = string(n.text)
		return nil
	}
}

// intoInt reads a whole number into what p will point to. Numbers over max
// and what is no number are not valid XML by the schema.
func intoInt[T int | int64](p **T, max int64) func(*node) error {
	return func(n *node) error {
		i, err := strconv.ParseInt(strings.Trim(string(n.text), " \t\r\n"), 10, 64)
		if err != nil || i > max || len(n.children) > 0 {
			return errXML
		}
		v := T(i)
		*p = &v
		return nil
	}
}
