package dialog

import (
	"cmp"
	"context"
	"errors"
	"strings"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store"
	"spaces/tui/kit"
)

// Bookmarks lists the places that are kept by a name, and below them those that were visited last. One goes to them,
// renames and removes them.
type Bookmarks struct {
	base
	all     kit.Bookmarks
	marks   []kit.Mark // those that are kept, then without a name those visited
	shown   []int      // of them, those that the filter lets through
	list    kit.List
	filter  *kit.Field
	naming  *kit.Field // the new name of the one under the cursor
	known   bool
	err     error
	load    kit.Slot[[]kit.Mark]
	change  kit.Slot[struct{}]
	resolve kit.Slot[store.Place]
}

// NewBookmarks opens the list; c.Bookmarks must not be nil.
func NewBookmarks(c *kit.Context) *Bookmarks {
	d := &Bookmarks{base: newBase(c, "Bookmarks"), all: c.Bookmarks, filter: kit.NewField("", "part of a name or place")}
	d.form = d.asking
	return d
}

// MarkName is what a place is called until it gets another name.
func MarkName(p store.Place) string {
	return cmp.Or(strings.TrimSuffix(store.Base(p.Prefix), "/"), p.Space, string(p.Tab), string(p.Conn), "Spaces")
}

// Init implements kit.Dialog.
func (d *Bookmarks) Init(c *kit.Context) tea.Cmd { return d.reload(c) }

// Close implements kit.Dialog.
func (d *Bookmarks) Close() {
	d.load.Cancel()
	d.change.Cancel()
	d.resolve.Cancel()
}

func (d *Bookmarks) reload(c *kit.Context) tea.Cmd {
	all := d.all
	return d.load.Start(c, d.id, func(context.Context) ([]kit.Mark, error) {
		marks, err := all.Marks()
		visited, err2 := all.Visited()
		kept := map[store.Place]bool{}
		for _, m := range marks {
			kept[m.Place] = true
		}
		for _, p := range visited {
			if !kept[p] {
				marks = append(marks, kit.Mark{Place: p})
			}
		}
		return marks, errors.Join(err, err2)
	})
}

// Update implements kit.Dialog.
func (d *Bookmarks) Update(c *kit.Context, msg tea.Msg) tea.Cmd {
	if marks, err, ok := d.load.Take(msg); ok {
		d.marks, d.err, d.known = marks, err, true
		d.show()
		return nil
	}
	if _, err, ok := d.change.Take(msg); ok {
		if d.err = err; err != nil {
			return nil
		}
		return d.reload(c)
	}
	return d.base.Update(c, msg)
}

// show applies the filter.
func (d *Bookmarks) show() {
	d.shown = d.shown[:0]
	words := strings.Fields(strings.ToLower(d.filter.Value()))
	for i, m := range d.marks {
		text, all := strings.ToLower(m.Name+" "+m.Place.String()), true
		for _, w := range words {
			all = all && strings.Contains(text, w)
		}
		if all {
			d.shown = append(d.shown, i)
		}
	}
	d.list.SetLen(len(d.shown))
}

// under is the one under the cursor.
func (d *Bookmarks) under() (kit.Mark, bool) {
	if d.list.Cursor >= len(d.shown) {
		return kit.Mark{}, false
	}
	return d.marks[d.shown[d.list.Cursor]], true
}

func (d *Bookmarks) open(c *kit.Context) tea.Cmd {
	if m, ok := d.under(); ok {
		c.Dismiss()
		c.Go(m.Place)
	}
	return nil
}

func (d *Bookmarks) nothing() string {
	if _, ok := d.under(); !ok {
		return "There is nothing under the cursor."
	}
	return ""
}

// none is why the one under the cursor cannot be removed, or "".
func (d *Bookmarks) none() string {
	if m, ok := d.under(); ok && m.Name == "" {
		return "It was visited, and is no bookmark: it goes by itself."
	}
	return d.nothing()
}

func (d *Bookmarks) remove(c *kit.Context) tea.Cmd {
	m, ok := d.under()
	if !ok || m.Name == "" {
		return nil
	}
	all := d.all
	return d.change.Start(c, d.id, func(context.Context) (struct{}, error) { return struct{}{}, all.Unmark(m.Place) })
}

