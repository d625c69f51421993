package job_test

import (
	"errors"
	"fmt"
	"net/http"
	"os"
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

// begin is run without counting: the first requests are those of the work.
func begin(t *testing.T, m *job.Manager, s job.Spec) job.Status {
	t.Helper()
	return await(t, m, m.Start(m.Plan(s)), ended)
}

// up moves a directory to a Space.
func up(dir string) job.Spec {
	return job.Spec{Kind: job.Upload, Sources: []job.Source{{Local: dir}}, Dest: store.Ref{Space: "media", Key: "in/"}, Name: "d", Away: true}
}

// down moves sources to a directory.
func down(dir string, sources ...job.Source) job.Spec {
	return job.Spec{Kind: job.Download, Sources: sources, LocalDir: dir, Away: true}
}

// filesLeft counts files while they go.
func filesLeft(dir string) (n int) {
	_ = filepath.WalkDir(dir, func(_ string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			n++
		}
		return nil
	})
	return n
}

func TestAFileThatMovesUpGoesWhenItsObjectIsThere(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	dir := tree(t, map[string]string{"a": "one", "e/b": "two", "e/none/": "", "big": noise(11 << 20)})
	f.Faults.Add(storetest.Rule{Match: storetest.Is("PUT", "/in/"), Fault: storetest.Before(func() {
		if n := filesLeft(dir); n+len(storetest.Keys(t, f.Store, "media", "in/")) < 3 {
			t.Errorf("%d files are left", n)
		}
	})})
	m := manager(t, job.Options{PartSize: 5 << 20}, f.Store)
	status := done(t, m, up(dir))
	if !strings.HasPrefix(status.Title, "Move ") {
		t.Errorf("it is called %q", status.Title)
	}
	wantKeys(t, f.Store, "media", "in/", "in/d/a", "in/d/big", "in/d/e/b", "in/d/e/none/")
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the directory is there: %v", err)
	}
}

func TestWhatIsNotWhatWasSentKeepsItsFile(t *testing.T) {
	for name, c := range map[string]struct {
		match func(*http.Request) bool
		fault func(f *storetest.Fixture, dir string) storetest.Fault
		left  string
	}{
		"written to while it is sent": {storetest.Is("HEAD", "/in/d/a"), func(_ *storetest.Fixture, dir string) storetest.Fault {
			return storetest.Before(func() { check(t, os.WriteFile(filepath.Join(dir, "a"), []byte("another"), 0o644)) })
		}, "another"},
		"another has its name": {storetest.Is("HEAD", "/in/d/a"), func(_ *storetest.Fixture, dir string) storetest.Fault {
			return storetest.Before(func() {
				check(t, os.WriteFile(filepath.Join(dir, "new"), []byte("other"), 0o644))
				check(t, os.Rename(filepath.Join(dir, "new"), filepath.Join(dir, "a")))
			})
		}, "other"},
		"the object was replaced": {storetest.Is("PUT", "/in/d/a"), func(f *storetest.Fixture, _ string) storetest.Fault {
			return func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
				resp, err := next.RoundTrip(r)
				storetest.Put(t, f.Store, "media", "in/d/a", "eno")
				return resp, err
			}
		}, "one"},
		"the object is gone": {storetest.Is("HEAD", "/in/d/a"), func(*storetest.Fixture, string) storetest.Fault {
			return storetest.Answer(404, "NoSuchKey")
		}, "one"},
	} {
		t.Run(name, func(t *testing.T) {
			f := storetest.New(t)
			f.Space(t, "media")
			dir := tree(t, map[string]string{"a": "one", "b": "two"})
			f.Faults.Add(storetest.Rule{Match: c.match, Times: 1, Fault: c.fault(f, dir)})
			m := manager(t, job.Options{}, f.Store)
			status := begin(t, m, up(dir))
			if status.Phase != job.Failed || status.FailedCount != 1 || !strings.Contains(status.Failed[0].Err.Error(), "kept") {
				t.Errorf("ended %v: %v", status.Phase, status.Failed)
			}
			if got := files(t, dir); len(got) != 1 || got["a"] != c.left {
				t.Errorf("left is %q", got)
			}
			f.Faults.Clear()
			m.Retry(status.ID)
			if status = await(t, m, status.ID, ended); status.Phase != job.Done {
				t.Fatalf("tried again, it ended %v: %v", status.Phase, status.Failed)
			}
			wantContent(t, f, "in/d/a", c.left)
			if _, err := os.Stat(dir); err == nil {
				t.Error("the directory is there")
			}
		})
	}
}

