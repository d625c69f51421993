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
	left     left
}

// NewTransfers shows the jobs of this program.
func NewTransfers(c *kit.Context) *Transfers {
	d := &Transfers{base: newBase(c, "Transfers")}
	d.form = d.asking
	d.look(c)
	return d
}

// Init implements kit.Dialog.
func (d *Transfers) Init(c *kit.Context) tea.Cmd {
	return tea.Batch(d.base.Init(c), d.lookElsewhere(c, 0))
}

// look takes the state of the jobs as it is now, with the cursor staying on its job.
func (d *Transfers) look(c *kit.Context) {
	at := d.current().ID
	past, _ := d.leftover()
	d.jobs, d.left.all = c.Jobs.Snapshot(), append(c.Jobs.Elsewhere(), c.Jobs.Unfinished()...)
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
	cmd, taken := d.takeLeft(c, msg)
	d.look(c)
	if taken {
		return cmd
	}
	return d.base.Update(c, msg)
}

// back goes one step back: from a question, from the failures of a job, and then out.
func (d *Transfers) back(c *kit.Context) tea.Cmd {
	switch {
	case d.asks():
		d.ask, d.left.ask = 0, ""
	case d.open != 0:
		d.open = 0
	default:
		c.Dismiss()
	}
	return nil
}

// expand shows the failures of the job under the cursor, when it has any.
func (d *Transfers) expand(*kit.Context) tea.Cmd {
	if s := d.current(); len(s.Failed) > 0 {
		d.open, d.failures = s.ID, kit.List{}
		d.failures.SetLen(len(s.Failed))
	}
	return nil
}

// remove takes what has ended off the list, and asks before it cancels what has not.
func (d *Transfers) remove(c *kit.Context) tea.Cmd {
	if s := d.current(); s.ID != 0 && s.Phase.Ended() {
		c.Jobs.Remove(s.ID)
		d.look(c)
	} else {
		d.ask, d.focus.Name = s.ID, ""
	}
	return nil
}

func (d *Transfers) pause(c *kit.Context) tea.Cmd {
	if s := d.current(); s.Phase == job.Paused {
		c.Jobs.Resume(s.ID)
	} else {
		c.Jobs.Pause(s.ID)
	}
	d.look(c)
	return nil
}

func (d *Transfers) retry(c *kit.Context) tea.Cmd {
	c.Jobs.Retry(d.current().ID)
	d.open = 0
	d.look(c)
	return nil
}

// asks says whether a question stands.
func (d *Transfers) asks() bool { return d.ask != 0 || d.left.ask != "" }

// agreed does what the question is about.
func (d *Transfers) agreed(c *kit.Context) (cmd tea.Cmd) {
	if d.left.ask != "" {
		cmd = d.end(c, d.left.ask)
	} else {
		c.Jobs.Cancel(d.ask)
	}
	d.ask, d.left.ask = 0, ""
	d.look(c)
	return cmd
}

// offers are what can be done with what is under the cursor, as it is now.
func (d *Transfers) offers() []kit.Action {
	s := d.current()
	var list []kit.Action
	add := func(name keys.Action, hint string, run func(*kit.Context) tea.Cmd) {
		list = append(list, kit.Action{Name: name, Hint: hint, Run: run})
	}
	u, past := d.leftover()
	switch {
	case u.Running:
		add(keys.Remove, "cancel", d.giveUp)
	case past && u.Why == "":
		add(keys.Retry, "go on", d.goOn)
		add(keys.Remove, "end it", d.giveUp)
	case past:
		add(keys.Retry, kit.NoHint, d.goOn) // and hear why not
		add(keys.Remove, "end it", d.giveUp)
	case s.ID == 0 || d.open != 0:
	case s.Phase == job.Paused:
		add(keys.Pause, "resume", d.pause)
		add(keys.Remove, "cancel", d.remove)
	case !s.Phase.Ended():
		add(keys.Pause, "pause", d.pause)
		add(keys.Remove, "cancel", d.remove)
	default:
		add(keys.Remove, "remove", d.remove)
	}
	if s.FailedCount > 0 && s.Phase.Ended() {
		add(keys.Retry, "retry what failed", d.retry)
	}
	return append(list, kit.Action{Name: keys.Transfers, Hint: kit.NoHint, Run: func(c *kit.Context) tea.Cmd { c.Dismiss(); return nil }})
}
