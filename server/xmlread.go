package server

import (
	"errors"
	"strings"
	"unicode/utf8"
)

// Limits of documents that clients send; no document of S3 comes near them.
const (
	xmlDepth    = 16
	xmlElements = 100_000 // CompleteMultipartUpload: 10,000 parts of up to 9 elements
)

var errXML = errors.New("malformed XML")

// element is an element of a document: either elements or text are in it.
type element struct {
	name     string // without namespace prefix
	kind     string // the value of xsi:type
	text     string
	children []element
}

// parseXML reads a document strictly: one root, UTF-8, no DTD, nothing after
// the end. It takes control characters but NUL, which XML 1.0 forbids
// and keys may contain; encoding/xml would not.
func parseXML(doc string) (*element, error) {
	p := &xmlReader{s: strings.TrimPrefix(doc, "\xef\xbb\xbf")}
	if !utf8.ValidString(p.s) || strings.IndexByte(p.s, 0) >= 0 {
		return nil, errXML
	}
	if err := p.declaration(); err != nil {
		return nil, err
	}
	if err := p.misc(); err != nil {
		return nil, err
	}
	var root element
	if err := p.element(&root, 0); err != nil {
		return nil, err
	}
	if err := p.misc(); err != nil {
		return nil, err
	}
	if p.s != "" {
		return nil, errXML
	}
	return &root, nil
}

// xmlReader eats s from its start.
type xmlReader struct {
	s     string
	count int
}

func (p *xmlReader) declaration() error {
	if !strings.HasPrefix(p.s, "<?xml") {
		return nil
	}
	head, rest, ok := strings.Cut(p.s, "?>")
	if !ok || len(head) < 6 || !isXMLSpace(head[5]) {
		return errXML
	}
	if _, enc, ok := strings.Cut(head, "encoding"); ok {
		enc = strings.Trim(strings.TrimLeft(enc, " \t\r\n="), " \t\r\n")
		if len(enc) < 7 || !strings.EqualFold(enc[1:6], "utf-8") || enc[0] != enc[6] {
			return errXML
		}
	}
	p.s = rest
	return nil
}

// misc skips white space and comments.
func (p *xmlReader) misc() error {
	for {
		p.space()
		if !strings.HasPrefix(p.s, "<!--") {
			return nil
		}
		if err := p.comment(); err != nil {
			return err
		}
	}
}

func (p *xmlReader) comment() error {
	_, rest, ok := strings.Cut(p.s[4:], "-->")
	if !ok {
		return errXML
	}
	p.s = rest
	return nil
}

func (p *xmlReader) space() {
	p.s = strings.TrimLeft(p.s, " \t\r\n")
}

func isXMLSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

// name reads a name and cuts its namespace prefix off.
func (p *xmlReader) name() (full, local string, err error) {
	n := 0
	for n < len(p.s) && isNameByte(p.s[n]) {
		n++
	}
	full, p.s = p.s[:n], p.s[n:]
	local = full
	if i := strings.IndexByte(full, ':'); i >= 0 {
		local = full[i+1:]
	}
	if local == "" || local[0] == '-' || local[0] == '.' || '0' <= local[0] && local[0] <= '9' {
		return "", "", errXML
	}
	return full, local, nil
}

func isNameByte(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_' || c == '-' || c == '.' || c == ':' || c >= utf8.RuneSelf
}

func (p *xmlReader) element(e *element, depth int) error {
	full, closed, err := p.startTag(e, depth)
	if err != nil || closed {
		return err
	}
	if err := p.content(e, depth); err != nil {
		return err
	}
	return p.endTag(full)
}

// startTag reads a start tag into e, and gives the name that its end tag must have. closed: it is that of an empty
// element.
func (p *xmlReader) startTag(e *element, depth int) (full string, closed bool, err error) {
	p.count++
	if !strings.HasPrefix(p.s, "<") || depth >= xmlDepth || p.count > xmlElements {
		return "", false, errXML
	}
	p.s = p.s[1:]
	if full, e.name, err = p.name(); err != nil {
		return "", false, err
	}
	closed, err = p.attributes(e)
	return full, closed, err
}

