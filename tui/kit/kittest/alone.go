package kittest

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"spaces/store"
	"spaces/store/job"
	"spaces/tui/kit"
)

// alone is the least program around a page or a dialog: its area, a status line and a line of hints.
type alone struct {
	host *kit.Host
	size kit.Size
	went []store.Place
}

func newAlone(c *kit.Context) *alone {
	a := &alone{host: &kit.Host{Context: c}}
	a.host.Make = func(c *kit.Context, p store.Place) kit.Page { return &nowhere{id: c.NewID(), place: p} }
	return a
}

// Init implements tea.Model.
func (a *alone) Init() tea.Cmd {
	make := a.host.Make
	a.host.Make = func(c *kit.Context, p store.Place) kit.Page {
		a.went = append(a.went, p)
		return make(c, p)
	}
	return a.host.Init()
}

// Update implements tea.Model.
func (a *alone) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if m, ok := msg.(tea.WindowSizeMsg); ok {
		a.size = kit.Size{W: m.Width, H: m.Height}
		a.host.Context.Room, a.host.Context.Page = kit.DialogRoom(a.body()), a.body()
		return a, a.host.Resized(m)
	}
	if m, ok := msg.(tea.MouseMsg); ok {
		at := m.Mouse()
		if d := a.host.Dialog(); d != nil {
			_, _, inner := kit.DialogBox(a.host.Context, d, a.body())
			return a, a.host.Update(kit.Mouse{Msg: m, X: at.X - inner.X, Y: at.Y - inner.Y})
		}
		return a, a.host.Update(kit.Mouse{Msg: m, X: at.X, Y: at.Y})
	}
	return a, a.host.Update(msg)
}

func (a *alone) body() kit.Size { return kit.Size{W: a.size.W, H: a.size.H - 2} }

// View implements tea.Model.
func (a *alone) View() tea.View {
	c := a.host.Context
	page, status, actions := strings.Repeat("\n", a.body().H-1), "", []kit.Action(nil)
	if p := a.host.Page(); p != nil {
		page, status, actions = p.View(c, a.body()), p.Status(c, a.size.W), p.Actions()
	}
	for _, d := range a.host.Dialogs() {
		box, at, _ := kit.DialogBox(c, d, a.body())
		page, actions = kit.Overlay(c.Theme, page, box, at), d.Actions()
	}
	if n := a.host.Notice(); n.Text != "" {
		status = kit.Clip(n.Text, a.size.W)
	}
	return tea.NewView(page + "\n" + status + "\n" + kit.Hints(c.Theme, c.Keys, a.size.W, actions))
}

// nowhere stands for the page of a place that a test has no page for.
type nowhere struct {
	id    kit.ID
	place store.Place
}

func (n *nowhere) ID() kit.ID                                 { return n.id }
func (n *nowhere) Title() string                              { return n.place.Space }
func (n *nowhere) Init(*kit.Context) tea.Cmd                  { return nil }
func (n *nowhere) Update(*kit.Context, tea.Msg) tea.Cmd       { return nil }
func (n *nowhere) View(_ *kit.Context, s kit.Size) string     { return strings.Repeat("\n", s.H-1) }
func (n *nowhere) Status(*kit.Context, int) string            { return "" }
func (n *nowhere) Actions() []kit.Action                      { return nil }
func (n *nowhere) Typing() bool                               { return false }
func (n *nowhere) Effects(*kit.Context, []job.Effect) tea.Cmd { return nil }
func (n *nowhere) Close()                                     {}
