package dialog

import (
	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store"
	"spaces/tui/kit"
)

// asking is the form: the directory and what is staged side by side, the path, who may read, the buttons.
func (d *Upload) asking(s kit.Size) *kit.Form {
	if f := d.question(&d.base, s, uploading, "Upload", d.back); f != nil {
		return f
	}
	w := room(s, wide)
	if d.plan != nil {
		return d.checking(w)
	}
	t := &d.c.Theme.Paint
	var items []kit.Item
	if d.files.typing {
		items = append(items, &kit.Entry{Name: "filter", Label: "Begins with", Field: d.files.filter, Moves: d.beside,
			Changed: func(*kit.Context) tea.Cmd { d.files.find(); return nil }, Enter: d.filtered, Word: "done"})
	}
	access := 0
	if d.public {
		access = 1
	}
	items = append(items, d.lists(), kit.Gap,
		&kit.Entry{Label: "Path", Field: d.path.field, Paths: true, Gained: d.atPath, Enter: d.typed, Word: "open",
			Changed:  func(c *kit.Context) tea.Cmd { return d.path.typed(c, d.id) },
			Complete: func(c *kit.Context) (tea.Cmd, bool) { return d.path.complete(c, d.id) }},
		&kit.Choice{Label: "Access", Options: kit.Options("Private", "Public"), Chosen: access,
			Choose: func(_ *kit.Context, i int) tea.Cmd { d.public = i == 1; return nil }})
	for _, b := range d.stage.bad {
		items = append(items, spare(1, "  "+t.Warn.On(end(b, w-2))))
	}
	begin := d.keyed("Upload", keys.Upload, d.upload)
	f := &kit.Form{Width: w, Focus: &d.focus, Paste: d.paste, Cancel: d.back, Rare: d.rare()}
	switch d.focus.Name {
	case "", "files":
		f.Actions = []kit.Action{{Name: keys.Select, Hint: "add", Run: d.toggle}}
	case "staged":
		f.Actions = []kit.Action{{Name: keys.Remove, Hint: "remove", Run: does(func() { d.stage.remove(d.stage.list.Cursor) })}}
	}
	f.Items = append(items, spare(4, "  "+d.note(w-2)), kit.Buttons{begin, dismiss("Cancel")})
	return f
}

// lists are the directory and what is staged.
func (d *Upload) lists() *kit.Beside {
	t := &d.c.Theme.Paint
	on := func(focus bool) string { return t.Accent.On(mark(focus)) }
	return &kit.Beside{Least: 56,
		Left: kit.Half{
			Head: func(w int, focus bool) []string {
				under := ""
				if v := d.files.filter.Value(); v != "" {
					under = "  " + t.Dim.On("begins with ") + t.Match.On(end(shown(v), max(w-14, 4)))
				}
				return []string{on(focus) + t.Strong.On(kit.FitLeft(shown(d.files.dir), w-2)), under}
			},
			Rows: &kit.Rows{Name: "files", List: &d.files.list, Most: 28, Open: d.open, Word: "open", Keys: d.walk,
				Empty: d.files.nothing(t), Row: func(i, w int, cursor bool) string {
					return d.files.row(d.c, d.files.all[d.files.seen[i]], w, cursor, d.stage.has)
				}},
		},
		Right: kit.Half{
			Head: func(w int, focus bool) []string {
				return []string{on(focus) + t.Strong.On(kit.Fit("Staged", w-2)), "  " + t.Dim.On(end(d.stage.sum(d.c), w-2))}
			},
			Rows: &kit.Rows{Name: "staged", List: &d.stage.list, Most: 28, Empty: d.stage.nothing(t),
				Row: func(i, w int, cursor bool) string { return d.stage.items[i].row(d.c, w, cursor) }},
		},
	}
}

// rare are the keys that not everybody needs.
func (d *Upload) rare() []kit.Action {
	hidden := "hidden files"
	if d.files.hidden {
		hidden = "hide hidden"
	}
	return []kit.Action{
		{Name: keys.Filter, Hint: "filter", Run: does(d.narrow)},
		{Name: keys.GoTo, Hint: "path", Run: d.toPath},
		{Name: keys.Hidden, Hint: hidden, Run: does(func() { d.files.hidden = !d.files.hidden; d.files.find() })},
		{Name: keys.Confirm, Hint: kit.NoHint, Run: d.upload},
	}
}

// note is the line above the buttons.
func (d *Upload) note(w int) string {
	t := &d.c.Theme.Paint
	typing := d.focus.Name == "Path"
	switch {
	case typing && d.path.found.err != nil && !d.path.looking.Busy():
		return t.Warn.On(end(store.Capital(reason(d.path.found.err)), w))
	case typing:
		return t.Dim.On(d.path.hint(w))
	case d.public && d.store.UploadAccess() == store.PublicRead:
		return t.Warn.On(end("Public: as this connection is set for uploads", w))
	case d.files.hidden:
		return t.Dim.On(end("Hidden files are shown", w))
	}
	return ""
}

// checking is what is shown while the destination is looked at, and when that has failed.
func (d *Upload) checking(w int) *kit.Form {
	t := &d.c.Theme.Paint
	items := []kit.Item{kit.Gap, text(d.figures(d.c, kit.Plural(len(d.stage.items), "thing"), w)...), kit.Gap}
	if d.counting() {
		items = append(items, text(note("Looking for names that exist there already…", w, t.Text)...))
	}
	items = append(items, &kit.Pager{Lines: d.trouble(t, w), Scroll: &d.scroll}, kit.Gap, kit.Buttons{{Label: "Back", Run: d.back}})
	return &kit.Form{Width: w, Focus: &d.focus, Items: items, Cancel: d.back, Leave: "back"}
}