// A file that cannot be removed has arrived: it is not sent again, under whatever policy.
func TestAFileThatCannotBeRemovedIsNotSentAgain(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("nothing is forbidden to root")
	}
	f := storetest.New(t)
	f.Space(t, "media")
	dir := tree(t, map[string]string{"e/a": "one"})
	check(t, os.Chmod(filepath.Join(dir, "e"), 0o500))
	t.Cleanup(func() { _ = os.Chmod(filepath.Join(dir, "e"), 0o700) })
	m := manager(t, job.Options{}, f.Store)
	spec := up(dir)
	spec.Policy = job.KeepBoth
	status := run(t, m, spec)
	if status.Phase != job.Failed || !errors.Is(status.Failed[0].Err, os.ErrPermission) {
		t.Fatalf("ended %v: %v", status.Phase, status.Failed)
	}
	check(t, os.Chmod(filepath.Join(dir, "e"), 0o700))
	m.Retry(status.ID)
	if status = await(t, m, status.ID, ended); status.Phase != job.Done || len(files(t, dir)) != 0 {
		t.Errorf("ended %v: %v", status.Phase, status.Failed)
	}
	wantKeys(t, f.Store, "media", "", "in/d/e/a")
}

func TestAnObjectThatMovesDownGoesWhenItsFileIsOnTheDisk(t *testing.T) {
	for name, sources := range map[string][]job.Source{
		"folder": {folder("media", "d/")},
		"files":  {object("media", "d/a"), object("media", "d/e/b")},
	} {
		t.Run(name, func(t *testing.T) {
			f := storetest.New(t)
			f.Space(t, "media")
			fill(t, f.Store, "media", "d/a", "d/e/b")
			m, out := manager(t, job.Options{}, f.Store), t.TempDir()
			j := watch(t, m, out)
			f.Faults.Add(storetest.Rule{Match: storetest.Is("POST", "delete"), Fault: storetest.Before(func() {
				j.mu.Lock()
				defer j.mu.Unlock()
				if len(j.durable) != 2 {
					t.Errorf("on the disk are %v", j.durable)
				}
			})})
			spec := down(out, sources...)
			status := run(t, m, spec)
			if status.Phase != job.Done {
				t.Fatalf("ended %v: %v", status.Phase, status.Failed)
			}
			wantKeys(t, f.Store, "media", "")
			if got := files(t, out); len(got) != 2 || got["d/a"] != "content of d/a" {
				t.Errorf("there are %q", got)
			}
		})
	}
}

func TestAnObjectWrittenWhileItMovesDownIsKept(t *testing.T) {
	for name, src := range map[string]job.Source{"folder": folder("media", "d/"), "file": object("media", "d/a")} {
		t.Run(name, func(t *testing.T) {
			f := storetest.New(t)
			f.Space(t, "media")
			fill(t, f.Store, "media", "d/a")
			f.Faults.Add(storetest.Rule{Match: storetest.Is("GET", "/d/a"), Fault: func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
				resp, err := next.RoundTrip(r)
				storetest.Put(t, f.Store, "media", "d/a", "written meanwhile")
				return resp, err
			}})
			m, out := manager(t, job.Options{}, f.Store), t.TempDir()
			status := begin(t, m, down(out, src))
			if status.Phase != job.Failed || len(status.Failed) != 1 || !strings.Contains(status.Failed[0].Err.Error(), "kept") {
				t.Errorf("ended %v: %v", status.Phase, status.Failed)
			}
			wantKeys(t, f.Store, "media", "", "d/a")
		})
	}
}

func TestWhatIsSkippedStaysOnItsSide(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	fill(t, f.Store, "media", "in/d/a", "in/d/b")
	dir := tree(t, map[string]string{"a": "one", "c": "three"})
	m := manager(t, job.Options{}, f.Store)
	spec := up(dir)
	spec.Policy = job.Skip
	done(t, m, spec)
	if got := files(t, dir); len(got) != 1 || got["a"] != "one" {
		t.Errorf("left is %q", got)
	}
	out := tree(t, map[string]string{"d/b": "mine"})
	spec = down(out, job.Source{Ref: store.Ref{Space: "media", Key: "in/d/"}, Folder: true})
	spec.Policy, spec.Base = job.Skip, "in/"
	done(t, m, spec)
	wantKeys(t, f.Store, "media", "", "in/d/b")
	if got := files(t, out); got["d/b"] != "mine" || got["d/c"] != "three" || len(got) != 3 {
		t.Errorf("there are %q", got)
	}
}

