package dialog

import (
	"errors"
	"strings"

	"spaces/keys"
	"spaces/store"
	"spaces/themes"
	"spaces/tui/kit"
)

// Comfortable widths of boxes, in cells. A smaller screen makes them smaller.
const (
	narrow = 56
	normal = 72
	wide   = 96
)

// room is the width to draw in.
func room(s kit.Size, want int) int { return max(min(s.W, want), 1) }

// middle shortens to w cells and keeps both ends: a folder's beginning and a file's extension.
func middle(s string, w int) string {
	if kit.Width(s) <= w {
		return s
	}
	return strings.TrimRight(kit.FitMiddle(s, w), " ")
}

// end shortens to w cells.
func end(s string, w int) string {
	if kit.Width(s) <= w {
		return s
	}
	return strings.TrimRight(kit.Fit(s, w), " ")
}

// styled breaks a sentence into lines and paints each.
func styled(s string, w int, p themes.Paint) []string {
	if s == "" {
		return nil
	}
	lines := kit.Wrap(s, max(w, 1))
	for i := range lines {
		lines[i] = p.On(lines[i])
	}
	return lines
}

// note is styled, in line with what stands behind marks.
func note(s string, w int, p themes.Paint) []string {
	lines := styled(s, w-2, p)
	for i := range lines {
		lines[i] = "  " + lines[i]
	}
	return lines
}

// mark stands before the row under the cursor, so that it shows without colour.
func mark(cursor bool) string {
	if cursor {
		return "▸ "
	}
	return "  "
}

// shown is a name as it may be drawn.
func shown(name string) string { return store.Printable(name) }

// explain makes of a failure a sentence that says what happened and what to do.
func explain(err error) string {
	var e *store.Error
	if !errors.As(err, &e) {
		return store.Capital(shown(err.Error())) + "."
	}
	what := string(e.Kind)
	if e.Code != "" {
		what += " (" + e.Code + ")"
	}
	text := strings.TrimSpace(e.Op+" "+e.Ref.String()) + ": " + what
	if e.RequestID != "" {
		text += ", request " + e.RequestID
	}
	text = store.Capital(shown(text)) + "."
	switch advice := e.Advice(); {
	case e.Kind == store.NotFound: // whose advice is a key of pages
		text += " It is not there any more."
	case advice != "":
		text += " " + shown(advice)
	}
	return text
}

// happened is what an error says, without what was attempted.
func happened(err error) string {
	var e *store.Error
	if errors.As(err, &e) {
		err = e.Err
	}
	return shown(err.Error())
}

// transfersHint names the key that shows running work.
func transfersHint(c *kit.Context) string {
	if key := c.Keys.Key(keys.Transfers); key != "" {
		return "; " + key + " shows the transfers"
	}
	return ""
}

// code is a failure in a few words: its kind and the endpoint's own word for it.
func code(err error) string {
	var e *store.Error
	if !errors.As(err, &e) {
		return shown(err.Error())
	}
	if e.Code != "" {
		return shown(string(e.Kind) + " (" + e.Code + ")")
	}
	return shown(string(e.Kind))
}
