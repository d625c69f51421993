package tui_test

import (
	"strings"
	"testing"

	"spaces/tui"
)

func TestALongNoticeIsReadableWhole(t *testing.T) {
	const long = "Created media, but only your keys can list it: this endpoint has access control lists switched off; " +
		"a bucket policy on the Space can let everybody list it"
	p := newPanel(t, func(c *tui.Config) { c.Warnings = []string{long} })
	whole := func() bool {
		return strings.Contains(strings.Join(strings.Fields(p.Text()), " "), "! "+long)
	}
	if !whole() {
		t.Errorf("it is cut:\n%s", p.Text())
	}
	if n := strings.Count(p.Text(), "\n"); n != 23 {
		t.Errorf("the screen has %d lines", n+1)
	}
	p.Resize(60, 24)
	if !whole() {
		t.Errorf("it is cut where it is narrow:\n%s", p.Text())
	}
	p.Resize(40, 6)
	p.Want("! Created media")
	p.Press("j")
	p.WantNot("Created media")
}
