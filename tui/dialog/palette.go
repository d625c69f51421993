package dialog

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"spaces/tui/kit"
)

// Palette finds an action by words of its help line and runs it.
type Palette struct {
	base
	entries []entry
	found   []int // indices of entries
	filter  *kit.Field
	list    kit.List
}

// NewPalette offers actions.
func NewPalette(c *kit.Context, actions []kit.Action) *Palette {
	p := &Palette{base: newBase(c, "Commands"), entries: entriesOf(c, actions), filter: kit.NewField("", "type a few letters of what you want")}
	p.find()
	return p
}

func (d *Palette) find() {
	d.found = d.found[:0]
	for i, e := range d.entries {
		if e.matches(d.filter.Value()) {
			d.found = append(d.found, i)
		}
	}
	d.list.SetLen(len(d.found))
	d.list.MoveTo(0)
}

// Update implements kit.Dialog.
func (d *Palette) Update(c *kit.Context, msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case tea.PasteMsg:
		d.filter.Update(c, m)
		d.find()
		return nil
	case kit.Mouse:
		if d.list.Update(c, m) && d.list.Double() {
			return d.run(c)
		}
		return nil
	}
	p, ok := d.press(c, msg, true)
	switch {
	case !ok:
	case p.name == "esc":
		c.Dismiss()
	case p.name == "enter":
		return d.run(c)
	case p.name == "home", p.name == "end", !roll(c, &d.list, vertical(p)):
		if d.filter.Update(c, p.msg) {
			d.find()
		}
	}
	return nil
}

// vertical lets the keys that shells use for it walk up and down beside a text field.
func vertical(p press) press {
	switch p.name {
	case "ctrl+p":
		p.name = "up"
	case "ctrl+n":
		p.name = "down"
	}
	return p
}

func (d *Palette) run(c *kit.Context) tea.Cmd {
	if d.list.Cursor >= len(d.found) {
		return nil
	}
	return d.entries[d.found[d.list.Cursor]].run(c)
}

// View implements kit.Dialog.
func (d *Palette) View(c *kit.Context, s kit.Size) string {
	w, t := room(s, normal), &c.Theme.Paint
	h := max(min(len(d.entries), s.H-4), 1)
	d.list.Y = 2
	rows := rowsOf(d.list.View(kit.Size{W: w, H: h}, func(i, w int, cursor bool) string {
		return d.entries[d.found[i]].row(c, w, cursor)
	}))
	if len(d.found) == 0 {
		rows[0] = t.Dim.On("  No command has these words.")
	}
	lines := append([]string{t.Accent.On("▸ ") + d.filter.View(c.Theme, w-2), ""}, rows...)
	return block(w, s.H, append(lines, "", t.Dim.On(fmt.Sprintf("  %s of %d · ↑ ↓ choose · Enter does it", kit.Count(len(d.found)), len(d.entries))))...)
}

// Actions implements kit.Dialog.
func (d *Palette) Actions() []kit.Action {
	return []kit.Action{dismiss()}
}
