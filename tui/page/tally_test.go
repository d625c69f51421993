package page

import (
	"strings"
	"testing"

	"spaces/keys"
	"spaces/server/storage"
	"spaces/store"
	"spaces/store/job"
	"spaces/tui/kit/kittest"
)

// weighed is the Usage tab of a Space with some folders.
func weighed(t *testing.T, options ...kittest.Option) (*shelf, *tally) {
	t.Helper()
	s := newShelf(t, options...)
	s.Space(t, "media")
	for key, size := range map[string]int{
		"images/originals/a.dng": 5000, "images/originals/b.dng": 3000, "images/thumbs/a.jpg": 10, "images/thumbs/b.jpg": 20, "images/index.html": 500,
		"logs/2026/11/app.log": 1500, "logs/2026/10/app.log": 1500, "docs/copy of app.log": 1500, "readme \x1b[31m.txt": 50,
	} {
		s.putBody("media", key, strings.Repeat("x", size), "text/plain")
	}
	u, _ := New(s.Context, store.Place{Space: "media", Tab: store.Usage}).(*tally)
	s.Show(u)
	return s, u
}

// names are the rows.
func (u *tally) names() (names []string) {
	for _, r := range u.rows {
		names = append(names, r.name)
	}
	return names
}

func TestUsageShowsWhatFoldersHold(t *testing.T) {
	s, u := weighed(t)
	want(t, "by size", u.names(), []string{"images/", "logs/", "docs/", hereName})
	s.Want("9 objects, 13.1 KB", "counted at", "8.5 KB", "65 %")
	s.Press("o", "d")
	want(t, "by count", u.names(), []string{"images/", "logs/", "docs/", hereName})
	s.Press("o", "n")
	want(t, "by name", u.names(), []string{"docs/", hereName, "images/", "logs/"})
	s.Press("o", "s", "enter")
	want(t, "inside", u.names(), []string{"originals/", hereName, "thumbs/"})
	s.Want("5 objects, 8.5 KB")
	want(t, "place", u.Place(), store.Place{Space: "media", Prefix: "images/", Tab: store.Usage})
	s.Press("h")
	want(t, "up", u.at, "")
	row, _ := u.under()
	want(t, "cursor", row.name, "images/")
	s.Press("G", "enter")
	want(t, "to the files", s.Went()[0], store.Place{Space: "media"})
}

func TestUsageIsTrueAfterADelete(t *testing.T) {
	s, u := weighed(t)
	s.Press("j", "space", "space")
	s.Want("2 folders selected")
	s.Press("d")
	s.Want("2 folders")
	s.Press("y")
	s.Settle()
	want(t, "left", u.names(), []string{"images/", hereName})
	s.Press("G")
	s.Want("6 objects, 8.6 KB", "counted at")
	for _, a := range u.Actions() {
		if a.Name == keys.Delete && !strings.Contains(a.Off(), "no folder of its own") {
			t.Errorf("files are deleted with no folder: %q", a.Off())
		}
	}
}

func TestUsageShowsTheLargestTheOldestAndCopies(t *testing.T) {
	s, u := weighed(t)
	s.Press("]")
	s.Want("images/originals/a.dng")
	want(t, "largest", cursor(u.files), "images/originals/a.dng")
	s.Press("d")
	s.Want("1 file")
	s.Press("y")
	s.Settle()
	want(t, "next", shown(u.files)[0], "images/originals/b.dng")
	s.Press("g", "g")
	s.Want("8 objects, 8.1 KB", "counted at")
	s.Press("]")
	want(t, "oldest", len(shown(u.files)), 8)
	s.Press("]")
	s.Want("Copies", "docs/copy of app.log", "3 KB")
	s.Press("enter")
	want(t, "copies", shown(u.files), []string{"docs/copy of app.log", "logs/2026/10/app.log", "logs/2026/11/app.log"})
	s.Press("j", "space", "space", "d")
	s.Want("2 files")
	s.Press("y")
	s.Settle()
	s.Want("No two objects have the same")
	s.Press("h")
	want(t, "back", u.names(), []string{"images/", "docs/", hereName})
}

func TestUsageIsNavigatedWhileItCounts(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	s.many("media", "a/%05d", 2500)
	s.many("media", "b/c/%05d", 3000)
	u, _ := New(s.Context, store.Place{Space: "media", Tab: store.Usage}).(*tally)
	s.Hold()
	s.Show(u)
	s.Want("Counting…", "counting, Esc stops")
	step := func() { // one answer, and no further
		t.Helper()
		u.walk.Cancel()
		a, err := u.tree.Round().Do(t.Context(), s.Store.List)
		if err != nil {
			t.Fatal(err)
		}
		u.counted(s.Context, a, nil)
	}
	for range 2 { // of one page, and of two
		step()
	}
	s.Send(nil)
	s.Want("≥ 3,000 objects", "≥ 500", "2,500")
	s.WantNot("≥ 2,500")
	s.Press("j", "enter")
	s.Want("≥ 500 objects", "c/")
	s.Press("esc")
	s.Want("stopped, R goes on")
	s.Release()
	s.Press("R")
	s.Settle()
	s.Want("3,000 objects, 3.0 KB", "counted at")
	s.Press("h")
	s.Want("5,500 objects")
}

