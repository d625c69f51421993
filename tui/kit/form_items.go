package kit

import (
	"strings"
	"unicode"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
)

// labelWidth aligns the values of forms.
const labelWidth = 14

// label is how many cells the labels have in a form of w cells.
func label(w int) int { return min(labelWidth, max(w*2/5, 1)) }

// Text is lines that only are read, styled and broken already.
type Text struct {
	Lines []string
	Spare int // 0: it must be there; else it is left out where there is no room, the highest first
}

// Gap is an empty line, the first that is left out where there is no room.
var Gap = &Text{Lines: []string{""}, Spare: 9}

func (t *Text) stops() []stop     { return nil }
func (t *Text) extent(int) extent { return extent{len(t.Lines), len(t.Lines), 0, t.Spare} }
func (t *Text) draw(*painter, int, int) sketch {
	return sketch{lines: append([]string(nil), t.Lines...)}
}

// Entry is a field with its label.
type Entry struct {
	Label    string // "" for a field of the whole width
	Name     string // its name as a stop; "": the label
	Field    *Field
	Paths    bool                                // a paste goes to the form's Paste, because it may name files
	Changed  func(*Context) tea.Cmd              // the value is another one now
	Complete func(*Context) (tea.Cmd, bool)      // Tab; false: it goes on to the next stop
	Enter    func(*Context) tea.Cmd              // nil: Enter presses the default button
	Word     string                              // what Enter does, for the hints
	Gained   func(*Context) tea.Cmd              // it got the focus
	Moves    func(*Context, Key) (tea.Cmd, bool) // takes keys before the form does: a list beside a field
}

func (e *Entry) stops() []stop     { return []stop{e} }
func (e *Entry) extent(int) extent { return extent{1, 1, 0, 0} }
func (e *Entry) enter() string     { return e.Word }

func (e *Entry) name() string {
	if e.Name != "" {
		return e.Name
	}
	return e.Label
}

func (e *Entry) gained(c *Context) tea.Cmd {
	if e.Gained == nil {
		return nil
	}
	return e.Gained(c)
}

func (e *Entry) edit(c *Context, msg tea.Msg) tea.Cmd {
	if e.Field.Update(c, msg) && e.Changed != nil {
		return e.Changed(c)
	}
	return nil
}

func (e *Entry) key(_ *Form, c *Context, k Key) (tea.Cmd, bool) {
	if e.Moves != nil {
		if cmd, taken := e.Moves(c, k); taken {
			return cmd, true
		}
	}
	switch {
	case k.Action == keys.Next && e.Complete != nil:
		return e.Complete(c)
	case pressed(k) && e.Enter != nil:
		return e.Enter(c), true
	}
	return nil, false
}

// indent is where the value begins.
func (e *Entry) indent(w int) int {
	if e.Label == "" {
		return min(2, w-1)
	}
	return min(2+label(w), w-1)
}

func (e *Entry) click(_ *Form, c *Context, _, x int) tea.Cmd {
	w := c.Room.W // the field draws its own width; only where it begins matters here
	if at := x - e.indent(w); at >= 0 {
		e.Field.click(at)
	}
	return nil
}

func (e *Entry) draw(p *painter, w, _ int) sketch {
	on := p.on(e)
	in := e.indent(w)
	line := p.mark(on)
	if e.Label != "" {
		line += p.labelled(e.Label, on, w)
	}
	return sketch{
		lines: []string{Clip(line, in) + e.Field.draw(p.th, w-in, on)},
		spots: []spot{{Area{0, 0, w, 1}, e, 0}},
		learn: []func(){func() { e.Field.fit(w - in) }},
	}
}

func (p *painter) labelled(text string, on bool, w int) string {
	style := p.th.Paint.Dim
	if on {
		style = p.th.Paint.Strong
	}
	return style.On(Fit(text, label(w)))
}

// Labelled draws a line of a form that only is read, with its label, and Under lines below the values of a form.
func Labelled(p Paint, label_, value string, w int) string {
	return "  " + p.On(Fit(label_, label(w))) + value
}

// Under indents lines to the values of a form of w cells.
func Under(w int, lines ...string) []string {
	for i := range lines {
		lines[i] = Blank(2+label(w)) + lines[i]
	}
	return lines
}

// Inner is how many cells the values of a form of w cells have.
func Inner(w int) int { return max(w-2-label(w), 1) }

// Button does something. Pressing one that is off tells why.
type Button struct {
	Label  string
	Key    keys.Action // what presses it from everywhere but a field, and is shown with it; "" for none
	Sign   string      // the key as it is shown
	Danger bool        // what it does cannot be undone
	Why    string      // why it is off, or ""
	Run    func(*Context) tea.Cmd
}

func (b *Button) name() string  { return b.Label }
func (b *Button) enter() string { return b.word() }

// word is the label inside a sentence.
func (b *Button) word() string {
	r, n := utf8.DecodeRuneInString(b.Label)
	return string(unicode.ToLower(r)) + b.Label[n:]
}

func (b *Button) press(c *Context) tea.Cmd {
	if b.Why != "" {
		c.Notify(Warn, b.Why)
		return nil
	}
	if b.Run == nil {
		c.Dismiss()
		return nil
	}
	return b.Run(c)
}

func (b *Button) click(_ *Form, c *Context, _, _ int) tea.Cmd { return b.press(c) }

// key walks to the buttons beside it, and no further.
func (b *Button) key(f *Form, c *Context, k Key) (tea.Cmd, bool) {
	if pressed(k) {
		return b.press(c), true
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
