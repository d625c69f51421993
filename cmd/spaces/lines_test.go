package main

import (
	"strings"
	"testing"
)

func TestForScreenReadersEachChangeIsALineAndNothingIsDrawn(t *testing.T) {
	h := newHome(t)
	x := newTerminal(t, h.command(program(t), "--screen-reader"), 100, 60)
	x.see("There are no Spaces yet.")
	x.press("a")
	x.see("Create a Space", "Name")
	x.press("media")
	x.see("Name media")
	x.press("enter")
	x.see("Created media", "This folder is empty.")
	x.press("a")
	x.see("name of the new folder")
	x.press("docs", "enter")
	x.see("Created docs/", "docs/")
	x.press("d")
	x.see("Delete", "[ Cancel ]")
	x.press("esc", "q", "q")
	if code := x.ended(); code != 0 {
		t.Errorf("exit status %d", code)
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	raw := string(x.raw)
	if strings.Contains(raw, "\x1b[?1049h") || strings.ContainsAny(raw, "─│╭╮╰╯┬▌▸●") {
		t.Errorf("something is drawn: %q", raw)
	}
	at := 0
	for _, line := range []string{"Name m", "Name media", "Created media", "Created docs/"} { // in their order
		i := strings.Index(raw[at:], line)
		if i < 0 {
			t.Fatalf("%q does not come in its place: %q", line, raw)
		}
		at += i
	}
}
