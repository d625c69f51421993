package job_test

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
)

// noting is a manager that notes what its jobs do, in a directory that outlives it.
func noting(t testing.TB, dir string, o job.Options, stores ...*store.Store) *job.Manager {
	t.Helper()
	l, err := job.OpenLedger(dir)
	check(t, err)
	t.Cleanup(func() { _ = l.Close() })
	o.Ledger = l
	return manager(t, o, stores...)
}

// undo takes back the job that stands at an index of Undoable, and wants it done in full.
func undo(t testing.TB, m *job.Manager, at int) job.Status {
	t.Helper()
	list := m.Undoable()
	if len(list) <= at {
		t.Fatalf("there are %d jobs to undo: %+v", len(list), list)
	}
	p, err := m.UndoPlan(list[at].ID)
	check(t, err)
	check(t, p.Count(t.Context()))
	status := await(t, m, m.Start(p), ended)
	if status.Phase != job.Done || status.FailedCount != 0 {
		t.Fatalf("%s ended %v: %v", status.Title, status.Phase, status.Failed)
	}
	return status
}

func titles(list []job.Undoable) []string {
	var all []string
	for _, u := range list {
		all = append(all, u.Title)
	}
	return all
}

// engines are an endpoint that renames many at once, one that renames single objects, and one that copies.
func engines(t *testing.T, do func(t *testing.T, f *storetest.Fixture, s *store.Store)) {
	t.Run("batches", func(t *testing.T) {
		f := storetest.New(t)
		f.Space(t, "media")
		do(t, f, f.Store)
	})
	t.Run("single", func(t *testing.T) {
		f := storetest.New(t)
		f.Space(t, "media")
		for _, op := range []string{"renameObjects", "changeObjects"} {
			f.Faults.Add(storetest.Rule{Match: storetest.Is("POST", op), Fault: storetest.Answer(http.StatusNotImplemented, "NotImplemented")})
		}
		do(t, f, f.Store)
	})
	t.Run("copies", func(t *testing.T) {
		f := storetest.New(t, storetest.Listener())
		f.Space(t, "media")
		do(t, f, copying(t, f))
	})
}

func move(s *store.Store, dest, base string, sources ...job.Source) job.Spec {
	return job.Spec{Kind: job.Move, From: s.Conn(), To: s.Conn(), Sources: sources, Base: base, Dest: store.Ref{Space: "media", Key: dest}}
}

func TestAMoveIsUndone(t *testing.T) {
	engines(t, func(t *testing.T, f *storetest.Fixture, s *store.Store) {
		keys := []string{"a/one", "a/deep/two", "a/deep/", "a/ +%2F&<é", "x.txt"}
		fill(t, f.Store, "media", keys...)
		m := noting(t, t.TempDir(), job.Options{}, s)
		done(t, m, move(s, "other/", "", folder("media", "a/"), object("media", "x.txt")))
		list := m.Undoable()
		if len(list) != 1 || list[0].Title != "Move of 1 folder and 1 file to media/other/" || list[0].Objects != 5 || list[0].Why != "" || list[0].Part {
			t.Fatalf("to undo is %+v", list)
		}
		status := undo(t, m, 0)
		if status.ObjectsDone != 5 || status.Title != "Undo of the move of 1 folder and 1 file to media/other/" {
			t.Errorf("%q did %d", status.Title, status.ObjectsDone)
		}
		wantKeys(t, f.Store, "media", "", keys...)
		for _, key := range keys {
			if got := storetest.Read(t, f.Store, "media", key); got != "content of "+key {
				t.Errorf("%q holds %q", key, got)
			}
		}
	})
}

func TestAnUndoIsUndoneAndDoneAgain(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	fill(t, f.Store, "media", "a")
	m := noting(t, t.TempDir(), job.Options{}, f.Store)
	rename := move(f.Store, "", "", object("media", "a"))
	rename.Name = "b"
	done(t, m, rename)
	for _, want := range []struct{ title, key string }{{"Undo of the rename of a to b", "a"}, {"Redo of the rename of a to b", "b"}, {"Undo of the rename of a to b", "a"}} {
		if status := undo(t, m, 0); status.Title != want.title {
			t.Errorf("it is called %q, want %q", status.Title, want.title)
		}
		wantKeys(t, f.Store, "media", "", want.key)
		if n := len(m.Undoable()); n != 1 {
			t.Errorf("%d jobs are to be undone: %q", n, titles(m.Undoable()))
		}
	}
}

