package page

import (
	"path"
	"strings"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store"
	"spaces/store/job"
	"spaces/store/listing"
	"spaces/tui/dialog"
	"spaces/tui/kit"
)

// Actions implements kit.Page, in the order of menus and hints.
func (x *versions) Actions() []kit.Action {
	switch {
	case x.only.typing:
		keep := func(*kit.Context) tea.Cmd { x.keep(); return nil }
		return []kit.Action{{Name: keys.Enter, Hint: "keep", Run: keep}, {Name: keys.Cancel, Hint: "clear", Run: x.unfilter}}
	case x.look.on:
		return guarded(x.store, x.looking())
	}
	return guarded(x.store, []kit.Action{
		{Name: keys.Restore, Why: x.notRestorable, Run: x.restore},
		{Name: keys.Download, Why: x.notContent, Run: x.download},
		{Name: keys.Delete, Label: "Remove for good…", Hint: "remove", Why: x.notRemovable, Run: x.purge},
		{Name: keys.Share, Why: x.notShared, Run: x.share},
		{Name: keys.Enter, Why: x.nothing, Run: x.open},
		{Name: keys.Inspector, Label: "Look at this version", Hint: kit.NoHint, Why: x.notContent, Run: x.lookAt},
		{Name: keys.Filter, Run: x.filter(keys.Filter)},
		{Name: keys.Contains, Run: x.filter(keys.Contains)},
		{Name: keys.SortName, Run: x.sort(listing.ByName)},
		{Name: keys.SortSize, Run: x.sort(listing.BySize)},
		{Name: keys.SortDate, Run: x.sort(listing.ByDate)},
		{Name: keys.Select, Why: x.nothing, Run: x.toggle},
		{Name: keys.SelectAll, Why: x.nothing, Run: x.selectAll},
		{Name: keys.AsOf, Run: func(c *kit.Context) tea.Cmd { c.Open(dialog.NewAsOf(c, x.place)); return nil }},
		{Name: keys.Versions, Label: x.other(), Hint: strings.ToLower(x.other()), Run: x.turn},
		{Name: keys.Parent, Run: x.parent},
		{Name: keys.Refresh, Run: x.refresh},
		{Name: keys.Cancel, Why: x.nothingToCancel, Run: x.escape},
		{Name: keys.More, Run: x.menu},
	})
}

// other is what the key of versions leads to from here.
func (x *versions) other() string {
	if x.at.IsZero() {
		return "Files"
	}
	return "All versions"
}

func (x *versions) turn(c *kit.Context) tea.Cmd {
	tab := store.Files
	if !x.at.IsZero() {
		tab = store.Past
	}
	c.Go(x.in(tab, x.place.Prefix))
	return nil
}

// in is a folder of the same Space under a tab.
func (x *versions) in(tab store.Tab, prefix string) store.Place {
	return store.Place{Conn: x.place.Conn, Space: x.place.Space, Prefix: prefix, Tab: tab}
}

func (x *versions) nothing() string {
	if len(x.marked()) == 0 {
		return "There is nothing under the cursor."
	}
	return ""
}

func (x *versions) notContent() string {
	for _, v := range x.marked() {
		switch {
		case v.Folder:
			return "A folder has no versions of its own: open it."
		case v.Marker:
			return "A delete marker holds nothing: choose a version."
		}
	}
	return x.nothing()
}

func (x *versions) notRestorable() string {
	for _, v := range x.marked() {
		switch {
		case v.Folder:
		case v.Latest && !v.Marker:
			return "This version is the current one already."
		case v.Marker && v.later:
			return "A delete marker holds nothing: choose a version."
		}
	}
	if len(x.rows) == 0 && x.begun && !x.off {
		return "There is nothing to restore here."
	}
	return x.nothing()
}

func (x *versions) notRemovable() string {
	if !x.at.IsZero() {
		return "This view is only for looking and restoring: “" + x.other() + "” removes versions."
	}
	return x.nothing()
}

// restore asks before it brings back. A deleted file comes back with all markers that hide it; at a time, everything is named
// and the versions are found by the job.
func (x *versions) restore(c *kit.Context) tea.Cmd {
	var list []job.Source
	for _, v := range x.marked() {
		s := x.source(v)
		if !x.at.IsZero() || v.Marker {
			s.Version, s.Marker = "", false
		}
		list = append(list, s)
	}
	c.Open(dialog.NewRestore(c, x.place.Space, list, x.place.Prefix, x.at))
	return nil
}

