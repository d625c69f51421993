package dialog

import (
	"spaces/themes"
	"spaces/tui/kit"
)

// View implements kit.Dialog.
func (d *CreateSpace) View(c *kit.Context, s kit.Size) string {
	w, t := room(s, normal), &c.Theme.Paint
	in := w - labelWidth - 2
	lines := []string{"", labelled(t, "Name", d.name.View(c.Theme, in), d.focus == partName)}
	lines = append(lines, under(d.verdict(t, in))...)
	lines = append(lines, "", labelled(t, "Region", d.regionView(c, in), d.focus == partRegion), "")
	listing := 0
	about := "Only your keys can list the files."
	if d.public {
		listing, about = 1, "Anybody can list the names of the files; it opens none of them."
	}
	lines = append(lines, labelled(t, "File listing", choices(t, []string{"restrict", "allow"}, listing), d.focus == partListing))
	lines = append(lines, under(styled(about, in, t.Dim))...)
	lines = append(lines, "")
	lines = append(lines, d.urls(c, t, in)...)
	lines = append(lines, "")
	if d.err != nil && d.wrong() == nil {
		lines = append(lines, note(explain(d.err), w, t.Bad)...)
	}
	label := "Create"
	if d.create.Busy() {
		label = "Creating…"
	}
	focus := max(int(d.focus-partCreate), 0) // Enter in a field creates too
	return d.drawn(block(w, s.H, append(lines, buttons(c, w, focus, kit.Button{Label: label}, kit.Button{Label: "Cancel"}))...))
}

// verdict is the line below the name, as one types: always one, so that nothing jumps.
func (d *CreateSpace) verdict(t *themes.Paints, w int) []string {
	err := d.wrong()
	switch {
	case d.name.Value() == "" && d.err == nil:
		return []string{t.Dim.On("3 to 63 characters; it becomes part of the address")}
	case err != nil:
		return []string{t.Warn.On(end(upper(err.Error()), w))}
	case d.have.Busy():
		return []string{t.Dim.On("Asking for the names that are taken…")}
	}
	return []string{t.Good.On("This name will do")}
}

func (d *CreateSpace) regionView(c *kit.Context, w int) string {
	t := &c.Theme.Paint
	switch {
	case !d.store.CanChooseRegion():
		return t.Text.On(shown(d.store.Region())) + t.Dim.On("  this server's own")
	case d.regions != nil:
		return pick(t, d.regions, d.region, w)
	}
	return d.typed.View(c.Theme, w)
}

func (d *CreateSpace) urls(c *kit.Context, t *themes.Paints, w int) []string {
	name := d.name.Value()
	if d.store.ValidName(name) != nil {
		name = "NAME"
	}
	lines := []string{labelled(t, "Addresses", "", false), ""}
	for i, u := range d.store.Addresses(name, d.chosen()) {
		u = t.Accent.On(middle(shown(u), w))
		if i == 0 {
			lines[0] = labelled(t, "Addresses", u, false)
			continue
		}
		lines[1] = kit.Blank(labelWidth+2) + u
	}
	return lines
}
