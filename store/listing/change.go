package listing

import (
	"slices"
	"strings"

	"spaces/store"
)

// Change is one row that came, changed or went. A folder that went takes with it all rows below it.
type Change struct {
	Entry   store.Entry
	Removed bool
}

// Append takes the next page of a listing: its rows come after all that are there. Rows that are there already are
// brought up to date, and a page out of order is put in order.
func (r *Rows) Append(p store.Page) []RowID {
	if made, ok := r.extend(p.Entries); ok {
		return made
	}
	changes := make([]Change, len(p.Entries))
	for i, e := range p.Entries {
		changes[i] = Change{Entry: e}
	}
	return r.Apply(changes)
}

// extend is the usual case of Append: all rows come after those that are there, in order. Else ok is false, and nothing is done.
func (r *Rows) extend(entries []store.Entry) (made []RowID, ok bool) {
	last := ""
	if n := len(r.order); n > 0 {
		last = r.Name(r.order[n-1])
	}
	for i := range entries {
		name, below := strings.CutPrefix(entries[i].Key, r.base)
		if !below || name <= last {
			return nil, false
		}
		last = name
	}
	made = make([]RowID, 0, len(entries))
	for i := range entries {
		if id, ok := r.make(entries[i]); ok {
			made = append(made, id)
		}
	}
	r.order = append(r.order, made...) // a Snapshot does not see them
	return made, true
}

// Merge takes the page that the endpoint listed below prefix after the key after ("": from the start). It is the truth
// about its stretch: rows there that it does not have are removed. It returns the rows that are new, changed or gone.
func (r *Rows) Merge(prefix, after string, p store.Page) []RowID {
	to := ""
	if n := len(p.Entries); n > 0 {
		to = p.Entries[n-1].Key
	}
	return r.merge(prefix, after, to, p)
}

// merge is Merge of a page that was changed since: it was to end with the key to.
func (r *Rows) merge(prefix, after, to string, p store.Page) []RowID {
	lo, hi := r.stretch(prefix, after, to, p.More)
	old := slices.Clone(r.order[lo:hi])
	touched := r.Append(p)
	if len(old) == 0 {
		return touched
	}
	listed := make(map[RowID]bool, len(old))
	for _, e := range p.Entries {
		if i, found := r.Search(e.Key); found {
			listed[r.order[i]] = true
		}
	}
	var gone []Change
	for _, id := range old {
		if !listed[id] {
			gone = append(gone, Change{Entry: store.Entry{Key: r.Key(id)}, Removed: true})
		}
	}
	return append(touched, r.Apply(gone)...)
}

// those are the rows of a page.
func (r *Rows) those(p store.Page) []RowID {
	ids := make([]RowID, 0, len(p.Entries))
	for _, e := range p.Entries {
		if i, found := r.Search(e.Key); found {
			ids = append(ids, r.order[i])
		}
	}
	return ids
}

// stretch is the part of the order that a page speaks of.
func (r *Rows) stretch(prefix, after, to string, more bool) (lo, hi int) {
	lo, hi = r.Find(prefix)
	if after > prefix {
		i, found := r.Search(after)
		if found {
			i++
		}
		lo = max(lo, i)
	}
	if more && to != "" {
		i, found := r.Search(to)
		if found {
			i++
		}
		hi = min(hi, i)
	} else if more {
		hi = lo
	}
	return lo, max(lo, hi)
}

// Upsert adds a row or brings it up to date.
func (r *Rows) Upsert(e store.Entry) { r.Apply([]Change{{Entry: e}}) }

// Remove takes out one row.
func (r *Rows) Remove(key string) { r.Apply([]Change{{Entry: store.Entry{Key: key}, Removed: true}}) }

// RemoveUnder takes out all rows whose keys begin with prefix.
func (r *Rows) RemoveUnder(prefix string) {
	r.Apply([]Change{{Entry: store.Entry{Key: prefix, Folder: true}, Removed: true}})
}

