package page

import (
	"testing"

	"spaces/keys"
	"spaces/store"
	"spaces/tui/kit/kittest"
)

// searched is a screen with files in many folders, at the Find tab of images/.
func searched(t *testing.T, options ...kittest.Option) (*shelf, *files) {
	t.Helper()
	s := newShelf(t, options...)
	s.Space(t, "media")
	s.put("media", "images/2023/a.jpg", "images/2023/long name.jpg", "images/2024/b.JPG", "images/2024/deep/c.png", "images/top.jpg", "other/d.jpg",
		"images/2024/esc\x1b[31m.jpg")
	f := s.open(store.Place{Space: "media", Prefix: "images/", Tab: store.Find})
	return s, f
}

func TestFindingFilesBelowAFolder(t *testing.T) {
	s, f := searched(t)
	s.Want("─ Find ", "part of a name", "in everything below here")
	s.Type("*.jpg size>1X")
	s.Want("“1X” is no size")
	s.Press("backspace")
	s.WantNot("is no size")
	s.Press("enter")
	want(t, "found", listed(f), []string{"2023/a.jpg", "2023/long name.jpg", "2024/b.JPG", "2024/esc\x1b[31m.jpg", "top.jpg"})
	s.Want("5 found in 6 of 6", "2023/long name.jpg")
	s.WantNot("other")
	s.Press("enter")
	want(t, "goes to", s.Went()[0], store.Place{Space: "media", Prefix: "images/2023/", Key: "images/2023/a.jpg"})
}

func TestFoundFilesAreActedOnAsInTheirFolder(t *testing.T) {
	s, f := searched(t)
	s.Type("jpg")
	s.Press("enter", "o", "s", "j", "space", "j", "space")
	want(t, "selected", len(selected(f)), 2)
	s.Press("d")
	s.Want("2 files")
	s.Press("y")
	s.Settle()
	want(t, "left", len(listed(f)), 3)
	s.Press("u")
	s.Want("open one first")
	s.Press("/")
	s.Want("narrows them")
	s.Press("f")
	s.Type("long")
	s.Press("enter")
	s.Want("1 of 3 found")
	for _, a := range f.Actions() {
		if a.Name == keys.Share && a.Off() != "" {
			t.Errorf("sharing is off: %s", a.Off())
		}
	}
}

func TestAFoundFileIsRenamedInItsFolder(t *testing.T) {
	s, f := searched(t)
	s.Type("c.png")
	s.Press("enter", "r")
	s.Press("home")
	s.Type("new-")
	s.Press("enter")
	s.Settle()
	if _, err := s.Store.Head(t.Context(), store.Ref{Space: "media", Key: "images/2024/deep/new-c.png"}); err != nil {
		t.Error(err)
	}
	want(t, "rows", listed(f), []string{"2024/deep/new-c.png"})
}

func TestASearchThatFindsNothingSaysSo(t *testing.T) {
	s, _ := searched(t)
	s.Type("nothing*")
	s.Press("enter")
	s.Want("Nothing of “nothing*” in 6 objects.")
	s.Press("F")
	s.Want("in everything below here")
	s.Press("esc")
	s.Want("Nothing of")
	s.Press("h")
	want(t, "goes to", s.Went()[0], store.Place{Space: "media", Prefix: "images/"})
}

func TestASearchIsLedToFromItsFolder(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	s.put("media", "images/a")
	s.open(store.Place{Space: "media", Prefix: "images/"})
	s.Press("F")
	want(t, "goes to", s.Went()[0], store.Place{Space: "media", Prefix: "images/", Tab: store.Find})
}

func TestASearchGoesOnByItselfAndEscStopsIt(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	s.many("media", "many/%05d.txt", 3500)
	f := s.open(store.Place{Space: "media", Tab: store.Find})
	s.Type("*7.txt")
	s.Hold()
	s.Press("enter")
	s.Want("Looking")
	s.Press("esc")
	s.Release()
	s.Want("stopped")
	s.Press("R")
	s.Settle()
	s.Want("350 found in 3,500 of 3,500")
	want(t, "rows", f.l.Len(), 350)
}

// listed are the names shown.
func listed(f *files) (names []string) {
	for i := range f.l.Len() {
		names = append(names, f.l.Rows().Name(f.l.ID(i)))
	}
	return names
}
