package page

import (
	"strings"

	"spaces/keys"
	"spaces/store"
	"spaces/store/listing"
	"spaces/tui/kit"
)

// Status is the left part of the status line: what is selected, how much there is, how it is ordered.
func (f *files) Status(c *kit.Context, w int) string {
	th := &c.Theme.Paint
	var parts []string
	if sel := &f.on().sel; sel.count > 0 {
		parts = append(parts, th.Mark.On(totals(sel)+" selected"))
	}
	if f.reach.on {
		parts = append(parts, th.Accent.On("range"))
	}
	parts = append(parts, th.Status.On(f.amount()))
	if order := f.orderText(); order != "" {
		parts = append(parts, th.Status.On(order))
	}
	if doing := f.doing(c); doing != "" {
		parts = append(parts, th.Accent.On(doing))
	}
	return kit.Clip(strings.Join(parts, th.Dim.On(" · ")), w)
}

// totals of a selection: "2 folders, 3 files (4.5 MB)".
func totals(s *selection) string {
	files := s.count - s.folders
	var text string
	switch {
	case s.folders == 0:
		text = kit.Plural(files, "file")
	case files == 0:
		return kit.Plural(s.folders, "folder")
	default:
		text = kit.Plural(s.folders, "folder") + ", " + kit.Plural(files, "file")
	}
	return text + " (" + kit.Bytes(s.bytes) + ")"
}

// amount says how many rows are shown, of how many, and whether there may be more.
func (f *files) amount() string {
	n, w := f.view.len(), f.source()
	atLeast := ""
	if !w.done {
		atLeast = "≥ "
	}
	text := store.Printable(f.filter.text)
	switch {
	case f.filter.kind == keys.Contains && text != "":
		loaded := kit.Count(f.view.hi - f.view.lo)
		return kit.Count(n) + " with “" + text + "” in " + loaded + " of " + atLeast + loaded
	case f.filter.kind == keys.Filter && text != "":
		verb := " begin with “"
		if n == 1 && w.done {
			verb = " begins with “"
		}
		return atLeast + kit.Count(n) + verb + text + "”"
	case !w.begun:
		return ""
	}
	return atLeast + kit.Plural(n, "entry")
}

func (f *files) orderText() string {
	text := ""
	switch f.view.order.By {
	case listing.BySize:
		text = "by size"
	case listing.ByDate:
		text = "by date"
	default:
		return "by name"
	}
	if !f.source().done || f.view.partial() {
		text += " (partial)"
	}
	return text
}

// doing says what is under way, when it was asked for.
func (f *files) doing(c *kit.Context) string {
	stop := ", " + c.Keys.Key(keys.Cancel) + " stops"
	switch {
	case f.again.busy():
		return "refreshing" + stop
	case f.source() == &f.found && f.found.busy() && !f.found.begun:
		return "looking"
	case f.source().busy() && f.busy():
		return "listing" + stop
	case f.view.slot.Busy():
		return "sorting"
	}
	return ""
}

// nothingShown explains an empty listing, and what to do about it.
func (f *files) nothingShown(c *kit.Context, w int) []string {
	d := &details{th: c.Theme, w: w}
	src := f.source()
	key := c.Keys.Key
	other := func(a keys.Action) string {
		if f.filter.typing { // the key would be text
			return key(keys.Enter) + " " + key(a)
		}
		return key(a)
	}
	d.line("")
	switch {
	case src.err != nil:
		d.lines = append(d.lines, trouble(c, src.err, w)...)
		d.line("")
		d.hint(key(keys.Refresh), "tries again")
	case !src.begun && src == &f.found:
		d.line(c.Theme.Paint.Dim.On("Looking…"))
	case !src.begun:
		d.line(c.Theme.Paint.Dim.On("Listing…"))
	case f.filter.kind == keys.Filter && f.filter.text != "":
		d.wrapped(c.Theme.Paint.Text, "No name here begins with “"+f.filter.text+"”.")
		d.line("")
		d.hint(other(keys.Contains), "looks for it anywhere in the names")
		d.hint(key(keys.Cancel), "shows everything")
	case f.filter.kind == keys.Contains && f.filter.text != "":
		d.wrapped(c.Theme.Paint.Text, "No name contains “"+f.filter.text+"”.")
		d.line("")
		d.hint(other(keys.Filter), "looks for names that begin with it")
		d.hint(key(keys.Cancel), "shows everything")
	default:
		d.line(c.Theme.Paint.Strong.On("This folder is empty."))
		d.line("")
		d.hint(key(keys.Upload), "uploads files and whole folders")
		d.hint(key(keys.New), "makes a folder")
		d.hint(key(keys.Parent), "goes up")
	}
	return d.lines
}

// hint adds a key with what it does.
func (d *details) hint(key, does string) {
	if key == "" {
		return
	}
	d.line(d.th.Paint.HintKey.On(kit.FitRight(key, 4)) + "  " + d.th.Paint.Dim.On(does))
}