// Apply makes the changes as if one after the other; the order is written at most once for each removed folder. It
// returns the rows that are new, changed or gone, each maybe more than once.
func (r *Rows) Apply(changes []Change) (touched []RowID) {
	for len(changes) > 0 {
		n := slices.IndexFunc(changes, func(c Change) bool { return c.Removed && c.Entry.Folder })
		if n < 0 {
			n = len(changes)
		}
		touched = append(touched, r.apply(changes[:n])...)
		if n == len(changes) {
			break
		}
		touched = append(touched, r.drop(r.Find(changes[n].Entry.Key))...)
		changes = changes[n+1:]
	}
	return touched
}

// drop removes the rows lo ≤ i < hi.
func (r *Rows) drop(lo, hi int) []RowID {
	if lo == hi {
		return nil
	}
	gone := slices.Clone(r.order[lo:hi])
	for _, id := range gone {
		r.write(id).flags[id%blockRows] |= dead
	}
	r.splice([]edit{{at: lo, remove: hi - lo}})
	return gone
}

// apply makes changes of single rows.
func (r *Rows) apply(changes []Change) []RowID {
	if !slices.IsSortedFunc(changes, byKey) {
		changes = slices.Clone(changes)
		slices.SortStableFunc(changes, byKey)
	}
	touched := make([]RowID, 0, len(changes))
	var edits []edit
	for i, c := range changes {
		if i+1 < len(changes) && changes[i+1].Entry.Key == c.Entry.Key {
			continue // the last one counts
		}
		at, found := r.place(c.Entry.Key)
		switch {
		case found && c.Removed:
			id := r.order[at]
			r.write(id).flags[id%blockRows] |= dead
			edits, touched = append(edits, edit{at: at, remove: 1}), append(touched, id)
		case found:
			if id := r.order[at]; r.differs(id, c.Entry) {
				r.write(id).set(id%blockRows, c.Entry)
				touched = append(touched, id)
			}
		case !c.Removed:
			if id, ok := r.make(c.Entry); ok {
				edits, touched = append(edits, edit{at: at, id: id, insert: true}), append(touched, id)
			}
		}
	}
	r.splice(edits)
	return touched
}

// place is Search with the usual case first: the key of a next page comes after all that are there.
func (r *Rows) place(key string) (int, bool) {
	if n := len(r.order); n > 0 && strings.HasPrefix(key, r.base) && r.Name(r.order[n-1]) < key[len(r.base):] {
		return n, false
	}
	return r.Search(key)
}

func byKey(a, b Change) int { return strings.Compare(a.Entry.Key, b.Entry.Key) }

func (r *Rows) differs(id RowID, e store.Entry) bool {
	b, i := r.blocks[id/blockRows], id%blockRows
	return b.size[i] != e.Size || b.date[i] != seconds(e.Modified) || (b.flags[i]&folder != 0) != e.Folder
}

// edit is one place where the order changes.
type edit struct {
	at, remove int
	id         RowID
	insert     bool
}

// splice makes all edits, sorted by place, in one pass.
func (r *Rows) splice(edits []edit) {
	if len(edits) == 0 {
		return
	}
	if e := edits[0]; e.at == len(r.order) { // all are appended: a Snapshot does not see them
		for _, e := range edits {
			r.order = append(r.order, e.id)
		}
		return
	} else if len(edits) == 1 && !r.shared {
		if e.insert {
			r.order = slices.Insert(r.order, e.at, e.id)
		} else {
			r.order = slices.Delete(r.order, e.at, e.at+e.remove)
		}
		return
	}
	old := r.order
	order, from := make([]RowID, 0, len(old)+len(edits)), 0
	for _, e := range edits {
		order = append(order, old[from:e.at]...)
		from = e.at + e.remove
		if e.insert {
			order = append(order, e.id)
		}
	}
	r.order, r.shared = append(order, old[from:]...), false
}
