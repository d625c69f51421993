package page

import (
	"strings"

	"spaces/keys"
	"spaces/store"
	"spaces/tui/kit"
)

// View draws the index.
func (x *index) View(c *kit.Context, size kit.Size) string {
	if size.W < 16 || size.H < 4 {
		return blank(size)
	}
	r := &frame{th: c.Theme, w: size.W, tab: "Spaces"}
	r.b.Grow(size.H * (size.W + 120))
	r.top()
	col := indexColumns(r.inner())
	r.line(x.head(c, col), "")
	x.list.Y = 2
	var lines []string
	if len(x.shown) == 0 {
		lines = x.nothingShown(c, r.inner())
	} else {
		drawn := x.list.View(kit.Size{W: r.inner(), H: size.H - 3}, func(i, w int, cursor bool) string { return x.row(c, col, i, cursor) })
		lines = strings.Split(drawn, "\n")
	}
	for i := range size.H - 3 {
		text := ""
		if i < len(lines) {
			text = lines[i]
		}
		if text == "" {
			text = kit.Blank(r.inner())
		}
		r.line(text, "")
	}
	r.bottom()
	return r.b.String()
}

type spaceColumns struct{ w, name, objects, size, region, created int }

func indexColumns(w int) spaceColumns {
	widths := kit.Columns(w-3, 2, kit.Column{Width: 16, Flex: 1}, kit.Column{Width: 11, Drop: 3}, kit.Column{Width: 9, Drop: 1},
		kit.Column{Width: 12, Drop: 4}, kit.Column{Width: 10, Drop: 2})
	return spaceColumns{w, widths[0], widths[1], widths[2], widths[3], widths[4]}
}

func (x *index) head(c *kit.Context, col spaceColumns) string {
	th := c.Theme
	l := kit.Line{}
	if x.field != nil {
		sign := " " + c.Keys.Key(keys.Filter) + " "
		l.Put(th.Paint.Accent, sign).Put(kit.Paint{}, x.field.View(th, max(col.name+2-kit.Width(sign), 1)))
	} else {
		l.Space(2).Put(th.Paint.Header, kit.Fit("Name", col.name))
	}
	return col.rest(&l, th.Paint.Header, th.Paint.Header, "Objects", "Size", "Region", "Created")
}

// rest puts the columns behind the name.
func (col spaceColumns) rest(l *kit.Line, number, text kit.Paint, objects, size, region, created string) string {
	if col.objects > 0 {
		l.Put(number, kit.FitRight(objects, col.objects+2))
	}
	if col.size > 0 {
		l.Put(number, kit.FitRight(size, col.size+2))
	}
	if col.region > 0 {
		l.Put(text, "  "+kit.Fit(region, col.region))
	}
	if col.created > 0 {
		l.Put(text, "  "+kit.Fit(created, col.created))
	}
	return l.Put(text, " ").String()
}

func (x *index) row(c *kit.Context, col spaceColumns, i int, cursor bool) string {
	th := &c.Theme.Paint
	s := x.spaces[x.shown[i]]
	l := kit.Line{}
	bar := " "
	if cursor {
		bar, l.Base = "▌", th.Cursor
	}
	name := kit.Fit(store.Printable(s.Name), col.name)
	n := 0
	if x.field != nil && strings.HasPrefix(name, x.field.Value()) {
		n = len(x.field.Value())
	}
	l.Put(th.Accent, bar).Space(1).Put(th.Match, name[:n]).Put(th.Folder, name[n:])
	objects, size := "", ""
	switch u := x.usage[s.Name]; {
	case !u.known:
	case u.err != nil || !u.space.Counted:
		objects, size = "–", "–"
	default:
		objects, size = kit.Count(u.space.Objects), kit.Bytes(u.space.Bytes)
	}
	return col.rest(&l, th.Number, th.Dim, objects, size, store.Printable(s.Region), kit.Date(s.Created, c.Now()))
}

// nothingShown teaches what can be done when there is no Space to show.
func (x *index) nothingShown(c *kit.Context, w int) []string {
	th := &c.Theme.Paint
	d := &details{th: c.Theme, w: w}
	key := c.Keys.Key
	d.line("")
	switch {
	case x.err != nil:
		d.lines = append(d.lines, trouble(c, x.store, x.err, w)...)
		d.line("")
		d.hint(key(keys.Refresh), "tries again")
	case !x.begun:
		d.line(th.Dim.On("Listing…"))
	case x.field != nil && len(x.spaces) > 0:
		d.wrapped(th.Text, "No Space begins with “"+x.field.Value()+"”.")
		d.line("")
		d.hint(key(keys.Cancel), "shows all of them")
	default:
		x.welcome(c, d)
	}
	return d.lines
}

// welcome is what an endpoint without Spaces shows.
func (x *index) welcome(c *kit.Context, d *details) {
	th, key := &c.Theme.Paint, c.Keys.Key
	d.line(th.Strong.On("There are no Spaces yet."))
	d.line("")
	d.wrapped(th.Text, "A Space holds files, any number of them, and has an address of its own.")
	d.line("")
	d.hint(key(keys.New), "creates the first one")
	d.hint(key(keys.Help), "shows all keys")
	d.line("")
	if x.store.Embedded() {
		d.wrapped(th.Dim, "This is the built-in server: what you keep here stays on this computer. “spaces serve” offers it to other programs.")
	} else {
		d.wrapped(th.Dim, "The access key of this endpoint owns no Space, or may not list them: "+x.store.Endpoint())
	}
	d.line("")
	d.wrapped(th.Dim, "Another endpoint: spaces --endpoint URL, or spaces --profile NAME.")
}

// Status is the left part of the status line.
func (x *index) Status(c *kit.Context, w int) string {
	th := &c.Theme.Paint
	if !x.begun {
		return ""
	}
	if x.err != nil {
		return kit.Clip(th.Bad.On(store.Printable("Could not refresh: "+reason(x.err))), w)
	}
	text := kit.Plural(len(x.spaces), "Space")
	if len(x.shown) != len(x.spaces) {
		text = kit.Count(len(x.shown)) + " of " + text
	}
	var objects, bytes int64
	for _, s := range x.spaces {
		u := x.usage[s.Name]
		if !u.known || !u.space.Counted {
			return kit.Clip(th.Status.On(text), w)
		}
		objects, bytes = objects+u.space.Objects, bytes+u.space.Bytes
	}
	if len(x.spaces) > 0 {
		text += " · " + kit.Plural(objects, "object") + ", " + kit.Bytes(bytes)
	}
	return kit.Clip(th.Status.On(text), w)
}
