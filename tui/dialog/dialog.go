// Package dialog holds the modal boxes of the panel, one file each: what is asked before something is made, moved or
// deleted, what is shown of links and transfers, and the menus. A dialog knows its targets from the moment it opens;
// nothing that happens below it can change them.
package dialog

import (
	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/tui/kit"
)

// base is what every dialog has: its identity and the keys pressed so far of a sequence.
type base struct {
	id      kit.ID
	title   string
	pending []string
	last    string // what was drawn last
}

func newBase(c *kit.Context, title string) base { return base{id: c.NewID(), title: title} }

// ID implements kit.Dialog.
func (b *base) ID() kit.ID { return b.id }

// Title implements kit.Dialog.
func (b *base) Title() string { return b.title }

// Init implements kit.Dialog.
func (b *base) Init(*kit.Context) tea.Cmd { return nil }

// Actions implements kit.Dialog.
func (b *base) Actions() []kit.Action { return nil }

// Typing implements kit.Dialog. Dialogs take keys as they were pressed: an arrow that walks over buttons must never
// be taken for the Enter that presses one, which the key map's "open" would make of it.
func (b *base) Typing() bool { return true }

// Close implements kit.Dialog.
func (b *base) Close() {}

// press is one key as a dialog takes it. Names are those of the key, except that what the key map calls movement
// has the name of the plain key: "up", "down", "left", "right", "home", "end", "pgup", "pgdown".
type press struct {
	name string
	text string      // what the key types, "" when it types nothing
	msg  tea.Msg     // the key itself, for a field
	act  keys.Action // what the key map makes of it, among the actions that were asked for
}

// movement gives the plain key of every moving action.
var movement = map[keys.Action]string{
	keys.Up: "up", keys.Down: "down", keys.Parent: "left", keys.Top: "home", keys.Bottom: "end",
	keys.PageUp: "pgup", keys.PageDown: "pgdown", keys.HalfUp: "pgup", keys.HalfDown: "pgdown",
	keys.Next: "tab", keys.Prev: "shift+tab", keys.Cancel: "esc", keys.Enter: "enter",
}

// fixed keys mean the same in every dialog, whatever the key map says: without them there is no way out of a box.
var fixed = map[string]bool{
	"up": true, "down": true, "left": true, "right": true, "home": true, "end": true, "pgup": true, "pgdown": true,
	"tab": true, "shift+tab": true, "esc": true, "enter": true, "backspace": true, "delete": true,
}

// press reads a key message. With text, keys that type are text and nothing else; otherwise the key map decides,
// among movement and the own actions.
func (b *base) press(c *kit.Context, msg tea.Msg, text bool, own ...keys.Action) (press, bool) {
	switch m := msg.(type) {
	case kit.Key:
		name := movement[m.Action]
		return press{name: name, act: m.Action, msg: m}, true
	case tea.KeyPressMsg:
		p := press{name: m.String(), msg: m}
		if m.Mod&^tea.ModShift == 0 {
			p.text = m.Text
		}
		if fixed[p.name] || text {
			b.pending = nil
			return p, true
		}
		return b.bound(c, p, own)
	}
	return press{}, false
}

// bound asks the key map what a key, after those already pressed, means.
func (b *base) bound(c *kit.Context, p press, own []keys.Action) (press, bool) {
	b.pending = append(b.pending, p.name)
	act, match := c.Keys.Lookup(b.pending, func(a keys.Action) bool {
		return movement[a] != "" || has(own, a)
	})
	switch match {
	case keys.Prefix:
		return press{}, false
	case keys.Full:
		p.act = act
		switch {
		case has(own, act):
		case act == keys.Enter:
			p.name = "right"
		default:
			p.name = movement[act]
		}
	}
	b.pending = nil
	return p, true
}

func has(list []keys.Action, a keys.Action) bool {
	for _, x := range list {
		if x == a {
			return true
		}
	}
	return false
}

// hint makes the action of a key hint: it runs what pressing the key does.
func hint(name keys.Action, run func(*kit.Context) tea.Cmd) kit.Action {
	return kit.Action{Name: name, Run: run}
}

// dismiss is the action of closing the box.
func dismiss() kit.Action {
	return hint(keys.Cancel, func(c *kit.Context) tea.Cmd { c.Dismiss(); return nil })
}

// roll moves the cursor of a list by a key.
func roll(c *kit.Context, l *kit.List, p press) bool {
	for act, name := range rolls {
		if name == p.name {
			return l.Update(c, kit.Key{Action: act})
		}
	}
	return false
}

var rolls = map[keys.Action]string{
	keys.Up: "up", keys.Down: "down", keys.PageUp: "pgup", keys.PageDown: "pgdown", keys.Top: "home", keys.Bottom: "end",
}
