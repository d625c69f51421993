package page

import (
	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/tui/kit"
)

// tabLines are the lines that stay: the tabs and one that is empty.
const tabLines = 2

// move scrolls by a key: those that move a list by one row go on to other objects.
func (p *inspector) move(a keys.Action) bool {
	switch a {
	case keys.PageDown, keys.PageUp, keys.HalfDown, keys.HalfUp:
		p.fit()
		return p.scroll.Move(a)
	}
	return false
}

// wheel scrolls by the mouse.
func (p *inspector) wheel(m kit.Mouse) bool {
	if _, is := m.Msg.(tea.MouseWheelMsg); !is {
		return false
	}
	p.fit()
	p.scroll.Wheel(m)
	return true
}

func (p *inspector) fit() { p.scroll.Fit(p.lines[min(tabLines, len(p.lines)):], p.room) }
