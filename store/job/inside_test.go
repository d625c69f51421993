package job_test

import (
	"maps"
	"slices"
	"sync"
	"testing"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
)

func TestWhatIsInsideAFolderArrivesWithoutIt(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	f.Space(t, "other")
	m := manager(t, job.Options{}, f.Store)
	conn := f.Store.Conn()
	dir := tree(t, map[string]string{"x": "1", "sub/y": "2", "empty/": ""})
	up := []job.Source{{Local: dir, Inside: true}}
	done(t, m, job.Spec{Kind: job.Upload, To: conn, Sources: up, Dest: store.Ref{Space: "media"}})
	done(t, m, job.Spec{Kind: job.Upload, To: conn, Sources: up, Dest: store.Ref{Space: "media", Key: "up/"}})
	wantKeys(t, f.Store, "media", "", "empty/", "sub/y", "up/empty/", "up/sub/y", "up/x", "x")

	in := []job.Source{{Ref: store.Ref{Space: "media", Key: "up/"}, Folder: true, Inside: true}}
	done(t, m, job.Spec{Kind: job.Copy, From: conn, To: conn, Sources: in, Dest: store.Ref{Space: "other"}})
	wantKeys(t, f.Store, "other", "", "empty/", "sub/y", "x")
	down := t.TempDir()
	done(t, m, job.Spec{Kind: job.Download, From: conn, Sources: in, LocalDir: down})
	if got := files(t, down); !maps.Equal(got, map[string]string{"x": "1", "sub/y": "2"}) {
		t.Errorf("down came %v", got)
	}
	done(t, m, job.Spec{Kind: job.Move, From: conn, To: conn, Sources: in, Dest: store.Ref{Space: "other", Key: "up/"}})
	wantKeys(t, f.Store, "other", "", "empty/", "sub/y", "up/empty/", "up/sub/y", "up/x", "x")
	wantKeys(t, f.Store, "media", "up/")

	twice := []job.Source{{Local: dir, Inside: true}, {Local: tree(t, map[string]string{"x": "3"}), Inside: true}}
	if err := m.Plan(job.Spec{Kind: job.Upload, To: conn, Sources: twice, Dest: store.Ref{Space: "media"}}).Count(t.Context()); err == nil {
		t.Error("two directories that would be mixed are taken")
	}
}

// Of more objects than are looked at one by one, so that the destination is listed.
func TestWhatIsInTheWayOfAWholeSpaceIsFound(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	f.Space(t, "other")
	for i := range 40 {
		fill(t, f.Store, "media", "a/b/"+string(rune('A'+i)))
	}
	fill(t, f.Store, "other", "a/b/A", "a/b/B")
	m := manager(t, job.Options{}, f.Store)
	p := m.Plan(job.Spec{Kind: job.Copy, From: f.Store.Conn(), To: f.Store.Conn(), Sources: []job.Source{{Ref: store.Ref{Space: "media"}, Folder: true}}, Dest: store.Ref{Space: "other"}})
	check(t, p.Count(t.Context()))
	if n := len(p.Conflicts()); n != 2 {
		t.Errorf("%d are in the way", n)
	}
}

func TestEachOutcomeIsTold(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	fill(t, f.Store, "media", "a", "b", "c", "to/b")
	var mu sync.Mutex
	told := map[string]string{}
	m := manager(t, job.Options{Outcome: func(_ job.ID, o job.Outcome) {
		mu.Lock()
		defer mu.Unlock()
		what := "done " + o.To.Key
		if o.Err != nil {
			what = "failed"
		} else if o.Skipped {
			what = "skipped"
		}
		told[o.From.Key] = what
	}}, f.Store)
	f.Faults.Add(storetest.Rule{Match: storetest.Is("PUT", "/to/c"), Fault: storetest.Answer(403, "AccessDenied")})
	status := run(t, m, job.Spec{Kind: job.Copy, From: f.Store.Conn(), To: f.Store.Conn(), Policy: job.Skip,
		Sources: []job.Source{object("media", "a"), object("media", "b"), object("media", "c")}, Dest: store.Ref{Space: "media", Key: "to/"}})
	if want := map[string]string{"a": "done to/a", "b": "skipped", "c": "failed"}; !maps.Equal(told, want) {
		t.Errorf("told was %v: %v", told, status.Failed)
	}
	clear(told)
	done(t, m, job.Spec{Kind: job.Delete, From: f.Store.Conn(), Sources: []job.Source{folder("media", "to/"), object("media", "a")}})
	if got := slices.Sorted(maps.Keys(told)); !slices.Equal(got, []string{"a", "to/a", "to/b"}) {
		t.Errorf("deleted were %v", got)
	}
}
