package listing

import (
	"slices"
	"strings"

	"spaces/store"
)

// MostFound is how many rows a search shows: about 15 MB with names of 50 bytes.
const MostFound = 200_000

// Found is what a Listing shows in the place of a folder: objects at any depth below it.
type Found struct {
	base  string
	match func(name string, e *store.Entry) bool
	most  int
	given bool // they are not listed, but given
}

// Search returns a listing of what a query finds below the folder of a place. It goes on by itself to the end, or until
// MostFound rows are found.
func Search(p store.Place, q *Query) *Listing {
	return newFound(p, &Found{base: p.Prefix, match: q.Match, most: MostFound}, q.Prefix)
}

// Those returns a listing of objects below the folder of a place that are known already: see Give.
func Those(p store.Place) *Listing {
	l := newFound(p, &Found{base: p.Prefix, match: func(string, *store.Entry) bool { return true }, most: MostFound, given: true}, "")
	l.whole.begun, l.whole.done = true, true
	l.plan()
	return l
}

func newFound(p store.Place, f *Found, prefix string) *Listing {
	l := New(p)
	l.whole.found, l.whole.prefix = f, p.Prefix+prefix
	if !f.given {
		l.whole.ahead = newAhead(p.Space, l.whole.prefix, f)
	}
	l.plan()
	return l
}

// Give replaces the rows of Those. Rows that stay are the same, selected or not.
func (l *Listing) Give(entries []store.Entry) {
	entries = slices.Clone(entries)
	slices.SortFunc(entries, func(a, b store.Entry) int { return strings.Compare(a.Key, b.Key) })
	l.changed(l.base.touch(l.base.rows.Merge(l.prefix, "", store.Page{Entries: entries})))
}

// IsFound says whether the rows are objects at any depth below the folder, and not what is in it.
func (l *Listing) IsFound() bool { return l.whole.found != nil }

// Looked is how many objects a search has looked at.
func (l *Listing) Looked() int {
	if l.again != nil && l.again.found != nil {
		return l.again.looked
	}
	return l.whole.looked
}

// Full says whether a search has found as much as it shows, and looks no further.
func (l *Listing) Full() bool {
	return l.whole.found != nil && !l.whole.found.given && l.base.rows.Len() >= l.whole.found.most
}

// among are those of some objects that are looked for. Where they are few, they keep no memory of the others.
func (f *Found) among(entries []store.Entry) []store.Entry {
	if f == nil {
		return entries
	}
	found := entries[:0]
	for i := range entries {
		if e := &entries[i]; f.match(strings.TrimPrefix(e.Key, f.base), e) {
			found = append(found, *e)
		}
	}
	clear(entries[len(found):])
	if len(found) > len(entries)/4 {
		return found
	}
	found = slices.Clone(found)
	for i := range found {
		found[i] = found[i].Clone()
	}
	return found
}
