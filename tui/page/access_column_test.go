package page

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
	"spaces/tui/kit/kittest"
)

// acls is how many permissions were asked for.
func (s *shelf) acls() (n int) {
	for _, r := range s.Faults.Requests() {
		if strings.HasSuffix(r, "?acl") {
			n++
		}
	}
	return n
}

// wide is a Space of so many files on a wide screen of 12 rows, without the inspector.
func wide(t *testing.T, n int) (*shelf, *files) {
	t.Helper()
	s := newShelf(t, kittest.Size(140, 17))
	s.Space(t, "media")
	for i := range n {
		s.put("media", fmt.Sprintf("file-%03d.txt", i))
	}
	f := s.open(store.Place{Space: "media"})
	s.Press("i")
	s.Faults.Clear()
	return s, f
}

func TestWhoMayReadIsAskedOfTheRowsOnTheScreenOnceTheCursorRests(t *testing.T) {
	s, _ := wide(t, 60)
	if err := s.Store.SetAccess(t.Context(), store.Ref{Space: "media", Key: "file-002.txt"}, store.PublicRead); err != nil {
		t.Fatal(err)
	}
	s.Faults.Clear()
	s.Want("Access", "Type")
	s.Press("G", "g", "g")
	s.Advance(accessRest - 1)
	s.Press("j")
	s.Advance(accessRest - 1)
	want(t, "while moving", s.acls(), 0)
	s.Advance(accessRest)
	want(t, "at rest", s.acls(), 12)
	want(t, "private", strings.Count(s.Text(), "private"), 11)
	want(t, "public", strings.Contains(s.Line(4), "public"), true)
	s.Press("j", "k", "j")
	s.Advance(time.Second)
	want(t, "among the same rows", s.acls(), 12)
	s.Press("pgdown")
	s.Advance(time.Second)
	s.Press("pgup")
	s.Advance(time.Second)
	if n := s.acls(); n > 24 {
		t.Errorf("%d requests for two screens of 12 rows", n)
	}
}

func TestScrollingEndsWhatIsAskedOfRowsThatAreGone(t *testing.T) {
	s, f := wide(t, 60)
	s.Press("j")
	s.Hold()
	s.Press("j")
	f.readers.rest.Cancel()
	f.readers.at = sighted{to: 12}
	f.fillAccess(s.Context)
	want(t, "at once", f.readers.asks("file-003.txt"), true)
	want(t, "no more", f.readers.asks("file-004.txt"), false)
	s.Press("G")
	for i := range f.readers.slots {
		want(t, "under way", f.readers.slots[i].Busy(), false)
	}
}

func TestWhoMayReadIsAskedAgainAfterAJobChangedIt(t *testing.T) {
	s, f := wide(t, 3)
	s.Advance(time.Second)
	s.Faults.Clear()
	f.Effects(s.Context, []job.Effect{{Kind: job.RowThere, Conn: s.Store.Conn(), Ref: store.Ref{Space: "media", Key: "file-001.txt"}}})
	s.Press("j")
	s.Advance(time.Second)
	want(t, "one row", s.acls(), 1)
	s.Press("R")
	s.Advance(time.Second)
	want(t, "all rows", s.acls(), 4)
}

func TestTheColumnGoesWhereTheEndpointHasNoPermissions(t *testing.T) {
	s, f := wide(t, 30)
	s.Faults.Add(storetest.Rule{Match: storetest.Is("GET", "acl"), Fault: storetest.Answer(http.StatusNotImplemented, "NotImplemented")})
	s.Press("j")
	s.Advance(time.Second)
	s.WantNot("Access")
	want(t, "shown", f.showsAccess(), false)
	if n := s.acls(); n > accessAtOnce {
		t.Errorf("%d requests", n)
	}
	s.Faults.Clear()
	s.Press("G")
	s.Advance(time.Second)
	want(t, "afterwards", s.acls(), 0)
}

func TestTheColumnGoesWhereThisKeyMayNotKnow(t *testing.T) {
	s, _ := wide(t, 30)
	s.Faults.Add(storetest.Rule{Match: storetest.Is("GET", "acl"), Fault: storetest.Answer(http.StatusForbidden, "AccessDenied")})
	s.Press("j")
	s.Advance(time.Second)
	s.WantNot("Access")
	if n := s.acls(); n > accessAtOnce {
		t.Errorf("%d requests", n)
	}
	s.Faults.Clear()
	s.Press("R")
	s.Advance(time.Second)
	s.Want("Access", "private")
}

func TestNothingIsAskedWhereTheColumnHasNoRoom(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	s.put("media", "a", "b")
	s.open(store.Place{Space: "media"})
	s.WantNot("Access")
	s.Press("j")
	s.Advance(time.Second)
	want(t, "requests", s.acls(), 0)
}
