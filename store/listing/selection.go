package listing

import (
	"math/bits"
	"slices"

	"spaces/store"
)

// Totals of a selection. Folders count among all, and not in the bytes.
type Totals struct {
	Count, Folders int
	Bytes          int64
}

// selection is a set of rows by identity, with its totals. It costs a bit for every row.
type selection struct {
	Totals
	words []uint64
}

func (s *selection) has(id RowID) bool {
	return int(id/64) < len(s.words) && s.words[id/64]&(1<<(id%64)) != 0
}

// set puts a row in or takes it out.
func (s *selection) set(rows *Rows, id RowID, in bool) {
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
	s.count(rows, id, d)
}

func (s *selection) count(rows *Rows, id RowID, d int) {
	s.Count += d
	s.Bytes += int64(d) * rows.Size(id)
	if rows.Folder(id) {
		s.Folders += d
	}
}

func (s *selection) clear() { *s = selection{words: s.words[:0]} }

func (s *selection) clone() selection {
	return selection{s.Totals, append([]uint64(nil), s.words...)}
}

// each calls do for every selected row, in the order in which rows became known.
func (s *selection) each(do func(RowID)) {
	for i, w := range s.words {
		for ; w != 0; w &= w - 1 {
			do(RowID(i*64 + bits.TrailingZeros64(w)))
		}
	}
}

// recount makes the totals anew after rows changed, and leaves out those that are gone.
func (s *selection) recount(rows *Rows) {
	t := selection{words: s.words}
	s.each(func(id RowID) {
		if rows.Live(id) {
			t.count(rows, id, 1)
		} else {
			t.words[id/64] &^= 1 << (id % 64)
		}
	})
	*s = t
}

// choose puts a row in or takes it out. Of one that comes in it is remembered when that was: see Listing.Turns.
func (s *sheet) choose(id RowID, in bool, turn uint64) {
	if in && !s.sel.has(id) && (turn > 0 || int(id) < len(s.turns)) {
		if int(id) >= len(s.turns) {
			s.turns = append(s.turns, make([]uint32, int(id)+1-len(s.turns))...)
		}
		s.turns[id] = uint32(turn)
	}
	s.sel.set(s.rows, id, in)
}

// unchoose takes a row out that was selected before a turn.
func (s *sheet) unchoose(id RowID, turn uint64) {
	if int(id) < len(s.turns) && uint64(s.turns[id]) >= turn {
		return
	}
	s.sel.set(s.rows, id, false)
	s.ranging.before.set(s.rows, id, false)
}

// apply makes changes and returns the rows that are new, changed or gone.
func (s *sheet) apply(changes []Change) []RowID {
	if len(changes) == 0 {
		return nil
	}
	return s.touch(s.rows.Apply(changes))
}

// touch takes rows that are gone out of the selection.
func (s *sheet) touch(touched []RowID) []RowID {
	for _, sel := range []*selection{&s.sel, &s.ranging.before} {
		if sel.Count > 0 && slices.ContainsFunc(touched, sel.has) {
			sel.recount(s.rows)
		}
	}
	return touched
}

// Selected says whether a row is selected, Selection how much is, but for Everything. What a filter hides stays selected.
func (l *Listing) Selected(id RowID) bool {
	if l.all.on {
		return l.all.has(l.view.rows, id)
	}
	return l.on().sel.has(id)
}

// Selection is how much is selected.
func (l *Listing) Selection() Totals { return l.on().sel.Totals }

// Select puts a row into the selection or takes it out. It ends a range.
func (l *Listing) Select(id RowID, in bool) {
	l.all = everything{}
	s := l.on()
	s.ranging = ranging{}
	s.choose(id, in, l.turn())
}

// SelectShown puts every row shown in.
func (l *Listing) SelectShown() { l.selectShown(func(RowID) bool { return true }) }

// InvertShown turns every row shown around.
func (l *Listing) InvertShown() { l.selectShown(func(id RowID) bool { return !l.Selected(id) }) }

func (l *Listing) selectShown(in func(RowID) bool) {
	l.all = everything{}
	s := l.on()
	s.ranging = ranging{}
	turn := l.turn()
	for i := range l.Len() {
		id := l.ID(i)
		s.choose(id, in(id), turn)
	}
}

// Unselect empties the selection.
func (l *Listing) Unselect() {
	l.all = everything{}
	s := l.on()
	s.ranging = ranging{}
	s.sel.clear()
}

// Chosen are the rows that something is to be done with: the selected ones, else the one under the cursor. Their ETags
// are not known.
func (l *Listing) Chosen() []store.Entry {
	s := l.on()
	if s.sel.Count == 0 {
		if id, ok := l.Under(); ok {
			return []store.Entry{s.rows.Entry(id)}
		}
		return nil
	}
	all := make([]store.Entry, 0, s.sel.Count)
	s.sel.each(func(id RowID) { all = append(all, s.rows.Entry(id)) })
	return all
}

// One is the single row that something is to be done with: the only selected one, else the one under the cursor.
func (l *Listing) One() (id RowID, ok bool) {
	sel := &l.on().sel
	if sel.Count == 0 {
		return l.Under()
	}
	if sel.Count == 1 {
		sel.each(func(i RowID) { id = i })
	}
	return id, sel.Count == 1
}

// ranging is a range that is being selected: from the anchor to the cursor, over what was selected before.
type ranging struct {
	on     bool
	anchor RowID
	before selection
}

// Ranging says whether a range is being selected.
func (l *Listing) Ranging() bool { return l.on().ranging.on }

// Range begins to select what lies between the row under the cursor and where the cursor goes; again ends it.
func (l *Listing) Range() {
	l.all = everything{}
	s := l.on()
	if s.ranging.on {
		s.ranging = ranging{}
	} else if id, ok := l.Under(); ok {
		s.ranging = ranging{on: true, anchor: id, before: s.sel.clone()}
		l.reach()
	}
}

// DropRange selects what was selected before the range.
func (l *Listing) DropRange() {
	if s := l.on(); s.ranging.on {
		s.sel, s.ranging = s.ranging.before, ranging{}
	}
}

// reach selects, over what was selected before, the rows shown from the anchor to the cursor.
func (l *Listing) reach() {
	s := l.on()
	from, there := l.view.find(s.ranging.anchor)
	if !there {
		s.ranging = ranging{}
		return
	}
	turn, words := l.turn(), s.sel.words
	s.sel = s.ranging.before
	s.sel.words = append(words[:0], s.ranging.before.words...)
	for j := min(from, l.at); j <= min(max(from, l.at), l.Len()-1); j++ {
		s.choose(l.ID(j), true, turn)
	}
}
