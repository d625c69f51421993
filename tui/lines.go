package tui

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"spaces/tui/kit"
)

// lines is the panel for screen readers: nothing is drawn, and what changes is printed as lines of text, one for each change.
// They are made of the same frame as the screen: what can be seen can be heard.
type lines struct {
	dialog kit.ID
	page   kit.ID
	place  string
	now    []string // the plain lines of what the keys go to, as they were last told
	notice string

	queue []string // not printed yet
	busy  bool     // a part of it is being printed: commands have no order of their own
}

// toldMsg says that what was given to be printed is on its way.
type toldMsg struct{}

// print has the queue printed, after what is being printed.
func (l *lines) print() tea.Cmd {
	if l.busy || len(l.queue) == 0 {
		return nil
	}
	text := strings.Join(l.queue, "\n")
	l.queue, l.busy = nil, true
	return tea.Sequence(tea.Println(text), func() tea.Msg { return toldMsg{} })
}

// tell returns the command that prints what is otherwise now.
func (m *Model) tell() tea.Cmd {
	l := m.lines
	say := func(text ...string) {
		for _, line := range text {
			l.queue = append(l.queue, spoken(line))
		}
	}
	if n := m.spokenNotice(); n != l.notice {
		if l.notice = n; n != "" {
			say(n)
		}
	}
	was := l.now
	d, p := m.host.Dialog(), m.host.Page()
	switch {
	case d != nil:
		box, _, _ := kit.DialogBox(m.host.Context, d, m.desk())
		l.now = plainLines(box)
		if l.dialog != d.ID() {
			l.dialog = d.ID()
			say(l.now...)
		} else {
			say(changed(was, l.now)...)
		}
	case p != nil:
		l.now = plainLines(p.View(m.host.Context, m.body()))
		place := plain(m.pathBar(m.size.W))
		if l.page != p.ID() || l.place != place || l.dialog != 0 {
			l.page, l.place, l.dialog = p.ID(), place, 0
			say(place)
			say(current(l.now)...)
			break
		}
		say(changed(was, l.now)...)
	}
	return l.print()
}

// spoken is a line as it is printed: signs are words, or nothing.
func spoken(line string) string {
	for _, sign := range cursors {
		line = strings.TrimPrefix(line, sign)
	}
	return strings.Join(strings.Fields(signs.Replace(line)), " ")
}

var signs = strings.NewReplacer("▌", "", "▸", ">", "●", "", "✓", "selected", "▲", "ascending", "▼", "descending")

// spokenNotice is the notice, or the result of a job.
func (m *Model) spokenNotice() string {
	if n := m.host.Notice(); n.Text != "" {
		return n.Text
	}
	if m.result != nil {
		return plain(m.resultLine(m.result, resultNoted))
	}
	return ""
}

// cursors are the signs before what the cursor is on.
var cursors = []string{"▌", "▸ "}

// current is the line that the cursor is on, or where there is none all of a short text.
func current(now []string) []string {
	for _, line := range now {
		if under(line) {
			return []string{line}
		}
	}
	return now[:min(len(now), 12)]
}

func under(line string) bool {
	return slices.ContainsFunc(cursors, func(sign string) bool { return strings.HasPrefix(line, sign) })
}

// changed are the lines of now that were not there before: of those, where a cursor is on some, these alone and what is said
// in sentences. They are two where letters narrow a list: the field, and what Enter would do. Where only figures are otherwise,
// nobody wants to hear that ten times a second.
func changed(was, now []string) []string {
	fresh := make([]bool, len(now)) // of those without a cursor
	var all, pointed []string
	for i, line := range now {
		switch {
		case slices.Contains(was, line):
		case under(line):
			pointed = append(pointed, line)
		default:
			words := withoutFigures(line)
			if fresh[i] = !slices.ContainsFunc(was, func(old string) bool { return withoutFigures(old) == words }); fresh[i] {
				all = append(all, line)
			}
		}
	}
	if len(pointed) > 0 {
		return append(pointed, sentences(now, fresh)...)
	}
	return all[:min(len(all), 12)]
}

// sentences are the fresh lines that end one, each with those before it that it was broken from: what is wrong with a field
// is said in a sentence, and what a list holds is not.
func sentences(lines []string, fresh []bool) []string {
	var told []string
	for i, line := range lines {
		if !fresh[i] || !strings.HasSuffix(line, ".") || !strings.Contains(line, " ") {
			continue
		}
		from := i
		for from > 0 && i-from < 4 && fresh[from-1] && !begins(lines[from]) {
			from--
		}
		told = append(told, lines[from:i+1]...)
	}
	return told[:min(len(told), 12)]
}

// begins says whether a line may be the first of a sentence.
func begins(line string) bool {
	r, _ := utf8.DecodeRuneInString(line)
	return unicode.IsUpper(r)
}

// plainLines are the lines of a drawing without styles and borders, and without those that are empty then.
func plainLines(drawn string) []string {
	var list []string
	for line := range strings.SplitSeq(drawn, "\n") {
		if text := plain(line); text != "" {
			list = append(list, text)
		}
	}
	return list
}

// plain is a line without styles and borders. Room between words is one space.
func plain(line string) string {
	line = strings.Map(func(r rune) rune {
		if r >= 0x2500 && r <= 0x259f && r != '▌' { // Box Drawing, Block Elements
			return ' '
		}
		return r
	}, ansi.Strip(line))
	return strings.Join(strings.Fields(line), " ")
}

func withoutFigures(line string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return -1
		}
		return r
	}, line)
}
