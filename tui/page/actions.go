package page

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store"
	"spaces/store/listing"
	"spaces/tui/dialog"
	"spaces/tui/kit"
)

// Actions of the Files tab, in the order of hints: what there is to do just now comes first.
func (f *files) Actions() []kit.Action {
	if f.Typing() {
		return f.typing()
	}
	all, first := f.all(), f.first()
	list := among(all, first)
	for _, a := range all {
		if !slices.Contains(first, a.Name) {
			list = append(list, a)
		}
	}
	if f.l.Len() == 0 && f.l.Known() {
		for i, a := range list {
			if slices.Contains(ofRows, a.Name) {
				list[i].Hint = kit.NoHint
			}
		}
	}
	return list
}

// ofRows are the actions that are nothing without a row.
var ofRows = []keys.Action{keys.Enter, keys.Contains, keys.Inspector, keys.SortName, keys.SortSize, keys.SortDate, keys.SelectAll, keys.SelectAny, keys.Invert}

// first are the actions that matter most now.
func (f *files) first() []keys.Action {
	switch {
	case f.pane.full:
		return []keys.Action{keys.Cancel, keys.NextTab, keys.PrevTab, keys.Share, keys.Access, keys.CopyURL, keys.Download}
	case f.isEverything():
		return []keys.Action{keys.Cancel, keys.Delete, keys.Move, keys.CopyTo, keys.Download, keys.Access}
	case f.l.Selection().Count > 0:
		return []keys.Action{keys.Delete, keys.Move, keys.Paste, keys.Download, keys.Share, keys.Access, keys.Cancel, keys.Upload}
	case f.l.Len() == 0 && lies(f.l.Err()):
		return []keys.Action{keys.Refresh, keys.Edit, keys.Parent}
	case f.isGone():
		return []keys.Action{keys.Refresh, keys.Parent}
	case f.l.Len() == 0:
		return []keys.Action{keys.Paste, keys.Upload, keys.New, keys.Parent}
	}
	return []keys.Action{keys.Paste, keys.Enter, keys.Filter, keys.Upload, keys.Move, keys.Share, keys.Delete, keys.Select}
}

// named is an action by its name.
func named(all []kit.Action, name keys.Action) kit.Action {
	return all[slices.IndexFunc(all, func(a kit.Action) bool { return a.Name == name })]
}

// among are some of all actions, by their names.
func among(all []kit.Action, names []keys.Action) []kit.Action {
	list := make([]kit.Action, 0, len(all))
	for _, name := range names {
		list = append(list, named(all, name))
	}
	return list
}

// typing are the keys that are not text while a text box is typed in.
func (f *files) typing() []kit.Action {
	accept := kit.Action{Name: keys.Enter, Hint: "keep", Run: f.does(f.acceptFilter)}
	leave := kit.Action{Name: keys.Cancel, Hint: "clear", Run: f.does(f.escape)}
	if f.find.isTyping() {
		accept.Hint, accept.Run, leave.Hint = "look", f.does(f.acceptQuery), "leave"
	}
	if f.inline.on() {
		accept.Hint, accept.Run, leave.Hint = "create", f.does(f.acceptName), "cancel"
		if f.inline.is {
			accept.Hint = "rename"
		}
	}
	return []kit.Action{accept, leave}
}

// all are the actions of the tab.
func (f *files) all() []kit.Action {
	all := guarded(f.store, f.onEverything(f.find.fit(f, slices.Concat(f.changing(), f.looking(), f.tabs(), f.pastActions()))))
	if err := f.l.Err(); f.l.Len() == 0 && lies(err) { // there is no file to edit
		all[slices.IndexFunc(all, func(a kit.Action) bool { return a.Name == keys.Edit })] = f.mend.action(f.id, err)
	}
	return all
}

