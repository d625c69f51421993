package page

import (
	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store"
	"spaces/tui/dialog"
	"spaces/tui/kit"
)

// Actions of the connections, in the order of menus and hints.
func (x *connections) Actions() []kit.Action {
	return []kit.Action{
		{Name: keys.Enter, Label: "Show its Spaces", Why: x.nothing, Run: x.open},
		{Name: keys.New, Label: "Add a connection…", Hint: "add", Why: x.noBook, Run: x.add},
		{Name: keys.Edit, Label: "Edit…", Why: x.notEditable, Run: x.edit},
		{Name: keys.Inspector, Label: "Test…", Hint: "test", Why: x.untestable, Run: x.test},
		{Name: keys.Upload, Label: "Import from other tools…", Hint: "import", Why: x.noBook, Run: x.imports},
		{Name: keys.Delete, Label: "Remove…", Hint: "remove", Why: x.notEditable, Run: x.remove},
		{Name: keys.Refresh, Run: x.refresh},
		{Name: keys.Parent, Run: x.parent},
		{Name: keys.More, Run: x.more},
	}
}

const noBook = "There is no configuration here to keep connections in."

func (x *connections) noBook() string {
	if x.book == nil {
		return noBook
	}
	return ""
}

func (x *connections) nothing() string {
	if _, ok := x.under(); !ok {
		return "There is no connection under the cursor."
	}
	return ""
}

func (x *connections) untestable() string {
	if why := x.noBook(); why != "" {
		return why
	}
	return x.nothing()
}

func (x *connections) notEditable() string {
	p, ok := x.under()
	if x.book != nil && !ok {
		return x.nothing()
	}
	return notEditable(x.book, p)
}

// notEditable is why the configuration of a connection cannot be changed.
func notEditable(book store.Book, p store.Profile) string {
	switch {
	case book == nil:
		return noBook
	case p.Name == "" && !p.Given:
		return "This machine is always there: it has no settings of its own."
	case p.Given:
		return "The command line gave this connection: add it to keep it."
	}
	return ""
}

func (x *connections) open(c *kit.Context) tea.Cmd {
	if p, ok := x.under(); ok {
		c.Go(store.Place{Conn: p.Conn()})
	}
	return nil
}

func (x *connections) add(c *kit.Context) tea.Cmd {
	c.Open(dialog.NewConnection(c))
	return nil
}

// dialogOn opens a dialog on the connection under the cursor, after which that is tried again.
func (x *connections) dialogOn(c *kit.Context, make func(*kit.Context, store.Profile) kit.Dialog) tea.Cmd {
	if p, ok := x.under(); ok {
		x.opened = p.Name
		c.Open(make(c, p))
	}
	return nil
}

func (x *connections) edit(c *kit.Context) tea.Cmd {
	return x.dialogOn(c, func(c *kit.Context, p store.Profile) kit.Dialog { return dialog.NewEditConnection(c, p) })
}

func (x *connections) test(c *kit.Context) tea.Cmd {
	return x.dialogOn(c, func(c *kit.Context, p store.Profile) kit.Dialog { return dialog.NewCheckConnection(c, p) })
}

func (x *connections) remove(c *kit.Context) tea.Cmd {
	return x.dialogOn(c, func(c *kit.Context, p store.Profile) kit.Dialog { return dialog.NewRemoveConnection(c, p) })
}

func (x *connections) imports(c *kit.Context) tea.Cmd {
	c.Open(dialog.NewImportConnections(c, x.all))
	return nil
}

func (x *connections) parent(c *kit.Context) tea.Cmd {
	c.Go(store.Place{Conn: x.place.Conn})
	return nil
}

func (x *connections) more(c *kit.Context) tea.Cmd {
	title, names := "Connections", []keys.Action{keys.New, keys.Upload, keys.Refresh}
	if p, ok := x.under(); ok {
		title, names = nameOf(p), []keys.Action{keys.Enter, keys.Edit, keys.Inspector, keys.New, keys.Upload, keys.Delete}
	}
	c.Open(dialog.NewMore(c, title, among(x.Actions(), names)))
	return nil
}

// nameOf is what a connection is called.
func nameOf(p store.Profile) string {
	if p.Name == "" {
		return "this machine"
	}
	return store.Printable(p.Name)
}