func TestAChainOfRenamesIsUndoneInItsOrder(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	fill(t, f.Store, "media", "a")
	m := noting(t, t.TempDir(), job.Options{}, f.Store)
	for _, pair := range []string{"ab", "bc"} {
		rename := move(f.Store, "", "", object("media", pair[:1]))
		rename.Name = pair[1:]
		done(t, m, rename)
	}
	if got := titles(m.Undoable()); !slices.Equal(got, []string{"Rename of b to c", "Rename of a to b"}) {
		t.Fatalf("to undo is %q", got)
	}
	undo(t, m, 0)
	wantKeys(t, f.Store, "media", "", "b")
	undo(t, m, 1) // behind the undo, which can be undone too
	wantKeys(t, f.Store, "media", "", "a")
}

// What somebody wrote to, took away, or put where things were is theirs.
func TestWhatChangedSinceIsLeftAlone(t *testing.T) {
	engines(t, func(t *testing.T, f *storetest.Fixture, s *store.Store) {
		fill(t, f.Store, "media", "a/1", "a/2", "a/3", "a/4", "b/other")
		m := noting(t, t.TempDir(), job.Options{}, s)
		done(t, m, move(s, "b/", "", folder("media", "a/")))
		storetest.Put(t, f.Store, "media", "b/a/1", "new content")
		check(t, f.Store.Delete(t.Context(), store.Ref{Space: "media", Key: "b/a/2"}))
		storetest.Put(t, f.Store, "media", "a/3", "in the way")
		p, err := m.UndoPlan(m.Undoable()[0].ID)
		check(t, err)
		check(t, p.Count(t.Context()))
		totals := p.Totals()
		if totals.Objects != 2 || totals.LeftOut != 2 || totals.Conflicts != 1 || len(p.Conflicts()) != 1 || p.Conflicts()[0].Name != "a/3" {
			t.Errorf("the plan is %+v, in the way %+v", totals, p.Conflicts())
		}
		for _, left := range p.LeftOut() {
			if want := map[string]string{"b/a/1": "it was written to since", "b/a/2": "it is not there any more"}[left.Name]; left.Err.Error() != want {
				t.Errorf("%s is left: %v", left.Name, left.Err)
			}
		}
		status := await(t, m, m.Start(p), ended)
		if status.Phase != job.Done || status.Skipped != 1 {
			t.Errorf("ended %v, %d skipped, failed %v", status.Phase, status.Skipped, status.Failed)
		}
		wantKeys(t, f.Store, "media", "", "a/3", "a/4", "b/a/1", "b/a/3", "b/other")
		if storetest.Read(t, f.Store, "media", "a/3") != "in the way" || storetest.Read(t, f.Store, "media", "b/a/1") != "new content" {
			t.Error("what is somebody else's was replaced")
		}
	})
}

func TestAMoveThatReplacedSomethingSaysSo(t *testing.T) {
	engines(t, func(t *testing.T, f *storetest.Fixture, s *store.Store) {
		fill(t, f.Store, "media", "a/1", "a/2", "a/3", "b/a/1", "b/a/3")
		storetest.Put(t, f.Store, "media", "b/a/1", "theirs")
		m := noting(t, t.TempDir(), job.Options{}, s)
		p := m.Plan(move(s, "b/", "", folder("media", "a/")))
		check(t, p.Count(t.Context()))
		p.SetPolicy(job.Overwrite)
		p.Decide("a/3", job.Skip)
		await(t, m, m.Start(p), ended)
		list := m.Undoable()
		if len(list) != 1 || list[0].Replaced != 1 || list[0].Objects != 2 || list[0].Unsure != 0 {
			t.Fatalf("to undo is %+v", list)
		}
		undo(t, m, 0)
		wantKeys(t, f.Store, "media", "", "a/1", "a/2", "a/3", "b/a/3")
	})
}

func TestWhatAMoveCalledOtherwiseGetsItsNameBack(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	fill(t, f.Store, "media", "a/x.txt", "b/x.txt")
	m := noting(t, t.TempDir(), job.Options{}, f.Store)
	spec := move(f.Store, "b/", "a/", object("media", "a/x.txt"))
	spec.Policy = job.KeepBoth
	done(t, m, spec)
	wantKeys(t, f.Store, "media", "", "b/x (1).txt", "b/x.txt")
	undo(t, m, 0)
	wantKeys(t, f.Store, "media", "", "a/x.txt", "b/x.txt")
}

