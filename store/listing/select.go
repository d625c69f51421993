package listing

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"

	"spaces/store"
)

// Order of rows. But for ByKey, folders come first, and by name where they have nothing else.
type Order struct {
	By   SortBy
	Desc bool // means nothing to ByKey
}

// SortBy is what rows are ordered by. Rows that are equal in it are ordered by name.
type SortBy uint8

// Orders.
const (
	ByKey SortBy = iota // as endpoints list: byte order of the keys, folders among the files
	ByName
	BySize
	ByDate
)

// Natural says whether the order is that of the listing itself.
func (o Order) Natural() bool { return o.By == ByKey }

// Snapshot is a stretch of rows at one moment, to be read by another goroutine.
type Snapshot struct {
	table
	order []RowID
}

// Snapshot of the rows lo ≤ i < hi. It costs one copy of the order when rows in the middle of it come or go afterwards.
func (r *Rows) Snapshot(lo, hi int) *Snapshot {
	r.shared = true
	r.snapshot++
	t := r.table
	t.blocks, t.chunks = slices.Clone(t.blocks), slices.Clone(t.chunks)
	return &Snapshot{table: t, order: r.order[lo:hi:hi]}
}

// Select gives the rows whose names contain text (see store.Containing), in order. It ends early with ctx's error.
func (s *Snapshot) Select(ctx context.Context, text string, o Order) ([]RowID, error) {
	ids := make([]RowID, 0, len(s.order))
	match := store.Containing(text)
	for i, id := range s.order {
		if i%(1<<14) == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if match(s.Name(id)) {
			ids = append(ids, id)
		}
	}
	s.sort(ids, o)
	return slices.Clip(ids), ctx.Err()
}

// sort puts ids, which are ordered by name, in another order.
func (t *table) sort(ids []RowID, o Order) {
	switch o.By {
	case ByKey:
		return
	case ByName:
		if o.Desc {
			slices.Reverse(ids)
		}
		t.foldersFirst(ids)
		return
	}
	type item struct {
		key int64
		at  uint32
	}
	items := make([]item, len(ids))
	for i, id := range ids {
		items[i] = item{t.sortKey(id, o), uint32(i)}
	}
	slices.SortFunc(items, func(a, b item) int {
		if a.key != b.key {
			return cmp.Compare(a.key, b.key)
		}
		return cmp.Compare(a.at, b.at)
	})
	sorted := make([]RowID, len(ids))
	for i, it := range items {
		sorted[i] = ids[it.at]
	}
	copy(ids, sorted)
}

// foldersFirst keeps the order of folders and that of files.
func (t *table) foldersFirst(ids []RowID) {
	var files []RowID
	n := 0
	for _, id := range ids {
		if t.Folder(id) {
			ids[n] = id
			n++
		} else {
			files = append(files, id)
		}
	}
	copy(ids[n:], files)
}

func (t *table) sortKey(id RowID, o Order) int64 {
	b, i := t.blocks[id/blockRows], id%blockRows
	key := b.size[i]
	switch {
	case o.By == ByKey:
		return 0
	case b.flags[i]&folder != 0:
		return math.MinInt64
	case o.By == ByName:
		return 0
	case o.By == ByDate:
		key = int64(b.date[i])
	}
	if o.Desc {
		return -key
	}
	return key
}

// Compare orders two rows.
func (t *table) Compare(a, b RowID, o Order) int {
	if c := cmp.Compare(t.sortKey(a, o), t.sortKey(b, o)); c != 0 {
		return c
	}
	if o.By == ByName && o.Desc {
		a, b = b, a
	}
	return strings.Compare(t.Name(a), t.Name(b))
}

// Refresh brings ids, an earlier result of Select, up to date: of the touched rows those that are still there, lie in
// lo ≤ i < hi and match are put where they belong, the others are taken out. It returns a new slice.
func (r *Rows) Refresh(ids, touched []RowID, lo, hi int, text string, o Order) []RowID {
	changed := make([]uint64, r.rows/64+1)
	var come []RowID
	match := store.Containing(text)
	for _, id := range touched {
		if changed[id/64]&(1<<(id%64)) != 0 {
			continue
		}
		changed[id/64] |= 1 << (id % 64)
		if i, there := r.Position(id); there && i >= lo && i < hi && match(r.Name(id)) {
			come = append(come, id)
		}
	}
	kept := make([]RowID, 0, len(ids)+len(come))
	for _, id := range ids {
		if changed[id/64]&(1<<(id%64)) == 0 {
			kept = append(kept, id)
		}
	}
	return r.sortIn(kept, come, o)
}

// sortIn puts come where they belong in ids, which are in order.
func (r *Rows) sortIn(ids, come []RowID, o Order) []RowID {
	if len(come) == 0 {
		return ids
	}
	compare := func(a, b RowID) int { return r.Compare(a, b, o) }
	slices.SortFunc(come, compare)
	out, from := make([]RowID, 0, len(ids)+len(come)), 0
	for _, id := range come {
		at, _ := slices.BinarySearchFunc(ids[from:], id, compare)
		out = append(append(out, ids[from:from+at]...), id)
		from += at
	}
	return append(out, ids[from:]...)
}
