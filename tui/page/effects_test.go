package page

import (
	"testing"

	"spaces/store"
	"spaces/store/job"
)

func effect(s *store.Store, key string, size int64) job.Effect {
	return job.Effect{Conn: s.Conn(), Ref: store.Ref{Space: "media", Key: key}, Entry: store.Entry{Key: key, Size: size}}
}

func removed(s *store.Store, key string, folder bool) job.Effect {
	kind := job.RowGone
	if folder {
		kind = job.TreeGone
	}
	return job.Effect{Kind: kind, Conn: s.Conn(), Ref: store.Ref{Space: "media", Key: key}}
}

func TestEffectsChangeRowsWithoutListing(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	s.put("media", "p/a", "p/b", "p/d/x", "q")
	f := s.open(store.Place{Space: "media", Prefix: "p/"})
	s.Press("G")
	other := s.Fixture.Open(t, func(c *store.Config) { c.Conn = "other" })
	s.Faults.Clear()
	f.Effects(s.Context, []job.Effect{
		effect(s.Store, "p/0", 3), effect(s.Store, "p/new/y", 3), effect(s.Store, "q2", 3), effect(other, "p/other", 3),
		removed(s.Store, "p/a", false), removed(s.Store, "p/d/", true), removed(s.Store, "q", false), effect(s.Store, "p/", 0),
	})
	want(t, "rows", shown(f), []string{"p/new/", "p/0", "p/b"})
	want(t, "cursor", cursor(f), "p/b")
	want(t, "requests", len(s.Faults.Requests()), 0)
	f.Effects(s.Context, []job.Effect{removed(s.Store, "p/", true)})
	want(t, "rows after the folder itself went", len(shown(f)), 0)
}

func TestEffectsBeyondWhatIsListedWaitForTheListing(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	s.many("media", "pic-%04d.jpg", 2500)
	f := s.open(store.Place{Space: "media"})
	s.put("media", "zz")
	f.Effects(s.Context, []job.Effect{effect(s.Store, "zz", 2)})
	want(t, "rows", f.l.Len(), 2000)
	s.Press("G")
	want(t, "rows", f.l.Len(), 2501)
	want(t, "cursor", cursor(f), "zz")
}

func TestAnEffectIsNotUndoneByAPageThatWasUnderWay(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	s.put("media", "a", "b", "c")
	f := s.open(store.Place{Space: "media"})
	s.Hold()
	s.Press("R")
	f.Effects(s.Context, []job.Effect{removed(s.Store, "b", false)}) // the page still has it
	s.Release()
	want(t, "rows", shown(f), []string{"a", "c"})
}

func TestAFolderGoesWhenItsLastObjectWent(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	s.put("media", "a", "d/x", "e/y", "e/z")
	f := s.open(store.Place{Space: "media"})
	for _, key := range []string{"d/x", "e/y"} {
		if err := s.Store.Delete(t.Context(), store.Ref{Space: "media", Key: key}); err != nil {
			t.Fatal(err)
		}
	}
	cmd := f.Effects(s.Context, []job.Effect{removed(s.Store, "d/x", false), removed(s.Store, "e/y", false)})
	want(t, "rows", shown(f), []string{"d/", "e/", "a"})
	s.do(cmd)
	want(t, "rows", shown(f), []string{"e/", "a"})
}
