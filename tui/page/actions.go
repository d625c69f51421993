package page

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store"
	"spaces/store/job"
	"spaces/tui/dialog"
	"spaces/tui/kit"
)

// Actions of the Files tab, in the order of menus and hints.
func (f *files) Actions() []kit.Action {
	return []kit.Action{
		{Name: keys.Enter, Run: f.open},
		{Name: keys.Filter, Run: func(c *kit.Context) tea.Cmd { return f.startFilter(c, keys.Filter) }},
		{Name: keys.Contains, Run: func(c *kit.Context) tea.Cmd { return f.startFilter(c, keys.Contains) }},
		{Name: keys.Select, Why: f.nothing, Run: does(f.toggle)},
		{Name: keys.Upload, Run: f.upload},
		{Name: keys.Download, Why: f.nothing, Run: f.download},
		{Name: keys.Share, Why: f.notOneFile, Run: f.share},
		{Name: keys.Move, Why: f.nothing, Run: f.move},
		{Name: keys.Delete, Why: f.nothing, Run: f.remove},
		{Name: keys.Access, Why: f.notFiles, Run: f.access},
		{Name: keys.Rename, Why: f.notOne, Run: f.startRename},
		{Name: keys.New, Run: f.newFolder},
		{Name: keys.CopyURL, Why: f.notOneFile, Run: f.copyURL},
		{Name: keys.Inspector, Run: f.toggleInspector},
		{Name: keys.NextTab, Why: f.noInspector, Run: func(c *kit.Context) tea.Cmd { return f.pane.turn(1) }},
		{Name: keys.PrevTab, Why: f.noInspector, Run: func(c *kit.Context) tea.Cmd { return f.pane.turn(-1) }},
		{Name: keys.SortName, Run: func(c *kit.Context) tea.Cmd { return f.sortBy(c, store.ByName) }},
		{Name: keys.SortSize, Run: func(c *kit.Context) tea.Cmd { return f.sortBy(c, store.BySize) }},
		{Name: keys.SortDate, Run: func(c *kit.Context) tea.Cmd { return f.sortBy(c, store.ByDate) }},
		{Name: keys.Range, Why: f.nothing, Run: does(f.startRange)},
		{Name: keys.SelectAll, Run: does(func() { f.selectShown(false) })},
		{Name: keys.Invert, Run: does(func() { f.selectShown(true) })},
		{Name: keys.Cancel, Why: f.nothingToCancel, Run: f.escape},
		{Name: keys.Refresh, Run: f.refresh},
		{Name: keys.Parent, Run: f.parent},
		{Name: keys.More, Run: f.more},
	}
}

func does(what func()) func(*kit.Context) tea.Cmd {
	return func(*kit.Context) tea.Cmd { what(); return nil }
}

// one is the single row that an action is about: the only selected one, else the one under the cursor.
func (f *files) one() (id store.RowID, ok bool) {
	sel := &f.on().sel
	if sel.count == 0 {
		return f.under()
	}
	if sel.count == 1 {
		sel.each(func(i store.RowID) { id = i })
	}
	return id, sel.count == 1
}

// folderAmong says whether what an action is about includes a folder.
func (f *files) folderAmong() bool {
	if sel := &f.on().sel; sel.count > 0 {
		return sel.folders > 0
	}
	id, ok := f.under()
	return ok && f.view.rows.Folder(id)
}

func (f *files) nothing() string {
	if f.on().sel.count > 0 {
		return ""
	}
	if _, ok := f.under(); !ok {
		return "There is nothing under the cursor."
	}
	return ""
}

func (f *files) notOne() string {
	if f.on().sel.count > 1 {
		return "Only one thing at a time can be renamed: several are selected."
	}
	return f.nothing()
}

func (f *files) notOneFile() string {
	switch {
	case f.nothing() != "":
		return f.nothing()
	case f.folderAmong():
		return "A folder has no link of its own: it takes one file."
	case f.on().sel.count > 1:
		return "It takes exactly one file: several are selected."
	}
	return ""
}

func (f *files) notFiles() string {
	if f.nothing() == "" && f.folderAmong() {
		return "Folders have neither permissions nor metadata: with a folder among them, things can be moved and deleted."
	}
	return f.nothing()
}

func (f *files) noInspector() string {
	if !f.pane.drawn {
		return "The inspector is not open."
	}
	return ""
}

// sources are what a job works on: the selection, else the row under the cursor.
func (f *files) sources() []job.Source {
	rows, sel := f.view.rows, &f.on().sel
	source := func(id store.RowID) job.Source {
		return job.Source{Ref: store.Ref{Space: f.place.Space, Key: rows.Key(id)}, Folder: rows.Folder(id)}
	}
	if sel.count == 0 {
		if id, ok := f.under(); ok {
			return []job.Source{source(id)}
		}
		return nil
	}
	all := make([]job.Source, 0, sel.count)
	sel.each(func(id store.RowID) { all = append(all, source(id)) })
	return all
}

func (f *files) ref(id store.RowID) store.Ref {
	return store.Ref{Space: f.place.Space, Key: f.view.rows.Key(id)}
}

func (f *files) upload(c *kit.Context) tea.Cmd {
	c.Open(dialog.NewUpload(c, store.Ref{Space: f.place.Space, Key: f.dir()}))
	return nil
}

func (f *files) download(c *kit.Context) tea.Cmd {
	c.Open(dialog.NewDownload(c, f.sources(), f.dir()))
	return nil
}

func (f *files) remove(c *kit.Context) tea.Cmd {
	c.Open(dialog.NewDelete(c, f.place.Space, f.sources(), f.dir()))
	return nil
}

func (f *files) move(c *kit.Context) tea.Cmd {
	c.Open(dialog.NewMove(c, f.place.Space, f.sources(), f.dir()))
	return nil
}

func (f *files) share(c *kit.Context) tea.Cmd {
	if id, ok := f.one(); ok {
		c.Open(dialog.NewShare(c, f.ref(id), f.view.rows.Size(id)))
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
	}
	c.Open(dialog.NewAccess(c, refs, current))
	return nil
}

// copyURL hands the plain URL to the terminal, which may or may not put it on the clipboard.
func (f *files) copyURL(c *kit.Context) tea.Cmd {
	id, ok := f.one()
	if !ok {
		return nil
	}
	url := c.Store.PublicURL(f.ref(id))
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
	if sel := &f.on().sel; sel.count > 1 {
		title = totals(sel)
	} else if id, ok := f.one(); ok {
		title = lastName(f.view.rows.Key(id))
	}
	c.Open(dialog.NewMore(c, store.Printable(title), menu))
	return nil
}

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
	if f.busy() || f.again.busy() || f.pane.full || f.reach.on || f.filter.kind != "" || f.on().sel.count > 0 {
		return ""
	}
	return "There is nothing to cancel."
}

// busy says whether something is under way that was asked for; the page that is fetched ahead of the view is not.
func (f *files) busy() bool {
	w := f.source()
	return f.chase || f.view.slot.Busy() || w.busy() && (!w.begun || f.want != "" || f.view.order.By != store.ByName)
}

// escape undoes one thing: the range, the inspector on the whole screen, what is under way, the filter, the selection.
func (f *files) escape(c *kit.Context) tea.Cmd {
	w := f.source()
	switch {
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
