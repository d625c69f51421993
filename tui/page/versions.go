package page

import (
	"context"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/listing"
	"spaces/tui/dialog"
	"spaces/tui/kit"
)

// versionsAhead is how many rows there are at least below the cursor before more are asked for.
const versionsAhead = 200

// versions is the Files tab with what is not current: the older versions and deleted files of a folder, or the folder as it
// was at a time. Only what is near the screen is asked for: a folder may have millions of versions.
type versions struct {
	id    kit.ID
	place store.Place
	store *store.Store
	at    time.Time // zero: all versions

	rows  []version       // as they are listed
	shown []int32         // of them, in the order of the screen
	group []store.Version // of the last key, which may go on
	next  string
	more  bool
	held  bool // nothing more is asked for until that is wanted
	top   bool // the cursor stays on the first row until all are sorted
	begun bool
	off   bool // this Space keeps no versions
	late  bool // the endpoint tells when versions were replaced, and not when they were written
	err   error
	want  string // the key that the cursor goes to
	order versionOrder
	only  versionFilter
	look  versionLook

	list   kit.List
	chosen map[dialog.VersionRow]bool
	slot   kit.Slot[versionsPage]
}

// version is a row.
type version struct {
	store.Version
	later bool // another version, or a marker, came after it
	gone  bool // the newest is a delete marker
}

func (v *version) row() dialog.VersionRow { return dialog.VersionRow{Key: v.Key, ID: v.ID} }

// versionsPage is what a request brings.
type versionsPage struct {
	store.VersionPage
	off, first bool
}

func newVersions(c *kit.Context, p store.Place, at time.Time) *versions {
	return &versions{id: c.NewID(), place: p, store: c.Store, at: at, want: p.Key, chosen: map[dialog.VersionRow]bool{}}
}

func (x *versions) ID() kit.ID { return x.id }

func (x *versions) Title() string {
	title := store.Printable(x.place.Space + "/" + x.place.Prefix)
	if x.at.IsZero() {
		return title + " (versions)"
	}
	return title + " (as it was)"
}

// Place is where the page is, with the cursor's row.
func (x *versions) Place() store.Place {
	p := x.place
	p.Key = ""
	if v, ok := x.under(); ok {
		p.Key = v.Key
	}
	return p
}

func (x *versions) Typing() bool { return x.only.typing }

func (x *versions) Close() {
	x.slot.Cancel()
	x.look.slot.Cancel()
}

// Init asks for the first rows.
func (x *versions) Init(c *kit.Context) tea.Cmd { return x.ask(c, "", true) }

// ask asks for a page; first that begins anew, and finds out whether there are versions at all.
func (x *versions) ask(c *kit.Context, after string, first bool) tea.Cmd {
	s, q := x.store, store.VersionsRequest{Space: x.place.Space, Prefix: x.place.Prefix + x.only.begins(), Delimiter: "/", After: after}
	known := x.begun && !x.off
	x.held = false
	work := func(ctx context.Context) (p versionsPage, err error) {
		p.first = first
		if first && !known {
			versioned, err := s.Versioned(ctx, q.Space)
			if p.off = !versioned; err != nil || p.off {
				return p, err
			}
		}
		p.VersionPage, err = s.Versions(ctx, q)
		return p, err
	}
	if first && x.only.typing { // the next letter may come
		return x.slot.StartAfter(c, x.id, listing.TypingRest, work)
	}
	return x.slot.Start(c, x.id, work)
}

// Update takes one message.
func (x *versions) Update(c *kit.Context, msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case kit.Answer:
		if p, err, ok := x.slot.Take(msg); ok {
			x.take(p, err)
		}
		x.look.take(msg)
	case kit.Return:
		if x.want = m.Place.Key; x.want == "" {
			return nil
		}
		x.goTo()
	case kit.Key, kit.Mouse:
		switch {
		case x.look.on:
			x.look.move(m, x.lookLines(c, c.Page), c.Page)
		case x.list.Update(c, msg) && x.list.Double():
			return x.open(c)
		}
	case tea.KeyPressMsg, tea.PasteMsg:
		if x.only.typing {
			return tea.Batch(x.typed(c, msg), x.ahead(c))
		}
	}
	return x.ahead(c)
}

// ahead asks for more when the end is near, and for all where the order is not that of the listing.
func (x *versions) ahead(c *kit.Context) tea.Cmd {
	if !x.more || x.held || x.err != nil || x.slot.Busy() || x.order.natural() && x.list.Cursor+versionsAhead < len(x.shown) {
		return nil
	}
	return x.ask(c, x.next, false)
}

func (x *versions) take(p versionsPage, err error) {
	if x.err = err; err != nil {
		return
	}
	if p.first {
		at, ok := x.under()
		if ok && x.want == "" {
			x.want = at.Key
		}
		x.rows, x.shown, x.group = nil, nil, nil
	}
	x.begun, x.off, x.next, x.more = true, p.off, p.Next, p.More
	for _, v := range p.Versions {
		if v.Key == x.place.Prefix && v.Key != "" {
			continue // the folder's own marker
		}
		if len(x.group) > 0 && x.group[0].Key != v.Key {
			x.flush()
		}
		x.group = append(x.group, v)
	}
	if !x.more {
		x.flush()
	}
	x.arrange()
	x.goTo()
}

// flush makes the rows of one key.
func (x *versions) flush() {
	list := x.group
	x.group = nil
	for i := 1; i < len(list); i++ { // the newest comes first
		x.late = x.late || list[i].Modified.After(list[i-1].Modified.Add(time.Second))
	}
	switch {
	case len(list) == 0:
	case list[0].Folder:
		x.rows = append(x.rows, version{Version: list[0]})
	case x.at.IsZero():
		for i, v := range list {
			x.rows = append(x.rows, version{v, i > 0, list[0].Marker})
		}
	default:
		if i := job.AsOf(list, x.at); i >= 0 && !list[i].Marker {
			x.rows = append(x.rows, version{list[i], i > 0, list[0].Marker})
		}
	}
}

// goTo puts the cursor on the key that is wanted, if it is there.
func (x *versions) goTo() {
	for i, n := range x.shown {
		if x.want != "" && x.rows[n].Key == x.want {
			x.list.MoveTo(i)
			x.want = ""
			return
		}
	}
}

func (x *versions) under() (*version, bool) {
	if i := x.list.Cursor; i < len(x.shown) {
		return &x.rows[x.shown[i]], true
	}
	return nil, false
}

// Effects lists again what jobs changed in the folder.
func (x *versions) Effects(c *kit.Context, effects []job.Effect) tea.Cmd {
	for _, e := range effects {
		in := strings.HasPrefix(e.Ref.Key, x.place.Prefix) || strings.HasPrefix(x.place.Prefix, e.Ref.Key)
		if e.Conn == x.store.Conn() && e.Ref.Space == x.place.Space && in {
			clear(x.chosen)
			return x.Init(c)
		}
	}
	return nil
}

// marked are the rows that an action is about: those chosen, else the one under the cursor.
func (x *versions) marked() (list []*version) {
	for i := range x.rows {
		if x.chosen[x.rows[i].row()] {
			list = append(list, &x.rows[i])
		}
	}
	if v, ok := x.under(); ok && len(list) == 0 {
		list = append(list, v)
	}
	return list
}
