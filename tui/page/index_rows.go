package page

import (
	"cmp"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"spaces/store"
	"spaces/tui/kit"
)

// indexRow is a line of the index: the header of a section, one of its Spaces, or why it has none.
type indexRow struct {
	of    *group
	space int // of its spaces; -1: the header, -2: a line that tells something
	name  string
}

const (
	headerRow = -1
	toldRow   = -2
)

func (r indexRow) isSpace() bool { return r.of != nil && r.space >= 0 }

// order of the Spaces in each section.
type order struct {
	by      sortBy
	reverse bool
}

type sortBy int

const (
	byName sortBy = iota
	bySize
	byDate
)

// sorts is an action that sorts; the same again reverses. The largest and the newest come first. The cursor stays on its
// Space; from the first row it goes to what is first then.
func (x *index) sorts(by sortBy) func(*kit.Context) tea.Cmd {
	return func(c *kit.Context) tea.Cmd {
		if x.order.by == by {
			x.order.reverse = !x.order.reverse
		} else {
			x.order = order{by: by}
		}
		top := x.list.Cursor == 0
		x.show()
		if top {
			x.list.MoveTo(0)
		}
		return x.ask(c)
	}
}

// sorted are the Spaces of a section that the filter lets through, in order.
func (x *index) sorted(s *group) []int {
	var shown []int
	for i, space := range s.spaces {
		if x.field == nil || strings.HasPrefix(space.Name, x.field.Value()) {
			shown = append(shown, i)
		}
	}
	slices.SortStableFunc(shown, func(i, j int) int {
		a, b := s.spaces[i], s.spaces[j]
		n := 0
		switch x.order.by {
		case bySize:
			_, sizeA := s.counted(a.Name)
			_, sizeB := s.counted(b.Name)
			n = cmp.Compare(sizeB, sizeA)
		case byDate:
			n = b.Created.Compare(a.Created)
		}
		if n = cmp.Or(n, strings.Compare(a.Name, b.Name)); x.order.reverse {
			n = -n
		}
		return n
	})
	return shown
}

// show makes the rows anew, and puts the cursor where it belongs: on what is wanted, else on what it was on, which stays on
// its line of the screen.
func (x *index) show() {
	was, had := x.row(x.list.Cursor)
	x.rows = x.rows[:0:0]
	for _, s := range x.sections {
		x.rows = append(x.rows, x.rowsOf(s)...)
	}
	line := x.list.Cursor - x.list.Offset
	x.list.SetLen(len(x.rows))
	switch {
	case x.want != nil:
		x.seek()
	case had:
		i := slices.IndexFunc(x.rows, func(r indexRow) bool {
			return r.of == was.of && (r.isSpace() && r.name == was.name || !r.isSpace() && r.space == was.space)
		})
		if i >= 0 {
			x.list.Offset = max(i-line, 0)
			x.list.MoveTo(i)
		}
	}
}

// seek goes to what is wanted: that Space, else the first of its connection, else the header. When the connection has been
// listed there is no better one to wait for.
func (x *index) seek() {
	best := -1
	for i, r := range x.rows {
		if r.of.conn != x.want.conn {
			continue
		}
		if r.isSpace() && r.name == x.want.space {
			best = i
			break
		}
		if best < 0 || r.isSpace() && !x.rows[best].isSpace() {
			best = i
		}
	}
	if best < 0 {
		return
	}
	x.list.MoveTo(best)
	if s := x.rows[best].of; !s.listed.Busy() && (s.begun || s.err != nil) {
		x.want = nil
	}
}

func (x *index) row(i int) (indexRow, bool) {
	if i < len(x.rows) {
		return x.rows[i], true
	}
	return indexRow{}, false
}

// rowsOf are the rows of a section.
func (x *index) rowsOf(s *group) []indexRow {
	var rows []indexRow
	shown := x.sorted(s)
	narrowed := x.field != nil && x.field.Value() != ""
	if x.several() {
		if narrowed && len(shown) == 0 {
			return nil
		}
		rows = append(rows, indexRow{s, headerRow, ""})
		if x.folded[s.conn] && !narrowed {
			return rows
		}
		if s.err != nil || len(s.spaces) == 0 {
			rows = append(rows, indexRow{s, toldRow, ""})
		}
	}
	for _, i := range shown {
		rows = append(rows, indexRow{s, i, s.spaces[i].Name})
	}
	return rows
}

// under is the Space under the cursor.
func (x *index) under() (*group, store.Space, bool) {
	if r, ok := x.row(x.list.Cursor); ok && r.isSpace() {
		return r.of, r.of.spaces[r.space], true
	}
	return nil, store.Space{}, false
}
