package page

import (
	"testing"

	"spaces/store"
)

// TestASettingIsNotOpenedWhileItIsReadAgain: a dialog would begin with what there was before the last one.
func TestASettingIsNotOpenedWhileItIsReadAgain(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	s.Show(New(s.Context, store.Place{Space: "media", Tab: store.Settings}))
	s.Press("j")
	s.Want("▌ File listing")
	s.Hold()
	s.Press("R", "enter")
	want(t, "a dialog", s.Dialog(), nil)
	s.Release()
	s.Press("enter")
	if s.Dialog() == nil {
		t.Error("it does not open when it is read")
	}
}