// rename asks for another name; one that was only visited becomes a bookmark by it.
func (d *Bookmarks) rename(*kit.Context) tea.Cmd {
	if m, ok := d.under(); ok {
		d.naming = kit.NewField(cmp.Or(m.Name, MarkName(m.Place)), "name")
		d.focus.Name = "Name"
	}
	return nil
}

func (d *Bookmarks) renamed(c *kit.Context) tea.Cmd {
	m, ok := d.under()
	if m.Name = d.naming.Value(); !ok || m.Name == "" {
		return nil
	}
	d.naming, d.focus.Name = nil, "places"
	all := d.all
	return d.change.Start(c, d.id, func(context.Context) (struct{}, error) { return struct{}{}, all.Mark(m) })
}

func (d *Bookmarks) cancel(c *kit.Context) tea.Cmd {
	switch {
	case d.naming != nil:
		d.naming, d.focus.Name = nil, "places"
	case d.filter.Value() != "":
		d.filter.SetValue("")
		d.focus.Name = "places"
		d.show()
	default:
		c.Dismiss()
	}
	return nil
}

// moves walks over the list while the filter is typed.
func (d *Bookmarks) moves(c *kit.Context, k kit.Key) (tea.Cmd, bool) {
	switch k.Action {
	case keys.Up, keys.Down, keys.PageUp, keys.PageDown:
		return nil, d.list.Update(c, k)
	}
	return nil, false
}

// asking is the form.
func (d *Bookmarks) asking(s kit.Size) *kit.Form {
	w, t := room(s, normal), &d.c.Theme.Paint
	rows := &kit.Rows{Name: "places", List: &d.list, Most: min(max(len(d.marks), 3), 16), Open: d.open, Word: "go there", Row: d.row, Empty: note(d.empty(), w, t.Dim),
		Still: d.naming != nil}
	f := &kit.Form{Width: w, Focus: &d.focus, Cancel: d.cancel, Leave: "close", Items: []kit.Item{kit.Gap, rows, kit.Gap}}
	if d.err != nil {
		f.Items = append(f.Items, text(note(explain(d.err), w, t.Bad)...))
	}
	if d.naming != nil {
		f.Leave = "back"
		f.Items = append(f.Items, &kit.Entry{Label: "Name", Field: d.naming, Enter: d.renamed, Word: "keep"})
		return f
	}
	f.Items = append(f.Items, &kit.Entry{Label: "Filter", Field: d.filter, Enter: d.open, Word: "go there", Moves: d.moves,
		Changed: func(*kit.Context) tea.Cmd { d.list.MoveTo(0); d.show(); return nil }})
	f.Actions = []kit.Action{
		{Name: keys.Rename, Hint: "rename", Why: d.nothing, Run: d.rename},
		{Name: keys.Remove, Hint: "remove", Why: d.none, Run: d.remove},
		{Name: keys.Filter, Hint: "filter", Run: func(*kit.Context) tea.Cmd { d.focus.Name = "Filter"; return nil }},
	}
	return f
}

func (d *Bookmarks) empty() string {
	switch {
	case !d.known:
		return "Reading…"
	case d.err != nil && len(d.marks) == 0:
		return "" // the error says it
	case len(d.marks) > 0:
		return "None has that in its name or place."
	}
	return "There are none yet: " + d.c.Keys.Key(keys.Bookmark) + " keeps the place that is shown, and places that were visited are listed here too."
}

// row is a name with its place; of one that was visited, the place.
func (d *Bookmarks) row(i, w int, cursor bool) string {
	t, m := &d.c.Theme.Paint, d.marks[d.shown[i]]
	side := min(24, w/3)
	called, paint := shown(m.Name), t.Text
	if m.Name == "" {
		called, paint = "visited", t.Dim
	}
	called = mark(cursor) + kit.Fit(called, side)
	place := "  " + kit.FitMiddle(shown(m.Place.String()), max(w-side-4, 1))
	if cursor {
		return t.Cursor.On(kit.Fit(called+place, w))
	}
	return paint.On(called) + t.Dim.On(place)
}
