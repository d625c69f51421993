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
	col := indexColumns(c.Formats, r.inner())
	r.line(x.head(c, col), "")
	x.list.Y = 2
	var lines []string
	if len(x.rows) == 0 {
		lines = x.nothingShown(c, r.inner())
	} else {
		drawn := x.list.View(kit.Size{W: r.inner(), H: size.H - 3}, func(i, w int, cursor bool) string { return x.draw(c, col, x.rows[i], cursor) })
		lines = strings.Split(drawn, "\n")
	}
	return r.filled(lines, size.H-3)
}

type spaceColumns struct{ w, name, objects, size, region, created, listing int }

func indexColumns(f kit.Formats, w int) spaceColumns {
	n := kit.Columns(w-3, 2, kit.Column{Width: 16, Flex: 4}, kit.Column{Width: 10, Drop: 3}, kit.Column{Width: f.SizeWidth(), Drop: 1},
		kit.Column{Width: 10, Flex: 1, Drop: 5}, kit.Column{Width: f.DateWidth(), Drop: 2}, kit.Column{Width: 7, Drop: 4})
	return spaceColumns{w, n[0], n[1], n[2], n[3], n[4], n[5]}
}

// sign stands behind the head of the column that the Spaces are sorted by.
func (x *index) sign(by sortBy) string {
	up := x.order.reverse != (by == byName)
	switch {
	case x.order.by != by:
		return ""
	case up:
		return " ▲"
	}
	return " ▼"
}

func (x *index) head(c *kit.Context, col spaceColumns) string {
	th := c.Theme
	l := kit.Line{}
	if x.field != nil {
		sign := " " + c.Keys.Key(keys.Filter) + " "
		l.Put(th.Paint.Accent, sign).Put(kit.Paint{}, x.field.View(th, max(col.name+2-kit.Width(sign), 1)))
	} else {
		l.Space(2).Put(th.Paint.Header, kit.Fit("Name"+x.sign(byName), col.name))
	}
	p := th.Paint.Header
	return col.rest(&l, p, p, p, "Objects", "Size"+x.sign(bySize), "Region", "Created"+x.sign(byDate), "Listing")
}

// rest puts the columns behind the name.
func (col spaceColumns) rest(l *kit.Line, number, text, listed kit.Paint, objects, size, region, created, listing string) string {
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
	if col.listing > 0 {
		l.Put(listed, "  "+kit.Fit(listing, col.listing))
	}
	return l.Put(text, " ").String()
}

// draw draws a row.
func (x *index) draw(c *kit.Context, col spaceColumns, r indexRow, cursor bool) string {
	switch r.space {
	case headerRow:
		return x.header(c, col.w, r.of, cursor)
	case toldRow:
		return x.told(c, col.w, r.of, cursor)
	}
	th, s := &c.Theme.Paint, r.of.spaces[r.space]
	l := x.start(c, cursor)
	in := 0
	if x.several() {
		in = 2
	}
	name := kit.Fit(store.Printable(s.Name), col.name-in)
	n := 0
	if x.field != nil && strings.HasPrefix(name, x.field.Value()) {
		n = len(x.field.Value())
	}
	l.Space(1+in).Put(th.Match, name[:n]).Put(th.Folder, name[n:])
	u := r.of.usage[s.Name]
	objects, size := "", ""
	if u.known {
		objects, size = "–", "–"
		if count, bytes := r.of.counted(s.Name); count >= 0 {
			objects, size = kit.Count(count), c.Formats.SizeIn(bytes, col.size)
		}
	}
	listing, paint := "", th.Dim
	switch u.access {
	case store.PublicRead:
		listing, paint = "public", th.Warn
	case store.Private:
		listing = "private"
	case store.Custom:
		listing = "custom"
	default:
		if u.known && u.listing {
			listing = "–"
		}
	}
	return col.rest(l, th.Number, th.Dim, paint, objects, size, store.Printable(s.Region), c.Date(s.Created), listing)
}

// start begins a row with the bar of the cursor.
func (x *index) start(c *kit.Context, cursor bool) *kit.Line {
	l, bar := &kit.Line{}, " "
	if cursor {
		bar, l.Base = "▌", c.Theme.Paint.Cursor
	}
	return l.Put(c.Theme.Paint.Accent, bar)
}

// title is what a connection is called.
func (s *group) title() string {
	switch {
	case s.conn == "":
		return "this machine"
	case s.store != nil:
		return store.Printable(s.store.Name())
	}
	return store.Printable(s.profile.Name)
}

// header draws the first row of a section: its name, its endpoint, how much it has.
func (x *index) header(c *kit.Context, w int, s *group, cursor bool) string {
	th := &c.Theme.Paint
	sign := "▾ "
	if x.folded[s.conn] {
		sign = "▸ "
	}
	right := ""
	switch {
	case s.listed.Busy() && !s.begun:
		right = "listing…"
	case s.err != nil:
		right = store.Printable(reason(s.err))
		if e, is := asError(s.err); is {
			right = string(e.Kind)
		}
	case s.begun:
		right = kit.Plural(len(s.spaces), "Space")
	}
	paint := th.Dim
	if s.err != nil {
		paint = th.Bad
	}
	mode := ""
	if s.store != nil && s.store.ReadOnly() != "" || s.profile.ReadOnly {
		mode = "ro  "
	}
	where := s.profile.Endpoint
	if _, host, ok := strings.Cut(where, "://"); ok {
		where = host
	}
	if s.conn == "" {
		where = "built-in server"
	}
	room := w - 6 // the bar, the sign, and the blanks around what is at the right
	right = kit.Fit(right, min(kit.Width(right), max(room/2, 1)))
	room -= kit.Width(mode) + kit.Width(right)
	title := kit.Fit(s.title(), min(kit.Width(s.title()), max(room, 1)))
	room -= kit.Width(title)
	l := x.start(c, cursor)
	l.Space(1).Put(th.Accent, sign).Put(th.Strong, title)
	l.Put(th.Dim, kit.Fit("  "+store.Printable(where), max(room, 0))).Space(1).Put(th.Warn, mode).Put(paint, right).Space(1)
	return kit.Pad(l.String(), w)
}

// told draws the row of a section that has no Spaces to show.
func (x *index) told(c *kit.Context, w int, s *group, cursor bool) string {
	th, key := &c.Theme.Paint, c.Keys.Key
	text, paint := "No Spaces yet: "+key(keys.New)+" creates the first one", th.Dim
	e, isOurs := asError(s.err)
	switch {
	case isOurs && e.Kind == store.Denied:
		text, paint = "This key may not list Spaces: "+key(keys.GoTo)+" opens one by its name", th.Warn
	case isOurs && e.Kind == store.BadCredentials:
		text, paint = e.Advice(), th.Bad
	case isOurs:
		text, paint = store.Capital(strings.TrimSuffix(e.Err.Error(), "."))+". "+e.Advice(), th.Bad
	case s.err == store.Canceled:
		text, paint = "Listing was stopped: "+key(keys.Refresh)+" tries again", th.Warn
	case s.err != nil:
		text, paint = s.err.Error(), th.Bad
	case !s.begun:
		text = "Listing…"
	}
	l := x.start(c, cursor)
	return l.Space(3).Put(paint, kit.Fit(store.Printable(text), max(w-4, 1))).String()
}
