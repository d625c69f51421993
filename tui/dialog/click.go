package dialog

import (
	"regexp"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"spaces/tui/kit"
)

// drawn keeps what was drawn last: a click is a place in it.
func (b *base) drawn(text string) string {
	b.last = text
	return text
}

// segment is a button, or another piece of a line that has two spaces around it.
var segment = regexp.MustCompile(`\S+(?: \S+)*`)

// clicked tells which piece of the last line, where the buttons are, a left click fell on, and how many there are.
func (b *base) clicked(msg tea.Msg) (i, n int, ok bool) {
	m, isMouse := msg.(kit.Mouse)
	if !isMouse {
		return 0, 0, false
	}
	click, isClick := m.Msg.(tea.MouseClickMsg)
	lines := strings.Split(b.last, "\n")
	if !isClick || click.Button != tea.MouseLeft || m.Y != len(lines)-1 {
		return 0, 0, false
	}
	line := ansi.Strip(lines[m.Y])
	pieces := segment.FindAllStringIndex(line, -1)
	for i, p := range pieces {
		if from, to := kit.Width(line[:p[0]]), kit.Width(line[:p[1]]); m.X >= from && m.X < to {
			return i, len(pieces), true
		}
	}
	return 0, len(pieces), false
}
