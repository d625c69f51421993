package dialog

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store"
	"spaces/tui/kit"
)

// Help lists every key of the key map in force, by groups.
type Help struct {
	base
	bindings []keys.Binding
	off      map[keys.Action]string // why an action of the page below cannot be done now
	rows     []helpRow
	filter   *kit.Field
	typing   bool
}

// helpRow is a group's head or one binding.
type helpRow struct {
	group   string
	binding keys.Binding
}

// NewHelp lists the key map; actions are those of the page below.
func NewHelp(c *kit.Context, actions []kit.Action) *Help {
	d := &Help{base: newBase(c, "Keys"), bindings: c.Keys.Bindings(), off: map[keys.Action]string{},
		filter: kit.NewField("", "type a few letters")}
	for _, a := range actions {
		if why := a.Off(); why != "" {
			d.off[a.Name] = why
		}
	}
	d.form = d.asking
	d.find()
	return d
}

// find lays out the bindings that the filter lets through.
func (d *Help) find() {
	words := strings.Fields(strings.ToLower(d.filter.Value()))
	d.rows = d.rows[:0]
	group := ""
	for _, b := range d.bindings {
		if !helpMatches(b, words) {
			continue
		}
		if b.Group != group {
			if group = b.Group; len(d.rows) > 0 {
				d.rows = append(d.rows, helpRow{})
			}
			d.rows = append(d.rows, helpRow{group: group})
		}
		d.rows = append(d.rows, helpRow{binding: b})
	}
	d.scroll.Top()
}

func helpMatches(b keys.Binding, words []string) bool {
	text := strings.ToLower(b.Help + " " + string(b.Action) + " " + b.Group + " " + strings.Join(b.Keys, " "))
	for _, w := range words {
		if !strings.Contains(text, w) {
			return false
		}
	}
	return true
}

// narrow begins to type the filter.
func (d *Help) narrow(*kit.Context) tea.Cmd {
	d.typing, d.focus.Name = true, "filter"
	return nil
}

// cancel gives the filter up, and then the box.
func (d *Help) cancel(c *kit.Context) tea.Cmd {
	if !d.typing && d.filter.Value() == "" {
		c.Dismiss()
		return nil
	}
	d.typing = false
	d.filter.SetValue("")
	d.find()
	return nil
}

// asking is the form.
func (d *Help) asking(s kit.Size) *kit.Form {
	w, t := room(s, normal), &d.c.Theme.Paint
	lines := make([]string, len(d.rows))
	for i, r := range d.rows {
		lines[i] = d.row(r, w)
	}
	if len(lines) == 0 {
		lines = []string{t.Dim.On("  " + end("No key matches.", w-2))}
	}
	f := &kit.Form{Width: w, Focus: &d.focus, Cancel: d.cancel, Leave: "close", Actions: []kit.Action{
		{Name: keys.Filter, Hint: "filter", Run: d.narrow},
		{Name: keys.Help, Hint: kit.NoHint, Run: func(c *kit.Context) tea.Cmd { c.Dismiss(); return nil }},
	}}
	switch {
	case d.typing:
		f.Leave = "all keys"
		f.Items = append(f.Items, &kit.Entry{Name: "filter", Field: d.filter, Word: "done",
			Changed: func(*kit.Context) tea.Cmd { d.find(); return nil },
			Enter:   func(*kit.Context) tea.Cmd { d.typing = false; return nil }})
	case d.filter.Value() != "":
		f.Leave = "all keys"
		f.Items = append(f.Items, text("  "+t.Match.On(end(shown(d.filter.Value()), w-2))))
	default:
		f.Items = append(f.Items, spare(5, "  "+t.Dim.On(end(d.c.Keys.Key(keys.Filter)+" filters · ↑ ↓ scroll", w-2))))
	}
	f.Items = append(f.Items, kit.Gap, &kit.Pager{Lines: lines, Scroll: &d.scroll})
	return f
}

func (d *Help) row(r helpRow, w int) string {
	t := &d.c.Theme.Paint
	if r.binding.Action == "" {
		return t.Header.On(end(store.Capital(r.group), w))
	}
	var list []string
	for _, k := range r.binding.Keys {
		list = append(list, keys.Label(k))
	}
	column := min(20, max(w/3, 4))
	key := end(strings.Join(list, "  "), column-2)
	why := d.off[r.binding.Action]
	help := store.Capital(r.binding.Help)
	if why != "" {
		return "  " + t.Dim.On(end(kit.Fit(key, column)+help+" – "+shown(why), w-2))
	}
	return "  " + t.HintKey.On(kit.Fit(key, column)) + t.Text.On(end(help, w-column-2))
}
