package job_test

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
)

// Each policy meets an object that is there already: older, newer, of the same content, or not at all.
func TestPoliciesDecideWhatHappensToWhatIsThere(t *testing.T) {
	now := time.Now()
	for _, c := range []struct {
		policy job.Policy
		want   map[string]string
	}{
		{job.Overwrite, map[string]string{"old.txt": "ours", "new.txt": "ours", "same.txt": "equal", "free.txt": "ours"}},
		{job.Skip, map[string]string{"old.txt": "theirs", "new.txt": "theirs", "same.txt": "equal", "free.txt": "ours"}},
		{job.Newer, map[string]string{"old.txt": "ours", "new.txt": "theirs", "same.txt": "equal", "free.txt": "ours"}},
		{job.Differs, map[string]string{"old.txt": "ours", "new.txt": "ours", "same.txt": "equal", "free.txt": "ours"}},
		{job.KeepBoth, map[string]string{"old.txt": "theirs", "new.txt": "theirs", "same.txt": "equal", "free.txt": "ours",
			"old (1).txt": "ours", "new (1).txt": "ours", "same (1).txt": "equal"}},
	} {
		for _, counted := range []bool{true, false} {
			for _, many := range []bool{false, true} {
				t.Run(fmt.Sprintf("policy %d, counted %v, many %v", c.policy, counted, many), func(t *testing.T) {
					f := storetest.New(t)
					f.Space(t, "media")
					local := map[string]string{"old.txt": "ours", "new.txt": "ours", "same.txt": "equal", "free.txt": "ours"}
					want := maps.Clone(c.want)
					if many { // more than are looked at one by one
						for i := range 60 {
							local[fmt.Sprintf("x%02d", i)], want[fmt.Sprintf("x%02d", i)] = "ours", "ours"
						}
					}
					dir := tree(t, local)
					for name, text := range map[string]string{"old.txt": "theirs", "new.txt": "theirs", "same.txt": "equal"} {
						storetest.Put(t, f.Store, "media", filepath.Base(dir)+"/"+name, text)
					}
					check(t, os.Chtimes(filepath.Join(dir, "old.txt"), now, now.Add(time.Hour)))
					check(t, os.Chtimes(filepath.Join(dir, "new.txt"), now, now.Add(-time.Hour)))
					check(t, os.Chtimes(filepath.Join(dir, "same.txt"), now, now.Add(-time.Hour)))
					m := manager(t, job.Options{}, f.Store)
					p := m.Plan(job.Spec{Kind: job.Upload, To: f.Store.Conn(), Sources: []job.Source{{Local: dir}}, Dest: store.Ref{Space: "media"}})
					if counted {
						check(t, p.Count(t.Context()))
						wantConflicts(t, p, filepath.Base(dir)+"/")
					}
					p.SetPolicy(c.policy)
					status := await(t, m, m.Start(p), ended)
					if status.Phase != job.Done {
						t.Fatalf("ended %v: %v", status.Phase, status.Failed)
					}
					got := map[string]string{}
					for _, key := range storetest.Keys(t, f.Store, "media", "") {
						got[strings.TrimPrefix(key, filepath.Base(dir)+"/")] = storetest.Read(t, f.Store, "media", key)
					}
					if !maps.Equal(got, want) {
						t.Errorf("there is %q, want %q", got, want)
					}
				})
			}
		}
	}
}

func wantConflicts(t *testing.T, p *job.Plan, prefix string) {
	t.Helper()
	var names []string
	for _, c := range p.Conflicts() {
		names = append(names, c.Name)
		if c.Theirs.Modified.IsZero() || c.Ours.Modified.IsZero() || c.Theirs.Size == 0 || c.Ours.Size == 0 {
			t.Errorf("of a conflict only this is known: %+v", c)
		}
	}
	want := []string{prefix + "new.txt", prefix + "old.txt", prefix + "same.txt"}
	if !slices.Equal(names, want) || p.Totals().Conflicts != 3 {
		t.Errorf("conflicts are %q, want %q", names, want)
	}
}

func TestOneNameCanBeDecidedApart(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	fill(t, f.Store, "media", "a/1", "a/2", "b/a/1", "b/a/2")
	storetest.Put(t, f.Store, "media", "b/a/1", "theirs")
	storetest.Put(t, f.Store, "media", "b/a/2", "theirs")
	m := manager(t, job.Options{}, f.Store)
	p := m.Plan(job.Spec{Kind: job.Copy, From: f.Store.Conn(), To: f.Store.Conn(), Sources: []job.Source{folder("media", "a/")}, Dest: store.Ref{Space: "media", Key: "b/"}, Policy: job.Skip})
	check(t, p.Count(t.Context()))
	p.Decide("a/2", job.Overwrite)
	await(t, m, m.Start(p), ended)
	if storetest.Read(t, f.Store, "media", "b/a/1") != "theirs" || storetest.Read(t, f.Store, "media", "b/a/2") != "content of a/2" {
		t.Error("the decision was not kept")
	}
}

