package job_test

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
)

// costs are what the plan of a Spec says it takes, and what was sent when it was done.
func costs(t *testing.T, f *storetest.Fixture, m *job.Manager, s job.Spec) (said job.Cost, sent int64) {
	t.Helper()
	p := m.Plan(s)
	if before := p.Cost(); !before.AtLeast || before.Requests != 0 {
		t.Errorf("before anything is counted it is %+v", before)
	}
	check(t, p.Count(t.Context()))
	said = p.Cost()
	f.Faults.Clear()
	if status := await(t, m, m.Start(p), ended); status.Phase != job.Done {
		t.Fatalf("the job ended %v: %v", status.Phase, status.Failed)
	}
	return said, int64(len(f.Faults.Requests()))
}

func TestAPlanSaysHowManyRequestsItTakes(t *testing.T) {
	big := strings.Repeat("x", 11<<20)
	for engine, options := range map[string][]storetest.Option{"ours": nil, "another": {storetest.Unknown()}} {
		t.Run(engine, func(t *testing.T) {
			f := storetest.New(t, options...)
			f.Space(t, "media")
			f.Space(t, "other")
			fill(t, within(t, f), "media", numberedKeys("many/", 150)...)
			fill(t, within(t, f), "media", numberedKeys("pages/", 1050)...) // of which one page does not tell
			dir := tree(t, map[string]string{"a": "a", "b": "b", "big": big})
			m := manager(t, job.Options{PartSize: 5 << 20}, f.Store)
			here := f.Store.Conn()
			many := []job.Source{folder("media", "many/")}
			for _, s := range []job.Spec{
				{Kind: job.Upload, Sources: []job.Source{{Local: dir}}, Dest: store.Ref{Space: "media", Key: "up/"}},
				{Kind: job.Download, Sources: []job.Source{folder("media", "up/")}, LocalDir: t.TempDir()},
				{Kind: job.Permissions, Sources: many, Access: store.PublicRead},
				{Kind: job.Tags, Sources: many, Edit: job.Edit{Set: map[string]string{"a": "b"}}},
				{Kind: job.Metadata, Sources: many, Edit: job.Edit{Set: map[string]string{"Cache-Control": "no-cache"}}},
				{Kind: job.Copy, Sources: many, Dest: store.Ref{Space: "other"}},
				{Kind: job.Move, Sources: many, Dest: store.Ref{Space: "media", Key: "new/"}},
				{Kind: job.Move, Sources: []job.Source{folder("media", "new/many/")}, Dest: store.Ref{Space: "other", Key: "to/"}},
				{Kind: job.Delete, Sources: []job.Source{folder("other", "to/"), folder("media", "pages/")}},
			} {
				s.From, s.To = here, here
				said, sent := costs(t, f, m, s)
				if d := said.Requests - sent; said.AtLeast || max(d, -d) > 4+sent/5 {
					t.Errorf("%v takes %d requests, said were %+v", s.Kind, sent, said)
				}
			}
		})
	}
}

func TestAPlanSaysHowLongItsRequestsTake(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := storetest.New(t)
		f.Faults.Add(storetest.Rule{Fault: slowly})
		check(t, f.Store.CreateSpace(t.Context(), "media", store.CreateOptions{}))
		m := job.New(job.Options{Conns: store.ConnsOf(f.Store)})
		defer m.Close(t.Context())
		s := job.Spec{Kind: job.Copy, From: f.Store.Conn(), To: f.Store.Conn(), Sources: []job.Source{folder("media", "a/")}, Dest: store.Ref{Space: "media", Key: "to/"}}
		if cost := m.Plan(s).Cost(); cost.Time != 0 {
			t.Errorf("it is said to take %v at an endpoint of which nothing is known", cost.Time)
		}
		for _, key := range numberedKeys("a/", 800) { // by requests from which it is learned how long one takes
			storetest.Put(t, f.Store, "media", key, key)
		}
		p := m.Plan(s)
		check(t, p.Count(t.Context()))
		said, begin := p.Cost().Time, time.Now()
		m.Start(p)
		for !ended(m.Snapshot()[0]) {
			time.Sleep(time.Second)
		}
		if took := time.Since(begin); said < took*3/4 || said > took*5/4 {
			t.Errorf("it took %v, said were %v", took, said)
		}
	})
}

// slowly is an endpoint that is 50 ms away.
func slowly(next http.RoundTripper, r *http.Request) (*http.Response, error) {
	time.Sleep(50 * time.Millisecond)
	return next.RoundTrip(r)
}
