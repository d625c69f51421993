package page

import (
	"math/bits"

	tea "charm.land/bubbletea/v2"

	"spaces/store/listing"
	"spaces/tui/kit"
)

// selection is a set of rows by identity, with its totals. It costs a bit for every row.
type selection struct {
	words   []uint64
	count   int
	folders int
	bytes   int64
}

func (s *selection) has(id listing.RowID) bool {
	return int(id/64) < len(s.words) && s.words[id/64]&(1<<(id%64)) != 0
}

// set puts a row in or takes it out.
func (s *selection) set(rows *listing.Rows, id listing.RowID, in bool) {
	if s.has(id) == in {
		return
	}
	if int(id/64) >= len(s.words) {
		s.words = append(s.words, make([]uint64, int(id/64)+1-len(s.words))...)
	}
	s.words[id/64] ^= 1 << (id % 64)
	d := 1
	if !in {
		d = -1
	}
	s.count += d
	s.bytes += int64(d) * rows.Size(id)
	if rows.Folder(id) {
		s.folders += d
	}
}

func (s *selection) clear() { *s = selection{words: s.words[:0]} }

// each calls do for every selected row, in no order that means anything.
func (s *selection) each(do func(listing.RowID)) {
	for i, w := range s.words {
		for ; w != 0; w &= w - 1 {
			do(listing.RowID(i*64 + bits.TrailingZeros64(w)))
		}
	}
}

// recount makes the totals anew after rows changed, and leaves out those that are gone.
func (s *selection) recount(rows *listing.Rows) {
	t := selection{words: s.words}
	s.each(func(id listing.RowID) {
		if !rows.Live(id) {
			t.words[id/64] &^= 1 << (id % 64)
			return
		}
		t.count++
		t.bytes += rows.Size(id)
		if rows.Folder(id) {
			t.folders++
		}
	})
	*s = t
}

// reach is a range that is being selected: from the anchor to the cursor, over what was selected before.
type reach struct {
	on     bool
	anchor listing.RowID
	before selection
}

func (s *selection) clone() selection {
	t := *s
	t.words = append([]uint64(nil), s.words...)
	return t
}

// stretch selects, over what was selected before, the rows shown from the anchor to the i-th.
func (f *files) stretch(i int) {
	from, there := f.view.find(f.reach.anchor)
	if !there {
		f.reach.on = false
		return
	}
	sel := &f.on().sel
	words := sel.words
	*sel = f.reach.before
	sel.words = append(words[:0], f.reach.before.words...)
	for j := min(from, i); j <= min(max(from, i), f.view.len()-1); j++ {
		sel.set(f.view.rows, f.view.id(j), true)
	}
}

// selectShown puts every row shown in, or turns every one around.
func (f *files) selectShown(invert bool) {
	sel := &f.on().sel
	f.reach.on = false
	for i := range f.view.len() {
		id := f.view.id(i)
		sel.set(f.view.rows, id, !invert || !sel.has(id))
	}
}

// toggle turns the row under the cursor around and goes on to the next.
func (f *files) toggle(c *kit.Context) tea.Cmd {
	f.reach.on = false
	id, ok := f.under()
	if !ok {
		return nil
	}
	sel := &f.on().sel
	sel.set(f.view.rows, id, !sel.has(id))
	f.list.MoveTo(f.list.Cursor + 1)
	return f.moved(c)
}
