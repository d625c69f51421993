package page

import (
	"context"
	"errors"
	"slices"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store"
	"spaces/tui/dialog"
	"spaces/tui/kit"
)

// mender leads from a page whose connection is refused to the form of the connection, and back with the connection as it
// is then. A page keeps the Store that it was made with, which knows nothing of that.
type mender struct {
	book    store.Book
	conns   *store.Conns
	conn    store.Conn
	editing bool
	profile kit.Slot[store.Profile]
	opened  kit.Slot[*store.Store]
}

func newMender(c *kit.Context, conn store.Conn) mender {
	return mender{book: c.Book, conns: c.Conns, conn: conn}
}

// lies says whether an error may be mended by another key or address.
func lies(err error) bool {
	switch {
	case err == nil, errors.Is(err, store.Canceled):
		return false
	case errors.Is(err, store.Denied), errors.Is(err, store.BadCredentials), errors.Is(err, store.Unreachable):
		return true
	}
	_, is := asError(err)
	return !is // the connection could not even be opened
}

// editConnection is the action as menus have it; it has a hint only where err is what it mends.
func editConnection(err error, why func() string, run func(*kit.Context) tea.Cmd) kit.Action {
	a := kit.Action{Name: keys.Edit, Label: "Edit the connection…", Hint: kit.NoHint, Why: why, Run: run}
	if lies(err) {
		a.Hint = "edit the connection"
	}
	return a
}

func (m *mender) action(owner kit.ID, err error) kit.Action {
	return editConnection(err, m.off, func(c *kit.Context) tea.Cmd {
		book, conn := m.book, m.conn
		return m.profile.Start(c, owner, func(ctx context.Context) (store.Profile, error) {
			all, err := book.List(ctx)
			if err != nil {
				return store.Profile{}, err
			}
			i := slices.IndexFunc(all, func(p store.Profile) bool { return p.Conn() == conn })
			if i < 0 {
				return store.Profile{Given: true}, nil
			}
			return all[i], nil
		})
	})
}

// failed is what a page of a store shows in the place of what could not be had.
func (m *mender) failed(c *kit.Context, d *details, s *store.Store, err error) {
	d.lines = append(d.lines, trouble(c, s, err, d.w)...)
	d.line("")
	d.hint(c.Keys.Key(keys.Refresh), "tries again")
	if lies(err) && m.off() == "" {
		d.hint(c.Keys.Key(keys.Edit), "edits the connection: its key, its address")
	}
}

func (m *mender) off() string { return notEditable(m.book, store.Profile{Name: string(m.conn)}) }

// returned opens the connection anew after it was edited; nil: it was not.
func (m *mender) returned(c *kit.Context, owner kit.ID) tea.Cmd {
	if !m.editing || m.conns == nil {
		return nil
	}
	m.editing = false
	conns, conn := m.conns, m.conn
	return m.opened.Start(c, owner, func(context.Context) (*store.Store, error) { return conns.Get(conn) })
}

// take takes an answer: ok says whether it was one of these. s is the connection to go on with, nil: as before.
func (m *mender) take(c *kit.Context, msg tea.Msg) (s *store.Store, ok bool) {
	if p, err, ok := m.profile.Take(msg); ok {
		why := notEditable(m.book, p)
		switch {
		case err != nil:
			c.Notify(kit.Bad, "The configuration cannot be read: "+err.Error())
		case why != "":
			c.Notify(kit.Warn, why)
		default:
			m.editing = true
			c.Open(dialog.NewEditConnection(c, p))
		}
		return nil, true
	}
	s, err, ok := m.opened.Take(msg)
	if err != nil {
		c.Notify(kit.Bad, err.Error())
	}
	return s, ok
}

func (m *mender) close() {
	m.profile.Cancel()
	m.opened.Cancel()
}