// changing are the actions on what is selected, or else on the row under the cursor, in the order of menus; and those that
// make something new.
func (f *files) changing() []kit.Action {
	return []kit.Action{
		{Name: keys.Access, Why: f.noAccess, Run: f.access},
		{Name: keys.Rename, Why: f.notToRename, Run: f.does(f.startRename)},
		{Name: keys.Edit, Why: f.notToEdit, Run: f.does(f.edit)},
		{Name: keys.Move, Why: f.nothing, Run: f.move},
		{Name: keys.CopyTo, Hint: kit.NoHint, Why: f.nothing, Run: f.copyTo},
		{Name: keys.Copy, Hint: kit.NoHint, Why: f.nothing, Run: f.does(f.take(false))},
		{Name: keys.Cut, Hint: kit.NoHint, Why: f.nothing, Run: f.does(f.take(true))},
		{Name: keys.Paste, Why: f.notToPaste, Run: f.paste},
		{Name: keys.Share, Why: f.notToShare, Run: f.share},
		{Name: keys.ShareAgain, Why: f.notAgain, Run: f.does(f.shareAgain)},
		{Name: keys.CopyURL, Hint: "copy", Why: f.notToCopy, Run: f.does(f.startCopy)},
		{Name: keys.Download, Why: f.nothing, Run: f.download},
		{Name: keys.DownloadZip, Hint: kit.NoHint, Why: f.notToZip, Run: f.downloadZip},
		{Name: keys.Delete, Why: f.nothing, Run: f.remove},
		{Name: keys.Upload, Why: f.gone, Run: f.upload},
		{Name: keys.New, Why: f.gone, Run: f.newFolder},
		{Name: keys.Metadata, Why: f.noMetadata, Run: f.metadata},
		{Name: keys.Tags, Why: f.noTags, Run: f.tags},
		{Name: keys.PurgeCDN, Hint: kit.NoHint, Why: f.notToPurge, Run: f.purgeCDN},
		{Name: keys.AccessInside, Why: f.noAccessInside, Run: f.accessInside},
		{Name: keys.MetadataInside, Why: f.notFolders, Run: f.metadataInside},
	}
}

// looking are the actions that change what is shown, and nothing else.
func (f *files) looking() []kit.Action {
	return []kit.Action{
		{Name: keys.Enter, Run: f.does(f.open)},
		{Name: keys.Filter, Run: f.plain(func() { f.startFilter(keys.Filter) })},
		{Name: keys.Contains, Run: f.plain(func() { f.startFilter(keys.Contains) })},
		{Name: keys.Select, Why: f.nothing, Run: f.does(f.toggle)},
		{Name: keys.Inspector, Run: f.does(f.toggleInspector)},
		{Name: keys.SortName, Run: f.plain(func() { f.l.SortBy(listing.ByName) })},
		{Name: keys.SortSize, Run: f.plain(func() { f.l.SortBy(listing.BySize) })},
		{Name: keys.SortDate, Run: f.plain(func() { f.l.SortBy(listing.ByDate) })},
		{Name: keys.Range, Why: f.nothing, Run: f.plain(f.l.Range)},
		{Name: keys.SelectAll, Run: f.plain(f.l.SelectShown)},
		{Name: keys.SelectAny, Why: f.notEverything, Run: f.plain(f.l.SelectEverything)},
		{Name: keys.Invert, Run: f.plain(f.l.InvertShown)},
		{Name: keys.Cancel, Hint: f.leaves(), Why: f.nothingToCancel, Run: f.does(f.escape)},
		{Name: keys.Refresh, Run: f.does(f.refresh)},
		{Name: keys.Parent, Run: f.does(f.parent)},
		{Name: keys.Settings, Run: f.settings},
		{Name: keys.Find, Run: f.does(f.startQuery)},
		{Name: keys.Usage, Run: f.usage},
		{Name: keys.Trash, Hint: kit.NoHint, Run: f.trash},
		{Name: keys.Uploads, Hint: kit.NoHint, Run: f.uploads},
		{Name: keys.More, Run: f.more},
	}
}

// leaves says what escape does, where that is worth a hint of its own.
func (f *files) leaves() string {
	switch {
	case f.pane.full:
		return "close"
	case f.l.Busy():
		return "stop"
	case f.isEverything(), f.filter.kind == "" && f.l.Selection().Count > 0:
		return "unselect"
	}
	return ""
}

// tabs are the actions of the inspector.
func (f *files) tabs() []kit.Action {
	return []kit.Action{
		{Name: keys.NextTab, Why: f.noInspector, Run: f.plain(func() { f.pane.turn(1) })},
		{Name: keys.PrevTab, Why: f.noInspector, Run: f.plain(func() { f.pane.turn(-1) })},
	}
}

