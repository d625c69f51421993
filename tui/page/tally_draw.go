package page

import (
	"strings"

	"spaces/keys"
	"spaces/store"
	"spaces/store/listing"
	"spaces/tui/kit"
)

// viewNames are those of the views, in their order.
var viewNames = [tallyViews]string{"By folder", "Largest", "Oldest", "Same content"}

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
	col := tallyColumnsOf(c.Formats, r.inner())
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
	for i, name := range viewNames {
		paint := th.Tab
		if tallyView(i) == u.view {
			paint = th.TabActive
		}
		if w < 60 && tallyView(i) != u.view { // no room for all
			continue
		}
		l.Put(paint, name).Space(2)
		n += kit.Width(name) + 2
	}
	return []string{kit.Pad(kit.Clip(l.String(), w), w)}
}

type tallyColumns struct{ w, name, objects, size, bar, part int }

func tallyColumnsOf(f kit.Formats, w int) tallyColumns {
	widths := kit.Columns(w-markWidth-1, 2, kit.Column{Width: 12, Flex: 2}, kit.Column{Width: 11, Drop: 3}, kit.Column{Width: f.SizeWidth() + 2, Drop: 1},
		kit.Column{Width: 10, Flex: 1, Drop: 4}, kit.Column{Width: max(len("100 %")+1, len(short(f.Rounded(1023<<10)))), Drop: 2})
	return tallyColumns{w, widths[0], widths[1], widths[2], widths[3], widths[4]}
}

func (u *tally) head(c *kit.Context, col tallyColumns) string {
	p := c.Theme.Paint.Header
	arrow := func(by tallyOrder, sign string) string {
		if u.order == by {
			return sign
		}
		return ""
	}
	if u.view == twice {
		return u.put(col, p, p, p, "Name", "Copies", "Each", "", "Spare")
	}
	return u.put(col, p, p, p, "Name"+arrow(tallyByName, " ▲"), "Objects"+arrow(tallyByCount, " ▼"), "Size"+arrow(tallyBySize, " ▼"), "", "Share")
}

// put lays out a line without cursor and mark.
func (u *tally) put(col tallyColumns, name, number, part kit.Paint, texts ...string) string {
	l := kit.Line{}
	l.Space(markWidth)
	col.put(&l, name, number, part, texts...)
	return l.String()
}

