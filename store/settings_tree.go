package store

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Namespaces of S3's documents.
const (
	nsS3  = "http://s3.amazonaws.com/doc/2006-03-01/"
	nsXSI = "http://www.w3.org/2001/XMLSchema-instance"
)

// maxDocument is the most of a document of settings that is read, in bytes. S3's are smaller by far.
const maxDocument = 4 << 20

// element is one of a document of settings. Documents are kept whole, with all that this program has no word for, so that
// whoever changes one rule leaves what other tools wrote as it was.
type element struct {
	name, space string // its namespace, "" for S3's own
	attrs       []xml.Attr
	text        string // of an element without others in it
	kids        []*element
}

// parseTree reads a document.
func parseTree(raw []byte) (*element, error) {
	d := xml.NewDecoder(strings.NewReader(string(raw)))
	var open []*element
	for {
		token, err := d.Token()
		switch t := token.(type) {
		case xml.StartElement:
			e := begun(t)
			if n := len(open); n > 0 {
				open[n-1].kids = append(open[n-1].kids, e)
			}
			open = append(open, e)
		case xml.CharData:
			if n := len(open); n > 0 {
				open[n-1].text += meant(string(t))
			}
		case xml.EndElement:
			e := open[len(open)-1]
			if len(e.kids) > 0 {
				e.text = ""
			}
			if open = open[:len(open)-1]; len(open) == 0 {
				return e, nil
			}
		}
		if errors.Is(err, io.EOF) {
			return nil, errors.New("the document is empty")
		} else if err != nil {
			return nil, fmt.Errorf("reading the document: %w", err)
		}
	}
}

func begun(t xml.StartElement) *element {
	e := &element{name: t.Name.Local, space: t.Name.Space}
	if e.space == nsS3 {
		e.space = ""
	}
	for _, a := range t.Attr {
		if a.Name.Space != "xmlns" && a.Name.Local != "xmlns" {
			e.attrs = append(e.attrs, a)
		}
	}
	return e
}

// branch makes an element with others in it, leaf one with a text.
func branch(name string, kids ...*element) *element { return &element{name: name, kids: kids} }
func leaf(name, text string) *element               { return &element{name: name, text: text} }

// document writes an element as the root of a document.
func (e *element) document() []byte {
	var b strings.Builder
	e.write(&b, "root")
	return []byte(b.String())
}

func (e *element) write(b *strings.Builder, around string) {
	b.WriteString("<" + e.name)
	if e.space != around {
		ns := e.space
		if ns == "" {
			ns = nsS3
		}
		b.WriteString(` xmlns="` + ns + `"`)
	}
	for _, a := range e.attrs {
		name := a.Name.Local
		if a.Name.Space == nsXSI {
			b.WriteString(` xmlns:xsi="` + nsXSI + `"`)
			name = "xsi:" + name
		}
		b.WriteString(" " + name + `="`)
		escapeXML(b, a.Value)
		b.WriteString(`"`)
	}
	b.WriteByte('>')
	if len(e.kids) == 0 {
		escapeXML(b, e.text)
	}
	for _, k := range e.kids {
		k.write(b, e.space)
	}
	b.WriteString("</" + e.name + ">")
}

// escapeXML writes what XML has no room for as references, which the endpoints of such keys read.
func escapeXML(b *strings.Builder, text string) {
	for _, r := range text {
		switch {
		case strings.ContainsRune(`&<>"'`, r) || r == '\r' || r == '\n' || r == '\t' || notInXML(r):
			fmt.Fprintf(b, "&#%d;", r)
		default:
			b.WriteRune(r)
		}
	}
}

// clone copies an element; of nil it makes one of the name.
func (e *element) clone(name string) *element {
	if e == nil {
		return &element{name: name}
	}
	c := *e
	c.attrs, c.kids = slices.Clone(e.attrs), nil
	for _, k := range e.kids {
		c.kids = append(c.kids, k.clone(k.name))
	}
	return &c
}

// child is the first of a name, nil where there is none. All steps of a path are taken.
func (e *element) child(path ...string) *element {
	for _, name := range path {
		if e == nil {
			return nil
		}
		i := slices.IndexFunc(e.kids, func(k *element) bool { return k.name == name })
		if i < 0 {
			return nil
		}
		e = e.kids[i]
	}
	return e
}

// value is the text at a path, "" where there is none.
func (e *element) value(path ...string) string {
	if e = e.child(path...); e == nil {
		return ""
	}
	return strings.TrimSpace(e.text)
}

// values are the texts of all children of a name.
func (e *element) values(name string) (list []string) {
	for _, k := range e.named(name) {
		list = append(list, k.text)
	}
	return list
}

func (e *element) named(name string) (list []*element) {
	if e == nil {
		return nil
	}
	for _, k := range e.kids {
		if k.name == name {
			list = append(list, k)
		}
	}
	return list
}

// set replaces all children of a name, in the place of the first.
func (e *element) set(name string, with ...*element) {
	at := slices.IndexFunc(e.kids, func(k *element) bool { return k.name == name })
	e.kids = slices.DeleteFunc(e.kids, func(k *element) bool { return k.name == name })
	if at < 0 {
		at = len(e.kids)
	}
	e.kids = slices.Insert(e.kids, min(at, len(e.kids)), with...)
}

// setText sets the text at a path; "" takes it away, and what is empty without it.
func (e *element) setText(text string, path ...string) {
	if len(path) == 1 {
		if text == "" {
			e.set(path[0])
		} else if k := e.child(path[0]); k != nil {
			k.text = text
		} else {
			e.set(path[0], leaf(path[0], text))
		}
		return
	}
	k := e.child(path[0])
	if k == nil && text == "" {
		return
	}
	if k == nil {
		k = branch(path[0])
		e.kids = append(e.kids, k)
	}
	k.setText(text, path[1:]...)
	if text == "" && len(k.kids) == 0 && len(k.attrs) == 0 {
		e.set(path[0])
	}
}

// leaves makes children of one name out of texts.
func leaves(name string, texts []string) (list []*element) {
	for _, t := range texts {
		list = append(list, leaf(name, t))
	}
	return list
}