func (f *files) upload(c *kit.Context) tea.Cmd {
	c.Open(dialog.NewUpload(c, store.Ref{Space: f.place.Space, Key: f.l.Dir()}))
	return nil
}

func (f *files) download(c *kit.Context) tea.Cmd {
	c.Open(dialog.NewDownload(c, f.sources(), f.dirChosen()))
	return nil
}

func (f *files) downloadZip(c *kit.Context) tea.Cmd {
	c.Open(dialog.NewDownloadZip(c, f.sources()))
	return nil
}

func (f *files) remove(c *kit.Context) tea.Cmd {
	c.Open(dialog.NewDelete(c, f.place.Space, f.sources(), f.dirChosen()))
	return nil
}

// trash leads to what was deleted and can be restored.
func (f *files) trash(c *kit.Context) tea.Cmd {
	c.Go(store.Place{Conn: f.place.Conn, Space: f.place.Space, Tab: store.Trash})
	return nil
}

// uploads leads to those in parts that nobody has ended.
func (f *files) uploads(c *kit.Context) tea.Cmd {
	c.Go(store.Place{Conn: f.place.Conn, Space: f.place.Space, Tab: store.Uploads})
	return nil
}

func (f *files) share(c *kit.Context) tea.Cmd {
	refs, bytes := f.shared()
	if f.folderAmong() {
		c.Open(dialog.NewShareFolder(c, refs[0]))
		return nil
	}
	c.Open(dialog.NewShare(c, refs, bytes))
	return nil
}

func (f *files) access(c *kit.Context) tea.Cmd {
	var refs []store.Ref
	var current store.Access
	for _, s := range f.sources() {
		refs = append(refs, s.Ref)
	}
	if len(refs) == 1 {
		current = f.pane.accessNow(refs[0])
		f.pane.stop() // what it shows may be otherwise in a moment
	}
	c.Open(dialog.NewAccess(c, refs, current))
	return nil
}

func (f *files) metadata(c *kit.Context) tea.Cmd {
	c.Open(dialog.NewMetadata(c, f.sources()))
	return nil
}

func (f *files) tags(c *kit.Context) tea.Cmd {
	c.Open(dialog.NewTags(c, f.sources()))
	return nil
}

func (f *files) accessInside(c *kit.Context) tea.Cmd {
	c.Open(dialog.NewAccessInside(c, f.sources()))
	return nil
}

func (f *files) metadataInside(c *kit.Context) tea.Cmd {
	c.Open(dialog.NewMetadataInside(c, f.sources()))
	return nil
}

// more opens the menu of what can be done with the row under the cursor, or with what is selected. What cannot be is
// there with its reason; destructive things come last.
func (f *files) more(c *kit.Context) tea.Cmd {
	names := []keys.Action{keys.Access, keys.Metadata, keys.Tags, keys.Rename, keys.Move, keys.CopyTo, keys.Share, keys.CopyURL, keys.Download, keys.PurgeCDN, keys.Delete}
	ofFolders := []keys.Action{keys.Rename, keys.Move, keys.CopyTo, keys.Share, keys.CopyURL, keys.Download, keys.DownloadZip, keys.AccessInside, keys.MetadataInside, keys.Restore, keys.PurgeCDN, keys.Delete}
	sel, title := f.l.Selection(), f.place.Space
	id, one := f.l.One()
	switch {
	case f.isEverything():
		title, names = "Actions: "+f.everything(), ofEverything
	case sel.Count > 0:
		title = "Actions: " + totals(c, sel)
		if sel.Folders > 0 {
			names = append([]keys.Action{keys.Access, keys.Metadata, keys.Tags}, ofFolders...)
		}
	case !one:
		names = []keys.Action{keys.Upload, keys.New, keys.Paste, keys.Versions, keys.Restore, keys.Settings, keys.Refresh}
		if lies(f.l.Err()) {
			names = []keys.Action{keys.Edit, keys.Settings, keys.Refresh}
		}
	default:
		title = lastName(f.l.Rows().Key(id))
		if f.l.Rows().Folder(id) {
			title += "/"
			names = ofFolders
		} else {
			names = slices.Insert(names, slices.Index(names, keys.Rename)+1, keys.Edit)
			names = append(names, keys.Versions)
		}
	}
	c.Open(dialog.NewMore(c, store.Printable(title), among(f.all(), names)))
	return nil
}
