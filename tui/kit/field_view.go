package kit

import (
	"unicode/utf8"

	"spaces/store"
	"spaces/themes"
)

// shown is how a unit is drawn.
func (f *Field) shown(i int) string {
	if f.secret {
		return "•"
	}
	return store.Printable(f.units[i])
}

// View draws the field in exactly w cells. Its cursor does not blink: a program that waits costs nothing.
func (f *Field) View(th *themes.Theme, w int) string { return f.draw(th, w, !f.blurred) }

// draw is View, with or without the cursor. It changes nothing.
func (f *Field) draw(th *themes.Theme, w int, cursor bool) string {
	if w <= 0 {
		return ""
	}
	if len(f.units) == 0 {
		return f.empty(th, w, cursor)
	}
	line := Line{}
	cells := 0
	for i := f.first(w); i <= len(f.units) && cells < w; i++ {
		text := " "
		if i < len(f.units) {
			text = f.shown(i)
		}
		if n := Width(text); cells+n > w {
			text = Fit(text, w-cells)
		}
		cells += Width(text)
		if i == f.pos && cursor {
			line.Put(cursorPaint, text)
			continue
		}
		line.Put(th.Paint.Input, text)
	}
	return line.Put(th.Paint.Input, Blank(w-cells)).String()
}

// cursorPaint is of the cell where the terminal's own cursor is to stand, where input methods and screen readers look.
var cursorPaint = Paint{Pre: cursorMark, Post: "\x1b[m"}

// first is the first unit shown in w cells: the cursor, and the end of the line behind it, are within. A field that is
// told its width keeps what it shows while the cursor moves in it; else the cursor has room on both sides.
func (f *Field) first(w int) int {
	room := w
	if f.width != w {
		room = max(w*2/3, 1)
	}
	least := f.back(f.pos, room)
	switch end := f.back(len(f.units), w); {
	case f.width != w:
		return min(least, end)
	case f.offset > f.pos:
		return f.pos
	default:
		return min(max(f.offset, least), max(end, least))
	}
}

// back is the first unit that is seen in w cells when unit i is the last one.
func (f *Field) back(i, w int) int {
	cells := 1
	if i < len(f.units) {
		cells = Width(f.shown(i))
	}
	for i > 0 && cells+Width(f.shown(i-1)) <= w {
		i--
		cells += Width(f.shown(i))
	}
	return i
}

// fit tells the field the room that it has.
func (f *Field) fit(w int) {
	f.width = w
	f.offset = f.first(w)
}

// click puts the cursor on a cell of the field.
func (f *Field) click(x int) {
	i, cells := f.first(f.width), 0
	for i < len(f.units) && cells+Width(f.shown(i)) <= x {
		cells += Width(f.shown(i))
		i++
	}
	f.pos = i
}

func (f *Field) empty(th *themes.Theme, w int, cursor bool) string {
	text := Fit(f.placeholder, w)
	if !cursor {
		return th.Paint.Placeholder.On(text)
	}
	if w == 1 || f.placeholder == "" {
		return cursorPaint.On(" ") + th.Paint.Input.On(Blank(w-1))
	}
	_, n := utf8.DecodeRuneInString(text)
	return cursorPaint.On(text[:n]) + th.Paint.Placeholder.On(text[n:])
}
