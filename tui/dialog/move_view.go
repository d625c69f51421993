package dialog

import (
	"strings"

	"spaces/keys"
	"spaces/themes"
	"spaces/tui/kit"
)

// View implements kit.Dialog.
func (d *Move) View(c *kit.Context, s kit.Size) string {
	w, t := room(s, normal), &c.Theme.Paint
	if d.clashes.open {
		return d.drawn(block(w, s.H, d.clashes.view(c, &d.counter, w, s.H, "Move")...))
	}
	lines := []string{"", "  " + sources(t, d.spec.Sources) + t.Dim.On("  →  ") + t.PathLast.On(d.path(w-24)), ""}
	foot := d.foot(c, w)
	h := max(min(12, s.H-len(lines)-len(foot)), 1)
	d.list.Y = len(lines)
	rows := rowsOf(d.list.View(kit.Size{W: w, H: h}, func(i, w int, cursor bool) string {
		text := kit.Fit(mark0(cursor)+middle(shown(name(d.here.keys[i])), w-4), w)
		if cursor {
			return t.Cursor.On(text)
		}
		return t.Folder.On(text)
	}))
	if len(d.here.keys) == 0 {
		rows[0] = t.Dim.On("  " + d.nothing())
	}
	lines = append(lines, rows...)
	return d.drawn(block(w, s.H, append(lines, foot...)...))
}

func mark0(cursor bool) string {
	if cursor {
		return "▸ "
	}
	return "  "
}

// path is the folder that is shown, from the Space down.
func (d *Move) path(w int) string { return middle(shown(d.target+"/"+d.at), w) }

func (d *Move) nothing() string {
	switch {
	case d.listing.Busy():
		return "Listing…"
	case d.err != nil:
		return ""
	case d.here.any:
		return "There are no folders in here."
	}
	return "Nothing is in here yet; the folder comes into being with what is moved into it."
}

// foot is everything below the list.
func (d *Move) foot(c *kit.Context, w int) []string {
	t := &c.Theme.Paint
	var lines []string
	switch {
	case d.typing == typingPath:
		lines = append(lines, t.Bad.On("  "+end(d.wrong, w-2)), labelled(t, "Path", d.field.View(c.Theme, w-labelWidth-2), true))
	case d.typing == typingName:
		lines = append(lines, t.Bad.On("  "+end(d.wrong, w-2)), labelled(t, "New folder", d.field.View(c.Theme, w-labelWidth-2), true))
	case d.err != nil:
		lines = append(lines, note(explain(d.err), w, t.Bad)...)
	case d.plan != nil:
		lines = append(lines, "", "  "+t.Strong.On(d.sum())+t.Dim.On("   ("+d.state()+")"))
		lines = append(lines, d.trouble(t, w)...)
	case d.here.more:
		lines = append(lines, "", t.Dim.On("  There are more below."))
	default:
		lines = append(lines, "", t.Warn.On("  "+upper(d.why())))
	}
	return append(lines, "", d.keysLine(c, w))
}

func (d *Move) keysLine(c *kit.Context, w int) string {
	t := &c.Theme.Paint
	if d.typing != typingNothing {
		return t.Dim.On("Tab completes · Enter goes there · Esc back to the folders")
	}
	if d.plan != nil {
		return keyHints(c, t, keys.Cancel, "back to the folders")
	}
	move := t.Dim.On("Move here  ")
	if d.why() == "" {
		move = strings.TrimLeft(buttons(c, w, -1, kit.Button{Label: "Move here", Key: c.Keys.Key(keys.Confirm)}), " ")
	}
	return kit.Ends(keyHints(c, t, keys.Enter, "opens", keys.Parent, "up", keys.New, "new folder", keys.GoTo, "path"),
		move, w)
}

// keyHints draws pairs of an action and what its key does here.
func keyHints(c *kit.Context, t *themes.Paints, pairs ...any) string {
	var parts []string
	for i := 0; i+1 < len(pairs); i += 2 {
		key := c.Keys.Key(pairs[i].(keys.Action))
		if pairs[i] == keys.Enter {
			key = keys.Label("enter") // also a letter may be bound to it, but this always works
		}
		if key != "" {
			parts = append(parts, t.HintKey.On(key)+" "+t.Hint.On(pairs[i+1].(string)))
		}
	}
	return strings.Join(parts, "  ")
}
