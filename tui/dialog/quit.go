package dialog

import (
	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/tui/kit"
)

// ConfirmQuit asks before transfers are cut off. Its default is to stay.
type ConfirmQuit struct {
	base
	running int
	quit    bool // the focused button
}

// NewConfirmQuit is for when transfers run.
func NewConfirmQuit(c *kit.Context) *ConfirmQuit {
	q := &ConfirmQuit{base: newBase(c, "Quit")}
	q.look(c)
	return q
}

func (q *ConfirmQuit) look(c *kit.Context) {
	q.running = 0
	for _, s := range c.Jobs.Snapshot() {
		if !s.Phase.Ended() {
			q.running++
		}
	}
}

// Update implements kit.Dialog.
func (q *ConfirmQuit) Update(c *kit.Context, msg tea.Msg) tea.Cmd {
	q.look(c)
	if i, _, ok := q.clicked(msg); ok {
		q.quit = i == 1
		msg = kit.Key{Action: keys.Enter}
	}
	p, ok := q.press(c, msg, false, keys.Confirm)
	if !ok {
		return nil
	}
	switch {
	case p.act == keys.Confirm, p.name == "enter" && q.quit:
		c.Quit()
	case p.name == "enter", p.name == "esc":
		c.Dismiss()
	case p.name == "left", p.name == "right", p.name == "tab", p.name == "shift+tab":
		q.quit = !q.quit
	}
	return nil
}

// View implements kit.Dialog.
func (q *ConfirmQuit) View(c *kit.Context, s kit.Size) string {
	w := room(s, narrow)
	text := kit.Plural(q.running, "transfer") + " still running. Quitting cuts off what is unfinished; what is done stays done."
	if q.running == 1 {
		text = "1 transfer is still running. Quitting cuts off what is unfinished; what is done stays done."
	}
	if q.running == 0 {
		text = "All transfers have ended: nothing is lost by quitting."
	}
	focus := 0
	if q.quit {
		focus = 1
	}
	lines := append([]string{""}, note(text, w, c.Theme.Paint.Text)...)
	lines = append(lines, "", buttons(c, w, focus, kit.Button{Label: "Stay"}, kit.Button{Label: confirm(c, "Quit"), Danger: true}))
	return q.drawn(block(w, s.H, lines...))
}

// Actions implements kit.Dialog.
func (q *ConfirmQuit) Actions() []kit.Action {
	return []kit.Action{
		hint(keys.Confirm, func(c *kit.Context) tea.Cmd { c.Quit(); return nil }),
		dismiss(),
	}
}

// confirm names the key that confirms beside what it does.
func confirm(c *kit.Context, label string) string {
	if key := c.Keys.Key(keys.Confirm); key != "" {
		return label + " (" + key + ")"
	}
	return label
}
