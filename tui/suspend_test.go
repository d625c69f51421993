package tui_test

import (
	"testing"

	tea "charm.land/bubbletea/v2"

	"spaces/store/storetest"
	"spaces/tui"
)

func TestSuspendWorksWhereverTheKeysGo(t *testing.T) {
	var told []string
	p := newPanel(t, func(c *tui.Config) {
		c.Suspend = func(text string) tea.Cmd { told = append(told, text); return func() tea.Msg { return tea.ResumeMsg{} } }
	})
	p.Press("ctrl+z", "/", "ctrl+z", "esc", "s", "ctrl+z")
	p.Send(tui.Suspend{})
	if len(told) != 4 || told[0] != "spaces is suspended; fg brings it back." {
		t.Errorf("%q", told)
	}
	p.Want("Quick Share")
}

func TestSuspendWithoutAShellSaysSo(t *testing.T) {
	p := newPanel(t, nil)
	p.Press("ctrl+z")
	p.Want("There is no shell to suspend to.")
}

func TestSuspendSaysThatTransfersPause(t *testing.T) {
	faults, told := &storetest.Faults{}, ""
	p, _, jobs := withJobs(t, 3, faults, func(c *tui.Config) {
		c.Suspend = func(text string) tea.Cmd { told = text; return func() tea.Msg { return tea.ResumeMsg{} } }
	})
	entered, release := holdDeletes(faults)
	p.HoldJobs()
	id := jobs.Start(removal(jobs))
	<-entered
	p.Press("ctrl+z")
	if told != "spaces is suspended; transfers pause until fg brings it back." {
		t.Errorf("%q", told)
	}
	p.Want("Transfers continue.")
	jobs.Cancel(id)
	release()
	p.ReleaseJobs()
}
