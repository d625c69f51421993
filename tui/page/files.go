package page

import (
	tea "charm.land/bubbletea/v2"

	"spaces/store"
	"spaces/store/listing"
	"spaces/tui/kit"
)

// files is the Files tab of a Space: one folder.
type files struct {
	id    kit.ID
	place kit.Place

	base  sheet // this folder
	deep  sheet // what a filter with a "/" in it found further down
	whole walk  // lists this folder
	found walk  // lists what the begins-with filter asks for, where whole has not been
	again walk  // lists anew what source lists, to refresh it

	list   kit.List
	view   view
	cursor listing.RowID // the row under the cursor, kept whatever moves around it
	onRow  bool          // there is one
	want   string        // the key that the cursor goes to when it is listed
	expect string        // the key that the cursor goes to when a job has made it
	chase  bool          // the cursor stays at the end while the rest is listed
	held   bool          // the rest is not listed until it is asked for

	width  int // of the last drawing
	reach  reach
	filter filter
	inline inline
	pane   inspector
	empty  recheck
	rename kit.Slot[struct{}]
}

// sheet is rows with those that are selected among them.
type sheet struct {
	rows *listing.Rows
	sel  selection
}

func newFiles(c *kit.Context, p kit.Place) *files {
	f := &files{id: c.NewID(), place: p, want: p.Key}
	f.base.rows = listing.NewRows(p.Prefix)
	f.deep.rows = listing.NewRows(p.Prefix)
	f.whole.prefix = p.Prefix
	f.view.rows, f.view.direct = f.base.rows, true
	f.pane.wide = true
	return f
}

func (f *files) ID() kit.ID { return f.id }

// Place is where the page is, with the cursor's row.
func (f *files) Place() kit.Place {
	p := kit.Place{Space: f.place.Space, Prefix: f.place.Prefix}
	if id, ok := f.under(); ok {
		p.Key = f.view.rows.Key(id)
	}
	return p
}

func (f *files) Title() string { return store.Printable(f.place.Space + "/" + f.place.Prefix) }

func (f *files) Init(c *kit.Context) tea.Cmd {
	return f.whole.fetch(c, f.id, f.place.Space, 0)
}

func (f *files) Typing() bool { return f.filter.typing || f.inline.on() }

func (f *files) Close() {
	for _, w := range []*walk{&f.whole, &f.found, &f.again} {
		w.stop()
	}
	f.view.slot.Cancel()
	f.pane.stop()
	f.empty.slot.Cancel()
	f.inline.slot.Cancel()
	f.rename.Cancel()
}

// Update takes one message.
func (f *files) Update(c *kit.Context, msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case kit.Answer:
		return f.answer(c, m)
	case kit.Key:
		f.filter.going = false
		return f.key(c, m)
	case kit.Mouse:
		return f.mouse(c, m)
	case kit.Return:
		return f.returned(c, m.Place)
	case tea.WindowSizeMsg:
		f.width = m.Width
		return f.look(c)
	case tea.KeyPressMsg, tea.PasteMsg:
		switch {
		case f.inline.on():
			return f.typeName(c, msg)
		case f.filter.typing:
			return f.typeFilter(c, msg)
		}
	}
	return nil
}

// answer takes what a request brought.
func (f *files) answer(c *kit.Context, msg kit.Answer) tea.Cmd {
	if cmd, ok := f.listed(c, msg); ok {
		return cmd
	}
	if f.view.take(msg) {
		f.settle()
		if f.view.lacks && f.source().done {
			return tea.Batch(f.view.change(c, f.id, nil, true), f.look(c))
		}
		return f.look(c)
	}
	if f.pane.take(msg) {
		return nil
	}
	if cmd, ok := f.rested(c, msg); ok {
		return cmd
	}
	if cmd, ok := f.rechecked(c, msg); ok {
		return cmd
	}
	return f.named(c, msg)
}

// listed takes a page of one of the walks.
func (f *files) listed(c *kit.Context, msg kit.Answer) (tea.Cmd, bool) {
	for _, w := range []*walk{&f.whole, &f.found, &f.again} {
		rows := f.base.rows
		if w == &f.found && f.filter.deep() || w == &f.again && f.source() == &f.found && f.filter.deep() {
			rows = f.deep.rows
		}
		touched, ok := w.take(rows, msg)
		if !ok {
			continue
		}
		if w == &f.again {
			f.refreshed(c)
		}
		return tea.Batch(f.changed(c, touched), f.goOn(c)), true
	}
	return nil, false
}

// refreshed ends a refresh that has come as far as the listing was, or that failed.
func (f *files) refreshed(c *kit.Context) {
	w := f.source()
	switch {
	case f.again.err != nil:
		c.Notify(kit.Bad, "Could not refresh: "+reason(f.again.err))
		f.again = walk{}
	case f.again.done || f.again.last >= w.last:
		*w, f.again = f.again, walk{}
	}
}

// changed brings the screen up to date after rows came, changed or went.
func (f *files) changed(c *kit.Context, touched []listing.RowID) tea.Cmd {
	f.bounds()
	cmd := f.view.change(c, f.id, touched, f.source().done)
	f.settle()
	return tea.Batch(cmd, f.feed(c), f.look(c))
}

// source is the walk that the rows shown come from.
func (f *files) source() *walk {
	if f.filter.beyond {
		return &f.found
	}
	return &f.whole
}

// on is the sheet that is shown.
func (f *files) on() *sheet {
	if f.filter.deep() {
		return &f.deep
	}
	return &f.base
}

// bounds sets the stretch of rows that is shown.
func (f *files) bounds() {
	w, prefix := f.source(), f.place.Prefix+f.filter.begins()
	if w == &f.found && !w.begun && !f.filter.deep() {
		w = &f.whole // what is known of it, until the answer comes
	}
	f.view.rows = f.on().rows
	f.view.lo, f.view.hi = w.stretch(f.view.rows, prefix)
}

// feed fetches the next page when the view comes near the end of what is loaded, or when the rest is wanted.
func (f *files) feed(c *kit.Context) tea.Cmd {
	if f.again.begun && !f.again.busy() {
		return f.again.fetch(c, f.id, f.place.Space, 0)
	}
	w := f.source()
	if w.busy() || w.done || w.err != nil || f.again.busy() {
		return nil
	}
	_, to := f.list.Visible()
	whole := w.covers(f.place.Prefix + f.filter.begins())
	near := f.view.text == "" && !whole && to+pageRows >= f.view.len()
	rest := f.view.order.By != listing.ByName && !f.held
	if !near && !rest && !f.chase && f.want == "" {
		return nil
	}
	return w.fetch(c, f.id, f.place.Space, 0)
}
