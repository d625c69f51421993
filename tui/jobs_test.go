package tui_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
	"spaces/tui"
	"spaces/tui/kit/kittest"
)

// withJobs is a panel of fake pages over a real store with n objects in the Space "media".
func withJobs(t *testing.T, n int, faults *storetest.Faults, change ...func(*tui.Config)) (*panel, *store.Store, *job.Manager) {
	t.Helper()
	f := storetest.New(t, storetest.Config(func(c *store.Config) { c.Wrap = faults.Wrap }))
	if err := f.Store.CreateSpace(t.Context(), "media", store.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	for i := range n {
		ref := store.Ref{Space: "media", Key: fmt.Sprintf("a/%d", i)}
		if _, err := f.Store.Put(t.Context(), ref, strings.NewReader("x"), 1, store.Props{}, store.PutOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	jobs := job.New(job.Options{Conns: store.ConnsOf(f.Store)})
	t.Cleanup(func() { jobs.Close(context.Background()) })
	p := newPanel(t, func(c *tui.Config) {
		c.Store, c.Jobs = f.Store, jobs
		for _, set := range change {
			set(c)
		}
	}, kittest.Jobs(jobs))
	return p, f.Store, jobs
}

func removal(m *job.Manager) *job.Plan {
	ref := store.Ref{Space: "media", Key: "a/"}
	return m.Plan(job.Spec{Kind: job.Delete, Sources: []job.Source{{Ref: ref, Folder: true}}})
}

// holdDeletes keeps batches of deletes at the endpoint, where a canceled job waits for them too, until they are released.
func holdDeletes(faults *storetest.Faults) (entered chan struct{}, release func()) {
	entered, gate := make(chan struct{}, 8), make(chan struct{})
	faults.Add(storetest.Rule{Match: storetest.Is("POST", "delete"), Fault: storetest.Hold(entered, gate, storetest.Reset)})
	return entered, func() { close(gate) }
}

func TestWhatJobsDoReachesEveryOpenPage(t *testing.T) {
	p, s, jobs := withJobs(t, 3, &storetest.Faults{})
	p.Press("enter", "enter", "H")
	jobs.Start(removal(jobs))
	p.Settle()
	for i, page := range p.pages {
		if !slices.ContainsFunc(page.effects, func(e job.Effect) bool { return e.Kind == job.TreeGone && e.Conn == s.Conn() }) {
			t.Errorf("page %d was told %+v", i, page.effects)
		}
	}
	p.WantNot("1 job")
}

func TestTheResultOfAJobTakesThePlaceOfItsStartAndStaysWhateverIsTyped(t *testing.T) {
	p, _, jobs := withJobs(t, 3, &storetest.Faults{})
	p.Press("f2") // as a dialog that starts a job
	p.Want("Deleting; w shows the transfers")
	jobs.Start(removal(jobs))
	p.Settle()
	p.WantNot("Deleting;")
	p.Want("✓ Deleted a/")
	p.Press("j", "/", "x", "esc")
	p.Advance(5 * time.Second)
	p.Want("✓ Deleted a/")
	p.Advance(time.Second)
	p.Want("100 rows")
	p.WantNot("Deleted")
	if n := p.Timers(); n != 0 {
		t.Errorf("%d timers wait", n)
	}
}

func TestALaterResultIsShownForItsWholeTime(t *testing.T) {
	p, _, jobs := withJobs(t, 3, &storetest.Faults{})
	jobs.Start(removal(jobs))
	p.Settle()
	p.Advance(4 * time.Second)
	jobs.Start(removal(jobs))
	p.Settle()
	p.Advance(5 * time.Second)
	p.Want("! Nothing was found in a/")
	p.Advance(time.Second)
	p.WantNot("a/")
}

func TestARunningJobIsShownAndAskedAboutBeforeQuitting(t *testing.T) {
	faults := &storetest.Faults{}
	p, _, jobs := withJobs(t, 3, faults)
	entered, release := holdDeletes(faults)
	p.HoldJobs()
	id := jobs.Start(removal(jobs))
	<-entered
	p.Settle()
	p.Want("1 job")
	p.Press("q", "q")
	if p.Ended() {
		t.Fatal("the program quit in the midst of a job")
	}
	p.Want("1 transfer is still running")
	p.Press("esc")
	jobs.Cancel(id)
	release()
	p.ReleaseJobs()
	p.WantNot("1 job")
}

func TestFailuresLeaveACountUntilTheDrawerWasOpened(t *testing.T) {
	faults := &storetest.Faults{}
	p, _, jobs := withJobs(t, 3, faults)
	faults.Add(storetest.Rule{Match: storetest.Is("POST", "delete"), Fault: storetest.Answer(403, "AccessDenied")})
	faults.Add(storetest.Rule{Match: storetest.Is("DELETE"), Fault: storetest.Answer(403, "AccessDenied")})
	jobs.Start(removal(jobs))
	p.Settle()
	p.Want("✗ 3 files not deleted: access denied; w shows more")
	p.Advance(time.Minute)
	p.WantNot("not deleted")
	p.Want("✗ 3")

	faults.Clear()
	jobs.Start(removal(jobs))
	p.Settle()
	p.Want("✓ Deleted a/", "✗ 3")
	p.Advance(time.Minute)
	p.ClickOn("✗ 3")
	p.Want("Transfers")
	p.Press("esc")
	p.WantNot("✗")
}

// deletion deletes an object of "media" on this machine.
func deletion(key string) job.Spec {
	return job.Spec{Kind: job.Delete, Sources: []job.Source{{Ref: store.Ref{Space: "media", Key: key}}}}
}

func deletionOfFolder(key string) job.Spec {
	return job.Spec{Kind: job.Delete, Sources: []job.Source{{Ref: store.Ref{Space: "media", Key: key}, Folder: true}}}
}
