package job_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
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

// isPackDown says whether a request asks for many objects.
var isPackDown = storetest.Is("POST", "archive")

// gets are how many requests there were for packs, and for single objects.
func gets(f *storetest.Fixture) (packs, single int) {
	for _, r := range f.Faults.Requests() {
		switch {
		case strings.HasPrefix(r, "POST ") && strings.Contains(r, "?archive"):
			packs++
		case strings.HasPrefix(r, "GET ") && !strings.Contains(r, "?") && strings.Count(r, "/") > 1:
			single++
		}
	}
	return packs, single
}

// withTimes are the files below a directory with their times, and what failed.
func withTimes(t *testing.T, dir string, status job.Status) string {
	t.Helper()
	var b strings.Builder
	fmt.Fprintf(&b, "%v, %d of %d, %d of %d bytes, %d skipped\n", status.Phase, status.ObjectsDone, status.Objects, status.BytesDone, status.Bytes, status.Skipped)
	failed := slices.SortedFunc(slices.Values(status.Failed), func(a, b job.Failure) int { return strings.Compare(a.Name, b.Name) })
	for _, x := range failed {
		fmt.Fprintf(&b, "failed %q: %v\n", x.Name, x.Err)
	}
	check(t, filepath.WalkDir(dir, func(at string, d os.DirEntry, err error) error {
		check(t, err)
		info, err := d.Info()
		check(t, err)
		if d.IsDir() {
			fmt.Fprintf(&b, "%q\n", strings.TrimPrefix(at, dir))
			return nil
		}
		text, err := os.ReadFile(at)
		fmt.Fprintf(&b, "%q holds %.30q, %v\n", strings.TrimPrefix(at, dir), text, info.ModTime().UTC())
		return err
	}))
	return b.String()
}

// A server of before gives no packs: what comes out is the same, by more requests.
func TestADownloadInPacksDoesWhatSingleGetsDo(t *testing.T) {
	for _, policy := range []job.Policy{job.Overwrite, job.Skip, job.KeepBoth, job.Newer, job.Differs} {
		for _, counted := range []bool{true, false} {
			t.Run(fmt.Sprintf("policy %d, counted %v", policy, counted), func(t *testing.T) {
				f := storetest.New(t, longAgo)
				f.Space(t, "media")
				for _, key := range []string{"one", "two.txt", "sub/three.css", "folder/", "there", "same", "éü +%2F&<", "/abs", "a//b", `c\..\d`, "%2e%2e/x", ".x.spaces.part", strings.Repeat("k", 250), "\u202egpj"} {
					storetest.Put(t, f.Store, "media", "b/"+key, strings.TrimSuffix("content of "+key, "content of folder/"))
				}
				storetest.Put(t, f.Store, "media", "b/empty", "")
				storetest.Put(t, f.Store, "media", "b/large", strings.Repeat("x", 100_000))
				timed := store.Props{Meta: map[string]string{"mtime": "1500000000.25"}}
				_, err := f.Store.Put(t.Context(), store.Ref{Space: "media", Key: "b/timed"}, strings.NewReader("timed"), 5, timed, store.PutOptions{})
				check(t, err)
				storetest.Put(t, f.Store, "media", "b/forbidden", "nobody reads this")
				check(t, f.Store.SetPolicy(t.Context(), "media", store.Policy{Text: `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::media/b/forbidden"}]}`}))
				downloaded := func(together bool) string {
					f.Faults.Clear()
					if !together {
						f.Faults.Add(storetest.Rule{Match: isPackDown, Fault: storetest.Answer(http.StatusNotImplemented, "NotImplemented")})
					}
					dir := tree(t, map[string]string{"there": "mine", "same": "content of same"})
					old := time.Unix(1_000_000_000, 0)
					for _, name := range []string{"there", "same"} {
						check(t, os.Chtimes(filepath.Join(dir, name), old, old))
					}
					m := manager(t, job.Options{Workers: 1}, f.Store)
					p := m.Plan(job.Spec{Kind: job.Download, From: f.Store.Conn(), Sources: []job.Source{{Ref: store.Ref{Space: "media", Key: "b/"}, Folder: true, Inside: true}}, LocalDir: dir})
					if counted {
						check(t, p.Count(t.Context()))
					}
					p.SetPolicy(policy)
					status := await(t, m, m.Start(p), ended)
					return strings.ReplaceAll(withTimes(t, dir, status), dir, "")
				}
				many := downloaded(true)
				if packs, single := gets(f); packs == 0 || policy == job.Overwrite && single > 9 {
					t.Errorf("%d packs, %d objects by themselves", packs, single)
				}
				if one := downloaded(false); one != many {
					t.Errorf("by single requests:\n%s\nin packs:\n%s", one, many)
				}
				if !strings.Contains(many, `failed "b/forbidden"`) || !strings.Contains(many, "2017-07-14 02:40:00.25") {
					t.Error(many)
				}
			})
		}
	}
}

