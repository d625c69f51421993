package server

import (
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

// namespace is that of every document of S3.
const namespace = "http://s3.amazonaws.com/doc/2006-03-01/"

// xmlWriter appends a document to a buffer. It writes keys as they are: what
// has no place in XML 1.0 becomes a character reference, as S3 does it, and
// never U+FFFD, as encoding/xml does it: two keys never come out the same.
type xmlWriter struct{ b []byte }

var xmlPool = sync.Pool{New: func() any { return &xmlWriter{b: make([]byte, 0, 4<<10)} }}

// pooledXML is the largest buffer that is kept, in bytes.
const pooledXML = 1 << 20

// newXML gives an empty writer. Whoever sends its document releases it.
func newXML() *xmlWriter {
	x := xmlPool.Get().(*xmlWriter)
	x.b = x.b[:0]
	return x
}

// newDocument begins a document with its root element.
func newDocument(root string) *xmlWriter {
	x := newXML()
	x.declare()
	x.b = append(x.b, '<')
	x.b = append(x.b, root...)
	x.b = append(x.b, ` xmlns="`+namespace+`">`...)
	return x
}

func (x *xmlWriter) release() {
	if cap(x.b) <= pooledXML {
		xmlPool.Put(x)
	}
}

func (x *xmlWriter) declare() {
	x.b = append(x.b, `<?xml version="1.0" encoding="UTF-8"?>`+"\n"...)
}

func (x *xmlWriter) open(name string) {
	x.b = append(append(append(x.b, '<'), name...), '>')
}

func (x *xmlWriter) close(name string) {
	x.b = append(append(append(x.b, '<', '/'), name...), '>')
}

// raw appends a piece of markup.
func (x *xmlWriter) raw(s string) { x.b = append(x.b, s...) }

func (x *xmlWriter) text(name, value string) {
	x.open(name)
	x.b = appendEscaped(x.b, value)
	x.close(name)
}

// message writes the message of an error, whose quotes S3 leaves as they are.
func (x *xmlWriter) message(text string) {
	x.open("Message")
	for i, s := range strings.Split(text, `"`) {
		if i > 0 {
			x.b = append(x.b, '"')
		}
		x.b = appendEscaped(x.b, s)
	}
	x.close("Message")
}

func (x *xmlWriter) int(name string, n int64) {
	x.open(name)
	x.b = strconv.AppendInt(x.b, n, 10)
	x.close(name)
}

func (x *xmlWriter) bool(name string, v bool) {
	x.open(name)
	x.b = strconv.AppendBool(x.b, v)
	x.close(name)
}

func (x *xmlWriter) time(name string, t time.Time) {
	x.open(name)
	x.b = appendTime(x.b, t)
	x.close(name)
}

// etag writes an entity tag with its quotes.
func (x *xmlWriter) etag(etag string) {
	x.raw("<ETag>&quot;")
	x.b = appendEscaped(x.b, etag)
	x.raw("&quot;</ETag>")
}

// echo writes the key of the request where the document can carry it. A
// document with a control character breaks most XML readers, and the client
// knows the key.
func (x *xmlWriter) echo(name, key string) {
	if printable(key) == key {
		x.text(name, key)
	}
}

const hexDigits = "0123456789ABCDEF"

// appendEscaped escapes text for an element. Bytes that are not UTF-8, which
// no key and no parameter contains, become references of the same number.
func appendEscaped(b []byte, s string) []byte {
	last := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= ' ' && c < utf8.RuneSelf-1 && c != '<' && c != '>' && c != '&' && c != '"' && c != '\'' {
			i++
			continue
		}
		size := 1
		if c >= utf8.RuneSelf {
			var r rune
			r, size = utf8.DecodeRuneInString(s[i:])
			if size > 1 && r != 0xfffe && r != 0xffff {
				i += size
				continue
			}
			b = append(b, s[last:i]...)
			if size == 1 {
				r = rune(c)
			}
			b = appendReference(b, r)
		} else {
			b = append(b, s[last:i]...)
			b = appendSpecial(b, c)
		}
		i += size
		last = i
	}
	return append(b, s[last:]...)
}

func appendSpecial(b []byte, c byte) []byte {
	switch c {
	case '<':
		return append(b, "&lt;"...)
	case '>':
		return append(b, "&gt;"...)
	case '&':
		return append(b, "&amp;"...)
	case '"':
		return append(b, "&quot;"...)
	case '\'':
		return append(b, "&#39;"...)
	}
	return appendReference(b, rune(c))
}

func appendReference(b []byte, r rune) []byte {
	b = append(b, "&#x"...)
	b = strconv.AppendUint(b, uint64(r), 16)
	return append(b, ';')
}

// appendTime writes t as S3 does in documents, in UTC with milliseconds.
func appendTime(b []byte, t time.Time) []byte {
	t = t.UTC()
	year, month, day := t.Date()
	hour, minute, second := t.Clock()
	b = appendPadded(b, year, 4)
	b = appendPadded(append(b, '-'), int(month), 2)
	b = appendPadded(append(b, '-'), day, 2)
	b = appendPadded(append(b, 'T'), hour, 2)
	b = appendPadded(append(b, ':'), minute, 2)
	b = appendPadded(append(b, ':'), second, 2)
	b = appendPadded(append(b, '.'), t.Nanosecond()/1e6, 3)
	return append(b, 'Z')
}

func appendPadded(b []byte, n, width int) []byte {
	var digits [8]byte
	for i := width - 1; i >= 0; i-- {
		digits[i] = byte('0' + n%10)
		n /= 10
	}
	return append(b, digits[:width]...)
}

// appendURL percent-encodes for encoding-type=url: all but what RFC 3986 calls
// unreserved, and / and *. A space is %20, so that clients that take + for a
// space and clients that do not decode the same.
func appendURL(b []byte, s string) []byte {
	for i := range len(s) {
		c := s[i]
		if 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' ||
			c == '-' || c == '_' || c == '.' || c == '~' || c == '/' || c == '*' {
			b = append(b, c)
			continue
		}
		b = append(b, '%', hexDigits[c>>4], hexDigits[c&15])
	}
	return b
}

// printable percent-encodes a text that XML 1.0 cannot carry as it is.
func printable(s string) string {
	for i, r := range s {
		if r < ' ' || r == 0x7f || r == 0xfffe || r == 0xffff || r == utf8.RuneError && !validAt(s, i) {
			return string(appendURL(nil, s))
		}
	}
	return s
}

func validAt(s string, i int) bool {
	_, size := utf8.DecodeRuneInString(s[i:])
	return size > 1
}
