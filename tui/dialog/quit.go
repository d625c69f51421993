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
}

// NewConfirmQuit is for when transfers run.
func NewConfirmQuit(c *kit.Context) *ConfirmQuit {
	q := &ConfirmQuit{base: newBase(c, "Quit")}
	q.form = q.asking
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
	return q.base.Update(c, msg)
}

// asking is the form.
func (q *ConfirmQuit) asking(s kit.Size) *kit.Form {
	w := room(s, narrow)
	warning := kit.Plural(q.running, "transfer") + " are still running. Quitting cuts them short; the next start offers to go on with them."
	switch q.running {
	case 0:
		warning = "All transfers have ended: nothing is lost by quitting."
	case 1:
		warning = "1 transfer is still running. Quitting cuts it short; the next start offers to go on with it."
	}
	quit := q.keyed("Quit", keys.Confirm, func(c *kit.Context) tea.Cmd { c.Quit(); return nil })
	quit.Danger = true
	return &kit.Form{Width: w, Focus: &q.focus, Leave: "stay", Items: []kit.Item{kit.Gap,
		text(note(warning, w, q.c.Theme.Paint.Text)...), kit.Gap, kit.Buttons{dismiss("Stay"), quit}}}
}
