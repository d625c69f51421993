package job_test

import (
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
)

// copying opens a fixture's store as one of which nothing is known, not even that it has RenameObject: a move has to copy.
func copying(t *testing.T, f *storetest.Fixture) *store.Store {
	return f.Open(t, func(c *store.Config) {
		c.Endpoint, c.Conn = f.URL, "copying"
		wrap := c.Wrap
		c.Wrap = func(next http.RoundTripper) http.RoundTripper {
			return wrap(roundTrip(func(r *http.Request) (*http.Response, error) { return storetest.Header("Server", "")(next, r) }))
		}
	})
}

// A move is stopped dead at each of its requests in turn, before and after the server has done it. The object must be
// there whole all the time, and after one more try exactly once.
func TestAMoveNeverLosesTheOnlyCopy(t *testing.T) {
	for way, requests := range map[string]int{"renaming": 2, "copying": 4, "across stores": 4} {
		t.Run(way, func(t *testing.T) {
			for step := 0; ; step++ {
				before := stopMoveAt(t, way, step, storetest.Reset)
				after := stopMoveAt(t, way, step, storetest.DropAnswer)
				if before && after {
					if step < requests {
						t.Fatalf("a move has only %d requests: the faults do not work", step)
					}
					return
				}
			}
		})
	}
}

// stopMoveAt says whether the move ended before it came to that request.
func stopMoveAt(t *testing.T, way string, step int, fault storetest.Fault) bool {
	f := storetest.New(t, storetest.Unknown())
	from := copying(t, f)
	if way == "renaming" {
		from = f.Open(t, func(c *store.Config) { c.Dial = f.Server.Dial })
	}
	to := from
	if way == "across stores" {
		to = f.Open(t, func(c *store.Config) { c.Conn = "to" })
	}
	f.Space(t, "media")
	f.Space(t, "other")
	keys := []string{"f/1", "f/2", "f/sub/3", "single"}
	fill(t, f.Store, "media", keys...)
	dest := store.Ref{Space: "media", Key: "new/"}
	spec := job.Spec{Kind: job.Move, From: from.Conn(), To: to.Conn(), Sources: []job.Source{folder("media", "f/"), object("media", "single")}, Dest: dest}

	m := manager(t, job.Options{Workers: 2}, from, to)
	p := m.Plan(spec)
	check(t, p.Count(t.Context()))
	reached := false
	var once sync.Once
	var id job.ID
	started := make(chan struct{})
	f.Faults.Clear()
	f.Faults.Add(storetest.Rule{Skip: step, Fault: func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
		<-started
		once.Do(func() { reached = true; m.Cancel(id) })
		return fault(next, r)
	}})
	id = m.Start(p)
	close(started)
	await(t, m, id, ended)
	f.Faults.Clear()
	for _, key := range keys {
		if !isWhole(t, f.Store, key, key) && !isWhole(t, f.Store, "new/"+key, key) {
			t.Fatalf("stopped at request %d, %s is nowhere", step, key)
		}
	}
	spec.Sources = nil
	if len(storetest.Keys(t, f.Store, "media", "f/")) > 0 {
		spec.Sources = append(spec.Sources, folder("media", "f/"))
	}
	if isWhole(t, f.Store, "single", "single") {
		spec.Sources = append(spec.Sources, object("media", "single"))
	}
	if len(spec.Sources) > 0 {
		done(t, m, spec)
	}
	wantKeys(t, f.Store, "media", "", "new/f/1", "new/f/2", "new/f/sub/3", "new/single")
	for _, key := range keys {
		if !isWhole(t, f.Store, "new/"+key, key) {
			t.Errorf("moved, %s holds something else", key)
		}
	}
	return !reached
}

func isWhole(t *testing.T, s *store.Store, key, origin string) bool {
	t.Helper()
	if _, err := s.Head(t.Context(), store.Ref{Space: "media", Key: key}); errors.Is(err, store.NotFound) {
		return false
	}
	return storetest.Read(t, s, "media", key) == "content of "+origin
}

