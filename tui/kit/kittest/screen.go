package kittest

import (
	"strings"
	"unicode"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"

	"spaces/store"
	"spaces/tui/kit"
)

// Styled returns what is on the screen, with its styles.
func (s *Screen) Styled() string { return s.model.View().Content }

// Text returns what is on the screen as plain text, without blanks at the ends of lines.
func (s *Screen) Text() string {
	lines := strings.Split(ansi.Strip(s.Styled()), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight(line, " ")
	}
	return strings.Join(lines, "\n")
}

// Screen is Text.
func (s *Screen) Screen() string { return s.Text() }

// Line returns one line of Text, counted from the end when i is negative.
func (s *Screen) Line(i int) string {
	lines := strings.Split(s.Text(), "\n")
	if i < 0 {
		i += len(lines)
	}
	return lines[i]
}

// Find returns the cell where a text first stands on the screen.
func (s *Screen) Find(text string) (x, y int, ok bool) {
	for y, line := range strings.Split(s.Text(), "\n") {
		if i := strings.Index(line, text); i >= 0 {
			return kit.Width(line[:i]), y, true
		}
	}
	return 0, 0, false
}

// Has says whether a text is on the screen, in one line.
func (s *Screen) Has(text string) bool {
	_, _, ok := s.Find(text)
	return ok
}

// Want fails the test when one of the texts is not on the screen.
func (s *Screen) Want(texts ...string) {
	s.t.Helper()
	for _, text := range texts {
		if !s.Has(text) {
			s.t.Fatalf("%q is not on the screen:\n%s", text, s.Text())
		}
	}
}

// WantNot fails the test when one of the texts is on the screen.
func (s *Screen) WantNot(texts ...string) {
	s.t.Helper()
	for _, text := range texts {
		if s.Has(text) {
			s.t.Fatalf("%q is on the screen:\n%s", text, s.Text())
		}
	}
}

// Golden compares the plain text of the screen with testdata/<test>.golden; go test -update writes it.
func (s *Screen) Golden() {
	s.t.Helper()
	golden.RequireEqual(s.t, s.Text()+"\n")
}

// unstyled is a line without the only escape sequence that a screen may draw, that of styles.
func unstyled(line string) string {
	var plain strings.Builder
	for {
		before, after, found := strings.Cut(line, "\x1b[")
		plain.WriteString(before)
		if !found {
			return plain.String()
		}
		if rest := strings.TrimLeft(after, "0123456789;:"); strings.HasPrefix(rest, "m") {
			line = rest[1:]
			continue
		}
		plain.WriteString("\x1b[")
		line = after
	}
}

// Raw is a line without the joiners that belong to emoji: whatever else does not draw itself has no place in it.
func Raw(line string) string {
	if strings.Contains(store.Printable(strings.ReplaceAll(line, `\`, "/")), `\u200d`) {
		return line
	}
	return strings.ReplaceAll(line, "\u200d", "")
}

// check fails the test when the frame does not fit the screen, or could drive a terminal.
func (s *Screen) check() {
	s.t.Helper()
	if s.ended {
		return
	}
	frame := s.Styled()
	lines := strings.Split(frame, "\n")
	if len(lines) != s.size.H {
		s.t.Errorf("the frame has %d lines on a screen of %d:\n%s", len(lines), s.size.H, s.Text())
	}
	if s.checkedAt != s.size.W {
		s.checkedAt, s.checked = s.size.W, map[string]bool{}
	}
	for i, line := range lines { // most are those of the frame before
		if !s.checked[line] && s.checkLine(i, line) {
			s.checked[line] = true
		}
	}
}

func (s *Screen) checkLine(i int, line string) bool {
	s.t.Helper()
	good := true
	plain := unstyled(line)
	if w := ansi.StringWidthWc(plain); w > s.size.W {
		s.t.Errorf("line %d has %d cells on a screen of %d: %q", i, w, s.size.W, plain)
		good = false
	}
	for _, r := range Raw(plain) {
		if r < 0x20 || unicode.In(r, unicode.Cc, unicode.Cf) || r == unicode.ReplacementChar {
			s.t.Errorf("line %d has the raw character %U: %q", i, r, plain)
			good = false
		}
	}
	return good
}

// Height is how many lines the screen has.
func (s *Screen) Height() int { return s.size.H }

// FindIn returns the cell of a line where a text first stands, -1 when it does not.
func (s *Screen) FindIn(y int, text string) int {
	line := strings.Split(ansi.Strip(s.Styled()), "\n")[y]
	if i := strings.Index(line, text); i >= 0 {
		return kit.Width(line[:i])
	}
	return -1
}
