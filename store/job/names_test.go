package job_test

import (
	"strings"
	"testing"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
)

func TestSeveralThingsGetNamesOfTheirOwn(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	fill(t, f.Store, "media", "d/a", "d/b", "d/f/x", "d/f/y/z", "d/other")
	m := manager(t, job.Options{}, f.Store)
	named := func(s job.Source, name string) job.Source { s.Name = name; return s }
	dest := store.Ref{Space: "media", Key: "d/"}
	p := m.Plan(job.Spec{Kind: job.Move, Dest: dest, Base: "d/", Policy: job.Skip, Sources: []job.Source{
		named(object("media", "d/a"), "é 1"), named(object("media", "d/b"), "b2"), named(folder("media", "d/f/"), "g")}})
	if s := await(t, m, m.Start(p), ended); s.Phase != job.Done {
		t.Fatalf("%+v", s)
	}
	page, err := f.Store.List(t.Context(), store.ListRequest{Space: "media"})
	check(t, err)
	var keys []string
	for _, e := range page.Entries {
		keys = append(keys, e.Key)
	}
	if got, want := strings.Join(keys, " "), "d/b2 d/g/x d/g/y/z d/other d/é 1"; got != want {
		t.Errorf("there are %s, want %s", got, want)
	}
	p = m.Plan(job.Spec{Kind: job.Move, Dest: dest, Base: "d/", Sources: []job.Source{
		named(object("media", "d/b2"), "same"), named(object("media", "d/other"), "same")}})
	if err := p.Totals().Err; err == nil || !strings.Contains(err.Error(), `would both become "d/same"`) {
		t.Errorf("two of a name: %v", err)
	}
}
