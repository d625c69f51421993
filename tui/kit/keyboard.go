package kit

import (
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
)

// prefixWait is how long a prefix key waits before what may follow is shown.
const prefixWait = 300 * time.Millisecond

// target is what pages and dialogs have in common.
type target interface {
	ID() ID
	Title() string
	Update(*Context, tea.Msg) tea.Cmd
	Actions() []Action
	Typing() bool
}

// keyboard is the state of a key sequence that is being typed.
type keyboard struct {
	pending []string
	done    chan struct{} // closed when the sequence ends
	popup   bool          // what may follow is shown
	told    map[string]bool
	armed   bool // Ctrl-c was the last key
}

// prefixMsg says that a prefix has waited long enough.
type prefixMsg struct{ done chan struct{} }

// reset forgets a sequence.
func (k *keyboard) reset() {
	if k.done != nil {
		close(k.done)
	}
	k.pending, k.done, k.popup = nil, nil, false
}

// wait begins, or goes on with, a sequence.
func (k *keyboard) wait(pressed []string) tea.Cmd {
	popup := k.popup
	k.reset()
	k.pending, k.done, k.popup = pressed, make(chan struct{}), popup
	msg := prefixMsg{k.done}
	timer := Timer{After: prefixWait, Cmd: func() tea.Msg { return msg }, Done: k.done}
	return func() tea.Msg { return timer }
}

// press handles a key: it is text, the next of a sequence, an action of the target or of the host, or movement.
func (h *Host) press(msg tea.KeyPressMsg) tea.Cmd {
	if rest, ok := h.uncoalesced(msg); ok {
		return tea.Batch(h.press(tea.KeyPressMsg{Code: tea.KeyEscape}), h.press(rest))
	}
	name := msg.String()
	armed := h.keyboard.armed
	h.keyboard.armed = false
	h.notice = Notice{}
	if name == "ctrl+c" {
		return h.interrupt(armed)
	}
	if a, _ := h.Context.Keys.Lookup([]string{name}, isSuspend); a != "" && msg.Text == "" && h.Suspend != nil {
		return h.Suspend()
	}
	t := h.front()
	if t == nil {
		return nil
	}
	if h.unreadKey(name, t) {
		return nil
	}
	if t.Typing() {
		h.keyboard.reset()
		if a := typingKeys[name]; a != "" && h.Dialog() != nil {
			return h.do(a, name)
		}
		return h.update(t, msg)
	}
	if name == "esc" && len(h.keyboard.pending) > 0 {
		h.keyboard.reset()
		return nil
	}
	if a, fixed := dialogKeys(name); fixed && h.Dialog() != nil {
		h.keyboard.reset()
		return h.do(a, name)
	}
	pressed := append(slices.Clone(h.keyboard.pending), name)
	action, match := h.lookup(pressed)
	switch match {
	case keys.Prefix:
		return h.keyboard.wait(pressed)
	case keys.Full:
		h.keyboard.reset()
		return h.do(action, name)
	}
	h.keyboard.reset()
	h.unbound(pressed)
	return nil
}

func isSuspend(a keys.Action) bool { return a == keys.Suspend }

// lookup asks the key map: first among what the front dialog lists itself, then among all that is meant there.
func (h *Host) lookup(pressed []string) (keys.Action, keys.Match) {
	if d := h.Dialog(); d != nil {
		own := d.Actions()
		listed := func(a keys.Action) bool {
			return slices.ContainsFunc(own, func(x Action) bool { return x.Name == a })
		}
		if a, m := h.Context.Keys.Lookup(pressed, listed); m != keys.None {
			return a, m
		}
	}
	return h.Context.Keys.Lookup(pressed, h.Scope())
}

// Scope says which actions keys may mean now.
func (h *Host) Scope() func(keys.Action) bool {
	if h.Dialog() != nil {
		return keys.InDialogs
	}
	return keys.OnPages
}

// unbound tells once of every key that it does nothing.
func (h *Host) unbound(pressed []string) {
	name := keys.Label(strings.Join(pressed, " "))
	if h.keyboard.told[name] {
		return
	}
	if h.keyboard.told == nil {
		h.keyboard.told = make(map[string]bool)
	}
	h.keyboard.told[name] = true
	text := name + " is not bound"
	if help := h.Context.Keys.Key(keys.Help); help != "" {
		text += ", " + help + " shows the keys"
	}
	h.Tell(Info, text)
}