// put adds the columns behind the mark: name, objects, size, bar, part. The bar is drawn already.
func (col tallyColumns) put(l *kit.Line, name, number, part kit.Paint, texts ...string) {
	l.Put(name, kit.Fit(texts[0], col.name))
	if col.objects > 0 {
		l.Put(number, kit.FitRight(texts[1], col.objects+2))
	}
	if col.size > 0 {
		l.Put(number, kit.FitRight(texts[2], col.size+2))
	}
	if col.bar > 0 {
		l.Space(2)
		if texts[3] == "" {
			l.Space(col.bar)
		} else {
			l.Put(kit.Paint{}, texts[3])
		}
	}
	if col.part > 0 {
		l.Put(part, kit.FitRight(texts[4], col.part+2))
	}
	l.Space(1)
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

// weight is what shares are of.
func (u *tally) weight(r *tallyRow) int64 {
	if u.order == tallyByCount {
		return r.Objects
	}
	return r.Bytes
}

func (u *tally) row(c *kit.Context, col tallyColumns, r *tallyRow, cursor bool) string {
	th := &c.Theme.Paint
	l := kit.Line{}
	selected := r.key != "" && u.chosen[r.key]
	u.lead(c, &l, cursor, selected, r.key != "")
	name, atLeast := th.Folder, ""
	if r.key == "" {
		name = th.Dim
	}
	if u.isUnderWay(r) {
		atLeast = "≥ "
	}
	bar := ""
	if col.bar > 0 && u.most > 0 {
		bar = kit.Bar(c.Theme, col.bar, float64(u.weight(r))/float64(u.most))
	}
	col.put(&l, name, th.Number, th.Dim, plainName(r.name), atLeast+kit.Count(r.Objects), atLeast+c.Formats.SizeIn(r.Bytes, col.size-kit.Width(atLeast)), bar, kit.Percent(u.weight(r), u.all))
	return l.String()
}

// lead draws what is before the name.
func (u *tally) lead(c *kit.Context, l *kit.Line, cursor, selected, folder bool) {
	th := &c.Theme.Paint
	switch {
	case cursor && selected:
		l.Base = th.CursorSelected
	case cursor:
		l.Base = th.Cursor
	case selected:
		l.Base = th.Selected
	}
	bar, sign := " ", " "
	if cursor {
		bar = "▌"
	}
	if folder {
		sign = "▸"
	}
	l.Put(th.Accent, bar)
	if selected {
		l.Put(th.Mark, "✓").Space(1)
	} else {
		l.Put(th.Folder, sign+" ")
	}
}

// isUnderWay says whether there may be more of a row than is counted.
func (u *tally) isUnderWay(r *tallyRow) bool {
	if u.tree.Done() {
		return false
	}
	return r.key == "" || strings.HasPrefix(u.tree.Last(), r.key)
}

// twinRow draws objects that are the same.
func (u *tally) twinRow(c *kit.Context, col tallyColumns, i int, cursor bool) string {
	th := &c.Theme.Paint
	t := u.twins[i]
	l := kit.Line{}
	u.lead(c, &l, cursor, false, false)
	bar := ""
	if col.bar > 0 {
		bar = kit.Bar(c.Theme, col.bar, float64(t.Spare())/float64(max(u.twins[0].Spare(), 1)))
	}
	name := kit.FitMiddle(plainName(strings.TrimPrefix(t.Entries[0].Key, u.place.Prefix)), col.name)
	col.put(&l, th.Row, th.Number, th.Dim, name, kit.Count(t.Count), c.Formats.SizeIn(t.Size(), col.size), bar, short(c.Formats.Rounded(t.Spare())))
	return l.String()
}

// short is a size without its fraction: there is little room.
func short(size string) string {
	number, unit, _ := strings.Cut(size, " ")
	number, _, _ = strings.Cut(number, ".")
	return number + " " + unit
}

// nothingShown explains an empty list.
func (u *tally) nothingShown(c *kit.Context, w int) []string {
	th, key := &c.Theme.Paint, c.Keys.Key
	d := &details{th: c.Theme, w: w}
	d.line("")
	switch {
	case u.err != nil && u.err != store.Canceled:
		d.lines = append(d.lines, trouble(c, u.store, u.err, w)...)
		d.line("")
		d.hint(key(keys.Refresh), "tries again")
	case u.walk.Busy():
		d.line(th.Dim.On("Counting…"))
	case !u.tree.Done():
		d.line(th.Dim.On("Counting was stopped, " + key(keys.Refresh) + " goes on."))
	case u.view == twice:
		text := "No two objects have the same ETag and size."
		if _, floor, _ := u.tree.Twice.Found(); floor > 0 {
			text = "No two objects of " + c.Bytes(floor) + " and more have the same ETag and size. Smaller ones are too many to be compared."
		}
		d.wrapped(th.Text, text)
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
	parts = append(parts, th.Status.On(u.amount(c)))
	if text := u.extent(c); text != "" {
		parts = append(parts, th.Status.On(text))
	}
	state, paint := u.state(c)
	parts = append(parts, paint.On(state))
	if u.keeps {
		parts = append(parts, th.Warn.On("older versions are not counted"))
	}
	return kit.Clip(strings.Join(parts, th.Dim.On(" · ")), w)
}

// amount is what the folder shown holds, as far as it is counted.
func (u *tally) amount(c *kit.Context) string {
	f, _ := u.tree.Find(u.at)
	if u.view != byFolder {
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
