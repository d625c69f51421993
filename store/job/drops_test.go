package job_test

import (
	"net/http"
	"strings"
	"testing"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
)

func TestADeleteThatIsCanceledCountsTheBatchesThatWereUnderWay(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	keys := numberedKeys("a/", 2600)
	fill(t, f.Store, "media", keys...)
	entered, release := make(chan struct{}, 10), make(chan struct{})
	f.Faults.Add(storetest.Rule{Match: storetest.Is("POST", "delete"), Fault: func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
		entered <- struct{}{}
		<-release
		return next.RoundTrip(r)
	}})
	m := manager(t, job.Options{}, f.Store)
	id := m.Start(m.Plan(job.Spec{Kind: job.Delete, Sources: rows("media", keys)}))
	<-entered
	m.Cancel(id)
	close(release)
	status := await(t, m, id, ended)
	left := len(storetest.Keys(t, f.Store, "media", "a/"))
	if status.Phase != job.Canceled || status.FailedCount != 0 || status.ObjectsDone != len(keys)-left || left == len(keys) {
		t.Errorf("ended %v, %d failed, %d done, and %d of %d are left", status.Phase, status.FailedCount, status.ObjectsDone, left, len(keys))
	}
}

// Each is looked for at its new place right before, because this endpoint is not known to refuse a copy over something.
func TestAMoveOfManyObjectsTakesACopyAndAShareOfABatchForEach(t *testing.T) {
	f := storetest.New(t, storetest.Listener())
	s := copying(t, f)
	f.Space(t, "media")
	keys := numberedKeys("a/", 1100)
	fill(t, within(t, f), "media", keys...)
	f.Faults.Add(storetest.Rule{Match: storetest.Is("GET", "ownershipControls"), Fault: func(_ http.RoundTripper, r *http.Request) (*http.Response, error) {
		return storetest.Document(r, "<OwnershipControls><Rule><ObjectOwnership>BucketOwnerEnforced</ObjectOwnership></Rule></OwnershipControls>"), nil
	}})
	m := manager(t, job.Options{}, s)
	spec := job.Spec{Kind: job.Move, From: s.Conn(), To: s.Conn(), Sources: rows("media", keys), Base: "a/", Dest: store.Ref{Space: "media", Key: "b/"}, Policy: job.Skip}
	before := len(f.Faults.Requests())
	p := m.Plan(spec)
	check(t, p.Count(t.Context()))
	status := await(t, m, m.Start(p), ended)
	if status.Phase != job.Done || status.ObjectsDone != len(keys) {
		t.Fatalf("ended %v: %v", status.Phase, status.Failed)
	}
	got := verbs(f.Faults.Requests()[before:])
	t.Log(got)
	lists := 0
	for verb, n := range got {
		if strings.Contains(verb, "list-type") {
			lists += n
		}
	}
	if got["PUT"] != len(keys) || got["HEAD"] > len(keys) || got["DELETE"] != 0 || got["POST?delete"] != 2 || got["GET?acl"] != 0 || got["GET?ownershipControls"] > 16 || lists > 2+1+2*2 {
		t.Errorf("%d objects took %v", len(keys), got)
	}
	wantKeys(t, f.Store, "media", "a/")
}

func TestAMoveThatIsCanceledDeletesTheSourcesOfWhatCountsAsMoved(t *testing.T) {
	f := storetest.New(t, storetest.Listener())
	s := copying(t, f)
	f.Space(t, "media")
	keys := numberedKeys("a/", 100)
	fill(t, f.Store, "media", keys...)
	entered := make(chan struct{}, 100)
	f.Faults.Add(storetest.Rule{Match: storetest.Is("PUT", "/b/"), Skip: 60, Fault: storetest.Hang(entered)})
	m := manager(t, job.Options{Workers: 1}, s)
	id := m.Start(m.Plan(job.Spec{Kind: job.Move, From: s.Conn(), To: s.Conn(), Sources: rows("media", keys), Base: "a/", Dest: store.Ref{Space: "media", Key: "b/"}}))
	<-entered
	m.Cancel(id)
	status := await(t, m, id, ended)
	if left := len(storetest.Keys(t, f.Store, "media", "a/")); status.ObjectsDone != 60 || left != 40 {
		t.Errorf("%d are done, and %d of %d left", status.ObjectsDone, left, len(keys))
	}
}

func TestASourceThatCannotBeDeletedIsTriedAgainWithoutAnotherCopy(t *testing.T) {
	f := storetest.New(t, storetest.Listener())
	s := copying(t, f)
	f.Space(t, "media")
	fill(t, f.Store, "media", "x")
	f.Faults.Add(storetest.Rule{Match: storetest.Is("POST", "delete"), Fault: refuse("x")})
	m := manager(t, job.Options{}, s)
	id := m.Start(m.Plan(job.Spec{Kind: job.Move, From: s.Conn(), To: s.Conn(), Sources: []job.Source{object("media", "x")}, Dest: store.Ref{Space: "media", Key: "b/"}, Policy: job.Skip}))
	status := await(t, m, id, ended)
	if status.Phase != job.Failed || status.ObjectsDone != 0 || status.BytesDone != 0 {
		t.Errorf("ended %v, %d done, %d bytes", status.Phase, status.ObjectsDone, status.BytesDone)
	}
	f.Faults.Clear()
	m.Retry(id)
	status = await(t, m, id, ended)
	if status.Phase != job.Done || status.ObjectsDone != 1 || verbs(f.Faults.Requests())["PUT"] != 0 {
		t.Errorf("ended %v after %q", status.Phase, f.Faults.Requests())
	}
	wantKeys(t, f.Store, "media", "", "b/x")
}

func TestObjectsASecondAreToldWhereNoBytesMove(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	keys := numberedKeys("a/", 50)
	fill(t, f.Store, "media", keys...)
	entered := make(chan struct{}, 100)
	f.Faults.Add(storetest.Rule{Match: storetest.Is("PUT", "/b/"), Skip: 30, Fault: storetest.Hang(entered)})
	m := manager(t, job.Options{Workers: 1}, f.Store)
	id := m.Start(m.Plan(job.Spec{Kind: job.Copy, Sources: rows("media", keys), Base: "a/", Dest: store.Ref{Space: "media", Key: "b/"}}))
	m.Snapshot() // the first sample
	<-entered
	status := await(t, m, id, func(s job.Status) bool { return s.ObjectsDone == 30 && s.ObjectRate > 0 })
	if status.Rate != 0 {
		t.Errorf("%v bytes a second moved", status.Rate)
	}
	m.Cancel(id)
	await(t, m, id, ended)
}