func TestAMoveThatSkipsLeavesTheSource(t *testing.T) {
	for _, way := range []string{"renaming", "copying"} {
		f := storetest.New(t, storetest.Listener())
		s := copying(t, f)
		if way == "renaming" {
			s = f.Open(t, func(c *store.Config) { c.Dial = f.Server.Dial })
		}
		f.Space(t, "media")
		fill(t, f.Store, "media", "a/1", "a/2", "b/a/2")
		m := manager(t, job.Options{}, s)
		status := run(t, m, job.Spec{Kind: job.Move, From: s.Conn(), To: s.Conn(), Sources: []job.Source{folder("media", "a/")}, Dest: store.Ref{Space: "media", Key: "b/"}, Policy: job.Skip})
		if status.Phase != job.Done || status.Skipped != 1 {
			t.Errorf("%s: ended %v, %d skipped: %v", way, status.Phase, status.Skipped, status.Failed)
		}
		wantKeys(t, f.Store, "media", "", "a/2", "b/a/1", "b/a/2")
		if got := storetest.Read(t, f.Store, "media", "b/a/2"); got != "content of b/a/2" {
			t.Errorf("%s: the one in the way holds %q now", way, got)
		}
	}
}

func TestSkipNeverReplacesWhatCameInBetween(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	dir := tree(t, map[string]string{"x": "ours"})
	m := manager(t, job.Options{}, f.Store)
	p := m.Plan(job.Spec{Kind: job.Upload, To: f.Store.Conn(), Sources: []job.Source{{Local: filepath.Join(dir, "x")}}, Dest: store.Ref{Space: "media"}, Policy: job.Skip})
	check(t, p.Count(t.Context()))
	storetest.Put(t, f.Store, "media", "x", "theirs")
	status := await(t, m, m.Start(p), ended)
	if status.Phase != job.Done || status.Skipped != 1 || storetest.Read(t, f.Store, "media", "x") != "theirs" {
		t.Errorf("ended %v, %d skipped, %v", status.Phase, status.Skipped, status.Failed)
	}
}

func TestADuplicateGetsANumber(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	fill(t, f.Store, "media", "a/x.tar.gz", "a/.profile")
	m := manager(t, job.Options{}, f.Store)
	for range 2 {
		done(t, m, job.Spec{Kind: job.Copy, From: f.Store.Conn(), To: f.Store.Conn(), Sources: []job.Source{object("media", "a/x.tar.gz"), object("media", "a/.profile")},
			Base: "a/", Dest: store.Ref{Space: "media", Key: "a/"}, Policy: job.KeepBoth})
	}
	wantKeys(t, f.Store, "media", "", "a/x.tar.gz", "a/x (1).tar.gz", "a/x (2).tar.gz", "a/.profile", "a/.profile (1)", "a/.profile (2)")
}

func TestDownloadsKnowWhatIsOnDisk(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	storetest.Put(t, f.Store, "media", "same", "equal")
	storetest.Put(t, f.Store, "media", "other", "their")
	dir := tree(t, map[string]string{"same": "equal", "other": "local"})
	old := time.Now().Add(-time.Hour).Truncate(time.Second)
	check(t, os.Chtimes(filepath.Join(dir, "same"), old, old))
	m := manager(t, job.Options{}, f.Store)
	p := m.Plan(job.Spec{Kind: job.Download, From: f.Store.Conn(), Sources: []job.Source{object("media", "same"), object("media", "other")}, LocalDir: dir, Policy: job.Differs})
	check(t, p.Count(t.Context()))
	if n := len(p.Conflicts()); n != 2 {
		t.Errorf("%d conflicts, want 2", n)
	}
	status := await(t, m, m.Start(p), ended)
	info, err := os.Stat(filepath.Join(dir, "same"))
	check(t, err)
	if status.Skipped != 1 || !info.ModTime().Equal(old) || files(t, dir)["other"] != "their" {
		t.Errorf("skipped %d, files %q", status.Skipped, files(t, dir))
	}
}

func TestADeleteTellsEachKeyThatStays(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	fill(t, f.Store, "media", numberedKeys("a/", 30)...)
	f.Faults.Add(storetest.Rule{Match: storetest.Is("POST", "delete"), Fault: storetest.Answer(400, "InvalidRequest")})
	f.Faults.Add(storetest.Rule{Match: storetest.Is("DELETE", "a/00007"), Fault: storetest.Answer(403, "AccessDenied")})
	m := manager(t, job.Options{}, f.Store)
	status := run(t, m, job.Spec{Kind: job.Delete, From: f.Store.Conn(), Sources: []job.Source{folder("media", "a/")}})
	if status.Phase != job.Failed || status.FailedCount != 1 || status.Failed[0].Name != "a/00007" || !errors.Is(status.Failed[0].Err, store.Denied) || status.ObjectsDone != 29 {
		t.Errorf("ended %v with %v, %d done", status.Phase, status.Failed, status.ObjectsDone)
	}
	if effects := m.Effects(); !slices.ContainsFunc(effects, func(e job.Effect) bool { return e.Ref.Key == "a/" && e.Kind == job.Stale }) {
		t.Errorf("effects are %+v", effects)
	}
}
