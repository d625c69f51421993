package job_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
)

var trashed = time.Date(2026, 11, 26, 22, 0, 0, 0, time.UTC)

// batchOf is the batch that a Spec makes.
func batchOf(t *testing.T, s job.Spec) store.TrashBatch {
	t.Helper()
	b, _, _, ok := store.TrashBatchOf(s.Dest.Key)
	if !ok {
		t.Fatalf("no batch: %q", s.Dest.Key)
	}
	return b
}

func trashSources() []job.Source {
	return []job.Source{folder("media", "f/"), object("media", "a")}
}

// deep fills a Space with what is deleted, and something beside it.
func deep(t *testing.T, f *storetest.Fixture) {
	t.Helper()
	f.Space(t, "media")
	fill(t, f.Store, "media", "f/1", "f/sub/2", "a", "fa", "z/1")
	check(t, f.Store.SetAccess(t.Context(), store.Ref{Space: "media", Key: "f/1"}, store.PublicRead))
}

func wantAccess(t *testing.T, s *store.Store, key string, want store.Access) {
	t.Helper()
	if got, err := s.Access(t.Context(), store.Ref{Space: "media", Key: key}); err != nil || got != want {
		t.Errorf("%s is %s, %v", key, got, err)
	}
}

func TestADeleteToTheTrashIsARenameOnOurServer(t *testing.T) {
	f := storetest.New(t)
	deep(t, f)
	m := manager(t, job.Options{}, f.Store)
	spec := job.ToTrash(f.Store.Conn(), "media", trashSources(), trashed)
	b := batchOf(t, spec)
	f.Faults.Clear()
	status := done(t, m, spec)
	if status.Title != "Move f/ and 1 more to the trash" || status.ObjectsDone != 3 {
		t.Errorf("%q, %d", status.Title, status.ObjectsDone)
	}
	for _, r := range f.Faults.Requests() {
		if strings.HasPrefix(r, "PUT") || strings.HasPrefix(r, "DELETE") || strings.HasPrefix(r, "GET /media/") && !strings.Contains(r, "acl") {
			t.Errorf("sent %s", r)
		}
	}
	wantKeys(t, f.Store, "media", "", b.Prefix()+"a", b.Prefix()+"f/1", b.Prefix()+"f/sub/2", "fa", "z/1")

	status = done(t, m, job.FromTrash(f.Store.Conn(), "media", b))
	if len(status.Remarks) != 0 || status.ObjectsDone != 3 || status.Title != "Restore from the trash of media" {
		t.Errorf("%q %d %v", status.Title, status.ObjectsDone, status.Remarks)
	}
	wantKeys(t, f.Store, "media", "", "a", "f/1", "f/sub/2", "fa", "z/1")
	wantAccess(t, f.Store, "f/1", store.PublicRead)
	wantAccess(t, f.Store, "f/sub/2", store.Private)
}

// Elsewhere a stranger can read whatever is public, and so nothing in the trash is.
func TestWhatIsInTheTrashIsPrivateAndComesBackPublic(t *testing.T) {
	f := storetest.New(t, storetest.Unknown())
	deep(t, f)
	s := copying(t, f)
	m := manager(t, job.Options{}, s)
	spec := job.ToTrash(s.Conn(), "media", trashSources(), trashed)
	b := batchOf(t, spec)
	done(t, m, spec)
	wantKeys(t, s, "media", "", b.Public()+"f/1", b.Prefix()+"a", b.Prefix()+"f/sub/2", "fa", "z/1")
	wantAccess(t, s, b.Public()+"f/1", store.Private)
	done(t, m, job.FromTrash(s.Conn(), "media", b))
	wantKeys(t, s, "media", "", "a", "f/1", "f/sub/2", "fa", "z/1")
	wantAccess(t, s, "f/1", store.PublicRead)
	wantAccess(t, s, "f/sub/2", store.Private)
	wantAccess(t, s, "a", store.Private)
}

