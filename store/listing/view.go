package listing

import (
	"context"
	"slices"
)

// limits are numbers that only tests change.
type limits struct {
	atOnce int // so many rows are sorted or searched within a key press; more are sorted beside it
	page   int // so many rows come in one page
	doubts int // so many folders are asked after one by one
}

// view is what a listing shows: a stretch of rows as they stand, or some of them in another order.
type view struct {
	limits
	rows   *Rows
	lo, hi int
	text   string // of the Contains filter
	order  Order
	direct bool // the rows are shown as they stand; text and order may be asked for already
	ids    []RowID
	made   int      // how many rows ids were made of
	under  *Sorting // wanted, and not here yet
	since  []RowID  // touched while it is under way
	late   bool     // a page came while it is under way
	lacks  bool     // ids lack rows that are loaded
}

// Sorting is rows to be searched and put in order, beside the goroutine that owns the listing.
type Sorting struct {
	snapshot *Snapshot
	text     string
	order    Order
}

// Do gives the rows, or ctx's error.
func (s *Sorting) Do(ctx context.Context) ([]RowID, error) {
	return s.snapshot.Select(ctx, s.text, s.order)
}

// Sort is what is to be sorted now, nil for nothing. One that it was before is not needed any more.
func (l *Listing) Sort() *Sorting { return l.view.under }

// Sorted is given what came of a Sorting; one that is not needed any more is left.
func (l *Listing) Sorted(s *Sorting, ids []RowID) {
	v := &l.view
	if s == nil || s != v.under {
		return
	}
	v.show(ids, len(s.snapshot.order))
	v.bury(ids)
	v.lacks, v.late = v.late, false
	if len(v.since) > 0 {
		v.refresh(v.since)
		v.since = nil
	}
	l.changed(nil)
}

// Partial says whether rows that are loaded are missing in what is shown, or not in order yet.
func (l *Listing) Partial() bool { return !l.view.plain() && (l.view.under != nil || l.view.lacks) }

// plain says whether the rows are to be shown as they stand.
func (v *view) plain() bool { return v.text == "" && v.order.Natural() }

func (v *view) len() int {
	if v.direct {
		return v.hi - v.lo
	}
	return len(v.ids)
}

// id of the i-th row shown.
func (v *view) id(i int) RowID {
	if v.direct {
		return v.rows.ID(v.lo + i)
	}
	return v.ids[i]
}

// find tells where a row is shown.
func (v *view) find(id RowID) (int, bool) {
	if int(id) >= v.rows.Made() || !v.rows.Live(id) {
		return 0, false
	}
	if !v.direct {
		i := slices.Index(v.ids, id)
		return i, i >= 0
	}
	i, there := v.rows.Position(id)
	return i - v.lo, there && i >= v.lo && i < v.hi
}

// make shows the rows lo ≤ i < hi: at once when they are few, else what was shown stays until they are sorted.
func (v *view) make() {
	v.under, v.since, v.late = nil, nil, false
	if v.plain() {
		v.show(nil, 0)
		return
	}
	s := &Sorting{v.rows.Snapshot(v.lo, v.hi), v.text, v.order}
	if v.hi-v.lo <= v.atOnce {
		ids, _ := s.Do(context.Background())
		v.show(ids, v.hi-v.lo)
		return
	}
	v.under = s
	v.bury(v.ids)
}

// bury takes out rows that are gone, if any of some is, of what stays shown until others are sorted.
func (v *view) bury(some []RowID) {
	gone := func(id RowID) bool { return !v.rows.Live(id) }
	if slices.ContainsFunc(some, gone) {
		v.ids = slices.DeleteFunc(v.ids, gone)
	}
}

// show is what was asked for.
func (v *view) show(ids []RowID, made int) {
	v.direct, v.under = v.plain(), nil
	v.ids, v.made, v.lacks = ids, made, false
}

// stop gives up sorting; what is shown lacks it from then on.
func (v *view) stop() {
	if v.under != nil {
		v.under, v.since, v.lacks = nil, nil, true
	}
}

// change brings the rows shown up to date after touched rows came, changed or went. The rows of whole pages are not
// sorted in one by one: they wait until they are many, or the listing is complete.
func (v *view) change(touched []RowID, complete bool) {
	n, page := v.hi-v.lo, len(touched) > v.page/2 && !v.order.Natural()
	switch {
	case v.plain():
		return
	case n <= v.atOnce:
		if len(touched) > 0 || v.made != n || v.under != nil || v.direct {
			v.make()
		}
		return
	case v.under != nil:
		if v.late = v.late || page; !page {
			v.since = append(v.since, touched...)
		}
		v.bury(touched)
		return
	case page:
		v.lacks = true
		v.bury(touched)
	case len(touched) > 0:
		v.refresh(touched)
	}
	if v.lacks && (complete || n > v.made+v.made/4) {
		v.make()
	}
}

func (v *view) refresh(touched []RowID) {
	v.ids = v.rows.Refresh(v.ids, touched, v.lo, v.hi, v.text, v.order)
}
