package kit

import (
	"cmp"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"spaces/store/job"
)

// watchPause is the least time between two looks at the jobs, calmPause that where little is to move.
const (
	watchPause = 100 * time.Millisecond
	calmPause  = 2 * time.Second
)

// pause is how long figures of jobs stand still.
func (h *Host) pause() time.Duration {
	if h.Calm || h.Away {
		return calmPause
	}
	return watchPause
}

// JobsChanged is sent to every open dialog after jobs went on; pages get Effects instead.
type JobsChanged struct{}

type jobsMsg struct{}

// Init starts watching the jobs.
func (h *Host) Init() tea.Cmd {
	if h.Context.Jobs == nil || h.news() == nil {
		return nil
	}
	return h.watch(0)
}

func (h *Host) news() *job.News { return cmp.Or(h.News, h.Context.Jobs.OwnNews()) }

func (h *Host) watch(pause time.Duration) tea.Cmd {
	w := Watch{After: pause, C: h.news().Changed(), Done: h.Context.Work.Done(), Msg: jobsMsg{}}
	return func() tea.Msg { return w }
}

// lookAtJobs brings what jobs did to the open pages and dialogs.
func (h *Host) lookAtJobs() tea.Cmd {
	var cmds []tea.Cmd
	h.jobs = h.Context.Jobs.Snapshot()
	if finished := h.news().Finished(); len(finished) > 0 {
		for _, v := range h.trail.visits {
			if p, is := v.page.(Chooser); is {
				p.Finished(finished)
			}
		}
	}
	if effects := h.news().Effects(); len(effects) > 0 {
		if p := h.Page(); p != nil {
			h.Context.front = p.ID()
		}
		for _, v := range slices.Clone(h.trail.visits) {
			h.calling = v.page.ID()
			cmds = append(cmds, h.on(v, func() tea.Cmd { return v.page.Effects(h.Context, effects) }), h.carryOut())
		}
	}
	for _, d := range slices.Clone(h.dialogs) {
		cmds = append(cmds, h.update(d, JobsChanged{}))
	}
	return tea.Batch(cmds...)
}

// LookAgain looks at the jobs at once, whatever the pause: somebody looks at the screen again.
func (h *Host) LookAgain() tea.Cmd {
	if h.Context.Jobs == nil {
		return nil
	}
	return h.lookAtJobs()
}

// Jobs returns the jobs as they were when last looked at.
func (h *Host) Jobs() []job.Status { return h.jobs }
