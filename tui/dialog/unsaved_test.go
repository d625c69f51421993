package dialog_test

import (
	"testing"

	"spaces/store"
	"spaces/store/job"
	"spaces/tui/dialog"
	"spaces/tui/kit"
	"spaces/tui/kit/kittest"
)

// TestWhatWasTypedIsNotDroppedByOneSlip leaves dialogs by Esc and by their buttons.
func TestWhatWasTypedIsNotDroppedByOneSlip(t *testing.T) {
	media := object("media", "a.txt")
	for name, x := range map[string]struct {
		make  func(*kit.Context) kit.Dialog
		types func(*kittest.Screen)
	}{
		"connection": {func(c *kit.Context) kit.Dialog { return dialog.NewConnection(c) },
			func(s *kittest.Screen) { s.Press("tab", "tab", "tab", "tab"); s.Type("AKIA") }},
		"metadata": {func(c *kit.Context) kit.Dialog { return dialog.NewMetadata(c, []job.Source{media}) },
			func(s *kittest.Screen) { s.Type("x") }},
		"policy": {func(c *kit.Context) kit.Dialog { return dialog.NewPolicy(c, "media", store.Policy{}) },
			func(s *kittest.Screen) { s.Paste(`{"Version":"2012-10-17","Statement":[` + ofMedia + `]}`) }},
		"CORS rule": {func(c *kit.Context) kit.Dialog { return dialog.NewCORS(c, "media", store.CORS{}) },
			func(s *kittest.Screen) { s.Press("a"); s.Type("https://x") }},
		"website": {func(c *kit.Context) kit.Dialog { return dialog.NewWebsite(c, "media", store.Website{}) },
			func(s *kittest.Screen) { s.Press("down", "tab"); s.Type("x") }},
		"lifecycle rule": {func(c *kit.Context) kit.Dialog { return dialog.NewLifecycle(c, "media", store.Lifecycle{}) },
			func(s *kittest.Screen) { s.Press("a"); s.Type("logs/") }},
	} {
		t.Run(name, func(t *testing.T) {
			s, _, f := bookcase(t)
			f.Space(t, "media")
			put(t, f, "media", "a.txt", 1, store.Private)
			s.Open(x.make(s.Context))
			s.Press("esc")
			closed(t, s) // nothing was typed
			s.Open(x.make(s.Context))
			x.types(s)
			front := s.Dialog()
			s.Twice("esc")
			s.Want("A second Esc came too soon")
			s.Press("tab")
			s.Press("esc")
			s.Want("What was changed is not saved: once more drops it.")
			if s.Dialog() != front {
				t.Fatal("one Esc dropped it")
			}
			if s.Press("esc"); s.Dialog() == front {
				t.Error("the second one did not")
			}
		})
	}
}
