package kit

import (
	"context"
	"errors"
	"io"
	"os"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/term"
)

// Exec is what a command returns to lend the terminal to Command until that ends; Then is told why it did not end well.
// Screens use it instead of tea.Exec, so that tests can do without a terminal.
type Exec struct {
	Command tea.ExecCommand
	Then    func(error) tea.Msg
}

// Lend gives the terminal to a command until that ends. The answer has no value, and the error of the command.
func (s *Slot[T]) Lend(c *Context, owner ID, command tea.ExecCommand) tea.Cmd {
	s.Cancel()
	s.cancel = func() {} // what has the terminal ends by itself
	tickets++
	ticket := tickets
	s.ticket = ticket
	return func() tea.Msg {
		return Exec{command, func(err error) tea.Msg { return Answer{Owner: owner, ticket: ticket, err: err} }}
	}
}

// Edit has the user edit a file of this machine in his editor. The answer is as of Lend, and comes when the editor has
// ended, whether the file was changed or not. Where NoEditor gives a reason it is an answer at once.
func (s *Slot[T]) Edit(c *Context, owner ID, path string) tea.Cmd {
	if why := c.EditorOff(); why != "" {
		return s.Start(c, owner, func(context.Context) (none T, err error) { return none, errors.New(why) })
	}
	return s.Lend(c, owner, c.Editor(path))
}

// EditorOff is why no file can be edited, or "".
func (c *Context) EditorOff() string {
	switch {
	case c.Editor != nil:
		return ""
	case c.NoEditor != "":
		return c.NoEditor
	}
	return "There is no editor: set EDITOR to the one you want, and start spaces again."
}

// Sent is what is said of a text after Clip, with why it may not have arrived where that is known: terminals do not tell
// whether they took it.
func (c *Context) Sent() string {
	const sent = "Sent to the terminal's clipboard"
	if c.ClipKept != nil && c.ClipKept() != "" {
		return sent + " (" + c.ClipKept() + ")"
	}
	return sent
}

// Printed is a text on the terminal without the panel around it, until a key is pressed: there every terminal lets the
// mouse select, and a line breaks where the screen ends and nowhere else. The text must be printable. It implements
// tea.ExecCommand.
type Printed struct {
	text string
	work context.Context
	in   io.Reader
	out  io.Writer
}

// NewPrinted is of one text; it ends with the work of c too.
func NewPrinted(c *Context, text string) *Printed { return &Printed{text: text, work: c.Work} }

// SetStdin implements tea.ExecCommand.
func (p *Printed) SetStdin(r io.Reader) { p.in = r }

// SetStdout implements tea.ExecCommand.
func (p *Printed) SetStdout(w io.Writer) { p.out = w }

// SetStderr implements tea.ExecCommand.
func (p *Printed) SetStderr(io.Writer) {}

// Run implements tea.ExecCommand.
func (p *Printed) Run() error {
	if _, err := io.WriteString(p.out, "\n"+p.text+"\n\nAny key goes back to spaces.\n"); err != nil {
		return err
	}
	if tty, is := p.in.(*os.File); is {
		// Without this the key would be Enter only, and Ctrl-C the end of the program.
		if before, err := term.MakeRaw(tty.Fd()); err == nil {
			defer term.Restore(tty.Fd(), before)
		}
	}
	pressed := make(chan error, 1)
	go func() {
		_, err := p.in.Read(make([]byte, 256)) // a key may be several bytes
		pressed <- err
	}()
	select {
	case err := <-pressed:
		if errors.Is(err, io.EOF) {
			return nil
		}
		return err
	case <-p.work.Done():
		return nil
	}
}
