package main

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// glob is a pattern for keys. It is read and matched character by character, letter by letter:
//
//   - any characters but a slash, or none     **   any characters
//     ?      one character but a slash               **/  after a slash or at the start: any folders, or none
//     [a-z]  one of these; [!a-z] none of these      \*   the character itself, also of ? [ ] and \
//
// A [ that is not closed is itself. A slash at the end says that folders are meant.
type glob struct {
	marks    []globMark
	segments [][]globMark // what is between slashes; nil with deep
	prefix   string       // every name that matches begins with it
	deep     bool         // ** is in it
	flat     bool         // only the last segment is not literal: what one folder holds is enough to know
	folders  bool
}

// globMark is a part of a glob: one character, or what stands for others.
type globMark struct {
	kind   globKind
	char   string // the character, of literal
	not    bool
	ranges [][2]rune
}

type globKind uint8

const (
	literal globKind = iota
	anyOne
	oneOf
	anyName // *
	anyPath // **
	anyDirs // **/
)

// hasGlob says whether a key may be a pattern.
func hasGlob(key string) bool { return strings.ContainsAny(key, "*?[") }

// globSpecial are the characters that a backslash makes plain. Before any other it is plain itself.
const globSpecial = `*?[]\`

func readGlob(text string) *glob {
	g := &glob{}
	text, g.folders = strings.CutSuffix(text, "/")
	for rest := text; rest != ""; {
		m, n := readMark(rest, len(rest) == len(text) || g.after('/'))
		g.marks, rest = append(g.marks, m), rest[n:]
	}
	special := slices.IndexFunc(g.marks, func(m globMark) bool { return m.kind != literal })
	if special < 0 {
		special = len(g.marks)
	}
	for _, m := range g.marks[:special] {
		g.prefix += m.char
	}
	g.flat = !slices.ContainsFunc(g.marks[special:], func(m globMark) bool { return m.char == "/" || m.kind >= anyPath })
	g.deep = slices.ContainsFunc(g.marks, func(m globMark) bool { return m.kind >= anyPath })
	if !g.deep {
		g.split()
	}
	return g
}

// after says whether the mark read last is a character.
func (g *glob) after(char byte) bool {
	n := len(g.marks)
	return n > 0 && g.marks[n-1].kind == literal && g.marks[n-1].char == string(char)
}

func (g *glob) split() {
	start := 0
	for i, m := range g.marks {
		if m.char == "/" {
			g.segments, start = append(g.segments, g.marks[start:i]), i+1
		}
	}
	g.segments = append(g.segments, g.marks[start:])
}

// readMark reads the first mark of a text, and says how long it is there. begins is true where a name begins.
func readMark(text string, begins bool) (m globMark, n int) {
	switch {
	case strings.HasPrefix(text, "**/") && begins:
		return globMark{kind: anyDirs}, 3
	case strings.HasPrefix(text, "**"):
		return globMark{kind: anyPath}, len(text) - len(strings.TrimLeft(text, "*"))
	case text[0] == '*':
		return globMark{kind: anyName}, 1
	case text[0] == '?':
		return globMark{kind: anyOne}, 1
	case text[0] == '[':
		if m, n, ok := readClass(text); ok {
			return m, n
		}
	}
	n = escaped(text)
	_, size := utf8.DecodeRuneInString(text[n:])
	return globMark{char: text[n : n+size]}, n + size
}

// escaped is 1 where a text begins with a backslash that makes the next character plain.
func escaped(text string) int {
	if len(text) > 1 && text[0] == '\\' && strings.IndexByte(globSpecial, text[1]) >= 0 {
		return 1
	}
	return 0
}

// readClass reads [a-z0]. A ] that comes first is one of the characters.
func readClass(text string) (m globMark, n int, ok bool) {
	m.kind, n = oneOf, 1
	if n < len(text) && (text[n] == '!' || text[n] == '^') {
		m.not, n = true, n+1
	}
	char := func() (r rune) {
		n += escaped(text[n:])
		r, size := utf8.DecodeRuneInString(text[n:])
		n += size
		return r
	}
	for first := true; n < len(text); first = false {
		if text[n] == ']' && !first {
			return m, n + 1, true
		}
		from := char()
		to := from
		if n+1 < len(text) && text[n] == '-' && text[n+1] != ']' {
			n++
			to = char()
		}
		m.ranges = append(m.ranges, [2]rune{from, to})
	}
	return m, 0, false
}

// match says whether a key is one of those that are meant. A folder is given without its slash. What is tried again is
// only the last * and the last **: one before them can take no more than they can, so that the time is at most that of the
// key's length squared times the glob's.
func (g *glob) match(key string) bool { return matchMarks(g.marks, key) }

func matchMarks(marks []globMark, s string) bool {
	i, at := 0, 0
	name, nameEnd := -1, 0 // the last *, and up to where it goes now
	path, pathEnd := -1, 0 // the last ** or **/, likewise
	for {
		switch {
		case i == len(marks) && at == len(s):
			return true
		case i == len(marks):
		case marks[i].kind == anyName:
			name, nameEnd = i, at
			i++
			continue
		case marks[i].kind >= anyPath:
			path, pathEnd, name = i, at, -1
			i++
			continue
		default:
			if n := marks[i].take(s[at:]); n > 0 {
				i, at = i+1, at+n
				continue
			}
		}
		switch {
		case name >= 0 && nameEnd < len(s) && s[nameEnd] != '/':
			nameEnd += charLen(s[nameEnd:])
			i, at = name+1, nameEnd
		case path >= 0 && marks[path].more(s, &pathEnd):
			i, at, name = path+1, pathEnd, -1
		default:
			return false
		}
	}
}

// more has a ** go on by a character, a **/ by a folder.
func (m *globMark) more(s string, end *int) bool {
	if *end == len(s) {
		return false
	}
	n := charLen(s[*end:])
	if m.kind == anyDirs {
		n = strings.IndexByte(s[*end:], '/') + 1
	}
	*end += n
	return n > 0
}

// take is how much of a text one character of the glob takes; 0: it is another.
func (m *globMark) take(s string) int {
	if s == "" {
		return 0
	}
	r, n := utf8.DecodeRuneInString(s)
	switch {
	case m.kind == literal && s[:n] == m.char, m.kind == anyOne && r != '/', m.kind == oneOf && r != '/' && m.has(r) != m.not:
		return n
	}
	return 0
}

func (m *globMark) has(r rune) bool {
	return slices.ContainsFunc(m.ranges, func(x [2]rune) bool { return x[0] <= r && r <= x[1] })
}

// charLen is the length of the first character; a byte of none counts as one.
func charLen(s string) int {
	_, n := utf8.DecodeRuneInString(s)
	return n
}
