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

// settings is the Settings tab of a Space: sections below each other, of which each is read and fails by itself. What they
// hold is changed by dialogs.
type settings struct {
	id       kit.ID
	place    store.Place // without the folder
	folder   string      // that the Files tab was in
	store    *store.Store
	sections []*section

	cursor int
	opened int  // the section whose dialog is open; -1: none
	halved bool // in a pane, beside another page
	mend   mender
	scroll
}

// section is one part of the page.
type section struct {
	name  string
	read  func(context.Context) (any, error) // nil: there is nothing to be read
	say   func(c *kit.Context, d *details, v any)
	open  func(c *kit.Context, v any) kit.Dialog // nil: it is only shown
	word  string                                 // what opening it does, for the hints
	early bool                                   // it can be opened whatever was read
	why   string                                 // why it cannot be opened at all, one sentence

	changes bool // and nothing but a change can come of it

	slot  kit.Slot[any]
	value any
	known bool
	err   error
}

// sectionOf makes a section of what is read as a T.
func sectionOf[T any](name string, read func(context.Context) (T, error), say func(*kit.Context, *details, T), open func(*kit.Context, T) kit.Dialog) *section {
	x := &section{name: name, word: hintEdit,
		read: func(ctx context.Context) (any, error) { return read(ctx) },
		say:  func(c *kit.Context, d *details, v any) { say(c, d, v.(T)) }}
	if open != nil {
		x.open = func(c *kit.Context, v any) kit.Dialog { return open(c, v.(T)) }
	}
	return x
}

func newSettings(c *kit.Context, p store.Place) *settings {
	s := &settings{id: c.NewID(), folder: p.Prefix, store: c.Store, opened: -1, mend: newMender(c, p.Conn)}
	s.place = store.Place{Conn: p.Conn, Space: p.Space, Tab: store.Settings}
	s.sections = s.all()
	return s
}

func (s *settings) ID() kit.ID         { return s.id }
func (s *settings) Place() store.Place { return s.place }
func (s *settings) Title() string      { return store.Printable(s.place.Space) + ": settings" }
func (s *settings) Typing() bool       { return false }

// halve implements half.
func (s *settings) halve(is bool) { s.halved = is }

// tab is what the frame is called in a pane.
func (s *settings) tab() string {
	return "Settings ▸ " + store.Printable(s.store.Name()) + " ▸ " + store.Printable(s.place.Space)
}

func (s *settings) Init(c *kit.Context) tea.Cmd {
	var cmds []tea.Cmd
	for _, x := range s.sections {
		cmds = append(cmds, x.load(c, s.id))
	}
	return tea.Batch(cmds...)
}

// load reads a section. What is known of it stays on the screen meanwhile.
func (x *section) load(c *kit.Context, owner kit.ID) tea.Cmd {
	if x.read == nil {
		x.known = true
		return nil
	}
	return x.slot.Start(c, owner, x.read)
}

// Store is that of the connection as it is configured now.
func (s *settings) Store() *store.Store { return s.store }

// failed is the first error that another key may help against.
func (s *settings) failed() error {
	for _, x := range s.sections {
		if lies(x.err) {
			return x.err
		}
	}
	return nil
}

func (s *settings) Close() {
	s.mend.close()
	for _, x := range s.sections {
		x.slot.Cancel()
	}
}

func (s *settings) Update(c *kit.Context, msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case kit.Answer:
		if at, ok := s.mend.take(c, m); ok && at != nil {
			s.Close()
			s.store = at
			s.sections = s.all()
			return s.Init(c)
		}
		for _, x := range s.sections {
			if v, err, ok := x.slot.Take(m); ok {
				x.known, x.err = true, err
				if err == nil {
					x.value = v
				}
				return nil
			}
		}
	case kit.Return:
		if cmd := s.mend.returned(c, s.id); cmd != nil {
			return cmd
		}
		return s.again(c)
	case kit.Key:
		s.move(m.Action)
	case kit.Mouse:
		return s.mouse(c, m)
	case tea.PasteMsg:
		c.Notify(kit.Warn, "Go to the files first: what is pasted or dropped is uploaded there.")
	}
	return nil
}

// again reads what may be otherwise: after a dialog its section, else everything.
func (s *settings) again(c *kit.Context) tea.Cmd {
	if s.opened < 0 {
		return s.Init(c)
	}
	x := s.sections[s.opened]
	s.opened = -1
	return x.load(c, s.id)
}

func (s *settings) move(a keys.Action) {
	last := len(s.sections) - 1
	switch a {
	case keys.Up:
		s.cursor--
	case keys.Down:
		s.cursor++
	case keys.Top:
		s.cursor = 0
	case keys.Bottom:
		s.cursor = last
	case keys.PageUp, keys.HalfUp:
		s.cursor -= 4
	case keys.PageDown, keys.HalfDown:
		s.cursor += 4
	}
	s.cursor = min(max(s.cursor, 0), last)
	s.follow = true
}

