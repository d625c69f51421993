package tui_test

import (
	"testing"

	"spaces/store"
	"spaces/store/storetest"
	"spaces/tui"
)

func TestThePathBarSaysWhetherAnythingMayBeChanged(t *testing.T) {
	for reason, want := range map[string]string{"": "rw", "It is marked read-only.": "ro"} {
		f := storetest.New(t, storetest.Config(func(c *store.Config) { c.ReadOnly = reason }))
		p := newPanel(t, func(c *tui.Config) { c.Store = f.Store })
		p.Want("built-in server  " + want)
		p.Press("g", "n")
		if reason != "" {
			p.Want(reason)
			p.WantNot("Create a Space")
		} else {
			p.Want("Create a Space")
		}
		p.Press("esc")
		p.Resize(30, 12)
		if p.Has("● ro") != (reason != "") {
			t.Errorf("on a narrow screen:\n%s", p.Text())
		}
	}
}
