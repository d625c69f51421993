package dialog_test

import (
	"errors"
	"testing"

	"spaces/store"
	"spaces/tui/dialog"
	"spaces/tui/kit"
	"spaces/tui/kit/kittest"
)

// marked is a screen with some bookmarks.
func marked(t *testing.T, options ...kittest.Option) (*kittest.Screen, *kittest.Places) {
	t.Helper()
	p := &kittest.Places{
		Kept: []kit.Mark{{Name: "pictures", Place: store.Place{Space: "media", Prefix: "pics/2026/"}},
			{Name: "\x1b[31mred", Place: store.Place{Conn: "do", Space: "x", Prefix: "caf\xe9/"}}},
		Recent: []store.Place{{Space: "media", Prefix: "pics/2026/"}, {Conn: "do", Tab: store.AccessKeys}, {Space: "backup", Prefix: "2026/"}},
	}
	s, _ := start(t, append(options, kittest.Bookmarks(p))...)
	s.Open(dialog.NewBookmarks(s.Context))
	return s, p
}

func TestBookmarksAndPlacesThatWereVisitedAreListed(t *testing.T) {
	s, _ := marked(t)
	s.Want("pictures", "media/pics/2026/", `\x1b[31mred`, `do:x/caf\xe9/`, "visited", "do:?keys", "backup/2026/")
	s.Golden()
	s.Press("j", "j", "j", "enter")
	closed(t, s)
	if got, want := s.Went()[0], (store.Place{Space: "backup", Prefix: "2026/"}); got != want {
		t.Errorf("it went to %v, want %v", got, want)
	}
}

func TestBookmarksAreFilteredAsOneTypes(t *testing.T) {
	s, _ := marked(t)
	s.Press("/")
	s.Type("2026 BACK")
	s.Want("backup/2026/")
	s.WantNot("pictures")
	s.Type("x")
	s.Want("None has that in its name or place.")
	s.Press("esc")
	s.Want("pictures")
	s.Press("/")
	s.Type("2026")
	s.Press("down", "enter")
	closed(t, s)
	if got := s.Went()[0]; got.Space != "backup" {
		t.Errorf("it went to %v", got)
	}
}

func TestBookmarksAreRenamedAndRemoved(t *testing.T) {
	s, p := marked(t)
	s.Press("r")
	s.Want("Name")
	s.Press("ctrl+u")
	s.Type("photos")
	s.Press("enter")
	s.Want("photos")
	if p.Kept[0].Name != "photos" || p.Kept[0].Place.Prefix != "pics/2026/" {
		t.Errorf("kept is %v", p.Kept)
	}
	s.Press("x")
	if len(p.Kept) != 1 {
		t.Errorf("kept are %v", p.Kept)
	}
	s.Press("j", "j", "x")
	s.Want("no bookmark")
	s.Press("r", "enter") // one that was visited is kept by a name
	if len(p.Kept) != 2 || p.Kept[1].Name != "keys" {
		t.Errorf("kept are %v", p.Kept)
	}
	p.Err = errors.New("the disk is full")
	s.Press("g", "g", "x")
	s.Want("The disk is full.")
}

func TestBookmarksWhereThereAreNone(t *testing.T) {
	s, _ := start(t, kittest.Bookmarks(&kittest.Places{}))
	s.Open(dialog.NewBookmarks(s.Context))
	s.Want("There are none yet: b keeps the place that is shown")
	s.Golden()
	s.Press("enter", "r", "x")
	open(t, s)
}
