package job_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
)

func isPut(r *http.Request) bool { return r.Method == "PUT" && !isPack(r) }

// The answer to a file that was stored gets lost: it is neither told as skipped, nor there twice.
func TestAFileWhoseAnswerIsLostIsThereOnce(t *testing.T) {
	for _, policy := range []job.Policy{job.Overwrite, job.Skip, job.KeepBoth, job.Newer, job.Differs} {
		for _, counted := range []bool{true, false} {
			f := storetest.New(t)
			f.Space(t, "media")
			takesNoPacks(f)
			f.Faults.Add(storetest.Rule{Match: isPut, Times: 1, Fault: storetest.DropAnswer})
			m := manager(t, job.Options{}, f.Store)
			p := m.Plan(job.Spec{Kind: job.Upload, To: f.Store.Conn(), Sources: []job.Source{{Local: tree(t, map[string]string{"a": "1"})}}, Dest: store.Ref{Space: "media"}, Name: "d", Policy: policy})
			if counted {
				check(t, p.Count(t.Context()))
			}
			status := await(t, m, m.Start(p), ended)
			if status.Phase != job.Done || status.ObjectsDone != 1 || status.FailedCount+status.Skipped != 0 {
				t.Errorf("policy %d: %v, %d done, %d skipped, %v", policy, status.Phase, status.ObjectsDone, status.Skipped, status.Failed)
			}
			wantKeys(t, f.Store, "media", "", "d/a")
		}
	}
}

// What somebody else has put there meanwhile is not taken for what was sent.
func TestAnotherFileThatCameWhileAnAnswerWasLostIsKept(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	takesNoPacks(f)
	f.Faults.Add(storetest.Rule{Match: func(r *http.Request) bool { return isPut(r) && r.ContentLength == int64(len("mine")) }, Times: 1, Fault: func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
		storetest.Put(t, f.Store, "media", "d/a", "theirs")
		return storetest.DropAnswer(next, r)
	}})
	m := manager(t, job.Options{}, f.Store)
	done(t, m, job.Spec{Kind: job.Upload, To: f.Store.Conn(), Sources: []job.Source{{Local: tree(t, map[string]string{"a": "mine"})}}, Dest: store.Ref{Space: "media"}, Name: "d", Policy: job.KeepBoth})
	wantKeys(t, f.Store, "media", "", "d/a", "d/a (1)")
	for key, want := range map[string]string{"d/a": "theirs", "d/a (1)": "mine"} {
		if got := storetest.Read(t, f.Store, "media", key); got != want {
			t.Errorf("%s holds %q", key, got)
		}
	}
}

// Files of a pack are found where links in their tree lead, and nowhere else: also when a directory becomes a link after it was
// counted.
func TestAPackReadsWhatIsInItsTree(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	secret := tree(t, map[string]string{"a": "secret", "b": "secret"})
	names := map[string]string{"top": "0", "other/x": "x"}
	for i := range 40 {
		names[fmt.Sprintf("sub/deep/f%02d", i)] = fmt.Sprint(i)
		names[fmt.Sprintf("sub/g%02d", i)] = fmt.Sprint(-i)
	}
	names["moved/a"], names["moved/b"] = "mine", "mine"
	dir := tree(t, names)
	check(t, os.Symlink("../other/x", filepath.Join(dir, "sub", "link")))
	check(t, os.Symlink("sub/deep/f01", filepath.Join(dir, "uplink")))
	m := manager(t, job.Options{}, f.Store)
	p := m.Plan(job.Spec{Kind: job.Upload, To: f.Store.Conn(), Sources: []job.Source{{Local: dir}}, Dest: store.Ref{Space: "media"}, Name: "d"})
	check(t, p.Count(t.Context()))
	check(t, os.Rename(filepath.Join(dir, "moved"), filepath.Join(t.TempDir(), "moved")))
	check(t, os.Symlink(secret, filepath.Join(dir, "moved")))
	status := await(t, m, m.Start(p), ended)
	if status.FailedCount != 2 || status.ObjectsDone != len(names) {
		t.Errorf("%d failed, %d of %d done: %v", status.FailedCount, status.ObjectsDone, len(names), status.Failed)
	}
	names["sub/link"], names["uplink"] = "x", "1"
	delete(names, "moved/a")
	delete(names, "moved/b")
	for name, want := range names {
		if got := storetest.Read(t, f.Store, "media", "d/"+name); got != want {
			t.Errorf("%s holds %q, want %q", name, got, want)
		}
	}
	for _, key := range storetest.Keys(t, f.Store, "media", "") {
		if strings.HasPrefix(key, "d/moved") {
			t.Errorf("%s came from outside", key)
		}
	}
}
