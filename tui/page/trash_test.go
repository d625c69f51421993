package page

import (
	"testing"
	"time"

	"spaces/store"
	"spaces/store/storetest"
	"spaces/tui/kit/kittest"
)

func (s *shelf) trashPage() *trash {
	s.t.Helper()
	page := New(s.Context, store.Place{Space: "media", Tab: store.Trash}).(*trash)
	s.Show(page)
	return page
}

func newTrashScene(t *testing.T) *scenery {
	s := newScenery(t, store.Place{Space: "media", Tab: store.Trash}, kittest.Size(120, 40))
	s.trash()
	return s
}

func TestTheTrashHasARowForEachDelete(t *testing.T) {
	s := newTrashScene(t)
	s.show()
	s.Want("2024/", "photos/", "notes.txt", "docs/", "index.html", "a and more", "4 deletes · 6 objects")
	s.WantNot("mine")
	s.Press("j", "enter")
	want(t, "place", s.Went(), []store.Place{{Space: "media", Prefix: ".trash/20261120T080000Z-cbcdef-public/"}})
}

func TestABatchIsRestoredFromTheTrashPage(t *testing.T) {
	s := newTrashScene(t)
	s.show()
	s.Press("U")
	s.Want("Restore – media", "2 objects")
	s.Press("y")
	s.Advance(2 * time.Second)
	s.Want("index.html")
	s.WantNot("a and more")
	for _, key := range []string{"a", "b/c"} {
		if _, err := s.Store.Head(t.Context(), store.Ref{Space: "media", Key: key}); err != nil {
			t.Error(err)
		}
	}
}

func TestABatchIsDeletedForGoodAfterAQuestion(t *testing.T) {
	s := newTrashScene(t)
	s.show()
	s.Press("d")
	s.Want("Delete – media", "Deleting cannot be undone.")
	s.Press("y")
	s.Advance(2 * time.Second)
	s.Want("index.html")
	s.WantNot("a and more")
	s.Press("g", "e")
	s.Want("Empty the trash – media")
}

func TestTheTrashOfASpaceWithVersionsLeadsToThem(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	if err := s.Store.SetVersioning(t.Context(), "media", store.Versioned); err != nil {
		t.Fatal(err)
	}
	s.trashPage()
	s.Want("The trash is empty.", "shows older versions")
	s.Press(".")
	want(t, "place", s.Went(), []store.Place{{Space: "media", Tab: store.Past}})
}

func TestWhatWasDeletedIsToldByItsFirstAndLastKey(t *testing.T) {
	for _, x := range []struct {
		objects           int64
		first, last       string
		wantWhat, wantOff string
	}{
		{1, "a", "a", "a", ""}, {1, "p/q/a", "p/q/a", "a", "p/q/"}, {1, "p/", "p/", "p/", ""}, {2, "p/a", "p/b", "p/", ""},
		{2, "p/q/a", "p/q/r/b", "q/", "p/"}, {2, "ab", "ac", "ab and more", ""}, {2, "p/a", "q/b", "p/ and more", ""}, {0, "", "", "", ""},
	} {
		h := holding{objects: x.objects}
		h.name(x.first, x.last)
		if h.what != x.wantWhat || h.from != x.wantOff {
			t.Errorf("%q to %q: %q from %q", x.first, x.last, h.what, h.from)
		}
	}
}

func TestTheTrashIsNoRowOfItsSpaceWhereDeletingGoesThere(t *testing.T) {
	f := storetest.New(t, storetest.Config(func(c *store.Config) { c.Trash = true }))
	s := &shelf{kittest.New(t, kittest.Store(f.Store), kittest.Pages(New)), f, t}
	s.Space(t, "media")
	s.put("media", ".trash/20261101T101500Z-abcdef/old", "a", "b", "c/d")
	s.Show(New(s.Context, store.Place{Space: "media"}))
	s.Want("a", "b", "c/")
	s.WantNot(".trash")
	s.Press("G", "d")
	s.Want("Move to trash – media")
	s.Press("y")
	s.Advance(2 * time.Second)
	s.WantNot("│▌ b", ".trash")
	s.Want("c/")
	page, err := f.Store.List(t.Context(), store.ListRequest{Space: "media", Prefix: store.TrashPrefix})
	if err != nil || len(page.Entries) != 2 {
		t.Errorf("in the trash are %v, %v", page.Entries, err)
	}
}

// Everything at the top of a Space is what is shown there.
func TestEverythingAtTheTopGoesToTheTrashButWhatIsInIt(t *testing.T) {
	f := storetest.New(t, storetest.Config(func(c *store.Config) { c.Trash = true }))
	s := &shelf{kittest.New(t, kittest.Store(f.Store), kittest.Pages(New)), f, t}
	s.Space(t, "media")
	s.put("media", ".trash/20261101T101500Z-abcdef/old", "a", "b", "c/d")
	s.Show(New(s.Context, store.Place{Space: "media"}))
	s.Press("*", "d")
	s.Want("Move to trash – media", "everything", "3 objects")
	s.Press("y")
	s.Advance(2 * time.Second)
	page, err := f.Store.List(t.Context(), store.ListRequest{Space: "media"})
	if err != nil || len(page.Entries) != 4 {
		t.Errorf("there are %v, %v", page.Entries, err)
	}
	for _, e := range page.Entries {
		if !store.InTrash(e.Key) {
			t.Errorf("%s is left", e.Key)
		}
	}
	if _, err := f.Store.Head(t.Context(), store.Ref{Space: "media", Key: ".trash/20261101T101500Z-abcdef/old"}); err != nil {
		t.Error(err)
	}
}
