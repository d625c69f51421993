package page

import (
	"errors"
	"strings"

	"spaces/keys"
	"spaces/store"
	"spaces/tui/kit"
)

// View draws the tab: the frame, the heads of the columns, the rows, and the inspector beside them.
func (f *files) View(c *kit.Context, size kit.Size) string {
	f.width = size.W
	if size.W < 16 || size.H < 4 {
		return blank(size)
	}
	r := &frame{th: c.Theme, w: size.W, tab: "Files"}
	r.b.Grow(size.H * (size.W + 120))
	if f.pane.full {
		return f.viewPane(c, size, r)
	}
	if pane := f.paneWidth(size.W); pane > 0 {
		r.pane, r.title = pane, store.Printable(lastName(f.pane.seen.ref.Key))
	}
	f.pane.drawn = r.pane > 0
	r.top()
	var beside []string
	if r.pane > 0 {
		beside = f.pane.view(c, kit.Size{W: r.pane, H: size.H - 2})
	}
	next := func(i int) string {
		if i < len(beside) {
			return beside[i]
		}
		return kit.Blank(r.pane)
	}
	col := columnsOf(r.inner())
	r.line(f.head(c, col), next(0))
	lines := f.body(c, col, size.H-3)
	for i, text := range lines {
		r.line(text, next(i+1))
	}
	r.bottom()
	return r.b.String()
}

// viewPane draws the inspector in place of the listing.
func (f *files) viewPane(c *kit.Context, size kit.Size, r *frame) string {
	f.pane.drawn = true
	r.tab = store.Printable(lastName(f.pane.about.Key))
	r.top()
	lines := f.pane.view(c, kit.Size{W: size.W - 2, H: size.H - 2})
	for i := range size.H - 2 {
		if i < len(lines) {
			r.line(lines[i], "")
		} else {
			r.line(kit.Blank(size.W-2), "")
		}
	}
	r.bottom()
	return r.b.String()
}

// columns are the widths of a row: mark and name, size, date.
type columns struct{ w, name, size, date int }

const markWidth = 3

func columnsOf(w int) columns {
	date := 10
	if w >= 96 {
		date = 16
	}
	widths := kit.Columns(w-markWidth-1, 2, kit.Column{Width: 8, Flex: 1}, kit.Column{Width: 9, Drop: 1}, kit.Column{Width: date, Drop: 2})
	return columns{w: w, name: widths[0], size: widths[1], date: widths[2]}
}

// head draws the heads of the columns, with the filter in the place of the name's.
func (f *files) head(c *kit.Context, col columns) string {
	th := c.Theme
	l := kit.Line{}
	switch {
	case f.filter.kind != "":
		sign := c.Keys.Key(f.filter.kind)
		if sign == "" {
			sign = "/"
		}
		sign = " " + sign + " "
		l.Put(th.Paint.Accent, sign).Put(kit.Paint{}, f.filter.field.View(th, max(col.name+markWidth-kit.Width(sign), 1)))
	default:
		l.Space(markWidth).Put(th.Paint.Header, kit.Fit("Name"+f.arrow(store.ByName), col.name))
	}
	if col.size > 0 {
		l.Space(2).Put(th.Paint.Header, kit.FitRight("Size"+f.arrow(store.BySize), col.size))
	}
	if col.date > 0 {
		l.Space(2).Put(th.Paint.Header, kit.Fit("Modified"+f.arrow(store.ByDate), col.date))
	}
	return l.Space(1).String()
}

func (f *files) arrow(by store.SortBy) string {
	switch {
	case f.view.order.By != by:
		return ""
	case f.view.order.Desc:
		return " ▼"
	}
	return " ▲"
}