// typingKeys mean the same in every field of a dialog: they type nothing.
var typingKeys = map[string]keys.Action{
	"tab": keys.Next, "shift+tab": keys.Prev, "enter": keys.Enter, "esc": keys.Cancel,
	"up": keys.Up, "down": keys.Down, "pgup": keys.PageUp, "pgdown": keys.PageDown,
	"ctrl+p": keys.Up, "ctrl+n": keys.Down,
}

// fixedKeys mean the same in every dialog, whatever the key map says: without them there is no way out of a box.
var fixedKeys = map[string]keys.Action{
	"tab": keys.Next, "shift+tab": keys.Prev, "enter": keys.Enter, "esc": keys.Cancel, "space": keys.Select,
	"up": keys.Up, "down": keys.Down, "pgup": keys.PageUp, "pgdown": keys.PageDown, "home": keys.Top, "end": keys.Bottom,
	"left": keys.Parent, "right": keys.Enter, "backspace": keys.Parent,
}

// dialogKeys tells what a key means in a dialog before the key map is asked. Digits choose: they are no action.
func dialogKeys(name string) (keys.Action, bool) {
	a, fixed := fixedKeys[name]
	return a, fixed || len(name) == 1 && name[0] >= '1' && name[0] <= '9'
}

// Do carries out an action as if its key had been pressed.
func (h *Host) Do(name keys.Action) tea.Cmd { return h.do(name, "") }

// do carries out what a key means.
func (h *Host) do(name keys.Action, pressed string) tea.Cmd {
	t := h.front()
	if t == nil {
		return nil
	}
	a, listed := find(t.Actions(), name)
	if !listed && h.Dialog() == nil && h.Everywhere != nil {
		a, listed = find(h.Everywhere(), name)
	}
	if name == keys.Cancel && h.Dialog() == nil && (!listed || a.Off() != "") && h.Context.Board.Any() {
		h.Context.Board.Clear() // there is nothing else to cancel
		h.notice = Notice{Info, "Nothing is to be pasted any more"}
		return nil
	}
	if !listed && h.Dialog() == nil && !keys.Moves(name) && name != keys.Cancel {
		h.elsewhere(name)
		return nil
	}
	if !listed || a.Run == nil && a.Off() == "" {
		return h.update(t, Key{name, pressed})
	}
	return h.run(t, a)
}

// elsewhere tells of a key that means something on other pages, and nothing on this one.
func (h *Host) elsewhere(name keys.Action) {
	what := h.Context.Keys.Help(name)
	h.Tell(Warn, strings.TrimSuffix(what, "…")+": not on this page")
}

func (h *Host) run(t target, a Action) tea.Cmd {
	if why := a.Off(); why != "" {
		h.Tell(Warn, why)
		return nil
	}
	h.calling = t.ID()
	return tea.Batch(a.Run(h.Context), h.carryOut())
}

func find(list []Action, name keys.Action) (Action, bool) {
	i := slices.IndexFunc(list, func(a Action) bool { return a.Name == name })
	if i < 0 {
		return Action{}, false
	}
	return list[i], true
}

// interrupt is Ctrl-c: it cancels what is in front, and pressed twice quits.
func (h *Host) interrupt(again bool) tea.Cmd {
	h.keyboard.reset()
	if again {
		return h.Quit()
	}
	h.keyboard.armed = true
	t := h.front()
	if t == nil {
		return nil
	}
	cmd := h.cancel(t)
	if h.notice.Text == "" {
		h.notice = Notice{Info, keys.Label("ctrl+c") + " again quits"}
	}
	return cmd
}

func (h *Host) cancel(t target) tea.Cmd {
	a, listed := find(t.Actions(), keys.Cancel)
	if listed && a.Run != nil && a.Off() == "" {
		return h.run(t, a)
	}
	if h.Dialog() != nil {
		h.Context.Dismiss()
		h.calling = t.ID()
		return h.carryOut()
	}
	return h.update(t, Key{Action: keys.Cancel})
}
