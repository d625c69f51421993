package main

import (
	"strings"
	"testing"
)

func TestTheSignsOfAScreenFollowTerminalAndLocale(t *testing.T) {
	for _, c := range []struct {
		env  string
		want bool
	}{
		{"", false},
		{"TERM=xterm LANG=en_US.UTF-8", false},
		{"TERM=xterm LC_CTYPE=UTF-8", false},
		{"TERM=xterm LANG=de_DE.utf8", false},
		{"TERM=xterm LANG=C", true},
		{"TERM=xterm LANG=POSIX", true},
		{"TERM=xterm LANG=de_DE.ISO-8859-1", true},
		{"TERM=xterm LANG=C LC_ALL=C.UTF-8", false},
		{"TERM=xterm LANG=C.UTF-8 LC_ALL=C", true},
		{"TERM=linux LANG=C.UTF-8", true},
	} {
		env := map[string]string{}
		for _, kv := range strings.Fields(c.env) {
			name, value, _ := strings.Cut(kv, "=")
			env[name] = value
		}
		if got := isASCII(func(name string) string { return env[name] }); got != c.want {
			t.Errorf("%s: %t", c.env, got)
		}
	}
}

func TestALocaleWithoutUTF8GetsAScreenOfASCII(t *testing.T) {
	h := newHome(t)
	h.env = []string{"LC_ALL=C"}
	x := newTerminal(t, h.command(program(t)), 80, 24)
	x.see("There are no Spaces yet", "this machine")
	x.press("?")
	x.see("PgDn")
	x.press("esc", "q")
	x.ended()
	for i, c := range x.output() {
		if c >= 0x80 {
			t.Fatalf("byte %#x in %q", c, x.output()[max(i-20, 0):i+1])
		}
	}
}

func TestADumbTerminalGetsLines(t *testing.T) {
	h := newHome(t)
	h.env = []string{"TERM=dumb"}
	cmd := h.command(program(t))
	x := newTerminal(t, cmd, 80, 24)
	if code := x.ended(); code != 0 {
		t.Errorf("exit status %d", code)
	}
	if out := string(x.output()); strings.Contains(out, "\x1b") {
		t.Errorf("%q", out)
	}
}
