package job_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
)

// some is a source that takes some names of a folder; everything is one that takes all of them.
func some(space, key, begins, contains string) job.Source {
	s := folder(space, key)
	s.Match = job.Match{Begins: begins, Contains: contains}
	return s
}

func everything(space, key string) job.Source {
	s := folder(space, key)
	s.Inside = true
	return s
}

func TestASourceTakesTheNamesThatMatch(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	all := []string{"in/", "in/a1", "in/a2/x", "in/a2/y/z", "in/Beta", "in/b/a", "in/xa", "out", "in2/a"}
	fill(t, f.Store, "media", all...)
	m := manager(t, job.Options{}, f.Store)
	for _, x := range []struct {
		source job.Source
		want   []string
	}{
		{some("media", "in/", "a", ""), []string{"in/a1", "in/a2/x", "in/a2/y/z"}},
		{some("media", "in", "", "a"), []string{"in/Beta", "in/a1", "in/a2/x", "in/a2/y/z", "in/xa"}},
		{some("media", "in/", "", "A"), nil},
		{some("media", "in/", "", "2/"), []string{"in/a2/x", "in/a2/y/z"}},
		{some("media", "in/", "a", "1"), []string{"in/a1"}},
		{everything("media", "in/"), []string{"in/Beta", "in/a1", "in/a2/x", "in/a2/y/z", "in/b/a", "in/xa"}},
		{some("media", "", "in", ""), []string{"in/", "in/Beta", "in/a1", "in/a2/x", "in/a2/y/z", "in/b/a", "in/xa", "in2/a"}},
	} {
		p := m.Plan(job.Spec{Kind: job.Delete, From: f.Store.Conn(), Sources: []job.Source{x.source}})
		var got []string
		check(t, p.Each(t.Context(), func(s job.PlannedStep) error { got = append(got, s.From.Key); return nil }))
		slices.Sort(got)
		if !slices.Equal(got, x.want) {
			t.Errorf("%+v takes %q, want %q", x.source.Match, got, x.want)
		}
	}
}

func TestWhatMatchesIsDeletedAndNothingElse(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	fill(t, f.Store, "media", append(numberedKeys("in/gone-", 2100), "in/", "in/gone-dir/x", "in/stays", "gone-")...)
	m := manager(t, job.Options{}, f.Store)
	done(t, m, job.Spec{Kind: job.Delete, From: f.Store.Conn(), Sources: []job.Source{some("media", "in/", "gone-", "")}})
	wantKeys(t, f.Store, "media", "", "in/", "in/stays", "gone-")
}

// Ways that objects go to another place: each of them drops its sources otherwise.
func TestWhatMatchesIsMovedByItsOwnNames(t *testing.T) {
	for engine, options := range map[string][]storetest.Option{"ours": nil, "another": {storetest.Unknown()}} {
		for _, to := range []string{"media", "other"} {
			t.Run(engine+" "+to, func(t *testing.T) {
				f := storetest.New(t, options...)
				f.Space(t, "media")
				f.Space(t, "other")
				fill(t, f.Store, "media", "in/a1", "in/a2/x", "in/", "in/b")
				fill(t, f.Store, to, "to/a1")
				m := manager(t, job.Options{}, f.Store)
				p := m.Plan(job.Spec{Kind: job.Move, From: f.Store.Conn(), To: f.Store.Conn(), Sources: []job.Source{some("media", "in/", "a", "")},
					Base: "in/", Dest: store.Ref{Space: to, Key: "to/"}})
				check(t, p.Count(t.Context()))
				if c := p.Conflicts(); len(c) != 1 || c[0].Name != "a1" {
					t.Errorf("in the way are %+v", c)
				}
				p.SetPolicy(job.KeepBoth)
				if s := await(t, m, m.Start(p), ended); s.Phase != job.Done {
					t.Fatalf("it ended %v: %v", s.Phase, s.Failed)
				}
				wantKeys(t, f.Store, "media", "in/", "in/", "in/b")
				wantKeys(t, f.Store, to, "to/", "to/a1", "to/a1 (1)", "to/a2/x")
			})
		}
	}
}

