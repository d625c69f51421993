package kit_test

import (
	"errors"
	"io"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"spaces/tui/kit"
	"spaces/tui/kit/kittest"
)

// lender is a dialog that lends the terminal, and notes what came of it.
type lender struct {
	id   kit.ID
	cmd  func(*kit.Context, kit.ID, *kit.Slot[string]) tea.Cmd
	slot kit.Slot[string]
	err  error
	back int
}

func (l *lender) ID() kit.ID                         { return l.id }
func (l *lender) Title() string                      { return "" }
func (l *lender) Init(c *kit.Context) tea.Cmd        { return l.cmd(c, l.id, &l.slot) }
func (l *lender) View(*kit.Context, kit.Size) string { return "" }
func (l *lender) Actions() []kit.Action              { return nil }
func (l *lender) Typing() bool                       { return false }
func (l *lender) Close()                             {}
func (l *lender) Update(_ *kit.Context, msg tea.Msg) tea.Cmd {
	if _, err, ok := l.slot.Take(msg); ok {
		l.err, l.back = err, l.back+1
	}
	return nil
}

// command is a program that the terminal is lent to.
type command struct {
	out  io.Writer
	text string
	err  error
}

func (c *command) SetStdin(io.Reader)    {}
func (c *command) SetStdout(w io.Writer) { c.out = w }
func (c *command) SetStderr(io.Writer)   {}
func (c *command) Run() error            { io.WriteString(c.out, c.text); return c.err }

func TestWhoLendsTheTerminalIsToldHowItEnded(t *testing.T) {
	for _, want := range []error{nil, errors.New("crashed")} {
		s := kittest.New(t)
		l := &lender{id: s.Context.NewID(), cmd: func(c *kit.Context, id kit.ID, slot *kit.Slot[string]) tea.Cmd {
			return slot.Lend(c, id, &command{text: "hello", err: want})
		}}
		s.Open(l)
		if l.back != 1 || l.err != want || l.slot.Busy() || s.Printed() != "hello" {
			t.Errorf("told %d times: %v; printed %q", l.back, l.err, s.Printed())
		}
	}
}

func TestWithoutAnEditorTheReasonIsTheAnswer(t *testing.T) {
	s := kittest.New(t)
	l := &lender{id: s.Context.NewID(), cmd: func(c *kit.Context, id kit.ID, slot *kit.Slot[string]) tea.Cmd {
		return slot.Edit(c, id, "/nowhere")
	}}
	s.Open(l)
	if l.back != 1 || l.err == nil || !strings.Contains(l.err.Error(), "set EDITOR") {
		t.Errorf("told %d times: %v", l.back, l.err)
	}
}

func TestAPrintedTextIsOneLineByItself(t *testing.T) {
	s := kittest.New(t)
	link := "http://h/" + strings.Repeat("x", 300)
	l := &lender{id: s.Context.NewID(), cmd: func(c *kit.Context, id kit.ID, slot *kit.Slot[string]) tea.Cmd {
		return slot.Lend(c, id, kit.NewPrinted(c, link))
	}}
	s.Open(l)
	if l.err != nil || !strings.Contains(s.Printed(), "\n"+link+"\n") {
		t.Errorf("%v; printed %q", l.err, s.Printed())
	}
}
