package page

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"spaces/server/storage"
	"spaces/store"
	"spaces/store/storetest"
	"spaces/tui/kit/kittest"
)

// versioned is a screen on a Space with a past: a.txt was changed, b.txt was deleted, c.txt is as it was.
func versioned(t *testing.T, options ...kittest.Option) *shelf {
	t.Helper()
	s := newShelf(t, options...)
	s.Space(t, "media")
	if err := s.Engine.SetVersioning("media", storage.Enabled); err != nil {
		t.Fatal(err)
	}
	s.putBody("media", "d/a.txt", "old", "text/plain")
	s.putBody("media", "d/a.txt", "newer", "text/plain")
	s.putBody("media", "d/b.txt", "deleted", "text/plain")
	s.delete("d/b.txt")
	s.putBody("media", "d/c.txt", "same", "text/plain")
	s.putBody("media", "d/sub/x.txt", "deep", "text/plain")
	s.delete("d/sub/x.txt")
	return s
}

func (s *shelf) delete(key string) {
	s.t.Helper()
	if err := s.Store.Delete(s.t.Context(), store.Ref{Space: "media", Key: key}); err != nil {
		s.t.Fatal(err)
	}
}

// past shows a folder with its versions.
func (s *shelf) past(tab store.Tab) *versions {
	s.t.Helper()
	x := New(s.Context, store.Place{Space: "media", Prefix: "d/", Tab: tab}).(*versions)
	s.Show(x)
	if v, ok := x.under(); ok && v.Folder {
		s.Press("j") // to the first file
	}
	return x
}

// reads is the content of an object, "-" where there is none.
func (s *shelf) reads(key string) string {
	s.t.Helper()
	body, _, err := s.Store.Get(s.t.Context(), store.Ref{Space: "media", Key: key}, store.GetOptions{})
	if store.KindOf(err) == store.NotFound {
		return "-"
	}
	if err != nil {
		s.t.Fatal(err)
	}
	defer body.Close()
	text, err := io.ReadAll(body)
	if err != nil {
		s.t.Fatal(err)
	}
	return string(text)
}

func TestVersionsScreens(t *testing.T) {
	for name, size := range map[string]kittest.Option{"80": kittest.Size(80, 24), "120": kittest.Size(120, 40), "40": kittest.Size(40, 12)} {
		t.Run(name, func(t *testing.T) {
			s := versioned(t, size)
			s.past(store.Past)
			s.Press("j", "space")
			s.golden()
		})
	}
	t.Run("off", func(t *testing.T) {
		s := newShelf(t)
		s.Space(t, "media")
		s.past(store.Past)
		s.Want("This Space keeps no older versions.")
		s.golden()
	})
	t.Run("loading", func(t *testing.T) {
		s := versioned(t)
		s.Hold()
		s.past(store.Past)
		s.Want("Listing versions…")
	})
	t.Run("error", func(t *testing.T) {
		s := versioned(t)
		s.Faults.Add(storetest.Rule{Match: storetest.Is("GET", "versions"), Fault: storetest.Answer(403, "AccessDenied")})
		s.past(store.Past)
		s.Want("Access denied")
	})
	t.Run("restore", func(t *testing.T) {
		s := versioned(t)
		s.past(store.Past)
		s.Press("j", "U")
		s.golden()
	})
}

func TestAnOlderVersionIsRestoredFromTheListing(t *testing.T) {
	s := versioned(t)
	x := s.past(store.Past)
	want(t, "rows", len(x.rows), 6) // two of a.txt, the marker and the version of b.txt, c.txt, the folder
	s.Press("U")
	s.Want("This version is the current one already.")
	s.Press("j", "U")
	s.Want("Restore – media", "1 object")
	s.Press("y")
	want(t, "a.txt", s.reads("d/a.txt"), "old")
	want(t, "rows", len(x.rows), 7)
}

func TestADeletedFileIsRestoredFromTheListing(t *testing.T) {
	s := versioned(t)
	s.past(store.Past)
	s.Press("j", "j")
	s.Want("deleted")
	s.Press("U", "y")
	want(t, "b.txt", s.reads("d/b.txt"), "deleted")
}

