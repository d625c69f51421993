package dialog

import (
	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store"
	"spaces/store/job"
	"spaces/tui/kit"
)

// Destroy removes a Space with everything in it. Its name has to be typed: no single key can do it.
type Destroy struct {
	base
	counter
	spec  job.Spec
	space string
	name  *kit.Field
	focus int // 0: the name, 1: Cancel, 2: Destroy
	told  string
}

// NewDestroy plans the end of a Space.
func NewDestroy(c *kit.Context, space string) *Destroy {
	return &Destroy{
		base: newBase(c, "Destroy – "+shown(space)), space: space, name: kit.NewField("", "type the name of the Space"),
		spec: job.Spec{Kind: job.Destroy, From: c.Store.Conn(), To: c.Store.Conn(),
			Sources: []job.Source{{Ref: store.Ref{Space: space}, Folder: true}}},
	}
}

// Init implements kit.Dialog: counting begins.
func (d *Destroy) Init(c *kit.Context) tea.Cmd { return d.counter.start(c, d.id, d.spec) }

// Close implements kit.Dialog.
func (d *Destroy) Close() { d.counter.close() }

// Update implements kit.Dialog.
func (d *Destroy) Update(c *kit.Context, msg tea.Msg) tea.Cmd {
	cmd, _ := d.counter.take(c, d.id, msg)
	if i, _, ok := d.clicked(msg); ok {
		d.toward(i + 1)
		msg = kit.Key{Action: keys.Enter}
	}
	p, ok := d.press(c, msg, d.focus == 0)
	if !ok {
		return cmd
	}
	switch p.name {
	case "esc":
		c.Dismiss()
	case "tab", "down":
		d.toward((d.focus + 1) % 3)
	case "shift+tab", "up":
		d.toward((d.focus + 2) % 3)
	case "enter":
		return d.enter(c)
	default:
		switch {
		case d.focus > 0 && (p.name == "left" || p.name == "right"):
			d.toward(3 - d.focus)
		case d.focus == 0 && d.name.Update(c, p.msg):
			d.told = ""
		}
	}
	return cmd
}

func (d *Destroy) toward(focus int) {
	if d.focus = focus; focus == 0 {
		d.name.Focus()
	} else {
		d.name.Blur()
	}
}

// enter goes from the name to the buttons, of which the first one says no.
func (d *Destroy) enter(c *kit.Context) tea.Cmd {
	switch {
	case d.focus == 1:
		c.Dismiss()
	case d.name.Value() != d.space:
		d.told = "That is not the name of the Space"
		d.toward(0)
	case d.focus == 0:
		d.toward(1)
	case d.counting():
		d.told = "Wait until everything is counted"
	default:
		d.begin(c, "Destroying "+shown(d.space))
	}
	return nil
}

// View implements kit.Dialog.
func (d *Destroy) View(c *kit.Context, s kit.Size) string {
	w, t := room(s, normal), &c.Theme.Paint
	lines := []string{"", "  " + t.Strong.On(middle(shown(d.space), w-40)) + d.numbers(t), ""}
	lines = append(lines, note("The Space, everything in it and its unfinished uploads are deleted for good. "+
		"Its links break, and its name becomes free for others.", w, t.Warn)...)
	lines = append(lines, d.trouble(t, w)...)
	lines = append(lines, "", labelled(t, "Its name", d.name.View(c.Theme, w-labelWidth-2), d.focus == 0),
		kit.Blank(labelWidth+2)+t.Warn.On(d.told), "",
		buttons(c, w, d.focus-1, kit.Button{Label: "Cancel"}, kit.Button{Label: "Destroy", Danger: true}))
	return d.drawn(block(w, s.H, lines...))
}

// Actions implements kit.Dialog.
func (d *Destroy) Actions() []kit.Action {
	return []kit.Action{hint(keys.Next, func(*kit.Context) tea.Cmd { d.toward((d.focus + 1) % 3); return nil }), dismiss()}
}