// body draws the rows, or why there are none: exactly h lines.
func (f *files) body(c *kit.Context, col columns, h int) []string {
	f.list.Y = 2
	var lines []string
	if f.inline.on() && !f.inline.is {
		f.list.Y++
		lines = append(lines, f.newRow(c, col))
	}
	if f.view.len()+f.tail() == 0 || f.view.len() == 0 && f.source().err != nil && f.filter.kind == "" {
		lines = append(lines, f.nothingShown(c, col.w)...)
	} else {
		room := kit.Size{W: col.w, H: max(h-len(lines), 0)}
		drawn := f.list.View(room, func(i, w int, cursor bool) string { return f.row(c, col, i, cursor) })
		lines = append(lines, strings.Split(drawn, "\n")...)
	}
	if len(lines) > h {
		lines = lines[:h]
	}
	for i := range lines {
		if lines[i] == "" {
			lines[i] = kit.Blank(col.w)
		}
	}
	for len(lines) < h {
		lines = append(lines, kit.Blank(col.w))
	}
	return lines
}

// row draws the i-th row.
func (f *files) row(c *kit.Context, col columns, i int, cursor bool) string {
	th := &c.Theme.Paint
	if i >= f.view.len() {
		return f.tailRow(c, col, cursor)
	}
	rows, id := f.view.rows, f.view.id(i)
	if f.inline.is && f.inline.row == id {
		return f.renameRow(c, col)
	}
	selected, folder := f.on().sel.has(id), rows.Folder(id)
	l := kit.Line{}
	bar, mark, markPaint, namePaint := " ", " ", th.Mark, th.Row
	if folder {
		mark, markPaint, namePaint = "▸", th.Folder, th.Folder
	}
	if selected {
		mark, markPaint = "✓", th.Mark
		l.Base = th.Selected
	}
	if cursor {
		bar, l.Base = "▌", th.Cursor
		if selected {
			l.Base = th.CursorSelected
		}
	}
	l.Put(th.Accent, bar).Put(markPaint, mark).Space(1)
	f.name(c, &l, namePaint, rows.Name(id), col.name, folder)
	f.figures(c, &l, col, id, folder)
	return l.String()
}

func (f *files) figures(c *kit.Context, l *kit.Line, col columns, id store.RowID, folder bool) {
	th := &c.Theme.Paint
	if col.size > 0 {
		size := "–"
		if !folder {
			size = kit.Bytes(f.view.rows.Size(id))
		}
		l.Space(2).Put(th.Number, kit.FitRight(size, col.size))
	}
	if col.date > 0 {
		date := ""
		if t := f.view.rows.Modified(id); !t.IsZero() && col.date >= 16 {
			date = t.In(c.Now().Location()).Format("2006-01-02 15:04")
		} else {
			date = kit.Date(t, c.Now())
		}
		l.Space(2).Put(th.Dim, kit.Fit(date, col.date))
	}
	l.Space(1)
}

// name draws a name with the part that the filter matched.
func (f *files) name(c *kit.Context, l *kit.Line, p kit.Paint, name string, w int, folder bool) {
	text := plainName(name)
	if folder {
		text = kit.Fit(text, w)
	} else {
		text = kit.FitMiddle(text, w)
	}
	from, to := f.match(text)
	l.Put(p, text[:from]).Put(c.Theme.Paint.Match, text[from:to]).Put(p, text[to:])
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
	w := f.source()
	l := kit.Line{}
	bar := " "
	if cursor {
		bar, l.Base = "▌", th.Cursor
	}
	text, paint := "… more", th.Dim
	switch {
	case w.err == store.Canceled:
		text = "… listing was stopped, " + c.Keys.Key(keys.Refresh) + " goes on"
	case w.err != nil:
		text, paint = "! "+c.Keys.Key(keys.Refresh)+" tries again: "+reason(w.err), th.Bad
	case w.last != "" && f.view.order.By == store.ByName:
		text = "… more after " + strings.TrimPrefix(w.last, f.place.Prefix)
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

func asError(err error) (*store.Error, bool) {
	var e *store.Error
	ok := errors.As(err, &e)
	return e, ok
}