func TestAVersionIsRemovedForGoodOnlyWhenAsked(t *testing.T) {
	s := versioned(t)
	x := s.past(store.Past)
	s.Press("j", "d")
	s.Want("Remove for good", "1 older version", "cannot be undone")
	s.Press("enter")
	want(t, "rows", len(x.rows), 6)
	s.Press("d", "y")
	want(t, "rows", len(x.rows), 5)
	want(t, "a.txt", s.reads("d/a.txt"), "newer")
}

func TestAVersionIsDownloaded(t *testing.T) {
	dir := t.TempDir()
	s := versioned(t, kittest.Local(dir))
	s.past(store.Past)
	s.Press("j", "W", "enter")
	body, err := os.ReadFile(filepath.Join(dir, "a.txt"))
	if err != nil || string(body) != "old" {
		t.Errorf("%q, %v", body, err)
	}
	s.Press("j", "W")
	s.Want("A delete marker holds nothing")
}

func TestEverythingInAFolderIsRestored(t *testing.T) {
	s := versioned(t)
	s.past(store.Past)
	s.Press("j", "j", "U", "right") // the choice has the focus
	s.Want("(•) Everything in this folder", "2 objects")
	s.Press("y")
	want(t, "deep", s.reads("d/sub/x.txt"), "deep")
	want(t, "b.txt", s.reads("d/b.txt"), "deleted")
	want(t, "a.txt", s.reads("d/a.txt"), "newer")
}

func TestAFolderIsSeenAndRestoredAsItWas(t *testing.T) {
	s := versioned(t)
	list, _, err := s.Store.VersionsOf(t.Context(), store.Ref{Space: "media", Key: "d/b.txt"}, 10)
	if err != nil || len(list) != 2 {
		t.Fatalf("%v, %v", list, err)
	}
	if !list[1].Modified.Before(list[0].Modified) {
		t.Skip("it was written and deleted in one millisecond")
	}
	x := s.past(store.AsOf(list[1].Modified))
	s.Want("Files as of", "current", "deleted since")
	s.WantNot("c.txt")
	want(t, "rows", len(x.rows), 3)
	s.Press("d")
	s.Want("only for looking and restoring")
	s.Press("G", "U", "y")
	want(t, "b.txt", s.reads("d/b.txt"), "deleted")
}

func TestTheFilesTabLeadsToVersionsWhereThereAreAny(t *testing.T) {
	s := versioned(t)
	s.open(store.Place{Space: "media", Prefix: "d/"})
	s.Press(".")
	want(t, "place", s.Went(), []store.Place{{Space: "media", Prefix: "d/", Key: "d/a.txt", Tab: store.Past}})
	s = newShelf(t)
	s.Space(t, "media")
	f := s.open(store.Place{Space: "media"})
	s.Faults.Clear()
	s.Press(".")
	s.Want("This Space keeps no older versions")
	s.Press("t")
	s.Want("This Space keeps no older versions")
	want(t, "requests", len(s.Faults.Requests()), 1)
	want(t, "off", f.noPast() != "", true)
}

func TestAsOfIsAskedAsPeopleSayIt(t *testing.T) {
	s := versioned(t)
	s.open(store.Place{Space: "media", Prefix: "d/"})
	s.Press("t")
	s.Type("soon")
	s.Want("Write 2h, 3d, yesterday")
	for range 4 {
		s.Press("backspace")
	}
	s.Type("2h")
	s.Want("Sunday, 22 November 2026, 12:05:00 UTC")
	s.Press("enter")
	want(t, "place", s.Went(), []store.Place{{Space: "media", Prefix: "d/", Tab: store.AsOf(kittest.Start.Add(-2 * time.Hour))}})
}

func TestDeletedFilesBelowAFolderComeBackFromTheFilesTab(t *testing.T) {
	s := versioned(t)
	s.delete("d/c.txt")
	s.open(store.Place{Space: "media"})
	s.Press("U")
	s.Want("Restore – media", "3 objects")
	s.Press("y")
	want(t, "c.txt", s.reads("d/c.txt"), "same")
}

