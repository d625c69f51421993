package page

import (
	"strings"

	"spaces/keys"
	"spaces/store"
	"spaces/tui/kit"
)

// View draws the versions: what is current as in the Files tab, what is not dimmed below it.
func (x *versions) View(c *kit.Context, size kit.Size) string {
	if size.W < 16 || size.H < 4 {
		return blank(size)
	}
	tab := "Files with older versions"
	if !x.at.IsZero() {
		tab = "Files as of " + c.Moment(x.at)
	}
	r := &frame{th: c.Theme, w: size.W, tab: tab}
	r.b.Grow(size.H * (size.W + 120))
	r.top()
	col := versionColumnsOf(c.Formats, r.inner())
	if x.look.on {
		return x.drawLook(c, r, size)
	}
	r.line(x.head(c, col), "")
	x.list.Y = 2
	lines := strings.Split(x.list.View(kit.Size{W: r.inner(), H: size.H - 3}, func(i, _ int, cursor bool) string { return x.row(c, col, i, cursor) }), "\n")
	if len(x.shown) == 0 {
		lines = x.nothingShown(c, r.inner())
	}
	return r.filled(lines, size.H-3)
}

// versionColumns are the widths of name, size, date and state.
type versionColumns [4]int

func versionColumnsOf(f kit.Formats, w int) versionColumns {
	widths := kit.Columns(w-markWidth-1, 2, kit.Column{Width: 10, Flex: 1}, kit.Column{Width: f.SizeWidth() + 1, Drop: 3}, kit.Column{Width: f.TimeWidth(), Drop: 2}, kit.Column{Width: 14, Drop: 1})
	return versionColumns(widths)
}

func (col versionColumns) put(l *kit.Line, name, rest kit.Paint, values ...string) string {
	for i, text := range values {
		switch {
		case col[i] == 0:
		case i == 0:
			l.Put(name, kit.Fit(text, col[0]))
		case i == 1:
			l.Space(2).Put(rest, kit.FitRight(text, col[1]))
		default:
			l.Space(2).Put(rest, kit.Fit(text, col[i]))
		}
	}
	return l.Space(1).String()
}

func (x *versions) row(c *kit.Context, col versionColumns, i int, cursor bool) string {
	p := &c.Theme.Paint
	v := &x.rows[x.shown[i]]
	l := kit.Line{}
	bar, sign := " ", "  "
	if cursor {
		bar, l.Base = "▌", p.Cursor
	}
	if x.chosen[v.row()] {
		sign = "✓ "
	}
	l.Put(p.Accent, bar).Put(p.Mark, sign)
	name, paint := store.Printable(v.Key[len(x.place.Prefix):]), p.Text
	switch {
	case v.Folder:
		return col.put(&l, p.Folder, p.Dim, name, "–", "", "")
	case x.at.IsZero() && v.later && x.order.natural():
		name, paint = "  └ "+name, p.Dim
	case x.at.IsZero() && v.later:
		paint = p.Dim
	case v.Marker:
		paint = p.Dim
	}
	size := c.Formats.SizeIn(v.Size, col[1])
	if v.Marker {
		size = "–"
	}
	return col.put(&l, paint, p.Dim, name, size, c.Time(v.Modified), x.state(v))
}

// state says in a word or two what became of a version.
func (x *versions) state(v *version) string {
	switch {
	case v.Marker && !v.later:
		return "deleted"
	case v.Marker:
		return "was deleted"
	case !v.later:
		return "current"
	case x.at.IsZero():
		return "older"
	case v.gone:
		return "deleted since"
	}
	return "changed since"
}

// timesUntold is said of a folder as it was where an older version has a later time than what replaced it, as at versitygw.
const timesUntold = "this endpoint does not tell when older versions were written: the folder may have been another then"

// nothingShown says why there is nothing to see, and what to do.
func (x *versions) nothingShown(c *kit.Context, w int) []string {
	p, key := &c.Theme.Paint, c.Keys.Key
	d := &details{th: c.Theme, w: w}
	d.line("")
	switch {
	case x.err != nil:
		d.lines = append(d.lines, trouble(c, x.store, x.err, w)...)
		d.line("")
		d.hint(key(keys.Refresh), "tries again")
	case !x.begun || x.slot.Busy():
		d.line(p.Dim.On("Listing versions…"))
	case x.off:
		d.wrapped(p.Strong, "This Space keeps no older versions.")
		d.line("")
		d.wrapped(p.Text, "What is overwritten or deleted in it is gone. With versioning, which its settings switch on, each version is kept until it is removed.")
	case x.only.text != "":
		d.wrapped(p.Text, "No name "+x.only.verb()+" “"+x.only.text+"”.")
		d.line("")
		d.hint(key(keys.Cancel), "shows all again")
	case !x.at.IsZero() && x.late:
		d.wrapped(p.Warn, store.Capital(timesUntold)+".")
		d.line("")
	case !x.at.IsZero():
		d.wrapped(p.Text, "There was nothing in this folder then, or its versions are not kept any more.")
		d.line("")
		d.hint(key(keys.AsOf), "asks for another time")
	default:
		d.wrapped(p.Strong, "This folder is empty, and nothing in it was deleted.")
	}
	if x.begun {
		d.hint(key(keys.Versions), "goes to “"+x.other()+"”")
	}
	return d.lines
}

// Status is the left part of the status line.
func (x *versions) Status(c *kit.Context, w int) string {
	p := &c.Theme.Paint
	var parts []string
	if n := len(x.chosen); n > 0 {
		parts = append(parts, p.Mark.On(kit.Count(n)+" selected"))
	}
	if x.begun && !x.off {
		parts = append(parts, p.Status.On(x.amount()), p.Status.On(x.orderText()))
	}
	if x.late && !x.at.IsZero() {
		parts = append(parts, p.Warn.On(timesUntold))
	}
	if x.slot.Busy() && x.begun {
		parts = append(parts, p.Accent.On("listing"))
	} else if x.held {
		parts = append(parts, p.Warn.On("stopped, "+c.Keys.Key(keys.Refresh)+" goes on"))
	}
	if x.err != nil && len(x.rows) > 0 {
		parts = append(parts, p.Bad.On(store.Printable("Could not go on: "+reason(x.err))))
	}
	return kit.Clip(strings.Join(parts, p.Dim.On(" · ")), w)
}
