//go:build unix

package main

import (
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/creack/pty"
)

func TestSuspendGivesTheTerminalToTheShellAndComesBackWhole(t *testing.T) {
	h := newHome(t)
	sh := exec.Command("sh", "-i")
	sh.Env = append(h.environ(), "PS1=SHELL> ", "PS2=")
	x := newTerminal(t, sh, 80, 24)
	x.see("SHELL>")
	x.press(program(t)+" --data "+h.data(), "enter")
	x.see("There are no Spaces yet")
	x.press("\x1a")
	x.until("the shell", func(s string) bool {
		return strings.Contains(s, "spaces is suspended; fg brings it back.") && strings.Count(s, "SHELL>") == 2
	})
	x.press("jobs -l", "enter")
	pid := number(t, x.seeMatch(`\[1\] *\+ +(\d+)`))

	if err := pty.Setsize(x.pty, &pty.Winsize{Cols: 100, Rows: 30}); err != nil {
		t.Fatal(err)
	}
	x.resize(100, 30)
	from := x.written()
	x.press("fg", "enter")
	x.until("the panel in its new size", func(s string) bool {
		lines := strings.Split(s, "\n")
		return strings.Contains(s, "There are no Spaces yet") && len(lines) == 30 && strings.Contains(lines[29], "keys")
	})
	for _, mode := range []string{"\x1b[?1049h", "\x1b[?1002h", "\x1b[?2004h"} {
		if !strings.Contains(string(x.output()[from:]), mode) {
			t.Errorf("the terminal was not told %q again", mode)
		}
	}

	if err := syscall.Kill(pid, syscall.SIGTSTP); err != nil {
		t.Fatal(err)
	}
	x.until("the shell", func(s string) bool {
		return strings.Count(s, "spaces is suspended") == 2 && strings.Count(s, "SHELL>") == 4
	})
	x.press("fg", "enter")
	x.see("There are no Spaces yet")
	x.press("q")
	x.until("the shell's fifth prompt", func(s string) bool { return strings.Count(s, "SHELL>") == 5 })
	x.press("exit", "enter")
	x.ended()
}

func TestSuspendWithoutAShellLeavesThePanelWhereItIs(t *testing.T) {
	h := newHome(t)
	x := newTerminal(t, h.command(program(t)), 80, 24)
	x.see("There are no Spaces yet")
	x.press("\x1a")
	x.see("There is no shell to suspend to.", "There are no Spaces yet")
	x.cmd.Process.Signal(syscall.SIGTSTP)
	x.press("q")
	if code := x.ended(); code != 0 {
		t.Errorf("exit status %d", code)
	}
}

// seeMatch waits for a text that matches, and returns what its group did.
func (x *terminal) seeMatch(pattern string) (group string) {
	x.t.Helper()
	re := regexp.MustCompile(pattern)
	x.until(pattern, func(s string) bool {
		m := re.FindStringSubmatch(s)
		if m != nil {
			group = m[1]
		}
		return m != nil
	})
	return group
}

// resize makes the emulator as large as the pty was made.
func (x *terminal) resize(cols, rows int) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.screen.Resize(cols, rows)
}

func number(t *testing.T, s string) int {
	t.Helper()
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}
