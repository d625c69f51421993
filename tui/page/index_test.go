package page

import (
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
	"spaces/tui/kit/kittest"
)

// inBubble runs a test with a clock that goes on when nothing else does.
func inBubble(test func(*testing.T)) func(*testing.T) {
	return func(t *testing.T) { synctest.Test(t, test) }
}

func (s *shelf) index() *index {
	s.t.Helper()
	x := New(s.Context, store.Place{}).(*index)
	s.Show(x)
	return x
}

func TestTheIndexShowsNamesAtOnceAndUsageWhenItComes(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	s.Space(t, "backups")
	s.put("media", "a", "bb")
	s.Hold()
	s.index()
	s.Want("Listing…")
	s.Release()
	s.Want("backups", "media", "2 Spaces · 2 objects, 3 B")
	s.Press("j", "enter")
	want(t, "place", s.Went(), []store.Place{{Space: "media"}})
}

func TestOnlySpacesOnTheScreenAreAskedWhatTheyHold(t *testing.T) {
	s := newShelf(t)
	for i := range 120 {
		s.Space(t, fmt.Sprintf("space-%03d", i))
	}
	s.Faults.Clear()
	x := s.index()
	rows := s.Height() - 5 // the frame, the heads, the status and the hints
	s.Press("j")
	want(t, "requests", len(s.Faults.Requests()), 1+2*rows)
	s.Press("G")
	want(t, "known at the end", x.sections[0].usage["space-119"].known, true)
	want(t, "known in the middle", x.sections[0].usage["space-060"].known, false)
}

func TestUsageIsAFewRequestsAtATime(t *testing.T) {
	s := newShelf(t)
	for i := range 20 {
		s.Space(t, fmt.Sprintf("space-%03d", i))
	}
	x := s.index()
	one := x.sections[0]
	one.usage = map[string]usage{}
	busy := 0
	x.ask(s.Context)
	for i := range one.slots {
		if one.slots[i].Busy() {
			busy++
		}
	}
	want(t, "requests", busy, usageAtOnce)
}

func TestTheEmptyIndexTeaches(t *testing.T) {
	s := newShelf(t)
	s.index()
	s.Want("There are no Spaces yet.", "a  creates the first one", "spaces serve", "--endpoint")
	s.Press("enter")
	s.Want("There is no Space under the cursor.")
	s.Press("a")
	want(t, "dialog", s.Dialog() != nil, true)
}

func TestTheIndexExplainsErrorsAndTriesAgain(t *testing.T) {
	for name, c := range map[string]struct {
		fault storetest.Fault
		want  []string
	}{
		"unreachable": {storetest.Reset, []string{"Endpoint not reachable", "Check the endpoint's address", "http://embedded"}},
		"credentials": {storetest.Answer(http.StatusForbidden, "InvalidAccessKeyId"), []string{"Credentials refused", "does not know this access key", "FAULT"}},
		"denied":      {storetest.Answer(http.StatusForbidden, "AccessDenied"), []string{"Access denied", "The access key may not do this", "FAULT"}},
	} {
		t.Run(name, inBubble(func(t *testing.T) { // requests are tried again after pauses
			s := newShelf(t)
			s.Space(t, "media")
			s.Faults.Add(storetest.Rule{Match: storetest.Is("GET"), Fault: c.fault})
			s.index()
			s.Want(c.want...)
			s.Want("R  tries again")
			s.WantNot(storetest.SecretKey)
			s.Faults.Clear()
			s.Press("R")
			s.Want("media", "1 Space")
		}))
	}
}

func TestTheIndexIsFilteredByWhatNamesBeginWith(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "alpha")
	s.Space(t, "beta")
	s.Space(t, "betamax")
	x := s.index()
	s.Press("/")
	s.Type("beta")
	want(t, "shown", x.spaces(), 2)
	s.Want("2 of 3 Spaces")
	s.Type("z")
	s.Want("No Space begins with “betaz”.")
	s.Press("backspace")
	s.Type("m")
	s.Press("enter")
	want(t, "place", s.Went(), []store.Place{{Space: "betamax"}})
}

func TestTheIndexFollowsJobs(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "alpha")
	s.Space(t, "beta")
	x := s.index()
	s.put("alpha", "a")
	s.do(x.Effects(s.Context, []job.Effect{{Ref: store.Ref{Space: "alpha", Key: "a"}}}))
	want(t, "objects", x.sections[0].usage["alpha"].space.Objects, 1)
	s.do(x.Effects(s.Context, []job.Effect{{Ref: store.Ref{Space: "alpha"}, Kind: job.TreeGone}}))
	want(t, "shown", x.spaces(), 1)
}

func TestTheIndexIsListedAnewWhenOneComesBack(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	s.index()
	s.Press("enter")
	s.Space(t, "new")
	s.put("media", "a")
	s.Press("h")
	s.Want("new", "2 Spaces")
	s.Advance(time.Second)
	s.Want("2 Spaces · 1 object, 1 B")
}

func TestTheIndexFitsEverySize(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	s.index()
	for _, size := range [][2]int{{80, 24}, {200, 60}, {40, 12}, {20, 6}, {10, 5}} {
		s.Resize(size[0], size[1])
	}
	_ = kittest.Start
}

func TestTheMoreMenuOfASpaceEndsWithDestroy(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	s.index()
	s.Press(">")
	s.Want("Show files", "Settings", "Create a Space…", "Manage Keys", "Destroy…")
	s.WantNot("Refresh", "Filter:")
	s.Press("G", "enter")
	s.Want("Destroy – media")
}

func TestADestroyedSpaceIsBroughtBackFromTheIndex(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	s.Space(t, "other")
	if _, err := s.Store.DestroySpace(t.Context(), "media"); err != nil {
		t.Fatal(err)
	}
	s.index()
	s.Want("1 Space ")
	s.Press(">")
	s.ClickOn("Destroyed Spaces…")
	s.ClickOn("Destroyed Spaces…")
	s.Want("Remove for good…")
	s.Press("enter", "enter")
	s.Want("The Space media is back", "│▌ media")
}
