package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/themes"
	"spaces/tui/kit"
)

// View draws the whole screen, or holds it still while nobody looks.
func (m *Model) View() tea.View {
	if m.away.is {
		return m.away.still
	}
	return m.draw()
}

// draw draws the whole screen: the path bar, the page, the status line and the line of hints, with the dialogs over
// the first two.
func (m *Model) draw() tea.View {
	if m.lines != nil {
		return tea.NewView("")
	}
	frame, x, y, typing := kit.TakeCursor(m.frame())
	title := m.windowTitle()
	if m.signs != themes.AllSigns {
		frame, title = themes.ASCII(frame), themes.ASCII(title)
	}
	if m.signs == themes.OnlyASCII {
		frame, title = kit.Mask(frame), kit.Mask(title)
	}
	v := tea.NewView(frame)
	v.AltScreen = true
	v.MouseMode = tea.MouseModeCellMotion
	v.WindowTitle = title
	if m.signs == themes.AllSigns { // the Linux console would print the one, and has no other window to look at
		v.ReportFocus = true
		v.ProgressBar = progress(m.host.Jobs())
	}
	if typing && x < m.size.W && y < m.size.H {
		v.Cursor = tea.NewCursor(x, y)
	}
	if m.clash && m.depth == themes.Full {
		v.Content = kit.Ground(m.theme, frame, m.size.W)
		if m.asked { // before, it would tell of this colour as of its own
			v.BackgroundColor, v.ForegroundColor = m.theme.Background, m.theme.Foreground // also of what is around the cells
		}
	}
	return v
}

func (m *Model) windowTitle() string {
	title := "spaces"
	if p := m.host.Page(); p != nil && p.Title() != "" {
		title = kit.OneLine(p.Title()) + " — spaces"
	}
	return title
}

// body is the room of the page.
func (m *Model) body() kit.Size { return kit.Size{W: m.size.W, H: max(m.size.H-3, 0)} }

// desk is the room of dialogs: the path bar and the page.
func (m *Model) desk() kit.Size { return kit.Size{W: m.size.W, H: max(m.size.H-2, 1)} }

func (m *Model) frame() string {
	c, w := m.host.Context, m.size.W
	page := ""
	if p := m.host.Page(); p != nil {
		page = p.View(c, m.body())
	}
	var b strings.Builder
	b.Grow(len(page) + 8*w)
	b.WriteString(kit.Clip(m.pathBar(w), w))
	popup := m.popup(m.body())
	if said := m.noticeLines(w); len(said) > 1 && len(popup) == 0 {
		popup = said[:len(said)-1]
	}
	fitLines(&b, page, kit.Size{W: w, H: m.body().H - len(popup)})
	for _, line := range popup {
		b.WriteByte('\n')
		b.WriteString(line)
	}
	desk := b.String()
	for _, d := range m.host.Dialogs() {
		box, at, _ := kit.DialogBox(c, d, m.desk())
		desk = kit.Overlay(c.Theme, desk, box, at)
	}
	return firstLines(desk+"\n"+kit.Clip(m.statusLine(w), w)+"\n"+kit.Clip(m.hintLine(w), w), m.size.H)
}

// fitLines adds exactly size.H lines, none wider than size.W, whatever a page drew.
func fitLines(b *strings.Builder, text string, size kit.Size) {
	for range size.H {
		line, rest, _ := strings.Cut(text, "\n")
		text = rest
		b.WriteByte('\n')
		b.WriteString(kit.Clip(line, size.W))
	}
}

// firstLines cuts a frame for a screen with less lines than the frame has around its page.
func firstLines(s string, n int) string {
	lines := strings.Count(s, "\n") + 1
	for ; lines > n; lines-- {
		s = s[strings.IndexByte(s, '\n')+1:]
	}
	return s
}

// statusLine draws a notice or what the page says of itself, and the transfers at the right.
func (m *Model) statusLine(w int) string {
	right := m.corner(w)
	right += " "
	room := max(w-kit.Width(right)-2, 0)
	if said := m.noticeLines(w); len(said) > 0 {
		return kit.Ends(said[len(said)-1], right, w)
	}
	left := ""
	if m.result != nil {
		left = m.resultLine(m.result, room)
	} else if p := m.host.Page(); p != nil {
		left = p.Status(m.host.Context, room)
	}
	return kit.Ends(" "+left, right, w)
}