// small are 40 objects in "media", and their contents by name.
func small(t *testing.T, f *storetest.Fixture) map[string]string {
	t.Helper()
	f.Space(t, "media")
	want := map[string]string{}
	for _, key := range numberedKeys("f", 40) {
		want[key] = "content of " + key + strings.Repeat(".", 2000)
		storetest.Put(t, f.Store, "media", key, want[key])
	}
	return want
}

func wantWhole(t *testing.T, dir string, want map[string]string) {
	t.Helper()
	got := files(t, dir)
	for name, content := range want {
		if got[name] != content {
			t.Errorf("%s holds %.40q", name, got[name])
		}
		delete(got, name)
	}
	for name := range got {
		t.Errorf("%s is there as well", name)
	}
}

func downloadOf(f *storetest.Fixture, dir string) job.Spec {
	return job.Spec{Kind: job.Download, From: f.Store.Conn(), Sources: []job.Source{folder("media", "")}, LocalDir: dir}
}

// What was whole stays, and the rest comes by itself.
func TestAPackThatBreaksOffLosesOnlyItsRest(t *testing.T) {
	for _, cut := range []int64{0, 100, 30_000, 30_720, 33_000} {
		f := storetest.New(t)
		want := small(t, f)
		f.Faults.Clear()
		f.Faults.Add(storetest.Rule{Match: isPackDown, Times: 1, Fault: storetest.CutBody(cut)})
		dir := t.TempDir()
		done(t, manager(t, job.Options{}, f.Store), downloadOf(f, dir))
		wantWhole(t, dir, want)
		if _, n := gets(f); cut > 1000 && (n == 0 || n > 35) { // where nothing came, the request is sent again
			t.Errorf("cut after %d bytes: %d came by themselves", cut, n)
		}
	}
}

// What arrives has to be what the endpoint keeps, at its own place.
func TestAPackThatArrivesOtherIsFetchedAgain(t *testing.T) {
	for _, c := range [][2]string{
		{"content of f00003", "CONTENT of f00003"}, {"spaces.key=f00004", "spaces.key=f00005"}, {"spaces.key=f00004", "spaces.key=../../x"},
	} {
		f := storetest.New(t)
		want := small(t, f)
		f.Faults.Clear()
		f.Faults.Add(storetest.Rule{Match: isPackDown, Times: 1, Fault: func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
			resp, err := next.RoundTrip(r)
			if err != nil {
				return resp, err
			}
			text, err := io.ReadAll(resp.Body)
			if !bytes.Contains(text, []byte(c[0])) {
				t.Errorf("%s is not in it", c[0])
			}
			if len(c[0]) == len(c[1]) {
				text = bytes.ReplaceAll(text, []byte(c[0]), []byte(c[1]))
			} else { // a record tells its own length
				text = bytes.ReplaceAll(text, []byte("21 "+c[0]), []byte("22 "+c[1]))
			}
			resp.Body = io.NopCloser(bytes.NewReader(text))
			return resp, err
		}})
		dir := t.TempDir()
		done(t, manager(t, job.Options{}, f.Store), downloadOf(f, dir))
		wantWhole(t, dir, want)
		if _, single := gets(f); single == 0 {
			t.Errorf("%v: nothing was fetched again", c)
		}
	}
}

