package page

import (
	"net/http"
	"testing"

	"spaces/keys"
	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
	"spaces/tui/kit/kittest"
)

func (s *bookcase) several(conn store.Conn) *index {
	s.t.Helper()
	at, err := s.book.Conns().Get(conn)
	if err != nil {
		s.t.Fatal(err)
	}
	s.Context.Store = at
	x := New(s.Context, store.Place{Conn: conn}).(*index)
	s.Show(x)
	return x
}

func stockedBookcase(t *testing.T, options ...kittest.Option) *bookcase {
	s := newBookcase(t, options...)
	for _, name := range []string{"backups", "media"} {
		s.Space(t, name)
	}
	for _, name := range []string{"media-prod", "old", "static-site"} {
		s.there.Space(t, name)
	}
	s.put("media", "a", "bb")
	return s
}

func TestTheIndexShowsTheSpacesOfEachConnection(t *testing.T) {
	for name, size := range map[string][2]int{"80x24": {80, 24}, "120x40": {120, 40}} {
		t.Run(name, func(t *testing.T) {
			s := stockedBookcase(t, kittest.Size(size[0], size[1]))
			s.several("")
			s.Want("▾ this machine", "backups", "▾ box", "media-prod", "▾ archive", "▾ stranger", "credentials refused", "6 Spaces of 4 connections")
			s.golden()
		})
	}
}

func TestTheCursorOfTheIndexIsOnTheConnectionThatItWasOpenedFor(t *testing.T) {
	s := stockedBookcase(t)
	x := s.several("box")
	of, space, _ := x.under()
	want(t, "Space", space.Name, "media-prod")
	want(t, "place", x.Place(), store.Place{Conn: "box"})
	want(t, "its Store", x.Store() == of.store, true)
	s.Press("enter")
	want(t, "place", s.Went(), []store.Place{{Conn: "box", Space: "media-prod"}})
	s.Press("h", "k", "k")
	want(t, "place", x.Place(), store.Place{Conn: ""})
	want(t, "its Store", x.Store().Conn(), "")
	want(t, "of the screen", s.Context.Store.Conn(), "")
}

func TestWhatIsMadeOnTheIndexIsMadeOnTheConnectionUnderTheCursor(t *testing.T) {
	s := stockedBookcase(t)
	s.several("")
	s.Press("j", "j", "j", "j", "a") // from backups over media, the header of box and media-prod to old
	s.Type("fresh")
	s.Press("enter")
	want(t, "place", s.Went(), []store.Place{{Conn: "box", Space: "fresh"}})
	if _, err := s.there.Store.Usage(t.Context(), "fresh"); err != nil {
		t.Error(err)
	}
	if _, err := s.Store.Usage(t.Context(), "fresh"); store.KindOf(err) != store.NoSpace {
		t.Error("it was made here:", err)
	}
}

func TestAConnectionThatDoesNotAnswerHoldsUpNoOther(t *testing.T) {
	s := stockedBookcase(t)
	s.Faults.Add(storetest.Rule{Match: storetest.Is("GET"), Fault: storetest.Answer(http.StatusForbidden, "AccessDenied")})
	x := s.several("")
	s.Want("▾ this machine", "access denied", "This key may not list Spaces: g p opens one by its name", "media-prod")
	s.Press("G", "j")
	want(t, "Spaces", x.spaces(), 4)
	s.Faults.Clear()
	s.Press("R")
	s.Want("backups")
	want(t, "Spaces", x.spaces(), 6)
}

func TestASectionIsFoldedAndNotAskedAgain(t *testing.T) {
	s := stockedBookcase(t)
	x := s.several("box")
	s.Press("k")
	s.Want("Enter fold")
	s.Press("enter")
	s.Want("▸ box")
	s.WantNot("media-prod")
	want(t, "Spaces", x.spaces(), 3)
	s.Press("j", "j") // the Space of the archive
	s.there.Space(t, "newer")
	x = s.several("")
	s.Want("▸ box")
	s.WantNot("media-prod")
	for range 4 {
		s.Press("k")
	}
	s.Press("j", "j", "j", "enter")
	s.Want("▾ box", "newer")
	want(t, "Spaces", x.spaces(), 7)
}

func TestTheFilterOfTheIndexIsForAllConnections(t *testing.T) {
	s := stockedBookcase(t)
	x := s.several("")
	s.Press("/")
	s.Type("media")
	s.Want("media", "media-prod", "2 of 6 Spaces", "▾ this machine", "▾ box")
	s.WantNot("archive", "backups")
	s.Type("-")
	want(t, "Spaces", x.spaces(), 1)
	s.Press("enter")
	want(t, "place", s.Went(), []store.Place{{Conn: "box", Space: "media-prod"}})
}

func TestTheIndexIsSortedInEachConnection(t *testing.T) {
	s := stockedBookcase(t)
	x := s.several("")
	names := func() (list []string) {
		for _, r := range x.rows {
			if r.isSpace() && r.of.conn == "" {
				list = append(list, r.name)
			}
		}
		return list
	}
	want(t, "by name", names(), []string{"backups", "media"})
	s.Press("o", "s")
	want(t, "by size", names(), []string{"media", "backups"})
	s.Want("Size ▼")
	_, space, _ := x.under()
	want(t, "the cursor stays on", space.Name, "backups")
	s.Press("o", "s")
	want(t, "by size, the smallest first", names(), []string{"backups", "media"})
	s.Press("o", "n", "o", "n")
	want(t, "by name, the last first", names(), []string{"media", "backups"})
}

func TestWhoMayListASpaceIsShown(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "closed")
	if err := s.Store.CreateSpace(t.Context(), "open", store.CreateOptions{PublicListing: true}); err != nil {
		t.Fatal(err)
	}
	s.index()
	s.Want("private", "public")
}

func TestJobsOfOneConnectionChangeOnlyItsSpaces(t *testing.T) {
	s := stockedBookcase(t)
	s.there.Space(t, "media")
	x := s.several("")
	s.do(x.Effects(s.Context, []job.Effect{{Conn: "box", Ref: store.Ref{Space: "media"}, Kind: job.TreeGone}}))
	want(t, "here", x.sections[0].spaces, x.sections[0].spaces)
	want(t, "Spaces here", len(x.sections[0].spaces), 2)
	want(t, "Spaces there", len(x.sections[1].spaces), 3)
}

func TestAReadOnlyConnectionOnTheIndexCanBeLookedAtOnly(t *testing.T) {
	s := stockedBookcase(t)
	x := s.several("archive")
	want(t, "create", named(x.Actions(), keys.New).Off(), "This connection is read-only.")
	want(t, "destroy", named(x.Actions(), keys.Delete).Off(), "This connection is read-only.")
	s.Press("k", "k")
	want(t, "create elsewhere", named(x.Actions(), keys.New).Off(), "")
}

func TestTheIndexOfSeveralConnectionsFitsEverySize(t *testing.T) {
	s := stockedBookcase(t)
	s.several("")
	for _, size := range [][2]int{{80, 24}, {200, 60}, {40, 12}, {20, 6}, {10, 5}} {
		s.Resize(size[0], size[1])
		s.Press("G", "g", "g")
	}
}
