package s3xml

import (
	"strings"
	"unicode/utf8"
)

// Limits of documents that clients send; no document of S3 comes near them.
const (
	maxDepth    = 16
	maxElements = 100_000 // CompleteMultipartUpload: 10,000 parts of up to 9 elements
)

// Parse reads a document strictly: one root, UTF-8, no DTD, nothing after
// the end. It takes control characters but NUL, which XML 1.0 forbids
// and keys may contain; encoding/xml would not.
func Parse(doc string) (*Element, error) { return parse(doc, false) }

// ParseStrict is Parse for a document of which nothing may be overlooked: it
// takes no attributes but declarations of namespaces, and no namespace but
// that of S3.
func ParseStrict(doc string) (*Element, error) { return parse(doc, true) }

func parse(doc string, strict bool) (*Element, error) {
	p := &reader{s: strings.TrimPrefix(doc, "\xef\xbb\xbf"), strict: strict}
	if !utf8.ValidString(p.s) || strings.IndexByte(p.s, 0) >= 0 {
		return nil, ErrMalformed
	}
	if err := p.declaration(); err != nil {
		return nil, err
	}
	if err := p.misc(); err != nil {
		return nil, err
	}
	var root Element
	if err := p.element(&root, 0); err != nil {
		return nil, err
	}
	if err := p.misc(); err != nil {
		return nil, err
	}
	if p.s != "" {
		return nil, ErrMalformed
	}
	return &root, nil
}

// reader eats s from its start.
type reader struct {
	s      string
	count  int
	strict bool
	ours   []string // strict: the prefixes that were declared to be S3's, each with its colon
}

func (p *reader) declaration() error {
	if !strings.HasPrefix(p.s, "<?xml") {
		return nil
	}
	head, rest, ok := strings.Cut(p.s, "?>")
	if !ok || len(head) < 6 || !isSpace(head[5]) {
		return ErrMalformed
	}
	if _, enc, ok := strings.Cut(head, "encoding"); ok {
		enc = strings.Trim(strings.TrimLeft(enc, " \t\r\n="), " \t\r\n")
		if len(enc) < 7 || !strings.EqualFold(enc[1:6], "utf-8") || enc[0] != enc[6] {
			return ErrMalformed
		}
	}
	p.s = rest
	return nil
}

// misc skips white space and comments.
func (p *reader) misc() error {
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

func (p *reader) comment() error {
	_, rest, ok := strings.Cut(p.s[4:], "-->")
	if !ok {
		return ErrMalformed
	}
	p.s = rest
	return nil
}

func (p *reader) space() {
	p.s = strings.TrimLeft(p.s, " \t\r\n")
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

// name reads a name and cuts its namespace prefix off.
func (p *reader) name() (full, local string, err error) {
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
		return "", "", ErrMalformed
	}
	return full, local, nil
}

func isNameByte(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_' || c == '-' || c == '.' || c == ':' || c >= utf8.RuneSelf
}

func (p *reader) element(e *Element, depth int) error {
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
func (p *reader) startTag(e *Element, depth int) (full string, closed bool, err error) {
	p.count++
	if !strings.HasPrefix(p.s, "<") || depth >= maxDepth || p.count > maxElements {
		return "", false, ErrMalformed
	}
	p.s = p.s[1:]
	if full, e.Name, err = p.name(); err != nil {
		return "", false, err
	}
	if closed, err = p.attributes(e); err == nil && p.strict && !p.isOurs(full) {
		err = ErrMalformed
	}
	return full, closed, err
}

// endTag reads "</full>".
func (p *reader) endTag(full string) error {
	if !strings.HasPrefix(p.s, "</") {
		return ErrMalformed
	}
	p.s = p.s[2:]
	end, _, err := p.name()
	if err != nil || end != full {
		return ErrMalformed
	}
	p.space()
	if !strings.HasPrefix(p.s, ">") {
		return ErrMalformed
	}
	p.s = p.s[1:]
	return nil
}

// content reads what is between the tags of e, up to its end tag.
func (p *reader) content(e *Element, depth int) error {
	var text strings.Builder
	for {
		i := strings.IndexByte(p.s, '<')
		if i < 0 {
			return ErrMalformed
		}
		piece, err := unescape(p.s[:i])
		if err != nil {
			return err
		}
		text.WriteString(piece)
		p.s = p.s[i:]
		switch {
		case strings.HasPrefix(p.s, "</"):
			e.Text = text.String()
			if len(e.Children) > 0 && !Blank(e.Text) {
				return ErrMalformed
			}
			return nil
		case strings.HasPrefix(p.s, "<!--"):
			err = p.comment()
		case strings.HasPrefix(p.s, "<![CDATA["):
			data, rest, ok := strings.Cut(p.s[9:], "]]>")
			if !ok {
				return ErrMalformed
			}
			text.WriteString(data)
			p.s = rest
		case strings.HasPrefix(p.s, "<!"), strings.HasPrefix(p.s, "<?"):
			return ErrMalformed
		default:
			e.Children = append(e.Children, Element{})
			err = p.element(&e.Children[len(e.Children)-1], depth+1)
		}
		if err != nil {
			return err
		}
	}
}
