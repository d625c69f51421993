package preview

import (
	"strings"

	"spaces/themes"
)

const (
	tabWidth = 4
	maxLine  = 4 << 10 // bytes of a line that are read: nobody sees more of it
)

// code is text of a language.
type code struct {
	text string
	lang *lang
}

func (c *code) draw(p *pen) {
	s := scanner{lang: c.lang, th: &p.th.Paint}
	for line := range linesOf(c.text) {
		if p.full() {
			return
		}
		p.line(s.line(plain(line))...)
	}
}

// linesOf are the lines of a text: they end with LF, CRLF, or where there is no LF with CR.
func linesOf(text string) func(yield func(string) bool) {
	end := "\n"
	if !strings.Contains(text, "\n") && strings.Contains(text, "\r") {
		end = "\r"
	}
	return func(yield func(string) bool) {
		for text != "" {
			line, rest, _ := strings.Cut(text, end)
			text = rest
			if !yield(strings.TrimSuffix(line, "\r")) {
				return
			}
		}
	}
}

// plain makes a line printable, with tabs as blanks.
func plain(line string) string {
	if len(line) > maxLine {
		line = strings.ToValidUTF8(line[:maxLine], "")
	}
	if strings.IndexByte(line, '\t') < 0 {
		return safe(line)
	}
	var b strings.Builder
	at := 0
	for i, part := range strings.Split(line, "\t") {
		if i > 0 {
			n := tabWidth - at%tabWidth
			b.WriteString(strings.Repeat(" ", n))
			at += n
		}
		part = safe(part)
		b.WriteString(part)
		at += width(part)
	}
	return b.String()
}

// scanner paints the words of a language, line by line.
type scanner struct {
	lang  *lang
	th    *themes.Paints
	until string       // what ends the comment or the string that goes on from the line before, "" when none does
	as    themes.Paint // how it is painted
	out   []span
}

// line paints one printable line. The spans are good until the next call.
func (s *scanner) line(text string) []span {
	s.out = s.out[:0]
	if s.lang.markup {
		return s.tags(text)
	}
	if s.until == "" && s.lang.key != "" {
		text = s.entry(text)
	}
	for text != "" {
		n, paint := s.next(text)
		s.put(paint, text[:n])
		text = text[n:]
	}
	return s.out
}

// put adds text, to the last span where that has its style.
func (s *scanner) put(paint themes.Paint, text string) {
	if n := len(s.out); n > 0 && s.out[n-1].paint == paint {
		s.out[n-1].text += text
		return
	}
	s.out = append(s.out, span{paint, text})
}

// next is the length of what stands at the beginning of a text, and how it is painted.
func (s *scanner) next(text string) (n int, paint themes.Paint) {
	if s.until != "" {
		return s.goOn(text, 0), s.as
	}
	for _, mark := range s.lang.line {
		if strings.HasPrefix(text, mark) && !(mark == "#" && len(s.out) > 0 && !strings.HasSuffix(s.out[len(s.out)-1].text, " ")) {
			return len(text), s.th.Dim
		}
	}
	for _, b := range s.lang.block {
		if strings.HasPrefix(text, b.from) {
			s.until, s.as = b.to, s.th.Good
			if b.comment {
				s.as = s.th.Dim
			}
			return s.goOn(text, len(b.from)), s.as
		}
	}
	c := text[0]
	if strings.IndexByte(s.lang.quotes, c) >= 0 {
		return quotedLen(text, c), s.th.Good
	}
	if isLetter(c) {
		n = 1
		for n < len(text) && (isLetter(text[n]) || isDigit(text[n])) {
			n++
		}
		if s.lang.word(text[:n]) {
			return n, s.th.Accent
		}
		return n, s.th.Text
	}
	if isDigit(c) {
		n = 1
		for n < len(text) && (isDigit(text[n]) || isLetter(text[n]) || text[n] == '.') {
			n++
		}
		return n, s.th.Warn
	}
	n = 1
	for n < len(text) && !s.begins(text[n]) {
		n++
	}
	return n, s.th.Text
}

// begins says whether a byte may begin something: what lies before is plain.
func (s *scanner) begins(c byte) bool {
	if isLetter(c) || isDigit(c) || strings.IndexByte(s.lang.quotes, c) >= 0 {
		return true
	}
	for _, mark := range s.lang.line {
		if mark[0] == c {
			return true
		}
	}
	for _, b := range s.lang.block {
		if b.from[0] == c {
			return true
		}
	}
	return false
}

// goOn is the length of what ends with s.until, if it ends in this line.
func (s *scanner) goOn(text string, from int) int {
	i := strings.Index(text[from:], s.until)
	if i < 0 {
		return len(text)
	}
	i += from + len(s.until)
	s.until = ""
	return i
}

// quotedLen is the length of a string in quotes; to the end of the line where it has no end.
func quotedLen(text string, quote byte) int {
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case quote:
			return i + 1
		}
	}
	return len(text)
}

// entry paints the key of "key: value", "key = value", or a "[section]", and returns the rest.
func (s *scanner) entry(text string) string {
	trimmed := strings.TrimLeft(text, " -")
	if strings.HasPrefix(trimmed, "[") && s.lang.sections && strings.HasSuffix(strings.TrimRight(trimmed, " "), "]") {
		s.put(s.th.Strong, text)
		return ""
	}
	i := strings.Index(trimmed, s.lang.key)
	if i <= 0 || strings.ContainsAny(trimmed[:i], "#;{}()") || s.lang.key == ":" && i+1 < len(trimmed) && trimmed[i+1] != ' ' {
		return text
	}
	if lead := text[:len(text)-len(trimmed)]; lead != "" {
		s.put(s.th.Text, lead)
	}
	s.put(s.th.Accent, trimmed[:i])
	s.put(s.th.Text, s.lang.key)
	return trimmed[i+len(s.lang.key):]
}

// tags paints HTML and XML.
func (s *scanner) tags(text string) []span {
	for text != "" {
		switch {
		case s.until != "":
			n := s.goOn(text, 0)
			s.put(s.as, text[:n])
			text = text[n:]
		case strings.HasPrefix(text, "<!--"):
			s.until, s.as = "-->", s.th.Dim
		case text[0] == '<':
			s.until, s.as = ">", s.th.Accent
		default:
			i := strings.IndexByte(text, '<')
			if i < 0 {
				i = len(text)
			}
			s.put(s.th.Text, text[:i])
			text = text[i:]
		}
	}
	return s.out
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isLetter(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == '$' || c >= 0x80
}
