package store

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Printable returns a name that came from outside (an object key, a Space, an error message) as one line of text
// that cannot drive a terminal: control, format and bidirectional characters, stray spaces, what is invisible, and invalid
// UTF-8 become escapes as Go writes them, and a backslash is doubled. Accents stay with their letters and what joins an
// emoji stays in it (see cluster); a name of plain text comes back as it is.
//
// Names that differ stay different texts: the escapes can be read back. On the screen, though, é in one character and é
// in two look alike, as they do in every file manager; their addresses tell them apart.
func Printable(s string) string {
	if plain(s) {
		return s
	}
	var b strings.Builder
	var c cluster
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		invalid := r == utf8.RuneError && n <= 1
		shown := !invalid && c.shows(r, s[i+n:])
		switch {
		case invalid:
			c = cluster{}
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case r == '\\':
			b.WriteString(`\\`)
		case shown:
			b.WriteString(s[i : i+n])
		case r < 0x80:
			fmt.Fprintf(&b, `\x%02x`, r)
		case r <= 0xffff:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			fmt.Fprintf(&b, `\U%08x`, r)
		}
		i += n
	}
	return b.String()
}

// plain says whether a name prints as it is.
func plain(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < 0x20 || c == '\\' || c == 0x7f {
			return false
		} else if c >= 0x80 {
			return plainRunes(s)
		}
	}
	return true
}

func plainRunes(s string) bool {
	var c cluster
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n <= 1 || r == '\\' || !c.shows(r, s[i+n:]) {
			return false
		}
		i += n
	}
	return true
}

// maxMarks on one letter: four are more than any orthography stacks, and few enough not to be drawn over other rows.
const maxMarks = 4

const (
	textStyle, emojiStyle = '\ufe0e', '\ufe0f' // variation selectors 15 and 16
	joiner                = '\u200d'
	keycap                = '\u20e3'
)

// cluster is what has been shown since the last character that stands alone: what may follow depends on it.
type cluster struct {
	base  rune // 0: nothing that a mark could belong to
	marks int
	style bool // a variation selector follows base
}

// shows says whether the next character of a name draws itself and nothing else: a mark only on a letter, a variation
// selector or a joiner only in an emoji. rest is what comes after it.
func (c *cluster) shows(r rune, rest string) bool {
	switch {
	case r < 0x80:
		*c = cluster{base: r}
		return r >= ' ' && r != 0x7f
	case r == utf8.RuneError: // it stands for what somebody before us could not read
		return c.keep(false, nil)
	case r == textStyle || r == emojiStyle:
		ok := !c.style && c.marks == 0 && (hasStyles(c.base) || isKey(c.base) && strings.HasPrefix(rest, string(keycap)))
		return c.keep(ok, func() { c.style = true })
	case r == keycap:
		return c.keep(isKey(c.base) && c.marks == 0, func() { c.marks++ })
	case r == joiner:
		next, _ := utf8.DecodeRuneInString(rest)
		return c.keep(isEmoji(c.base) && isEmoji(next), func() { *c = cluster{} })
	case unicode.In(r, unicode.Mn, unicode.Mc):
		ok := c.marks < maxMarks && !c.style && (unicode.IsLetter(c.base) || unicode.IsNumber(c.base)) && !isBlank(r)
		return c.keep(ok, func() { c.marks++ })
	case r >= 0x1f3fb && r <= 0x1f3ff && isEmoji(c.base): // a colour of skin
		return true
	}
	*c = cluster{base: r}
	ok := unicode.IsGraphic(r) && !unicode.In(r, unicode.Zs, unicode.Me) && !isBlank(r)
	return c.keep(ok, func() {})
}

// keep goes on with a character that is shown; nothing belongs to one that is not.
func (c *cluster) keep(ok bool, then func()) bool {
	if ok {
		then()
	} else {
		*c = cluster{}
	}
	return ok
}

// isKey: Unicode, emoji-sequences, Emoji_Keycap_Sequence.
func isKey(r rune) bool { return r >= '0' && r <= '9' || r == '#' || r == '*' }

// isEmoji is a little more than the emoji that sequences are made of (Unicode, emoji-zwj-sequences).
func isEmoji(r rune) bool {
	return (r >= 0x1f000 || r >= 0x2190 && r <= 0x2bff) && unicode.In(r, unicode.So, unicode.Sm)
}

// hasStyles is a little more than what variation selectors choose between text and emoji for (Unicode,
// emoji-variation-sequences).
func hasStyles(r rune) bool {
	switch r {
	case 0xa9, 0xae, 0x203c, 0x2049, 0x2122, 0x2139, 0x3030, 0x303d, 0x3297, 0x3299:
		return true
	}
	return isEmoji(r)
}

// isBlank are letters, marks and symbols that draw nothing (Unicode, Default_Ignorable_Code_Point; and blank Braille).
func isBlank(r rune) bool {
	switch {
	case r == 0x34f, r == 0x115f, r == 0x1160, r == 0x17b4, r == 0x17b5, r >= 0x180b && r <= 0x180f,
		r == 0x2800, r == 0x3164, r >= 0xfe00 && r <= 0xfe0f, r == 0xffa0, r >= 0xe0100 && r <= 0xe01ef:
		return true
	}
	return false
}

// Count writes a number with commas between thousands: "12,000".
func Count[T int | int64](n T) string {
	s := strconv.FormatInt(int64(n), 10)
	start := 0
	if n < 0 {
		start = 1
	}
	for i := len(s) - 3; i > start; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
