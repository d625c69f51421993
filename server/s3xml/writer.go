package s3xml

import (
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Writer appends a document to a buffer. It writes keys as they are: what
// has no place in XML 1.0 becomes a character reference, as S3 does it, and
// never U+FFFD, as encoding/xml does it: two keys never come out the same.
type Writer struct{ b []byte }

var pool = sync.Pool{New: func() any { return &Writer{b: make([]byte, 0, 4<<10)} }}

// mostPooled is the largest buffer that is kept, in bytes.
const mostPooled = 1 << 20

// NewWriter gives an empty writer. Whoever sends its document releases it.
func NewWriter() *Writer {
	x := pool.Get().(*Writer)
	x.b = x.b[:0]
	return x
}

// NewDocument begins a document with its root element.
func NewDocument(root string) *Writer {
	x := NewWriter()
	x.Declare()
	x.b = append(x.b, '<')
	x.b = append(x.b, root...)
	x.b = append(x.b, ` xmlns="`+Namespace+`">`...)
	return x
}

// Grow makes room for n bytes more, where that is much.
func (x *Writer) Grow(n int) {
	if n > mostPooled {
		x.b = slices.Grow(x.b, n)
	}
}

// Release gives the buffer back: what Bytes gave is not to be looked at after it.
func (x *Writer) Release() {
	if cap(x.b) <= mostPooled {
		pool.Put(x)
	}
}

// Bytes is what was written.
func (x *Writer) Bytes() []byte { return x.b }

// Declare writes the XML declaration.
func (x *Writer) Declare() {
	x.b = append(x.b, `<?xml version="1.0" encoding="UTF-8"?>`+"\n"...)
}

// Open and Close write the tags of an element.
func (x *Writer) Open(name string) {
	x.b = append(append(append(x.b, '<'), name...), '>')
}

func (x *Writer) Close(name string) {
	x.b = append(append(append(x.b, '<', '/'), name...), '>')
}

// Raw appends a piece of markup.
func (x *Writer) Raw(s string) { x.b = append(x.b, s...) }

// Escaped appends a text, URL one that is percent-encoded: see AppendURL.
func (x *Writer) Escaped(text string) { x.b = appendEscaped(x.b, text) }
func (x *Writer) URL(text string)     { x.b = AppendURL(x.b, text) }

// Text writes an element with a text in it. Int, Bool and Time are the same for other values.
func (x *Writer) Text(name, value string) {
	x.Open(name)
	x.Escaped(value)
	x.Close(name)
}

// Message writes the message of an error, whose quotes S3 leaves as they are.
func (x *Writer) Message(text string) {
	x.Open("Message")
	for i, s := range strings.Split(text, `"`) {
		if i > 0 {
			x.b = append(x.b, '"')
		}
		x.Escaped(s)
	}
	x.Close("Message")
}

func (x *Writer) Int(name string, n int64) {
	x.Open(name)
	x.b = strconv.AppendInt(x.b, n, 10)
	x.Close(name)
}

func (x *Writer) Bool(name string, v bool) {
	x.Open(name)
	x.b = strconv.AppendBool(x.b, v)
	x.Close(name)
}

func (x *Writer) Time(name string, t time.Time) {
	x.Open(name)
	x.b = AppendTime(x.b, t)
	x.Close(name)
}

// Name writes a key, prefix or delimiter, percent-encoded when asked for.
func (x *Writer) Name(element, value string, encode bool) {
	x.Open(element)
	if encode {
		x.URL(value)
	} else {
		x.Escaped(value)
	}
	x.Close(element)
}

// ETag writes an entity tag with its quotes.
func (x *Writer) ETag(etag string) {
	x.Raw("<ETag>&quot;")
	x.Escaped(etag)
	x.Raw("&quot;</ETag>")
}

// Echo writes the key of the request where the document can carry it. A
// document with a control character breaks most XML readers, and the client
// knows the key.
func (x *Writer) Echo(name, key string) {
	if Printable(key) == key {
		x.Text(name, key)
	}
}
