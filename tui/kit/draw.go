package kit

import (
	"strings"

	"spaces/keys"
	"spaces/themes"
)

// Paint is a style ready for drawing; Theme.Paint has one for every style.
type Paint = themes.Paint

// Line composes one styled line of a known style below: Line{Base: th.Paint.Cursor}. The zero Line has none.
type Line struct {
	Base Paint
	b    strings.Builder
}

// Put adds printable text in a style over the line's own.
func (l *Line) Put(p Paint, text string) *Line {
	if text == "" {
		return l
	}
	if l.b.Cap() == 0 {
		l.b.Grow(256)
	}
	if l.Base.Pre == "" && p.Pre == "" {
		l.b.WriteString(text)
		return l
	}
	l.b.WriteString(l.Base.Pre)
	if !l.Base.Solid {
		l.b.WriteString(p.Pre)
	}
	l.b.WriteString(text)
	l.b.WriteString("\x1b[m")
	return l
}

// Space adds n cells in the line's own style.
func (l *Line) Space(n int) *Line { return l.Put(Paint{}, Blank(n)) }

func (l *Line) String() string { return l.b.String() }

// Column of a table.
type Column struct {
	Width int // cells; of a column with Flex, the least
	Flex  int // share of the room that is left over; 0: fixed
	Drop  int // columns are left out where there is no room, the highest first; 0: never
}

// Columns returns the width of every column so that they fill w cells with gap cells between them; 0 for those that
// are left out.
func Columns(w, gap int, columns ...Column) []int {
	widths := make([]int, len(columns))
	for i, c := range columns {
		widths[i] = c.Width
	}
	for {
		used, flex, drop := -gap, 0, -1
		for i, c := range columns {
			if widths[i] == 0 {
				continue
			}
			used += widths[i] + gap
			flex += c.Flex
			if c.Drop > 0 && (drop < 0 || c.Drop > columns[drop].Drop) {
				drop = i
			}
		}
		if used > w && drop >= 0 {
			widths[drop] = 0
			continue
		}
		spread(widths, columns, w-used, flex)
		return widths
	}
}

// spread hands the cells left over to the flexible columns; a lack of them is taken from the first flexible one.
func spread(widths []int, columns []Column, left, flex int) {
	for i, c := range columns {
		if c.Flex == 0 || widths[i] == 0 {
			continue
		}
		share := left
		if left > 0 {
			share = left * c.Flex / flex
		}
		share = max(share, 1-widths[i])
		widths[i] += share
		left -= share
		flex -= c.Flex
	}
}

// Box draws a frame of exactly size around body, with the title in its upper edge, as of what has the focus. title is
// printable text; body may be styled and is clipped or filled.
func Box(th *themes.Theme, title, body string, size Size) string {
	border := th.Paint.BorderFocus
	if size.W < 4 || size.H < 2 {
		return strings.Repeat("\n", max(size.H-1, 0))
	}
	inner := size.W - 2
	var b strings.Builder
	b.Grow(size.H * (size.W + 48))
	b.WriteString(topEdge(th, border, title, inner))
	side := border.On("│")
	for i := 0; i < size.H-2; i++ {
		var line string
		line, body, _ = strings.Cut(body, "\n")
		b.WriteString("\n" + side + Pad(line, inner) + side)
	}
	b.WriteString("\n" + border.On("╰"+strings.Repeat("─", inner)+"╯"))
	return b.String()
}

func topEdge(th *themes.Theme, border Paint, title string, inner int) string {
	if title == "" || inner < 6 {
		return border.On("╭" + strings.Repeat("─", inner) + "╮")
	}
	title = strings.TrimRight(Fit(title, min(Width(title), inner-4)), " ")
	rest := inner - 3 - Width(title)
	return border.On("╭─ ") + th.Paint.Title.On(title) + border.On(" "+strings.Repeat("─", rest)+"╮")
}

// Rule draws a horizontal line of w cells.
func Rule(th *themes.Theme, w int) string {
	return th.Paint.Border.On(strings.Repeat("─", max(w, 0)))
}

// eighths are the parts of a cell that a bar may fill.
var eighths = [...]string{"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"}

// Bar draws a part of a whole (0…1) as a bar of w cells.
func Bar(th *themes.Theme, w int, frac float64) string {
	if w <= 0 {
		return ""
	}
	n := int(min(max(frac, 0), 1)*float64(w*8) + 0.5)
	full, part := n/8, eighths[n%8]
	rest := w - full
	if part != "" {
		rest--
	}
	return th.Paint.Bar.On(strings.Repeat("█", full)+part) + th.Paint.BarRest.On(strings.Repeat("─", rest))
}

// hint is one of the line of hints.
type hint struct {
	action     keys.Action
	key, label string
	x, w       int
}

// hintList lays out the actions that are not off and have a key, as many as fit into w cells.
func hintList(km *keys.Map, w int, actions []Action) []hint {
	var list []hint
	x := 0
	for _, a := range actions {
		key, label := km.Key(a.Name), a.Hint
		if label == "" {
			label = km.Hint(a.Name)
		}
		if key == "" || label == "" || label == NoHint || a.Off() != "" {
			continue
		}
		n := Width(key) + 1 + Width(label)
		if x+n > w {
			break
		}
		list = append(list, hint{a.Name, key, label, x, n})
		x += n + 2
	}
	return list
}

// Hints draws what can be done now with its keys, as many as fit into w cells, from the key map in force. Actions
// that are off or have no key are left out.
func Hints(th *themes.Theme, km *keys.Map, w int, actions []Action) string {
	var b strings.Builder
	for i, h := range hintList(km, w, actions) {
		if i > 0 {
			b.WriteString("  ")
		}
		b.WriteString(th.Paint.HintKey.On(h.key) + " " + th.Paint.Hint.On(h.label))
	}
	return b.String()
}

// HintAt returns the action whose hint Hints draws at cell x.
func HintAt(km *keys.Map, w, x int, actions []Action) (keys.Action, bool) {
	for _, h := range hintList(km, w, actions) {
		if x >= h.x && x < h.x+h.w {
			return h.action, true
		}
	}
	return "", false
}
