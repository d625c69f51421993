package page

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"spaces/store"
	"spaces/store/job"
	"spaces/tui/kit"
)

// index is the page of all Spaces: those of each connection in a section of its own, where there are several.
type index struct {
	id    kit.ID
	place store.Place // that it was opened for; no Space
	book  store.Book
	conns *store.Conns

	sections []*group
	rows     []indexRow
	order    order
	folded   map[store.Conn]bool // sections that are closed
	want     *wanted             // where the cursor goes as soon as that is there
	known    kit.Slot[[]store.Profile]

	list   kit.List
	field  *kit.Field // of the filter
	typing bool
}

// wanted is a row that may not be there yet: with space "" the first Space of a connection.
type wanted struct {
	conn  store.Conn
	space string
}

func newIndex(c *kit.Context, p store.Place) *index {
	if c.Folded == nil {
		c.Folded = map[store.Conn]bool{}
	}
	x := &index{id: c.NewID(), place: store.Place{Conn: p.Conn}, book: c.Book, conns: c.Conns, folded: c.Folded, want: &wanted{p.Conn, p.Key}}
	x.sections = []*group{newGroup(store.Profile{Name: string(p.Conn)}, c.Store)}
	delete(x.folded, p.Conn)
	return x
}

func (x *index) ID() kit.ID    { return x.id }
func (x *index) Title() string { return "Spaces" }
func (x *index) Typing() bool  { return x.typing }

// Place and Store are of the connection that the cursor is on.
func (x *index) Place() store.Place { return store.Place{Conn: x.at().conn} }

// Store is that of the section, or of the place that the page was opened for while that is not open.
func (x *index) Store() *store.Store {
	if s := x.at().store; s != nil {
		return s
	}
	return x.home().store
}

// home is the section of the place that the page was opened for.
func (x *index) home() *group {
	for _, s := range x.sections {
		if s.conn == x.place.Conn {
			return s
		}
	}
	return x.sections[0]
}

// at is the section that the cursor is in.
func (x *index) at() *group {
	if i := x.list.Cursor; i < len(x.rows) {
		return x.rows[i].of
	}
	return x.home()
}

func (x *index) Init(c *kit.Context) tea.Cmd {
	cmds := []tea.Cmd{x.home().begin(c, x.id, x.conns)}
	if x.book != nil {
		cmds = append(cmds, x.known.Start(c, x.id, x.book.List))
	}
	x.show()
	return tea.Batch(cmds...)
}

// Known are the Spaces that were listed, for who leads to places by name.
func (x *index) Known() []store.Place {
	var list []store.Place
	for _, s := range x.sections {
		for _, space := range s.spaces {
			list = append(list, store.Place{Conn: s.conn, Space: space.Name})
		}
	}
	return list
}

func (x *index) Close() {
	x.known.Cancel()
	for _, s := range x.sections {
		s.close()
	}
}

func (x *index) Update(c *kit.Context, msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case kit.Answer:
		return x.answer(c, m)
	case kit.Return:
		if m.Place.Key != "" {
			x.want = &wanted{m.Place.Conn, m.Place.Key}
		}
		return x.refresh(c)
	case kit.Key, kit.Mouse:
		if x.list.Update(c, msg) {
			x.want = nil
			if x.list.Double() {
				return x.open(c)
			}
			return x.ask(c)
		}
	case tea.KeyPressMsg, tea.PasteMsg:
		if x.typing {
			return x.typeFilter(c, m)
		}
		if _, ok := msg.(tea.PasteMsg); ok {
			c.Notify(kit.Warn, "Open a Space first: what is pasted or dropped is uploaded into one.")
		}
	}
	return nil
}

func (x *index) answer(c *kit.Context, msg kit.Answer) tea.Cmd {
	if profiles, err, ok := x.known.Take(msg); ok {
		if err != nil {
			c.Notify(kit.Warn, "The configuration cannot be read: "+err.Error())
			return nil
		}
		return x.take(c, profiles)
	}
	for _, s := range x.sections {
		if s.take(msg) {
			x.tellFindings(c, s)
			x.show()
			return x.ask(c)
		}
	}
	return nil
}

// take goes on with the connections that there are. This machine is not among them while nothing is kept on it, unless one
// is there.
func (x *index) take(c *kit.Context, profiles []store.Profile) tea.Cmd {
	was := x.sections
	home := x.home()
	x.sections = nil
	for _, p := range profiles {
		if p.Unused && p.Conn() != x.place.Conn {
			continue
		}
		i := slices.IndexFunc(was, func(s *group) bool { return s.conn == p.Conn() })
		if i < 0 {
			x.sections = append(x.sections, newGroup(p, nil))
			continue
		}
		was[i].profile = p
		x.sections = append(x.sections, was[i])
	}
	if !slices.Contains(x.sections, home) { // it is in no book
		x.sections = slices.Insert(x.sections, 0, home)
	}
	for _, s := range was {
		if !slices.Contains(x.sections, s) {
			s.close()
		}
	}
	var cmds []tea.Cmd
	for _, s := range x.sections {
		if !s.asked && !x.folded[s.conn] {
			cmds = append(cmds, s.begin(c, x.id, x.conns))
		}
	}
	x.show()
	return tea.Batch(append(cmds, x.ask(c))...)
}

// several says whether there is more than one connection: each has a header then.
func (x *index) several() bool { return len(x.sections) > 1 }

// ask asks the Spaces on the screen what they hold, a few of each connection at a time. To sort by size, all are asked.
func (x *index) ask(c *kit.Context) tea.Cmd {
	from, to := onScreen(c, &x.list)
	var cmds []tea.Cmd
	for _, r := range x.rows[from:to] {
		if r.isSpace() {
			cmds = append(cmds, r.of.look(c, x.id, r.name, true))
		}
	}
	if x.order.by == bySize {
		for _, r := range x.rows {
			if r.isSpace() {
				cmds = append(cmds, r.of.look(c, x.id, r.name, false))
			}
		}
	}
	return tea.Batch(cmds...)
}

// onScreen are the rows of a list that are seen. While nothing was drawn yet, these are those that will be.
func onScreen(c *kit.Context, l *kit.List) (from, to int) {
	if from, to = l.Visible(); to <= from {
		to = min(from+c.Room.H, l.Len())
	}
	return from, max(to, from)
}

// Effects make what Spaces hold be asked again.
func (x *index) Effects(c *kit.Context, effects []job.Effect) tea.Cmd {
	for _, e := range effects {
		for _, s := range x.sections {
			if s.store != nil && s.store.Conn() == e.Conn {
				s.apply(e)
			}
		}
	}
	x.show()
	return x.ask(c)
}

// refresh lists all open sections anew. What was asked of Spaces is asked again as they are seen.
func (x *index) refresh(c *kit.Context) tea.Cmd {
	for _, s := range x.sections {
		s.age()
		if s.asked && !x.folded[s.conn] {
			s.asked = false
		}
	}
	if x.book != nil {
		cmds := []tea.Cmd{x.known.Start(c, x.id, x.book.List)}
		for _, s := range x.sections {
			if !s.asked && !x.folded[s.conn] {
				cmds = append(cmds, s.begin(c, x.id, x.conns))
			}
		}
		x.show()
		return tea.Batch(cmds...)
	}
	cmd := x.home().begin(c, x.id, x.conns)
	x.show()
	return cmd
}
