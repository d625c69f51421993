package kittest

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
)

// special are the keys that have names, as the terminal library names them.
var special = map[string]rune{
	"enter": tea.KeyEnter, "tab": tea.KeyTab, "backspace": tea.KeyBackspace, "esc": tea.KeyEscape,
	"up": tea.KeyUp, "down": tea.KeyDown, "left": tea.KeyLeft, "right": tea.KeyRight, "insert": tea.KeyInsert,
	"delete": tea.KeyDelete, "pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown, "home": tea.KeyHome, "end": tea.KeyEnd,
	"f1": tea.KeyF1, "f2": tea.KeyF2, "f3": tea.KeyF3, "f4": tea.KeyF4, "f5": tea.KeyF5, "f6": tea.KeyF6,
	"f7": tea.KeyF7, "f8": tea.KeyF8, "f9": tea.KeyF9, "f10": tea.KeyF10, "f11": tea.KeyF11, "f12": tea.KeyF12,
}

// KeyPress makes the message of a key by its name: "j", "G", "space", "ctrl+a", "shift+tab".
func KeyPress(name string) tea.KeyPressMsg {
	var mod tea.KeyMod
	rest := name
	for prefix, m := range map[string]tea.KeyMod{"ctrl+": tea.ModCtrl, "alt+": tea.ModAlt, "shift+": tea.ModShift} {
		if cut, ok := strings.CutPrefix(rest, prefix); ok && cut != "" {
			rest, mod = cut, mod|m
		}
	}
	if mod != 0 && strings.Contains(rest, "+") && rest != "+" { // two modifiers, in any order
		inner := KeyPress(rest)
		return tea.KeyPressMsg{Code: inner.Code, Mod: inner.Mod | mod}
	}
	if code, ok := special[rest]; ok {
		return tea.KeyPressMsg{Code: code, Mod: mod}
	}
	if rest == "space" {
		return tea.KeyPressMsg{Code: tea.KeySpace, Text: map[bool]string{true: " "}[mod == 0], Mod: mod}
	}
	r, _ := utf8.DecodeRuneInString(rest)
	if mod&^tea.ModShift != 0 {
		return tea.KeyPressMsg{Code: r, Mod: mod}
	}
	if unicode.IsUpper(r) {
		mod |= tea.ModShift
	}
	return tea.KeyPressMsg{Code: unicode.ToLower(r), Text: rest, Mod: mod}
}

// look is how long somebody looks at what a key did before it is pressed once more.
const look = time.Second / 2

// Press presses keys by their names, one after the other. What a key did is looked at before it is
// pressed again.
func (s *Screen) Press(names ...string) {
	s.t.Helper()
	for _, name := range names {
		if name == s.pressed && name != "backspace" {
			s.setNow(s.Now().Add(look))
		}
		s.pressed = name
		s.press(name)
	}
}

// Twice presses a key twice in a row, faster than anybody reads.
func (s *Screen) Twice(name string) {
	s.t.Helper()
	s.press(name)
	s.press(name)
	s.pressed = name
}

func (s *Screen) press(name string) {
	s.t.Helper()
	msg := KeyPress(name)
	if got := msg.String(); got != name {
		s.t.Fatalf("kittest: no key is named %q (this would be %q)", name, got)
	}
	s.Send(msg)
}

// Type types a text letter by letter.
func (s *Screen) Type(text string) {
	s.t.Helper()
	s.pressed = ""
	for _, r := range text {
		if r == ' ' {
			s.Send(KeyPress("space"))
			continue
		}
		s.Send(tea.KeyPressMsg{Code: unicode.ToLower(r), Text: string(r)})
	}
}

// Paste pastes a text, as a terminal delivers dropped files too.
func (s *Screen) Paste(text string) {
	s.t.Helper()
	s.Send(tea.PasteMsg{Content: text})
}

// Click clicks on a cell of the screen with the left button.
func (s *Screen) Click(x, y int) {
	s.t.Helper()
	s.Send(tea.MouseClickMsg{X: x, Y: y, Button: tea.MouseLeft})
	s.Send(tea.MouseReleaseMsg{X: x, Y: y, Button: tea.MouseLeft})
}

// DoubleClick clicks twice.
func (s *Screen) DoubleClick(x, y int) {
	s.t.Helper()
	s.Click(x, y)
	s.Click(x, y)
}

// ClickOn clicks on the first place where a text stands on the screen.
func (s *Screen) ClickOn(text string) {
	s.t.Helper()
	x, y, ok := s.Find(text)
	if !ok {
		s.t.Fatalf("kittest: %q is not on the screen to click on:\n%s", text, s.Text())
	}
	s.Click(x, y)
}

// Wheel turns the wheel over a cell: so many notches down, or up when negative.
func (s *Screen) Wheel(x, y, notches int) {
	s.t.Helper()
	button := tea.MouseWheelDown
	if notches < 0 {
		button, notches = tea.MouseWheelUp, -notches
	}
	for range notches {
		s.Send(tea.MouseWheelMsg{X: x, Y: y, Button: button})
	}
}

// Drag presses the left button on a cell and lets it go on another.
func (s *Screen) Drag(x, y, toX, toY int) {
	s.t.Helper()
	s.Send(tea.MouseClickMsg{X: x, Y: y, Button: tea.MouseLeft})
	s.Send(tea.MouseMotionMsg{X: toX, Y: toY, Button: tea.MouseLeft})
	s.Send(tea.MouseReleaseMsg{X: toX, Y: toY, Button: tea.MouseLeft})
}

// Resize changes the size of the terminal.
func (s *Screen) Resize(w, h int) {
	s.t.Helper()
	s.size.W, s.size.H = w, h
	s.Send(tea.WindowSizeMsg{Width: w, Height: h})
}
