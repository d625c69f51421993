package kit

import (
	"strings"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
)

// Field is a line of text that is typed. It holds exact bytes and shows them printable (store.Printable): a name with
// a control character or invalid UTF-8 in it can be edited, and what is left alone comes back byte for byte. That is why
// it is not the textinput of bubbles, which takes such characters out of what is typed, pasted and set.
type Field struct {
	placeholder string
	units       []string // the value, cut into runes and single invalid bytes
	pos         int      // unit that the cursor stands before
	offset      int      // first unit on the screen, as of when width was told
	width       int      // cells it was last fitted to, 0: never
	secret      bool
	blurred     bool
}

// NewField returns a field with the focus and the cursor at its end. placeholder is shown while it is empty.
func NewField(value, placeholder string) *Field {
	f := &Field{placeholder: placeholder}
	f.SetValue(value)
	return f
}

// Secret makes the field show dots.
func (f *Field) Secret() { f.secret = true }

// Value returns the text.
func (f *Field) Value() string { return strings.Join(f.units, "") }

// SetValue replaces the text and puts the cursor at its end.
func (f *Field) SetValue(s string) {
	f.units = units(s)
	f.pos, f.offset = len(f.units), 0
}

// SetPlaceholder changes what is shown while it is empty.
func (f *Field) SetPlaceholder(s string) { f.placeholder = s }

// SetCursor puts the cursor before byte i of the value: a rename begins before the extension.
func (f *Field) SetCursor(i int) {
	f.pos = 0
	for n := 0; f.pos < len(f.units) && n < i; f.pos++ {
		n += len(f.units[f.pos])
	}
}

// Focus gives the field the keys.
func (f *Field) Focus() { f.blurred = false }

// Blur takes the keys away.
func (f *Field) Blur() { f.blurred = true }

// Focused says whether the field has the keys.
func (f *Field) Focused() bool { return !f.blurred }

// units cuts s into runes and single invalid bytes.
func units(s string) []string {
	var list []string
	for len(s) > 0 {
		_, n := utf8.DecodeRuneInString(s)
		list = append(list, s[:n])
		s = s[n:]
	}
	return list
}

// Update types a key or a paste, of which the first line is taken. changed says whether the value is another one now.
func (f *Field) Update(_ *Context, msg tea.Msg) (changed bool) {
	if f.blurred {
		return false
	}
	switch m := msg.(type) {
	case tea.PasteMsg:
		line, _, _ := strings.Cut(strings.TrimLeft(m.Content, "\r\n"), "\n")
		return f.insert(strings.TrimRight(line, "\r"))
	case tea.KeyPressMsg:
		if m.Text != "" && m.Mod&^tea.ModShift == 0 {
			return f.insert(m.Text)
		}
		return f.edit(m.Keystroke())
	}
	return false
}

func (f *Field) insert(s string) bool {
	add := units(s)
	f.units = append(f.units[:f.pos:f.pos], append(add, f.units[f.pos:]...)...)
	f.pos += len(add)
	return len(add) > 0
}

// edit does what a key means in the line editors of shells.
func (f *Field) edit(key string) bool {
	switch key {
	case "left", "ctrl+b":
		f.pos = max(f.pos-1, 0)
	case "right", "ctrl+f":
		f.pos = min(f.pos+1, len(f.units))
	case "home", "ctrl+a":
		f.pos = 0
	case "end", "ctrl+e":
		f.pos = len(f.units)
	case "ctrl+left":
		f.pos = f.wordBefore()
	case "ctrl+right":
		f.pos = f.wordAfter()
	case "backspace", "ctrl+h", "shift+backspace":
		return f.cut(f.pos-1, f.pos)
	case "delete", "ctrl+d":
		return f.cut(f.pos, f.pos+1)
	case "ctrl+w", "ctrl+backspace":
		return f.cut(f.wordBefore(), f.pos)
	case "ctrl+delete":
		return f.cut(f.pos, f.wordAfter())
	case "ctrl+u":
		return f.cut(0, f.pos)
	case "ctrl+k":
		return f.cut(f.pos, len(f.units))
	}
	return false
}

func (f *Field) cut(from, to int) bool {
	from, to = max(from, 0), min(to, len(f.units))
	if from >= to {
		return false
	}
	f.units = append(f.units[:from:from], f.units[to:]...)
	f.pos = from
	return true
}

// separates says whether a unit stands between words.
func separates(unit string) bool { return strings.Contains(" /.-_:,", unit) }

func (f *Field) wordBefore() int {
	i := f.pos
	for i > 0 && separates(f.units[i-1]) {
		i--
	}
	for i > 0 && !separates(f.units[i-1]) {
		i--
	}
	return i
}

func (f *Field) wordAfter() int {
	i := f.pos
	for i < len(f.units) && separates(f.units[i]) {
		i++
	}
	for i < len(f.units) && !separates(f.units[i]) {
		i++
	}
	return i
}
