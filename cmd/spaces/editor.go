package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync/atomic"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/term"
	"github.com/kballard/go-shellquote"
)

// lent says that another program has the terminal: what is typed there to interrupt or stop is meant for that.
var lent lease

// lentGrace is how long after its end an interrupt still counts as typed for that program: the signal goes to both at once,
// and may be read here when the program is gone already. The panel's own Ctrl-C is a key and no signal.
const lentGrace = time.Second

// lease is the time for which the terminal is lent. It is safe for concurrent use.
type lease struct {
	running atomic.Bool
	ended   atomic.Pointer[time.Time]
}

// Load says whether the program has the terminal now.
func (l *lease) Load() bool { return l.running.Load() }

// interrupts says whether an interrupt that is read now is meant for the program.
func (l *lease) interrupts() bool {
	ended := l.ended.Load()
	return l.running.Load() || ended != nil && time.Since(*ended) < lentGrace
}

func (l *lease) begin() { l.running.Store(true) }

func (l *lease) end() {
	l.ended.Store(new(time.Now()))
	l.running.Store(false)
}

// editorOf is the editor that the user has chosen: VISUAL, else EDITOR, words as a shell splits them. No shell runs: the
// path of a file is never read as a command. why says why there is none; "" that none was chosen.
func editorOf(getenv func(string) string) (run func(path string) tea.ExecCommand, why string) {
	name := "VISUAL"
	if getenv(name) == "" {
		name = "EDITOR"
	}
	words, err := shellquote.Split(getenv(name))
	switch {
	case err != nil:
		return nil, fmt.Sprintf("%s cannot be read as a command: %v.", name, err)
	case len(words) == 0:
		return nil, ""
	}
	return func(path string) tea.ExecCommand {
		return &loan{cmd: exec.Command(words[0], append(words[1:len(words):len(words)], path)...)}
	}, ""
}

// loan is a program that has the terminal for a while. It implements tea.ExecCommand.
type loan struct {
	cmd *exec.Cmd
	out io.Writer
}

func (l *loan) SetStdin(r io.Reader)  { l.cmd.Stdin = r }
func (l *loan) SetStdout(w io.Writer) { l.cmd.Stdout, l.out = w, w }
func (l *loan) SetStderr(w io.Writer) { l.cmd.Stderr = w }

// modesOff ends what a program that died may have left of its modes: application keys, mouse reports, bracketed paste, the
// keyboard protocol, a hidden cursor, colours, the other screen (xterm, Control Sequences).
const modesOff = "\x1b[?1l\x1b>\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?2004l\x1b[<u\x1b[?25h\x1b[0m\x1b[?1049l"

// Run implements tea.ExecCommand. Whatever became of the program, the terminal is as it was before it.
func (l *loan) Run() error {
	lent.begin()
	defer lent.end()
	if tty, is := l.cmd.Stdin.(*os.File); is {
		if before, err := term.GetState(tty.Fd()); err == nil {
			defer term.Restore(tty.Fd(), before)
		}
	}
	err := l.cmd.Run()
	if err != nil && l.cmd.Process != nil {
		io.WriteString(l.out, modesOff)
	}
	if err != nil {
		return fmt.Errorf("the editor %s: %w", l.cmd.Args[0], err)
	}
	return nil
}