func (s *settings) mouse(c *kit.Context, m kit.Mouse) tea.Cmd {
	switch tab, ok := tabAt(m); {
	case s.halved: // there are no tabs
	case ok && tab == store.Files:
		return s.files(c)
	case ok && turned(c, m, s.place):
		return nil
	}
	if s.wheel(m) {
		return nil
	}
	if i, ok := s.hit(m); ok {
		if i == s.cursor {
			return s.open(c)
		}
		s.cursor = i
	}
	return nil
}

// open opens the dialog of the section under the cursor.
func (s *settings) open(c *kit.Context) tea.Cmd {
	x := s.sections[s.cursor]
	if why := s.notOpen(); why != "" {
		c.Notify(kit.Warn, why)
		return nil
	}
	s.opened = s.cursor
	c.Open(x.open(c, x.value))
	return nil
}

func (s *settings) notOpen() string {
	x := s.sections[s.cursor]
	switch {
	case x.why != "":
		return x.why
	case x.open == nil:
		return "There is nothing to be set here."
	case x.changes && s.store.ReadOnly() != "":
		return s.store.ReadOnly()
	case x.early:
		return ""
	case x.err != nil:
		return store.Capital(said(x.err)) + "."
	case !x.known, x.slot.Busy(): // what a dialog begins with is what there is now
		return "It is not read yet."
	}
	return ""
}

func (s *settings) files(c *kit.Context) tea.Cmd {
	c.Go(store.Place{Conn: s.place.Conn, Space: s.place.Space, Prefix: s.folder})
	return nil
}

// turn leads to another tab of the Space, in the folder that one came from.
func (s *settings) turn(to store.Tab) func(*kit.Context) tea.Cmd {
	return func(c *kit.Context) tea.Cmd {
		c.Go(store.Place{Conn: s.place.Conn, Space: s.place.Space, Prefix: s.folder, Tab: to})
		return nil
	}
}

func (s *settings) destroy(c *kit.Context) tea.Cmd {
	c.Open(dialog.NewDestroy(c, s.place.Space))
	return nil
}

// Effects of jobs change what the Space holds, and whether it is there.
func (s *settings) Effects(c *kit.Context, effects []job.Effect) tea.Cmd {
	for _, e := range effects {
		if e.Conn != s.store.Conn() || e.Ref.Space != s.place.Space {
			continue
		}
		if e.Kind == job.TreeGone && e.Ref.Key == "" && c.IsFront(s.id) {
			c.Go(store.Place{Conn: s.place.Conn})
			return nil
		}
	}
	return nil
}

// Actions in the order of menus and hints.
func (s *settings) Actions() []kit.Action {
	enter := kit.Action{Name: keys.Enter, Hint: s.sections[s.cursor].word, Why: s.notOpen, Run: s.open}
	list := guarded(s.store, []kit.Action{
		enter,
		{Name: keys.Parent, Label: "Show files", Hint: "files", Run: s.files},
		{Name: keys.CopyURL, Hint: kit.NoHint, Label: "Copy the URL of the Space", Run: func(c *kit.Context) tea.Cmd {
			return clip(c, kit.Info, "", s.store.Addresses(s.place.Space, "")[0])
		}},
		{Name: keys.Refresh, Run: func(c *kit.Context) tea.Cmd { s.opened = -1; return s.Init(c) }},
		{Name: keys.Delete, Label: "Destroy this Space…", Hint: "destroy", Why: s.store.ReadOnly, Run: s.destroy},
		{Name: keys.Usage, Hint: kit.NoHint, Run: s.turn(store.Usage)},
		{Name: keys.Find, Hint: kit.NoHint, Run: s.turn(store.Find)},
		{Name: keys.Uploads, Hint: kit.NoHint, Run: s.turn(store.Uploads)},
		{Name: keys.Settings, Hint: kit.NoHint, Why: func() string { return "These are the settings." }},
		{Name: keys.Cancel, Hint: kit.NoHint, Run: s.files},
		{Name: keys.More, Hint: kit.NoHint, Run: s.more},
	})
	return slices.Insert(list, 3, s.mend.action(s.id, s.failed()))
}

func (s *settings) more(c *kit.Context) tea.Cmd {
	list := among(s.Actions(), []keys.Action{keys.Enter, keys.Parent, keys.CopyURL, keys.Edit, keys.Refresh, keys.Delete})
	list[0].Label = s.sections[s.cursor].name + "…"
	c.Open(dialog.NewMore(c, store.Printable(s.place.Space), list))
	return nil
}

// settings leads from the files to the Settings tab of the Space, which leads back to this folder.
func (f *files) settings(c *kit.Context) tea.Cmd {
	c.Go(store.Place{Conn: f.place.Conn, Space: f.place.Space, Prefix: f.l.Dir(), Tab: store.Settings})
	return nil
}
