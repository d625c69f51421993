package page

import (
	"context"
	"slices"

	tea "charm.land/bubbletea/v2"

	"spaces/store/listing"
	"spaces/tui/kit"
)

// atOnce is how many rows are sorted or searched within a key press; more are sorted beside it.
const atOnce = 4096

// view is what the listing shows: a stretch of rows as they stand, or some of them in another order.
type view struct {
	rows   *listing.Rows
	lo, hi int
	text   string // of the contains filter
	order  listing.Order
	direct bool // the rows are shown as they stand, or desc: backwards; text and order may be asked for already
	desc   bool
	ids    []listing.RowID // what is shown when not direct
	made   int             // how many rows ids were made of
	slot   kit.Slot[[]listing.RowID]
	since  []listing.RowID // touched while it is under way
	making int             // how many rows the result under way is made of
	late   bool            // a page came while it is under way
	lacks  bool            // ids lack rows that are loaded
}

// plain says whether the rows are to be shown as they stand, or backwards.
func (v *view) plain() bool { return v.text == "" && v.order.By == listing.ByName }

// partial says whether rows that are loaded are missing in the order shown.
func (v *view) partial() bool { return !v.plain() && (v.slot.Busy() || v.lacks) }

func (v *view) len() int {
	if v.direct {
		return v.hi - v.lo
	}
	return len(v.ids)
}

// id of the i-th row shown.
func (v *view) id(i int) listing.RowID {
	switch {
	case !v.direct:
		return v.ids[i]
	case v.desc:
		return v.rows.ID(v.hi - 1 - i)
	}
	return v.rows.ID(v.lo + i)
}

// find tells where a row is shown.
func (v *view) find(id listing.RowID) (int, bool) {
	if v.rows == nil || !v.rows.Live(id) {
		return 0, false
	}
	if !v.direct {
		i := slices.Index(v.ids, id)
		return i, i >= 0
	}
	i, there := v.rows.Position(id)
	if !there || i < v.lo || i >= v.hi {
		return 0, false
	}
	if v.desc {
		return v.hi - 1 - i, true
	}
	return i - v.lo, true
}

// make shows the rows lo ≤ i < hi: at once when they are few, else what was shown stays until the answer comes.
func (v *view) make(c *kit.Context, owner kit.ID) tea.Cmd {
	v.slot.Cancel()
	v.since, v.late = nil, false
	if v.plain() {
		v.show(nil, 0)
		return nil
	}
	snapshot, text, order := v.rows.Snapshot(v.lo, v.hi), v.text, v.order
	v.making = v.hi - v.lo
	if v.making <= atOnce {
		ids, _ := snapshot.Select(context.Background(), text, order)
		v.show(ids, v.making)
		return nil
	}
	return v.slot.Start(c, owner, func(ctx context.Context) ([]listing.RowID, error) {
		return snapshot.Select(ctx, text, order)
	})
}

// show is what was asked for.
func (v *view) show(ids []listing.RowID, made int) {
	v.direct, v.desc = v.plain(), v.order.Desc
	v.ids, v.made, v.lacks = ids, made, false
}

// take shows the answer of make.
func (v *view) take(msg tea.Msg) bool {
	ids, err, ok := v.slot.Take(msg)
	if !ok || err != nil {
		return ok
	}
	v.show(ids, v.making)
	v.lacks, v.late = v.late, false
	if len(v.since) > 0 {
		v.refresh(v.since)
		v.since = nil
	}
	return true
}

// change brings the rows shown up to date after touched rows came, changed or went. The rows of whole pages are not
// sorted in one by one: they wait until they are many, or the listing is complete.
func (v *view) change(c *kit.Context, owner kit.ID, touched []listing.RowID, complete bool) tea.Cmd {
	n, page := v.hi-v.lo, len(touched) >= pageRows/2 && v.order.By != listing.ByName
	switch {
	case v.plain():
		return nil
	case n <= atOnce:
		return v.make(c, owner)
	case v.slot.Busy():
		if v.late = v.late || page; !page {
			v.since = append(v.since, touched...)
		}
		v.ids = slices.DeleteFunc(slices.Clone(v.ids), func(id listing.RowID) bool { return !v.rows.Live(id) })
		return nil
	case page:
		v.lacks = true
	case len(touched) > 0:
		v.refresh(touched)
	}
	if v.lacks && (complete || n > v.made+v.made/4) {
		return v.make(c, owner)
	}
	return nil
}

func (v *view) refresh(touched []listing.RowID) {
	v.ids = v.rows.Refresh(v.ids, touched, v.lo, v.hi, v.text, v.order)
}
