package dialog

import (
	"strings"

	"spaces/themes"
	"spaces/tui/kit"
)

// Notices lists the messages that were shown, the newest first.
type Notices struct {
	base
	said []kit.Said
}

// NewNotices shows said, which has the oldest first.
func NewNotices(c *kit.Context, said []kit.Said) *Notices {
	d := &Notices{base: newBase(c, "Messages"), said: append([]kit.Said(nil), said...)}
	d.form = d.asking
	return d
}

// asking is the form.
func (d *Notices) asking(s kit.Size) *kit.Form {
	w, t := room(s, wide), &d.c.Theme.Paint
	var lines []string
	for i := len(d.said) - 1; i >= 0; i-- {
		lines = append(lines, d.lines(d.said[i], w)...)
	}
	if len(lines) == 0 {
		lines = note("There was no message yet.", w, t.Dim)
	}
	return &kit.Form{Width: w, Focus: &d.focus, Leave: "close", Items: []kit.Item{
		&kit.Pager{Lines: lines, Scroll: &d.scroll}, kit.Gap, kit.Buttons{dismiss("Close")}}}
}

// lines are one message, below each other where it is long.
func (d *Notices) lines(m kit.Said, w int) []string {
	t := &d.c.Theme.Paint
	head := m.At.In(d.c.Now().Location()).Format("15:04:05") + "  "
	lines := kit.Wrap(m.Text, max(w-len(head)-2, 8))
	for i := range lines {
		lines[i] = t.Dim.On(head) + levelPaint(d.c.Theme, m.Level).On(lines[i])
		head = strings.Repeat(" ", len(head))
	}
	return lines
}

func levelPaint(th *themes.Theme, l kit.Level) themes.Paint {
	switch l {
	case kit.Good:
		return th.Paint.Good
	case kit.Warn:
		return th.Paint.Warn
	case kit.Bad:
		return th.Paint.Bad
	}
	return th.Paint.Text
}
