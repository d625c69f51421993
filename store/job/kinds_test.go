package job_test

import (
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
)

// written is a clock of the engine that shows an hour ago until the test says that it is now.
func written() (opt storetest.Option, now func()) {
	var late atomic.Bool
	return storetest.Written(func() time.Time {
		if late.Load() {
			return time.Now().Add(time.Hour)
		}
		return time.Now().Add(-time.Hour)
	}), func() { late.Store(true) }
}

// Whatever a killed program was about is told to the next, which does it again, and leaves alone what came later.
func TestEveryKindOfWorkThatWasKilledIsDoneAgain(t *testing.T) {
	private, public := store.Private, store.PublicRead
	for name, x := range map[string]struct {
		errand
		late string // what of d/ the objects of later are then
		want func(t *testing.T, s *store.Store, key string, done bool)
	}{
		"delete": {errand: errand{Method: "POST", Has: "?delete", Spec: job.Spec{Kind: job.Delete}},
			want: func(t *testing.T, s *store.Store, key string, done bool) {
				if _, err := s.Head(t.Context(), store.Ref{Space: "media", Key: key}); errors.Is(err, store.NotFound) != done {
					t.Errorf("%s: %v", key, err)
				}
			}},
		"permissions": {errand: errand{Method: "PUT", Has: "acl", Spec: job.Spec{Kind: job.Permissions, Access: public}, After: 2},
			want: func(t *testing.T, s *store.Store, key string, done bool) {
				want := map[bool]store.Access{true: public, false: private}[done]
				if access, err := s.Access(t.Context(), store.Ref{Space: "media", Key: key}); err != nil || access != want {
					t.Errorf("%s is %v, %v", key, access, err)
				}
			}},
		"metadata": {errand: errand{Method: "PUT", Has: "/d/", Spec: job.Spec{Kind: job.Metadata, Edit: contentType("text/css")}, After: 2},
			want: func(t *testing.T, s *store.Store, key string, done bool) {
				if info, err := s.Head(t.Context(), store.Ref{Space: "media", Key: key}); err != nil || (info.ContentType == "text/css") != done {
					t.Errorf("%s is %v, %v", key, info.ContentType, err)
				}
			}},
		"tags": {errand: errand{Method: "PUT", Has: "tagging", Spec: job.Spec{Kind: job.Tags, Edit: job.Edit{Set: map[string]string{"a": "b"}}}, After: 2},
			want: func(t *testing.T, s *store.Store, key string, done bool) {
				if tags, err := s.Tags(t.Context(), store.Ref{Space: "media", Key: key}); err != nil || (tags["a"] == "b") != done {
					t.Errorf("%s has %v, %v", key, tags, err)
				}
			}},
		"move": {errand: errand{Method: "PUT", Has: "/to/", Spec: job.Spec{Kind: job.Move, Dest: store.Ref{Space: "media", Key: "to/"}}, After: 2},
			want: func(t *testing.T, s *store.Store, key string, done bool) {
				at := map[bool]string{true: "to/" + key, false: key}[done]
				if keys := storetest.Keys(t, s, "media", ""); !slices.Contains(keys, at) || slices.Contains(keys, "to/"+key) != done {
					t.Errorf("%s: there are %q", key, keys)
				}
			}},
	} {
		t.Run(name, func(t *testing.T) {
			clock, later := written()
			f := storetest.New(t, storetest.Unknown(), clock)
			f.Space(t, "media")
			keys := numberedKeys("d/", 5)
			fill(t, f.Store, "media", keys...)
			x.URL, x.Ledger, x.Spec.Sources = f.URL, t.TempDir(), []job.Source{folder("media", "d/")}
			x.dies(t)
			later()
			fill(t, f.Store, "media", "d/later", keys[4])
			m := afterwards(t, f.Store, x.Ledger, 4)
			id, err := m.Again(wantUnfinished(t, m, 1)[0].ID)
			check(t, err)
			status := await(t, m, id, ended)
			if status.Phase != job.Done || len(status.Remarks) != 1 || !errors.Is(status.Remarks[0].Err, job.ErrLeftAlone) {
				t.Errorf("it ended %v, %v, remarks %v", status.Phase, status.Failed, status.Remarks)
			}
			for _, key := range keys[:4] {
				x.want(t, f.Store, key, true)
			}
			for _, key := range []string{"d/later", keys[4]} {
				x.want(t, f.Store, key, false)
			}
			wantNothingNoted(t, x.Ledger)
		})
	}
}

