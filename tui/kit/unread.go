package kit

import (
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
)

// reading is how long a key that was pressed already does nothing to what a dialog asks anew: who presses it a second time
// that soon has not read it. A double press takes some 200 ms, a key that is held down repeats every 30.
const reading = 400 * time.Millisecond

// Asker is a Dialog that tells what it asks: its buttons, and what it wants to hear once more although they are the same.
// Whatever takes their place is safe for a moment from the key that was pressed before it could be read.
type Asker interface {
	Asks() (buttons, question string)
}

// Asks are the labels of the buttons, and whether leaving is asked about once more. Figures in labels may go up while the
// eye is on them.
func (f *Form) Asks() (buttons, question string) {
	var labels []string
	for _, s := range f.stops() {
		if b, is := s.(*Button); is {
			labels = append(labels, b.Label)
		}
	}
	if f.Focus.warned {
		question = "leave"
	}
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r == ',' || r == '.' {
			return -1
		}
		return r
	}, strings.Join(labels, "\n")), question
}

// click stands for the name of a key.
const click = "click"

// asked is what the front dialog asks, and since when.
type asked struct {
	of                ID
	buttons, question string
	since             time.Time // zero: it has stood since the dialog was opened
	once              bool      // the question alone is new
	press             press     // what was pressed last
}

// press is a key, or a click on a cell.
type press struct {
	key  string
	x, y int
}

// look notes what is asked after a message, and whether that is new. To what Enter or a click opened that applies too.
func (a *asked) look(d Dialog, now time.Time) {
	n := asked{press: a.press}
	if d != nil {
		n.of = d.ID()
		if q, is := d.(Asker); is {
			n.buttons, n.question = q.Asks()
		}
	}
	same := n.of == a.of
	switch {
	case same && n.buttons == a.buttons && n.question == a.question:
		return
	case same, n.of != 0 && (a.press.key == "enter" || a.press.key == click):
		n.since, n.once = now, same && n.buttons == a.buttons
	}
	*a = n
}

// unread says whether something is pressed again that was pressed before what is asked now could be read.
func (a *asked) unread(p press, now time.Time) bool {
	again := p == a.press
	a.press = p
	return again && a.of != 0 && !a.since.IsZero() && now.Sub(a.since) < reading
}

// drop tells that something pressed did nothing. Who goes on pressing it puts off when it does.
func (h *Host) drop(p press) {
	h.asked.since = h.Context.Now()
	what := "A second click"
	if p.key != click {
		what = "A second " + keys.Label(p.key)
	}
	h.Announce(Info, what+" came too soon to be meant for what is asked now")
}

// unreadKey drops a key that would press what cannot have been read. Keys that walk, type or leave are no danger, but where
// leaving is what a dialog wants to hear once more.
func (h *Host) unreadKey(name string, t target) bool {
	p := press{key: name}
	if !h.asked.unread(p, h.Context.Now()) {
		return false
	}
	switch {
	case name == "enter":
	case name == "esc":
		if !h.asked.once {
			return false
		}
	case t.Typing():
		return false
	default:
		if _, fixed := dialogKeys(name); fixed {
			return false
		}
		action, match := h.lookup([]string{name})
		if _, listed := find(t.Actions(), action); match != keys.Full || !listed {
			return false
		}
	}
	h.drop(p)
	return true
}

// unreadClick is the same of a click.
func (h *Host) unreadClick(m Mouse) bool {
	e, is := m.Msg.(tea.MouseClickMsg)
	if p := (press{click, e.X, e.Y}); is && h.asked.unread(p, h.Context.Now()) {
		h.drop(p)
		return true
	}
	return false
}
