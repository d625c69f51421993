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
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	h := newHome(t)
	h.env = []string{"TEST_CLOCK_BREAKS_IN=kit.(*List).mouse", "XDG_STATE_HOME=" + filepath.Join(h.dir, "state")}
	s := h.serve(t, program(t), "127.0.0.1:0")
	if err := s.open(t).CreateSpace(t.Context(), "media", store.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	s.stop()
	x := newTerminal(t, h.command(self), 200, 24)
	x.see("media")
	x.press("\x1b[<0;5;4M") // a click on its row asks for the time
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
	if info, err := os.Stat(named[1]); err != nil || info.Mode() != 0o600 {
		t.Fatalf("%v, %v", info, err)
	}
	trace, err := os.ReadFile(named[1])
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"the clock is broken", "kit.(*List).mouse", "tui.(*Model).Update"} {
		if !strings.Contains(string(trace), want) {
			t.Errorf("the trace has no %q:\n%s", want, trace)
		}
	}
}
