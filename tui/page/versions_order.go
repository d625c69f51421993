package page

import (
	"cmp"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store"
	"spaces/store/listing"
	"spaces/tui/kit"
)

// versionOrder is how the versions are sorted. By name those of one file stand together, the newest first.
type versionOrder struct {
	by   listing.SortBy // ByKey: as they are listed, folders first where all is known
	desc bool
}

func (o versionOrder) natural() bool {
	return o.by == listing.ByKey || o.by == listing.ByName && !o.desc
}

// sort sorts by something, or the other way round where it is sorted by that already.
func (x *versions) sort(by listing.SortBy) func(*kit.Context) tea.Cmd {
	return func(c *kit.Context) tea.Cmd {
		first := versionOrder{by, by != listing.ByName} // the largest and the newest first
		switch {
		case x.order.by == by:
			x.order.desc = !x.order.desc
		case by == listing.ByName && x.order.natural():
			x.order = versionOrder{by, true}
		default:
			x.order = first
		}
		x.held, x.top = false, x.list.Cursor == 0
		x.arrange()
		return x.ahead(c)
	}
}

// arrange finds what is shown, in its order. The cursor stays on its row; where it was on the first when they were sorted, it
// goes to what is first then.
func (x *versions) arrange() {
	at, ok := x.under()
	var on dialogRow
	if ok {
		on = dialogRow{at.row(), true}
	}
	x.shown = x.shown[:0]
	for i := range x.rows {
		if x.only.shows(x.rows[i].Key[len(x.place.Prefix):]) {
			x.shown = append(x.shown, int32(i))
		}
	}
	if !x.more || !x.order.natural() {
		slices.SortStableFunc(x.shown, func(a, b int32) int { return x.compare(&x.rows[a], &x.rows[b]) })
	}
	x.top = x.top && x.list.Cursor == 0
	if on.is = on.is && !x.top; !x.more {
		x.top = false
	}
	x.list.Hold(func() {
		x.list.SetLen(len(x.shown))
		for i, n := range x.shown {
			if on.is && x.rows[n].row() == on.row {
				x.list.MoveTo(i)
				break
			}
		}
	})
}

// compare has folders come first. Equal ones stay as they are listed: the newest of a file first.
func (x *versions) compare(a, b *version) int {
	if a.Folder != b.Folder {
		return map[bool]int{true: -1, false: 1}[a.Folder]
	}
	n := 0
	switch x.order.by {
	case listing.BySize:
		n = cmp.Compare(a.Size, b.Size)
	case listing.ByDate:
		n = a.Modified.Compare(b.Modified)
	default:
		n = strings.Compare(a.Key, b.Key)
	}
	if x.order.desc {
		n = -n
	}
	return n
}

func (x *versions) arrow(by listing.SortBy) string {
	switch {
	case by == listing.ByName && x.order.natural():
		return " ▲"
	case x.order.by != by:
		return ""
	case x.order.desc:
		return " ▼"
	}
	return " ▲"
}

// head draws the heads of the columns, with the filter in the place of the name's.
func (x *versions) head(c *kit.Context, col versionColumns) string {
	p := &c.Theme.Paint
	l := kit.Line{}
	rest := []string{"Size" + x.arrow(listing.BySize), "Modified" + x.arrow(listing.ByDate), "State"}
	if x.only.kind == "" {
		l.Space(markWidth)
		return col.put(&l, p.Header, p.Header, append([]string{"Name" + x.arrow(listing.ByName)}, rest...)...)
	}
	sign := " " + cmp.Or(c.Keys.Key(x.only.kind), "/") + " "
	w := max(col[0]+markWidth-kit.Width(sign), 1)
	l.Put(p.Accent, sign).Put(kit.Paint{}, x.only.field.View(c.Theme, w))
	col[0] = 0
	return col.put(&l, p.Header, p.Header, append([]string{""}, rest...)...)
}

// amount says how many rows are shown, of how many.
func (x *versions) amount() string {
	atLeast := ""
	if x.more {
		atLeast = "≥ "
	}
	all := atLeast + kit.Plural(len(x.rows), "row")
	switch text := store.Printable(x.only.text); {
	case text == "":
		return all
	case x.only.kind == keys.Contains:
		return kit.Count(len(x.shown)) + " with “" + text + "” in " + all
	default:
		return all + " that " + map[bool]string{true: "begins", false: "begin"}[len(x.rows) == 1 && !x.more] + " with “" + text + "”"
	}
}

func (x *versions) orderText() string {
	text := map[listing.SortBy]string{listing.ByKey: "by name", listing.ByName: "by name", listing.BySize: "by size", listing.ByDate: "by date"}[x.order.by]
	if x.more && x.order.natural() {
		return "by key"
	}
	if x.more {
		text += " (partial)"
	}
	return text
}
