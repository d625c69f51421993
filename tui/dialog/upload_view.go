package dialog

import (
	"spaces/tui/kit"
)

// View implements kit.Dialog.
func (d *Upload) View(c *kit.Context, s kit.Size) string {
	w := room(s, wide)
	switch {
	case d.clashes.open:
		return d.drawn(block(w, s.H, d.clashes.view(c, &d.counter, w, s.H, "Upload")...))
	case d.plan != nil:
		return d.drawn(block(w, s.H, d.checking(c, w)...))
	}
	foot := d.foot(c, w)
	h := max(min(s.H, 30)-len(foot)-2, 3)
	lines := append(d.heads(c, w), d.lists(c, w, h)...)
	return d.drawn(block(w, s.H, append(lines, foot...)...))
}

// halves are the widths of the two lists.
func halves(w int) (left, right int) {
	left = (w - 3) * 11 / 20
	return left, w - 3 - left
}

// heads draws the heads of the two lists; the one that has the focus is marked.
func (d *Upload) heads(c *kit.Context, w int) []string {
	t := &c.Theme.Paint
	left, right := halves(w)
	dir := mark(t, d.focus == areaFiles) + t.Strong.On(kit.FitLeft(shown(d.files.dir), left-2))
	staged := mark(t, d.focus == areaStaged) + t.Strong.On(kit.Fit("Staged", right-2))
	rule := t.Border.On("│")
	line := kit.Fit("", left)
	if d.files.typing || d.files.filter.Value() != "" {
		if d.files.typing {
			d.files.filter.Focus()
		} else {
			d.files.filter.Blur()
		}
		line = "  " + t.Dim.On("begins with ") + d.files.filter.View(c.Theme, max(left-14, 4))
	}
	return []string{dir + " " + rule + " " + staged, kit.Pad(line, left) + " " + rule + " " + "  " + t.Dim.On(end(d.stage.sum(), right-2))}
}

func (d *Upload) lists(c *kit.Context, w, h int) []string {
	left, right := halves(w)
	d.files.list.Y, d.stage.list.Y = 2, 2
	files := d.files.view(c, left, h, d.focus == areaFiles, d.stage.has)
	staged := d.stage.view(c, right, h, d.focus == areaStaged)
	rule := c.Theme.Paint.Border.On("│")
	var lines []string
	for i := range h {
		lines = append(lines, kit.Pad(files[i], left)+" "+rule+" "+kit.Pad(staged[i], right))
	}
	return lines
}

// foot draws what is below the lists.
func (d *Upload) foot(c *kit.Context, w int) []string {
	t := &c.Theme.Paint
	in := w - labelWidth - 2
	access := 0
	if d.public {
		access = 1
	}
	lines := []string{
		"",
		labelled(t, "Path", d.path.field.View(c.Theme, in), d.focus == areaPath),
		labelled(t, "Access", choices(t, []string{"private", "public"}, access), d.focus == areaAccess),
	}
	note := ""
	switch {
	case d.focus == areaPath && d.path.found.err != nil && !d.path.looking.Busy():
		note = t.Warn.On(end(upper(reason(d.path.found.err)), w-2))
	case d.focus == areaPath:
		note = t.Dim.On(d.path.hint(w - 2))
	case len(d.stage.bad) > 0:
		for _, b := range d.stage.bad[:len(d.stage.bad)-1] {
			lines = append(lines, kit.Blank(2)+t.Warn.On(end(b, w-2)))
		}
		note = t.Warn.On(end(d.stage.bad[len(d.stage.bad)-1], w-2))
	case d.files.hidden:
		note = t.Dim.On("Hidden files are shown; . hides them")
	default:
		note = t.Dim.On("space adds · Enter opens · . shows hidden files")
	}
	return append(lines, kit.Blank(2)+note, buttons(c, w, int(d.focus-areaUpload), kit.Button{Label: "Upload", Key: c.Keys.Key("upload")}, kit.Button{Label: "Cancel"}))
}

// checking is what is shown while the destination is looked at.
func (d *Upload) checking(c *kit.Context, w int) []string {
	t := &c.Theme.Paint
	lines := []string{"", "  " + t.Strong.On(d.sum()) + t.Dim.On("   ("+d.state()+")"), ""}
	if d.counting() {
		lines = append(lines, t.Text.On("  Looking for names that exist there already…"))
	}
	lines = append(lines, d.trouble(t, w)...)
	return append(lines, "", t.Dim.On("  Esc goes back to the files"))
}
