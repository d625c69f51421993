package dialog_test

import (
	"testing"

	"spaces/store"
	"spaces/store/job"
	"spaces/tui/dialog"
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