func TestAKilledDestroyIsDoneAgain(t *testing.T) {
	for _, comes := range []bool{false, true} {
		t.Run(fmt.Sprint("something came later ", comes), func(t *testing.T) {
			clock, later := written()
			f := storetest.New(t, storetest.Unknown(), clock)
			f.Space(t, "media")
			fill(t, f.Store, "media", numberedKeys("d/", 5)...)
			e := errand{URL: f.URL, Ledger: t.TempDir(), Method: "POST", Has: "?delete", Spec: job.Spec{Kind: job.Destroy, Sources: []job.Source{folder("media", "")}}}
			e.dies(t)
			later()
			if comes {
				fill(t, f.Store, "media", "later")
			}
			m := afterwards(t, f.Store, e.Ledger, 4)
			id, err := m.Again(wantUnfinished(t, m, 1)[0].ID)
			check(t, err)
			status := await(t, m, id, ended)
			if spaces, err := f.Store.Spaces(t.Context()); err != nil || (len(spaces) == 1) != comes || (status.Phase == job.Done) == comes {
				t.Errorf("it ended %v, %v; there are %v, %v", status.Phase, status.Failed, spaces, err)
			}
			if comes {
				wantKeys(t, f.Store, "media", "", "later")
			}
		})
	}
}

// Of objects that were chosen one by one, some may be moved already.
func TestAKilledMoveOfSingleObjectsIsFinished(t *testing.T) {
	f := storetest.New(t, storetest.Unknown(), longAgo)
	f.Space(t, "media")
	keys := numberedKeys("d/", 40)
	fill(t, f.Store, "media", keys...)
	spec := job.Spec{Kind: job.Move, Base: "d/", Dest: store.Ref{Space: "media", Key: "to/"}}
	var want []string
	for _, key := range keys {
		spec.Sources = append(spec.Sources, object("media", key))
		want = append(want, strings.Replace(key, "d/", "to/", 1))
	}
	e := errand{URL: f.URL, Ledger: t.TempDir(), Method: "POST", Has: "?delete", Lost: true, Spec: spec}
	e.dies(t)
	m := afterwards(t, f.Store, e.Ledger, 4)
	again(t, m)
	wantKeys(t, f.Store, "media", "", want...)
	wantNothingNoted(t, e.Ledger)
}

// What was chosen one by one is kept however much it is.
func TestAllOfVeryManySourcesAreDoneAgain(t *testing.T) {
	f := storetest.New(t, storetest.Listener(), longAgo)
	f.Space(t, "media")
	keys := numberedKeys("d/", 1500)
	fill(t, within(t, f), "media", append(keys, "d/stays")...)
	spec := job.Spec{Kind: job.Delete}
	for _, key := range keys {
		spec.Sources = append(spec.Sources, object("media", key))
	}
	e := errand{URL: f.URL, Ledger: t.TempDir(), Method: "POST", Has: "?delete", After: 1, Spec: spec}
	e.dies(t)
	m := afterwards(t, f.Store, e.Ledger, 4)
	if u := wantUnfinished(t, m, 1)[0]; u.Why != "" || !strings.HasSuffix(u.Title, "and 1,499 more") {
		t.Errorf("unfinished is %+v", u)
	}
	again(t, m)
	wantKeys(t, f.Store, "media", "", "d/stays")
	wantNothingNoted(t, e.Ledger)
	if left, err := filepath.Glob(filepath.Join(e.Ledger, "*")); err != nil || len(left) > 0 {
		t.Errorf("left are %q, %v", left, err)
	}
}

// Without what it was about a job cannot be done again, and says so.
func TestAJobWhoseSourcesAreGoneSaysSo(t *testing.T) {
	f := storetest.New(t, storetest.Listener(), longAgo)
	f.Space(t, "media")
	keys := numberedKeys("d/", 300)
	fill(t, within(t, f), "media", keys...)
	spec := job.Spec{Kind: job.Delete}
	for _, key := range keys {
		spec.Sources = append(spec.Sources, object("media", key))
	}
	e := errand{URL: f.URL, Ledger: t.TempDir(), Method: http.MethodPost, Has: "?delete", Spec: spec}
	e.dies(t)
	names, err := filepath.Glob(filepath.Join(e.Ledger, "*.sources"))
	check(t, err)
	if len(names) != 1 {
		t.Fatalf("beside are %q", names)
	}
	truncate(t, names[0])
	m := afterwards(t, f.Store, e.Ledger, 4)
	u := wantUnfinished(t, m, 1)[0]
	if _, err := m.Again(u.ID); err == nil || !strings.Contains(err.Error(), "what it was about") {
		t.Errorf("done again: %v", err)
	}
	check(t, m.End(t.Context(), u.ID))
	wantNothingNoted(t, e.Ledger)
}
