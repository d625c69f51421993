package main

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"
)

// terminal runs a program on a pty, with an emulator on the other end, as a user sits before it.
type terminal struct {
	t   testing.TB
	pty *os.File
	cmd *exec.Cmd

	pressed string // the key that was pressed last

	mu      sync.Mutex
	screen  *vt.Emulator
	drawing bool          // a frame has begun (mode 2026, synchronized output) and not ended
	whole   string        // the screen before that
	raw     []byte        // everything the program wrote
	changed chan struct{} // a token after output
	gone    chan struct{} // closed when the program has ended
}

// named keys as a terminal sends them.
var named = map[string]string{
	"enter": "\r", "esc": "\x1b", "tab": "\t", "space": " ", "down": "\x1b[B", "up": "\x1b[A", "right": "\x1b[C", "left": "\x1b[D",
	"pgdown": "\x1b[6~", "ctrl+a": "\x01", "ctrl+c": "\x03", "ctrl+e": "\x05", "ctrl+o": "\x0f", "ctrl+u": "\x15", "backspace": "\x7f",
}

func newTerminal(t testing.TB, cmd *exec.Cmd, cols, rows int) *terminal {
	t.Helper()
	f, err := pty.StartWithSize(cmd, &pty.Winsize{Cols: uint16(cols), Rows: uint16(rows)})
	if errors.Is(err, pty.ErrUnsupported) { // Windows
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	x := &terminal{t: t, pty: f, cmd: cmd, screen: vt.NewEmulator(cols, rows), changed: make(chan struct{}, 1), gone: make(chan struct{})}
	x.screen.RegisterCsiHandler(ansi.Command('?', '$', 'p'), x.asked)
	x.screen.RegisterCsiHandler(ansi.Command('?', 0, 'h'), x.frame(true))
	x.screen.RegisterCsiHandler(ansi.Command('?', 0, 'l'), x.frame(false))
	go x.pump()
	go io.Copy(f, x.screen) // the terminal's own answers
	t.Cleanup(func() {
		cmd.Process.Kill()
		<-x.gone
		f.Close()
	})
	return x
}

func (x *terminal) pump() {
	buf := make([]byte, 64<<10)
	for {
		n, err := x.pty.Read(buf)
		x.mu.Lock()
		x.screen.Write(buf[:n])
		x.raw = append(x.raw, buf[:n]...)
		x.mu.Unlock()
		select {
		case x.changed <- struct{}{}:
		default:
		}
		if err != nil {
			x.mu.Lock()
			x.drawing = false
			x.mu.Unlock()
			x.cmd.Wait()
			close(x.gone)
			return
		}
	}
}

// asked says what this terminal can: synchronized output, so that frames are seen whole or not at all, and counting cells by
// grapheme clusters, which the emulator does.
func (x *terminal) asked(params ansi.Params) bool {
	mode, _, _ := params.Param(0, 0)
	if mode != synchronized && mode != clusters {
		return false
	}
	fmt.Fprintf(x.pty, "\x1b[?%d;2$y", mode) // it is off, and can be turned on
	return true
}

// Modes that are asked for.
const (
	synchronized = 2026
	clusters     = 2027
)

// frame notes that a frame begins, or that it has ended. x.mu is held.
func (x *terminal) frame(begins bool) func(ansi.Params) bool {
	return func(params ansi.Params) bool {
		mode, _, _ := params.Param(0, 0)
		if mode != synchronized {
			return false
		}
		if begins && !x.drawing {
			x.whole = ansi.Strip(x.screen.Render())
		}
		x.drawing = begins
		return true
	}
}

// text is the screen as it stands, without a frame that is not drawn yet.
func (x *terminal) text() string {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.drawing {
		return x.whole
	}
	return ansi.Strip(x.screen.Render())
}

// until waits for a screen that satisfies ok, and returns it.
func (x *terminal) until(what string, ok func(screen string) bool) string {
	x.t.Helper()
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	for {
		s := x.text()
		if ok(s) {
			return s
		}
		select {
		case <-x.changed:
		case <-x.gone:
			if s = x.text(); ok(s) {
				return s
			}
			x.t.Fatalf("the program ended before the screen showed %s:\n%s", what, s)
		case <-deadline.C:
			x.t.Fatalf("the screen never showed %s:\n%s", what, s)
		}
	}
}

// see waits until all of the texts are on the screen.
func (x *terminal) see(texts ...string) string {
	x.t.Helper()
	return x.until(strings.Join(texts, " and "), func(s string) bool {
		for _, want := range texts {
			if !strings.Contains(s, want) {
				return false
			}
		}
		return true
	})
}

// look is how long a person reads before Enter is pressed again: what is pressed at once does nothing to a new question.
const look = 500 * time.Millisecond

// press sends keys by name; what has no name is typed as it is.
func (x *terminal) press(keys ...string) {
	x.t.Helper()
	for _, k := range keys {
		if k == "enter" && x.pressed == k {
			time.Sleep(look)
		}
		x.pressed = k
		if seq, ok := named[k]; ok {
			k = seq
		}
		if _, err := io.WriteString(x.pty, k); err != nil {
			x.t.Fatal(err)
		}
	}
}

// paste delivers text as a terminal does after a drop or a paste.
func (x *terminal) paste(text string) { x.press("\x1b[200~" + text + "\x1b[201~") }

// clipboard returns the last text that was sent to the terminal's clipboard (OSC 52), or "".
func (x *terminal) clipboard() string {
	x.mu.Lock()
	defer x.mu.Unlock()
	i := bytes.LastIndex(x.raw, []byte("\x1b]52;c;"))
	if i < 0 {
		return ""
	}
	rest := x.raw[i+len("\x1b]52;c;"):]
	end := bytes.IndexAny(rest, "\x07\x1b")
	if end < 0 {
		return ""
	}
	text, _ := base64.StdEncoding.DecodeString(string(rest[:end]))
	return string(text)
}

// written is how many bytes the program has sent so far.
func (x *terminal) written() int {
	x.mu.Lock()
	defer x.mu.Unlock()
	return len(x.raw)
}

// ended waits for the program's end and returns its exit status.
func (x *terminal) ended() int {
	x.t.Helper()
	select {
	case <-x.gone:
	case <-time.After(patience):
		before, screen := len(x.output()), x.text()
		_ = x.cmd.Process.Signal(syscall.SIGQUIT) // Go writes where it stands
		<-x.gone
		x.t.Fatalf("the program did not end:\n%s\n%s", screen, x.output()[before:])
	}
	return x.cmd.ProcessState.ExitCode()
}

// output is everything the program wrote so far.
func (x *terminal) output() []byte {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.raw
}
