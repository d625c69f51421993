package job_test

import (
	"strings"
	"testing"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
)

// Where it can be had back, a Space goes as a whole: nothing in it is listed or deleted.
func TestADestroyedSpaceGoesAtOnceWhereItCanBeHadBack(t *testing.T) {
	f := storetest.New(t)
	versionedSpace(t, f)
	m := manager(t, job.Options{}, f.Store)
	p := m.Plan(job.Spec{Kind: job.Destroy, Sources: []job.Source{folder("media", "")}})
	f.Faults.Clear()
	check(t, p.Count(t.Context()))
	if totals := p.Totals(); totals.Objects != 400 || totals.Bytes == 0 || !totals.Complete {
		t.Errorf("counted are %+v", totals)
	}
	f.Faults.Add(storetest.Rule{Match: storetest.Is("POST", "destroy"), Times: 1, Fault: storetest.DropAnswer})
	status := await(t, m, m.Start(p), ended)
	if status.Phase != job.Done || status.ObjectsDone != 400 || status.BytesDone != status.Bytes {
		t.Errorf("ended %v: %+v", status.Phase, status)
	}
	for _, r := range f.Faults.Requests() {
		if strings.Contains(r, "versions") || strings.HasPrefix(r, "DELETE") || strings.Contains(r, "list-type") {
			t.Errorf("sent %s", r)
		}
	}
	list, err := f.Store.Destroyed(t.Context())
	check(t, err)
	if len(list) != 1 {
		t.Fatalf("destroyed are %v", list)
	}
	check(t, f.Store.Undestroy(t.Context(), list[0], ""))
	if got := storetest.Read(t, f.Store, "media", "a/%2F+é"); got != "content of a/%2F+é" {
		t.Errorf("it came back with %q", got)
	}
}

func TestASpaceThatMayNotBeDestroyedStays(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	fill(t, f.Store, "media", "x")
	m := manager(t, job.Options{}, f.Store)
	p := m.Plan(job.Spec{Kind: job.Destroy, Sources: []job.Source{folder("media", "")}})
	check(t, p.Count(t.Context()))
	f.Faults.Add(storetest.Rule{Match: storetest.Is("POST", "destroy"), Times: 1, Fault: storetest.Answer(403, "AccessDenied")})
	id := m.Start(p)
	status := await(t, m, id, ended)
	if status.Phase != job.Failed || len(status.Failed) != 1 || store.KindOf(status.Failed[0].Err) != store.Denied {
		t.Errorf("ended %v: %v", status.Phase, status.Failed)
	}
	if got := storetest.Read(t, f.Store, "media", "x"); got != "content of x" {
		t.Errorf("%q", got)
	}
}
