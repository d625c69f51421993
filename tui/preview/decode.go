package preview

import (
	"bytes"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// decode reads bytes as text: UTF-8, UTF-16 with a byte order mark, or what Latin-1 makes of it. what names the encoding
// where it is not UTF-8. ok is false for what is no text. Where the end is cut off, part of a character at the end is left
// out.
func decode(b []byte, cut bool) (text, what string, ok bool) {
	switch {
	case bytes.HasPrefix(b, []byte{0xef, 0xbb, 0xbf}):
		b = b[3:]
	case bytes.HasPrefix(b, []byte{0xff, 0xfe}):
		return wide(b[2:], 0, 1, cut)
	case bytes.HasPrefix(b, []byte{0xfe, 0xff}):
		return wide(b[2:], 1, 0, cut)
	}
	if strange(b) {
		return "", "", false
	}
	for n := 0; n < utf8.UTFMax && n < len(b) && (n == 0 || cut); n++ {
		if whole := b[:len(b)-n]; utf8.Valid(whole) {
			return string(whole), "", true
		}
	}
	return latin1(b)
}

// strange says whether there are bytes that text does not have: any NUL, or many controls.
func strange(b []byte) bool {
	controls := 0
	for _, c := range b {
		switch {
		case c == 0:
			return true
		case c < ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != 0x1b, c == 0x7f:
			controls++
		}
	}
	return controls*10 > len(b)
}

// wide reads UTF-16, whose halves are at low and high. Half a character at the end is none where nothing is cut off.
func wide(b []byte, low, high int, cut bool) (text, what string, ok bool) {
	if len(b)%2 == 1 && !cut {
		return "", "", false
	}
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = uint16(b[2*i+low]) | uint16(b[2*i+high])<<8
	}
	text = string(utf16.Decode(units))
	return text, "UTF-16", !strange([]byte(text))
}

// latin1 takes every byte for a character of its own. Bytes that are controls there (C1) tell that it is something else.
func latin1(b []byte) (text, what string, ok bool) {
	var s strings.Builder
	for _, c := range b {
		if c >= 0x80 && c < 0xa0 {
			return "", "", false
		}
		s.WriteRune(rune(c))
	}
	return s.String(), "Latin-1", true
}
