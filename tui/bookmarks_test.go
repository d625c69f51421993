package tui_test

import (
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"spaces/store"
	"spaces/store/storetest"
	"spaces/tui"
	"spaces/tui/kit"
	"spaces/tui/kit/kittest"
)

func TestThePlaceThatIsShownIsBookmarkedAndRemembered(t *testing.T) {
	f := storetest.New(t)
	put(t, f.Store, "d/e/x", "d/y")
	p := &kittest.Places{}
	s := kittest.Run(t, func(now func() time.Time) tea.Model {
		return tui.New(tui.Config{Store: f.Store, Now: now, Bookmarks: p, Start: store.Place{Space: "media", Prefix: "d/"}})
	})
	s.Press("b")
	s.Want("Bookmarked as d; ' lists the bookmarks")
	if len(p.Kept) != 1 || p.Kept[0] != (kit.Mark{Name: "d", Place: store.Place{Space: "media", Prefix: "d/"}}) {
		t.Errorf("kept are %v", p.Kept)
	}
	s.Press("enter", "b", "b")
	if len(p.Kept) != 2 || len(p.Recent) != 2 || p.Recent[1] != p.Kept[0].Place || p.Recent[0] != p.Kept[1].Place {
		t.Errorf("kept are %v, visited were %v", p.Kept, p.Recent)
	}
	s.Press("'")
	s.Want("─ Bookmarks ─", "media/d/e/")
	s.Press("enter")
	s.Want("media / d/")
}

func TestWithoutBookmarksTheirKeysSayWhy(t *testing.T) {
	f := storetest.New(t)
	s, _ := open(t, f.Store, store.Place{})
	s.Press("b")
	s.Want("No bookmarks are kept here.")
	s.Press("'")
	s.Want("No bookmarks are kept here.")
}
