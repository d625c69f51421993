package page

import (
	"cmp"
	"slices"
	"strings"

	"spaces/store/listing"
)

// tallyOrder of folders.
type tallyOrder int

const (
	tallyBySize tallyOrder = iota
	tallyByCount
	tallyByName
)

// tallyRow is a folder, or what is right in the one that is shown, or what is not kept apart in it.
type tallyRow struct {
	listing.Count
	name string // of a folder, with its slash; else what it is
	key  string // of a folder; "" for the others
}

// makeRows are those of the folder shown.
func (u *tally) makeRows() {
	f, exact := u.tree.Find(u.at)
	if u.view == older && u.past.count != nil {
		f, exact = u.past.count.Find(u.at)
	}
	if u.view == older && u.past.count == nil || !exact && u.at != u.tree.Base() {
		f = &listing.Folder{}
	}
	u.rows = slices.Grow(u.rows[:0], len(f.Subs())+2)
	for _, s := range f.Subs() {
		u.rows = append(u.rows, tallyRow{s.Count, s.Name, u.at + s.Name})
	}
	if !f.Rest.IsNone() {
		u.rows = append(u.rows, tallyRow{Count: f.Rest, name: othersName})
	}
	if !f.Here.IsNone() {
		u.rows = append(u.rows, tallyRow{Count: f.Here, name: hereName})
	}
	slices.SortStableFunc(u.rows, u.compare)
	u.all, u.most = 0, 0
	for i := range u.rows {
		n := u.weight(&u.rows[i].Count)
		u.all, u.most = u.all+n, max(u.most, n)
	}
	u.settle(len(u.rows), func(i int) string { return u.rows[i].id() })
}

const (
	hereName   = "files right here"
	othersName = "other folders, not kept apart"
)

// id tells a row from the others of its folder.
func (r *tallyRow) id() string { return cmp.Or(r.key, r.name) }

func (u *tally) compare(a, b tallyRow) int {
	size, count, name := cmp.Compare(b.Bytes, a.Bytes), cmp.Compare(b.Objects+b.Markers, a.Objects+a.Markers), strings.Compare(a.name, b.name)
	switch u.order {
	case tallyByCount:
		return cmp.Or(count, size, name)
	case tallyByName:
		return name
	}
	return cmp.Or(size, count, name)
}

// settle puts the cursor back on its row among n.
func (u *tally) settle(n int, id func(int) string) {
	u.list.SetLen(n)
	for i := range n {
		if id(i) == u.want {
			u.list.MoveTo(i)
			return
		}
	}
	u.remember()
}

// remember has the cursor stay on the row that it is on.
func (u *tally) remember() {
	u.want = ""
	switch i := u.list.Cursor; {
	case u.byDir() && i < len(u.rows):
		u.want = u.rows[i].id()
	case u.view == twice && i < len(u.twins):
		u.want = u.twins[i].Entries[0].Key
	}
}

// under is the row under the cursor, where folders are shown.
func (u *tally) under() (tallyRow, bool) {
	if !u.byDir() || u.list.Cursor >= len(u.rows) {
		return tallyRow{}, false
	}
	return u.rows[u.list.Cursor], true
}
