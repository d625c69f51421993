package kit

import (
	"strings"
	"unicode"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
)

// Button does something. Pressing one that is off tells why.
type Button struct {
	Label  string
	Key    keys.Action            // what presses it from everywhere but a field, and is shown with it; "" for none
	Sign   string                 // the key as it is shown
	Danger bool                   // what it does cannot be undone
	Why    string                 // why it is off, or ""
	Run    func(*Context) tea.Cmd // nil: it closes the dialog
}

func (b *Button) name() string  { return b.Label }
func (b *Button) enter() string { return b.word() }

// word is the label inside a sentence.
func (b *Button) word() string {
	r, n := utf8.DecodeRuneInString(b.Label)
	return string(unicode.ToLower(r)) + b.Label[n:]
}

func (b *Button) press(f *Form, c *Context) tea.Cmd {
	if b.Why != "" {
		c.Notify(Warn, b.Why)
		return nil
	}
	if b.Run == nil {
		if f.mayLeave(c) {
			c.Dismiss()
		}
		return nil
	}
	return b.Run(c)
}

func (b *Button) click(f *Form, c *Context, _, _ int) tea.Cmd { return b.press(f, c) }

// key walks to the buttons beside it, and no further.
func (b *Button) key(f *Form, c *Context, k Key) (tea.Cmd, bool) {
	if pressed(k) {
		return b.press(f, c), true
	}
	by := sideways(k)
	if by == 0 {
		return nil, false
	}
	stops := f.stops()
	if i := f.at(stops) + by; i >= 0 && i < len(stops) {
		if next, is := stops[i].(*Button); is {
			return f.focus(c, next), true
		}
	}
	return nil, true
}

// Buttons is a row of buttons at the right edge, broken into several where there is no room for one.
type Buttons []*Button

func (bs Buttons) stops() []stop {
	list := make([]stop, len(bs))
	for i, b := range bs {
		list[i] = b
	}
	return list
}

// face is a button as it is drawn.
type face struct {
	*Button
	text string
}

// cells is the room of a button, its text between blanks or brackets.
func (f face) cells() int { return Width(f.text) + 4 }

// rows breaks the row. Where one line has no room for all with their keys, those are left to the line of hints.
func (bs Buttons) rows(w int) [][]face {
	faces, all := make([]face, len(bs)), -1
	for i, b := range bs {
		faces[i] = face{b, b.Label}
		if b.Sign != "" {
			faces[i].text += " (" + b.Sign + ")"
		}
		all += 1 + faces[i].cells()
	}
	var rows [][]face
	x := 0
	for _, b := range faces {
		if all > w {
			b.text = b.Label
		}
		if n := b.cells(); len(rows) == 0 || x+1+n > w {
			rows = append(rows, nil)
			x = n
		} else {
			x += 1 + n
		}
		rows[len(rows)-1] = append(rows[len(rows)-1], b)
	}
	return rows
}

func (bs Buttons) extent(w int) extent {
	n := len(bs.rows(w))
	return extent{n, n, 0, 0}
}

func (bs Buttons) draw(p *painter, w, _ int) sketch {
	var s sketch
	for y, row := range bs.rows(w) {
		x := w - len(row) + 1
		for _, b := range row {
			x -= b.cells()
		}
		x = max(x, 0)
		line := strings.Builder{}
		line.WriteString(Blank(x))
		for i, b := range row {
			if i > 0 {
				line.WriteByte(' ')
				x++
			}
			line.WriteString(p.button(b))
			if x+b.cells() <= w { // who cannot read it whole shall not press it by chance
				s.spots = append(s.spots, spot{Area{x, y, b.cells(), 1}, b.Button, 0})
			}
			x += b.cells()
		}
		s.lines = append(s.lines, line.String())
	}
	return s
}

// button draws one. What Enter presses is in brackets, so that it shows without colours too.
func (p *painter) button(b face) string {
	t := &p.th.Paint
	paint, focus := t.Button, t.ButtonFocus
	switch {
	case b.Why != "":
		paint = t.Dim
	case b.Danger:
		paint, focus = t.ButtonDanger, t.ButtonDangerFocus
	}
	if b.Label == p.press {
		return focus.On("[ " + b.text + " ]")
	}
	return paint.On("  " + b.text + "  ")
}
