package page

import (
	"context"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"spaces/store"
	"spaces/store/job"
	"spaces/tui/kit"
)

const (
	usageAtOnce = 4 // Spaces of a connection that are asked at once what they hold
	usageRest   = 500 * time.Millisecond
)

// group is a connection with its Spaces. It waits for no other.
type group struct {
	conn    store.Conn
	profile store.Profile
	store   *store.Store // nil until it could be opened
	spaces  []store.Space
	asked   bool // for its Spaces, at least once since it was opened or refreshed
	begun   bool // they have been listed
	found   int  // damage that the last scrub of its server found
	err     error

	listed kit.Slot[opened]
	usage  map[string]usage
	slots  [usageAtOnce]kit.Slot[usage]
	names  [usageAtOnce]string // of the Spaces that the slots ask
}

// opened is what came of listing the Spaces of a connection.
type opened struct {
	store  *store.Store
	spaces []store.Space
}

// usage is what a Space holds and who may list it, as far as it was asked.
type usage struct {
	space        store.Space
	access       store.Access // "": not known
	known, stale bool
	listing      bool // the access was asked for
	err          error
}

func newGroup(p store.Profile, s *store.Store) *group {
	return &group{conn: p.Conn(), profile: p, store: s, usage: map[string]usage{}}
}

// begin lists the Spaces. A connection that is not open is opened for it.
func (s *group) begin(c *kit.Context, owner kit.ID, conns *store.Conns) tea.Cmd {
	conn, at := s.conn, s.store
	s.asked = true
	return s.listed.Start(c, owner, func(ctx context.Context) (opened, error) {
		if conns != nil { // it may have been edited meanwhile
			again, err := conns.Get(conn)
			if err != nil {
				return opened{}, err
			}
			at = again
		}
		spaces, err := at.Spaces(ctx)
		return opened{at, spaces}, err
	})
}

func (s *group) close() {
	s.listed.Cancel()
	for i := range s.slots {
		s.slots[i].Cancel()
	}
}

// take takes an answer, if it is one of this section.
func (s *group) take(msg kit.Answer) bool {
	if got, err, ok := s.listed.Take(msg); ok {
		if s.err = err; err == nil {
			s.spaces, s.begun = got.spaces, true
		}
		if got.store != nil {
			s.store = got.store
		}
		return true
	}
	for i := range s.slots {
		got, err, ok := s.slots[i].Take(msg)
		if !ok {
			continue
		}
		u := s.usage[s.names[i]]
		u.known, u.err = true, err
		if err == nil {
			u.space = got.space
		}
		if got.listing {
			u.access, u.listing = got.access, true
		}
		s.usage[s.names[i]], s.names[i] = u, ""
		return true
	}
	return false
}

// look asks what a Space holds, and with listing who may list it, unless that is known or all slots are busy.
func (s *group) look(c *kit.Context, owner kit.ID, name string, listing bool) tea.Cmd {
	u := s.usage[name]
	listing = listing && (!u.listing || u.stale)
	if u.known && !u.stale && !listing || slices.Contains(s.names[:], name) || s.store == nil {
		return nil
	}
	i := slices.Index(s.names[:], "")
	if i < 0 {
		return nil
	}
	at := s.store
	work := func(ctx context.Context) (usage, error) {
		space, err := at.Usage(ctx, name)
		got := usage{space: space}
		if listing && err == nil {
			got.listing = true
			got.access, _ = at.Access(ctx, store.Ref{Space: name}) // what cannot be known is shown as that
		}
		return got, err
	}
	again := u.known
	u.stale, u.listing = false, u.listing || listing
	s.usage[name], s.names[i] = u, name
	if again { // while jobs go on
		return s.slots[i].StartAfter(c, owner, usageRest, work)
	}
	return s.slots[i].Start(c, owner, work)
}

// apply takes over what a job did to a Space.
func (s *group) apply(e job.Effect) {
	name := e.Ref.Space
	if e.Kind == job.TreeGone && e.Ref.Key == "" {
		s.spaces = slices.DeleteFunc(slices.Clone(s.spaces), func(x store.Space) bool { return x.Name == name })
		delete(s.usage, name)
	} else if u, ok := s.usage[name]; ok {
		u.stale = true
		s.usage[name] = u
	}
}

// age makes all that was asked be asked again.
func (s *group) age() {
	for name, u := range s.usage {
		u.stale = true
		s.usage[name] = u
	}
}

// counted is what a Space holds, -1 where that is not known.
func (s *group) counted(name string) (objects, bytes int64) {
	if u := s.usage[name]; u.known && u.err == nil && u.space.Counted {
		return u.space.Objects, u.space.Bytes
	}
	return -1, -1
}
