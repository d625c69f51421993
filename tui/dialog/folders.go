package dialog

import (
	tea "charm.land/bubbletea/v2"

	"spaces/store"
	"spaces/store/listing"
	"spaces/tui/kit"
)

// A folder may hold a million files and no folder. It is read until there are so many more folders than the cursor has
// come to; for each so many that were found, and each time that somebody asks to go on, so many pages are read at most.
const (
	enoughFolders = 200
	enoughPages   = 10
)

// folders are the rows of a listing that are folders, to walk over.
type folders struct {
	store *store.Store
	l     *listing.Listing
	feed  kit.Feed
	rows  []listing.RowID // that are folders, by name
	list  kit.List        // of rows, and where not everything is listed of one more
	pages int             // that came
	asked int             // how often it was asked to begin or go on
	there bool            // the folder was seen in a listing
	back  string          // the key that the cursor goes to: where one came from
}

// show begins to list the folder of a place. there says whether it is known to be there.
func (f *folders) show(c *kit.Context, owner kit.ID, p store.Place, there bool, back string) tea.Cmd {
	f.feed.Close()
	f.l, f.rows, f.list = listing.New(p), nil, kit.List{}
	f.pages, f.asked, f.there, f.back = 0, 1, there, back
	return f.drive(c, owner)
}

// drive has the listing go on as far as it should.
func (f *folders) drive(c *kit.Context, owner kit.ID) tea.Cmd {
	if f.lacks() && !f.spent() && f.l.Err() == nil {
		if _, under := f.l.Next(); !under {
			f.l.More()
		}
	}
	return f.feed.Drive(c, owner, f.store, f.l)
}

// lacks says whether more folders should be known than are.
func (f *folders) lacks() bool {
	return !f.l.Known() && len(f.rows) < f.list.Cursor+enoughFolders
}

// spent says whether so many pages came that nothing more is read unasked.
func (f *folders) spent() bool {
	return f.pages >= enoughPages*(f.asked+len(f.rows)/enoughFolders)
}

// take takes what came of a request.
func (f *folders) take(c *kit.Context, owner kit.ID, msg tea.Msg) (tea.Cmd, bool) {
	if _, ok := f.feed.Take(f.l, msg); !ok {
		return nil, false
	}
	f.pages++
	f.find()
	return f.drive(c, owner), true
}

// find picks the folders from what is listed.
func (f *folders) find() {
	all := f.l.Rows()
	f.rows = f.rows[:0]
	for i := range all.Len() {
		if id := all.ID(i); all.Folder(id) {
			f.rows = append(f.rows, id)
			if f.back != "" && all.Key(id) == f.back {
				f.back = ""
				f.list.Cursor = len(f.rows) - 1
			}
		}
	}
	n := len(f.rows)
	if f.tail() {
		n++
	}
	f.list.SetLen(n)
}

// tail says whether there may be more than the rows, behind them.
func (f *folders) tail() bool { return f.l.Begun() && !f.l.Known() && (len(f.rows) > 0 || f.spent()) }

// goOn reads on although enough pages came.
func (f *folders) goOn(c *kit.Context, owner kit.ID) tea.Cmd {
	if f.lacks() && f.spent() {
		f.asked++
	}
	f.l.More()
	return f.drive(c, owner)
}

// moved reads on when the cursor comes near the end of what is known.
func (f *folders) moved(c *kit.Context, owner kit.ID) tea.Cmd {
	f.back = ""
	return f.drive(c, owner)
}

// current is the folder under the cursor.
func (f *folders) current() (key string, ok bool) {
	if f.list.Cursor < len(f.rows) {
		return f.key(f.list.Cursor), true
	}
	return "", false
}

func (f *folders) key(i int) string { return f.l.Rows().Key(f.rows[i]) }

// empty says whether it is known that there is nothing in the folder.
func (f *folders) empty() bool { return f.l.Known() && f.l.Rows().Len() == 0 }

// busy says whether something is asked for.
func (f *folders) busy() bool { _, under := f.l.Next(); return under }

func (f *folders) close() { f.feed.Close() }
