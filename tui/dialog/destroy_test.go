package dialog_test

import (
	"testing"

	"spaces/store"
	"spaces/tui/dialog"
)

func TestDestroyNeedsTheNameTypedAndAnotherChoice(t *testing.T) {
	s, f := start(t)
	f.Space(t, "media")
	put(t, f, "media", "a", 1000, store.Private)
	put(t, f, "media", "b/c", 1000, store.Private)
	s.Open(dialog.NewDestroy(s.Context, "media"))
	s.Want("2 objects, 2.0 KB", "counted, complete")
	requireGolden(t, s.Text())
	s.Press("enter")
	s.Want("That is not the name of the Space")
	s.Type("medi")
	s.Press("tab", "tab", "enter")
	s.Want("That is not the name of the Space")
	s.Type("a")
	s.Press("enter")
	s.Want("[ Cancel ]")
	s.Press("right")
	open(t, s)
	wantKeys(t, f, "media", "a", "b/c")
	s.Press("enter")
	closed(t, s)
	if list, err := f.Store.Spaces(t.Context()); err != nil || len(list) > 0 {
		t.Fatalf("there is %v, %v", list, err)
	}
}

func TestDestroyEnterTwiceIsNo(t *testing.T) {
	s, f := start(t)
	f.Space(t, "media")
	s.Open(dialog.NewDestroy(s.Context, "media"))
	s.Type("media")
	s.Press("enter", "enter")
	closed(t, s)
	if list, err := f.Store.Spaces(t.Context()); err != nil || len(list) != 1 {
		t.Fatalf("there is %v, %v", list, err)
	}
}
