package page

import (
	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/tui/kit"
)

// tabLines are the lines that stay: the tabs and one that is empty.
const tabLines = 2

// scrolls moves the text of the inspector by a key: those that move a list by one row go on to other objects.
func (f *files) scrolls(c *kit.Context, a keys.Action) bool {
	switch a {
	case keys.PageDown, keys.PageUp, keys.HalfDown, keys.HalfUp:
		f.fitPane(c)
		return f.pane.scroll.Move(a)
	}
	return false
}

// wheels moves it by the mouse.
func (f *files) wheels(c *kit.Context, m kit.Mouse) bool {
	if _, is := m.Msg.(tea.MouseWheelMsg); !is {
		return false
	}
	f.fitPane(c)
	f.pane.scroll.Wheel(m)
	return true
}

func (f *files) fitPane(c *kit.Context) {
	size := f.paneSize(f.size)
	lines := f.pane.all(c, size)
	f.pane.scroll.Fit(lines[min(tabLines, len(lines)):], max(size.H-tabLines, 0))
}
