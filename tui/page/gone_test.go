package page

import (
	"testing"

	"spaces/store"
	"spaces/store/storetest"
)

func TestNothingIsOfferedToBePutIntoASpaceThatIsNotThere(t *testing.T) {
	s := newShelf(t)
	s.open(store.Place{Space: "nowhere"})
	s.Want("There is no Space of this name", "R refresh", "h up a level")
	s.WantNot("upload", "new folder")
	s.Press("u")
	s.Want("There is no Space of this name: it was deleted")
	s.Press("a")
	s.WantNot("name of the new folder")
}

func TestASpaceThatIsDeletedElsewhereIsGoneAfterARefresh(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	s.put("media", "a", "b")
	f := s.open(store.Place{Space: "media"})
	s.Want("upload")
	for _, key := range []string{"a", "b"} {
		if err := s.Store.Delete(t.Context(), store.Ref{Space: "media", Key: key}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Store.DeleteSpace(t.Context(), "media"); err != nil {
		t.Fatal(err)
	}
	s.Press("R")
	want(t, "rows", f.l.Len(), 0)
	s.Want("There is no Space of this name")
	s.WantNot("upload")
	s.Space(t, "media")
	storetest.Put(t, s.Store, "media", "c", "x")
	s.Press("R")
	want(t, "rows of the one made again", shown(f), []string{"c"})
	s.Want("upload")
}
