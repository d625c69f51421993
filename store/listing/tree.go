package listing

import (
	"slices"
	"strings"

	"spaces/store"
)

// mostFolders are kept apart in a Tree: about 30 MB. What is further down than those counts for the folder around it.
const mostFolders = 200_000

// Count is how much there is.
type Count struct{ Objects, Bytes, Markers int64 }

func (c *Count) add(n Count) {
	c.Objects, c.Bytes, c.Markers = c.Objects+n.Objects, c.Bytes+n.Bytes, c.Markers+n.Markers
}

// IsNone says whether there is nothing.
func (c Count) IsNone() bool { return c == Count{} }

// Folder is what a Tree has counted below a folder.
type Folder struct {
	Name string // with its slash, without those around it; "" of what is counted from
	Count
	Here Count // of it, right in the folder
	Rest Count // of it, in folders that are not kept apart

	up   *Folder
	subs []*Folder // by name
}

// Subs are the folders in it, by name. They must not be changed.
func (f *Folder) Subs() []*Folder { return f.subs }

// Tree counts what is below a folder, by folder, from listings that it is given page by page, in any order. It keeps neither
// names nor sizes of objects, but for a few: the largest, the oldest, and what may be there twice. It is owned by one
// goroutine.
type Tree struct {
	Largest, Oldest Top
	Twice           Twins

	spread *Spread

	space, base string
	root        *Folder
	dir         string  // of the object counted last, below base
	at          *Folder // it, or the nearest that is kept
	exact       bool    // it is that itself
	folders     int
	most        int

	doubt bool
}

// NewTree counts the folder of a place.
func NewTree(space, base string) *Tree {
	t := &Tree{space: space, base: base, root: &Folder{}, most: mostFolders, Largest: Top{before: larger}, Oldest: Top{before: older},
		Twice: Twins{most: mostTwins}, spread: NewSpread(space, base, "")}
	t.at, t.exact = t.root, true
	return t
}

// Round is what is to be counted next.
func (t *Tree) Round() Round { return t.spread.Round() }

// Take counts what a Round has brought.
func (t *Tree) Take(a Answers) {
	parts, again := t.spread.Take(a)
	if again {
		t.empty()
	}
	for _, p := range parts {
		for i := range p.Entries {
			t.add(&p.Entries[i])
		}
	}
}

// Done says whether all is counted.
func (t *Tree) Done() bool { return t.spread.Done() }

// Doubt says whether what was counted has changed in a way that was not told.
func (t *Tree) Doubt() bool { return t.doubt }

// Whole says whether all of a folder is counted.
func (t *Tree) Whole(key string) bool { return t.spread.Whole(key) }

// Base is the folder that is counted.
func (t *Tree) Base() string { return t.base }

func (t *Tree) add(e *store.Entry) {
	t.put(e.Key, Count{Objects: 1, Bytes: e.Size})
	t.Largest.add(e)
	t.Oldest.add(e)
	t.Twice.add(e)
}

// put counts what there is of a key.
func (t *Tree) put(key string, n Count) {
	if dir := folderOf(strings.TrimPrefix(key, t.base)); dir != t.dir {
		t.at, t.dir = t.walk(dir, true), dir
		t.exact = t.key(t.at) == t.base+dir
	}
	if t.exact {
		t.at.Here.add(n)
	} else {
		t.at.Rest.add(n)
	}
	t.at.count(n)
}

// count adds to a folder and all around it.
func (f *Folder) count(n Count) {
	for ; f != nil; f = f.up {
		f.add(n)
	}
}

// walk goes to a folder below the base, or as near as it is kept; with make it is kept from then on, where there is room.
func (t *Tree) walk(dir string, make bool) *Folder {
	f := t.root
	for dir != "" {
		slash := strings.IndexByte(dir, '/') + 1
		at, found := f.search(dir[:slash])
		switch {
		case found:
		case !make || t.folders >= t.most:
			return f
		default:
			sub := &Folder{Name: strings.Clone(dir[:slash]), up: f}
			f.subs = slices.Insert(f.subs, at, sub)
			t.folders++
		}
		f, dir = f.subs[at], dir[slash:]
	}
	return f
}

func (f *Folder) search(name string) (at int, found bool) {
	if n := len(f.subs); n > 0 && f.subs[n-1].Name < name { // the usual case: keys come in order
		return n, false
	}
	return slices.BinarySearchFunc(f.subs, name, func(f *Folder, name string) int { return strings.Compare(f.Name, name) })
}

// Find gives a folder by its whole key; the nearest around it where it is not kept, or not there.
func (t *Tree) Find(key string) (f *Folder, exact bool) {
	dir, below := strings.CutPrefix(key, t.base)
	if !below || dir != "" && !strings.HasSuffix(dir, "/") {
		return t.root, false
	}
	f = t.walk(dir, false)
	return f, t.key(f) == key
}

// key is the whole key of a folder.
func (t *Tree) key(f *Folder) string {
	name := ""
	for ; f.up != nil; f = f.up {
		name = f.Name + name
	}
	return t.base + name
}
