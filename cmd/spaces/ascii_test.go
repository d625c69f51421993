package main

import (
	"strings"
	"testing"

	"spaces/store"
	"spaces/themes"
)

func TestTheSignsOfAScreenFollowTerminalAndLocale(t *testing.T) {
	for _, c := range []struct {
		env  string
		want themes.Signs
	}{
		{"", themes.AllSigns},
		{"TERM=xterm LANG=en_US.UTF-8", themes.AllSigns},
		{"TERM=xterm LC_CTYPE=UTF-8", themes.AllSigns},
		{"TERM=xterm LANG=de_DE.utf8", themes.AllSigns},
		{"TERM=xterm LANG=C", themes.OnlyASCII},
		{"TERM=xterm LANG=POSIX", themes.OnlyASCII},
		{"TERM=xterm LANG=de_DE.ISO-8859-1", themes.OnlyASCII},
		{"TERM=xterm LANG=C LC_ALL=C.UTF-8", themes.AllSigns},
		{"TERM=xterm LANG=C.UTF-8 LC_ALL=C", themes.OnlyASCII},
		{"TERM=linux LANG=C.UTF-8", themes.OnlyNames},
	} {
		env := map[string]string{}
		for _, kv := range strings.Fields(c.env) {
			name, value, _ := strings.Cut(kv, "=")
			env[name] = value
		}
		if got := signsOf(func(name string) string { return env[name] }); got != c.want {
			t.Errorf("%s: %d", c.env, got)
		}
	}
}

func TestALocaleWithoutUTF8GetsAScreenOfASCII(t *testing.T) {
	h := newHome(t)
	h.env = []string{"LC_ALL=C"}
	s := h.serve(t, program(t), "127.0.0.1:0")
	c := s.open(t)
	if err := c.CreateSpace(t.Context(), "media", store.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"\u011b2J", "\u65e5\u672c", "cafe\u0301"} { // the first has CSI in it for an 8-bit terminal
		if _, err := c.Put(t.Context(), store.Ref{Space: "media", Key: key}, strings.NewReader("a"), 1, store.Props{}, store.PutOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	s.stop()
	x := newTerminal(t, h.command(program(t)), 80, 24)
	x.see("this machine", "media")
	x.press("l")
	x.see("?2J", "????", "cafe")
	x.press("?")
	x.see("PgDn")
	x.press("esc", "q", "q")
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

func TestLinesOfALocaleWithoutUTF8AreASCII(t *testing.T) {
	var out strings.Builder
	lines := &asciiLines{w: &out}
	for _, piece := range []string{"a\xc3", "\xa9\nb", "\u65e5", "\n"} {
		if n, err := lines.Write([]byte(piece)); n != len(piece) || err != nil {
			t.Fatal(n, err)
		}
	}
	if got := out.String(); got != "a?\nb??\n" {
		t.Errorf("%q", got)
	}
}
