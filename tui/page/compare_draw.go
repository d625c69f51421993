package page

import (
	"strings"

	"spaces/keys"
	"spaces/store"
	"spaces/store/compare"
	"spaces/tui/kit"
)

// View draws the page: which two, the kinds with their numbers, the heads, the rows.
func (x *comparing) View(c *kit.Context, size kit.Size) string {
	if size.W < 16 || size.H < 5 {
		return blank(size)
	}
	r := &frame{th: c.Theme, w: size.W, tab: x.heading(size.W - 6)}
	r.b.Grow(size.H * (size.W + 120))
	r.top()
	w := r.inner()
	col := compareColumns(c.Formats, w)
	r.line(kit.Pad(x.kinds(c, w), w), "")
	r.line(kit.Pad(col.head(c), w), "")
	x.list.Y = 3
	var lines []string
	if len(x.shown) == 0 {
		lines = x.nothingShown(c, w)
	} else {
		drawn := x.list.View(kit.Size{W: w, H: size.H - 4}, func(i, _ int, cursor bool) string { return x.row(c, col, &x.rows[x.shown[i]], cursor) })
		lines = strings.Split(drawn, "\n")
	}
	for i := range size.H - 4 {
		text := ""
		if i < len(lines) {
			text = lines[i]
		}
		r.line(kit.Pad(text, w), "")
	}
	r.bottom()
	return r.b.String()
}

// heading names both sides, and which way is copied.
func (x *comparing) heading(w int) string {
	arrow := map[compare.Side]string{compare.Left: "  →  ", compare.Right: "  ←  "}[x.from]
	room := max((w-kit.Width(arrow))/2, 1)
	fit := func(i int) string {
		name := placeName(x.places[i], x.stores[i])
		return strings.TrimRight(kit.FitLeft(name, min(kit.Width(name), room)), " ")
	}
	return fit(0) + arrow + fit(1)
}

// kinds are the tabs with their numbers. Where there is no room for all, the first give way to the one that is shown.
func (x *comparing) kinds(c *kit.Context, w int) string {
	th := &c.Theme.Paint
	for first := 0; ; first++ {
		l := kit.Line{}
		l.Space(1)
		for i, t := range compareTabs[first:] {
			n := 0
			for _, v := range t.of {
				n += x.counts[v]
			}
			paint := th.Tab
			if first+i == x.tab {
				paint = th.TabActive
			}
			l.Put(paint, t.name+" "+kit.Count(n)).Space(2)
		}
		if text := l.String(); kit.Width(text) <= w || first >= x.tab {
			return text
		}
	}
}

// compareCols are the widths of a row: the name, size and date of each side, and what the verdict goes by.
type compareCols struct{ name, size, date, by int }

func compareColumns(f kit.Formats, w int) compareCols {
	size, date := f.SizeWidth()+1, kit.Column{Width: f.DateWidth(), Drop: 2}
	widths := kit.Columns(w-markWidth-4, 2, kit.Column{Width: 16, Flex: 1}, kit.Column{Width: size, Drop: 1}, date, kit.Column{Width: size, Drop: 1}, date,
		kit.Column{Width: 11, Drop: 3})
	if widths[2] == 0 || widths[4] == 0 { // both sides, or none
		widths = kit.Columns(w-markWidth-4, 2, kit.Column{Width: 12, Flex: 1}, kit.Column{Width: size, Drop: 1}, kit.Column{Width: size, Drop: 1})
		widths = []int{widths[0], widths[1], 0, widths[2], 0, 0}
	}
	return compareCols{widths[0], min(widths[1], widths[3]), widths[2], widths[5]}
}

func (col compareCols) head(c *kit.Context) string {
	th := &c.Theme.Paint
	l := kit.Line{}
	l.Space(markWidth).Put(th.Header, kit.Fit("Name ▲", col.name))
	for i, name := range []string{"Left", "Right"} {
		if i == 1 {
			l.Space(3)
		}
		if col.size > 0 {
			l.Space(2).Put(th.Header, kit.FitRight(name, col.size))
		}
		if col.date > 0 {
			l.Space(2).Put(th.Header, kit.Fit("Modified", col.date))
		}
	}
	if col.by > 0 {
		l.Space(2).Put(th.Header, kit.Fit("Told by", col.by))
	}
	return l.String()
}

// signs of verdicts, between the two sides.
var signs = map[compare.Verdict]string{compare.Same: "=", compare.OnlyLeft: "<", compare.OnlyRight: ">", compare.Differs: "≠"}

