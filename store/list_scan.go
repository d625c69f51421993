package store

import (
	"bytes"
	"sync"
	"unicode/utf8"
)

// listAnswer is what is used of the answers of ListObjects and ListObjectsV2.
type listAnswer struct {
	rows    []Entry // objects, and after them folders
	encoded bool
	broken  bool // the percent-encoding of a key or of the marker
	more    bool
	token   string // NextContinuationToken
	marker  string // NextMarker, encoded
}

// page is the answer to one version of the operation.
func (a *listAnswer) page(v1 bool) (p rawPage, err error) {
	p = rawPage{entries: a.rows, encoded: a.encoded, more: a.more, token: a.token}
	if a.broken {
		return p, errBrokenEncoding
	}
	if v1 {
		p.token, p.v1 = "", true
		p.marker, err = plainKey(a.marker, a.encoded)
	}
	return p, err
}

// scanList reads the answers that endpoints send in practice, some fifty times as fast as the SDK's decoder. It never
// reads one in another way than that would: whatever is unusual (comments, CDATA, prefixes of namespaces, numbers with a
// sign, broken XML…) makes ok false, and is left to the SDK.
func scanList(document []byte) (a *listAnswer, ok bool) {
	s := scannerOf(document)
	defer s.free()
	if bytes.Contains(document, standIn) || !s.begin("ListBucketResult") {
		return nil, false
	}
	a = &listAnswer{}
	for s.next() {
		if !s.member(a) {
			return nil, false
		}
	}
	if !s.ended("ListBucketResult") {
		return nil, false
	}
	s.finish(a)
	return a, true
}

// standIn is in each of the characters that stand for others: see standIns. They are put back in what the SDK reads.
var standIn = []byte("\xef\xb7")

// scanners have the room for the names of a page, which the next one needs as well.
var scanners = sync.Pool{New: func() any { return new(scanner) }}

// scannerOf is a scanner at the start of a document. It must be freed.
func scannerOf(document []byte) *scanner {
	s := scanners.Get().(*scanner)
	*s = scanner{b: document, plain: s.plain, texts: s.texts[:0], rows: s.rows[:0], at: s.at[:0], folders: s.folders[:0]}
	return s
}

func (s *scanner) free() {
	s.b = nil
	scanners.Put(s)
}

// scanner goes through a document. Its methods answer false for what it does not understand; what it has moved over then
// is of no matter.
type scanner struct {
	b []byte
	i int

	name  string // of the element that next came to
	empty bool   // it has neither content nor end tag
	plain []byte // the last text that had something escaped in it

	rows        []Entry // objects, without their names
	texts       []byte  // keys and ETags of all rows, one after the other
	at, folders []names // where those of each row are
	day         day     // of the last date
}

// prologs are the declarations that may come before the document.
var prologs = []string{
	`<?xml version="1.0" encoding="UTF-8"?>`, `<?xml version='1.0' encoding='UTF-8'?>`,
	`<?xml version="1.0" encoding="utf-8"?>`, `<?xml version="1.0"?>`,
}

// begin moves behind the start of the root element.
func (s *scanner) begin(root string) bool {
	for _, p := range prologs {
		if s.skip(p) {
			break
		}
	}
	s.space()
	if !s.skip("<") || !s.skip(root) {
		return false
	}
	if s.skip(` xmlns="`) {
		n := bytes.IndexByte(s.b[s.i:], '"')
		if n < 0 || bytes.ContainsFunc(s.b[s.i:s.i+n], func(r rune) bool { return r <= ' ' || r > '~' || r == '<' || r == '&' }) {
			return false
		}
		s.i += n + 1
	}
	return s.skip(">")
}

func (s *scanner) skip(text string) bool {
	if len(s.b)-s.i < len(text) || string(s.b[s.i:s.i+len(text)]) != text {
		return false
	}
	s.i += len(text)
	return true
}