// A folder of which the sources were not deleted yet is copied in part: what was made goes, and all is as before.
func TestHalfAMoveIsUndone(t *testing.T) {
	for _, workers := range []int{1, 4} {
		f := storetest.New(t, storetest.Listener())
		s := copying(t, f)
		f.Space(t, "media")
		keys := append(numberedKeys("a/", 40), numberedKeys("c/", 40)...)
		fill(t, f.Store, "media", keys...)
		entered := make(chan struct{}, 100)
		f.Faults.Add(storetest.Rule{Match: storetest.Is("PUT", "/b/"), Skip: 60, Fault: storetest.Hang(entered)})
		m := noting(t, t.TempDir(), job.Options{Workers: workers}, s)
		sources := []job.Source{folder("media", "a/")}
		for _, key := range keys[40:] {
			sources = append(sources, object("media", key))
		}
		spec := move(s, "b/", "", sources...)
		spec.Policy = job.Skip
		id := m.Start(m.Plan(spec))
		<-entered
		running := m.Undoable()
		if len(running) != 1 || !strings.Contains(running[0].Why, "still runs") {
			t.Errorf("while it runs, to undo is %+v", running)
		}
		if len(running) == 1 {
			if _, err := m.UndoPlan(running[0].ID); err == nil {
				t.Error("what still runs is undone")
			}
		}
		m.Cancel(id)
		await(t, m, id, ended)
		f.Faults.Clear()
		if n := len(storetest.Keys(t, f.Store, "media", "b/")); n < 50 {
			t.Fatalf("%d have arrived", n)
		}
		undo(t, m, 0)
		wantKeys(t, f.Store, "media", "", keys...)
	}
}

func TestAnotherProgramUndoesWhatOneDid(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	keys := numberedKeys("a/", 5000)
	fill(t, f.Store, "media", keys...)
	dir := t.TempDir()
	one, other := noting(t, dir, job.Options{}, f.Store), noting(t, dir, job.Options{}, f.Store)
	done(t, one, move(f.Store, "b/", "", folder("media", "a/")))
	if status := undo(t, other, 0); status.ObjectsDone != len(keys) {
		t.Errorf("%d of %d were moved back", status.ObjectsDone, len(keys))
	}
	if got := titles(one.Undoable()); !slices.Equal(got, []string{"Undo of the move of a/ to media/b/"}) {
		t.Errorf("the one can undo %q", got)
	}
	wantKeys(t, f.Store, "media", "b/")
	if n := len(storetest.Keys(t, f.Store, "media", "a/")); n != len(keys) {
		t.Errorf("%d are back", n)
	}
}

func TestAMoveToAnotherEndpointIsUndone(t *testing.T) {
	f, g := storetest.New(t), storetest.New(t, storetest.Config(func(c *store.Config) { c.Conn = "other" }))
	f.Space(t, "media")
	g.Space(t, "media")
	fill(t, f.Store, "media", "a/1", "a/2")
	m := noting(t, t.TempDir(), job.Options{}, f.Store, g.Store)
	spec := move(f.Store, "b/", "", folder("media", "a/"))
	spec.To = g.Store.Conn()
	done(t, m, spec)
	wantKeys(t, g.Store, "media", "", "b/a/1", "b/a/2")
	undo(t, m, 0)
	wantKeys(t, g.Store, "media", "")
	wantKeys(t, f.Store, "media", "", "a/1", "a/2")
}

