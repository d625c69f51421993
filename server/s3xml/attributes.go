package s3xml

import (
	"slices"
	"strings"
)

// attributes reads up to the end of a start tag, and says whether it was that
// of an empty element.
func (p *reader) attributes(e *Element) (closed bool, err error) {
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
			return false, ErrMalformed
		}
		full, local, err := p.name()
		if err != nil {
			return false, err
		}
		value, err := p.attributeValue()
		if err != nil {
			return false, err
		}
		if p.strict && !p.declares(full, value) {
			return false, ErrMalformed
		}
		if local == "type" && full != local {
			e.Kind = value
		}
	}
}

func (p *reader) attributeValue() (string, error) {
	p.space()
	if !strings.HasPrefix(p.s, "=") {
		return "", ErrMalformed
	}
	p.s = p.s[1:]
	p.space()
	if p.s == "" || p.s[0] != '"' && p.s[0] != '\'' {
		return "", ErrMalformed
	}
	value, rest, ok := strings.Cut(p.s[1:], p.s[:1])
	if !ok || strings.Contains(value, "<") {
		return "", ErrMalformed
	}
	p.s = rest
	return unescape(value)
}

// declares says whether an attribute declares a namespace: that of S3 where it
// is for names without a prefix, and for a prefix always the same.
func (p *reader) declares(name, value string) bool {
	prefix, ok := strings.CutPrefix(name, "xmlns:")
	if !ok {
		return name == "xmlns" && (value == "" || value == Namespace)
	}
	if value == Namespace {
		p.ours = append(p.ours, prefix+":")
		return true
	}
	return !slices.Contains(p.ours, prefix+":")
}

// isOurs says whether the name of an element is of the namespace of S3, or of
// none.
func (p *reader) isOurs(name string) bool {
	i := strings.IndexByte(name, ':')
	return i < 0 || slices.Contains(p.ours, name[:i+1])
}
