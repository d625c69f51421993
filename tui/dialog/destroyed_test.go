package dialog_test

import (
	"testing"

	tea "charm.land/bubbletea/v2"

	"spaces/store"
	"spaces/tui/dialog"
	"spaces/tui/kit"
)

func TestADestroyedSpaceIsBroughtBackUnderAnotherName(t *testing.T) {
	s, f := start(t)
	f.Space(t, "media")
	put(t, f, "media", "a", 1000, store.Private)
	if _, err := f.Store.DestroySpace(t.Context(), "media"); err != nil {
		t.Fatal(err)
	}
	f.Space(t, "media")
	told := ""
	s.Open(dialog.NewDestroyed(s.Context, func(_ *kit.Context, name string) tea.Cmd { told = name; return nil }))
	s.Want("media", "1.0 KB", "Restore", "Remove for good…")
	s.Press("enter", "enter")
	s.Want("There is a Space of this name. Give it another one.")
	open(t, s)
	s.Type("2")
	s.Press("enter")
	closed(t, s)
	if told != "media2" {
		t.Errorf("back is %q", told)
	}
	wantKeys(t, f, "media2", "a")
	wantKeys(t, f, "media")
}

func TestADestroyedSpaceGoesForGoodOnlyAfterAQuestion(t *testing.T) {
	s, f := start(t)
	f.Space(t, "media")
	if _, err := f.Store.DestroySpace(t.Context(), "media"); err != nil {
		t.Fatal(err)
	}
	s.Open(dialog.NewDestroyed(s.Context, nil))
	left := func() int {
		list, err := f.Store.Destroyed(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return len(list)
	}
	s.ClickOn("Remove for good…")
	s.Want("It cannot be had back from then on", "[ Cancel ]")
	s.Press("enter")
	s.Want("Restore")
	if left() != 1 {
		t.Fatal("Enter twice has removed it")
	}
	s.ClickOn("Remove for good…")
	s.Press("y")
	s.Want("None.")
	if left() != 0 {
		t.Error("it is there still")
	}
}

func TestDestroySaysWhetherTheSpaceCanBeHadBack(t *testing.T) {
	s, f := start(t)
	f.Space(t, "media")
	s.Open(dialog.NewDestroy(s.Context, "media"))
	s.Want("It can be had back for a week")
}

func (s *stage) destroyed() {
	for _, name := range []string{"media", "backups"} {
		if _, err := s.f.Store.DestroySpace(s.t.Context(), name); err != nil {
			s.t.Fatal(err)
		}
	}
}

func (s *stage) openDestroyed() {
	s.Open(dialog.NewDestroyed(s.Context, func(*kit.Context, string) tea.Cmd { return nil }))
}
