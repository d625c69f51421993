package page

import (
	"strings"

	"spaces/store/listing"
	"spaces/tui/kit"
)

// View draws the tab: the frame, the heads of the columns, the rows, and the inspector beside them.
func (f *files) View(c *kit.Context, size kit.Size) string {
	if size.W < 16 || size.H < 4 {
		return blank(size)
	}
	r := &frame{th: c.Theme, w: size.W, tab: f.tab()}
	if tab := f.place.Tab; !f.halved {
		r.of = &tab
	}
	r.b.Grow(size.H * (size.W + 120))
	if f.pane.full {
		return f.viewPane(c, size, r)
	}
	if pane := f.paneWidth(size.W); pane > 0 {
		r.pane, r.title = pane, f.pane.title(f.pane.seen.ref)
	}
	r.top()
	var beside []string
	if r.pane > 0 {
		beside = f.pane.view(c, f.paneSize(size))
	}
	next := func(i int) string {
		if i < len(beside) {
			return beside[i]
		}
		return kit.Blank(r.pane)
	}
	col := f.columnsOf(c.Formats, r.inner())
	lines := append(f.above(c, col.w), f.head(c, col))
	f.list.Y = 1 + len(lines)
	lines = append(lines, f.body(c, col, size.H-2-len(lines))...)
	for i, text := range lines[:size.H-2] {
		r.line(text, next(i))
	}
	r.bottom()
	return r.b.String()
}

// above are lines before the heads of the columns: what the rows are of, where that is no folder.
func (f *files) above(c *kit.Context, w int) []string {
	if f.over != nil {
		return f.over.lines(c, w)
	}
	return f.find.lines(c, w)
}

// viewPane draws the inspector in place of the listing.
func (f *files) viewPane(c *kit.Context, size kit.Size, r *frame) string {
	r.of, r.tab = nil, f.pane.title(f.pane.about)
	r.top()
	lines := f.pane.view(c, f.paneSize(size))
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

// columns are the widths of a row: mark and name, type, size, date, and who may read it.
type columns struct{ w, name, kind, size, date, access int }

const markWidth = 3

// columnsOf gives narrow rows few columns, and wide ones all: who may read is asked only where it is shown.
func (f *files) columnsOf(as kit.Formats, w int) columns {
	date, kind, access := as.DateWidth(), 0, 0
	if w >= 96 {
		date, access = as.TimeWidth(), 7
	}
	if w >= 112 {
		kind = 10
	}
	if !f.showsAccess() {
		access = 0
	}
	widths := kit.Columns(w-markWidth-1, 2, kit.Column{Width: 14, Flex: 1}, kit.Column{Width: kind, Drop: 4}, kit.Column{Width: as.SizeWidth() + 1, Drop: 1},
		kit.Column{Width: date, Drop: 2}, kit.Column{Width: access, Drop: 3})
	return columns{w: w, name: widths[0], kind: widths[1], size: widths[2], date: widths[3], access: widths[4]}
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
		l.Space(markWidth).Put(th.Paint.Header, kit.Fit("Name"+f.arrow(listing.ByName), col.name))
	}
	if col.kind > 0 {
		l.Space(2).Put(th.Paint.Header, kit.Fit("Type", col.kind))
	}
	if col.size > 0 {
		l.Space(2).Put(th.Paint.Header, kit.FitRight("Size"+f.arrow(listing.BySize), col.size))
	}
	if col.date > 0 {
		l.Space(2).Put(th.Paint.Header, kit.Fit("Modified"+f.arrow(listing.ByDate), col.date))
	}
	if col.access > 0 {
		l.Space(2).Put(th.Paint.Header, kit.Fit("Access", col.access))
	}
	return l.Space(1).String()
}

func (f *files) arrow(by listing.SortBy) string {
	_, order := f.l.Order()
	switch {
	case order.Natural() && by == listing.ByName:
		return " ▲"
	case order.By != by:
		return ""
	case order.Desc:
		return " ▼"
	}
	return " ▲"
}

// body draws the rows, or why there are none: exactly h lines.
func (f *files) body(c *kit.Context, col columns, h int) []string {
	var lines []string
	if f.inline.on() && !f.inline.is {
		f.list.Y++
		lines = append(lines, f.newRow(c, col))
	}
	if f.list.Len() == 0 || f.l.Len() == 0 && f.l.Err() != nil && f.filter.kind == "" {
		lines = append(lines, f.nothingShown(c, col.w)...)
	} else {
		room := kit.Size{W: col.w, H: max(h-len(lines), 0)}
		making := f.inline.on() && !f.inline.is // the cursor is in the text box
		drawn := f.list.View(room, func(i, w int, cursor bool) string { return f.row(c, col, i, cursor && !making) })
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
