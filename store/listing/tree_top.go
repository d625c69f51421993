package listing

import (
	"cmp"
	"slices"
	"strings"

	"spaces/store"
)

// TopRows is how many objects a Top keeps.
const TopRows = 1000

// Top keeps the first objects in an order, and as many again until it throws them out.
type Top struct {
	before  func(a, b *store.Entry) int
	entries []store.Entry
	sorted  int // of them, in order: the first ones
	lost    bool
}

func larger(a, b *store.Entry) int {
	return cmp.Or(cmp.Compare(b.Size, a.Size), strings.Compare(a.Key, b.Key))
}
func older(a, b *store.Entry) int {
	return cmp.Or(a.Modified.Compare(b.Modified), strings.Compare(a.Key, b.Key))
}

func (t *Top) add(e *store.Entry) {
	if e.Size == 0 && strings.HasSuffix(e.Key, "/") {
		return // the marker of a folder
	}
	if t.sorted == TopRows && t.before(e, &t.entries[TopRows-1]) > 0 {
		t.lost = true
		return
	}
	if t.entries = append(t.entries, e.Clone()); len(t.entries) >= 2*TopRows {
		t.sort()
	}
}

func (t *Top) sort() {
	slices.SortFunc(t.entries, func(a, b store.Entry) int { return t.before(&a, &b) })
	if len(t.entries) > TopRows {
		t.lost = true
		clear(t.entries[TopRows:])
		t.entries = t.entries[:TopRows]
	}
	t.sorted = len(t.entries)
}

// First are the first objects, in order: TopRows of them, or all there are. whole is false where more were left out.
func (t *Top) First() (entries []store.Entry, whole bool) {
	if t.sorted != len(t.entries) {
		t.sort()
	}
	return slices.Clone(t.entries), !t.lost
}

func (t *Top) drop(gone func(*store.Entry) bool) {
	t.entries = slices.DeleteFunc(t.entries, func(e store.Entry) bool { return gone(&e) })
	t.sorted = 0
	t.sort()
}
