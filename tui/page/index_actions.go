package page

import (
	"errors"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store"
	"spaces/tui/dialog"
	"spaces/tui/kit"
)

// Actions of the index, in the order of menus and hints.
func (x *index) Actions() []kit.Action {
	enter := kit.Action{Name: keys.Enter, Label: "Show files", Why: x.nothing, Run: x.open}
	if r, ok := x.row(x.list.Cursor); ok && r.space == headerRow {
		enter.Label, enter.Hint = "Fold", "fold"
		if x.folded[r.of.conn] {
			enter.Label, enter.Hint = "Unfold", "unfold"
		}
	}
	list := guarded(x.Store(), []kit.Action{
		enter,
		{Name: keys.New, Label: "Create a Space…", Why: x.refused, Run: x.create},
		{Name: keys.Filter, Run: x.filter},
		{Name: keys.Settings, Why: x.noSpace, Run: x.settings},
		{Name: keys.Delete, Label: "Destroy…", Why: x.noSpace, Run: x.destroy},
		{Name: keys.Restore, Label: "Destroyed Spaces…", Hint: kit.NoHint, Why: x.keepsNone, Run: x.destroyed},
		{Name: keys.Usage, Why: x.noSpace, Run: x.holds},
		{Name: keys.Refresh, Run: x.refresh},
		{Name: keys.SortName, Hint: kit.NoHint, Run: x.sorts(byName)},
		{Name: keys.SortSize, Hint: kit.NoHint, Run: x.sorts(bySize)},
		{Name: keys.SortDate, Hint: kit.NoHint, Run: x.sorts(byDate)},
		{Name: keys.AccessKeys, Label: "Manage Keys", Hint: kit.NoHint, Run: x.accessKeys},
		x.doctorAction(),
		{Name: keys.Cancel, Why: x.nothingToCancel, Run: x.escape},
		{Name: keys.More, Run: x.more},
	})
	edit := editConnection(x.at().err, func() string { return notEditable(x.book, x.at().profile) }, x.edit)
	return slices.Insert(list, 1, edit)
}

// nothing says why there is nothing to open.
func (x *index) nothing() string {
	if r, ok := x.row(x.list.Cursor); ok && r.space != toldRow {
		return ""
	}
	return x.noSpace()
}

func (x *index) noSpace() string {
	if _, _, ok := x.under(); !ok {
		return "There is no Space under the cursor."
	}
	return ""
}

// refused is why no Space can be made on the connection under the cursor: it lets nobody in.
func (x *index) refused() string {
	s := x.at()
	switch {
	case errors.Is(s.err, store.BadCredentials):
		return "The endpoint refuses the key of this connection."
	case s.err != nil && s.store == nil:
		return "This connection cannot be opened: " + strings.TrimSuffix(reason(s.err), ".") + "."
	}
	return ""
}

func (x *index) nothingToCancel() string {
	if x.field == nil && !x.listing() {
		return "There is nothing to cancel."
	}
	return ""
}

// listing says whether Spaces are being listed.
func (x *index) listing() bool {
	for _, s := range x.sections {
		if s.listed.Busy() {
			return true
		}
	}
	return false
}

// open shows the Space under the cursor, or folds and unfolds a section.
func (x *index) open(c *kit.Context) tea.Cmd {
	if s, space, ok := x.under(); ok {
		c.Go(store.Place{Conn: s.conn, Space: space.Name})
		return nil
	}
	r, ok := x.row(x.list.Cursor)
	if !ok || r.space != headerRow {
		return nil
	}
	x.folded[r.of.conn] = !x.folded[r.of.conn]
	x.want = nil
	x.show()
	if !x.folded[r.of.conn] && !r.of.asked {
		return r.of.begin(c, x.id, x.conns)
	}
	return x.ask(c)
}

// on makes a dialog for the connection under the cursor: it keeps the Store that the Context has.
func (x *index) on(c *kit.Context, make func(*kit.Context) kit.Dialog) tea.Cmd {
	was := c.Store
	c.Store = x.Store()
	d := make(c)
	c.Store = was
	c.Open(d)
	return nil
}

func (x *index) create(c *kit.Context) tea.Cmd {
	return x.on(c, func(c *kit.Context) kit.Dialog { return dialog.NewCreateSpace(c) })
}

