package tui_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store"
	"spaces/store/job"
	"spaces/tui"
	"spaces/tui/kit"
	"spaces/tui/kit/kittest"
)

// fake is a page over a list of any length that notes what it is told.
type fake struct {
	id      kit.ID
	place   store.Place
	list    kit.List
	told    []string
	typing  bool
	closed  bool
	view    string // instead of the list
	request kit.Slot[string]
	effects []job.Effect
}

func newFake(c *kit.Context, p store.Place) *fake {
	f := &fake{id: c.NewID(), place: p}
	f.list.SetLen(100)
	return f
}

func (f *fake) ID() kit.ID                { return f.id }
func (f *fake) Title() string             { return f.place.Space + "/" + f.place.Prefix }
func (f *fake) Init(*kit.Context) tea.Cmd { f.tell("init"); return nil }
func (f *fake) tell(s string)             { f.told = append(f.told, s) }

func (f *fake) Update(c *kit.Context, msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case kit.Key:
		f.tell("key " + string(m.Action))
		if m.Action == keys.Enter {
			c.Go(store.Place{Space: "media", Prefix: f.place.Prefix + "a/"})
		}
		if m.Action == keys.Parent {
			c.Go(f.place.Above())
		}
	case tea.KeyPressMsg:
		f.tell("text " + m.String())
		if m.String() == "esc" {
			f.typing = false
		}
	case tea.PasteMsg:
		f.tell("paste " + m.Content)
	case kit.Mouse:
		f.tell(fmt.Sprintf("mouse %d,%d", m.X, m.Y))
	case kit.Return:
		f.tell("return")
	}
	if v, _, ok := f.request.Take(msg); ok {
		f.tell("answer " + v)
	}
	f.list.Update(c, msg)
	return nil
}

func (f *fake) View(_ *kit.Context, s kit.Size) string {
	if f.view != "" {
		return f.view
	}
	return f.list.View(s, func(i, w int, cursor bool) string {
		mark := " "
		if cursor {
			mark = "▌"
		}
		return kit.Fit(fmt.Sprintf("%sIMG_%07d.jpg   2.4 MB   2026-11-03   public", mark, i), w)
	})
}

func (f *fake) Status(*kit.Context, int) string { return kit.Count(f.list.Len()) + " rows" }

func (f *fake) Actions() []kit.Action {
	return []kit.Action{
		{Name: keys.Filter, Run: func(*kit.Context) tea.Cmd { f.typing = true; return nil }},
		{Name: keys.Delete, Why: func() string { return "Nothing is selected." }, Run: func(*kit.Context) tea.Cmd { f.tell("deleted"); return nil }},
		{Name: keys.Share, Run: func(c *kit.Context) tea.Cmd { c.Open(newFakeDialog(c)); return nil }},
		{Name: keys.Download, Run: func(c *kit.Context) tea.Cmd {
			return f.request.Start(c, f.id, func(context.Context) (string, error) { return f.place.Prefix, nil })
		}},
		{Name: keys.Rename, Run: func(c *kit.Context) tea.Cmd { c.Notify(kit.Info, "Deleting; w shows the transfers"); return nil }},
		{Name: keys.SortName, Run: func(*kit.Context) tea.Cmd { f.tell("sorted"); return nil }},
	}
}

func (f *fake) Typing() bool { return f.typing }
func (f *fake) Effects(_ *kit.Context, e []job.Effect) tea.Cmd {
	f.effects = append(f.effects, e...)
	return nil
}
func (f *fake) Close() { f.closed = true }

type fakeDialog struct {
	id     kit.ID
	told   []string
	typing bool
	closed bool
}

func newFakeDialog(c *kit.Context) *fakeDialog { return &fakeDialog{id: c.NewID()} }

func (d *fakeDialog) ID() kit.ID                { return d.id }
func (d *fakeDialog) Title() string             { return "Quick Share" }
func (d *fakeDialog) Init(*kit.Context) tea.Cmd { return nil }
func (d *fakeDialog) Update(c *kit.Context, msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case kit.Key:
		d.told = append(d.told, "key "+string(m.Action))
		if m.Action == keys.Cancel {
			c.Dismiss()
		}
	case tea.KeyPressMsg:
		d.told = append(d.told, "text "+m.String())
	case tea.PasteMsg:
		d.told = append(d.told, "paste "+m.Content)
	case kit.Mouse:
		d.told = append(d.told, fmt.Sprintf("mouse %d,%d", m.X, m.Y))
	}
	return nil
}
func (d *fakeDialog) View(*kit.Context, kit.Size) string { return "line one\nline two is longer" }
func (d *fakeDialog) Actions() []kit.Action              { return nil }
func (d *fakeDialog) Typing() bool                       { return d.typing }
func (d *fakeDialog) Close()                             { d.closed = true }

// panel is the whole root over fake pages.
type panel struct {
	*kittest.Screen
	model *tui.Model
	pages []*fake
}

func newPanel(t testing.TB, change func(*tui.Config), options ...kittest.Option) *panel {
	t.Helper()
	p := &panel{}
	p.Screen = kittest.Run(t, func(now func() time.Time) tea.Model {
		c := tui.Config{Now: now, Start: store.Place{Space: "media"}}
		c.Page = func(c *kit.Context, place store.Place) kit.Page {
			f := newFake(c, place)
			p.pages = append(p.pages, f)
			return f
		}
		if change != nil {
			change(&c)
		}
		p.model = tui.New(c)
		return p.model
	}, options...)
	return p
}

func (p *panel) top() *fake { return p.pages[len(p.pages)-1] }

// took fails unless the page was told exactly so much since the last time.
func (f *fake) took(t *testing.T, want ...string) {
	t.Helper()
	if got := strings.Join(f.told, "; "); got != strings.Join(want, "; ") {
		t.Errorf("the page was told %q, not %q", got, want)
	}
	f.told = nil
}
