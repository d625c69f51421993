package tui_test

import (
	"testing"

	"spaces/store"
	"spaces/store/storetest"
)

func TestARenameOfWhatAnotherClientDeletedTakesItsRowAway(t *testing.T) {
	f := storetest.New(t)
	put(t, f.Store, "a.txt", "b.txt")
	s, _ := open(t, f.Store, store.Place{Space: "media", Key: "a.txt"})
	s.Want("▌  a.txt", "b.txt")
	if err := f.Store.Delete(t.Context(), store.Ref{Space: "media", Key: "a.txt"}); err != nil {
		t.Fatal(err)
	}
	s.Press("r")
	s.Type("2")
	s.Press("enter")
	s.Want("a.txt not renamed: it is not there any more", "▌  b.txt")
	s.WantNot("  a.txt ")
}

func TestDeletingTheOnlyFileFromItsInspectorShowsTheEmptyFolder(t *testing.T) {
	f := storetest.New(t)
	put(t, f.Store, "a.txt")
	s, _ := open(t, f.Store, store.Place{Space: "media", Key: "a.txt"})
	s.Press("enter")
	s.Want("╭ a.txt")
	s.Press("d", "y")
	s.Want("Deleted a.txt", "╭ Files")
	s.WantNot("╭ a.txt")
}
