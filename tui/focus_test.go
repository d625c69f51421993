package tui_test

import (
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"spaces/store/storetest"
	"spaces/tui"
	"spaces/tui/kit"
)

func TestOutOfFocusTheScreenStandsStillAndAtFocusItIsAsThingsAre(t *testing.T) {
	p := newPanel(t, nil)
	p.Send(tea.BlurMsg{})
	p.top().view = "something else"
	p.Send(nil)
	p.Send(nil)
	p.WantNot("something else")
	p.Advance(4 * time.Second)
	p.WantNot("something else")
	p.Advance(time.Second)
	p.Want("something else")
	p.top().view = "and again"
	p.Send(tea.FocusMsg{})
	p.Want("and again")
	p.top().view = "as ever"
	p.Send(nil)
	p.Want("as ever")
}

// Another program may have had the terminal when the focus came back, and some multiplexers tell half of it.
func TestWhoeverTypesHasTheFocus(t *testing.T) {
	p := newPanel(t, nil)
	for name, back := range map[string]func(){
		"a key": func() { p.Press("j") }, "a paste": func() { p.Paste("text") }, "the shell": func() { p.Send(tea.ResumeMsg{}) },
		"a click": func() { p.Send(tea.MouseClickMsg{X: 3, Y: 5, Button: tea.MouseLeft}) },
	} {
		p.Send(tea.BlurMsg{})
		p.top().view = "after " + name
		back()
		p.Want("after " + name)
		p.top().view = name + " was seen"
		p.Send(nil)
		p.Want(name + " was seen")
	}
}

func TestOutOfFocusTheWheelAndTheSizeOfTheWindowAreFollowedAtOnce(t *testing.T) {
	p := newPanel(t, nil)
	p.Send(tea.BlurMsg{})
	p.Resize(100, 30) // the screen checks itself
	p.top().view = "scrolled"
	p.Send(tea.MouseWheelMsg{X: 3, Y: 5, Button: tea.MouseWheelDown})
	p.Want("scrolled")
	p.top().view = "something else"
	p.Send(nil)
	p.WantNot("something else")
}

func TestTheResultOfAJobWaitsForTheFocus(t *testing.T) {
	p, _, jobs := withJobs(t, 3, &storetest.Faults{})
	p.Send(tea.BlurMsg{})
	jobs.Start(removal(jobs))
	p.Settle()
	p.WantNot("Deleted a/")
	p.Advance(time.Hour)
	p.Want("✓ Deleted a/")
	p.Send(tea.FocusMsg{})
	p.Want("✓ Deleted a/")
	p.Advance(5 * time.Second)
	p.Want("✓ Deleted a/")
	p.Advance(time.Second)
	p.WantNot("Deleted a/")
}

func TestTheJobsAreLookedAtAgainWithTheFocus(t *testing.T) {
	faults := &storetest.Faults{}
	p, _, jobs := withJobs(t, 3, faults)
	entered, release := holdDeletes(faults)
	p.HoldJobs()
	p.Send(tea.BlurMsg{})
	id := jobs.Start(removal(jobs))
	<-entered
	p.Settle()
	p.WantNot("1 job")
	p.Send(tea.FocusMsg{})
	p.Want("1 job")
	jobs.Cancel(id)
	release()
	p.ReleaseJobs()
}

func TestFocusIsAskedForWhereThereAreWindows(t *testing.T) {
	if m := tui.New(tui.Config{}); !m.View().ReportFocus {
		t.Error("it is not")
	}
	if m := tui.New(tui.Config{Lines: true}); m.View().ReportFocus {
		t.Error("it is where lines are printed")
	}
}

func TestRelativeDatesGoOnWhileSomebodyLooks(t *testing.T) {
	p := newPanel(t, nil)
	still := p.Timers()
	goesOn := func(when string, want bool) {
		t.Helper()
		p.Advance(10 * time.Minute)
		if got := p.Timers() > still; got != want {
			t.Errorf("%s the time is looked at: %v", when, got)
		}
	}
	goesOn("with local dates", false)
	for range 3 {
		p.Send(kit.UseFormats{Dates: kit.Relative})
	}
	p.Advance(2 * time.Minute)
	if n := p.Timers(); n != still+1 {
		t.Errorf("%d timers, not one", n-still)
	}
	p.Send(tea.BlurMsg{})
	goesOn("out of focus", false)
	p.Send(tea.FocusMsg{})
	goesOn("in focus again", true)
	p.Send(kit.UseFormats{})
	goesOn("with local dates again", false)
}
