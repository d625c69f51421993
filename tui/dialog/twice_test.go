package dialog_test

import (
	"testing"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store"
	"spaces/store/job"
	"spaces/tui/dialog"
	"spaces/tui/kit"
)

// TestEnterPressedTwiceDoesNotAnswerWhatCameAfterTheFirst copies what is gone: the second Enter would press Back.
func TestEnterPressedTwiceDoesNotAnswerWhatCameAfterTheFirst(t *testing.T) {
	s, f := start(t)
	f.Space(t, "media")
	s.Open(dialog.NewCopyOver(s.Context, store.Place{Space: "media"}, store.Place{Space: "media", Prefix: "docs/"}, []job.Source{object("media", "gone.txt")}))
	s.Twice("enter")
	s.Want("gone.txt", "[ Back ]", "A second Enter came too soon")
	s.Press("enter")
	s.Want("[ Copy here (y) ]")
}

// TestWhoKnowsADialogIsNotSlowedDown opens what cannot destroy anything from a menu by Enter, and goes on at once.
func TestWhoKnowsADialogIsNotSlowedDown(t *testing.T) {
	s, f := start(t)
	f.Space(t, "media")
	put(t, f, "media", "a.txt", 1, store.Private)
	put(t, f, "media", "b.txt", 1, store.Private)
	files := []job.Source{object("media", "a.txt"), object("media", "b.txt")}
	open := func(d func(c *kit.Context) kit.Dialog) {
		s.Open(dialog.NewMore(s.Context, "a.txt", []kit.Action{{Name: keys.Share, Run: func(c *kit.Context) tea.Cmd {
			c.Open(d(c))
			return nil
		}}}))
		s.Twice("enter")
	}
	open(func(c *kit.Context) kit.Dialog { return dialog.NewFormats(c, "") })
	closed(t, s)

	open(func(c *kit.Context) kit.Dialog { return dialog.NewDelete(c, "media", files, "") })
	s.Want("[ Cancel ]", "A second Enter came too soon")
}

// TestKeysThatPressNoButtonWorkAsFastAsTheyAreTyped marks rows and lets them go by the same key.
func TestKeysThatPressNoButtonWorkAsFastAsTheyAreTyped(t *testing.T) {
	s, f := start(t)
	f.Space(t, "media")
	s.Open(dialog.NewCORS(s.Context, "media", store.CORS{Rules: []store.CORSRule{{Origins: []string{"https://x"}}, {Origins: []string{"https://y"}}}}))
	s.Twice("x")
	s.WantNot("https://x", "https://y", "too soon")
}
