// Package s3xml reads and writes the XML documents of S3, those that are long lists as well. Keys, and the prefixes of
// keys in rules, may have characters in them that XML 1.0 has no place for: here they survive both ways.
// What the elements mean is no matter of this package.
package s3xml

import (
	"errors"
	"slices"
	"strings"
)

// Namespaces: that of every document of S3, and that of the attribute that says what kind of grantee one is.
const (
	Namespace      = "http://s3.amazonaws.com/doc/2006-03-01/"
	SchemaInstance = "http://www.w3.org/2001/XMLSchema-instance"
)

// ErrMalformed is why a document is refused: MalformedXML.
var ErrMalformed = errors.New("malformed XML")

// Element is an element of a document: either elements or text are in it.
type Element struct {
	Name     string // without namespace prefix
	Kind     string // the value of xsi:type
	Text     string
	Children []Element
}

// Each calls f with every child. What f does not know, it answers with false,
// which is ErrMalformed, as is text where there are no children.
func (e *Element) Each(f func(child *Element) bool) error {
	if len(e.Children) == 0 && !Blank(e.Text) {
		return ErrMalformed
	}
	for i := range e.Children {
		if !f(&e.Children[i]) {
			return ErrMalformed
		}
	}
	return nil
}

// Leaf stores the text of an element that has no elements in it, once.
func (e *Element) Leaf(into *string) bool {
	if len(e.Children) > 0 || *into != "" {
		return false
	}
	*into = e.Text
	return true
}

// Once gives the children by name. ok: each has one of the names, and no other
// the same, and there is no text between them.
func (e *Element) Once(names ...string) (found map[string]*Element, ok bool) {
	found = map[string]*Element{}
	err := e.Each(func(child *Element) bool {
		again := found[child.Name] != nil
		found[child.Name] = child
		return !again && slices.Contains(names, child.Name)
	})
	return found, err == nil
}

// Texts is Once for children that have only text in them.
func (e *Element) Texts(names ...string) (found map[string]string, ok bool) {
	children, ok := e.Once(names...)
	found = map[string]string{}
	for name, child := range children {
		text := ""
		ok = ok && child.Leaf(&text)
		found[name] = text
	}
	return found, ok
}

// Document writes the element as the root of a document, in the form in which documents are kept.
func (e *Element) Document() []byte {
	x := NewDocument(e.Name)
	defer x.Release()
	x.inside(e)
	x.Close(e.Name)
	return slices.Clone(x.b)
}

func (x *Writer) inside(e *Element) {
	if len(e.Children) == 0 {
		x.Escaped(e.Text)
	}
	for i := range e.Children {
		child := &e.Children[i]
		x.Raw("<" + child.Name)
		if child.Kind != "" {
			x.Raw(` xmlns:xsi="` + SchemaInstance + `" xsi:type="`)
			x.Escaped(child.Kind)
			x.Raw(`"`)
		}
		x.Raw(">")
		x.inside(child)
		x.Close(child.Name)
	}
}

// Blank says that a text is nothing but white space.
func Blank(s string) bool { return strings.Trim(s, " \t\r\n") == "" }