func TestARestoreOverwritesNothingUnasked(t *testing.T) {
	for name, open := range map[string]func(*testing.T) (*storetest.Fixture, *store.Store){
		"ours": func(t *testing.T) (*storetest.Fixture, *store.Store) { f := storetest.New(t); return f, f.Store },
		"elsewhere": func(t *testing.T) (*storetest.Fixture, *store.Store) {
			f := storetest.New(t, storetest.Unknown())
			return f, copying(t, f)
		},
	} {
		for _, many := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				f, s := open(t)
				deep(t, f)
				if many { // more than are asked one by one what is at their destinations
					fill(t, f.Store, "media", numberedKeys("f/n", 60)...)
				}
				m := manager(t, job.Options{}, s)
				spec := job.ToTrash(s.Conn(), "media", trashSources(), trashed)
				b := batchOf(t, spec)
				done(t, m, spec)
				storetest.Put(t, f.Store, "media", "f/sub/2", "newer")
				storetest.Put(t, f.Store, "media", "a", "newer")
				back := job.FromTrash(s.Conn(), "media", b)
				p := m.Plan(back)
				check(t, p.Count(t.Context()))
				var names []string
				for _, c := range p.Conflicts() {
					names = append(names, c.Name)
				}
				if !slices.Equal(names, []string{"a", "f/sub/2"}) {
					t.Errorf("conflicts are %q", names)
				}
				p.SetPolicy(job.Skip)
				if status := await(t, m, m.Start(p), ended); status.Phase != job.Done || status.Skipped != 2 {
					t.Errorf("ended %v, skipped %d: %v", status.Phase, status.Skipped, status.Failed)
				}
				if got := storetest.Read(t, s, "media", "f/sub/2"); got != "newer" {
					t.Errorf("it is %q", got)
				}
				if got := storetest.Read(t, s, "media", b.Prefix()+"a"); got != "content of a" {
					t.Errorf("in the trash is %q", got)
				}
				if got := storetest.Read(t, s, "media", "f/1"); got != "content of f/1" {
					t.Errorf("restored is %q", got)
				}
			})
		}
	}
}

func TestOnlyWhatIsNotInTheTrashGoesThere(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	m := manager(t, job.Options{}, f.Store)
	b := store.NewTrashBatch(trashed)
	for name, change := range map[string]func(*job.Spec){
		"of another Space": func(s *job.Spec) { s.Sources = []job.Source{object("other", "a")} },
		"in it already":    func(s *job.Spec) { s.Sources = []job.Source{object("media", b.Prefix()+"a")} },
		"the whole Space":  func(s *job.Spec) { s.Sources = []job.Source{folder("media", "")} },
		"no batch":         func(s *job.Spec) { s.Dest.Key = ".trash/" },
		"a public batch":   func(s *job.Spec) { s.Dest.Key = b.Public() },
	} {
		spec := job.ToTrash(f.Store.Conn(), "media", trashSources(), trashed)
		change(&spec)
		if err := m.Plan(spec).Count(t.Context()); err == nil {
			t.Errorf("%s: it may", name)
		}
	}
}

// What is selected by what it is called goes to the trash as everything else does, and comes back to where it was. What is
// in the trash already is not among everything.
func TestWhatAFilterFindsGoesToTheTrashAndBack(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	keys := []string{"a", "in/pic-1", "in/pic-2/x", "in/other", "pic"}
	fill(t, f.Store, "media", keys...)
	m := manager(t, job.Options{}, f.Store)
	here := f.Store.Conn()
	found := job.Source{Ref: store.Ref{Space: "media", Key: "in/"}, Folder: true, Inside: true, Match: job.Match{Begins: "pic"}}
	some := job.ToTrash(here, "media", []job.Source{found}, time.Now())
	done(t, m, some)
	wantKeys(t, f.Store, "media", "in/", "in/other")
	rest := job.Source{Ref: store.Ref{Space: "media"}, Folder: true, Inside: true, Match: job.Match{Except: store.TrashPrefix}}
	all := job.ToTrash(here, "media", []job.Source{rest}, time.Now())
	if status := done(t, m, all); status.ObjectsDone != 3 {
		t.Errorf("%d went to the trash", status.ObjectsDone)
	}
	for _, key := range storetest.Keys(t, f.Store, "media", "") {
		if !store.InTrash(key) {
			t.Errorf("%s is left", key)
		}
	}
	for _, spec := range []job.Spec{some, all} {
		batch, _, _, _ := store.TrashBatchOf(spec.Dest.Key)
		done(t, m, job.FromTrash(here, "media", batch))
	}
	wantKeys(t, f.Store, "media", "", keys...)
}

// What comes back from the trash is looked for in its own folders, not by a listing of the Space around them.
func TestARestoreFromTheTrashDoesNotListTheWholeSpace(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	b := store.NewTrashBatch(trashed)
	var keys []string
	for i := range 50 { // to both ends of the Space
		keys = append(keys, fmt.Sprintf("a/%03d", i), fmt.Sprintf("z/%03d", i))
	}
	for _, key := range keys {
		storetest.Put(t, f.Store, "media", b.Prefix()+key, "deleted")
	}
	fill(t, f.Store, "media", numberedKeys("m/", 2500)...)
	fill(t, f.Store, "media", "a/007", "z/049")
	m := manager(t, job.Options{}, f.Store)
	before := len(f.Faults.Requests())
	p := m.Plan(job.FromTrash(f.Store.Conn(), "media", b))
	check(t, p.Count(t.Context()))
	var names []string
	for _, c := range p.Conflicts() {
		names = append(names, c.Name)
	}
	if !slices.Equal(names, []string{"a/007", "z/049"}) || p.Totals().Conflicts != 2 {
		t.Errorf("conflicts are %q", names)
	}
	if asked := len(f.Faults.Requests()) - before; asked > 8 { // two folders of the batch, two of the Space, its versioning
		t.Errorf("it took %d requests", asked)
	}
}
