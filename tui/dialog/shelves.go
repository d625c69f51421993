package dialog

import (
	"context"
	"slices"

	tea "charm.land/bubbletea/v2"

	"spaces/store"
	"spaces/tui/kit"
)

// shelves are what one walks over to a destination: the folders of a place, the Spaces of a connection, the connections.
type shelves struct {
	folders
	conns *store.Conns
	at    store.Place // that is shown; without a Space, the Spaces of its connection
	top   bool        // the connections are shown
	names []string    // of Spaces or of connections
	known bool        // names are
	err   error       // why they are not, or there is nothing to be listed at all
	ask   kit.Slot[[]string]
}

// show begins to list a place. there says whether it is known to be there, back where in it the cursor goes to.
func (s *shelves) show(c *kit.Context, owner kit.ID, at store.Place, there bool, back string) tea.Cmd {
	s.close()
	s.at, s.top, s.names, s.known, s.list, s.back = at, false, nil, false, kit.List{}, back
	of, err := s.conns.Get(at.Conn)
	if s.err = err; err != nil {
		return nil
	}
	s.at.Conn = of.Conn()
	if at.Space != "" {
		s.store = of
		return s.folders.show(c, owner, at, there, back)
	}
	return s.ask.Start(c, owner, func(ctx context.Context) ([]string, error) {
		spaces, err := of.Spaces(ctx)
		names := make([]string, len(spaces))
		for i, x := range spaces {
			names[i] = x.Name
		}
		return names, err
	})
}

// showConns lists the connections.
func (s *shelves) showConns(back store.Conn) {
	s.close()
	s.at, s.top, s.err, s.list = store.Place{}, true, nil, kit.List{}
	s.back = string(back)
	var names []string
	for _, conn := range s.conns.Names() {
		names = append(names, string(conn))
	}
	s.named(names)
}

// named shows names, with the cursor where it belongs.
func (s *shelves) named(names []string) {
	s.names, s.known = names, true
	s.list.SetLen(len(names))
	if i := slices.Index(names, s.back); i >= 0 {
		s.list.MoveTo(i)
	}
}

// inSpace says whether folders are shown.
func (s *shelves) inSpace() bool { return !s.top && s.at.Space != "" && s.err == nil }

func (s *shelves) take(c *kit.Context, owner kit.ID, msg tea.Msg) (tea.Cmd, bool) {
	if names, err, ok := s.ask.Take(msg); ok {
		if s.err = err; err == nil {
			s.named(names)
		}
		return nil, true
	}
	if !s.inSpace() {
		return nil, false
	}
	return s.folders.take(c, owner, msg)
}

// under is the place under the cursor.
func (s *shelves) under() (p store.Place, ok bool) {
	p = s.at
	if s.inSpace() {
		p.Prefix, ok = s.current()
		return p, ok
	}
	if s.list.Cursor >= len(s.names) {
		return p, false
	}
	if name := s.names[s.list.Cursor]; s.top {
		p.Conn = store.Conn(name)
	} else {
		p.Space = name
	}
	return p, true
}

// row is what stands in a row, "" for the last of a listing that may go on.
func (s *shelves) row(i int) string {
	switch {
	case s.top && i < len(s.names):
		return connName(store.Conn(s.names[i]))
	case !s.inSpace() && i < len(s.names):
		return shown(s.names[i])
	case s.inSpace() && i < len(s.rows):
		return shown(store.Base(s.key(i)))
	}
	return ""
}

// moved is called when the cursor was moved, goOn to read on where it is.
func (s *shelves) moved(c *kit.Context, owner kit.ID) tea.Cmd {
	if s.inSpace() {
		return s.folders.moved(c, owner)
	}
	return nil
}

func (s *shelves) goOn(c *kit.Context, owner kit.ID) tea.Cmd {
	if s.inSpace() {
		return s.folders.goOn(c, owner)
	}
	return nil
}

// failed is why nothing can be listed.
func (s *shelves) failed() error {
	if s.inSpace() {
		return s.l.Err()
	}
	return s.err
}

func (s *shelves) close() {
	s.ask.Cancel()
	s.folders.close()
}

// connName is what people call a connection.
func connName(conn store.Conn) string { return shown(conn.Name()) }