// holds leads to what the folders of the Space under the cursor hold.
func (x *index) holds(c *kit.Context) tea.Cmd {
	if s, space, ok := x.under(); ok {
		c.Go(store.Place{Conn: s.conn, Space: space.Name, Tab: store.Usage})
	}
	return nil
}

func (x *index) edit(c *kit.Context) tea.Cmd {
	c.Open(dialog.NewEditConnection(c, x.at().profile))
	return nil
}

// destroy asks for the name of the Space under the cursor before anything in it goes.
func (x *index) destroy(c *kit.Context) tea.Cmd {
	_, space, ok := x.under()
	if !ok {
		return nil
	}
	return x.on(c, func(c *kit.Context) kit.Dialog { return dialog.NewDestroy(c, space.Name) })
}

// keepsNone is why no Space that was destroyed on the connection under the cursor can be had back.
func (x *index) keepsNone() string {
	if !x.Store().KeepsDestroyed() {
		return "This endpoint keeps no destroyed Spaces: only this program's own server does, for a week."
	}
	return ""
}

// destroyed lists what can be had back.
func (x *index) destroyed(c *kit.Context) tea.Cmd {
	return x.on(c, func(c *kit.Context) kit.Dialog {
		return dialog.NewDestroyed(c, func(c *kit.Context, space string) tea.Cmd {
			x.want = &wanted{x.at().conn, space}
			return x.refresh(c)
		})
	})
}

func (x *index) settings(c *kit.Context) tea.Cmd {
	if s, space, ok := x.under(); ok {
		c.Go(store.Place{Conn: s.conn, Space: space.Name, Tab: store.Settings})
	}
	return nil
}

func (x *index) accessKeys(c *kit.Context) tea.Cmd {
	c.Go(store.Place{Conn: x.at().conn, Tab: store.AccessKeys})
	return nil
}

// more opens the menu of what can be done with the Space under the cursor, or where there is none with the connection.
func (x *index) more(c *kit.Context) tea.Cmd {
	title, names := "Spaces", []keys.Action{keys.New, keys.Filter, keys.AccessKeys, keys.Doctor, keys.Restore, keys.Edit, keys.Refresh}
	if _, space, ok := x.under(); ok {
		title, names = store.Printable(space.Name), []keys.Action{keys.Enter, keys.Settings, keys.New, keys.AccessKeys, keys.Restore, keys.Delete}
	} else if r, ok := x.row(x.list.Cursor); ok {
		title, names = r.of.title(), []keys.Action{keys.Enter, keys.New, keys.AccessKeys, keys.Doctor, keys.Restore, keys.Edit, keys.Refresh}
	}
	c.Open(dialog.NewMore(c, title, among(x.Actions(), names)))
	return nil
}

func (x *index) escape(c *kit.Context) tea.Cmd {
	if x.listing() {
		for _, s := range x.sections {
			if s.listed.Busy() {
				s.listed.Cancel()
				if !s.begun {
					s.err = store.Canceled
				}
			}
		}
		x.show()
		return nil
	}
	x.field, x.typing = nil, false
	x.show()
	return x.ask(c)
}

func (x *index) filter(c *kit.Context) tea.Cmd {
	if x.field == nil {
		x.field = kit.NewField("", "Spaces that begin with…")
	}
	x.field.Focus()
	x.typing = true
	return nil
}

func (x *index) typeFilter(c *kit.Context, msg tea.Msg) tea.Cmd {
	if k, ok := msg.(tea.KeyPressMsg); ok {
		switch name := k.String(); {
		case name == "esc", name == "backspace" && x.field.Value() == "":
			return x.escape(c)
		case name == "enter":
			x.typing = false
			x.field.Blur()
			if x.spaces() == 1 {
				return x.open(c)
			}
			return nil
		}
	}
	if !x.list.Update(c, msg) && x.field.Update(c, msg) {
		x.show()
		if _, _, ok := x.under(); !ok && x.field.Value() != "" { // the first that matches
			for i, r := range x.rows {
				if r.isSpace() {
					x.list.MoveTo(i)
					break
				}
			}
		}
	}
	return x.ask(c)
}

// spaces is how many Spaces are shown.
func (x *index) spaces() (n int) {
	for _, r := range x.rows {
		if r.isSpace() {
			n++
		}
	}
	return n
}