func TestPermissionsAreUndoneWhereTheyAreStillThose(t *testing.T) {
	engines(t, func(t *testing.T, f *storetest.Fixture, s *store.Store) {
		fill(t, f.Store, "media", "a/1", "a/2", "a/3", "a/4")
		public := func(key string) {
			check(t, f.Store.SetAccess(t.Context(), store.Ref{Space: "media", Key: key}, store.PublicRead))
		}
		public("a/1")
		m := noting(t, t.TempDir(), job.Options{}, s)
		done(t, m, job.Spec{Kind: job.Permissions, From: s.Conn(), Sources: []job.Source{folder("media", "a/")}, Access: store.PublicRead})
		if list := m.Undoable(); len(list) != 1 || list[0].Objects != 3 || list[0].Title != "Permissions of a/" {
			t.Fatalf("to undo is %+v", list)
		}
		check(t, f.Store.SetAccess(t.Context(), store.Ref{Space: "media", Key: "a/3"}, store.Private))
		if status := undo(t, m, 0); status.Skipped != 1 {
			t.Errorf("%d skipped", status.Skipped)
		}
		for key, want := range map[string]store.Access{"a/1": store.PublicRead, "a/2": store.Private, "a/3": store.Private, "a/4": store.Private} {
			if got, err := f.Store.Access(t.Context(), store.Ref{Space: "media", Key: key}); err != nil || got != want {
				t.Errorf("%s is %s, %v", key, got, err)
			}
		}
		undo(t, m, 0)
		if got, err := f.Store.Access(t.Context(), store.Ref{Space: "media", Key: "a/2"}); err != nil || got != store.PublicRead {
			t.Errorf("done again, it is %s, %v", got, err)
		}
	})
}

func TestMetadataIsUndoneObjectByObject(t *testing.T) {
	engines(t, func(t *testing.T, f *storetest.Fixture, s *store.Store) {
		props := map[string]store.Props{
			"a/1": {ContentType: "text/x", CacheControl: "no-store", Meta: map[string]string{"owner": "é sammy", "keep": "1"}},
			"a/2": {ContentType: "text/y", Meta: map[string]string{"draft": "yes"}},
			"a/3": {ContentType: "text/z", CacheControl: "max-age=1"},
		}
		for key, p := range props {
			_, err := f.Store.Put(t.Context(), store.Ref{Space: "media", Key: key}, strings.NewReader(key), int64(len(key)), p, store.PutOptions{})
			check(t, err)
		}
		m := noting(t, t.TempDir(), job.Options{}, s)
		edit := job.Edit{Set: map[string]string{"cache-control": "max-age=60", "X-Amz-Meta-Owner": "all"}, Unset: []string{"x-amz-meta-draft"}}
		done(t, m, job.Spec{Kind: job.Metadata, From: s.Conn(), Sources: []job.Source{folder("media", "a/")}, Edit: edit})
		done(t, m, job.Spec{Kind: job.Metadata, From: s.Conn(), Sources: []job.Source{object("media", "a/3")}, Edit: job.Edit{Set: map[string]string{"Cache-Control": "mine"}}})
		if status := undo(t, m, 1); status.Skipped != 1 {
			t.Errorf("%d skipped", status.Skipped)
		}
		undo(t, m, 1) // behind the undo before
		for key, want := range props {
			if key == "a/3" {
				want.CacheControl, want.Meta = "max-age=60", map[string]string{"owner": "all"}
			}
			info, err := f.Store.Head(t.Context(), store.Ref{Space: "media", Key: key})
			check(t, err)
			if info.ContentType != want.ContentType || info.CacheControl != want.CacheControl || !maps.Equal(info.Meta, want.Meta) {
				t.Errorf("%s has %q %q %v, want %+v", key, info.ContentType, info.CacheControl, info.Meta, want)
			}
		}
	})
}

func TestTagsAreUndone(t *testing.T) {
	engines(t, func(t *testing.T, f *storetest.Fixture, s *store.Store) {
		fill(t, f.Store, "media", "a/1", "a/2", "a/3")
		tags := func(key string) map[string]string {
			got, err := f.Store.Tags(t.Context(), store.Ref{Space: "media", Key: key})
			check(t, err)
			return got
		}
		was := map[string]map[string]string{"a/1": {"team": "web", "old": ""}, "a/2": {"other": "1"}, "a/3": {}}
		for key, list := range was {
			if len(list) > 0 {
				check(t, f.Store.SetTags(t.Context(), store.Ref{Space: "media", Key: key}, list))
			}
		}
		m := noting(t, t.TempDir(), job.Options{}, s)
		done(t, m, job.Spec{Kind: job.Tags, From: s.Conn(), Sources: []job.Source{folder("media", "a/")}, Edit: job.Edit{Set: map[string]string{"team": ""}, Unset: []string{"old"}}})
		if got := tags("a/1"); !maps.Equal(got, map[string]string{"team": ""}) {
			t.Fatalf("a/1 has %v", got)
		}
		undo(t, m, 0)
		for key, want := range was {
			if got := tags(key); !maps.Equal(got, want) {
				t.Errorf("%s has %v, want %v", key, got, want)
			}
		}
	})
}

