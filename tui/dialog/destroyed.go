package dialog

import (
	"cmp"
	"context"
	"slices"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store"
	"spaces/tui/kit"
)

// Destroyed lists the Spaces that were destroyed and can be had back. One is brought back, under another name where its own
// is taken, or removed for good.
type Destroyed struct {
	base
	all    []store.Destroyed
	list   kit.List
	known  bool
	err    error
	as     *kit.Field       // the name that it comes back under
	ending *store.Destroyed // asked about before it goes for good
	back   func(*kit.Context, string) tea.Cmd
	load   kit.Slot[[]store.Destroyed]
	change kit.Slot[string]
}

// NewDestroyed opens the list of the connection. back is called when a Space is there again.
func NewDestroyed(c *kit.Context, back func(c *kit.Context, space string) tea.Cmd) *Destroyed {
	d := &Destroyed{base: newBase(c, "Destroyed Spaces"), as: kit.NewField("", "name"), back: back}
	d.form = d.asking
	return d
}

// Init implements kit.Dialog.
func (d *Destroyed) Init(c *kit.Context) tea.Cmd { return d.reload(c) }

// Close implements kit.Dialog.
func (d *Destroyed) Close() {
	d.load.Cancel()
	d.change.Cancel()
}

func (d *Destroyed) reload(c *kit.Context) tea.Cmd { return d.load.Start(c, d.id, d.store.Destroyed) }

// Update implements kit.Dialog.
func (d *Destroyed) Update(c *kit.Context, msg tea.Msg) tea.Cmd {
	if all, err, ok := d.load.Take(msg); ok {
		if d.known = true; err != nil {
			d.err = err
			return nil
		}
		d.all = all
		d.list.SetLen(len(all))
		return d.moved(c)
	}
	if name, err, ok := d.change.Take(msg); ok {
		d.ending = nil
		if d.err = err; err != nil || name == "" {
			return d.reload(c)
		}
		c.Dismiss()
		c.Notify(kit.Good, "The Space "+shown(name)+" is back")
		return d.back(c, name)
	}
	return d.base.Update(c, msg)
}

func (d *Destroyed) under() (store.Destroyed, bool) {
	if d.list.Cursor >= len(d.all) {
		return store.Destroyed{}, false
	}
	return d.all[d.list.Cursor], true
}

// moved proposes the name that the Space under the cursor had.
func (d *Destroyed) moved(*kit.Context) tea.Cmd {
	x, _ := d.under()
	d.as.SetValue(x.Name)
	return nil
}

func (d *Destroyed) restore(c *kit.Context) tea.Cmd {
	x, ok := d.under()
	if !ok || d.change.Busy() {
		return nil
	}
	d.err = nil
	s, name := d.store, cmp.Or(d.as.Value(), x.Name)
	return d.change.Start(c, d.id, func(ctx context.Context) (string, error) {
		as := name
		if as == x.Name {
			as = ""
		}
		return name, s.Undestroy(ctx, x, as)
	})
}

// ask asks before one goes for good.
func (d *Destroyed) ask(*kit.Context) tea.Cmd {
	if x, ok := d.under(); ok {
		d.ending, d.err = &x, nil
		d.focus.Name = "Cancel"
	}
	return nil
}

func (d *Destroyed) end(c *kit.Context) tea.Cmd {
	if d.change.Busy() {
		return nil
	}
	s, x := d.store, *d.ending
	return d.change.Start(c, d.id, func(ctx context.Context) (string, error) { return "", s.EndDestroyed(ctx, x) })
}

func (d *Destroyed) leave(*kit.Context) tea.Cmd {
	d.ending, d.focus.Name = nil, "Spaces"
	return nil
}

// why is why nothing can be done with the one under the cursor.
func (d *Destroyed) why() string {
	switch _, ok := d.under(); {
	case d.store.ReadOnly() != "":
		return d.store.ReadOnly()
	case !ok:
		return "There is nothing to bring back"
	}
	return ""
}

