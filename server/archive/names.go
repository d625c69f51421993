package archive

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Names in archives are keys in which what is dangerous or not to be had as a file is percent-encoded: no unpacker can be
// led out of its folder, and what was encoded can be read off the name. Two keys never get the same name, and none that of a
// folder which others are in.
const (
	emptySegment = "%00" // no key has a NUL
	besideFolder = "%00" // after the name of an object that there are keys below
	itself       = "%2F" // the bytes of a folder marker, which is a file in its folder; no other segment has it
)

// Name is that of a key, which is relative to the folder of the archive and not empty. The name of a key that ends in a
// slash does as well: it is a folder. above says that there are keys that begin with key and a slash: the name is another
// than that of their folder then.
func Name(key string, above bool) string {
	folder := strings.HasSuffix(key, "/")
	segments := strings.Split(strings.TrimSuffix(key, "/"), "/")
	var b strings.Builder
	for i, s := range segments {
		if i > 0 {
			b.WriteByte('/')
		}
		writeSegment(&b, s, above && i == len(segments)-1)
	}
	if folder {
		b.WriteByte('/')
	}
	return b.String()
}

// Marker is the name of the bytes of a folder marker, a key that ends in a slash or is empty.
func Marker(key string) string {
	if key == "" {
		return itself
	}
	return Name(key, false) + itself
}

// writeSegment writes one of the elements of a name; other makes one that is of no other key out of it.
func writeSegment(b *strings.Builder, s string, other bool) {
	switch device := isDevice(s); {
	case s == "":
		b.WriteString(emptySegment)
	case s == "." || s == "..":
		writeEncoded(b, s)
	default:
		for i, r := range s {
			last := i+utf8.RuneLen(r) == len(s)
			if unsafe(r) || i == 0 && device || last && (r == '.' || r == ' ') || r == '%' && isEscape(s[i:]) {
				writeEncoded(b, string(r))
			} else {
				b.WriteRune(r)
			}
		}
	}
	if other {
		b.WriteString(besideFolder)
	}
}

// unsafe says whether a character is of no name: Windows has none with it (Win32, "Naming Files, Paths, and Namespaces"),
// or it drives a terminal or turns the text around it.
func unsafe(r rune) bool {
	return strings.ContainsRune(`\:*?"<>|`, r) || unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029'
}

// isDevice says whether Windows takes a name for a device, with any extension.
func isDevice(s string) bool {
	name, _, _ := strings.Cut(strings.ToUpper(s), ".")
	name = strings.TrimRight(name, " ")
	switch name {
	case "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$":
		return true
	}
	rest, com := strings.CutPrefix(name, "COM")
	if !com {
		if rest, com = strings.CutPrefix(name, "LPT"); !com {
			return false
		}
	}
	return len(rest) == 1 && rest >= "0" && rest <= "9" || rest == "¹" || rest == "²" || rest == "³"
}

func isEscape(s string) bool { return len(s) > 2 && isHex(s[1]) && isHex(s[2]) }

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

func writeEncoded(b *strings.Builder, s string) {
	const hex = "0123456789ABCDEF"
	for i := range len(s) {
		b.WriteByte('%')
		b.WriteByte(hex[s[i]>>4])
		b.WriteByte(hex[s[i]&15])
	}
}
