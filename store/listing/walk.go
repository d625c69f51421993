package listing

import (
	"slices"
	"strings"

	"spaces/store"
)

// PageRows is how many rows are asked for at once: the most that ListObjectsV2 gives.
const PageRows = 1000

// walk lists what is below one prefix, page by page. It is the truth about the stretch it has passed.
type walk struct {
	prefix string
	next   string // where the next page begins
	last   string // the greatest key listed: up to it everything is known
	begun  bool   // a page came
	done   bool   // there are no more pages
	stale  bool   // what it has listed is not true any more
	err    error  // why the last page did not come

	found  *Found // it looks for objects at any depth; nil: it lists a folder
	looked int    // objects that were looked at
	ahead  *ahead // gives the pages of a search
}

// request is the next page.
func (w *walk) request(space string) store.ListRequest {
	r := store.ListRequest{Space: space, Prefix: w.prefix, Delimiter: "/", After: w.next, Max: PageRows}
	if w.found != nil {
		r.Delimiter = ""
	}
	return r
}

// mostPages are asked for at once where many are wanted. Their rows are megabytes until they are taken.
const mostPages = 16

// run is how many pages of so many rows to ask for where many are wanted: no more than there came, so that the first are shown at once.
func (w *walk) run(page int) int { return min(max(w.looked/page, 1), mostPages) }

// take puts a page into rows, with the changes made since it was asked for. It returns the rows that are new, changed or
// gone, and the page as it is with the changes.
func (w *walk) take(s *sheet, g gotten, since []Change) ([]RowID, store.Page) {
	page := g.Page
	if g.again {
		w.last, w.looked = "", 0
	}
	after := w.last
	w.begun, w.next, w.done, w.last = true, page.Next, !page.More, max(after, g.to)
	w.looked += g.looked
	if page.Entries = w.amend(page.Entries, after, since); len(page.Entries) > 0 && page.Entries[0].Key == folderOf(w.prefix) {
		page.Entries = page.Entries[1:] // the marker of the folder itself
	}
	return s.touch(s.rows.merge(w.prefix, after, g.to, page)), page
}

// amend makes changes in the entries of the page that went on after a key.
func (w *walk) amend(entries []store.Entry, after string, changes []Change) []store.Entry {
	if len(changes) == 0 {
		return entries
	}
	entries = slices.Clone(entries)
	for _, c := range changes {
		key := c.Entry.Key
		at, found := slices.BinarySearchFunc(entries, key, func(e store.Entry, key string) int { return strings.Compare(e.Key, key) })
		switch {
		case c.Removed && c.Entry.Folder:
			entries = slices.DeleteFunc(entries, func(e store.Entry) bool { return strings.HasPrefix(e.Key, key) })
		case c.Removed && found:
			entries = slices.Delete(entries, at, at+1)
		case c.Removed:
		case found:
			entries[at] = c.Entry
		case key > after && strings.HasPrefix(key, w.prefix) && (w.done || key <= w.last):
			entries = slices.Insert(entries, at, c.Entry)
		}
	}
	return entries
}

// covers says whether everything that begins with prefix, at this level, has been listed.
func (w *walk) covers(prefix string) bool {
	rest, below := strings.CutPrefix(prefix, w.prefix)
	if !below || strings.Contains(rest, "/") || !w.begun {
		return false
	}
	return w.done || w.last > prefix && !strings.HasPrefix(w.last, prefix)
}

// stretch gives the rows lo ≤ i < hi that begin with prefix, as far as they are listed.
func (w *walk) stretch(rows *Rows, prefix string) (lo, hi int) {
	lo, hi = rows.Find(prefix)
	if !w.done {
		end, found := rows.Search(w.last)
		if found {
			end++
		}
		if !w.begun {
			end = 0
		}
		hi = min(hi, end)
	}
	return min(lo, hi), hi
}

// refresh lists anew what an older walk has listed, in place.
type refresh struct {
	*walk
	old  *walk
	goal string // it ends behind this key
	told bool   // nobody asked for it: a job told that it is needed
}

// left is how many pages there are, as far as is known, until it has come far enough.
func (r *refresh) left(rows *Rows, page int) int {
	from, _ := rows.Search(r.last)
	to, _ := rows.Search(r.goal)
	return max(to-from, 0)/page + 1
}

// anew is a walk of the same that has not begun.
func (w *walk) anew(space string) *walk {
	n := &walk{prefix: w.prefix, found: w.found}
	if w.ahead != nil {
		n.ahead = newAhead(space, w.prefix, w.found)
	}
	return n
}

// relist begins to list anew what w has listed, and as far as anything is selected.
func (l *Listing) relist(w *walk, told bool) {
	goal, s := w.last, l.on()
	s.sel.each(func(id RowID) {
		if key := s.rows.Key(id); key > goal && strings.HasPrefix(key, w.prefix) {
			goal = key
		}
	})
	w.stale = false
	l.again = &refresh{walk: w.anew(l.space), old: w, goal: goal, told: told}
}

// refreshed ends a refresh that has come far enough.
func (l *Listing) refreshed() {
	a := l.again
	if !a.done && (a.old.done || a.last < a.goal) {
		return
	}
	stale, further := a.old.stale, a.last > a.old.last || a.done && !a.old.done // than it was listed before
	*a.old, l.again = *a.walk, nil
	a.old.stale = stale
	if a.old == l.source() {
		l.suit(further || l.view.lacks)
	}
}

// vanish ends a refresh that has found that the Space is gone, and with it all rows.
func (l *Listing) vanish(err error) {
	s, old := l.sheetOf(l.again.walk), l.again.old
	*old, l.again = *old.anew(l.space), nil
	old.err = err
	l.changed(s.touch(s.rows.Apply([]Change{{Entry: store.Entry{Key: l.prefix, Folder: true}, Removed: true}})))
}

// Refresh lists anew what is loaded, in place. What failed or was stopped goes on.
func (l *Listing) Refresh() {
	l.held, l.still = false, false
	if l.beyond {
		l.whole.stale = true // when it is shown again
	}
	w := l.source()
	switch {
	case w.found != nil && w.found.given:
		return
	case w.err != nil || !w.begun, w.found != nil && !w.done && !l.Full():
		l.More()
		return
	}
	l.relist(w, false)
	l.plan()
}

// More goes on listing, also after an error.
func (l *Listing) More() {
	w := l.source()
	w.err, l.still = nil, false
	l.ahead = !w.done
	l.plan()
}
