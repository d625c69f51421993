package page

import (
	"context"
	"slices"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store"
	"spaces/store/job"
	"spaces/tui/dialog"
	"spaces/tui/kit"
)

// publicAtOnce is how many Spaces are asked at the same time what lets everybody in.
const publicAtOnce = 4

// public shows what everybody can list and read: the Spaces of a connection, and of one of them the objects.
type public struct {
	id     kit.ID
	place  store.Place
	store  *store.Store
	listed kit.Slot[[]store.Space]
	begun  bool
	err    error
	bare   bool // in a pane, beside another page

	spaces []exposed
	asked  [publicAtOnce]kit.Slot[store.Exposure]
	at     [publicAtOnce]int // the Space that each asks about
	list   kit.List
	mend   mender
	in     *inside // the Space that is looked into; nil: none
}

// exposed is a Space as far as it was asked.
type exposed struct {
	name  string
	asked bool
	known bool
	is    store.Exposure
	err   error
}

func newPublic(c *kit.Context, p store.Place) *public {
	return &public{id: c.NewID(), place: store.Place{Conn: p.Conn, Tab: store.Public}, store: c.Store, mend: newMender(c, p.Conn)}
}

// Store is that of the connection as it is configured now.
func (x *public) Store() *store.Store { return x.store }

func (x *public) ID() kit.ID         { return x.id }
func (x *public) Place() store.Place { return x.place }
func (x *public) Title() string      { return "What is public" }
func (x *public) Typing() bool       { return false }

// halve implements half.
func (x *public) halve(is bool) { x.bare = is }

func (x *public) Init(c *kit.Context) tea.Cmd { return x.listed.Start(c, x.id, x.store.Spaces) }

func (x *public) Close() {
	x.listed.Cancel()
	x.mend.close()
	for i := range x.asked {
		x.asked[i].Cancel()
	}
	if x.in != nil {
		x.in.close()
	}
}

func (x *public) Update(c *kit.Context, msg tea.Msg) tea.Cmd {
	if x.in != nil {
		if cmd, ok := x.in.take(c, msg); ok {
			return cmd
		}
	}
	switch m := msg.(type) {
	case kit.Answer:
		return x.answer(c, m)
	case kit.Return:
		if cmd := x.mend.returned(c, x.id); cmd != nil {
			return cmd
		}
		return x.returned(c)
	case kit.Key, kit.Mouse:
		if x.in != nil {
			return nil
		}
		if x.list.Update(c, msg) && x.list.Double() {
			return x.open(c)
		}
	}
	return nil
}

func (x *public) answer(c *kit.Context, msg kit.Answer) tea.Cmd {
	if s, ok := x.mend.take(c, msg); ok && s != nil {
		x.store = s
		return x.refresh(c)
	}
	if spaces, err, ok := x.listed.Take(msg); ok {
		if x.err, x.begun = err, true; err == nil {
			x.have(spaces)
		}
		return x.ask(c)
	}
	for i := range x.asked {
		if is, err, ok := x.asked[i].Take(msg); ok {
			s := &x.spaces[x.at[i]]
			s.is, s.err, s.known = is, err, true
			return x.ask(c)
		}
	}
	return nil
}

// have takes the Spaces that there are. What is known of one stays until it was asked again.
func (x *public) have(spaces []store.Space) {
	before := map[string]exposed{}
	for _, s := range x.spaces {
		s.asked = false
		before[s.name] = s
	}
	x.spaces = make([]exposed, len(spaces))
	for i, s := range spaces {
		x.spaces[i] = before[s.Name]
		x.spaces[i].name = s.Name
	}
	x.list.SetLen(len(x.spaces))
}

// ask asks about the Spaces that were not asked about yet, in their order.
func (x *public) ask(c *kit.Context) tea.Cmd {
	var cmds []tea.Cmd
	for i := range x.asked {
		next := slices.IndexFunc(x.spaces, func(s exposed) bool { return !s.asked })
		if next < 0 {
			break
		}
		if x.asked[i].Busy() {
			continue
		}
		x.spaces[next].asked, x.at[i] = true, next
		cmds = append(cmds, x.asked[i].Start(c, x.id, asked(x.store.Exposure, x.spaces[next].name)))
	}
	return tea.Batch(cmds...)
}

// returned asks again about what a dialog or another page may have changed.
func (x *public) returned(c *kit.Context) tea.Cmd {
	if x.in != nil {
		return x.in.again(c)
	}
	return x.refresh(c)
}