// Killed anywhere, there is a whole copy of everything; done again, exactly one.
func TestAKilledMoveToOrFromADirectoryLosesNothing(t *testing.T) {
	for name, at := range map[string]errand{
		"up, before a file is sent":         {Method: "PUT", Has: "/in/", After: 3},
		"up, its answer lost":               {Method: "PUT", Has: "/in/", After: 3, Lost: true},
		"up, before it is looked at":        {Method: "HEAD", Has: "/in/", After: 2},
		"down, before a file comes":         {Method: "POST", Has: "?archive", Stops: 5000},
		"down, before objects are deleted":  {Method: "POST", Has: "?delete"},
		"down, when objects are deleted":    {Method: "POST", Has: "?delete", Lost: true},
		"files, before objects are deleted": {Method: "POST", Has: "?delete"},
		"files, when objects are deleted":   {Method: "POST", Has: "?delete", Lost: true},
	} {
		for _, policy := range []job.Policy{job.Overwrite, job.KeepBoth, job.Skip} {
			t.Run(fmt.Sprint(name, policy), func(t *testing.T) {
				f := storetest.New(t, storetest.Listener(), longAgo)
				f.Space(t, "media")
				content := map[string]string{}
				for i := range 6 {
					content[fmt.Sprintf("d/f%d", i)] = fmt.Sprint("content of ", i)
				}
				isUp := strings.HasPrefix(name, "up")
				dir := t.TempDir()
				if isUp {
					dir = tree(t, content)
					at.Spec = up(filepath.Join(dir, "d"))
				} else {
					var sources []job.Source
					for key, text := range content {
						storetest.Put(t, f.Store, "media", key, text)
						sources = append(sources, object("media", key))
					}
					if strings.HasPrefix(name, "down") {
						sources = []job.Source{folder("media", "d/")}
					}
					at.Spec = down(dir, sources...)
				}
				at.Spec.Policy, at.URL, at.Ledger = policy, f.URL, t.TempDir()
				at.dies(t)
				here := files(t, dir)
				for key, want := range content {
					there := key
					if isUp {
						there = "in/" + key
					}
					if here[key] != want && !slices.Contains(storetest.Keys(t, f.Store, "media", ""), there) {
						t.Errorf("%s is lost", key)
					}
				}
				again(t, afterwards(t, f.Store, at.Ledger, 4))
				here = files(t, dir)
				keys := storetest.Keys(t, f.Store, "media", "")
				if isUp && (len(here) != 0 || len(keys) != len(content)) || !isUp && (len(here) != len(content) || len(keys) != 0) {
					t.Errorf("here are %q, there %q", here, keys)
				}
				for key, want := range content {
					if isUp {
						wantContent(t, f, "in/"+key, want)
					} else if got := here[key] + here[filepath.Base(key)]; got != want {
						t.Errorf("%s has %q", key, got)
					}
				}
				wantNothingNoted(t, at.Ledger)
			})
		}
	}
}

// What was written after the move was confirmed is left alone by its second half.
func TestAMoveDownThatIsDoneAgainLeavesAloneWhatCameLater(t *testing.T) {
	var ago atomic.Int64 // hours that the clock of the server is behind
	ago.Store(1)
	f := storetest.New(t, storetest.Listener(), storetest.Written(func() time.Time { return time.Now().Add(-time.Duration(ago.Load()) * time.Hour) }))
	f.Space(t, "media")
	fill(t, f.Store, "media", "d/a", "d/b")
	out, state := t.TempDir(), t.TempDir()
	errand{URL: f.URL, Ledger: state, Method: "POST", Has: "?delete", Spec: down(out, folder("media", "d/"))}.dies(t)
	ago.Store(0)
	storetest.Put(t, f.Store, "media", "d/b", "written later")
	again(t, afterwards(t, f.Store, state, 4))
	wantKeys(t, f.Store, "media", "", "d/b")
}
