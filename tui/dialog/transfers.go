package dialog

import (
	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store/job"
	"spaces/tui/kit"
)

// jobLines is how many lines one job takes in the drawer.
const jobLines = 3

// Transfers is the drawer of all jobs, newest first.
type Transfers struct {
	base
	jobs     []job.Status
	list     kit.List
	open     job.ID // the job whose failures are shown, 0: none
	failures kit.List
	ask      job.ID // the running job that would be canceled, 0: none asked
	yes      bool   // the focused answer
	left     left
}

// NewTransfers shows the jobs of this program.
func NewTransfers(c *kit.Context) *Transfers {
	d := &Transfers{base: newBase(c, "Transfers")}
	d.look(c)
	return d
}

// look takes the state of the jobs as it is now, with the cursor staying on its job.
func (d *Transfers) look(c *kit.Context) {
	at := d.current().ID
	past, _ := d.leftover()
	d.jobs, d.left.all = c.Jobs.Snapshot(), c.Jobs.Unfinished()
	d.list.SetLen(len(d.jobs) + len(d.left.all))
	if i := d.left.find(past.ID); i >= 0 {
		d.list.MoveTo(len(d.jobs) + i)
	}
	if d.left.find(d.left.ask) < 0 {
		d.left.ask = ""
	}
	for i, s := range d.jobs {
		if s.ID == at {
			d.list.MoveTo(i)
		}
		if s.ID == d.open {
			d.failures.SetLen(len(s.Failed))
		}
		if s.ID == d.ask && s.Phase.Ended() {
			d.ask = 0
		}
	}
}

func (d *Transfers) current() job.Status {
	if d.list.Cursor < len(d.jobs) {
		return d.jobs[d.list.Cursor]
	}
	return job.Status{}
}

// find is a job by its ID.
func (d *Transfers) find(id job.ID) job.Status {
	for _, s := range d.jobs {
		if s.ID == id {
			return s
		}
	}
	return job.Status{}
}

// Update implements kit.Dialog. Whatever the message, the jobs are looked at.
func (d *Transfers) Update(c *kit.Context, msg tea.Msg) tea.Cmd {
	taken := d.takeLeft(msg)
	d.look(c)
	if taken {
		return nil
	}
	if i, _, ok := d.clicked(msg); ok && d.asks() {
		d.yes = i == 1
		return d.answer(c, press{name: "enter"})
	}
	if m, ok := msg.(kit.Mouse); ok {
		if d.open != 0 {
			d.failures.Update(c, m)
		}
		return nil
	}
	p, ok := d.press(c, msg, false, keys.Remove, keys.Pause, keys.Retry, keys.Confirm, keys.Transfers)
	if !ok {
		return nil
	}
	switch {
	case d.asks():
		return d.answer(c, p)
	case p.act == keys.Transfers:
		c.Dismiss()
	case p.name == "esc" || p.name == "left" && d.open != 0:
		d.back(c)
	case d.do(c, p.act):
	case d.open != 0:
		roll(c, &d.failures, p)
	case p.name == "enter", p.name == "right":
		d.expand()
	default:
		roll(c, &d.list, p)
	}
	return nil
}

func (d *Transfers) back(c *kit.Context) {
	if d.open != 0 {
		d.open = 0
		return
	}
	c.Dismiss()
}

// expand shows the failures of the job under the cursor, when it has any.
func (d *Transfers) expand() {
	s := d.current()
	if len(s.Failed) == 0 {
		return
	}
	d.open, d.failures = s.ID, kit.List{}
	d.failures.SetLen(len(s.Failed))
}

// do carries out an action on the job under the cursor.
func (d *Transfers) do(c *kit.Context, act keys.Action) bool {
	if u, ok := d.leftover(); ok {
		return d.doLeft(c, u, act)
	}
	s := d.current()
	switch {
	case s.ID == 0:
		return false
	case act == keys.Remove && s.Phase.Ended():
		c.Jobs.Clear()
		d.open = 0
	case act == keys.Remove:
		d.ask, d.yes = s.ID, false
	case act == keys.Pause && s.Phase == job.Paused:
		c.Jobs.Resume(s.ID)
	case act == keys.Pause && !s.Phase.Ended():
		c.Jobs.Pause(s.ID)
	case act == keys.Retry && s.FailedCount > 0 && s.Phase.Ended():
		c.Jobs.Retry(s.ID)
		d.open = 0
	default:
		return false
	}
	d.look(c)
	return true
}

// asks says whether a question stands.
func (d *Transfers) asks() bool { return d.ask != 0 || d.left.ask != "" }

// answer takes a key while the question stands whether to cancel, or to end.
func (d *Transfers) answer(c *kit.Context, p press) (cmd tea.Cmd) {
	switch {
	case p.act == keys.Confirm, p.name == "enter" && d.yes:
		if d.left.ask != "" {
			cmd = d.end(c, d.left.ask)
		} else {
			c.Jobs.Cancel(d.ask)
		}
		d.ask, d.left.ask = 0, ""
		d.look(c)
	case p.name == "left", p.name == "right", p.name == "tab", p.name == "shift+tab":
		d.yes = !d.yes
	case p.name == "esc", p.name == "enter":
		d.ask, d.left.ask = 0, ""
	}
	return cmd
}

// Actions implements kit.Dialog.
func (d *Transfers) Actions() []kit.Action {
	s := d.current()
	run := func(a keys.Action) func(*kit.Context) tea.Cmd {
		return func(c *kit.Context) tea.Cmd { d.look(c); d.do(c, a); return nil }
	}
	why := func(off bool, reason string) func() string {
		return func() string {
			if off {
				return reason
			}
			return ""
		}
	}
	none := s.ID == 0
	if u, ok := d.leftover(); ok {
		return []kit.Action{
			{Name: keys.Retry, Why: func() string { return u.Why }, Run: run(keys.Retry)},
			{Name: keys.Remove, Run: run(keys.Remove)},
			{Name: keys.Cancel, Run: func(c *kit.Context) tea.Cmd { d.back(c); return nil }},
		}
	}
	return []kit.Action{
		{Name: keys.Enter, Why: why(none || len(s.Failed) == 0, "nothing failed in it"), Run: func(*kit.Context) tea.Cmd { d.expand(); return nil }},
		{Name: keys.Pause, Why: why(none || s.Phase.Ended(), "it has ended"), Run: run(keys.Pause)},
		{Name: keys.Remove, Why: why(none, "there is no transfer"), Run: run(keys.Remove)},
		{Name: keys.Retry, Why: why(none || s.FailedCount == 0 || !s.Phase.Ended(), "nothing has failed for good"), Run: run(keys.Retry)},
		{Name: keys.Cancel, Run: func(c *kit.Context) tea.Cmd { d.back(c); return nil }},
	}
}
