package page

import (
	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store"
	"spaces/store/job"
	"spaces/tui/kit"
)

// board is what the pages have in common that are one list of a connection's, outside its Spaces: access keys, links, what
// was found wrong.
type board struct {
	id    kit.ID
	title string
	place store.Place
	store *store.Store
	begun bool // the list has come
	err   error
	list  kit.List
	bare  bool // in a pane, beside another page
	mend  mender
}

func newBoard(c *kit.Context, title string, conn store.Conn, tab store.Tab) board {
	return board{id: c.NewID(), title: title, place: store.Place{Conn: conn, Tab: tab}, store: c.Store, mend: newMender(c, conn)}
}

// Store is that of the connection as it is configured now.
func (b *board) Store() *store.Store { return b.store }

func (b *board) ID() kit.ID         { return b.id }
func (b *board) Title() string      { return b.title }
func (b *board) Place() store.Place { return b.place }
func (b *board) Typing() bool       { return false }

// halve implements half.
func (b *board) halve(is bool) { b.bare = is }

// Effects implements kit.Page: no job changes what is outside the Spaces.
func (b *board) Effects(*kit.Context, []job.Effect) tea.Cmd { return nil }

// mended says whether the connection was just changed so that it works: the list is to be asked for again.
func (b *board) mended(c *kit.Context, msg tea.Msg) bool {
	s, ok := b.mend.take(c, msg)
	if !ok || s == nil {
		return false
	}
	b.store = s
	return true
}

// up is the action that leads to the Spaces of the connection.
func (b *board) up() kit.Action {
	return kit.Action{Name: keys.Parent, Label: "Spaces", Run: func(c *kit.Context) tea.Cmd { c.Go(store.Place{Conn: b.place.Conn}); return nil }}
}

// stopping is the action that gives up a request for the list.
func (b *board) stopping(busy func() bool, cancel func()) kit.Action {
	why := func() string {
		if !busy() {
			return "There is nothing to cancel."
		}
		return ""
	}
	return kit.Action{Name: keys.Cancel, Why: why, Run: func(*kit.Context) tea.Cmd {
		cancel()
		if !b.begun {
			b.err = store.Canceled
		}
		return nil
	}}
}
