package page

import (
	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store"
	"spaces/tui/dialog"
	"spaces/tui/kit"
)

// Actions in the order of menus and hints.
func (x *uploads) Actions() []kit.Action {
	return append(guarded(x.store, []kit.Action{
		{Name: keys.Delete, Hint: "end", Label: "End the upload…", Why: x.notEnded, Run: x.end},
		{Name: keys.Select, Why: x.notSelected, Run: x.toggle},
		{Name: keys.SelectAll, Hint: kit.NoHint, Why: x.nothing, Run: x.selectAll},
		{Name: keys.Cancel, Hint: kit.NoHint, Why: x.noneSelected, Run: x.unselect},
		{Name: keys.Refresh, Run: x.refresh},
		{Name: keys.Parent, Hint: "Files", Run: x.turn(store.Files)},
		{Name: keys.Settings, Hint: kit.NoHint, Run: x.turn(store.Settings)},
		{Name: keys.Usage, Hint: kit.NoHint, Run: x.turn(store.Usage)},
		{Name: keys.Uploads, Hint: kit.NoHint, Why: func() string { return "These are the unfinished uploads." }},
		{Name: keys.More, Run: x.menu},
	}), x.mend.action(x.id, x.err))
}

func (x *uploads) nothing() string {
	if len(x.have) == 0 {
		return "There is no unfinished upload."
	}
	return ""
}

// notEnded says why nothing can be ended.
func (x *uploads) notEnded() string {
	if why := x.nothing(); why != "" {
		return why
	}
	if len(x.chosen()) == 0 {
		return "A job here goes on with it: the transfers cancel it, or give it up."
	}
	return ""
}

func (x *uploads) notSelected() string {
	if u, ok := x.under(); ok && u.Job != "" {
		return "A job here goes on with it: it is not ended from here."
	}
	return x.nothing()
}

func (x *uploads) noneSelected() string {
	if len(x.selected) == 0 {
		return "Nothing is selected."
	}
	return ""
}

func (x *uploads) toggle(c *kit.Context) tea.Cmd {
	u, _ := x.under()
	if x.selected[u.Upload] {
		delete(x.selected, u.Upload)
	} else {
		x.selected[u.Upload] = true
	}
	x.list.MoveTo(x.list.Cursor + 1)
	return x.ask(c)
}

func (x *uploads) selectAll(*kit.Context) tea.Cmd {
	for _, u := range x.have {
		if u.Job == "" {
			x.selected[u.Upload] = true
		}
	}
	return nil
}

func (x *uploads) unselect(*kit.Context) tea.Cmd {
	clear(x.selected)
	return nil
}

// end asks before uploads are ended.
func (x *uploads) end(c *kit.Context) tea.Cmd {
	list := make([]dialog.Ending, 0, len(x.selected))
	for _, u := range x.chosen() {
		w, known := x.weights[u.Upload]
		list = append(list, dialog.Ending{BegunUpload: u.BegunUpload, Bytes: w.Bytes, Known: known && w.err == nil})
	}
	c.Open(dialog.NewEndUploads(c, x.place.Space, list))
	return nil
}

func (x *uploads) turn(tab store.Tab) func(*kit.Context) tea.Cmd {
	return func(c *kit.Context) tea.Cmd {
		c.Go(store.Place{Conn: x.place.Conn, Space: x.place.Space, Tab: tab})
		return nil
	}
}

func (x *uploads) menu(c *kit.Context) tea.Cmd {
	c.Open(dialog.NewMore(c, x.Title(), among(x.Actions(), []keys.Action{keys.Delete, keys.SelectAll, keys.Refresh, keys.Settings, keys.Usage})))
	return nil
}
