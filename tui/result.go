package tui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store/job"
	"spaces/tui/dialog"
	"spaces/tui/kit"
)

// resultStays is how long the result of a job stands in the status line: long enough to be read in the midst of typing.
const resultStays = 6 * time.Second

// resultOver says that the n-th result was shown for its time.
type resultOver struct{ n int }

// noteEnded finds the job that ended last since the jobs were last looked at, and shows its result for a while. It takes
// the place of what announced the job.
func (m *Model) noteEnded() tea.Cmd {
	jobs := m.host.Jobs()
	m.noteSeen(jobs)
	if len(jobs) == 0 || &jobs[0] == m.looked {
		return nil
	}
	m.looked = &jobs[0]
	var last *job.Status
	for i, j := range jobs {
		before, known := m.phases[j.ID]
		if j.Phase.Ended() && (!known || !before.Ended()) && (last == nil || !j.Ended.Before(last.Ended)) {
			last = &jobs[i]
		}
	}
	m.phases = make(map[job.ID]job.Phase, len(jobs))
	for _, j := range jobs {
		m.phases[j.ID] = j.Phase
	}
	if last == nil {
		return nil
	}
	m.host.Tell(kit.Info, "")
	m.result = last
	m.results++
	m.host.Note(m.resultNotice(last, resultNoted))
	return m.showResult(m.results)
}

// showResult ends the time of the n-th result after a while.
func (m *Model) showResult(n int) tea.Cmd {
	over := resultOver{n}
	timer := kit.Timer{After: resultStays, Cmd: func() tea.Msg { return over }}
	return func() tea.Msg { return timer }
}

// resultIsOver takes a result off the screen, unless nobody may have seen it yet.
func (m *Model) resultIsOver(n int) {
	switch {
	case n != m.results:
	case m.away.is:
		m.away.results = n
	default:
		m.result = nil
	}
}

// noteSeen notes the failures that the drawer shows.
func (m *Model) noteSeen(jobs []job.Status) {
	for _, d := range m.host.Dialogs() {
		if _, is := d.(*dialog.Transfers); !is {
			continue
		}
		m.seen = make(map[job.ID]int, len(jobs))
		for _, j := range jobs {
			m.seen[j.ID] = j.FailedCount
		}
	}
}

// unseen counts the failures that the drawer was not opened for.
func (m *Model) unseen(jobs []job.Status) (n int) {
	for _, j := range jobs {
		n += max(j.FailedCount-m.seen[j.ID], 0)
	}
	return n
}

// resultNoted is the room that a result has among the messages.
const resultNoted = 400

// resultLine draws the result of a job in at most w cells.
func (m *Model) resultLine(j *job.Status, w int) string { return m.notice(m.resultNotice(j, w), w) }

// resultNotice is the result of a job, its sign included, in at most w cells.
func (m *Model) resultNotice(j *job.Status, w int) kit.Notice {
	n, more := kit.Notice{Level: kit.Good}, ""
	if key := m.host.Context.Keys.Key(keys.Transfers); key != "" {
		more = "; " + key + " shows more"
	}
	switch {
	case isRemarked(j):
		n.Level = kit.Warn
		did, why := remarked(j)
		if n.Text = did.fit(w-2) + why; kit.Width(n.Text) > w-2 {
			n.Text = trim(n.Text, max(w-2-kit.Width(more), 0)) + more
		}
		return n
	case j.Phase == job.Canceled, j.Phase.Ended() && allSkipped(j):
		n.Level = kit.Warn
	}
	n.Text = resultOf(j).fit(w - 2)
	if j.FailedCount > 0 || j.Phase == job.Failed {
		n.Level = kit.Bad
		if kit.Width(n.Text+more)+2 <= w {
			n.Text += more
		}
	}
	return n
}
