package page

import (
	"slices"

	"spaces/tui/kit"
)

// tableColumns are the widths of a table's columns; 0: there is no room for it.
type tableColumns []int

// put adds the columns that there is room for.
func (col tableColumns) put(l *kit.Line, paints []kit.Paint, values ...string) string {
	for i, text := range values {
		if col[i] == 0 {
			continue
		}
		if i > 0 {
			l.Space(2)
		}
		l.Put(paints[i], kit.Fit(text, col[i]))
	}
	return l.Space(1).String()
}

// frame begins the frame of the page.
func (b *board) frame(c *kit.Context, size kit.Size) *frame {
	r := &frame{th: c.Theme, w: size.W, tab: paneTab(b.title, b.store, b.bare)}
	r.b.Grow(size.H * (size.W + 120))
	r.top()
	return r
}

// head draws the names of the columns. The list is below it.
func (b *board) head(r *frame, col tableColumns, names ...string) {
	var l kit.Line
	l.Space(2)
	paints := slices.Repeat([]kit.Paint{r.th.Paint.Header}, len(names))
	r.line(kit.Pad(col.put(&l, paints, names...), r.inner()), "")
	b.list.Y = 2
}

// begin begins a row, with the cursor where it is on it.
func (b *board) begin(c *kit.Context, cursor bool) *kit.Line {
	p := &c.Theme.Paint
	l, bar := &kit.Line{}, " "
	if cursor {
		bar, l.Base = "▌", p.Cursor
	}
	return l.Put(p.Accent, bar).Space(1)
}