func TestAMoveKeepsASourceThatWasWrittenToMeanwhile(t *testing.T) {
	f := storetest.New(t, storetest.Unknown())
	s := copying(t, f)
	f.Space(t, "media")
	fill(t, f.Store, "media", "f/1", "f/2", "single")
	f.Faults.Add(storetest.Rule{Match: storetest.Is("PUT", "/new/"), Times: 3, Fault: func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
		resp, err := next.RoundTrip(r)
		key := strings.TrimPrefix(r.URL.Path, "/media/new/")
		if key != "f/2" {
			storetest.Put(t, f.Open(t, func(c *store.Config) { c.Wrap = nil }), "media", key, "written meanwhile")
		}
		return resp, err
	}})
	m := manager(t, job.Options{}, s)
	p := m.Plan(job.Spec{Kind: job.Move, From: s.Conn(), To: s.Conn(), Sources: []job.Source{folder("media", "f/"), object("media", "single")},
		Dest: store.Ref{Space: "media", Key: "new/"}})
	status := await(t, m, m.Start(p), ended)
	if status.Phase != job.Failed || status.FailedCount != 2 {
		t.Errorf("ended %v with %v", status.Phase, status.Failed)
	}
	for _, key := range []string{"f/1", "single"} {
		if got := storetest.Read(t, f.Store, "media", key); got != "written meanwhile" {
			t.Errorf("%s holds %q", key, got)
		}
	}
	wantKeys(t, f.Store, "media", "", "f/1", "single", "new/f/1", "new/f/2", "new/single")
}

func TestAFolderThatDidNotArriveAsAWholeStaysWhereItWas(t *testing.T) {
	f := storetest.New(t, storetest.Unknown())
	s := copying(t, f)
	f.Space(t, "media")
	fill(t, f.Store, "media", "f/1", "f/2", "f/3", "g/1")
	f.Faults.Add(storetest.Rule{Match: storetest.Is("PUT", "/new/f/2"), Fault: storetest.Answer(403, "AccessDenied")})
	m := manager(t, job.Options{}, s)
	p := m.Plan(job.Spec{Kind: job.Move, From: s.Conn(), To: s.Conn(), Sources: []job.Source{folder("media", "f/"), folder("media", "g/")},
		Dest: store.Ref{Space: "media", Key: "new/"}})
	id := m.Start(p)
	status := await(t, m, id, ended)
	if status.Phase != job.Failed || status.FailedCount != 1 || status.Failed[0].Name != "f/2" || !errors.Is(status.Failed[0].Err, store.Denied) {
		t.Errorf("ended %v with %v", status.Phase, status.Failed)
	}
	wantKeys(t, f.Store, "media", "", "f/1", "f/2", "f/3", "new/f/1", "new/f/3", "new/g/1")
	f.Faults.Clear()
	m.Retry(id)
	status = await(t, m, id, ended)
	if status.Phase != job.Done {
		t.Errorf("tried again, it ended %v with %v", status.Phase, status.Failed)
	}
	wantKeys(t, f.Store, "media", "", "new/f/1", "new/f/2", "new/f/3", "new/g/1")
	copies := 0
	for _, r := range f.Faults.Requests() {
		if strings.HasPrefix(r, "PUT") {
			copies++
		}
	}
	if copies != 1 {
		t.Errorf("tried again, %d objects were copied, want the one that had failed", copies)
	}
}

func TestAMoveDeletesNothingForACopyThatIsNotThere(t *testing.T) {
	f := storetest.New(t, storetest.Unknown())
	s := copying(t, f)
	f.Space(t, "media")
	fill(t, f.Store, "media", "f/1", "single")
	f.Faults.Add(storetest.Rule{Match: storetest.Is("PUT", "/new/"), Fault: func(_ http.RoundTripper, r *http.Request) (*http.Response, error) {
		return storetest.Document(r, `<CopyObjectResult><ETag>"0"</ETag></CopyObjectResult>`), nil // says so, and did nothing
	}})
	m := manager(t, job.Options{}, s)
	status := run(t, m, job.Spec{Kind: job.Move, From: s.Conn(), To: s.Conn(), Sources: []job.Source{folder("media", "f/"), object("media", "single")},
		Dest: store.Ref{Space: "media", Key: "new/"}})
	if status.Phase != job.Failed || status.FailedCount != 2 {
		t.Errorf("ended %v with %v", status.Phase, status.Failed)
	}
	wantKeys(t, f.Store, "media", "", "f/1", "single")
}

func TestARenameWhoseAnswerGotLostIsDone(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	fill(t, f.Store, "media", "f/1", "f/2")
	f.Faults.Add(storetest.Rule{Match: storetest.Is("PUT", "renameObject"), Times: 2, Fault: storetest.DropAnswer})
	m := manager(t, job.Options{Workers: 1}, f.Store)
	done(t, m, job.Spec{Kind: job.Move, From: f.Store.Conn(), To: f.Store.Conn(), Sources: []job.Source{folder("media", "f/")}, Dest: store.Ref{Space: "media", Key: "new/"}})
	wantKeys(t, f.Store, "media", "", "new/f/1", "new/f/2")
}
