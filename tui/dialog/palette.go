package dialog

import (
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/sahilm/fuzzy"

	"spaces/keys"
	"spaces/store"
	"spaces/tui/kit"
)

// Palette finds an action, or a place, by a few of its letters and does it or goes there.
type Palette struct {
	base
	entries []entry // the actions, and after them the places
	actions int
	found   []int // indices of entries
	filter  *kit.Field
	list    kit.List
}

// NewPalette offers actions and places.
func NewPalette(c *kit.Context, actions []kit.Action, places []store.Place) *Palette {
	p := &Palette{base: newBase(c, "Commands"), entries: entriesOf(c, actions), actions: len(actions),
		filter: kit.NewField("", "a few letters of a command or a place")}
	for _, at := range places {
		p.entries = append(p.entries, entryOf(at))
	}
	p.form = p.asking
	p.find(c)
	return p
}

// entryOf is a place as the palette offers it.
func entryOf(at store.Place) entry {
	name := store.Printable(at.String())
	return entry{label: "Go to " + name, action: kit.Action{Run: func(c *kit.Context) tea.Cmd {
		c.Go(at)
		return nil
	}}}
}

// find has what every word occurs in first, and then what has the letters in their order, the best first. Before anything is
// typed it is all actions.
func (d *Palette) find(*kit.Context) tea.Cmd {
	d.found = d.found[:0]
	typed := d.filter.Value()
	for i, e := range d.entries {
		if e.matches(typed) && (typed != "" || i < d.actions) {
			d.found = append(d.found, i)
		}
	}
	exact := len(d.found)
	for _, m := range fuzzy.FindFrom(strings.ReplaceAll(typed, " ", ""), labels(d.entries)) {
		if !slices.Contains(d.found[:exact], m.Index) {
			d.found = append(d.found, m.Index)
		}
	}
	d.list.SetLen(len(d.found))
	d.list.MoveTo(0)
	return nil
}

// labels are the words of entries, for the search by letters.
type labels []entry

func (l labels) String(i int) string { return l[i].label }
func (l labels) Len() int            { return len(l) }

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
		Empty: []string{t.Dim.On(end("  No command and no place matches.", w))},
		Row: func(i, w int, _ bool) string {
			return d.entries[d.found[i]].row(d.c, w, i == d.list.Cursor)
		}}
	foot := fmt.Sprintf("  %s of %s · ↑ ↓ choose · Enter does it", kit.Count(len(d.found)), kit.Count(len(d.entries)))
	return &kit.Form{Width: w, Focus: &d.focus, Items: []kit.Item{
		&kit.Entry{Name: "filter", Field: d.filter, Changed: d.find, Moves: d.moves, Enter: d.run, Word: "do it"},
		kit.Gap, rows, kit.Gap, spare(1, t.Dim.On(end(foot, w))),
	}}
}