func (s *scanner) space() {
	for s.i < len(s.b) && (s.b[s.i] == '\n' || s.b[s.i] == ' ' || s.b[s.i] == '\t' || s.b[s.i] == '\r') {
		s.i++
	}
}

// next moves behind the start tag of the next element; false, and not moved, where there is none: at an end tag, it is hoped.
func (s *scanner) next() bool {
	s.space()
	if s.i+1 >= len(s.b) || s.b[s.i] != '<' || !isLetter(s.b[s.i+1]) {
		return false
	}
	from := s.i + 1
	to := from + 1
	for to < len(s.b) && (isLetter(s.b[to]) || isDigit(s.b[to])) {
		to++
	}
	if to == len(s.b) {
		return false
	}
	start := s.i
	s.name, s.i = nameOf(s.b[from:to]), to
	s.empty = s.skip("/>")
	if s.empty || s.skip(">") {
		return true
	}
	s.i = start
	return false
}

// nameOf makes no string anew of a name that is there often.
func nameOf(b []byte) string {
	switch string(b) {
	case "Key":
		return "Key"
	case "LastModified":
		return "LastModified"
	case "ETag":
		return "ETag"
	case "Size":
		return "Size"
	case "StorageClass":
		return "StorageClass"
	case "Contents":
		return "Contents"
	case "ChecksumAlgorithm":
		return "ChecksumAlgorithm"
	case "ChecksumType":
		return "ChecksumType"
	case "Type":
		return "Type"
	}
	return string(b)
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
func isDigit(c byte) bool  { return c >= '0' && c <= '9' }

// ended moves behind the end tag of an element that has others in it.
func (s *scanner) ended(name string) bool {
	return s.skip("</") && s.skip(name) && s.skip(">")
}

// text reads the content and the end tag of the element that next came to. The bytes are good until text is called again.
func (s *scanner) text() (value []byte, ok bool) {
	if s.empty {
		return nil, true
	}
	from, plain, ascii := s.i, true, true
	for ; s.i < len(s.b) && s.b[s.i] != '<'; s.i++ {
		switch c := s.b[s.i]; {
		case c == '&':
			plain = false
		case c >= utf8.RuneSelf:
			ascii = false
		case c < ' ' && c != '\n' && c != '\t', c == '>' && s.i-from >= 2 && s.b[s.i-1] == ']' && s.b[s.i-2] == ']':
			return nil, false
		}
	}
	value = s.b[from:s.i]
	if !ascii && !isXMLText(value) {
		return nil, false
	}
	if !plain {
		if value, ok = unescaped(s.plain[:0], value); !ok {
			return nil, false
		}
		s.plain = value
	}
	return value, s.ended(s.name)
}

// isXMLText says whether every character beyond ASCII is one that XML 1.0 has room for (section 2.2).
func isXMLText(b []byte) bool {
	return utf8.Valid(b) && !bytes.Contains(b, []byte("\ufffe")) && !bytes.Contains(b, []byte("\uffff"))
}

// unescaped appends b without references to text.
func unescaped(text, b []byte) (plain []byte, ok bool) {
	for {
		at := bytes.IndexByte(b, '&')
		if at < 0 {
			return append(text, b...), true
		}
		text, b = append(text, b[:at]...), b[at:]
		end := bytes.IndexByte(b[:min(len(b), longestReference)], ';')
		if end < 0 {
			return nil, false
		}
		switch name := string(b[1:end]); name {
		case "quot":
			text = append(text, '"')
		case "amp":
			text = append(text, '&')
		case "lt":
			text = append(text, '<')
		case "gt":
			text = append(text, '>')
		case "apos":
			text = append(text, '\'')
		default:
			r, is := reference(b[:end])
			if !is || !utf8.ValidRune(r) || r == 0 || notInXML(r) {
				return nil, false
			}
			text = utf8.AppendRune(text, r)
		}
		b = b[end+1:]
	}
}
