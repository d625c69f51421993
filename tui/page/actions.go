package page

import (
	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store"
	"spaces/store/listing"
	"spaces/tui/dialog"
	"spaces/tui/kit"
)

// Actions of the Files tab, in the order of menus and hints: what there is to do just now comes first.
func (f *files) Actions() []kit.Action {
	list := make([]kit.Action, 0, 26)
	switch {
	case f.pane.full:
		return append(append(append(list, f.looking()...), f.changing()...), f.narrowing()...)
	case f.l.Selection().Count > 0:
		return append(append(append(list, f.changing()...), f.narrowing()...), f.looking()...)
	}
	list = append(list, kit.Action{Name: keys.Enter, Run: f.does(f.open)})
	return append(append(append(list, f.narrowing()...), f.changing()...), f.looking()...)
}

// narrowing are the actions that choose rows.
func (f *files) narrowing() []kit.Action {
	return []kit.Action{
		{Name: keys.Filter, Run: f.plain(func() { f.startFilter(keys.Filter) })},
		{Name: keys.Contains, Run: f.plain(func() { f.startFilter(keys.Contains) })},
		{Name: keys.Select, Why: f.nothing, Run: f.does(f.toggle)},
	}
}

// changing are the actions on what is selected, or else on the row under the cursor.
func (f *files) changing() []kit.Action {
	return []kit.Action{
		{Name: keys.Delete, Why: f.nothing, Run: f.remove},
		{Name: keys.Move, Why: f.nothing, Run: f.move},
		{Name: keys.Share, Why: f.notOneFile, Run: f.share},
		{Name: keys.Download, Why: f.nothing, Run: f.download},
		{Name: keys.Upload, Run: f.upload},
		{Name: keys.Access, Why: f.notFiles, Run: f.access},
		{Name: keys.Rename, Why: f.notOne, Run: f.does(f.startRename)},
		{Name: keys.New, Run: f.newFolder},
		{Name: keys.CopyURL, Why: f.notOneFile, Run: f.copyURL},
	}
}

// looking are the actions that change what is shown, and nothing else.
func (f *files) looking() []kit.Action {
	list := []kit.Action{
		{Name: keys.Inspector, Run: f.does(f.toggleInspector)},
		{Name: keys.NextTab, Why: f.noInspector, Run: func(c *kit.Context) tea.Cmd { return f.pane.turn(1) }},
		{Name: keys.PrevTab, Why: f.noInspector, Run: func(c *kit.Context) tea.Cmd { return f.pane.turn(-1) }},
		{Name: keys.SortName, Run: f.plain(func() { f.l.SortBy(listing.ByName) })},
		{Name: keys.SortSize, Run: f.plain(func() { f.l.SortBy(listing.BySize) })},
		{Name: keys.SortDate, Run: f.plain(func() { f.l.SortBy(listing.ByDate) })},
		{Name: keys.Range, Why: f.nothing, Run: f.plain(f.l.Range)},
		{Name: keys.SelectAll, Run: f.plain(f.l.SelectShown)},
		{Name: keys.Invert, Run: f.plain(f.l.InvertShown)},
		{Name: keys.Cancel, Why: f.nothingToCancel, Run: f.does(f.escape)},
		{Name: keys.Refresh, Run: f.does(f.refresh)},
		{Name: keys.Parent, Run: f.does(f.parent)},
		{Name: keys.More, Run: f.more},
	}
	if f.pane.full || f.l.Selection().Count > 0 {
		list = append(list, kit.Action{Name: keys.Enter, Run: f.does(f.open)})
	}
	return list
}

func (f *files) upload(c *kit.Context) tea.Cmd {
	c.Open(dialog.NewUpload(c, store.Ref{Space: f.place.Space, Key: f.l.Dir()}))
	return nil
}

func (f *files) download(c *kit.Context) tea.Cmd {
	c.Open(dialog.NewDownload(c, f.sources(), f.l.Dir()))
	return nil
}

func (f *files) remove(c *kit.Context) tea.Cmd {
	c.Open(dialog.NewDelete(c, f.place.Space, f.sources(), f.l.Dir()))
	return nil
}

func (f *files) move(c *kit.Context) tea.Cmd {
	c.Open(dialog.NewMove(c, f.place.Space, f.sources(), f.l.Dir()))
	return nil
}

func (f *files) share(c *kit.Context) tea.Cmd {
	if id, ok := f.l.One(); ok {
		c.Open(dialog.NewShare(c, f.l.Ref(id), f.l.Rows().Size(id)))
	}
	return nil
}

func (f *files) access(c *kit.Context) tea.Cmd {
	var refs []store.Ref
	var current store.Access
	for _, s := range f.sources() {
		refs = append(refs, s.Ref)
	}
	if len(refs) == 1 {
		current = f.pane.accessOf(refs[0])
		f.pane.stop() // what it shows may be otherwise in a moment
	}
	c.Open(dialog.NewAccess(c, refs, current))
	return nil
}

// copyURL hands the plain URL to the terminal, which may or may not put it on the clipboard.
func (f *files) copyURL(c *kit.Context) tea.Cmd {
	id, ok := f.l.One()
	if !ok {
		return nil
	}
	url := f.store.PublicURL(f.l.Ref(id))
	c.Notify(kit.Info, "Sent to the terminal's clipboard: "+url)
	return tea.SetClipboard(url)
}

func (f *files) more(c *kit.Context) tea.Cmd {
	var menu []kit.Action
	for _, a := range f.Actions() {
		switch a.Name {
		case keys.More, keys.Cancel, keys.Select, keys.NextTab, keys.PrevTab, keys.Parent:
		default:
			menu = append(menu, a)
		}
	}
	title := f.place.Space
	if sel := f.l.Selection(); sel.Count > 1 {
		title = totals(sel)
	} else if id, ok := f.l.One(); ok {
		title = lastName(f.l.Rows().Key(id))
	}
	c.Open(dialog.NewMore(c, store.Printable(title), menu))
	return nil
}
