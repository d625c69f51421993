//go:build unix

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"spaces/store"
	"spaces/store/storetest"
)

// script writes a program for sh and returns its path, in which there is a space.
func script(t *testing.T, lines string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "an editor")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+lines+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

// edits shows the panel on a Space with one file, in a shell, with an editor.
func edits(t *testing.T, editor string) (*terminal, *service) {
	t.Helper()
	server := newHome(t)
	s := server.serve(t, program(t), "127.0.0.1:0")
	client := s.open(t)
	if err := client.CreateSpace(t.Context(), "media", store.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	storetest.Put(t, client, "media", "notes.md", "old\n")
	h := newHome(t)
	sh := exec.Command("sh", "-i")
	sh.Env = append(h.environ("AWS_ACCESS_KEY_ID="+testKey, "AWS_SECRET_ACCESS_KEY="+testSecret, "EDITOR='"+editor+"' -x",
		"TMPDIR="+t.TempDir()), "PS1=SHELL> ", "PS2=")
	x := newTerminal(t, sh, 100, 30)
	x.see("SHELL>")
	x.press(fmt.Sprintf("%s --endpoint http://%s media/", program(t), s.addr), "enter")
	x.see("notes.md")
	return x, s
}

func TestTheEditorHasTheTerminalAndThePanelComesBack(t *testing.T) {
	editor := script(t, `test "$1" = -x || exit 3
printf 'EDITING %s\n' "$(cat "$2")"
read line
echo "$line" >>"$2"`)
	x, s := edits(t, editor)
	x.press("e")
	x.see("EDITING old")
	x.press("typed by hand", "enter")
	x.see("Saved notes.md", "╰──")
	if got := storetest.Read(t, s.open(t), "media", "notes.md"); got != "old\ntyped by hand\n" {
		t.Errorf("it is %q", got)
	}
	quitToShell(x, 2)
}

// quitToShell leaves the panel for the shell whose nth prompt comes then, and checks that its terminal is as it was.
func quitToShell(x *terminal, n int) {
	x.t.Helper()
	x.press("q", "q")
	x.until("the shell", func(s string) bool { return strings.Count(s, "SHELL>") == n })
	x.press("stty -a | tr ';' '\\n' | grep -c -e ' echo ' -e ' icanon '", "enter")
	x.until("a terminal that echoes", func(s string) bool { return strings.Count(s, "SHELL>") == n+1 && strings.Contains(s, "grep -c") })
}

func TestAnEditorThatCrashesLeavesTheTerminalWhole(t *testing.T) {
	editor := script(t, `stty raw -echo
printf '\033[?1049h\033[?1000h\033[?25lCRASHING'
kill -9 $$`)
	x, _ := edits(t, editor)
	x.press("e")
	x.see("It did not end well", "signal: killed", "Nothing was changed.")
	x.press("esc")
	x.until("the page", func(s string) bool {
		return !strings.Contains(s, "did not end well") && strings.Contains(s, "notes.md")
	})
	quitToShell(x, 2)
}

func TestKeysThatInterruptTheEditorDoNotEndThePanel(t *testing.T) {
	editor := script(t, `trap 'echo INTERRUPTED; was=so' INT
echo EDITING
until test "$was"; do sleep 0.1; done # a signal right before it reads would wait for the line
read line`)
	x, _ := edits(t, editor)
	x.press("e")
	x.see("EDITING")
	x.press("ctrl+c")
	x.see("INTERRUPTED")
	x.press("enter")
	x.see("Nothing was changed in notes.md")
	quitToShell(x, 2)
}

func TestAnEditorThatAnInterruptEndsDoesNotTakeThePanelAlong(t *testing.T) {
	// What an earlier one wrote is on the screen again, so each has a number. cat, because sh would miss a signal right before
	// it reads.
	editor := script(t, `echo >>"$0.runs"
echo EDITING, $(wc -l <"$0.runs")
exec cat`)
	x, _ := edits(t, editor)
	for n := range 3 {
		x.press("e")
		x.see(fmt.Sprintf("EDITING, %d", n+1))
		x.press("ctrl+c")
		x.see("It did not end well", "Nothing was changed.")
		x.press("esc")
		x.until("the page", func(s string) bool {
			return !strings.Contains(s, "did not end well") && strings.Contains(s, "notes.md")
		})
	}
	quitToShell(x, 2)
}

func TestAnEditorThatIsStoppedLeavesTheTerminalToTheShell(t *testing.T) {
	editor := script(t, `echo EDITING
read line
echo "$line" >>"$2"`)
	x, s := edits(t, editor)
	x.press("e")
	x.see("EDITING")
	x.press("\x1a")
	x.until("the shell", func(s string) bool { return strings.Count(s, "SHELL>") == 2 })
	x.press("fg", "enter")
	x.until("the job", func(s string) bool { return strings.Contains(s, "fg") && strings.Count(s, "--endpoint") >= 2 })
	x.press("more", "enter")
	x.see("Saved notes.md")
	if got := storetest.Read(t, s.open(t), "media", "notes.md"); got != "old\nmore\n" {
		t.Errorf("it is %q", got)
	}
	quitToShell(x, 3)
}
