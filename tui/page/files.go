package page

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store"
	"spaces/store/job"
	"spaces/store/listing"
	"spaces/tui/kit"
)

// files is the Files tab of a Space: it shows the listing of one folder, and gives it what it needs.
type files struct {
	id    kit.ID
	c     *kit.Context // of the panel: what is asked without one needs it
	place store.Place
	store *store.Store
	board *kit.Board
	l     *listing.Listing
	feed  kit.Feed

	list  kit.List
	under listing.RowID // under the cursor when the list was last moved
	onRow bool          // there was one

	size    kit.Size // the page's room, as of the last message
	halved  bool     // in a pane, beside another page
	filter  filter
	find    *find  // nil: it shows a folder, or what is over it
	over    *tally // whose objects it shows, nil: it is a page of its own
	inline  inline
	pane    inspector
	rename  kit.Slot[struct{}]
	reader  kit.Slot[reader]
	readers accessColumn
	again   kit.Slot[made]
	marks   *marks // of a comparison with the other pane; nil: there are none
	past    past
	mend    mender
}

func newFiles(c *kit.Context, p store.Place) *files {
	f := &files{id: c.NewID(), c: c, place: p, store: c.Store, board: &c.Board, mend: newMender(c, p.Conn)}
	p.Conn = f.store.Conn()
	f.l = listing.New(p)
	if c.Jobs != nil {
		f.l.Turns(c.Jobs.Turn)
	}
	f.pane = inspector{store: f.store, page: f.id, wide: true}
	return f
}

func (f *files) ID() kit.ID { return f.id }

// Place is where the page is, with the cursor's row.
func (f *files) Place() store.Place {
	p := f.l.Place()
	p.Conn, p.Tab = f.place.Conn, f.place.Tab
	return p
}

// Store is that of the connection as it is configured now.
func (f *files) Store() *store.Store { return f.store }

// halve has the page say in its frame where it is, and leave the room beside it alone.
func (f *files) halve(is bool) { f.halved = is }

// tab is what the frame is called.
func (f *files) tab() string {
	switch {
	case f.over != nil:
		return f.over.tab()
	case !f.halved:
		return "" // all tabs are named
	}
	where := store.Printable(f.store.Name()) + " ▸ " + f.Title()
	return strings.TrimRight(kit.FitLeft(where, min(kit.Width(where), max(f.size.W-6, 1))), " ")
}

func (f *files) Title() string { return store.Printable(f.place.Space + "/" + f.place.Prefix) }

func (f *files) Init(c *kit.Context) tea.Cmd { return f.drive(c) }

func (f *files) Typing() bool { return f.filter.typing || f.inline.on() || f.find.isTyping() }

func (f *files) Close() {
	f.feed.Close()
	f.pane.stop()
	f.inline.slot.Cancel()
	f.rename.Cancel()
	f.reader.Cancel()
	f.readers.stop()
	f.again.Cancel()
	f.past.slot.Cancel()
	f.mend.close()
}

// Update takes one message.
func (f *files) Update(c *kit.Context, msg tea.Msg) tea.Cmd {
	f.size = c.Page
	cmd := f.update(c, msg)
	return tea.Batch(cmd, f.drive(c))
}

func (f *files) update(c *kit.Context, msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case kit.Answer:
		return f.answer(c, m)
	case kit.Key:
		f.filter.going = false
		f.key(c, m)
	case kit.Mouse:
		return f.mouse(c, m)
	case kit.Return:
		f.returned(m.Place)
		return f.mend.returned(c, f.id)
	case tea.KeyPressMsg, tea.PasteMsg:
		switch {
		case f.inline.on():
			return f.typeName(c, msg)
		case f.find.isTyping():
			return f.typeQuery(c, msg)
		case f.filter.typing:
			return f.typeFilter(c, msg)
		}
		if paste, ok := msg.(tea.PasteMsg); ok {
			f.pasted(c, paste.Content)
		}
	}
	return nil
}

