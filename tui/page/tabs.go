package page

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"spaces/store"
	"spaces/tui/kit"
)

// spaceTab is one of the tabs of a Space that stand in the upper edge of its pages.
type spaceTab struct {
	tab  store.Tab
	name string
}

var spaceTabs = []spaceTab{{store.Files, "Files"}, {store.Settings, "Settings"}, {store.Usage, "Usage"}, {store.Find, "Find"}}

// strip draws the tabs of a Space into the upper edge, with one of them as the chosen one: at most w cells. Where there is
// no room for all it is that one alone.
func strip(p func(chosen bool) kit.Paint, border kit.Paint, chosen store.Tab, w int) (text string, cells int) {
	all := ""
	for i, t := range spaceTabs {
		if i > 0 {
			all += " ─ "
		}
		all += t.name
	}
	short := kit.Width(all) > w
	var b strings.Builder
	for _, t := range spaceTabs {
		if short && t.tab != chosen {
			continue
		}
		if cells > 0 {
			b.WriteString(border.On(" ─ "))
			cells += 3
		}
		name := strings.TrimRight(kit.Fit(t.name, min(kit.Width(t.name), max(w, 0))), " ")
		b.WriteString(p(t.tab == chosen).On(name))
		cells += kit.Width(name)
	}
	return b.String(), cells
}

// turned leads to the tab that a click met, of the folder that another one shows.
func turned(c *kit.Context, m kit.Mouse, from store.Place) bool {
	tab, ok := tabAt(m)
	if ok && tab != from.Tab {
		c.Go(store.Place{Conn: from.Conn, Space: from.Space, Prefix: from.Prefix, Tab: tab})
	}
	return ok
}

// tabAt is the tab of a Space that a click meets in the upper edge.
func tabAt(m kit.Mouse) (store.Tab, bool) {
	click, is := m.Msg.(tea.MouseClickMsg)
	if !is || click.Button != tea.MouseLeft || m.Y != 0 {
		return "", false
	}
	x := 2
	for _, t := range spaceTabs {
		n := kit.Width(t.name)
		if m.X >= x && m.X < x+n {
			return t.tab, true
		}
		x += n + 3
	}
	return "", false
}