func TestTwentyJobsAreNoted(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	fill(t, f.Store, "media", "n0")
	m := noting(t, t.TempDir(), job.Options{}, f.Store)
	if m.HasUndoable() {
		t.Error("there is something to undo")
	}
	for i := range 25 {
		rename := move(f.Store, "", "", object("media", fmt.Sprintf("n%d", i)))
		rename.Name = fmt.Sprintf("n%d", i+1)
		done(t, m, rename)
	}
	list := m.Undoable()
	if len(list) != 20 || list[0].Title != "Rename of n24 to n25" || list[19].Title != "Rename of n5 to n6" || !m.HasUndoable() {
		t.Errorf("to undo are %q", titles(list))
	}
}

func TestAJobThatDidNothingIsNotNoted(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	fill(t, f.Store, "media", "a/x", "b/x")
	dir := t.TempDir()
	m := noting(t, dir, job.Options{}, f.Store)
	spec := move(f.Store, "b/", "a/", object("media", "a/x"))
	spec.Policy = job.Skip
	run(t, m, spec)
	if files, _ := filepath.Glob(filepath.Join(dir, "done-*")); len(files) > 0 || len(m.Undoable()) > 0 {
		t.Errorf("noted are %q", files)
	}
}

// What a program that died had noted is taken back, and what it had not stays.
func TestWhatADeadProgramNotedIsUndone(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	keys := numberedKeys("a/", 6000)
	fill(t, f.Store, "media", keys...)
	dir := t.TempDir()
	done(t, noting(t, dir, job.Options{}, f.Store), move(f.Store, "b/", "", folder("media", "a/")))
	files, err := filepath.Glob(filepath.Join(dir, "done-*"))
	check(t, err)
	info, err := os.Stat(files[0])
	check(t, err)
	check(t, os.Truncate(files[0], info.Size()/2))
	m := noting(t, dir, job.Options{}, f.Store)
	list := m.Undoable()
	if len(list) != 1 || !list[0].Part || list[0].Objects == 0 || list[0].Objects >= len(keys) {
		t.Fatalf("to undo is %+v", list)
	}
	status := undo(t, m, 0)
	if n := len(storetest.Keys(t, f.Store, "media", "a/")); n != list[0].Objects || n != status.ObjectsDone {
		t.Errorf("%d are back, %d were noted, %d done", n, list[0].Objects, status.ObjectsDone)
	}
}

func TestATornFileIsNotUndone(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	fill(t, f.Store, "media", "a")
	dir := t.TempDir()
	rename := move(f.Store, "", "", object("media", "a"))
	rename.Name = "b"
	done(t, noting(t, dir, job.Options{}, f.Store), rename)
	files, err := filepath.Glob(filepath.Join(dir, "done-*"))
	check(t, err)
	whole, err := os.ReadFile(files[0])
	check(t, err)
	for cut := 0; cut < len(whole); cut += 5 {
		for _, text := range [][]byte{whole[:cut], append(bytes.Clone(whole[:cut]), bytes.Repeat([]byte{0xff}, len(whole)-cut)...)} {
			check(t, os.WriteFile(files[0], text, 0o600))
			m := noting(t, dir, job.Options{}, f.Store)
			for _, u := range m.Undoable() {
				if p, err := m.UndoPlan(u.ID); err == nil {
					_ = p.Count(t.Context())
				}
			}
		}
	}
	wantKeys(t, f.Store, "media", "", "b")
}