// answer takes what a request brought.
func (f *files) answer(c *kit.Context, msg kit.Answer) tea.Cmd {
	if err, ok := f.feed.Take(f.l, msg); ok {
		if err != nil {
			c.Notify(kit.Bad, "Could not refresh: "+reason(err))
		}
		return f.goOn(c)
	}
	if s, ok := f.mend.take(c, msg); ok {
		if s != nil {
			f.store, f.pane.store = s, s
			f.l.Refresh()
		}
		return nil
	}
	if f.pane.take(c, msg) {
		return nil
	}
	if cmd, ok := f.tookPast(c, msg); ok {
		return cmd
	}
	if cmd, ok := f.rested(c, msg); ok {
		return cmd
	}
	if cmd, ok := f.tookAccess(c, msg); ok {
		return cmd
	}
	if r, err, ok := f.reader.Take(msg); ok {
		if err == nil {
			f.offerCopy(c, r)
		}
		return nil
	}
	if cmd, ok := f.sharedAgain(c, msg); ok {
		return cmd
	}
	return f.named(c, msg)
}

// Effects applies what jobs changed. What they told too little of is listed again when the page is in front.
func (f *files) Effects(c *kit.Context, effects []job.Effect) tea.Cmd {
	f.l.Show(c.IsFront(f.id))
	f.l.Apply(f.shown(effects))
	f.lookAgain(effects)
	f.readers.forget(f.store.Conn(), f.place.Space, effects)
	return f.drive(c)
}

// shown are the effects without those in the trash, where that is not shown: see store.ListShown.
func (f *files) shown(effects []job.Effect) []job.Effect {
	if !f.store.Trashes() || f.l.Dir() != "" {
		return effects
	}
	return slices.DeleteFunc(slices.Clone(effects), func(e job.Effect) bool { return store.InTrash(e.Ref.Key) })
}

// Finished implements kit.Chooser.
func (f *files) Finished(list []job.Finished) { f.l.Finished(list) }

// drive does what the listing needs done after whatever happened to it, and moves the list along with it.
func (f *files) drive(c *kit.Context) tea.Cmd {
	f.size = c.Page
	f.follow()
	return tea.Batch(f.feed.Drive(c, f.id, f.store, f.l), f.look(c), f.askAccess(c))
}

// follow moves the list to where the listing's cursor is; a row that is still under it stays on its line of the screen.
func (f *files) follow() {
	id, ok := f.l.Under()
	at := f.l.Cursor()
	if ok && f.onRow && id == f.under {
		f.list.Offset = max(f.list.Offset+at-f.list.Cursor, 0)
	}
	f.under, f.onRow, f.list.Cursor = id, ok, at
	n := f.l.Len()
	if f.l.HasTail() {
		n++
	}
	f.list.SetLen(n)
	_, to := f.list.Visible()
	f.l.See(to)
}

// does is an action of the page: whatever it does, the listing gets what it needs then.
func (f *files) does(what func(*kit.Context) tea.Cmd) func(*kit.Context) tea.Cmd {
	return func(c *kit.Context) tea.Cmd {
		cmd := what(c)
		return tea.Batch(cmd, f.drive(c))
	}
}

// plain is does for what needs nothing from outside.
func (f *files) plain(what func()) func(*kit.Context) tea.Cmd {
	return f.does(func(*kit.Context) tea.Cmd { what(); return nil })
}

// key is a key that is bound to no action of the page: movement.
func (f *files) key(c *kit.Context, k kit.Key) {
	switch {
	case f.pane.full && f.scrolls(c, k.Action):
	case !f.list.Update(c, k):
	case k.Action == keys.Bottom:
		f.l.FollowEnd()
	default:
		f.l.MoveTo(f.list.Cursor)
	}
}

func (f *files) mouse(c *kit.Context, m kit.Mouse) tea.Cmd {
	if !f.Typing() && !f.pane.full && !f.halved && turned(c, m, f.place) {
		return nil
	}
	inPane := f.pane.full || f.inspected() && m.X > f.size.W-f.paneWidth(f.size.W)-2
	if f.Typing() || inPane && f.wheels(c, m) || f.pane.full || !f.list.Update(c, m) {
		return nil
	}
	f.l.MoveTo(f.list.Cursor)
	if f.list.Double() {
		return f.open(c)
	}
	return nil
}

// returned is called when the page is shown again.
func (f *files) returned(p store.Place) {
	f.l.Show(true)
	if p.Key != "" {
		f.l.GoTo(p.Key)
	}
	f.pane.stop() // what was known of it may be old
	f.past.off = false
}
