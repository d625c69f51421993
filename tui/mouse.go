package tui

import (
	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/tui/kit"
)

// mouse gives a mouse message to who is below the pointer: the front dialog and nothing else while one is open, the
// page, a name of the path bar, or a hint.
func (m *Model) mouse(msg tea.MouseMsg) tea.Cmd {
	at := msg.Mouse()
	if d := m.host.Dialog(); d != nil {
		_, _, inner := kit.DialogBox(m.host.Context, d, m.desk())
		if at.Y == m.size.H-1 {
			return m.clickHint(msg, at.X)
		}
		return m.host.Update(kit.Mouse{Msg: msg, X: at.X - inner.X, Y: at.Y - inner.Y})
	}
	switch {
	case at.Y == 0:
		return m.clickCrumb(msg, at.X)
	case at.Y == m.size.H-1:
		return m.clickHint(msg, at.X)
	case at.Y == m.size.H-2:
		return m.clickCorner(msg, at.X)
	case at.Y <= m.body().H:
		return m.host.Update(kit.Mouse{Msg: msg, X: at.X, Y: at.Y - 1})
	}
	return nil
}

func clicked(msg tea.MouseMsg) bool {
	click, ok := msg.(tea.MouseClickMsg)
	return ok && click.Button == tea.MouseLeft
}

func (m *Model) clickCrumb(msg tea.MouseMsg, x int) tea.Cmd {
	if !clicked(msg) {
		return nil
	}
	from := 1
	for _, c := range m.fitCrumbs(m.size.W - kit.Width(m.endpoint(m.size.W)) - 2) {
		from += kit.Width(c.sep)
		to := from + kit.Width(c.text)
		if c.leads && x >= from && x < to && c.place != m.host.Place() {
			return m.host.Go(c.place)
		}
		from = to
	}
	return nil
}

// clickCorner opens the drawer of the transfers where the status line tells of them.
func (m *Model) clickCorner(msg tea.MouseMsg, x int) tea.Cmd {
	w := kit.Width(m.corner(m.size.W))
	if !clicked(msg) || w == 0 || x < m.size.W-w-1 {
		return nil
	}
	return m.host.Do(keys.Transfers)
}

func (m *Model) clickHint(msg tea.MouseMsg, x int) tea.Cmd {
	if !clicked(msg) {
		return nil
	}
	c := m.host.Context
	actions, always := m.hints()
	right := 0
	if len(always) > 0 {
		right = kit.Width(kit.Hints(c.Theme, c.Keys, m.size.W/2, always)) + 1
	}
	if a, ok := kit.HintAt(c.Keys, m.size.W-right-3, x-1, actions); ok {
		return m.host.Do(a)
	}
	if a, ok := kit.HintAt(c.Keys, m.size.W/2, x-(m.size.W-right), always); ok {
		return m.host.Do(a)
	}
	return nil
}