func TestAnUndoThatWasCutShortGoesOnInTheNextRun(t *testing.T) {
	f := storetest.New(t, storetest.Listener())
	s := copying(t, f)
	f.Space(t, "media")
	keys := numberedKeys("a/", 60)
	fill(t, f.Store, "media", keys...)
	dir := t.TempDir()
	m := noting(t, dir, job.Options{Workers: 1}, s)
	done(t, m, move(s, "b/", "", folder("media", "a/")))
	entered := make(chan struct{}, 100)
	f.Faults.Add(storetest.Rule{Match: storetest.Is("PUT", "/a/"), Skip: 20, Fault: storetest.Hang(entered)})
	p, err := m.UndoPlan(m.Undoable()[0].ID)
	check(t, err)
	check(t, p.Count(t.Context()))
	m.Start(p)
	<-entered
	if list := m.Undoable(); len(list) == 0 || list[len(list)-1].Why != "it is being undone" {
		t.Errorf("meanwhile, to undo is %+v", list)
	}
	if _, err := m.UndoPlan(m.Undoable()[len(m.Undoable())-1].ID); err == nil {
		t.Error("it is undone twice at a time")
	}
	check(t, m.Close(t.Context()))
	f.Faults.Clear()

	m = noting(t, dir, job.Options{}, s)
	left := m.Unfinished()
	if len(left) != 1 || left[0].Title != "Undo of the move of a/ to media/b/" || left[0].Why != "" {
		t.Fatalf("unfinished is %+v", left)
	}
	id, err := m.Again(left[0].ID)
	check(t, err)
	if status := await(t, m, id, ended); status.Phase != job.Done || status.LeftOut != 0 {
		t.Errorf("ended %v, %d left out, failed %v", status.Phase, status.LeftOut, status.Failed)
	}
	wantKeys(t, f.Store, "media", "", keys...)
}

func TestMoreThanCanBeNotedSaysSo(t *testing.T) {
	defer job.NoteAtMost(10)()
	f := storetest.New(t)
	f.Space(t, "media")
	fill(t, f.Store, "media", numberedKeys("a/", 11)...)
	m := noting(t, t.TempDir(), job.Options{}, f.Store)
	done(t, m, move(f.Store, "b/", "", folder("media", "a/")))
	list := m.Undoable()
	if len(list) != 1 || !strings.Contains(list[0].Why, "more than can be noted") {
		t.Fatalf("to undo is %+v", list)
	}
	if _, err := m.UndoPlan(list[0].ID); err == nil {
		t.Error("it is undone")
	}
}

func TestAJobThatIsTriedAgainIsUndoneAsOne(t *testing.T) {
	f := storetest.New(t, storetest.Listener())
	s := copying(t, f)
	f.Space(t, "media")
	keys := numberedKeys("a/", 20)
	fill(t, f.Store, "media", keys...)
	f.Faults.Add(storetest.Rule{Match: storetest.Is("PUT", "/b/"), Skip: 12, Fault: storetest.Answer(http.StatusForbidden, "AccessDenied")})
	m := noting(t, t.TempDir(), job.Options{Workers: 1}, s)
	var sources []job.Source
	for _, key := range keys {
		sources = append(sources, object("media", key))
	}
	id := m.Start(m.Plan(move(s, "b/", "", sources...)))
	await(t, m, id, ended)
	if list := m.Undoable(); len(list) != 1 || list[0].Objects != 12 {
		t.Errorf("to undo is %+v", list)
	}
	f.Faults.Clear()
	m.Retry(id)
	await(t, m, id, func(s job.Status) bool { return s.Phase == job.Done })
	if list := m.Undoable(); len(list) != 1 || list[0].Objects != 20 {
		t.Errorf("to undo is %+v", list)
	}
	undo(t, m, 0)
	wantKeys(t, f.Store, "media", "", keys...)
}

func TestADeleteToTheTrashIsUndoneAndDoneAgain(t *testing.T) {
	engines(t, func(t *testing.T, f *storetest.Fixture, s *store.Store) {
		fill(t, f.Store, "media", "f/1", "f/sub/2", "a", "z/1")
		check(t, f.Store.SetAccess(t.Context(), store.Ref{Space: "media", Key: "f/1"}, store.PublicRead))
		m := noting(t, t.TempDir(), job.Options{}, s)
		done(t, m, job.ToTrash(s.Conn(), "media", trashSources(), trashed))
		wantKeys(t, f.Store, "media", "z/", "z/1")
		if u := m.Undoable(); len(u) != 1 || u[0].Unsure != 0 || u[0].Objects != 3 {
			t.Errorf("to be undone is %+v", u)
		}
		undo(t, m, 0)
		wantKeys(t, f.Store, "media", "", "a", "f/1", "f/sub/2", "z/1")
		wantAccess(t, f.Store, "f/1", store.PublicRead)
		wantAccess(t, f.Store, "a", store.Private)
		undo(t, m, 0)
		for _, key := range storetest.Keys(t, f.Store, "media", "") {
			if key != "z/1" && !store.InTrash(key) {
				t.Errorf("%s is left", key)
			}
			if s != f.Store {
				wantAccess(t, f.Store, key, store.Private)
			}
		}
	})
}
