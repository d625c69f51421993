package tui

import (
	tea "charm.land/bubbletea/v2"

	"spaces/tui/kit"
)

// Suspend asks the panel to leave the terminal to the shell, as the key for it does.
type Suspend struct{}

func (m *Model) suspend() tea.Cmd {
	text := "spaces is suspended; fg brings it back."
	if m.busy() {
		text = "spaces is suspended; transfers pause until fg brings it back."
	}
	cmd := m.toShell(text)
	if cmd == nil {
		m.host.Tell(kit.Warn, "There is no shell to suspend to.")
	}
	return cmd
}

func (m *Model) resumed() {
	if m.busy() {
		m.host.Tell(kit.Info, "Transfers continue.")
	}
}

func (m *Model) busy() bool {
	jobs := m.host.Context.Jobs
	return jobs != nil && jobs.Busy()
}