func TestWhatMatchesGoesUpAndDownButNotIntoItself(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	fill(t, f.Store, "media", "in/a/1", "in/b", "in/in/c")
	m := manager(t, job.Options{}, f.Store)
	move := func(s job.Source, to string) job.Spec {
		return job.Spec{Kind: job.Move, From: f.Store.Conn(), To: f.Store.Conn(), Sources: []job.Source{s}, Base: "in/", Dest: store.Ref{Space: "media", Key: to}}
	}
	if err := m.Plan(move(everything("media", "in/"), "in/a/")).Count(t.Context()); err == nil || !strings.Contains(err.Error(), "into itself") {
		t.Errorf("moving all of a folder into one of its own: %v", err)
	}
	done(t, m, move(some("media", "in/", "b", ""), "in/a/"))
	wantKeys(t, f.Store, "media", "", "in/a/1", "in/a/b", "in/in/c")
	status := run(t, m, move(everything("media", "in/"), ""))
	if status.Phase != job.Failed || status.FailedCount != 1 || status.Failed[0].Name != "in/in/c" {
		t.Errorf("moving up what would be found again ended %v: %v", status.Phase, status.Failed)
	}
	wantKeys(t, f.Store, "media", "", "a/1", "a/b", "in/in/c")
}

func TestNamesAreChosenOnlyWhereThatMeansSomething(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	m := manager(t, job.Options{}, f.Store)
	one := object("media", "a")
	one.Match.Begins = "a"
	for _, s := range []job.Spec{
		{Kind: job.Delete, Sources: []job.Source{one}},
		{Kind: job.Delete, Sources: []job.Source{some("media", "", "a/b", "")}},
		{Kind: job.Destroy, Sources: []job.Source{some("media", "", "a", "")}},
		{Kind: job.Purge, Sources: []job.Source{some("media", "", "a", "")}},
		{Kind: job.Move, Name: "x", Sources: []job.Source{some("media", "", "a", "")}, Dest: store.Ref{Space: "media"}},
	} {
		if err := m.Plan(s).Count(t.Context()); err == nil {
			t.Errorf("a plan was made of %+v", s)
		}
	}
}

func TestASourceThatMatchesIsPlainData(t *testing.T) {
	for _, s := range []job.Source{some("media", "in/", "a\xff", "b"), everything("media", "")} {
		text, err := json.Marshal(s)
		check(t, err)
		var back job.Source
		check(t, json.Unmarshal(text, &back))
		if back != s {
			t.Errorf("%s is read as %+v", text, back)
		}
	}
}

func TestTwoSourcesAreNotWrittenToOneName(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	fill(t, f.Store, "media", "one/x/1", "two/x/1", "two/x/2", "three/y")
	m := manager(t, job.Options{}, f.Store)
	copyOf := func(sources ...job.Source) job.Spec {
		return job.Spec{Kind: job.Copy, From: f.Store.Conn(), To: f.Store.Conn(), Sources: sources, Dest: store.Ref{Space: "media", Key: "to/"}}
	}
	named := object("media", "three/y")
	named.Name = "one/x/1"
	for _, s := range []job.Spec{
		copyOf(everything("media", "one/"), everything("media", "two/")), // seen below their folders only
		copyOf(folder("media", "one/"), named),
	} {
		if err := m.Plan(s).Count(t.Context()); err == nil || !strings.Contains(err.Error(), "would both become") {
			t.Errorf("counting ended with %v", err)
		}
		if status := await(t, m, m.Start(m.Plan(s)), ended); status.Phase != job.Failed {
			t.Errorf("the job ended %v", status.Phase)
		}
	}
	done(t, m, copyOf(everything("media", "one/"), some("media", "three/", "y", "")))
}