// asking is the form.
func (d *Destroyed) asking(s kit.Size) *kit.Form {
	w, t := room(s, normal+8), &d.c.Theme.Paint
	if d.ending != nil {
		return d.sure(w)
	}
	items := []kit.Item{kit.Gap}
	if len(d.all) > 0 {
		items = append(items, text("  "+t.Header.On(d.columns("Name", "Destroyed", "Until", "Objects", "Size", w-2))))
	}
	items = append(items, &kit.Rows{Name: "Spaces", List: &d.list, Most: min(max(len(d.all), 2), 12), Moved: d.moved, Row: d.row, Empty: note(d.empty(), w, t.Dim),
		Open: func(*kit.Context) tea.Cmd { d.focus.Name = "Name"; return nil }, Word: "choose"}, kit.Gap)
	if d.err != nil {
		items = append(items, &kit.Pager{Lines: note(d.trouble(), w, t.Bad), Scroll: &d.scroll}, kit.Gap)
	}
	if len(d.all) > 0 {
		items = append(items, &kit.Entry{Label: "Name", Field: d.as, Enter: d.restore, Word: "restore"}, kit.Gap)
	}
	buttons := kit.Buttons{dismiss("Close"), {Label: "Restore", Why: d.why(), Run: d.restore}, {Label: "Remove for good…", Danger: true, Why: d.why(), Run: d.ask}}
	if len(d.all) == 0 {
		buttons = buttons[:1]
	}
	return &kit.Form{Width: w, Focus: &d.focus, Items: append(items, buttons)}
}

// sure is the form of the question before one goes for good.
func (d *Destroyed) sure(w int) *kit.Form {
	t, x := &d.c.Theme.Paint, d.ending
	yes := d.keyed("Remove for good", keys.Confirm, d.end)
	yes.Danger = true
	return &kit.Form{Width: w, Focus: &d.focus, Cancel: d.leave, Leave: "back", Items: []kit.Item{kit.Gap,
		text("  " + t.Strong.On(middle(shown(x.Name), max(w-30, 8))) + t.Dim.On("  →  ") + t.Strong.On(kit.Plural(int(x.Objects), "object")+", "+d.c.Bytes(x.Bytes))), kit.Gap,
		text(note("It cannot be had back from then on: everything in it is removed from the disk.", w, t.Warn)...), kit.Gap,
		kit.Buttons{{Label: "Cancel", Run: d.leave}, yes}}}
}

func (d *Destroyed) trouble() string {
	switch store.KindOf(d.err) {
	case store.Exists:
		return "There is a Space of this name. Give it another one."
	case store.Denied:
		return "This key may not: what is destroyed belongs to who may make Spaces of any name, as the server's root key."
	}
	return explain(d.err)
}

func (d *Destroyed) empty() string {
	switch {
	case !d.known:
		return "Asking the endpoint…"
	case d.err != nil:
		return "" // the error says it
	}
	return "None. A Space that is destroyed can be had back for a week."
}

func (d *Destroyed) columns(name, destroyed, until, objects, size string, w int) string {
	f := d.c.Formats
	date, bytes, count := f.DateWidth()+2, f.SizeWidth()+2, 10
	last := []string{kit.Fit("  "+destroyed, date), kit.Fit("  "+until, date), kit.FitRight(objects, count), kit.FitRight(size, bytes)}
	wide := []int{date, date, count, bytes}
	for rest := w; ; last, wide = slices.Delete(last, len(last)-2, len(last)-1), slices.Delete(wide, len(wide)-2, len(wide)-1) {
		side := 0
		for _, n := range wide {
			side += n
		}
		if rest-side >= 16 || len(last) == 2 {
			line := kit.Fit(middle(name, max(rest-side, 8)), max(rest-side, 8))
			for _, x := range last {
				line += x
			}
			return line
		}
	}
}

func (d *Destroyed) row(i, w int, cursor bool) string {
	x, t := d.all[i], &d.c.Theme.Paint
	line := kit.Fit(mark(cursor)+d.columns(shown(x.Name), d.c.Date(x.Destroyed), d.c.Date(x.Until), kit.Count(x.Objects), d.c.Bytes(x.Bytes), w-2), w)
	if cursor {
		return t.Cursor.On(line)
	}
	return t.Row.On(line)
}
