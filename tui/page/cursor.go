package page

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store/listing"
	"spaces/tui/kit"
)

// settle puts the cursor back on its row after rows moved, keeping it on the same line of the screen.
func (f *files) settle() {
	if f.want != "" {
		f.seek()
	}
	at, there := 0, false
	if f.onRow && !f.chase {
		at, there = f.view.find(f.cursor)
	}
	if there {
		f.list.Offset = max(f.list.Offset+at-f.list.Cursor, 0)
		f.list.Cursor = at
	}
	f.list.SetLen(f.view.len() + f.tail())
	if f.chase {
		f.list.MoveTo(f.list.Len())
		f.chase = !f.source().done
	}
	f.arrive()
}

// seek goes to the wanted row when it has been listed, and gives up when it is not there.
func (f *files) seek() {
	i, found := f.view.rows.Search(f.want)
	w := f.source()
	if found {
		if at, shown := f.view.find(f.view.rows.ID(i)); shown {
			f.list.SetLen(f.view.len() + f.tail())
			f.list.MoveTo(at)
			f.arrive()
			f.want = ""
		}
	} else if w.done || w.err != nil || w.last >= f.want {
		f.want = ""
	}
}

// tail is the row that stands for what is not listed yet.
func (f *files) tail() int {
	if w := f.source(); w.done || !w.begun && w.err == nil && f.view.len() == 0 {
		return 0
	}
	return 1
}

// under is the row under the cursor.
func (f *files) under() (listing.RowID, bool) {
	if i := f.list.Cursor; i < f.view.len() {
		return f.view.id(i), true
	}
	return 0, false
}

// arrive remembers the row under the cursor. Where a filter finds nothing it is still the one before.
func (f *files) arrive() {
	if id, ok := f.under(); ok || f.view.len() > 0 {
		f.cursor, f.onRow = id, ok
	}
	if f.reach.on {
		f.stretch(f.list.Cursor)
	}
}

// moved is called after the cursor was moved by hand.
func (f *files) moved(c *kit.Context) tea.Cmd {
	f.want, f.expect, f.chase = "", "", false
	f.arrive()
	return tea.Batch(f.feed(c), f.look(c))
}

// key is a key that is bound to no action of the page: movement.
func (f *files) key(c *kit.Context, k kit.Key) tea.Cmd {
	if !f.list.Update(c, k) {
		return nil
	}
	cmd := f.moved(c)
	if k.Action == keys.Bottom && !f.source().done {
		f.chase = true
		f.list.MoveTo(f.list.Len())
		return tea.Batch(cmd, f.feed(c))
	}
	return cmd
}

func (f *files) mouse(c *kit.Context, m kit.Mouse) tea.Cmd {
	if f.Typing() || f.pane.full || !f.list.Update(c, m) {
		return nil
	}
	cmd := f.moved(c)
	if f.list.Double() {
		return tea.Batch(cmd, f.open(c))
	}
	return cmd
}

// returned is called when the page is shown again.
func (f *files) returned(c *kit.Context, p kit.Place) tea.Cmd {
	if p.Key != "" {
		f.want = p.Key
		f.settle()
		f.want = ""
	}
	f.pane.stop() // what was known of it may be old
	return f.look(c)
}

// dir is the folder that the rows shown are in.
func (f *files) dir() string {
	if f.filter.deep() {
		return folderOf(f.place.Prefix + f.filter.begins())
	}
	return f.place.Prefix
}

// folderOf is a key up to its last "/".
func folderOf(key string) string { return key[:strings.LastIndexByte(key, '/')+1] }
