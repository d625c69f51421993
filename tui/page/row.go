package page

import (
	"strings"

	"spaces/keys"
	"spaces/store"
	"spaces/store/listing"
	"spaces/themes"
	"spaces/tui/kit"
)

// row draws the i-th row.
func (f *files) row(c *kit.Context, col columns, i int, cursor bool) string {
	th := &c.Theme.Paint
	if i >= f.l.Len() {
		return f.tailRow(c, col, cursor)
	}
	rows, id := f.l.Rows(), f.l.ID(i)
	if f.inline.is && f.inline.row == id {
		return f.renameRow(c, col)
	}
	selected, folder := f.l.Selected(id), rows.Folder(id)
	l := kit.Line{}
	switch {
	case cursor && selected:
		l.Base = th.CursorSelected
	case cursor:
		l.Base = th.Cursor
	case selected:
		l.Base = th.Selected
	}
	// Blanks take the style of what they stand beside: every change of style is bytes on the wire.
	lead, name := " ", th.Row
	if cursor {
		l.Put(th.Accent, "▌")
		lead = ""
	}
	switch {
	case folder:
		name = th.Folder
		lead += "▸ "
		if selected {
			l.Put(th.Mark, strings.TrimSuffix(lead, "▸ ")+"✓")
			lead = " "
		}
	case selected:
		l.Put(th.Mark, lead+"✓")
		lead = " "
	default:
		lead += "  "
	}
	if f.marks == nil {
		f.name(c, &l, name, lead, rows.Name(id), col.name, folder)
	} else {
		f.name(c, &l, name, lead, rows.Name(id), col.name-2, folder)
		sign, paint := f.marks.sign(th, rows.Entry(id))
		l.Put(paint, " "+kit.Fit(sign, 1))
	}
	f.figures(c, &l, col, id, folder)
	return l.String()
}

func (f *files) figures(c *kit.Context, l *kit.Line, col columns, id listing.RowID, folder bool) {
	th := &c.Theme.Paint
	if col.kind > 0 {
		kind := "folder"
		if !folder {
			kind = kindOf(f.l.Rows().Name(id))
		}
		l.Put(th.Dim, "  "+kit.Fit(kind, col.kind))
	}
	if col.size > 0 {
		size := "–"
		if !folder {
			size = c.Formats.SizeIn(f.l.Rows().Size(id), col.size)
		}
		l.Put(th.Number, kit.FitRight(size, col.size+2))
	}
	date := ""
	if col.date > 0 {
		date = c.Date(f.l.Rows().Modified(id))
		if col.date >= c.Formats.TimeWidth() {
			date = c.Time(f.l.Rows().Modified(id))
		}
		date = "  " + kit.Fit(date, col.date)
	}
	if col.access == 0 {
		l.Put(th.Dim, date+" ")
		return
	}
	l.Put(th.Dim, date+"  ")
	access, paint := "", th.Private
	if !folder {
		access, paint = accessWord(th, f.readable(f.l.Ref(id)))
	}
	l.Put(paint, kit.Fit(access, col.access)+" ")
}

// accessWord is an access in one word and its paint, "" for one that is not known.
func accessWord(th *themes.Paints, a store.Access) (string, kit.Paint) {
	switch a {
	case store.PublicRead:
		return "public", th.Public
	case store.Private:
		return "private", th.Private
	case store.Custom:
		return "custom", th.Text
	}
	return "", th.Dim
}

// name draws a name, after what leads up to it, with the part that the filter matched.
func (f *files) name(c *kit.Context, l *kit.Line, p kit.Paint, lead, name string, w int, folder bool) {
	text := plainName(name)
	if folder {
		text = kit.Fit(text, w)
	} else {
		text = kit.FitMiddle(text, w)
	}
	from, to := f.match(text)
	if from == to {
		l.Put(p, lead+text)
		return
	}
	l.Put(p, lead+text[:from]).Put(c.Theme.Paint.Match, text[from:to]).Put(p, text[to:])
}

// plainName is a name that is safe to draw, with spaces at its ends shown as well.
func plainName(name string) string {
	text := store.Printable(name)
	if text == "" || text[0] != ' ' && text[len(text)-1] != ' ' {
		return text
	}
	rest := strings.TrimLeft(text, " ")
	inner := strings.TrimRight(rest, " ")
	return strings.Repeat(`\x20`, len(text)-len(rest)) + inner + strings.Repeat(`\x20`, len(rest)-len(inner))
}

// match is the part of a printable name that the filter's text stands for.
func (f *files) match(text string) (from, to int) {
	what := store.Printable(f.filter.text)
	switch {
	case what == "":
	case f.filter.kind == keys.Filter && strings.HasPrefix(text, what):
		return 0, len(what)
	case f.filter.kind == keys.Contains:
		i := strings.Index(text, what)
		if i < 0 && strings.ToLower(what) == what {
			i = store.IndexFold(text, what)
		}
		if i >= 0 {
			return i, i + len(what)
		}
	}
	return 0, 0
}

// tailRow stands for what is not listed yet.
func (f *files) tailRow(c *kit.Context, col columns, cursor bool) string {
	th := &c.Theme.Paint
	l := kit.Line{}
	bar := " "
	if cursor {
		bar, l.Base = "▌", th.Cursor
	}
	text, paint := "… more", th.Dim
	_, order := f.l.Order()
	switch {
	case f.l.Full():
		text = "… no more than " + kit.Count(listing.MostFound) + " are shown"
	case f.l.IsFound() && f.l.Err() == nil:
		text = f.find.tail(c, f)
	case f.l.Err() == store.Canceled:
		text = "… listing was stopped, " + c.Keys.Key(keys.Refresh) + " goes on"
	case f.l.Err() != nil:
		text, paint = "! "+c.Keys.Key(keys.Refresh)+" tries again: "+reason(f.l.Err()), th.Bad
	case f.l.Last() != "" && order.Natural():
		text = "… more after " + strings.TrimPrefix(f.l.Last(), f.place.Prefix)
	}
	l.Put(th.Accent, bar).Space(markWidth - 1)
	return l.Put(paint, kit.Fit(store.Printable(text), col.w-markWidth)).String()
}

// newRow is the text box of a new folder, renameRow that of another name.
func (f *files) newRow(c *kit.Context, col columns) string {
	l := kit.Line{}
	l.Put(c.Theme.Paint.Accent, "▌").Put(c.Theme.Paint.Folder, "▸ ")
	return l.Put(kit.Paint{}, f.field(c, col.w-markWidth)).String()
}

func (f *files) renameRow(c *kit.Context, col columns) string {
	l := kit.Line{}
	l.Put(c.Theme.Paint.Accent, "▌").Space(markWidth - 1)
	return l.Put(kit.Paint{}, f.field(c, col.w-markWidth)).String()
}

// field draws the text box with what is wrong about the name.
func (f *files) field(c *kit.Context, w int) string {
	why := store.Printable(f.inline.why)
	if why == "" {
		return f.inline.field.View(c.Theme, w)
	}
	room := min(max(w/3, 12), w)
	cells := min(kit.Width(why), w-room-2)
	if cells <= 0 {
		return f.inline.field.View(c.Theme, w)
	}
	return f.inline.field.View(c.Theme, w-cells-2) + "  " + c.Theme.Paint.Bad.On(kit.Fit(why, cells))
}
