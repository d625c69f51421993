package page

import (
	"strings"

	"spaces/store/listing"
	"spaces/tui/kit"
)

// tallyColumns are the widths of what a row shows: the name, numbers, a bar, a share.
type tallyColumns struct {
	w, name   int
	numbers   []int
	bar, part int
}

func (u *tally) columns(f kit.Formats, w int) tallyColumns {
	all := []kit.Column{{Width: 12, Flex: 2}, {Width: 11, Drop: 3}, {Width: f.SizeWidth() + 2, Drop: 1}, {Width: 10, Flex: 1, Drop: 4},
		{Width: max(len("100 %")+1, len(short(f.Rounded(1023<<10)))), Drop: 2}}
	if u.view == older {
		all = append(all[:2:2], append([]kit.Column{{Width: 9, Drop: 5}}, all[2:]...)...)
	}
	widths := kit.Columns(w-markWidth-1, 2, all...)
	n := len(widths)
	return tallyColumns{w, widths[0], widths[1 : n-2], widths[n-2], widths[n-1]}
}

// tallyTexts are what is put into the columns. The bar is drawn already.
type tallyTexts struct {
	name, bar, part string
	numbers         []string
}

func (u *tally) head(c *kit.Context, col tallyColumns) string {
	p := c.Theme.Paint.Header
	arrow := func(by tallyOrder, sign string) string {
		if u.order == by {
			return sign
		}
		return ""
	}
	t := tallyTexts{name: "Name" + arrow(tallyByName, " ▲"), part: "Share"}
	count, size := arrow(tallyByCount, " ▼"), "Size"+arrow(tallyBySize, " ▼")
	switch u.view {
	case twice:
		t = tallyTexts{name: "Name", numbers: []string{"Copies", "Each"}, part: "Spare"}
	case older:
		t.numbers = []string{"Versions" + count, "Markers", size}
	default:
		t.numbers = []string{"Objects" + count, size}
	}
	l := kit.Line{}
	l.Space(markWidth)
	col.put(&l, p, p, p, t)
	return l.String()
}

// put adds the columns behind the mark.
func (col tallyColumns) put(l *kit.Line, name, number, part kit.Paint, t tallyTexts) {
	l.Put(name, kit.Fit(t.name, col.name))
	for i, w := range col.numbers {
		if w > 0 {
			l.Put(number, kit.FitRight(t.numbers[i], w+2))
		}
	}
	if col.bar > 0 {
		l.Space(2)
		if t.bar == "" {
			l.Space(col.bar)
		} else {
			l.Put(kit.Paint{}, t.bar)
		}
	}
	if col.part > 0 {
		l.Put(part, kit.FitRight(t.part, col.part+2))
	}
	l.Space(1)
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
		bar = kit.Bar(c.Theme, col.bar, float64(u.weight(&r.Count))/float64(u.most))
	}
	numbers := []string{atLeast + kit.Count(r.Objects), atLeast + c.Formats.SizeIn(r.Bytes, col.numbers[len(col.numbers)-1]-kit.Width(atLeast))}
	if u.view == older {
		numbers = []string{numbers[0], kit.Count(r.Markers), numbers[1]}
	}
	col.put(&l, name, th.Number, th.Dim, tallyTexts{plainName(r.name), bar, kit.Percent(u.weight(&r.Count), u.all), numbers})
	return l.String()
}

// weight is what shares are of.
func (u *tally) weight(n *listing.Count) int64 {
	if u.order == tallyByCount {
		return n.Objects + n.Markers
	}
	return n.Bytes
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
	whole, done := u.tree.Whole, u.tree.Done()
	if u.view == older {
		whole, done = u.past.count.Whole, u.past.count.Done()
	}
	return !done && (r.key == "" || !whole(r.key))
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
	col.put(&l, th.Row, th.Number, th.Dim, tallyTexts{name, bar, short(c.Formats.Rounded(t.Spare())), []string{kit.Count(t.Count), c.Formats.SizeIn(t.Size(), col.numbers[1])}})
	return l.String()
}

// short is a size without its fraction: there is little room.
func short(size string) string {
	number, unit, _ := strings.Cut(size, " ")
	number, _, _ = strings.Cut(number, ".")
	return number + " " + unit
}
