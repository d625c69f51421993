package page

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store"
	"spaces/store/listing"
	"spaces/tui/kit"
)

// Actions of the Usage tab. Where objects are shown they are those of files, but for what leads elsewhere.
func (u *tally) Actions() []kit.Action {
	if u.files == nil {
		return u.own()
	}
	if u.Typing() || u.files.pane.full {
		return u.files.Actions()
	}
	mine := u.leading()
	list := slices.DeleteFunc(u.files.Actions(), func(a kit.Action) bool {
		return slices.ContainsFunc(mine, func(m kit.Action) bool { return m.Name == a.Name })
	})
	return slices.Insert(list, min(7, len(list)), mine...)
}

// own are the actions on folders and groups.
func (u *tally) own() []kit.Action {
	remove := kit.Action{Name: keys.Delete, Why: u.noFolder, Run: u.remove}
	if u.view == older {
		remove = kit.Action{Name: keys.Delete, Label: "Remove older versions for good…", Hint: "remove older", Why: u.noFolder, Run: u.purge}
	}
	list := []kit.Action{
		{Name: keys.Enter, Why: u.nothing, Run: u.open},
		remove,
		{Name: keys.Download, Why: u.notCurrent, Run: u.download},
		{Name: keys.Select, Why: u.noFolder, Run: u.plain(u.toggle)},
		{Name: keys.SelectAll, Why: u.notByFolder, Run: u.plain(func() { u.choose(func(string) bool { return true }) })},
		{Name: keys.Invert, Why: u.notByFolder, Run: u.plain(func() { u.choose(func(key string) bool { return !u.chosen[key] }) })},
		{Name: keys.SortSize, Why: u.notByFolder, Run: u.sort(tallyBySize)},
		{Name: keys.SortDate, Label: "Sort by number of objects", Hint: "by count", Why: u.notByFolder, Run: u.sort(tallyByCount)},
		{Name: keys.SortName, Why: u.notByFolder, Run: u.sort(tallyByName)},
		{Name: keys.More, Run: u.more},
	}
	next := u.leading()
	return guarded(u.store, append(append(append(list[:2:2], next[0]), list[2:4]...), append(next[1:], list[4:]...)...))
}

// leading are the actions that lead to another view, or out of it.
func (u *tally) leading() []kit.Action {
	label, hint := u.pastLabel()
	return []kit.Action{
		{Name: keys.NextTab, Label: "Next view", Hint: "next view", Run: func(c *kit.Context) tea.Cmd { return u.turn(c, 1) }},
		{Name: keys.PrevTab, Label: "Previous view", Hint: kit.NoHint, Run: func(c *kit.Context) tea.Cmd { return u.turn(c, int(u.views())-1) }},
		{Name: keys.Cancel, Hint: u.leaves(), Why: u.nothingToCancel, Run: u.escape},
		{Name: keys.Parent, Run: u.parent},
		{Name: keys.Refresh, Label: "Count again", Hint: "count again", Run: u.refresh},
		{Name: keys.Versions, Label: label, Hint: hint, Why: u.noPast, Run: u.turnPast},
		{Name: keys.Find, Run: func(c *kit.Context) tea.Cmd { u.goTo(c, store.Find, ""); return nil }},
		{Name: keys.Settings, Hint: kit.NoHint, Run: func(c *kit.Context) tea.Cmd { u.goTo(c, store.Settings, ""); return nil }},
		{Name: keys.Uploads, Hint: kit.NoHint, Run: func(c *kit.Context) tea.Cmd { u.goTo(c, store.Uploads, ""); return nil }},
		{Name: keys.Usage, Hint: kit.NoHint, Why: func() string { return "This is the usage." }},
	}
}

func (u *tally) plain(what func()) func(*kit.Context) tea.Cmd {
	return func(*kit.Context) tea.Cmd { what(); return nil }
}

func (u *tally) nothing() string {
	if u.list.Len() == 0 {
		return "There is nothing under the cursor."
	}
	return ""
}

func (u *tally) notByFolder() string {
	if !u.byDir() {
		return "Copies are in the order of the room that they take: open a group to select some."
	}
	return ""
}

func (u *tally) noFolder() string {
	row, ok := u.under()
	switch {
	case !u.byDir():
		return "Open the group first, and choose which of the copies are meant."
	case len(u.chosen) > 0:
		return ""
	case !ok:
		return u.nothing()
	case row.key == "":
		return "Open it first: this is no folder of its own."
	}
	return ""
}

