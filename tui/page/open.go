package page

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"spaces/store"
	"spaces/store/listing"
	"spaces/tui/kit"
)

// open goes into the folder under the cursor, or shows the file.
func (f *files) open(c *kit.Context) tea.Cmd {
	id, ok := f.under()
	if !ok {
		return f.fetchMore(c)
	}
	key := f.view.rows.Key(id)
	switch {
	case f.view.rows.Folder(id):
		c.Go(kit.Place{Space: f.place.Space, Prefix: key})
	case f.filter.deep():
		c.Go(kit.Place{Space: f.place.Space, Prefix: folderOf(key), Key: key})
	default:
		f.pane.full = !f.pane.full
		return f.look(c)
	}
	return nil
}

// fetchMore goes on listing, also after an error.
func (f *files) fetchMore(c *kit.Context) tea.Cmd {
	if w := f.source(); !w.busy() && !w.done {
		return w.fetch(c, f.id, f.place.Space, 0)
	}
	return nil
}

func (f *files) parent(c *kit.Context) tea.Cmd {
	if f.pane.full {
		f.pane.full = false
		return nil
	}
	if f.place.Prefix == "" {
		c.Go(kit.Place{Key: f.place.Space})
		return nil
	}
	up := folderOf(strings.TrimSuffix(f.place.Prefix, "/"))
	c.Go(kit.Place{Space: f.place.Space, Prefix: up, Key: f.place.Prefix})
	return nil
}

func (f *files) startRange() {
	if f.reach.on {
		f.reach.on = false
		return
	}
	if id, ok := f.under(); ok {
		f.reach = reach{on: true, anchor: id, before: f.on().sel.clone()}
		f.stretch(f.list.Cursor)
	}
}

// refresh lists anew what is loaded, in place; what failed it tries again.
func (f *files) refresh(c *kit.Context) tea.Cmd {
	f.held = false
	w := f.source()
	if w.err != nil || !w.begun {
		return tea.Batch(f.fetchMore(c), f.look(c))
	}
	w.stop()
	f.pane.stop()
	f.again.stop()
	f.again = walk{prefix: w.prefix}
	return tea.Batch(f.again.fetch(c, f.id, f.place.Space, 0), f.look(c))
}

func (f *files) nothingToCancel() string {
	if f.Typing() || f.busy() || f.again.busy() || f.pane.full || f.reach.on || f.filter.kind != "" || f.on().sel.count > 0 {
		return ""
	}
	return "There is nothing to cancel."
}

// busy says whether something is under way that was asked for; the page that is fetched ahead of the view is not.
func (f *files) busy() bool {
	w := f.source()
	return f.chase || f.view.slot.Busy() || w.busy() && (!w.begun || f.want != "" || f.view.order.By != listing.ByName)
}

// escape undoes one thing: the range, the inspector on the whole screen, what is under way, the filter, the selection.
func (f *files) escape(c *kit.Context) tea.Cmd {
	w := f.source()
	switch {
	case f.inline.on():
		f.inline.slot.Cancel()
		f.inline = inline{}
	case f.filter.typing:
		return f.clearFilter(c)
	case f.pane.full:
		f.pane.full = false
	case f.reach.on:
		f.on().sel, f.reach = f.reach.before, reach{}
	case f.again.busy():
		f.again.stop()
		f.again = walk{}
	case f.busy():
		w.stop()
		f.view.slot.Cancel()
		f.chase, f.want, f.held = false, "", true
		if !w.begun {
			w.err = store.Canceled
		}
	case f.filter.kind != "":
		return f.clearFilter(c)
	default:
		f.on().sel.clear()
	}
	return nil
}
