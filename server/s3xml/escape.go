package s3xml

import (
	"strconv"
	"time"
	"unicode/utf8"
)

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

// AppendTime writes t as S3 does in documents, in UTC with milliseconds.
func AppendTime(b []byte, t time.Time) []byte {
	t = t.UTC()
	year, month, day := t.Date()
	hour, minute, second := t.Clock()
	digit := func(n int) byte { return byte('0' + n%10) }
	milli := t.Nanosecond() / 1e6
	return append(b,
		digit(year/1000), digit(year/100), digit(year/10), digit(year), '-',
		digit(int(month)/10), digit(int(month)), '-', digit(day/10), digit(day), 'T',
		digit(hour/10), digit(hour), ':', digit(minute/10), digit(minute), ':', digit(second/10), digit(second), '.',
		digit(milli/100), digit(milli/10), digit(milli), 'Z')
}

// AppendURL percent-encodes for encoding-type=url: all but what RFC 3986 calls
// unreserved, and / and *. A space is %20, so that clients that take + for a
// space and clients that do not decode the same.
func AppendURL(b []byte, s string) []byte {
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

// Printable percent-encodes a text that XML 1.0 cannot carry as it is.
func Printable(s string) string {
	for i, r := range s {
		if r < ' ' || r == 0x7f || r == 0xfffe || r == 0xffff || r == utf8.RuneError && !validAt(s, i) {
			return string(AppendURL(nil, s))
		}
	}
	return s
}

func validAt(s string, i int) bool {
	_, size := utf8.DecodeRuneInString(s[i:])
	return size > 1
}