func (x *comparing) row(c *kit.Context, col compareCols, r *compared, cursor bool) string {
	th := &c.Theme.Paint
	l := kit.Line{}
	switch {
	case cursor && r.chosen:
		l.Base = th.CursorSelected
	case cursor:
		l.Base = th.Cursor
	case r.chosen:
		l.Base = th.Selected
	}
	bar, tick := " ", "  "
	if cursor {
		bar = "▌"
	}
	if r.chosen {
		tick = "✓ "
	}
	l.Put(th.Accent, bar).Put(th.Mark, tick).Put(th.Row, kit.FitMiddle(plainName(r.Name), col.name))
	x.side(c, &l, col, r, compare.Left)
	sign, paint := signs[r.Verdict], th.Accent
	if r.Verdict == compare.Differs {
		paint = th.Warn
		if r.Reason == compare.Date {
			sign = "≈"
		}
	}
	l.Space(2).Put(paint, sign)
	x.side(c, &l, col, r, compare.Right)
	if col.by > 0 {
		l.Space(2).Put(th.Dim, kit.Fit(toldBy(r), col.by))
	}
	return l.Space(1).String()
}

func (x *comparing) side(c *kit.Context, l *kit.Line, col compareCols, r *compared, s compare.Side) {
	th := &c.Theme.Paint
	size, date := "", ""
	if f := &r.Files[s]; r.Has(s) {
		size, date = c.Formats.SizeIn(f.Size, col.size), c.Date(f.Modified())
	}
	if col.size > 0 {
		l.Put(th.Number, kit.FitRight(size, col.size+2))
	}
	if col.date > 0 {
		paint := th.Dim
		if newer, ok := r.Newer(); ok && newer == s && r.Verdict == compare.Differs {
			paint = th.Text
		}
		l.Put(paint, "  "+kit.Fit(date, col.date))
	}
}

// toldBy is what the verdict goes by, "" where only one side has the file.
func toldBy(r *compared) string {
	if !r.Has(compare.Left) || !r.Has(compare.Right) {
		return ""
	}
	return [...]string{"size", "checksum", "date only"}[r.Reason]
}

// verdict is a row in words.
func verdict(r *compared) string {
	newer := ""
	if s, ok := r.Newer(); ok {
		newer = ", newer on the " + [...]string{"left", "right"}[s]
	}
	switch {
	case r.Verdict == compare.OnlyLeft:
		return "only left"
	case r.Verdict == compare.OnlyRight:
		return "only right"
	case r.Reason == compare.Date && r.Verdict == compare.Same:
		return "same size and date; the content could not be compared"
	case r.Reason == compare.Date:
		return "same size" + newer + "; the content could not be compared"
	case r.Verdict == compare.Same:
		return "same content"
	case r.Reason == compare.Size:
		return "another size" + newer
	}
	return "another content" + newer
}

func (x *comparing) nothingShown(c *kit.Context, w int) []string {
	d := &details{th: c.Theme, w: w}
	th, key := &c.Theme.Paint, c.Keys.Key
	d.line("")
	switch {
	case x.err != nil:
		d.lines = append(d.lines, trouble(c, x.stores[0], x.err, w)...)
		d.line("")
		d.hint(key(keys.Refresh), "goes on")
	case x.step.Busy():
		d.line(th.Dim.On("Comparing…"))
	case !x.done:
		d.line(th.Warn.On("It was stopped."))
		d.line("")
		d.hint(key(keys.Refresh), "goes on")
	case len(x.rows) == 0:
		d.wrapped(th.Strong, "Both folders are empty.")
	case x.tab == 0 && x.dates == 0:
		d.wrapped(th.Strong, "The folders are the same: "+kit.Plural(x.counts[compare.Same], "file")+".")
	case x.tab == 0:
		d.wrapped(th.Strong, "No difference was found.")
		d.wrapped(th.Dim, "Of "+kit.Plural(x.dates, "file")+" only size and date could be compared.")
	default:
		d.line(th.Dim.On("There is none of this kind."))
	}
	return d.lines
}

// Status tells what is chosen, what is the matter with the row under the cursor, and how far the comparison is.
func (x *comparing) Status(c *kit.Context, w int) string {
	th := &c.Theme.Paint
	var parts []string
	if x.chosen > 0 {
		parts = append(parts, th.Mark.On(kit.Plural(x.chosen, "file")+" selected"))
	}
	switch {
	case x.err != nil && len(x.rows) > 0:
		parts = append(parts, th.Bad.On(store.Printable("It broke off: "+reason(x.err))))
	case x.step.Busy():
		parts = append(parts, th.Accent.On(kit.Plural(len(x.rows), "name")+" so far, "+c.Keys.Key(keys.Cancel)+" stops"))
	case x.old:
		parts = append(parts, th.Warn.On("changed since, "+c.Keys.Key(keys.Refresh)+" compares again"))
	}
	if r, ok := x.current(); ok {
		parts = append(parts, th.Status.On(verdict(r)))
	}
	if x.done && x.dates > 0 {
		parts = append(parts, th.Status.On(kit.Count(x.dates)+" by date only"))
	}
	return kit.Clip(strings.Join(parts, th.Dim.On(" · ")), w)
}
