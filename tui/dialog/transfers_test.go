package dialog_test

import (
	"net/http"
	"sync"
	"testing"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
	"spaces/tui/dialog"
	"spaces/tui/kit/kittest"
)

func TestTransfersTeachWhenThereAreNone(t *testing.T) {
	s, _ := start(t)
	s.Open(dialog.NewTransfers(s.Context))
	s.Want("Nothing has been transferred yet.")
	requireGolden(t, s.Text())
	s.Press("w")
	closed(t, s)
}

func TestTransfersListWhatHasBeenDone(t *testing.T) {
	s, f := start(t)
	f.Space(t, "media")
	put(t, f, "media", "a", 1000, store.Private)
	put(t, f, "media", "b", 1000, store.Private)
	s.Open(dialog.NewDelete(s.Context, "media", []job.Source{object("media", "a"), object("media", "b")}, ""))
	s.Press("y")
	s.Open(dialog.NewTransfers(s.Context))
	s.Want("done", "2 of 2 objects")
	requireGolden(t, s.Text())
	s.Press("x")
	s.Want("Nothing has been transferred yet.")
}

// deleting opens the drawer after, or while, three files are deleted with a fault in the way.
func deleting(t *testing.T, fault storetest.Fault, hold bool, ready <-chan struct{}) (*kittest.Screen, *storetest.Fixture) {
	t.Helper()
	s, f := start(t)
	f.Space(t, "media")
	var sources []job.Source
	for _, k := range []string{"a", "b", "c"} {
		put(t, f, "media", k, 1000, store.Private)
		sources = append(sources, object("media", k))
	}
	f.Faults.Add(storetest.Rule{Match: storetest.Is("POST", "?delete"), Fault: fault})
	if hold {
		s.Hold()
	}
	plan := s.Context.Jobs.Plan(job.Spec{Kind: job.Delete, From: f.Store.Conn(), To: f.Store.Conn(), Sources: sources})
	s.Context.Jobs.Start(plan)
	if ready != nil {
		<-ready
	}
	s.Settle()
	s.Open(dialog.NewTransfers(s.Context))
	return s, f
}

// held opens the drawer while a batch of deletes is under way: it is refused as soon as release is called.
func held(t *testing.T) (s *kittest.Screen, f *storetest.Fixture, release func()) {
	t.Helper()
	entered, open := make(chan struct{}, 16), make(chan struct{})
	s, f = deleting(t, storetest.Hold(entered, open, storetest.Answer(http.StatusForbidden, "AccessDenied")), true, entered)
	return s, f, sync.OnceFunc(func() { close(open) })
}

func TestTransfersShowTheFirstErrorAtOnceAndAllOnDemand(t *testing.T) {
	s, _ := deleting(t, storetest.Answer(http.StatusForbidden, "AccessDenied"), false, nil)
	s.Want("failed", "3 failed: a – access denied (AccessDenied)")
	requireGolden(t, s.Text())
	s.Press("enter")
	s.Want("3 failed", "access denied (AccessDenied)", "key may not do this")
	s.Press("j", "j", "esc")
	s.Want("3 failed: a – ")
	s.Press("esc")
	closed(t, s)
}

func TestTransfersHintsSayWhatKeysDoNow(t *testing.T) {
	s, _, release := held(t)
	s.Want("p pause  x cancel")
	s.Press("p")
	s.Want("p resume  x cancel", "paused")
	s.Press("p")
	s.Context.Jobs.Cancel(s.Context.Jobs.Snapshot()[0].ID)
	release()
	s.Release()
	s.Want("x remove")
	s.WantNot("p pause", "p resume")
}

func TestTransfersRemoveOnlyWhatIsUnderTheCursor(t *testing.T) {
	s, f := start(t)
	f.Space(t, "media")
	for _, k := range []string{"first", "second"} {
		put(t, f, "media", k, 1000, store.Private)
		s.Context.Jobs.Start(s.Context.Jobs.Plan(job.Spec{Kind: job.Delete, From: f.Store.Conn(), To: f.Store.Conn(), Sources: []job.Source{object("media", k)}}))
		s.Settle()
	}
	s.Open(dialog.NewTransfers(s.Context))
	s.Want("Delete second", "Delete first")
	s.Press("x")
	s.Want("Delete first")
	s.WantNot("Delete second")
}

func TestTransfersSayThatAnEndpointIgnoredWhoMayRead(t *testing.T) {
	s, f := start(t)
	f.Space(t, "media")
	put(t, f, "media", "a", 1, store.Private)
	f.Faults.Add(storetest.Rule{Match: storetest.Is(http.MethodPost, "changeObjects"), Fault: storetest.Answer(http.StatusNotImplemented, "NotImplemented")})
	f.Faults.Add(storetest.Rule{Match: storetest.Is("PUT", "acl"), Fault: func(_ http.RoundTripper, r *http.Request) (*http.Response, error) {
		return storetest.Document(r, ""), nil
	}})
	s.Context.Jobs.Start(s.Context.Jobs.Plan(job.Spec{Kind: job.Permissions, From: f.Store.Conn(), To: f.Store.Conn(),
		Sources: []job.Source{object("media", "a")}, Access: store.PublicRead}))
	s.Settle()
	s.Open(dialog.NewTransfers(s.Context))
	s.Want("done", "This endpoint ignores who may read single files: a bucket policy", "say it for all of them")
}

func TestTransfersRetryActsOnWhatFailed(t *testing.T) {
	s, f := deleting(t, storetest.Answer(http.StatusForbidden, "AccessDenied"), false, nil)
	f.Faults.Clear()
	s.Press("R")
	s.Settle()
	s.Want("done")
	wantKeys(t, f, "media")
}

func TestTransfersAskBeforeTheyCancelWhatRuns(t *testing.T) {
	s, f, release := held(t)
	s.Press("x")
	s.Want("Cancel this transfer? What is done stays done.", "[ Go on ]")
	requireGolden(t, s.Text())
	s.Press("enter")
	if !s.Context.Jobs.Busy() {
		t.Fatal("Enter has canceled it")
	}
	s.Press("x", "y")
	release()
	s.Release()
	s.Want("canceled")
	wantKeys(t, f, "media", "a", "b", "c")
}

func TestQuitStaysUnlessToldOtherwise(t *testing.T) {
	s, _, release := held(t)
	s.Press("esc")
	s.Open(dialog.NewConfirmQuit(s.Context))
	s.Want("1 transfer is still running", "[ Stay ]")
	requireGolden(t, s.Text())
	s.Press("enter")
	closed(t, s)
	if s.Ended() {
		t.Fatal("it has quit")
	}
	s.Open(dialog.NewConfirmQuit(s.Context))
	s.Press("y")
	s.Context.Jobs.Cancel(s.Context.Jobs.Snapshot()[0].ID)
	release()
	s.Release()
	if !s.Ended() {
		t.Fatal("it has not quit")
	}
}
