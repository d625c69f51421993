package kit

import (
	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/themes"
)

// Form is what a dialog asks, as one list from top to bottom. Drawing, tab order, focus, what a click means and the
// hints all come from that list, so none of them can differ from what is on the screen. A Form is made anew from the
// dialog's state for every call; what stays between calls is its Focus, and the lists and fields that it refers to.
type Form struct {
	Width   int // cells that are comfortable; a smaller screen makes it smaller
	Items   []Item
	Focus   *Focus
	Actions []Action // what can be done beside the items, in the order of hints
	Rare    []Action // and what is less wanted: its hints come last
	Default string   // the name of the button that Enter presses elsewhere; "": the first

	Unsaved bool // leaving drops what was typed or changed: it has to be said once more

	Cancel func(*Context) tea.Cmd               // what Esc does; nil: the dialog is dismissed
	Leave  string                               // that in a word or two, for the hints; "": "cancel"
	Paste  func(*Context, tea.PasteMsg) tea.Cmd // takes what no field wants; nil: it is dropped
	Key    func(*Context, Key) tea.Cmd          // takes keys that no item wants; nil: they are dropped
}

// Focus remembers what of a Form has the focus. The zero Focus is on the first thing that can have it.
type Focus struct {
	Name   string
	warned bool // that leaving drops what is not saved
}

// Item is one thing of a Form: Text, Entry, Choice, Rows, Pager, Beside or Buttons.
type Item interface {
	stops() []stop
	extent(w int) extent
	draw(p *painter, w, h int) sketch
}

// stop is something that can have the focus.
type stop interface {
	name() string
	key(f *Form, c *Context, k Key) (cmd tea.Cmd, taken bool)
	click(f *Form, c *Context, part, x int) tea.Cmd // part and x, which counts from its left edge, are as drawn
	enter() string                                  // what Enter does on it, in a word; "": it presses the default button
}

// gains is a stop that wants to know when it gets the focus.
type gains interface{ gained(*Context) tea.Cmd }

func (f *Form) stops() []stop {
	var list []stop
	for _, it := range f.Items {
		list = append(list, it.stops()...)
	}
	return list
}

// at is the index of the stop that has the focus, -1 when there is none.
func (f *Form) at(stops []stop) int {
	for i, s := range stops {
		if s.name() == f.Focus.Name {
			return i
		}
	}
	return min(0, len(stops)-1)
}

// focused is the stop that has the focus, or nil.
func (f *Form) focused() stop {
	stops := f.stops()
	if i := f.at(stops); i >= 0 {
		return stops[i]
	}
	return nil
}

// Typing says whether keys are text: the focus is on a field.
func (f *Form) Typing() bool {
	_, is := f.focused().(*Entry)
	return is
}

// Update takes a key, a paste or the mouse.
func (f *Form) Update(c *Context, msg tea.Msg) tea.Cmd {
	for _, learn := range f.layout(c.Theme, c.Room).learn {
		learn()
	}
	switch m, _ := msg.(Mouse); msg.(type) {
	case Key, tea.KeyPressMsg, tea.PasteMsg:
		defer f.goesOn(f.Focus.warned)
	case Mouse:
		if _, is := m.Msg.(tea.MouseClickMsg); is {
			defer f.goesOn(f.Focus.warned)
		}
	}
	switch m := msg.(type) {
	case Key:
		return f.press(c, m)
	case Mouse:
		return f.mouse(c, m)
	case tea.KeyPressMsg:
		if e, is := f.focused().(*Entry); is {
			return e.edit(c, m)
		}
	case tea.PasteMsg:
		if e, is := f.focused().(*Entry); is && (f.Paste == nil || !e.Paths) {
			return e.edit(c, m)
		}
		if f.Paste != nil {
			return f.Paste(c, m)
		}
	}
	return nil
}

// pressed says whether a key is Enter itself. The key map also opens with other keys, such as the arrow to the right;
// among buttons and choices those move, so that nobody presses a button by walking.
func pressed(k Key) bool {
	return k.Action == keys.Enter && (k.Pressed == "enter" || k.Pressed == "")
}

// sideways is the direction of a key: -1 to the left, 1 to the right, else 0.
func sideways(k Key) int {
	switch {
	case k.Action == keys.Parent && k.Pressed != "backspace":
		return -1
	case k.Action == keys.Enter && !pressed(k):
		return 1
	}
	return 0
}

func (f *Form) press(c *Context, k Key) tea.Cmd {
	stops := f.stops()
	at := f.at(stops)
	if at >= 0 {
		if cmd, taken := stops[at].key(f, c, k); taken {
			return cmd
		}
	}
	switch {
	case k.Action == keys.Cancel:
		return f.cancel(c)
	case f.scroll(c, k):
		return nil
	case len(stops) > 0 && (k.Action == keys.Next || k.Action == keys.Prev):
		step := map[keys.Action]int{keys.Next: 1, keys.Prev: len(stops) - 1}[k.Action]
		return f.focus(c, stops[(at+step)%len(stops)])
	case k.Action == keys.Down && at+1 < len(stops):
		return f.focus(c, stops[at+1])
	case k.Action == keys.Up && at > 0:
		return f.focus(c, stops[at-1])
	case pressed(k):
		if b := f.button(); b != nil {
			return b.press(f, c)
		}
	}
	if f.Key != nil {
		return f.Key(c, k)
	}
	return nil
}

// goesOn forgets the warning when something else was pressed after it.
func (f *Form) goesOn(warned bool) {
	if warned {
		f.Focus.warned = false
	}
}

// mayLeave says whether the form may be left now, and warns where that drops something.
func (f *Form) mayLeave(c *Context) bool {
	if f.Unsaved && !f.Focus.warned {
		f.Focus.warned = true
		c.Notify(Warn, "What was changed is not saved: once more drops it.")
		return false
	}
	return true
}

func (f *Form) cancel(c *Context) tea.Cmd {
	if !f.mayLeave(c) {
		return nil
	}
	if f.Cancel != nil {
		return f.Cancel(c)
	}
	c.Dismiss()
	return nil
}

// focus puts the focus on a stop, if what has it lets go.
func (f *Form) focus(c *Context, s stop) tea.Cmd {
	cmd, _ := f.turnTo(c, s)
	return cmd
}

// turnTo is focus, and says whether the stop may be used now: also one that is used without having the focus.
func (f *Form) turnTo(c *Context, s stop) (cmd tea.Cmd, may bool) {
	had := f.focused()
	if had != nil && had.name() == s.name() {
		return nil, true
	}
	if e, is := had.(*Entry); is && e.Left != nil {
		if cmd, may = e.Left(c); !may {
			return cmd, false
		}
	}
	if rows, is := s.(*Rows); is && rows.Still {
		return cmd, true
	}
	f.Focus.Name = s.name()
	if g, is := s.(gains); is {
		cmd = tea.Batch(cmd, g.gained(c))
	}
	return cmd, true
}

// button is the one that Enter presses where no other has the focus, or nil.
func (f *Form) button() *Button {
	var first *Button
	for _, s := range f.stops() {
		if b, is := s.(*Button); is && b.Label == f.Default {
			return b
		} else if is && first == nil {
			first = b
		}
	}
	return first
}

// View draws the form into at most size. It changes nothing.
func (f *Form) View(th *themes.Theme, size Size) string { return f.layout(th, size).text() }
