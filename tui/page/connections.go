package page

import (
	"context"
	"reflect"
	"slices"

	tea "charm.land/bubbletea/v2"

	"spaces/store"
	"spaces/store/job"
	"spaces/tui/kit"
)

// triedAtOnce is how many connections are tried at the same time: each of them is another endpoint.
const triedAtOnce = 6

// connections is the page of all connections: this machine and the profiles.
type connections struct {
	id    kit.ID
	place store.Place
	store *store.Store
	book  store.Book
	conns *store.Conns

	all    []store.Profile
	begun  bool
	err    error
	want   store.Conn // that the cursor goes to
	opened string     // the name whose dialog was opened: it may be another connection now

	list   kit.List
	listed kit.Slot[[]store.Profile]
	known  map[string]store.Diagnosis // by name
	tried  [triedAtOnce]kit.Slot[store.Diagnosis]
	names  [triedAtOnce]*store.Profile // whose turn it is
}

func newConnections(c *kit.Context, p store.Place) *connections {
	return &connections{id: c.NewID(), place: store.Place{Conn: p.Conn, Tab: store.Connections}, store: c.Store, book: c.Book, conns: c.Conns,
		want: p.Conn, known: map[string]store.Diagnosis{}}
}

func (x *connections) ID() kit.ID         { return x.id }
func (x *connections) Title() string      { return "Connections" }
func (x *connections) Place() store.Place { return x.place }
func (x *connections) Typing() bool       { return false }

func (x *connections) Init(c *kit.Context) tea.Cmd {
	if x.book == nil {
		x.all, x.begun = []store.Profile{ofStore(x.store)}, true
		x.show()
		return nil
	}
	return x.listed.Start(c, x.id, x.book.List)
}

// ofStore is the only connection where there is no book of them.
func ofStore(s *store.Store) store.Profile {
	return store.Profile{Name: string(s.Conn()), Endpoint: s.Endpoint(), Region: s.Region(), AccessKey: s.AccessKey(), Given: true,
		Source: store.KeyInFile, ReadOnly: s.ReadOnly() != ""}
}

func (x *connections) Close() {
	x.listed.Cancel()
	for i := range x.tried {
		x.tried[i].Cancel()
	}
}

func (x *connections) Update(c *kit.Context, msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case kit.Answer:
		return x.answer(c, m)
	case kit.Return:
		if x.opened != "" {
			x.forget(x.opened)
			x.opened = ""
		}
		return x.Init(c)
	case kit.Key, kit.Mouse:
		if x.list.Update(c, msg) {
			if x.list.Double() {
				return x.open(c)
			}
			return x.try(c)
		}
	case tea.PasteMsg:
		c.Notify(kit.Warn, "Open a Space first: what is pasted or dropped is uploaded into one.")
	}
	return nil
}

func (x *connections) answer(c *kit.Context, msg kit.Answer) tea.Cmd {
	if all, err, ok := x.listed.Take(msg); ok {
		if x.err = err; err == nil {
			x.take(all)
		}
		return x.try(c)
	}
	for i := range x.tried {
		if d, _, ok := x.tried[i].Take(msg); ok {
			x.known[x.names[i].Name] = d
			x.names[i] = nil
			return x.try(c)
		}
	}
	return nil
}

// take goes on with another list. What is known of connections that are others now is forgotten.
func (x *connections) take(all []store.Profile) {
	for _, p := range x.all {
		if i := slices.IndexFunc(all, func(q store.Profile) bool { return q.Name == p.Name }); i < 0 || !reflect.DeepEqual(all[i], p) {
			x.forget(p.Name)
		}
	}
	if p, ok := x.under(); ok && x.want == "" {
		x.want = p.Conn()
	}
	x.all, x.begun = all, true
	x.show()
}

func (x *connections) forget(name string) {
	delete(x.known, name)
	for i, p := range x.names {
		if p != nil && p.Name == name {
			x.tried[i].Cancel()
			x.names[i] = nil
		}
	}
}

// show puts the cursor where it belongs.
func (x *connections) show() {
	x.list.SetLen(len(x.all))
	if i := slices.IndexFunc(x.all, func(p store.Profile) bool { return p.Conn() == x.want }); i >= 0 {
		x.list.MoveTo(i)
	}
	x.want = ""
}

func (x *connections) under() (store.Profile, bool) {
	if i := x.list.Cursor; i < len(x.all) {
		return x.all[i], true
	}
	return store.Profile{}, false
}

// try asks the connections on the screen how they are, a few at a time. This machine's store is not opened for it.
func (x *connections) try(c *kit.Context) tea.Cmd {
	if x.book == nil {
		return nil
	}
	var cmds []tea.Cmd
	book := x.book
	from, to := onScreen(c, &x.list)
	for _, p := range x.all[from:to] {
		_, known := x.known[p.Name]
		busy := slices.ContainsFunc(x.names[:], func(q *store.Profile) bool { return q != nil && q.Name == p.Name })
		if known || busy || p.Name == "" && !x.conns.IsOpen("") {
			continue
		}
		i := slices.Index(x.names[:], nil)
		if i < 0 {
			break
		}
		x.names[i] = &p
		cmds = append(cmds, x.tried[i].Start(c, x.id, func(ctx context.Context) (store.Diagnosis, error) {
			return store.Diagnose(ctx, p, book.Draft), nil
		}))
	}
	return tea.Batch(cmds...)
}

// Effects implements kit.Page: jobs change no connections.
func (x *connections) Effects(*kit.Context, []job.Effect) tea.Cmd { return nil }

// refresh reads the configuration again, and tries all of them again.
func (x *connections) refresh(c *kit.Context) tea.Cmd {
	for name := range x.known {
		x.forget(name)
	}
	return x.Init(c)
}
