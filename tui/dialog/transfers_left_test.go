package dialog_test

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
	"spaces/tui/dialog"
	"spaces/tui/kit/kittest"
)

// cutShort is a screen of a program that starts after another one was told to stop in an upload that it could not abort.
func cutShort(t *testing.T) (*kittest.Screen, *storetest.Fixture) {
	t.Helper()
	s, f := start(t)
	f.Space(t, "media")
	state, file := t.TempDir(), filepath.Join(t.TempDir(), "holiday.mov")
	if err := os.WriteFile(file, []byte(strings.Repeat("x", 12<<20)), 0o644); err != nil {
		t.Fatal(err)
	}
	l, err := job.OpenLedger(state)
	if err != nil {
		t.Fatal(err)
	}
	m := job.New(job.Options{Ledger: l, PartSize: 5 << 20, Now: s.Now, Conns: store.ConnsOf(f.Store)})
	entered := make(chan struct{}, 8)
	f.Faults.Add(storetest.Rule{Match: storetest.Is("PUT", "partNumber"), Fault: storetest.Hang(entered)})
	f.Faults.Add(storetest.Rule{Match: storetest.Is("DELETE", "uploadId"), Fault: storetest.Answer(http.StatusForbidden, "AccessDenied")})
	m.Start(m.Plan(job.Spec{Kind: job.Upload, To: f.Store.Conn(), Sources: []job.Source{{Local: file}}, Dest: store.Ref{Space: "media"}}))
	<-entered
	for _, err := range []error{m.Close(t.Context()), l.Close()} {
		if err != nil {
			t.Fatal(err)
		}
	}
	f.Faults.Clear()
	if l, err = job.OpenLedger(state); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	m = job.New(job.Options{Ledger: l, PartSize: 5 << 20, Now: s.Now, Conns: store.ConnsOf(f.Store)})
	t.Cleanup(func() { m.Close(context.Background()) })
	s = kittest.New(t, kittest.Store(f.Store), kittest.Jobs(m))
	s.Open(dialog.NewTransfers(s.Context))
	return s, f
}

func uploads(t *testing.T, f *storetest.Fixture) int {
	t.Helper()
	open, err := f.Store.Uploads(t.Context(), "media", "")
	if err != nil {
		t.Fatal(err)
	}
	return len(open)
}

func TestTransfersListWhatAnEarlierRunDidNotFinish(t *testing.T) {
	s, f := cutShort(t)
	s.Want("day.mov to media", "did not finish", "1 open upload at the endpoint, to be gone on with", "go on", "end it")
	s.Press("R")
	s.Settle()
	s.Want("done", "1 of 1 object")
	s.WantNot("did not finish")
	wantKeys(t, f, "media", "holiday.mov")
	if n := uploads(t, f); n != 0 {
		t.Errorf("%d uploads are open", n)
	}
}

func TestTransfersAskBeforeTheyEndWhatDidNotFinish(t *testing.T) {
	s, f := cutShort(t)
	s.Press("x")
	s.Want("End it? 1 open upload will be aborted; what has arrived stays.", "[ Leave it ]")
	s.Press("enter")
	s.Want("did not finish")
	if n := uploads(t, f); n != 1 {
		t.Errorf("%d uploads are open", n)
	}
	f.Faults.Add(storetest.Rule{Match: storetest.Is("DELETE", "uploadId"), Times: 1, Fault: storetest.Answer(http.StatusForbidden, "AccessDenied")})
	s.Press("x", "y")
	s.Want("did not finish", "AccessDenied")
	s.Press("x", "y")
	s.WantNot("did not finish")
	s.Want("Nothing has been transferred yet.")
	if n := uploads(t, f); n != 0 {
		t.Errorf("%d uploads are open", n)
	}
}

// What another program works on is shown, and can only be canceled.
func TestTransfersShowWhatAnotherProgramWorksOn(t *testing.T) {
	s, f := start(t)
	f.Space(t, "media")
	state, file := t.TempDir(), filepath.Join(t.TempDir(), "holiday.mov")
	if err := os.WriteFile(file, []byte(strings.Repeat("x", 12<<20)), 0o644); err != nil {
		t.Fatal(err)
	}
	open := func() *job.Manager {
		l, err := job.OpenLedger(state)
		if err != nil {
			t.Fatal(err)
		}
		m := job.New(job.Options{Ledger: l, PartSize: 5 << 20, Now: s.Now, Conns: store.ConnsOf(f.Store)})
		t.Cleanup(func() { m.Close(context.Background()); l.Close() })
		return m
	}
	other, mine := open(), open()
	entered := make(chan struct{}, 8)
	f.Faults.Add(storetest.Rule{Match: storetest.Is("PUT", "partNumber"), Fault: storetest.Hang(entered)})
	id := other.Start(other.Plan(job.Spec{Kind: job.Upload, To: f.Store.Conn(), Sources: []job.Source{{Local: file}}, Dest: store.Ref{Space: "media"}}))
	<-entered
	s = kittest.New(t, kittest.Store(f.Store), kittest.Jobs(mine))
	s.Open(dialog.NewTransfers(s.Context))
	s.Settle()
	s.Want("in another program", "of 0 objects", "process ", "x cancel")
	s.WantNot("go on", "did not finish")
	s.Press("x")
	s.Want("Cancel it? Another program works on it.", "[ Leave it ]", "Cancel it")
	s.Press("y")
	for ended := false; !ended; {
		<-other.Changed()
		for _, x := range other.Snapshot() {
			ended = ended || x.ID == id && x.Phase == job.Canceled
		}
	}
	if n := uploads(t, f); n != 0 {
		t.Errorf("%d uploads are open", n)
	}
}
