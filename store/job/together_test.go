package job_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
)

// A server of before knows RenameObject and no RenameObjects: what comes out is the same, by more requests.
func TestAMoveInBatchesDoesWhatSingleRenamesDo(t *testing.T) {
	odd := []string{"a/one", "a/two", "a/sub/three", "a/\x01\x02", "a/ +%2F&<é", "a/cr\rlf\n", "a/there", "a/same", "a/\xff"}
	for _, policy := range []job.Policy{job.Overwrite, job.Skip, job.KeepBoth, job.Newer, job.Differs} {
		for _, counted := range []bool{true, false} {
			t.Run(fmt.Sprintf("policy %d, counted %v", policy, counted), func(t *testing.T) {
				moved := func(batches bool) string {
					f := storetest.New(t)
					f.Space(t, "media")
					if !batches {
						f.Faults.Add(storetest.Rule{Match: storetest.Is("POST", "renameObjects"), Fault: storetest.Answer(http.StatusNotImplemented, "NotImplemented")})
					}
					var sent atomic.Int64
					f.Faults.Add(storetest.Rule{Match: storetest.Is("PUT", "renameObject"), Fault: func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
						sent.Add(1)
						return next.RoundTrip(r)
					}})
					var keys []string
					for _, key := range odd {
						if _, err := f.Store.Put(t.Context(), store.Ref{Space: "media", Key: key}, strings.NewReader("of "+key), int64(len("of "+key)), store.Props{}, store.PutOptions{}); err == nil {
							keys = append(keys, key)
						}
					}
					storetest.Put(t, f.Store, "media", "b/a/there", "theirs")
					storetest.Put(t, f.Store, "media", "b/a/same", "of a/same")
					m := manager(t, job.Options{Workers: 1}, f.Store)
					p := m.Plan(job.Spec{Kind: job.Move, From: f.Store.Conn(), To: f.Store.Conn(), Sources: []job.Source{folder("media", "a/")}, Dest: store.Ref{Space: "media", Key: "b/"}})
					if counted {
						check(t, p.Count(t.Context()))
					}
					p.SetPolicy(policy)
					status := await(t, m, m.Start(p), ended)
					var b strings.Builder
					fmt.Fprintf(&b, "%v, %d of %d, %d skipped, failed %v\n", status.Phase, status.ObjectsDone, status.Objects, status.Skipped, status.Failed)
					for _, key := range storetest.Keys(t, f.Store, "media", "") {
						fmt.Fprintf(&b, "%q holds %q\n", key, storetest.Read(t, f.Store, "media", key))
					}
					if alone := int(sent.Load()); batches && policy == job.Overwrite && alone > 1 || !batches && alone < len(keys)-3 {
						t.Errorf("in batches %v: %d renames by themselves", batches, alone)
					}
					return b.String()
				}
				if one, many := moved(false), moved(true); one != many {
					t.Errorf("by single renames:\n%s\nin batches:\n%s", one, many)
				}
			})
		}
	}
}

// The answer to a batch that was carried out gets lost: what has moved is not told as failed.
func TestABatchWhoseAnswerIsLostIsLookedAt(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	fill(t, f.Store, "media", "a/1", "a/2", "a/3")
	f.Faults.Add(storetest.Rule{Match: storetest.Is("POST", "renameObjects"), Times: 1, Fault: storetest.DropAnswer})
	m := manager(t, job.Options{}, f.Store)
	status := await(t, m, m.Start(m.Plan(job.Spec{Kind: job.Move, From: f.Store.Conn(), To: f.Store.Conn(), Sources: []job.Source{folder("media", "a/")}, Dest: store.Ref{Space: "media", Key: "b/"}})), ended)
	if status.Phase != job.Done || status.ObjectsDone != 3 {
		t.Errorf("%v, %d done, %v", status.Phase, status.ObjectsDone, status.Failed)
	}
	wantKeys(t, f.Store, "media", "", "b/a/1", "b/a/2", "b/a/3")
}

// A source that is changed after it was counted is not moved as if it were the old one.
func TestABatchLeavesAloneWhatHasChanged(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	fill(t, f.Store, "media", "a/1", "a/2")
	m := manager(t, job.Options{}, f.Store)
	p := m.Plan(job.Spec{Kind: job.Move, From: f.Store.Conn(), To: f.Store.Conn(), Sources: []job.Source{folder("media", "a/")}, Dest: store.Ref{Space: "media", Key: "b/"}})
	check(t, p.Count(t.Context()))
	storetest.Put(t, f.Store, "media", "a/2", "new content")
	status := await(t, m, m.Start(p), ended)
	if status.FailedCount != 1 || storetest.Read(t, f.Store, "media", "a/2") != "new content" {
		t.Errorf("%d failed: %v", status.FailedCount, status.Failed)
	}
}