func (u *tally) nothingToCancel() string {
	if u.walk.Busy() || u.past.walk.Busy() || len(u.chosen) > 0 || u.files != nil && u.files.nothingToCancel() == "" {
		return ""
	}
	return "There is nothing to cancel."
}

func (u *tally) leaves() string {
	switch {
	case u.files != nil && u.files.nothingToCancel() == "":
		return u.files.leaves()
	case len(u.chosen) > 0:
		return "unselect"
	}
	return "stop"
}

// escape undoes one thing: what is selected, else counting stops. What is counted stays.
func (u *tally) escape(c *kit.Context) tea.Cmd {
	switch {
	case u.files != nil && u.files.nothingToCancel() == "":
		return u.files.does(u.files.escape)(c)
	case len(u.chosen) > 0:
		clear(u.chosen)
	case u.past.walk.Busy() && (u.view == older || !u.walk.Busy()):
		u.past.walk.Cancel()
		u.past.err = store.Canceled
	default:
		u.walk.Cancel()
		u.err = store.Canceled
	}
	return nil
}

// refresh counts again; what was stopped or failed goes on.
func (u *tally) refresh(c *kit.Context) tea.Cmd {
	if u.view == older {
		return tea.Batch(u.countPast(c), u.show(c))
	}
	if !u.tree.Done() && u.err != nil {
		u.err = nil
		return u.count(c)
	}
	u.reset()
	return tea.Batch(u.count(c), u.show(c))
}

// goTo leads to another tab of the folder shown.
func (u *tally) goTo(c *kit.Context, tab store.Tab, key string) {
	c.Go(store.Place{Conn: u.place.Conn, Space: u.place.Space, Prefix: u.at, Key: key, Tab: tab})
}

// turn goes to another view.
func (u *tally) turn(c *kit.Context, by int) tea.Cmd {
	u.view = (u.view + tallyView(by)) % u.views()
	u.close()
	u.list, u.want = kit.List{}, ""
	clear(u.chosen)
	if u.view == largest || u.view == oldest {
		return u.showFiles(c)
	}
	return u.show(c)
}

// close goes back from objects to what they were opened from.
func (u *tally) close() {
	if u.files != nil {
		u.files.Close()
		u.files, u.want = nil, u.group
		u.group = ""
	}
}

// showFiles shows objects, with all that can be done with them.
func (u *tally) showFiles(c *kit.Context) tea.Cmd {
	p := store.Place{Conn: u.store.Conn(), Space: u.place.Space, Prefix: u.place.Prefix}
	f := newFiles(c, p)
	f.id, f.pane.page, f.store, f.over = u.id, u.id, u.store, u
	f.place, f.halved, f.l = u.Place(), u.bare, listing.Those(p)
	f.l.Give(u.entries())
	f.l.SortBy(listing.BySize)
	if u.view == oldest {
		f.l.SortBy(listing.ByDate)
		f.l.SortBy(listing.ByDate)
	}
	f.l.MoveTo(0)
	f.size = c.Page
	u.files = f
	return f.drive(c)
}

// open goes into the folder under the cursor, or to the files themselves.
func (u *tally) open(c *kit.Context) tea.Cmd {
	if u.view == twice && u.list.Cursor < len(u.twins) {
		u.group = u.twins[u.list.Cursor].Entries[0].Key
		return u.showFiles(c)
	}
	switch row, ok := u.under(); {
	case !ok:
	case row.key != "":
		u.at, u.want = row.key, ""
		clear(u.chosen)
		u.list = kit.List{}
		return u.show(c)
	case u.view == older:
		u.goTo(c, store.Past, "")
	default:
		u.goTo(c, store.Files, "")
	}
	return nil
}

// parent goes up a folder of what is counted, and from the uppermost to its files.
func (u *tally) parent(c *kit.Context) tea.Cmd {
	switch {
	case u.files != nil && u.group != "":
		u.close()
		return u.show(c)
	case !u.byDir():
		return u.turn(c, int(u.views()-u.view))
	case u.at == u.tree.Base() && u.view == older:
		return u.turn(c, 1)
	case u.at == u.tree.Base():
		u.goTo(c, store.Files, "")
		return nil
	}
	u.want = u.at
	u.at = folderOf(strings.TrimSuffix(u.at, "/"))
	clear(u.chosen)
	return u.show(c)
}
