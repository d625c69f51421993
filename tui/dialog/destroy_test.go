package dialog_test

import (
	"testing"

	"spaces/server/storage"
	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
	"spaces/tui/dialog"
	"spaces/tui/kit/kittest"
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

// versioned is a Space that keeps versions: one file with an older version, and one that was deleted.
func versioned(t *testing.T, f *storetest.Fixture) {
	t.Helper()
	f.Space(t, "media")
	if err := f.Engine.SetVersioning("media", storage.Enabled); err != nil {
		t.Fatal(err)
	}
	put(t, f, "media", "a", 1000, store.Private)
	put(t, f, "media", "a", 2000, store.Private)
	put(t, f, "media", "gone", 3000, store.Private)
	if err := f.Store.Delete(t.Context(), store.Ref{Space: "media", Key: "gone"}); err != nil {
		t.Fatal(err)
	}
}

func TestDestroyTellsOfVersionsAndMarkersAndTakesThem(t *testing.T) {
	f := storetest.New(t, storetest.Unknown()) // where it is counted, and deleted
	s := kittest.New(t, kittest.Store(f.Store))
	versioned(t, f)
	s.Open(dialog.NewDestroy(s.Context, "media"))
	s.Want("4 objects, 6.0 KB", "2 older versions and 1 delete marker among them")
	s.Type("media")
	s.Press("enter", "right", "enter")
	closed(t, s)
	if list, err := f.Store.Spaces(t.Context()); err != nil || len(list) > 0 {
		t.Fatalf("there is %v, %v", list, err)
	}
}

func TestDeleteInASpaceThatKeepsVersionsSaysThatTheyStay(t *testing.T) {
	s, f := start(t)
	versioned(t, f)
	s.Open(dialog.NewDelete(s.Context, "media", []job.Source{object("media", "a")}, ""))
	s.Want("Older versions stay")
	s.WantNot("cannot be undone")
}