func TestTheInspectorListsVersionsOnlyOnItsTab(t *testing.T) {
	s := versioned(t, kittest.Size(120, 30))
	s.open(store.Place{Space: "media", Prefix: "d/", Key: "d/a.txt"})
	s.Advance(time.Second)
	listed := func() (n int) {
		for _, r := range s.Faults.Requests() {
			n += strings.Count(r, "versions")
		}
		return n
	}
	want(t, "listed", listed(), 0)
	s.Press("[")
	s.Want("● ", "3 B", "5 B")
	want(t, "listed", listed(), 1)
}

func TestManyVersionsAreListedAsTheyAreNeeded(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	if err := s.Engine.SetVersioning("media", storage.Enabled); err != nil {
		t.Fatal(err)
	}
	s.many("media", "d/%04d", 2100)
	s.many("media", "d/%04d", 700)
	s.Faults.Clear()
	x := s.past(store.Past)
	want(t, "requests", len(s.Faults.Requests()), 2)
	s.Want("≥ ")
	for range 4 {
		s.Press("G")
	}
	want(t, "rows", len(x.rows), 2800)
}

func TestVersionsAreSortedWithFoldersFirst(t *testing.T) {
	s := versioned(t)
	x := s.past(store.Past)
	seen := func() (list []string) {
		for _, i := range x.shown {
			list = append(list, lastName(x.rows[i].Key)+" "+x.state(&x.rows[i]))
		}
		return list
	}
	names := seen()
	want(t, "folders first", x.rows[x.shown[0]].Folder, true)
	s.Press("o", "s")
	want(t, "by size", seen()[1:], []string{"b.txt older", "a.txt current", "c.txt current", "a.txt older", "b.txt deleted"})
	s.Want("Size ▼", "by size")
	s.WantNot("└")
	s.Press("o", "s")
	want(t, "smallest first", seen()[1], "b.txt deleted")
	s.Press("o", "d")
	s.Want("Modified ▼")
	s.Press("o", "n")
	want(t, "by name", seen(), names)
	s.Press("o", "n")
	want(t, "the other way", strings.HasPrefix(seen()[1], "c.txt"), true)
}

func TestVersionsAreFiltered(t *testing.T) {
	s := versioned(t)
	x := s.past(store.Past)
	s.Press("f")
	s.Type("B.T")
	s.Want("2 with “B.T” in 6 rows")
	want(t, "shown", len(x.shown), 2)
	s.Press("enter", "d")
	s.Want("Remove for good – media", "b.txt")
	s.Press("esc", "esc")
	want(t, "all again", len(x.shown), 6)
	s.Press("/")
	s.Type("a")
	s.Advance(time.Second)
	s.Want("2 rows that begin with “a”")
	s.Type("x")
	s.Advance(time.Second)
	s.Want("No name begins with “ax”.")
	s.Press("esc")
	s.Settle()
	want(t, "all again", len(x.shown), 6)
}

func TestAVersionIsLookedAtAndShared(t *testing.T) {
	s := versioned(t)
	s.past(store.Past)
	s.Press("j", "enter")
	s.Want("a.txt", "Version", "3 B", "text/plain", "old")
	s.Press("s")
	s.Want("Quick Share", "a.txt", "version ", "versionId=")
	s.Press("esc", "esc")
	s.Want("Files with older versions", "└ a.txt")
	s.Press("j", "enter")
	s.Want("Remove for good…") // a delete marker holds nothing: its menu
}

func TestStoppedVersionsGoOn(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	if err := s.Engine.SetVersioning("media", storage.Enabled); err != nil {
		t.Fatal(err)
	}
	s.many("media", "d/%04d", 1500)
	x := s.past(store.Past)
	s.Hold()
	s.Press("o", "s")
	s.Want("by size (partial)", "listing")
	s.Press("esc")
	s.Want("stopped, R goes on", "≥ ")
	s.Release()
	s.Press("R")
	s.Settle()
	want(t, "rows", len(x.shown), 1500)
	s.Want("1,500 rows · by size")
}

func TestVersionsWithHostileNames(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	if err := s.Engine.SetVersioning("media", storage.Enabled); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"\x1b[2J\x1b]0;title\x07.txt", "a\u202eb", "line\nbreak", "日本語 e\u0301"} {
		s.put("media", "d/"+name, "d/"+name)
		s.delete("d/" + name)
	}
	x := s.past(store.Past)
	for range x.rows {
		s.Press("j", ">", "esc", "d", "esc")
	}
}