// Who takes the request for another one is asked once, and then object by object.
func TestAServerThatGivesNoPacksIsAskedOnce(t *testing.T) {
	listing := func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
		return storetest.Document(r, `<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>`), nil
	}
	for name, fault := range map[string]storetest.Fault{"refuses": storetest.Answer(501, "NotImplemented"), "405": storetest.Answer(405, "MethodNotAllowed"), "lists": listing,
		"says nothing": storetest.Page("", ""), "a page": storetest.Page("text/html", "<html>")} {
		f := storetest.New(t)
		want := small(t, f)
		f.Faults.Clear()
		f.Faults.Add(storetest.Rule{Match: isPackDown, Fault: fault})
		dir := t.TempDir()
		status := run(t, manager(t, job.Options{Workers: 1}, f.Store), downloadOf(f, dir))
		if name == "a page" {
			continue // it is no answer of the endpoint, and said so
		}
		if status.Phase != job.Done {
			t.Errorf("%s: %v %v", name, status.Phase, status.Failed)
		}
		wantWhole(t, dir, want)
		if packs, _ := gets(f); packs != 1 {
			t.Errorf("%s: asked %d times", name, packs)
		}
	}
}

func TestAnObjectOfAPackThatChangedSinceItWasListedIsNotTaken(t *testing.T) {
	f := storetest.New(t)
	want := small(t, f)
	dir := t.TempDir()
	m := manager(t, job.Options{}, f.Store)
	p := m.Plan(downloadOf(f, dir))
	check(t, p.Count(t.Context()))
	storetest.Put(t, f.Store, "media", "f00007", strings.Repeat("y", len(want["f00007"])))
	storetest.Put(t, f.Store, "media", "f00008", "shorter")
	check(t, f.Store.Delete(t.Context(), store.Ref{Space: "media", Key: "f00009"}))
	status := await(t, m, m.Start(p), ended)
	if status.FailedCount != 3 || status.ObjectsDone != 37 {
		t.Errorf("%d done, %v", status.ObjectsDone, status.Failed)
	}
	for _, key := range []string{"f00007", "f00008", "f00009"} {
		delete(want, key)
	}
	wantWhole(t, dir, want)
}

// A program that is killed in the middle of a pack leaves no file that is not whole, and the next has nothing in its way.
func TestAKilledDownloadInPacksGoesOn(t *testing.T) {
	f := storetest.New(t, storetest.Listener())
	want := small(t, f)
	dir, state := t.TempDir(), t.TempDir()
	errand{URL: f.URL, Ledger: state, Spec: downloadOf(f, dir), Method: "POST", Has: "archive", Stops: 50_000}.dies(t)
	for name, content := range files(t, dir) {
		if !strings.HasSuffix(name, ".spaces.part") && want[name] != content {
			t.Errorf("%s is not whole", name)
		}
	}
	m := afterwards(t, f.Store, state, 4)
	wantUnfinished(t, m, 1)
	again(t, m)
	wantWhole(t, dir, want)
}

func TestACanceledDownloadInPacksLeavesOnlyWhatIsWhole(t *testing.T) {
	f := storetest.New(t)
	want := small(t, f)
	entered, release := make(chan struct{}, 1), make(chan struct{})
	f.Faults.Add(storetest.Rule{Match: isPackDown, Fault: storetest.Hold(entered, release, storetest.CutBody(40_000))})
	dir := t.TempDir()
	m := manager(t, job.Options{}, f.Store)
	id := m.Start(m.Plan(downloadOf(f, dir)))
	<-entered
	m.Cancel(id)
	close(release)
	await(t, m, id, func(s job.Status) bool { return s.Phase == job.Canceled })
	for name, content := range files(t, dir) {
		if want[name] != content {
			t.Errorf("%s is left", name)
		}
	}
}
