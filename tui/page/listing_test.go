package page

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"spaces/store"
	"spaces/store/storetest"
	"spaces/tui/kit/kittest"
)

func TestTheFirstRowsNeedOneRequest(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	s.many("media", "pic-%04d.jpg", 2500)
	s.Faults.Clear()
	s.Hold()
	f := s.open(store.Place{Space: "media"})
	s.Want("Listing…")
	s.Release()
	want(t, "rows", f.l.Len(), 2000) // the first page, and one ahead of the view
	want(t, "requests", len(s.Faults.Requests()), 2)
	s.Want("pic-0000.jpg", "≥ 2,000 entries")
}

func TestMoreIsListedAsTheViewNearsTheEnd(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	s.many("media", "pic-%04d.jpg", 3200)
	f := s.open(store.Place{Space: "media"})
	for f.list.Cursor < 1100 {
		s.Press("pgdown")
	}
	want(t, "rows", f.l.Len(), 3000)
	for range 200 {
		s.Press("pgdown")
	}
	want(t, "rows", f.l.Len(), 3200)
	want(t, "cursor", cursor(f), "pic-3199.jpg")
	s.Want("3,200 entries")
	s.WantNot("≥", "more after")
}

func TestTheEndIsFollowedUntilItIsReached(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	s.many("media", "pic-%04d.jpg", 5100)
	f := s.open(store.Place{Space: "media"})
	s.Hold()
	s.Press("G")
	s.Want("… more after pic-1999.jpg", "Esc stops")
	s.Press("esc")
	s.Release()
	want(t, "rows after esc", f.l.Len(), 2000)
	s.Press("G")
	want(t, "rows", f.l.Len(), 5100)
	want(t, "cursor", cursor(f), "pic-5099.jpg")
}

func TestTheCursorStaysOnItsKeyWhateverMoves(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	s.put("media", "b", "dd", "fff", "h")
	f := s.open(store.Place{Space: "media"})
	s.Press("j", "j")
	want(t, "cursor", cursor(f), "fff")
	s.put("media", "a", "c", "eeeeeeeee")
	if err := s.Store.Delete(t.Context(), f.l.Ref(f.l.ID(0))); err != nil {
		t.Fatal(err)
	}
	s.Press("R")
	want(t, "rows", shown(f), []string{"a", "c", "dd", "eeeeeeeee", "fff", "h"})
	want(t, "cursor after a refresh", cursor(f), "fff")
	s.Press("o", "s")
	want(t, "rows by size", shown(f), []string{"eeeeeeeee", "fff", "dd", "a", "c", "h"})
	want(t, "cursor by size", cursor(f), "fff")
	s.Press("o", "s")
	want(t, "rows by size, turned around", shown(f), []string{"a", "c", "h", "dd", "fff", "eeeeeeeee"})
	s.Press("o", "n", "o", "n")
	want(t, "rows by name, turned around", shown(f), []string{"h", "fff", "eeeeeeeee", "dd", "c", "a"})
	want(t, "cursor by name", cursor(f), "fff")
}

func TestSortingBySizeListsTheRestAndSaysPartialUntilThen(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	s.many("media", "pic-%05d.jpg", 6500)
	s.putBody("media", "pic-06600.jpg", "the largest of all", "text/plain")
	f := s.open(store.Place{Space: "media"})
	s.Hold()
	s.Press("o", "s")
	s.Want("by size (partial)", "Size ▼")
	s.Release()
	want(t, "rows", f.l.Len(), 6501)
	want(t, "first", f.l.Rows().Key(f.l.ID(0)), "pic-06600.jpg")
	s.Want("6,501 entries · by size")
	s.WantNot("partial")
}

func TestARefreshKeepsWhatIsSelected(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	s.put("media", "a", "b", "c")
	f := s.open(store.Place{Space: "media"})
	s.Press("space", "space")
	s.Faults.Clear()
	s.put("media", "0")
	s.Press("R")
	want(t, "selected", selected(f), []string{"a", "b"})
	want(t, "cursor", cursor(f), "c")
}

func TestAFailedListingSaysWhatToDoAndTriesAgain(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	s.put("media", "a")
	s.Faults.Add(storetest.Rule{Match: storetest.Is("GET", "/media"), Fault: storetest.Answer(http.StatusForbidden, "AccessDenied"), Times: 1})
	f := s.open(store.Place{Space: "media"})
	s.Want("Access denied", "The access key may not do this", "FAULT", "R  tries again")
	s.WantNot("Could not refresh")
	s.Press("R")
	want(t, "rows", shown(f), []string{"a"})
	s.WantNot("denied")
}

