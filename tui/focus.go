package tui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"spaces/tui/kit"
)

// awayPause is how long the screen stands still at least while the terminal does not have the focus: nothing on it moves
// for somebody who works elsewhere, and what a job comes to can still be seen from there.
const awayPause = 5 * time.Second

// away is the state while the terminal does not have the focus. Terminals and multiplexers that do not tell of it are
// taken to have it: nothing depends on being told.
type away struct {
	is      bool
	still   tea.View // what is shown
	moving  bool     // it is to be drawn again after its pause
	n       int      // how often the focus went
	results int      // of the result whose time was over meanwhile, 0: none
}

// stillOver says that the screen of the n-th time away stood still for its pause.
type stillOver struct{ n int }

// attend takes what a message tells of the focus. Who types, or brings the program back from the shell, has it, whatever
// was said: another program may have had the terminal when it came back.
func (m *Model) attend(msg tea.Msg) tea.Cmd {
	switch msg.(type) {
	case tea.BlurMsg:
		if !m.away.is && m.lines == nil {
			m.away.still, m.away.n = m.draw(), m.away.n+1
			m.away.is, m.away.moving, m.host.Away = true, false, true
		}
	case tea.FocusMsg, tea.KeyPressMsg, tea.PasteMsg, tea.MouseClickMsg, tea.ResumeMsg:
		return m.comeBack()
	}
	return nil
}

// comeBack looks again at what was left alone while the terminal did not have the focus.
func (m *Model) comeBack() tea.Cmd {
	if !m.away.is {
		return nil
	}
	m.away.is, m.host.Away, m.away.still = false, false, tea.View{}
	cmds := []tea.Cmd{m.host.LookAgain(), m.eachMinute()}
	if n := m.away.results; n > 0 {
		m.away.results = 0
		cmds = append(cmds, m.showResult(n))
	}
	return tea.Batch(cmds...)
}

// keepStill has the screen drawn again after its pause when a message may have changed it, and at once for the
// user, and when the terminal is another one than it was.
func (m *Model) keepStill(msg tea.Msg) tea.Cmd {
	if !m.away.is {
		return nil
	}
	switch msg := msg.(type) {
	case tea.WindowSizeMsg, tea.BackgroundColorMsg, tea.ColorProfileMsg, tea.ModeReportMsg, tea.MouseMsg: // the wheel turns without the focus
		m.away.still = m.draw()
	case tea.BlurMsg:
	case stillOver:
		if msg.n == m.away.n {
			m.away.still, m.away.moving = m.draw(), false
		}
	default:
		if !m.away.moving {
			m.away.moving = true
			over := stillOver{m.away.n}
			timer := kit.Timer{After: awayPause, Cmd: func() tea.Msg { return over }}
			return func() tea.Msg { return timer }
		}
	}
	return nil
}

// minuteOver says that relative dates are to be drawn again.
type minuteOver struct{ n int }

// eachMinute keeps relative dates true. Nothing else on the screen depends on the time alone.
func (m *Model) eachMinute() tea.Cmd {
	if m.away.is || m.lines != nil || m.host.Context.Formats.Dates != kit.Relative {
		return nil
	}
	m.minutes++
	over := minuteOver{m.minutes}
	timer := kit.Timer{After: time.Minute, Cmd: func() tea.Msg { return over }}
	return func() tea.Msg { return timer }
}
