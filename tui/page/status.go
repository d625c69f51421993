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
	if f.inline.why != "" { // the row has not always room for all of it
		return kit.Clip(th.Bad.On(store.Printable(f.inline.why)), w)
	}
	var parts []string
	if f.isEverything() {
		parts = append(parts, th.Mark.On(f.everything()))
	} else if sel := f.l.Selection(); sel.Count > 0 {
		parts = append(parts, th.Mark.On(totals(c, sel)+" selected"))
	}
	if f.l.Ranging() {
		parts = append(parts, th.Accent.On("range"))
	}
	if amount := f.amount(); amount != "" && !f.l.IsEverything() {
		parts = append(parts, th.Status.On(amount))
	}
	if f.marks != nil {
		parts = append(parts, th.Accent.On(f.marks.words(f.l.Dir())))
	}
	if order := f.orderText(); order != "" && (f.find == nil && f.l.Begun() || f.find != nil && f.find.query != nil) {
		parts = append(parts, th.Status.On(order))
	}
	if doing := f.doing(c); doing != "" {
		parts = append(parts, th.Accent.On(doing))
	}
	return kit.Clip(strings.Join(parts, th.Dim.On(" · ")), w)
}

// totals of a selection: "2 folders, 3 files (4.5 MB)".
func totals(c *kit.Context, s listing.Totals) string {
	files := s.Count - s.Folders
	var text string
	switch {
	case s.Folders == 0:
		text = kit.Plural(files, "file")
	case files == 0:
		return kit.Plural(s.Folders, "folder")
	default:
		text = kit.Plural(s.Folders, "folder") + ", " + kit.Plural(files, "file")
	}
	return text + " (" + c.Bytes(s.Bytes) + ")"
}

// amount says how many rows are shown, of how many, and whether there may be more.
func (f *files) amount() string {
	n, known := f.l.Len(), f.l.Known()
	atLeast := ""
	if !known {
		atLeast = "≥ "
	}
	text := store.Printable(f.filter.text)
	switch {
	case f.find != nil:
		return f.find.amount(f)
	case f.filter.kind == keys.Contains && text != "":
		loaded := kit.Count(f.l.Loaded())
		return kit.Count(n) + " with “" + text + "” in " + loaded + " of " + atLeast + loaded
	case f.filter.kind == keys.Filter && text != "":
		verb := " begin with “"
		if n == 1 && known {
			verb = " begins with “"
		}
		return atLeast + kit.Count(n) + verb + text + "”"
	case !f.l.Begun():
		return ""
	}
	return atLeast + kit.Plural(n, "entry")
}

func (f *files) orderText() string {
	_, order := f.l.Order()
	text := map[listing.SortBy]string{listing.ByKey: "by key", listing.ByName: "by name", listing.BySize: "by size", listing.ByDate: "by date"}[order.By]
	if f.l.Partial() || !order.Natural() && !f.l.Known() {
		text += " (partial)"
	}
	return text
}

// doing says what is under way, when it was asked for.
func (f *files) doing(c *kit.Context) string {
	stop := ", " + c.Keys.Key(keys.Cancel) + " stops"
	switch {
	case f.l.Refreshing():
		return "refreshing" + stop
	case f.l.Looking():
		return "looking"
	case f.l.Awaited() && f.l.IsFound():
		return "looking" + stop
	case f.l.Awaited():
		return "listing" + stop
	case f.l.Sort() != nil:
		return "sorting"
	}
	return ""
}

// few is so much of what was typed, or pasted, as says what it was.
func few(text string) string {
	const begin, end = 24, 8 // letters: enough to know it by
	if r := []rune(text); len(r) > begin+end+1 {
		return string(r[:begin]) + "…" + string(r[len(r)-end:])
	}
	return text
}

// nothingShown explains an empty listing, and what to do about it.
func (f *files) nothingShown(c *kit.Context, w int) []string {
	d := &details{th: c.Theme, w: w}
	looks := f.filter.kind == keys.Filter && f.filter.text != ""
	key := c.Keys.Key
	other := func(a keys.Action) string {
		if f.filter.typing { // the key would be text
			return key(keys.Enter) + " " + key(a)
		}
		return key(a)
	}
	d.line("")
	switch {
	case f.l.Err() != nil:
		f.mend.failed(c, d, f.store, f.l.Err())
	case f.over != nil && f.filter.kind == "":
		d.lines = f.over.nothingShown(c, w)
	case f.find != nil && f.filter.kind == "":
		f.find.nothing(c, d, f)
	case !f.l.Begun() && looks:
		d.line(c.Theme.Paint.Dim.On("Looking…"))
	case !f.l.Begun():
		d.line(c.Theme.Paint.Dim.On("Listing…"))
	case looks:
		d.wrapped(c.Theme.Paint.Text, "No name begins with “"+few(f.filter.text)+"”.")
		d.line("")
		d.hint(other(keys.Contains), "looks for it anywhere in the names")
		d.hint(key(keys.Cancel), "shows everything")
	case f.filter.kind == keys.Contains && f.filter.text != "":
		d.wrapped(c.Theme.Paint.Text, "No name contains “"+few(f.filter.text)+"”.")
		d.line("")
		if !f.l.IsFound() {
			d.hint(other(keys.Filter), "looks for names that begin with it")
		}
		d.hint(key(keys.Cancel), "shows everything")
	default:
		d.wrapped(c.Theme.Paint.Strong, "This folder is empty.")
		d.line("")
		if f.store.NoDisk() == "" {
			d.hint(key(keys.Upload), "uploads files and whole folders")
		}
		d.hint(key(keys.New), "creates a folder")
		d.hint(key(keys.Parent), "goes up")
	}
	return d.lines
}

// hint adds a key with what it does.
func (d *details) hint(key, does string) {
	if key == "" {
		return
	}
	d.line(d.th.Paint.HintKey.On(kit.FitRight(key, 7)) + "  " + d.th.Paint.Dim.On(does))
}