func TestAListingThatBreaksOffGoesOnWhereItStopped(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	s.many("media", "pic-%04d.jpg", 2500)
	s.Faults.Add(storetest.Rule{Match: storetest.Is("GET", "start-after"), Fault: storetest.Answer(http.StatusForbidden, "AccessDenied"), Times: 1})
	f := s.open(store.Place{Space: "media"})
	want(t, "rows", f.l.Len(), 1000)
	s.Press("G")
	s.Want("! R tries again: access denied.")
	s.Press("R")
	if f.l.Len() < 2000 {
		t.Errorf("%d rows after trying again", f.l.Len())
	}
	want(t, "cursor", f.list.Cursor >= 999, true)
}

func TestAListingIsStoppedByEsc(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	s.put("media", "a")
	s.Hold()
	f := s.open(store.Place{Space: "media"})
	s.Press("esc")
	s.Want("Listing was stopped.", "R  tries again")
	s.Release()
	want(t, "rows", f.l.Len(), 0)
	s.Press("R")
	want(t, "rows", shown(f), []string{"a"})
}

func TestThePlaceAboveGetsTheCursorOnWhereOneCameFrom(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	s.Space(t, "other")
	s.put("media", "a", "images/2024/x.jpg", "images/y.jpg", "z")
	s.Show(New(s.Context, store.Place{}))
	s.Press("enter", "enter", "enter")
	want(t, "place", s.Page().(*files).place.Prefix, "images/2024/")
	s.Press("h")
	f := s.Page().(*files)
	want(t, "cursor", cursor(f), "images/2024/")
	s.Press("backspace")
	f = s.Page().(*files)
	want(t, "cursor", cursor(f), "images/")
	s.Press("h")
	if _, sp, ok := s.Page().(*index).under(); !ok || sp.Name != "media" {
		t.Errorf("the index has the cursor on %q", sp.Name)
	}
}

func TestACursorIsFoundFarDownTheListing(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	s.many("media", "pic-%04d.jpg", 3500)
	f := s.open(store.Place{Space: "media", Key: "pic-3210.jpg"})
	want(t, "cursor", cursor(f), "pic-3210.jpg")
	s.Want("pic-3210.jpg")
	f = s.open(store.Place{Space: "media", Key: "pic-3210x"})
	want(t, "cursor for a key that is not there", cursor(f), "pic-0000.jpg")
}

func TestAnEmptyFolderTeaches(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	s.open(store.Place{Space: "media", Prefix: "none/"})
	s.Want("This folder is empty.", "u  uploads", "a  creates a folder")
}

func TestFoldersAreListedOnceAndTheirMarkersAreNotFiles(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	s.put("media", "d/a", "d/b", "d/e/f", "d//x")
	s.putBody("media", "d/", "", "")
	f := s.open(store.Place{Space: "media", Prefix: "d/"})
	want(t, "rows", shown(f), []string{"d//", "d/e/", "d/a", "d/b"})
	f = s.open(store.Place{Space: "media"})
	want(t, "rows", shown(f), []string{"d/"})
}

func TestLeavingEndsWhatIsUnderWay(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	s.many("media", "pic-%04d.jpg", 1100)
	f := s.open(store.Place{Space: "media"})
	s.Press("i")
	s.Press("j")
	f.Close()
	if n := s.Timers(); n != 0 {
		t.Errorf("%d timers are left", n)
	}
}

// TestTheMouse clicks, double-clicks and turns the wheel.
func TestTheMouseMovesAndOpens(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	for i := range 60 {
		s.put("media", fmt.Sprintf("f%02d/x", i))
	}
	f := s.open(store.Place{Space: "media"})
	s.ClickOn("f07/")
	want(t, "cursor", cursor(f), "f07/")
	s.Wheel(5, 5, 2)
	want(t, "offset", f.list.Offset, 6)
	x, y, _ := s.Find("f09/")
	s.DoubleClick(x, y)
	want(t, "place", s.Page().(*files).place.Prefix, "f09/")
}

func TestRowsFitEverySize(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	s.put("media", strings.Repeat("very-long-", 30)+".tar.gz", strings.Repeat("日本", 60), "a/b")
	s.open(store.Place{Space: "media"})
	for _, size := range [][2]int{{80, 24}, {200, 60}, {40, 12}, {20, 6}, {10, 5}, {109, 30}, {110, 30}, {133, 50}} {
		s.Resize(size[0], size[1]) // the screen is checked
		s.Press("j")
		s.Press("/")
		s.Type("日")
		s.Advance(time.Second)
		s.Press("esc")
		s.Press("i")
		s.Advance(time.Second)
		s.Press("i", "a")
		s.Type("a/../b")
		s.Press("enter", "esc")
	}
	_ = kittest.Start
}
