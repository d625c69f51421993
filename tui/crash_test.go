package tui_test

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"spaces/tui"
)

// breaking panics where it is told to.
type breaking struct{ in string }

func (b *breaking) fail(in string) {
	if b.in == in {
		panic("broken " + in)
	}
}

func (b *breaking) Init() tea.Cmd {
	b.fail("Init")
	bad := func() tea.Msg { b.fail("command"); return nil }
	return tea.Batch(bad, tea.Sequence(bad, func() tea.Msg { b.fail("sequence"); return nil }))
}
func (b *breaking) Update(tea.Msg) (tea.Model, tea.Cmd) { b.fail("Update"); return b, nil }
func (b *breaking) View() tea.View                      { b.fail("View"); return tea.NewView("all is well") }

func TestAPanicAnywhereIsToldOnceWithTheStackOfWhereItHappened(t *testing.T) {
	for _, in := range []string{"Init", "Update", "View", "command", "sequence"} {
		t.Run(in, func(t *testing.T) {
			told := make(chan tui.Crash, 8)
			var p *tea.Program
			g := tui.Guard(&breaking{in}, func(c tui.Crash) { told <- c; go p.Quit() })
			p = tea.NewProgram(g, tea.WithInput(nil), tea.WithOutput(&strings.Builder{}), tea.WithoutSignalHandler(), tea.WithWindowSize(80, 24))
			if _, err := p.Run(); err != nil {
				t.Errorf("the program ended with %v", err)
			}
			c := <-told
			if c.Value != "broken "+in || !strings.Contains(string(c.Stack), "(*breaking).fail") {
				t.Errorf("%v at\n%s", c.Value, c.Stack)
			}
			if len(told) > 0 {
				t.Errorf("told again of %v", (<-told).Value)
			}
		})
	}
}