func (x *public) refresh(c *kit.Context) tea.Cmd {
	if x.in != nil {
		return x.in.start(c)
	}
	for i := range x.asked {
		x.asked[i].Cancel()
	}
	return x.Init(c)
}

func (x *public) under() (exposed, bool) {
	if x.list.Cursor < len(x.spaces) {
		return x.spaces[x.list.Cursor], true
	}
	return exposed{}, false
}

// open looks into the Space under the cursor.
func (x *public) open(c *kit.Context) tea.Cmd {
	if why := x.notKnown(); why != "" {
		c.Notify(kit.Warn, why)
		return nil
	}
	s, _ := x.under()
	x.in = newInside(x, s.is)
	return x.in.start(c)
}

func (x *public) notKnown() string {
	switch s, ok := x.under(); {
	case !ok:
		return "There is no Space under the cursor."
	case !s.known:
		return "It is not known yet what lets everybody into it."
	case s.err != nil:
		return store.Capital(said(s.err)) + "."
	}
	return ""
}

// leave goes from the objects to the Spaces, from there to the index.
func (x *public) leave(c *kit.Context) tea.Cmd {
	if x.in != nil {
		x.in.close()
		x.in = nil
		return nil
	}
	c.Go(store.Place{Conn: x.place.Conn})
	return nil
}

// Effects of jobs may have made objects private, or public.
func (x *public) Effects(c *kit.Context, effects []job.Effect) tea.Cmd {
	if x.in != nil && slices.ContainsFunc(effects, func(e job.Effect) bool { return e.Conn == x.store.Conn() && e.Ref.Space == x.in.is.Space }) {
		return x.in.again(c)
	}
	return nil
}

// Actions in the order of menus and hints.
func (x *public) Actions() []kit.Action {
	up := kit.Action{Name: keys.Parent, Hint: "Spaces", Run: x.leave}
	rest := []kit.Action{{Name: keys.Refresh, Run: x.refresh}, up}
	if x.in != nil {
		return guarded(x.store, append(x.in.actions(), rest...))
	}
	return append([]kit.Action{
		{Name: keys.Enter, Hint: "its objects", Label: "Public objects in it", Why: x.notKnown, Run: x.open},
		{Name: keys.Access, Hint: "listing", Label: "File listing…", Why: x.noListing, Run: x.listing},
		{Name: keys.Settings, Why: x.nothing, Run: x.settings},
	}, append(rest, x.mend.action(x.id, x.err))...)
}

func (x *public) nothing() string {
	if _, ok := x.under(); !ok {
		return "There is no Space under the cursor."
	}
	return ""
}

func (x *public) noListing() string {
	s, _ := x.under()
	switch {
	case x.notKnown() != "":
		return x.notKnown()
	case x.store.ReadOnly() != "":
		return x.store.ReadOnly()
	case s.is.Listing == "":
		return "This endpoint has no permissions of Spaces: the policy says who may list."
	}
	return ""
}

func (x *public) listing(c *kit.Context) tea.Cmd {
	s, _ := x.under()
	c.Open(dialog.NewListing(c, s.name, s.is.Listing))
	return nil
}

func (x *public) settings(c *kit.Context) tea.Cmd {
	space := ""
	if s, ok := x.under(); ok {
		space = s.name
	}
	if x.in != nil {
		space = x.in.is.Space
	}
	c.Go(store.Place{Conn: x.place.Conn, Space: space, Tab: store.Settings})
	return nil
}

// finding is what was found out about some objects.
type finding struct {
	listed  []store.Entry // newly
	next    string
	more    bool
	public  []store.PublicEntry
	asked   int
	unknown int
}

// lookAt lists when nothing is waiting to be asked about, and asks about the first of it.
func lookAt(ctx context.Context, s *store.Store, is store.Exposure, waiting []store.Entry, after string) (f finding, err error) {
	if len(waiting) == 0 {
		page, err := s.List(ctx, store.ListRequest{Space: is.Space, After: after})
		if err != nil {
			return f, err
		}
		f.listed, f.next, f.more = page.Entries, page.Next, page.More
		waiting = page.Entries
	}
	first := waiting[:min(len(waiting), lookStep)]
	f.asked = len(first)
	f.public, f.unknown, err = s.PublicAmong(ctx, is, first)
	return f, err
}

// lookStep is how many objects are asked about before the screen tells of it.
const lookStep = 100