func TestUsageSaysWhatItDoesNotKnow(t *testing.T) {
	s, u := weighed(t)
	u.Effects(s.Context, []job.Effect{{Kind: job.RowThere, Ref: store.Ref{Space: "media", Key: "docs/new"}}})
	s.Send(nil)
	s.Want("changed since, R counts again")
	s.Press("R")
	s.Settle()
	s.Want("counted at")
	u.past.keeps = true
	s.Send(nil)
	s.Want("older versions not counted")
}

func TestUsageOfNothing(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	s.Show(New(s.Context, store.Place{Space: "media", Tab: store.Usage}))
	s.Want("There is nothing here.", "0 objects")
	s.Show(New(s.Context, store.Place{Space: "nowhere", Tab: store.Usage}))
	s.Want("R tries again: ")
}

// aged is the Usage tab of a Space that keeps older versions.
func aged(t *testing.T, options ...kittest.Option) (*shelf, *tally) {
	t.Helper()
	s := newShelf(t, options...)
	s.Space(t, "media")
	if err := s.Engine.SetVersioning("media", storage.Enabled); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		s.putBody("media", "logs/2026/app.log", strings.Repeat("x", 1000), "text/plain")
		s.putBody("media", "docs/a.txt", strings.Repeat("x", 10), "text/plain")
	}
	s.putBody("media", "gone/b.txt", strings.Repeat("x", 50), "text/plain")
	s.delete("gone/b.txt")
	s.putBody("media", "top.txt", "x", "text/plain")
	s.putBody("media", "top.txt", "xx", "text/plain")
	u, _ := New(s.Context, store.Place{Space: "media", Tab: store.Usage}).(*tally)
	s.Show(u)
	return s, u
}

func TestUsageCountsOlderVersionsWhenAsked(t *testing.T) {
	s, u := aged(t)
	s.Want("3 objects, 1.0 KB", "older versions not counted: . counts", "Older versions")
	s.Faults.Clear()
	s.Press("[")
	s.Want("they are", "listed for themselves", "counts them")
	want(t, "requests before it is asked for", len(s.Faults.Requests()), 0)
	s.Press(".")
	want(t, "rows", u.names(), []string{"logs/", "gone/", "docs/", hereName})
	s.Want("6 older versions, 2.1 KB and 1 delete marker", "without incomplete uploads")
	s.Press("enter")
	s.Want("2 older versions, 2.0 KB")
	s.Press("h", "j")
	row, _ := u.under()
	want(t, "cursor", row.key, "gone/")
	s.Press(".")
	want(t, "current", u.names(), []string{"logs/", "docs/", hereName})
	s.Want("6 older versions")
	s.Press(".")
	s.Want("Markers")
	s.Press("h")
	want(t, "back", u.view, byFolder)
	s.Press(".", "enter", "enter", "enter")
	want(t, "to the versions", s.Went()[0], store.Place{Space: "media", Prefix: "logs/2026/", Tab: store.Past})
}

func TestOlderVersionsArePurgedFromUsage(t *testing.T) {
	s, u := aged(t)
	s.Press(".", "space", "d")
	s.Want("Remove for good – media", "2 older versions", "What is current stays")
	s.Press("y")
	s.Settle()
	want(t, "in doubt", u.past.count.Doubt(), true)
	s.Press("R")
	want(t, "left", u.names(), []string{"gone/", "docs/", hereName})
	want(t, "what is current", s.reads("logs/2026/app.log"), strings.Repeat("x", 1000))
	for _, a := range u.Actions() {
		if a.Name == keys.Download && a.Off() == "" {
			t.Error("what is current would be downloaded")
		}
	}
}

func TestCountingOlderVersionsStopsAndGoesOn(t *testing.T) {
	s, u := aged(t)
	s.Hold()
	s.Press(".")
	s.Want("≥ 0 older versions", "counting, Esc stops")
	s.Press("esc")
	s.Want("stopped, R goes on")
	s.Release()
	s.Press("R")
	s.Settle()
	s.Want("6 older versions")
	want(t, "markers", u.rows[1].Markers, int64(1))
}

func TestUsageWithoutVersionsHasNoOlderOnes(t *testing.T) {
	s, u := weighed(t)
	s.WantNot("Older versions")
	for _, a := range u.Actions() {
		if a.Name == keys.Versions && a.Off() != noVersions {
			t.Errorf("off: %q", a.Off())
		}
	}
}
