package page

import (
	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store"
	"spaces/tui/dialog"
	"spaces/tui/kit"
)

// Actions of the index, in the order of menus and hints.
func (x *index) Actions() []kit.Action {
	return []kit.Action{
		{Name: keys.Enter, Why: x.nothing, Run: x.open},
		{Name: keys.New, Label: "Create a Space…", Run: func(c *kit.Context) tea.Cmd { c.Open(dialog.NewCreateSpace(c)); return nil }},
		{Name: keys.Filter, Run: x.filter},
		{Name: keys.Settings, Why: x.nothing, Run: x.settings},
		{Name: keys.Delete, Label: "Destroy…", Why: x.nothing, Run: x.destroy},
		{Name: keys.Refresh, Run: x.refresh},
		{Name: keys.Cancel, Why: x.nothingToCancel, Run: x.escape},
		{Name: keys.More, Run: x.more},
	}
}

func (x *index) nothing() string {
	if _, ok := x.under(); !ok {
		return "There is no Space under the cursor."
	}
	return ""
}

func (x *index) nothingToCancel() string {
	if x.field == nil && !x.listed.Busy() {
		return "There is nothing to cancel."
	}
	return ""
}

func (x *index) open(c *kit.Context) tea.Cmd {
	if s, ok := x.under(); ok {
		c.Go(store.Place{Conn: x.place.Conn, Space: s.Name})
	}
	return nil
}

func (x *index) settings(c *kit.Context) tea.Cmd {
	if s, ok := x.under(); ok {
		c.Go(store.Place{Conn: x.place.Conn, Space: s.Name, Tab: store.Settings})
	}
	return nil
}

// destroy asks for the name of the Space under the cursor before anything in it goes.
func (x *index) destroy(c *kit.Context) tea.Cmd {
	if s, ok := x.under(); ok {
		c.Open(dialog.NewDestroy(c, s.Name))
	}
	return nil
}

// more opens the menu of what can be done with the Space under the cursor, or where there is none with the index.
func (x *index) more(c *kit.Context) tea.Cmd {
	title, names := "Spaces", []keys.Action{keys.New, keys.Filter, keys.Refresh}
	if s, ok := x.under(); ok {
		title, names = store.Printable(s.Name), []keys.Action{keys.Enter, keys.Settings, keys.New, keys.Delete}
	}
	list := among(x.Actions(), names)
	if list[0].Name == keys.Enter {
		list[0].Label = "Show files"
	}
	c.Open(dialog.NewMore(c, title, list))
	return nil
}

func (x *index) escape(c *kit.Context) tea.Cmd {
	if x.listed.Busy() {
		x.listed.Cancel()
		if !x.begun {
			x.err = store.Canceled
		}
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
			if len(x.shown) == 1 {
				return x.open(c)
			}
			return nil
		}
	}
	if !x.list.Update(c, msg) && x.field.Update(c, msg) {
		x.show()
	}
	return x.ask(c)
}
