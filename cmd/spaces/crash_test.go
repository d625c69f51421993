package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"spaces/store"
)

func TestACrashRestoresTheTerminalAndLeavesATrace(t *testing.T) {
	for where, c := range map[string]struct {
		does  func(*terminal)
		trace string
	}{
		"kit.(*List).mouse": {func(x *terminal) { x.press("\x1b[<0;5;4M") }, "tui.(*Model).Update"}, // a click asks for the time
		"job.(*job).end": {func(x *terminal) {
			x.press("d")
			x.see("counted, complete")
			x.press("y")
		}, "job.(*Manager).launch"},
	} {
		t.Run(where, func(t *testing.T) { crashes(t, where, c.does, c.trace) })
	}
}

func crashes(t *testing.T, where string, does func(*terminal), within string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	h := newHome(t)
	h.env = []string{"TEST_CLOCK_BREAKS_IN=" + where, "XDG_STATE_HOME=" + filepath.Join(h.dir, "state")}
	s := h.serve(t, program(t), "127.0.0.1:0")
	c := s.open(t)
	if err := c.CreateSpace(t.Context(), "media", store.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Put(t.Context(), store.Ref{Space: "media", Key: "a.txt"}, strings.NewReader("a"), 1, store.Props{}, store.PutOptions{}); err != nil {
		t.Fatal(err)
	}
	s.stop()
	x := newTerminal(t, h.command(self, "media"), 200, 24)
	x.see("a.txt")
	does(x)
	if code := x.ended(); code != 1 {
		t.Errorf("exit status %d", code)
	}
	screen := x.text()
	named := regexp.MustCompile(`spaces: it crashed; the trace is in (\S+)`).FindStringSubmatch(screen)
	if named == nil || strings.Contains(screen, "goroutine") {
		t.Fatalf("the message is\n%s", screen)
	}
	for _, mode := range []string{"\x1b[?1049l", "\x1b[?25h", "\x1b[?1002l"} {
		if !strings.Contains(string(x.raw), mode) {
			t.Errorf("the terminal was not told %q", mode)
		}
	}
	if _, after, _ := strings.Cut(string(x.raw), "\x1b[?1049l"); strings.Contains(after, "\x1b]11;?") {
		t.Error("the terminal was asked for its background, and may have answered to the panel that is gone")
	}
	if info, err := os.Stat(named[1]); err != nil || info.Mode() != 0o600 {
		t.Fatalf("%v, %v", info, err)
	}
	trace, err := os.ReadFile(named[1])
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"the clock is broken", where, within} {
		if !strings.Contains(string(trace), want) {
			t.Errorf("the trace has no %q:\n%s", want, trace)
		}
	}
}
