package dialog

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/tui/kit"
)

// More is the menu of one thing: what can be done with it, by which keys, and why not where it cannot.
type More struct {
	base
	entries []entry
	own     []keys.Action
	list    kit.List
}

// NewMore offers actions under a title, which may be an object's name.
func NewMore(c *kit.Context, title string, actions []kit.Action) *More {
	m := &More{base: newBase(c, kit.OneLine(title)), entries: entriesOf(c, actions)}
	for _, a := range actions {
		m.own = append(m.own, a.Name)
	}
	m.list.SetLen(len(m.entries))
	return m
}

// Update implements kit.Dialog. The keys of the actions work here too.
func (m *More) Update(c *kit.Context, msg tea.Msg) tea.Cmd {
	if mouse, ok := msg.(kit.Mouse); ok {
		if m.list.Update(c, mouse) && m.list.Double() {
			return m.run(c, m.list.Cursor)
		}
		return nil
	}
	p, ok := m.press(c, msg, false, m.own...)
	if !ok {
		return nil
	}
	switch {
	case p.name == "esc", p.act == keys.Back, p.name == "left":
		c.Dismiss()
		return nil
	case p.name == "enter", p.name == "right":
		return m.run(c, m.list.Cursor)
	case roll(c, &m.list, p):
		return nil
	}
	for i, e := range m.entries {
		if p.act != "" && e.action.Name == p.act {
			return m.run(c, i)
		}
	}
	return nil
}

func (m *More) run(c *kit.Context, i int) tea.Cmd {
	if i >= len(m.entries) {
		return nil
	}
	m.list.MoveTo(i)
	return m.entries[i].run(c)
}

// View implements kit.Dialog.
func (m *More) View(c *kit.Context, s kit.Size) string {
	w := room(s, m.width())
	if len(m.entries) == 0 {
		return block(w, s.H, c.Theme.Paint.Dim.On("There is nothing to be done with it."))
	}
	h := max(min(len(m.entries), s.H), 1)
	if h < len(m.entries) {
		h = max(h-1, 1)
	}
	rows := rowsOf(m.list.View(kit.Size{W: w, H: h}, func(i, w int, cursor bool) string { return m.entries[i].row(c, w, cursor) }))
	if h < len(m.entries) {
		from, to := m.list.Visible()
		rows = append(rows, c.Theme.Paint.Dim.On(fmt.Sprintf("  %d above, %d below", from, len(m.entries)-to)))
	}
	return block(w, s.H, rows...)
}

// width is what the longest entry needs.
func (m *More) width() int {
	w := narrow / 2
	for _, e := range m.entries {
		w = max(w, e.width())
	}
	return w
}

// Actions implements kit.Dialog.
func (m *More) Actions() []kit.Action {
	return []kit.Action{
		hint(keys.Enter, func(c *kit.Context) tea.Cmd { return m.run(c, m.list.Cursor) }),
		dismiss(),
	}
}
