package kit

import (
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
	Room     int                                 // cells of the label, 0: as all labels have
	Paths    bool                                // a paste goes to the form's Paste, because it may name files
	Changed  func(*Context) tea.Cmd              // the value is another one now
	Complete func(*Context) (tea.Cmd, bool)      // Tab; false: it goes on to the next stop
	Enter    func(*Context) tea.Cmd              // nil: Enter presses the default button
	Word     string                              // what Enter does, for the hints
	Gained   func(*Context) tea.Cmd              // it got the focus
	Left     func(*Context) (tea.Cmd, bool)      // the focus goes elsewhere; false: it has to stay
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
	return min(2+e.room(w), w-1)
}

// room is how many cells the label has.
func (e *Entry) room(w int) int { return min(max(e.Room, label(w)), max(w*2/5, 1)) }

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
		line += p.labelOf(on).On(Fit(e.Label, e.room(w)-1) + " ")
	}
	return sketch{
		lines: []string{Clip(line, in) + e.Field.draw(p.th, w-in, on)},
		spots: []spot{{Area{0, 0, w, 1}, e, 0}},
		learn: []func(){func() { e.Field.fit(w - in) }},
	}
}

func (p *painter) labelled(text string, on bool, w int) string {
	return p.labelOf(on).On(Fit(text, label(w)))
}

func (p *painter) labelOf(on bool) Paint {
	if on {
		return p.th.Paint.Strong
	}
	return p.th.Paint.Dim
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
