package dialog

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store"
	"spaces/store/job"
	"spaces/tui/kit"
)

// Access sets who may read files. One file is set at once, several by a job.
type Access struct {
	base
	refs    []store.Ref
	current store.Access
	public  bool
	focus   int // 0: the choice, 1: Apply, 2: Cancel
	set     kit.Slot[struct{}]
	err     error
}

// NewAccess offers private and public for refs. current is what they all have now, "" when that is not known.
func NewAccess(c *kit.Context, refs []store.Ref, current store.Access) *Access {
	return &Access{base: newBase(c, "Permissions"), refs: append([]store.Ref(nil), refs...), current: current,
		public: current == store.PublicRead}
}

// Close implements kit.Dialog.
func (d *Access) Close() { d.set.Cancel() }

// Update implements kit.Dialog.
func (d *Access) Update(c *kit.Context, msg tea.Msg) tea.Cmd {
	if _, err, ok := d.set.Take(msg); ok {
		if d.err = err; err == nil {
			c.Dismiss()
			c.Notify(kit.Good, shown(name(d.refs[0].Key))+" is "+d.word()+" now")
		}
		return nil
	}
	if i, _, ok := d.clicked(msg); ok {
		d.focus = i + 1
		msg = kit.Key{Action: keys.Enter}
	}
	p, ok := d.press(c, msg, false)
	if !ok {
		return nil
	}
	switch p.name {
	case "esc":
		c.Dismiss()
	case "up", "down", "left", "right", "space":
		if d.focus == 0 {
			d.public = !d.public
		} else {
			d.focus = 3 - d.focus
		}
	case "tab":
		d.focus = (d.focus + 1) % 3
	case "shift+tab":
		d.focus = (d.focus + 2) % 3
	case "enter":
		if d.focus == 2 {
			c.Dismiss()
			return nil
		}
		return d.apply(c)
	}
	return nil
}

func (d *Access) access() store.Access {
	if d.public {
		return store.PublicRead
	}
	return store.Private
}

func (d *Access) word() string {
	if d.public {
		return "public"
	}
	return "private"
}

func (d *Access) apply(c *kit.Context) tea.Cmd {
	if d.set.Busy() || len(d.refs) == 0 {
		return nil
	}
	var sources []job.Source
	for _, r := range d.refs {
		sources = append(sources, job.Source{Ref: r})
	}
	plan := c.Jobs.Plan(job.Spec{Kind: job.Permissions, From: c.Store.Conn(), To: c.Store.Conn(), Sources: sources, Access: d.access()})
	if len(d.refs) > 1 {
		c.Jobs.Start(plan)
		c.Dismiss()
		c.Notify(kit.Info, "Making "+kit.Plural(len(d.refs), "file")+" "+d.word()+transfersHint(c))
		return nil
	}
	s, ref, to := c.Store, d.refs[0], d.access()
	d.err = nil
	return d.set.Start(c, d.id, func(ctx context.Context) (struct{}, error) { return struct{}{}, s.SetAccess(ctx, ref, to) })
}

// View implements kit.Dialog.
func (d *Access) View(c *kit.Context, s kit.Size) string {
	w, t := room(s, normal-8), &c.Theme.Paint
	what := kit.Plural(len(d.refs), "file")
	if len(d.refs) == 1 {
		what = shown(name(d.refs[0].Key))
	}
	lines := []string{"", "  " + t.Strong.On(middle(what, w-2)), ""}
	for i, text := range []string{
		"Private   only with your access keys or a Quick Share link",
		"Public    anybody who knows the address can read it",
	} {
		mark, style := "( ) ", t.Text
		if (i == 1) == d.public {
			mark, style = "(•) ", t.Accent
		}
		now := ""
		if d.current != "" && d.current == [...]store.Access{store.Private, store.PublicRead}[i] {
			now = "  now"
		}
		focus := "  "
		if d.focus == 0 && (i == 1) == d.public {
			focus = t.Accent.On("▸ ")
		}
		lines = append(lines, focus+style.On(mark+text)+t.Dim.On(now))
	}
	lines = append(lines, "")
	lines = append(lines, note(d.note(), w, t.Dim)...)
	if d.err != nil {
		lines = append(append(lines, ""), note(explain(d.err), w, t.Bad)...)
	}
	lines = append(lines, "", buttons(c, w, max(d.focus-1, 0), kit.Button{Label: "Apply"}, kit.Button{Label: "Cancel"}))
	return d.drawn(block(w, s.H, lines...))
}

func (d *Access) note() string {
	switch {
	case d.set.Busy():
		return "Setting it…"
	case d.current == store.Custom:
		return "It has grants of its own now; they are replaced."
	case d.current == store.PublicRead && !d.public:
		return "Plain links that were given out stop working."
	case d.public:
		return "Its plain URL works for everybody, without end."
	}
	return "Files in a public listing stay unreadable as long as they are private."
}

// Actions implements kit.Dialog.
func (d *Access) Actions() []kit.Action {
	return []kit.Action{dismiss()}
}
