package store

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Printable returns a name that came from outside (an object key, a Space, an error message) as one line of text
// that cannot drive a terminal: control, format and bidirectional characters, stray spaces, combining marks of Latin
// letters and invalid UTF-8 become escapes as Go writes them, and a backslash is doubled. Names that differ stay
// different; a name of plain text comes back as it is.
func Printable(s string) string {
	if plain(s) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && n <= 1:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case r == '\\':
			b.WriteString(`\\`)
		case r < 0x80 && !visible(r):
			fmt.Fprintf(&b, `\x%02x`, r)
		case !visible(r) && r <= 0xffff:
			fmt.Fprintf(&b, `\u%04x`, r)
		case !visible(r):
			fmt.Fprintf(&b, `\U%08x`, r)
		default:
			b.WriteString(s[i : i+n])
		}
		i += n
	}
	return b.String()
}

func plain(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < 0x20 || c == '\\' || c >= 0x7f {
			return c >= 0x80 && plainRunes(s[i:])
		}
	}
	return true
}

func plainRunes(s string) bool {
	for i, r := range s {
		if r == utf8.RuneError {
			if _, n := utf8.DecodeRuneInString(s[i:]); n <= 1 {
				return false
			}
		}
		if r == '\\' || !visible(r) {
			return false
		}
	}
	return true
}

// visible says whether a character draws itself and nothing else. Latin combining marks do not: the composed and
// the decomposed form of a name would look the same.
func visible(r rune) bool {
	switch {
	case r == ' ':
		return true
	case r >= 0x300 && r <= 0x36f, r >= 0xfe00 && r <= 0xfe0f:
		return false
	}
	return unicode.IsGraphic(r) && !unicode.Is(unicode.Zs, r)
}
