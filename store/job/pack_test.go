package job_test

import (
	"crypto/md5"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
)

// isPack says whether a request sends many objects.
func isPack(r *http.Request) bool { return r.Header.Get("X-Amz-Meta-Snowball-Auto-Extract") != "" }

// takesNoPacks has the server answer as one that does not know them.
func takesNoPacks(f *storetest.Fixture) {
	f.Faults.Add(storetest.Rule{Match: isPack, Fault: storetest.Answer(http.StatusNotImplemented, "NotImplemented")})
}

// A server of before takes no packs: what comes out is the same, by more requests.
func TestAnUploadInPacksDoesWhatSinglePutsDo(t *testing.T) {
	local := map[string]string{"one": "1", "two.txt": "22", "sub/three.css": "333", "empty": "", "folder/": "", "there": "mine", "same": "same", "large": strings.Repeat("x", 100_000), "éü +%2F&<": "odd"}
	dir := tree(t, local)
	for name, by := range map[string]time.Duration{"there": time.Hour, "same": -time.Hour} { // not as old as theirs, whatever the clock
		at := time.Now().Add(by)
		check(t, os.Chtimes(filepath.Join(dir, name), at, at))
	}
	for _, policy := range []job.Policy{job.Overwrite, job.Skip, job.KeepBoth, job.Newer, job.Differs} {
		for _, counted := range []bool{true, false} {
			t.Run(fmt.Sprintf("policy %d, counted %v", policy, counted), func(t *testing.T) {
				uploaded := func(packs bool) string {
					f := storetest.New(t)
					f.Space(t, "media")
					var sent, single atomic.Int64
					f.Faults.Add(storetest.Rule{Match: func(r *http.Request) bool { return r.Method == "PUT" }, Fault: func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
						switch {
						case isPack(r) && !packs:
							return storetest.Answer(http.StatusNotImplemented, "NotImplemented")(next, r)
						case isPack(r):
							sent.Add(1)
						default:
							single.Add(1)
						}
						return next.RoundTrip(r)
					}})
					storetest.Put(t, f.Store, "media", "b/there", "theirs")
					storetest.Put(t, f.Store, "media", "b/same", "same")
					single.Store(0)
					m := manager(t, job.Options{Workers: 1}, f.Store)
					p := m.Plan(job.Spec{Kind: job.Upload, To: f.Store.Conn(), Sources: []job.Source{{Local: dir, Inside: true}}, Dest: store.Ref{Space: "media", Key: "b/"}})
					if counted {
						check(t, p.Count(t.Context()))
					}
					p.SetPolicy(policy)
					status := await(t, m, m.Start(p), ended)
					var b strings.Builder
					fmt.Fprintf(&b, "%v, %d of %d, %d of %d bytes, %d skipped, failed %v\n", status.Phase, status.ObjectsDone, status.Objects, status.BytesDone, status.Bytes, status.Skipped, status.Failed)
					for _, key := range storetest.Keys(t, f.Store, "media", "") {
						info, err := f.Store.Head(t.Context(), store.Ref{Space: "media", Key: key})
						check(t, err)
						fmt.Fprintf(&b, "%q holds %.20q, %s, %v\n", key, storetest.Read(t, f.Store, "media", key), info.ContentType, info.Meta)
					}
					if packs && (sent.Load() == 0 || policy == job.Overwrite && single.Load() > 2) {
						t.Errorf("%d packs, %d files by themselves", sent.Load(), single.Load())
					}
					return b.String()
				}
				if one, many := uploaded(false), uploaded(true); one != many {
					t.Errorf("by single requests:\n%s\nin packs:\n%s", one, many)
				}
			})
		}
	}
}

// What the endpoint says that it stored has to be what was sent.
func TestAPackThatArrivesOtherIsSentAgain(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	f.Faults.Add(storetest.Rule{Match: isPack, Times: 1, Fault: func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
		resp, err := next.RoundTrip(r)
		if err != nil {
			return resp, err
		}
		text, err := io.ReadAll(resp.Body)
		sum := func(s string) string { return fmt.Sprintf("%x", md5.Sum([]byte(s))) }
		resp.Body = io.NopCloser(strings.NewReader(strings.ReplaceAll(string(text), sum("22"), sum("23"))))
		return resp, err
	}})
	var single atomic.Int64
	f.Faults.Add(storetest.Rule{Match: func(r *http.Request) bool { return r.Method == "PUT" && !isPack(r) }, Fault: func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
		single.Add(1)
		return next.RoundTrip(r)
	}})
	m := manager(t, job.Options{}, f.Store)
	spec := job.Spec{Kind: job.Upload, To: f.Store.Conn(), Sources: []job.Source{{Local: tree(t, map[string]string{"a": "1", "b": "22", "c": "333"})}}, Dest: store.Ref{Space: "media"}, Name: "d", Policy: job.Overwrite}
	done(t, m, spec)
	if single.Load() != 1 {
		t.Errorf("%d files were sent by themselves", single.Load())
	}
	wantKeys(t, f.Store, "media", "", "d/a", "d/b", "d/c")
}

// The answer to a pack that was stored gets lost: nothing is told as failed, and nothing is there twice.
func TestAPackWhoseAnswerIsLostIsLookedAt(t *testing.T) {
	for _, policy := range []job.Policy{job.Overwrite, job.Skip, job.KeepBoth, job.Newer} {
		f := storetest.New(t)
		f.Space(t, "media")
		f.Faults.Add(storetest.Rule{Match: isPack, Times: 1, Fault: storetest.DropAnswer})
		m := manager(t, job.Options{}, f.Store)
		status := run(t, m, job.Spec{Kind: job.Upload, To: f.Store.Conn(), Sources: []job.Source{{Local: tree(t, map[string]string{"a": "1", "b": "2"})}},
			Dest: store.Ref{Space: "media"}, Name: "d", Policy: policy})
		if status.Phase != job.Done || status.ObjectsDone != 2 || status.FailedCount+status.Skipped != 0 {
			t.Errorf("policy %d: %v, %d done, %d skipped, %v", policy, status.Phase, status.ObjectsDone, status.Skipped, status.Failed)
		}
		wantKeys(t, f.Store, "media", "", "d/a", "d/b")
	}
}

// A file that cannot be read fails by itself, with its name, and keeps no other.
func TestAFileOfAPackThatCannotBeReadFailsAlone(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	dir := tree(t, map[string]string{"a": "1", "b": "2", "c": "3"})
	m := manager(t, job.Options{}, f.Store)
	p := m.Plan(job.Spec{Kind: job.Upload, To: f.Store.Conn(), Sources: []job.Source{{Local: dir}}, Dest: store.Ref{Space: "media"}, Name: "d"})
	check(t, p.Count(t.Context()))
	check(t, os.Remove(filepath.Join(dir, "b")))
	status := await(t, m, m.Start(p), ended)
	if status.FailedCount != 1 || len(status.Failed) != 1 || !strings.Contains(status.Failed[0].Name, "b") {
		t.Errorf("%d failed: %v", status.FailedCount, status.Failed)
	}
	wantKeys(t, f.Store, "media", "", "d/a", "d/c")
}
