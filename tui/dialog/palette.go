package dialog

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
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
	p.form = p.asking
	p.find(c)
	return p
}

func (d *Palette) find(*kit.Context) tea.Cmd {
	d.found = d.found[:0]
	for i, e := range d.entries {
		if e.matches(d.filter.Value()) {
			d.found = append(d.found, i)
		}
	}
	d.list.SetLen(len(d.found))
	d.list.MoveTo(0)
	return nil
}

// moves walks over what was found while the filter is typed.
func (d *Palette) moves(c *kit.Context, k kit.Key) (tea.Cmd, bool) {
	switch k.Action {
	case keys.Up, keys.Down, keys.PageUp, keys.PageDown:
		return nil, d.list.Update(c, k)
	}
	return nil, false
}

func (d *Palette) run(c *kit.Context) tea.Cmd {
	if d.list.Cursor >= len(d.found) {
		return nil
	}
	return d.entries[d.found[d.list.Cursor]].run(c)
}

// asking is the form.
func (d *Palette) asking(s kit.Size) *kit.Form {
	w, t := room(s, normal), &d.c.Theme.Paint
	rows := &kit.Rows{Name: "found", List: &d.list, Most: len(d.entries), Still: true, Open: d.run,
		Empty: []string{t.Dim.On(end("  No command matches.", w))},
		Row: func(i, w int, _ bool) string {
			return d.entries[d.found[i]].row(d.c, w, i == d.list.Cursor)
		}}
	foot := fmt.Sprintf("  %s of %d · ↑ ↓ choose · Enter does it", kit.Count(len(d.found)), len(d.entries))
	return &kit.Form{Width: w, Focus: &d.focus, Items: []kit.Item{
		&kit.Entry{Name: "filter", Field: d.filter, Changed: d.find, Moves: d.moves, Enter: d.run, Word: "do it"},
		kit.Gap, rows, kit.Gap, spare(1, t.Dim.On(end(foot, w))),
	}}
}
