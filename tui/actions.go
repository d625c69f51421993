package tui

import (
	"cmp"
	"slices"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store"
	"spaces/tui/dialog"
	"spaces/tui/kit"
	"spaces/tui/page"
)

// everywhere lists what can be done on every page.
func (m *Model) everywhere() []kit.Action {
	open := func(make func(*kit.Context) kit.Dialog) func(*kit.Context) tea.Cmd {
		return func(c *kit.Context) tea.Cmd {
			c.Open(make(c))
			return nil
		}
	}
	return []kit.Action{
		{Name: keys.Palette, Run: open(func(c *kit.Context) kit.Dialog { return dialog.NewPalette(c, m.commands(), m.places()) })},
		{Name: keys.Help, Run: open(func(c *kit.Context) kit.Dialog { return dialog.NewHelp(c, m.all()) })},
		{Name: keys.More, Run: open(m.more)},
		{Name: keys.Transfers, Run: open(m.transfers)},
		{Name: keys.GoTo, Run: open(func(c *kit.Context) kit.Dialog { return dialog.NewGoTo(c) })},
		{Name: keys.Bookmark, Why: m.noBookmarks, Run: m.bookmark},
		{Name: keys.Bookmarks, Why: m.noBookmarks, Run: open(func(c *kit.Context) kit.Dialog { return dialog.NewBookmarks(c) })},
		{Name: keys.Index, Run: func(c *kit.Context) tea.Cmd { c.Go(store.Place{Conn: m.host.Place().Conn}); return nil }},
		{Name: keys.Requests, Run: open(func(c *kit.Context) kit.Dialog { return dialog.NewRequests(c, m.calls()) })},
		{Name: keys.Notices, Run: open(func(c *kit.Context) kit.Dialog { return dialog.NewNotices(c, m.host.Said()) })},
		{Name: keys.Theme, Run: open(m.chooseTheme)},
		{Name: keys.Formats, Run: open(func(c *kit.Context) kit.Dialog { return dialog.NewFormats(c, m.keepsIn) })},
		{Name: keys.Limits, Run: open(func(c *kit.Context) kit.Dialog { return dialog.NewLimits(c) })},
		{Name: keys.DualPane, Run: m.dual},
		{Name: keys.Connections, Run: m.beside(store.Connections)},
		{Name: keys.AccessKeys, Run: m.beside(store.AccessKeys)},
		{Name: keys.Public, Run: m.beside(store.Public)},
		{Name: keys.Doctor, Why: m.noDoctor, Run: m.beside(store.Doctor)},
		{Name: keys.Links, Run: m.beside(store.Links)},
		{Name: keys.Undo, Why: m.nothingToUndo, Run: open(func(c *kit.Context) kit.Dialog { return dialog.NewUndo(c) })},
		{Name: keys.CreateSpace, Why: m.readOnly, Run: open(func(c *kit.Context) kit.Dialog { return dialog.NewCreateSpace(c) })},
		{Name: keys.HistoryBack, Run: func(*kit.Context) tea.Cmd { return m.host.HistoryBack() }},
		{Name: keys.HistoryNext, Run: func(*kit.Context) tea.Cmd { return m.host.HistoryForward() }},
		{Name: keys.Back, Run: func(*kit.Context) tea.Cmd { return m.host.Back() }},
		{Name: keys.Suspend, Run: func(*kit.Context) tea.Cmd { return m.suspend() }},
		{Name: keys.Quit, Run: func(*kit.Context) tea.Cmd { return m.host.Quit() }},
	}
}

// beside leads to a tab beside the index of the connection that one is on.
func (m *Model) beside(t store.Tab) func(*kit.Context) tea.Cmd {
	return func(c *kit.Context) tea.Cmd {
		c.Go(store.Place{Conn: m.host.Place().Conn, Tab: t})
		return nil
	}
}

// calls are the requests that were sent so far.
func (m *Model) calls() *store.Calls {
	if conns := m.host.Context.Conns; conns != nil {
		return conns.Calls()
	}
	return &store.Calls{}
}

