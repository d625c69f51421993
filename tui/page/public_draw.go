package page

import (
	"strings"

	"spaces/keys"
	"spaces/store"
	"spaces/tui/kit"
)

// View draws the page.
func (x *public) View(c *kit.Context, size kit.Size) string {
	if size.W < 16 || size.H < 5 {
		return blank(size)
	}
	r := &frame{th: c.Theme, w: size.W, tab: paneTab("What is public", x.store, x.bare)}
	if x.in != nil {
		r.tab = "What is public – " + store.Printable(x.in.is.Space)
	}
	r.b.Grow(size.H * (size.W + 120))
	r.top()
	head, lines := x.body(c, r.inner(), size.H-3)
	r.line(kit.Pad(head, r.inner()), "")
	for i := range size.H - 3 {
		text := ""
		if i < len(lines) {
			text = lines[i]
		}
		r.line(kit.Pad(text, r.inner()), "")
	}
	r.bottom()
	return r.b.String()
}

func (x *public) body(c *kit.Context, w, h int) (head string, lines []string) {
	if x.in != nil {
		return x.in.body(c, w, h)
	}
	th := &c.Theme.Paint
	col := kit.Columns(w-3, 2, kit.Column{Width: 14, Flex: 1}, kit.Column{Width: 22, Flex: 1}, kit.Column{Width: 26, Flex: 2, Drop: 1})
	cells := func(name, lists, reads string) string {
		line := kit.Fit(name, col[0]) + "  " + kit.Fit(lists, col[1])
		if col[2] > 0 {
			line += "  " + kit.Fit(reads, col[2])
		}
		return line
	}
	head = "  " + th.Header.On(cells("Space", "Listing", "Files"))
	if len(x.spaces) == 0 {
		return head, x.nothingShown(c, w)
	}
	x.list.Y = 2
	drawn := x.list.View(kit.Size{W: w, H: h}, func(i, _ int, cursor bool) string {
		s := &x.spaces[i]
		lists, reads, paint := s.words()
		bar, text := "  ", cells(store.Printable(s.name), lists, reads)
		switch {
		case cursor:
			return th.Accent.On("▌") + th.Cursor.On(" "+text+" ")
		case paint:
			return bar + th.Public.On(text)
		}
		return bar + th.Text.On(text)
	})
	return head, strings.Split(drawn, "\n")
}

// words say what is public of a Space, and whether something is.
func (s *exposed) words() (lists, reads string, open bool) {
	switch {
	case !s.known:
		return "…", "", false
	case s.err != nil:
		return "not known", said(s.err), false
	}
	lists, reads = "private", "each by its permissions"
	if s.is.Writes() {
		lists, open = "everybody can WRITE", true
	}
	if why := s.is.Lists(); len(why) > 0 {
		lists, open = "public: "+strings.Join(why, ", "), true
	}
	if s.is.NoPermissions {
		reads = "none"
	}
	if s.is.Unread != nil {
		reads = "the policy is not known"
	}
	if why := s.is.Reads(); len(why) > 0 {
		reads, open = "public: "+strings.Join(why, ", "), true
	}
	return store.Printable(lists), store.Printable(reads), open
}

func (x *public) nothingShown(c *kit.Context, w int) []string {
	d := &details{th: c.Theme, w: w}
	d.line("")
	switch {
	case x.err != nil:
		x.mend.failed(c, d, x.store, x.err)
	case !x.begun:
		d.line(c.Theme.Paint.Dim.On("Listing…"))
	default:
		d.wrapped(c.Theme.Paint.Strong, "There are no Spaces, so nothing is public.")
	}
	return d.lines
}

func (n *inside) body(c *kit.Context, w, h int) (head string, lines []string) {
	th := &c.Theme.Paint
	col := kit.Columns(w-4, 2, kit.Column{Width: 12, Flex: 2}, kit.Column{Width: c.Formats.SizeWidth() + 1, Drop: 2}, kit.Column{Width: 20, Flex: 1, Drop: 1})
	cells := func(name, size, why string) string {
		line := name
		if col[1] > 0 {
			line += "  " + kit.FitRight(size, col[1])
		}
		if col[2] > 0 {
			line += "  " + kit.Fit(why, col[2])
		}
		return line
	}
	head = "   " + th.Header.On(cells(kit.Fit("Public to everybody", col[0]), "Size", "By"))
	if len(n.found) == 0 {
		return head, n.nothingShown(c, w)
	}
	n.list.Y = 2
	drawn := n.list.View(kit.Size{W: w, H: h}, func(i, _ int, cursor bool) string {
		e := &n.found[i]
		sign := " "
		if n.selected[e.Key] {
			sign = "✓"
		}
		text := sign + " " + cells(kit.FitMiddle(store.Printable(e.Key), col[0]), c.Formats.SizeIn(e.Size, col[1]), store.Printable(strings.Join(e.Why, ", ")))
		if cursor {
			return th.Accent.On("▌") + th.Cursor.On(text+" ")
		}
		return " " + th.Text.On(text)
	})
	return head, strings.Split(drawn, "\n")
}

func (n *inside) nothingShown(c *kit.Context, w int) []string {
	d := &details{th: c.Theme, w: w}
	d.line("")
	switch {
	case n.err != nil:
		d.lines = append(d.lines, trouble(c, n.of.store, n.err, w)...)
		d.line("")
		d.hint(c.Keys.Key(keys.Refresh), "tries again")
	case n.done() && n.unknown > 0:
		d.wrapped(c.Theme.Paint.Warn, "Nothing that is known to be public: of "+kit.Plural(n.unknown, "object")+" the endpoint does not say it.")
	case n.done():
		d.line(c.Theme.Paint.Good.On("No object in this Space is public."))
	case n.stopped:
		d.wrapped(c.Theme.Paint.Text, "Nothing public so far. Looking was stopped.")
		d.hint(c.Keys.Key(keys.Refresh), "looks again from the beginning")
	default:
		d.line(c.Theme.Paint.Dim.On("Nothing public so far…"))
	}
	return d.lines
}

// Status is the left part of the status line.
func (x *public) Status(c *kit.Context, w int) string {
	th := &c.Theme.Paint
	if n := x.in; n != nil {
		text := kit.Plural(len(n.found), "public object") + " · " + n.progress()
		if count := len(n.selected); count > 0 {
			text = kit.Count(count) + " selected · " + text
		}
		if n.err != nil {
			return kit.Clip(th.Bad.On(store.Printable("Could not go on: "+reason(n.err))), w)
		}
		return kit.Clip(th.Status.On(text), w)
	}
	open, known, refused := 0, 0, 0
	for i := range x.spaces {
		_, _, is := x.spaces[i].words()
		if is {
			open++
		}
		if x.spaces[i].known {
			known++
		}
		if x.spaces[i].known && x.spaces[i].err != nil {
			refused++
		}
	}
	if !x.begun || x.err != nil && len(x.spaces) == 0 {
		return ""
	}
	text := kit.Count(open) + " of " + kit.Plural(len(x.spaces), "Space") + " open to everybody"
	if known < len(x.spaces) {
		text += " · asked " + kit.Count(known)
	}
	if refused > 0 {
		text += " · " + kit.Count(refused) + " not known"
	}
	return kit.Clip(th.Status.On(text), w)
}
