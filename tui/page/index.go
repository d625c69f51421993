package page

import (
	"context"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"spaces/store"
	"spaces/store/job"
	"spaces/tui/kit"
)

const (
	usageAtOnce = 4  // Spaces that are asked at once what they hold
	usageAhead  = 48 // rows from the first one shown that are asked about
	usageRest   = 500 * time.Millisecond
)

// index is the page of all Spaces.
type index struct {
	id     kit.ID
	place  store.Place // of the connection; no Space
	store  *store.Store
	spaces []store.Space // as listed, by name
	begun  bool
	err    error
	want   string // the Space that the cursor goes to

	list   kit.List
	shown  []int // of spaces, those that the filter lets through
	field  *kit.Field
	typing bool

	usage  map[string]usage
	asked  [usageAtOnce]kit.Slot[store.Space]
	names  [usageAtOnce]string
	listed kit.Slot[[]store.Space]
}

// usage is what a Space holds, as far as it was asked.
type usage struct {
	space store.Space
	known bool
	stale bool
	err   error
}

func newIndex(c *kit.Context, p store.Place) *index {
	return &index{id: c.NewID(), place: store.Place{Conn: p.Conn}, store: c.Store, want: p.Key, usage: map[string]usage{}}
}

func (x *index) ID() kit.ID         { return x.id }
func (x *index) Title() string      { return "Spaces" }
func (x *index) Place() store.Place { return x.place }
func (x *index) Typing() bool       { return x.typing }

func (x *index) Init(c *kit.Context) tea.Cmd {
	return x.listed.Start(c, x.id, x.store.Spaces)
}

func (x *index) Close() {
	x.listed.Cancel()
	for i := range x.asked {
		x.asked[i].Cancel()
	}
}

func (x *index) Update(c *kit.Context, msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case kit.Answer:
		return x.answer(c, m)
	case kit.Return:
		if m.Place.Key != "" {
			x.want = m.Place.Key
			x.show()
		}
		return x.refresh(c)
	case kit.Key, kit.Mouse:
		if x.list.Update(c, msg) {
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
	if spaces, err, ok := x.listed.Take(msg); ok {
		if x.err = err; err == nil {
			x.spaces, x.begun = spaces, true
			x.show()
		}
		return x.ask(c)
	}
	for i := range x.asked {
		space, err, ok := x.asked[i].Take(msg)
		if !ok {
			continue
		}
		u := x.usage[x.names[i]]
		if u.known, u.err = true, err; err == nil {
			u.space = space
		}
		x.usage[x.names[i]] = u
		x.names[i] = ""
		return x.ask(c)
	}
	return nil
}

// show applies the filter and puts the cursor where it belongs.
func (x *index) show() {
	at := x.want
	if s, ok := x.under(); ok && at == "" {
		at = s.Name
	}
	x.shown = x.shown[:0]
	for i, s := range x.spaces {
		if x.field == nil || strings.HasPrefix(s.Name, x.field.Value()) {
			x.shown = append(x.shown, i)
		}
	}
	x.list.SetLen(len(x.shown))
	i := slices.IndexFunc(x.shown, func(i int) bool { return x.spaces[i].Name == at })
	if i >= 0 {
		x.list.MoveTo(i)
		x.want = ""
	}
}

func (x *index) under() (store.Space, bool) {
	if i := x.list.Cursor; i < len(x.shown) && x.shown[i] < len(x.spaces) {
		return x.spaces[x.shown[i]], true
	}
	return store.Space{}, false
}

// ask asks the Spaces on the screen what they hold, a few at a time.
func (x *index) ask(c *kit.Context) tea.Cmd {
	var cmds []tea.Cmd
	s := x.store
	for row := x.list.Offset; row < min(x.list.Offset+usageAhead, len(x.shown)); row++ {
		name := x.spaces[x.shown[row]].Name
		u := x.usage[name]
		if u.known && !u.stale || slices.Contains(x.names[:], name) {
			continue
		}
		i := slices.Index(x.names[:], "")
		if i < 0 {
			break
		}
		work := func(ctx context.Context) (store.Space, error) { return s.Usage(ctx, name) }
		if u.known { // again, while jobs go on
			cmds = append(cmds, x.asked[i].StartAfter(c, x.id, usageRest, work))
		} else {
			cmds = append(cmds, x.asked[i].Start(c, x.id, work))
		}
		u.stale = false
		x.usage[name], x.names[i] = u, name
	}
	return tea.Batch(cmds...)
}

// Effects make what Spaces hold be asked again.
func (x *index) Effects(c *kit.Context, effects []job.Effect) tea.Cmd {
	for _, e := range effects {
		if e.Conn != x.store.Conn() {
			continue
		}
		if e.Kind == job.TreeGone && e.Ref.Key == "" {
			x.remove(e.Ref.Space)
		} else if u, ok := x.usage[e.Ref.Space]; ok {
			u.stale = true
			x.usage[e.Ref.Space] = u
		}
	}
	return x.ask(c)
}

func (x *index) remove(name string) {
	x.spaces = slices.DeleteFunc(slices.Clone(x.spaces), func(s store.Space) bool { return s.Name == name })
	delete(x.usage, name)
	x.show()
}

func (x *index) refresh(c *kit.Context) tea.Cmd {
	for name, u := range x.usage {
		u.stale = true
		x.usage[name] = u
	}
	return x.Init(c)
}