// noticeLines draws a notice whole: its last line is for the status line, those before it take the place of the page's last
// ones. Where a dialog may cover them, or the screen is low, the notice is cut to one line.
func (m *Model) noticeLines(w int) []string {
	n := m.host.Notice()
	if n.Text == "" {
		return nil
	}
	room := max(w-kit.Width(m.corner(w))-3, 0)
	lines := kit.Wrap(n.Text, room-2)
	if pressed, _ := m.host.Pending(); len(lines) < 2 || len(lines) > m.body().H/2 || m.host.Dialog() != nil || len(pressed) > 0 {
		return []string{" " + m.notice(n, room)}
	}
	sign, paint := m.noticeLook(n.Level)
	for i := range lines {
		lines[i] = " " + paint.On(sign+lines[i])
		sign = strings.Repeat(" ", kit.Width(sign))
	}
	return lines
}

// corner draws the right part of the status line: a sequence that is being typed, or what is to be pasted and the transfers.
func (m *Model) corner(w int) string {
	th := m.host.Context.Theme
	if pressed, _ := m.host.Pending(); len(pressed) > 0 {
		return th.Paint.Accent.On(keys.Label(strings.Join(pressed, " ")) + "-")
	}
	jobs := m.host.Jobs()
	text := transfers(m.host.Context, jobs, m.unseen(jobs))
	if text == "" && m.left > 0 {
		text = th.Paint.Warn.On("! " + trim(m.leftText(), w-2))
	}
	if b := &m.host.Context.Board; b.Any() {
		board := th.Paint.Accent.On(b.String())
		if text == "" {
			return board
		}
		return board + "  " + text
	}
	return text
}

// leftText tells of transfers that earlier runs did not finish.
func (m *Model) leftText() string {
	text := kit.Plural(m.left, "transfer") + " did not finish"
	if key := m.host.Context.Keys.Key(keys.Transfers); key != "" {
		text += "; " + key + " shows " + map[bool]string{true: "it", false: "them"}[m.left == 1]
	}
	return text
}

func (m *Model) notice(n kit.Notice, w int) string {
	sign, paint := m.noticeLook(n.Level)
	return paint.On(trim(sign+n.Text, w))
}

// noticeLook is the sign before a notice, and its paint.
func (m *Model) noticeLook(l kit.Level) (sign string, p themes.Paint) {
	paint := &m.host.Context.Theme.Paint
	switch l {
	case kit.Good:
		return "✓ ", paint.Good
	case kit.Warn:
		return "! ", paint.Warn
	case kit.Bad:
		return "✗ ", paint.Bad
	}
	return "", paint.Status
}

// trim cuts a plain text to w cells without padding it.
func trim(s string, w int) string {
	if kit.Width(s) <= w {
		return s
	}
	return kit.Fit(s, w)
}

// hintLine draws what can be done now, from the key map in force, and at its end where to find the rest.
func (m *Model) hintLine(w int) string {
	c := m.host.Context
	actions, always := m.hints()
	right := ""
	if len(always) > 0 {
		right = kit.Hints(c.Theme, c.Keys, w/2, always) + " "
	}
	return kit.Ends(" "+kit.Hints(c.Theme, c.Keys, w-kit.Width(right)-3, actions), right, w)
}

// popup draws what may follow the keys pressed so far: lines that take the place of the page's last ones.
func (m *Model) popup(room kit.Size) []string {
	pressed, shown := m.host.Pending()
	if !shown || len(pressed) == 0 || room.H < 4 || room.W < 20 {
		return nil
	}
	th := m.host.Context.Theme
	follows := m.host.Context.Keys.Follows(pressed, m.host.Scope())
	columns := max(room.W/38, 1)
	rows := min((len(follows)+columns-1)/columns, room.H-2)
	cell := (room.W - 2) / columns
	title := " " + keys.Label(strings.Join(pressed, " ")) + " … "
	key := 4
	for _, f := range follows {
		key = max(key, kit.Width(f.Key)+1)
	}
	lines := []string{th.Paint.Border.On("──") + th.Paint.Title.On(title) + kit.Rule(th, room.W-2-kit.Width(title))}
	for row := range rows {
		line := kit.Line{}
		line.Space(2)
		for i := row; i < len(follows) && i < rows*columns; i += rows {
			line.Put(th.Paint.HintKey, kit.Fit(follows[i].Key, key))
			line.Put(th.Paint.Text, kit.Fit(follows[i].Help, cell-key-1)).Space(1)
		}
		lines = append(lines, kit.Clip(line.String(), room.W))
	}
	return lines
}
