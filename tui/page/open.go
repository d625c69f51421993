package page

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"spaces/store"
	"spaces/tui/kit"
)

// open goes into the folder under the cursor, or shows the file.
func (f *files) open(c *kit.Context) tea.Cmd {
	id, ok := f.l.Under()
	if !ok {
		f.l.More()
		return nil
	}
	key := f.l.Rows().Key(id)
	switch {
	case f.l.Rows().Folder(id):
		c.Go(f.at(key, ""))
	case f.l.Dir() != f.place.Prefix, f.l.IsFound():
		c.Go(f.at(folderOf(key), key))
	default:
		f.pane.full = !f.pane.full
	}
	return nil
}

// at is a place in the same Space.
func (f *files) at(prefix, key string) store.Place {
	return store.Place{Conn: f.place.Conn, Space: f.place.Space, Prefix: prefix, Key: key}
}

// folderOf is a key up to its last "/".
func folderOf(key string) string { return key[:strings.LastIndexByte(key, '/')+1] }

func (f *files) parent(c *kit.Context) tea.Cmd {
	if f.pane.full {
		f.pane.full = false
		return nil
	}
	if f.l.IsFound() {
		c.Go(f.at(f.place.Prefix, ""))
		return nil
	}
	if f.place.Prefix == "" {
		c.Go(store.Place{Conn: f.place.Conn, Key: f.place.Space})
		return nil
	}
	up := folderOf(strings.TrimSuffix(f.place.Prefix, "/"))
	c.Go(f.at(up, f.place.Prefix))
	return nil
}

// usage leads to what the folders here hold.
func (f *files) usage(c *kit.Context) tea.Cmd {
	c.Go(store.Place{Conn: f.place.Conn, Space: f.place.Space, Prefix: f.l.Dir(), Tab: store.Usage})
	return nil
}

// toggle turns the row under the cursor around and goes on to the next.
func (f *files) toggle(*kit.Context) tea.Cmd {
	if id, ok := f.l.Under(); ok {
		f.l.Select(id, !f.l.Selected(id))
		f.l.MoveTo(f.l.Cursor() + 1)
	}
	return nil
}

// refresh lists anew what is loaded, in place; what failed it tries again.
func (f *files) refresh(*kit.Context) tea.Cmd {
	f.pane.stop()
	f.readers.again()
	f.l.Refresh()
	return nil
}

func (f *files) nothingToCancel() string {
	if f.Typing() || f.l.Busy() || f.pane.full || f.l.Ranging() || f.filter.kind != "" || f.l.Selection().Count > 0 || f.isEverything() {
		return ""
	}
	return "There is nothing to cancel."
}

// escape undoes one thing: the range, the inspector on the whole screen, what is under way, the filter, the selection.
func (f *files) escape(*kit.Context) tea.Cmd {
	switch {
	case f.inline.on():
		f.inline.slot.Cancel()
		f.inline = inline{}
	case f.filter.typing:
		f.clearFilter()
	case f.pane.full:
		f.pane.full = false
	case f.l.Ranging():
		f.l.DropRange()
	case f.l.Busy():
		f.l.Stop()
	case f.isEverything():
		f.l.Unselect()
	case f.filter.kind != "":
		f.clearFilter()
	default:
		f.l.Unselect()
	}
	return nil
}