func (x *versions) purge(c *kit.Context) tea.Cmd {
	current := map[dialog.VersionRow]bool{}
	for _, v := range x.marked() {
		if v.Latest {
			current[v.row()] = true
		}
	}
	c.Open(dialog.NewPurge(c, x.place.Space, x.sources(), x.place.Prefix, current))
	return nil
}

// download offers the versions under the names of their files.
func (x *versions) download(c *kit.Context) tea.Cmd {
	c.Open(dialog.NewDownload(c, x.sources(), x.place.Prefix))
	return nil
}

func (x *versions) source(v *version) job.Source {
	s := job.Source{Ref: store.Ref{Space: x.place.Space, Key: v.Key}, Folder: v.Folder, Version: v.ID, Marker: v.Marker}
	if !v.Folder {
		s.Entry = store.Entry{Key: v.Key, Size: v.Size, Modified: v.Modified, ETag: v.ETag}
	}
	return s
}

func (x *versions) sources() (list []job.Source) {
	for _, v := range x.marked() {
		list = append(list, x.source(v))
	}
	return list
}

// open goes into a folder, or shows what can be done with a version.
func (x *versions) open(c *kit.Context) tea.Cmd {
	if v, ok := x.under(); ok && v.Folder {
		c.Go(x.in(x.place.Tab, v.Key))
		return nil
	}
	if x.notContent() == "" && len(x.chosen) == 0 {
		return x.lookAt(c)
	}
	return x.menu(c)
}

// refresh lists anew; what was stopped or failed goes on.
func (x *versions) refresh(c *kit.Context) tea.Cmd {
	if x.begun && x.more && (x.held || x.err != nil) {
		x.err = nil
		return x.ask(c, x.next, false)
	}
	return x.Init(c)
}

func (x *versions) parent(c *kit.Context) tea.Cmd {
	if x.place.Prefix == "" {
		c.Go(store.Place{Conn: x.place.Conn, Key: x.place.Space})
		return nil
	}
	up := x.in(x.place.Tab, folderOf(strings.TrimSuffix(x.place.Prefix, "/")))
	up.Key = x.place.Prefix
	c.Go(up)
	return nil
}

func (x *versions) toggle(c *kit.Context) tea.Cmd {
	if v, ok := x.under(); ok {
		if x.chosen[v.row()] {
			delete(x.chosen, v.row())
		} else {
			x.chosen[v.row()] = true
		}
		x.list.MoveTo(x.list.Cursor + 1)
	}
	return x.ahead(c)
}

// selectAll chooses what is loaded; of older versions and folders only those, for what is current can be neither restored nor
// be meant by a purge.
func (x *versions) selectAll(*kit.Context) tea.Cmd {
	for _, i := range x.shown {
		if v := &x.rows[i]; !x.at.IsZero() && (v.later || v.Folder) || x.at.IsZero() && v.later && !v.Marker {
			x.chosen[v.row()] = true
		}
	}
	return nil
}

func (x *versions) nothingToCancel() string {
	if !x.slot.Busy() && len(x.chosen) == 0 && x.only.kind == "" {
		return "There is nothing to cancel."
	}
	return ""
}

func (x *versions) escape(c *kit.Context) tea.Cmd {
	if x.slot.Busy() {
		x.slot.Cancel()
		if x.held = true; !x.begun {
			x.err = store.Canceled
		}
		return nil
	}
	if len(x.chosen) == 0 {
		return x.unfilter(c)
	}
	clear(x.chosen)
	return nil
}

// menu opens the menu of what can be done with a version.
func (x *versions) menu(c *kit.Context) tea.Cmd {
	title := path.Base(x.place.Space + "/" + strings.TrimSuffix(x.place.Prefix, "/"))
	if list := x.marked(); len(list) == 1 {
		title = lastName(list[0].Key)
	} else if len(list) > 1 {
		title = kit.Plural(len(list), "version")
	}
	c.Open(dialog.NewMore(c, store.Printable(title), among(x.Actions(), []keys.Action{keys.Inspector, keys.Restore, keys.Download, keys.Share, keys.AsOf, keys.Versions, keys.Delete})))
	return nil
}
