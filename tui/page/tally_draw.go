package page

import (
	"strings"

	"spaces/keys"
	"spaces/store"
	"spaces/store/listing"
	"spaces/tui/kit"
)

// viewNames are those of the views, in their order.
var viewNames = [tallyViews]string{"By folder", "Largest", "Oldest", "Same content", "Older versions"}

// View draws what was counted.
func (u *tally) View(c *kit.Context, size kit.Size) string {
	if size.W < 16 || size.H < 5 {
		return blank(size)
	}
	if u.files != nil {
		return u.files.View(c, size)
	}
	r := &frame{th: c.Theme, w: size.W, tab: u.tab()}
	if !u.bare {
		r.of = &u.place.Tab
	}
	r.b.Grow(size.H * (size.W + 120))
	r.top()
	col := u.columns(c.Formats, r.inner())
	lines := append(u.lines(c, col.w), u.head(c, col))
	u.list.Y = 1 + len(lines)
	lines = append(lines, u.body(c, col, size.H-2-len(lines))...)
	for i := range size.H - 2 {
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

// tab is what the frame is called in a pane.
func (u *tally) tab() string {
	return "Usage ▸ " + store.Printable(u.store.Name()) + " ▸ " + store.Printable(u.place.Space+"/"+u.at)
}

// lines are the names of the views.
func (u *tally) lines(c *kit.Context, w int) []string {
	th := &c.Theme.Paint
	l := kit.Line{}
	n := 1
	l.Space(1)
	for i, name := range viewNames[:u.views()] {
		paint := th.Tab
		if tallyView(i) == u.view {
			paint = th.TabActive
		}
		if w < 70 && tallyView(i) != u.view { // no room for all
			continue
		}
		l.Put(paint, name).Space(2)
		n += kit.Width(name) + 2
	}
	return []string{kit.Pad(kit.Clip(l.String(), w), w)}
}

// body draws the rows, or why there are none.
func (u *tally) body(c *kit.Context, col tallyColumns, h int) []string {
	if u.list.Len() == 0 {
		return u.nothingShown(c, col.w)
	}
	return strings.Split(u.list.View(kit.Size{W: col.w, H: max(h, 0)}, func(i, _ int, cursor bool) string {
		if u.view == twice {
			return u.twinRow(c, col, i, cursor)
		}
		return u.row(c, col, &u.rows[i], cursor)
	}), "\n")
}

// nothingShown explains an empty list.
func (u *tally) nothingShown(c *kit.Context, w int) []string {
	th, key := &c.Theme.Paint, c.Keys.Key
	d := &details{th: c.Theme, w: w}
	d.line("")
	err, done, busy := u.err, u.tree.Done(), u.walk.Busy()
	if u.view == older {
		if u.past.count == nil {
			d.wrapped(th.Text, "Older versions and delete markers are not counted with the objects: they are listed for themselves, which may take long.")
			d.line("")
			d.hint(key(keys.Versions), "counts them")
			return d.lines
		}
		err, done, busy = u.past.err, u.past.count.Done(), u.past.walk.Busy()
	}
	switch {
	case err != nil && err != store.Canceled:
		d.lines = append(d.lines, trouble(c, u.store, err, w)...)
		d.line("")
		d.hint(key(keys.Refresh), "tries again")
	case busy:
		d.line(th.Dim.On("Counting…"))
	case !done:
		d.line(th.Dim.On("Counting was stopped, " + key(keys.Refresh) + " goes on."))
	case u.view == twice:
		text := "No two objects have the same ETag and size."
		if _, floor, _ := u.tree.Twice.Found(); floor > 0 {
			text = "No two objects of " + c.Bytes(floor) + " and more have the same ETag and size. Smaller ones are too many to be compared."
		}
		d.wrapped(th.Text, text)
	case u.view == older:
		d.wrapped(th.Strong, "There is nothing older here.")
	default:
		d.wrapped(th.Strong, "There is nothing here.")
		d.line("")
		d.hint(key(keys.Parent), "goes up")
	}
	return d.lines
}

// Status is the left part of the status line: how much there is, and how far that can be trusted.
func (u *tally) Status(c *kit.Context, w int) string {
	th := &c.Theme.Paint
	var parts []string
	if u.files != nil {
		if sel := u.files.l.Selection(); sel.Count > 0 {
			parts = append(parts, th.Mark.On(totals(c, sel)+" selected"))
		}
	} else if n := len(u.chosen); n > 0 {
		parts = append(parts, th.Mark.On(kit.Plural(n, "folder")+" selected"))
	}
	if u.view == older {
		state, paint := u.pastState(c)
		parts = append(parts, th.Status.On(u.pastAmount(c)), paint.On(state))
		return kit.Clip(strings.Join(parts, th.Dim.On(" · ")), w)
	}
	parts = append(parts, th.Status.On(u.amount(c)))
	if text := u.extent(c); text != "" {
		parts = append(parts, th.Status.On(text))
	}
	state, paint := u.state(c)
	parts = append(parts, paint.On(state))
	if u.past.keeps {
		text, paint := u.pastAmount(c), th.Status
		if u.past.count == nil {
			text, paint = text+": "+c.Keys.Key(keys.Versions)+" counts", th.Warn
		}
		parts = append(parts, paint.On(text))
	}
	return kit.Clip(strings.Join(parts, th.Dim.On(" · ")), w)
}

// amount is what the folder shown holds, as far as it is counted.
func (u *tally) amount(c *kit.Context) string {
	f, _ := u.tree.Find(u.at)
	if !u.byDir() {
		f, _ = u.tree.Find(u.tree.Base())
	}
	atLeast := ""
	if !u.tree.Done() {
		atLeast = "≥ "
	}
	return atLeast + kit.Plural(f.Objects, "object") + ", " + c.Bytes(f.Bytes)
}

// extent says what a view leaves out.
func (u *tally) extent(c *kit.Context) string {
	switch u.view {
	case largest, oldest:
		top := &u.tree.Largest
		if u.view == oldest {
			top = &u.tree.Oldest
		}
		if _, whole := top.First(); !whole {
			return "the first " + kit.Count(listing.TopRows)
		}
	case twice:
		_, floor, whole := u.tree.Twice.Found()
		switch {
		case !whole:
			return "the first " + kit.Count(listing.TopRows)
		case floor > 0:
			return "of those of " + c.Bytes(floor) + " and more"
		}
	}
	return ""
}

// state says how far the counts can be trusted.
func (u *tally) state(c *kit.Context) (string, kit.Paint) {
	th, key := &c.Theme.Paint, c.Keys.Key
	switch {
	case u.walk.Busy():
		return "counting, " + key(keys.Cancel) + " stops", th.Accent
	case u.err == store.Canceled:
		return "stopped, " + key(keys.Refresh) + " goes on", th.Warn
	case u.err != nil:
		return key(keys.Refresh) + " tries again: " + store.Printable(reason(u.err)), th.Bad // the key first: the reason may be cut
	case u.tree.Doubt():
		return "changed since, " + key(keys.Refresh) + " counts again", th.Warn
	}
	return "counted at " + u.ended.In(c.Now().Location()).Format("15:04"), th.Status
}
