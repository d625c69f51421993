package tui

import (
	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store"
	"spaces/tui/dialog"
	"spaces/tui/kit"
)

// marked is what became of a bookmark.
type marked struct {
	mark kit.Mark
	err  error
}

func (m *Model) noBookmarks() string {
	if m.host.Context.Bookmarks == nil {
		return "No bookmarks are kept here."
	}
	return ""
}

// here is the place on top, without the cursor.
func (m *Model) here() store.Place {
	p := m.host.Place()
	p.Key = ""
	return p
}

// bookmark keeps the place that is shown.
func (m *Model) bookmark(c *kit.Context) tea.Cmd {
	mark, all := kit.Mark{Place: m.here()}, c.Bookmarks
	return func() tea.Msg {
		marks, err := all.Marks()
		for _, x := range marks {
			if x.Place == mark.Place {
				return marked{x, nil}
			}
		}
		mark.Name = dialog.MarkName(mark.Place)
		if err == nil {
			err = all.Mark(mark)
		}
		return marked{mark, err}
	}
}

func (m *Model) tellMarked(x marked) {
	if x.err != nil {
		m.host.Tell(kit.Bad, "Not bookmarked: "+x.err.Error())
		return
	}
	said := "Bookmarked as " + store.Printable(x.mark.Name)
	if key := m.host.Context.Keys.Key(keys.Bookmarks); key != "" {
		said += "; " + key + " lists the bookmarks"
	}
	m.host.Tell(kit.Good, said)
}

// visit notes the place on top, when it is another one than before. Nobody is told when that fails.
func (m *Model) visit() tea.Cmd {
	all, p := m.host.Context.Bookmarks, m.here()
	if all == nil || m.host.Page() == nil || p == m.visited {
		return nil
	}
	m.visited = p
	if p == (store.Place{}) {
		return nil // where the program begins by itself
	}
	return func() tea.Msg {
		_ = all.Visit(p)
		return nil
	}
}