// chooseTheme offers the themes.
func (m *Model) chooseTheme(c *kit.Context) kit.Dialog {
	now := kit.UseTheme{Name: "auto"}
	if !m.auto {
		now = kit.UseTheme{Name: m.theme.Name, Theme: m.theme}
	}
	return dialog.NewTheme(c, m.themes, now)
}

// dual puts another pane beside the page.
func (m *Model) dual(c *kit.Context) tea.Cmd {
	panes, at := page.NewPanes(c, &m.split, m.host.Page(), m.host.Place(), m.host.Make), kit.Trail{}
	at.Put(c, panes, m.host.Place())
	c.Instead(at)
	return panes.Init(c)
}

// readOnly says why nothing may be changed on the connection that is shown, "" when it may.
func (m *Model) readOnly() string {
	if s := m.host.Context.Store; s != nil {
		return s.ReadOnly()
	}
	return ""
}

// noDoctor says why nobody can say what is wrong with the server that is shown, "" when it may.
func (m *Model) noDoctor() string {
	if s := m.host.Context.Store; s != nil {
		return page.NoDoctor(s)
	}
	return ""
}

// nothingToUndo says why nothing can be undone, "" when something may be.
func (m *Model) nothingToUndo() string {
	c := m.host.Context
	switch {
	case c.Store != nil && c.Store.AllReadOnly() != "":
		return c.Store.AllReadOnly()
	case c.Jobs == nil || !c.Jobs.HasUndoable():
		return "Nothing to undo."
	}
	return ""
}

// transfers is the drawer. Who has seen it is not told any more what earlier runs left.
func (m *Model) transfers(c *kit.Context) kit.Dialog {
	m.left = 0
	return dialog.NewTransfers(c)
}

// more is the menu of what the page itself offers.
func (m *Model) more(c *kit.Context) kit.Dialog {
	p := m.host.Page()
	return dialog.NewMore(c, p.Title(), p.Actions())
}

// all lists what the page offers, then what is offered everywhere, each once.
func (m *Model) all() []kit.Action {
	var list []kit.Action
	if p := m.host.Page(); p != nil {
		list = slices.Clone(p.Actions())
	}
	for _, a := range m.everywhere() {
		same := func(x kit.Action) bool { return x.Name == a.Name || m.label(x) == m.label(a) }
		if !slices.ContainsFunc(list, same) {
			list = append(list, a)
		}
	}
	return list
}

func (m *Model) label(a kit.Action) string { return cmp.Or(a.Label, m.host.Context.Keys.Help(a.Name)) }

// commands are what the palette offers: everything but itself.
func (m *Model) commands() []kit.Action {
	return slices.DeleteFunc(m.all(), func(a kit.Action) bool { return a.Name == keys.Palette })
}

// placesMost is how many places the palette has at most.
const placesMost = 1000

// places are those that the palette leads to: the connections, what open pages know of, and where one has been.
func (m *Model) places() []store.Place {
	var list []store.Place
	if conns := m.host.Context.Conns; conns != nil {
		for _, name := range conns.Names() {
			list = append(list, store.Place{Conn: name})
		}
	}
	m.host.EachPage(func(p kit.Page, at store.Place) {
		if known, is := p.(interface{ Known() []store.Place }); is {
			list = append(list, known.Known()...)
		}
		at.Key = ""
		list = append(list, at)
	})
	seen := map[store.Place]bool{m.host.Place(): true}
	list = slices.DeleteFunc(list, func(p store.Place) bool {
		was := seen[p]
		seen[p] = true
		return was
	})
	return list[:min(len(list), placesMost)]
}

// hints are the actions of the last line: those of the front dialog or of the page. While keys are text, only what
// has a key that types nothing.
func (m *Model) hints() (actions, always []kit.Action) {
	if d := m.host.Dialog(); d != nil {
		return d.Actions(), nil
	}
	p := m.host.Page()
	if p == nil {
		return nil, nil
	}
	if p.Typing() {
		return slices.DeleteFunc(slices.Clone(p.Actions()), func(a kit.Action) bool {
			return a.Name != keys.Cancel && a.Name != keys.Enter
		}), nil
	}
	return p.Actions(), []kit.Action{{Name: keys.Palette}, {Name: keys.Help}}
}