// endTag reads "</full>".
func (p *xmlReader) endTag(full string) error {
	if !strings.HasPrefix(p.s, "</") {
		return errXML
	}
	p.s = p.s[2:]
	end, _, err := p.name()
	if err != nil || end != full {
		return errXML
	}
	p.space()
	if !strings.HasPrefix(p.s, ">") {
		return errXML
	}
	p.s = p.s[1:]
	return nil
}

// attributes reads up to the end of a start tag, and says whether it was that
// of an empty element.
func (p *xmlReader) attributes(e *element) (closed bool, err error) {
	for {
		before := len(p.s)
		p.space()
		switch {
		case strings.HasPrefix(p.s, "/>"):
			p.s = p.s[2:]
			return true, nil
		case strings.HasPrefix(p.s, ">"):
			p.s = p.s[1:]
			return false, nil
		case len(p.s) == before:
			return false, errXML
		}
		full, local, err := p.name()
		if err != nil {
			return false, err
		}
		value, err := p.attributeValue()
		if err != nil {
			return false, err
		}
		if local == "type" && full != local {
			e.kind = value
		}
	}
}

func (p *xmlReader) attributeValue() (string, error) {
	p.space()
	if !strings.HasPrefix(p.s, "=") {
		return "", errXML
	}
	p.s = p.s[1:]
	p.space()
	if p.s == "" || p.s[0] != '"' && p.s[0] != '\'' {
		return "", errXML
	}
	value, rest, ok := strings.Cut(p.s[1:], p.s[:1])
	if !ok || strings.Contains(value, "<") {
		return "", errXML
	}
	p.s = rest
	return unescapeXML(value)
}

// content reads what is between the tags of e, up to its end tag.
func (p *xmlReader) content(e *element, depth int) error {
	var text strings.Builder
	for {
		i := strings.IndexByte(p.s, '<')
		if i < 0 {
			return errXML
		}
		piece, err := unescapeXML(p.s[:i])
		if err != nil {
			return err
		}
		text.WriteString(piece)
		p.s = p.s[i:]
		switch {
		case strings.HasPrefix(p.s, "</"):
			e.text = text.String()
			if len(e.children) > 0 && strings.Trim(e.text, " \t\r\n") != "" {
				return errXML
			}
			return nil
		case strings.HasPrefix(p.s, "<!--"):
			err = p.comment()
		case strings.HasPrefix(p.s, "<![CDATA["):
			data, rest, ok := strings.Cut(p.s[9:], "]]>")
			if !ok {
				return errXML
			}
			text.WriteString(data)
			p.s = rest
		case strings.HasPrefix(p.s, "<!"), strings.HasPrefix(p.s, "<?"):
			return errXML
		default:
			e.children = append(e.children, element{})
			err = p.element(&e.children[len(e.children)-1], depth+1)
		}
		if err != nil {
			return err
		}
	}
}

// readDocument parses the document of the request and checks its root.
func (c *call) readDocument(root string) (*element, error) {
	e, err := parseXML(c.document)
	if err != nil || e.name != root {
		return nil, refuse("MalformedXML")
	}
	return e, nil
}

// each calls f with every child. What f does not know, it answers with false.
func (e *element) each(f func(child *element) bool) error {
	if len(e.children) == 0 && strings.Trim(e.text, " \t\r\n") != "" {
		return refuse("MalformedXML")
	}
	for i := range e.children {
		if !f(&e.children[i]) {
			return refuse("MalformedXML")
		}
	}
	return nil
}

// leaf stores the text of an element that has no elements in it, once.
func (e *element) leaf(into *string) bool {
	if len(e.children) > 0 || *into != "" {
		return false
	}
	*into = e.text
	return true
}
