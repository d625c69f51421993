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

// Asker is a Dialog that tells what it asks. Whatever takes the place of that is safe for a moment from the key that was
// pressed before it could be read.
type Asker interface{ Asks() Question }

// Question is what a dialog asks.
type Question struct {
	Buttons string                 // their labels, without figures: those may go up while the eye is on them
	Keys    map[keys.Action]string // and by what presses them
	Again   string                 // what it wants to hear once more although the buttons are the same, or ""
	Danger  bool                   // one of the buttons does what cannot be undone
}

// Asks are the buttons, and whether leaving is asked about once more.
func (f *Form) Asks() Question {
	q := Question{Keys: map[keys.Action]string{}}
	for _, s := range f.stops() {
		b, is := s.(*Button)
		if !is {
			continue
		}
		label := strings.Map(func(r rune) rune {
			if r >= '0' && r <= '9' || r == ',' || r == '.' {
				return -1
			}
			return r
		}, b.Label)
		q.Buttons += label + "\n"
		q.Danger = q.Danger || b.Danger
		if b.Key != "" {
			q.Keys[b.Key] = label
		}
	}
	if f.Focus.warned {
		q.Again = "leave"
	}
	return q
}

// click stands for the name of a key.
const click = "click"

// asked is what the front dialog asks, and since when.
type asked struct {
	Question
	of    ID
	since time.Time // zero: it was read, or needs no reading
	once  bool      // what it wants to hear again is all that is new
	old   Question  // what was asked before
	press press     // what was pressed last
}

// press is a key, or a click on a cell.
type press struct {
	key  string
	x, y int
}

// look notes what is asked after a message, and whether that is new.
func (a *asked) look(d Dialog, now time.Time) {
	n := asked{press: a.press}
	if d != nil {
		n.of = d.ID()
		if q, is := d.(Asker); is {
			n.Question = q.Asks()
		}
	}
	same := n.of == a.of
	switch {
	case same && n.Buttons == a.Buttons && n.Again == a.Again:
		n.since, n.once, n.old = a.since, a.once, a.old
	case same:
		n.since, n.once, n.old = now, n.Buttons == a.Buttons, a.Question
	case n.of != 0 && a.brings(n.Question):
		n.since = now
	}
	*a = n
}

// brings says whether what was pressed last may have brought a question by its first press only. Who opens a dialog from a
// page or a menu by Enter knows it, and may go on with Enter as fast as he likes, but not where that could destroy something.
// Nobody means two things by two clicks on one cell.
func (a *asked) brings(q Question) bool {
	switch a.press.key {
	case click:
		return true
	case "enter":
		return q.Danger || a.Buttons != "" && q.Buttons != ""
	}
	return false
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

// unreadKey drops a key that would press what cannot have been read. Keys that walk, type, choose or leave are no danger,
// but where leaving is what a dialog wants to hear once more.
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
		if match != keys.Full || h.asked.Keys[action] == h.asked.old.Keys[action] {
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
