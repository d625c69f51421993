package job_test

import (
	"maps"
	"path/filepath"
	"testing"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
)

// A program that is killed between the copy, which takes the tags where the endpoint is Ceph, and the request that gives them
// back has noted them.
func TestTagsThatAKilledProgramOwesAreGivenBackByTheNext(t *testing.T) {
	f := storetest.New(t, storetest.Unknown())
	f.Space(t, "media")
	r := full(t, f.Store, "a")
	want, err := f.Store.Tags(t.Context(), r)
	check(t, err)
	die := func() string {
		dir := t.TempDir()
		errand{URL: f.URL, Ledger: dir, Method: "HEAD", Has: "/media/a", After: 2, // of the plan, and before the copy
			Spec: job.Spec{Kind: job.Metadata, From: f.Store.Conn(), Sources: []job.Source{object("media", "a")}, Edit: contentType("text/html")}}.dies(t)
		if info, err := f.Store.Head(t.Context(), r); err != nil || info.ContentType != "text/html" {
			t.Fatalf("it is %+v, %v", info, err)
		}
		return dir
	}
	dir := die()
	check(t, f.Store.SetTags(t.Context(), r, nil)) // as Ceph does at the copy
	check(t, afterwards(t, f.Store, dir, 1).GiveBack(t.Context()))
	if got, err := f.Store.Tags(t.Context(), r); err != nil || !maps.Equal(got, want) {
		t.Errorf("the tags are %v, %v; want %v", got, err, want)
	}
	wantNoDebts(t, dir)

	full(t, f.Store, "a")
	dir = die()
	other := map[string]string{"since": "then"}
	check(t, f.Store.SetTags(t.Context(), r, other))
	check(t, afterwards(t, f.Store, dir, 1).GiveBack(t.Context()))
	if got, err := f.Store.Tags(t.Context(), r); err != nil || !maps.Equal(got, other) {
		t.Errorf("what somebody has set since became %v, %v", got, err)
	}
	wantNoDebts(t, dir)
}

// What is owed to an endpoint that does not answer is owed still.
func TestWhatIsOwedStaysNotedUntilItIsGivenBack(t *testing.T) {
	f := storetest.New(t, storetest.Unknown())
	f.Space(t, "media")
	r := full(t, f.Store, "a")
	dir := t.TempDir()
	errand{URL: f.URL, Ledger: dir, Method: "HEAD", Has: "/media/a", After: 2,
		Spec: job.Spec{Kind: job.Metadata, From: f.Store.Conn(), Sources: []job.Source{object("media", "a")}, Edit: contentType("text/html")}}.dies(t)
	check(t, f.Store.SetTags(t.Context(), r, nil))
	f.Faults.Add(storetest.Rule{Match: storetest.Is("HEAD", "/media/a"), Fault: storetest.Answer(403, "AccessDenied")})
	m := afterwards(t, f.Store, dir, 1)
	if err := m.GiveBack(t.Context()); store.KindOf(err) != store.Denied {
		t.Errorf("it was given back: %v", err)
	}
	f.Faults.Clear()
	check(t, m.GiveBack(t.Context()))
	if got, err := f.Store.Tags(t.Context(), r); err != nil || len(got) == 0 {
		t.Errorf("the tags are %v, %v", got, err)
	}
	wantNoDebts(t, dir)
}

func wantNoDebts(t *testing.T, dir string) {
	t.Helper()
	if left, err := filepath.Glob(filepath.Join(dir, "owed-*")); err != nil || len(left) > 0 {
		t.Errorf("noted is %v, %v", left, err)
	}
}
