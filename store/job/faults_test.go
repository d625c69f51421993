package job_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
)

// copying opens a fixture's store as one that has no RenameObject: a move has to copy.
func copying(t *testing.T, f *storetest.Fixture) *store.Store {
	return f.Open(t, func(c *store.Config) { c.Endpoint = f.URL })
}

// A move is stopped dead at each of its requests in turn, before and after the server has done it. The object must be
// there whole all the time, and after one more try exactly once.
func TestAMoveNeverLosesTheOnlyCopy(t *testing.T) {
	for _, way := range []string{"renaming", "copying", "across stores"} {
		t.Run(way, func(t *testing.T) {
			for step := 0; ; step++ {
				before := stopMoveAt(t, way, step, storetest.Reset)
				after := stopMoveAt(t, way, step, storetest.DropAnswer)
				if before && after {
					if step < 4 {
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
	f := storetest.New(t, storetest.Listener())
	from := f.Store
	switch way {
	case "renaming":
		from = f.Open(t, func(c *store.Config) { c.Dial = f.Server.Dial })
	default:
		from = copying(t, f)
	}
	to := from
	if way == "across stores" {
		to = copying(t, f)
	}
	f.Space(t, "media")
	f.Space(t, "other")
	keys := []string{"f/1", "f/2", "f/sub/3", "single"}
	fill(t, f.Store, "media", keys...)
	dest := store.Ref{Space: "media", Key: "new/"}
	spec := job.Spec{Kind: job.Move, From: from, To: to, Sources: []job.Source{folder("media", "f/"), object("media", "single")}, Dest: dest}

	m := manager(t, job.Options{Workers: 2})
	p := job.NewPlan(spec)
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
	f := storetest.New(t, storetest.Listener())
	s := copying(t, f)
	f.Space(t, "media")
	fill(t, f.Store, "media", "f/1", "f/2", "single")
	f.Faults.Add(storetest.Rule{Match: storetest.Is("HEAD", "/new/"), Times: 3, Fault: func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
		key := strings.TrimPrefix(r.URL.Path, "/media/new/")
		if key != "f/2" {
			storetest.Put(t, f.Open(t, func(c *store.Config) { c.Wrap = nil }), "media", key, "written meanwhile")
		}
		return next.RoundTrip(r)
	}})
	m := manager(t, job.Options{})
	p := job.NewPlan(job.Spec{Kind: job.Move, From: s, To: s, Sources: []job.Source{folder("media", "f/"), object("media", "single")},
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
	f := storetest.New(t, storetest.Listener())
	s := copying(t, f)
	f.Space(t, "media")
	fill(t, f.Store, "media", "f/1", "f/2", "f/3", "g/1")
	f.Faults.Add(storetest.Rule{Match: storetest.Is("PUT", "/new/f/2"), Fault: storetest.Answer(403, "AccessDenied")})
	m := manager(t, job.Options{})
	p := job.NewPlan(job.Spec{Kind: job.Move, From: s, To: s, Sources: []job.Source{folder("media", "f/"), folder("media", "g/")},
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

func TestADownloadIsAllOrNothing(t *testing.T) {
	content := strings.Repeat("0123456789abcdef", 1<<16)
	corrupt := func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
		resp, err := next.RoundTrip(r)
		if err == nil {
			b, _ := io.ReadAll(resp.Body)
			b[len(b)/2] ^= 1
			resp.Body = io.NopCloser(bytes.NewReader(b))
		}
		return resp, err
	}
	for name, c := range map[string]struct {
		fault storetest.Fault
		times int
		fine  bool
		part  int64
	}{
		"cut once":                  {storetest.CutBody(100_000), 1, true, 0},
		"cut once, in ranges":       {storetest.CutBody(100_000), 1, true, 5 << 20},
		"cut at every answer":       {storetest.CutBody(200_000), 0, true, 0},
		"reset":                     {storetest.Reset, 2, true, 0},
		"changed on its way":        {corrupt, 1, false, 0},
		"changed on its way, range": {corrupt, 1, false, 5 << 20},
		"refused":                   {storetest.Answer(403, "AccessDenied"), 0, false, 0},
	} {
		t.Run(name, func(t *testing.T) {
			f := storetest.New(t)
			f.Space(t, "media")
			want := content
			if c.part > 0 {
				want = strings.Repeat(content, 11)
			}
			storetest.Put(t, f.Store, "media", "x", want)
			dir := tree(t, map[string]string{"x": "the old file"})
			f.Faults.Add(storetest.Rule{Match: storetest.Is("GET", "/x"), Times: c.times, Fault: c.fault})
			m := manager(t, job.Options{PartSize: c.part, Workers: 4})
			status := run(t, m, job.Spec{Kind: job.Download, From: f.Store, Sources: []job.Source{object("media", "x")}, LocalDir: dir})
			got := files(t, dir)
			switch {
			case len(got) != 1:
				t.Errorf("there are %d files", len(got))
			case c.fine && (status.Phase != job.Done || got["x"] != want):
				t.Errorf("ended %v with %d bytes: %v", status.Phase, len(got["x"]), status.Failed)
			case !c.fine && (status.Phase != job.Failed || got["x"] != "the old file"):
				t.Errorf("ended %v with %d bytes", status.Phase, len(got["x"]))
			}
		})
	}
}

func TestABrokenDownloadGoesOnWhereItBroke(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	want := strings.Repeat("0123456789abcdef", 1<<16)
	storetest.Put(t, f.Store, "media", "x", want)
	var ranges []string
	f.Faults.Add(storetest.Rule{Match: storetest.Is("GET", "/x"), Fault: func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
		ranges = append(ranges, r.Header.Get("Range")+r.Header.Get("If-Match"))
		if len(ranges) == 1 {
			return storetest.CutBody(400_000)(next, r)
		}
		return next.RoundTrip(r)
	}})
	m := manager(t, job.Options{})
	dir := t.TempDir()
	done(t, m, job.Spec{Kind: job.Download, From: f.Store, Sources: []job.Source{object("media", "x")}, LocalDir: dir})
	if len(ranges) != 2 || !strings.HasPrefix(ranges[1], `bytes=400000-"`) {
		t.Errorf("asked for %q", ranges)
	}
	if files(t, dir)["x"] != want {
		t.Error("the file is another")
	}
}

func TestAnObjectReplacedDuringItsDownloadIsAnError(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	storetest.Put(t, f.Store, "media", "x", strings.Repeat("a", 1<<20))
	f.Faults.Add(storetest.Rule{Match: storetest.Is("GET", "/x"), Times: 1, Fault: func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
		resp, err := storetest.CutBody(100_000)(next, r)
		storetest.Put(t, f.Store, "media", "x", strings.Repeat("b", 1<<20))
		return resp, err
	}})
	m := manager(t, job.Options{})
	dir := t.TempDir()
	status := run(t, m, job.Spec{Kind: job.Download, From: f.Store, Sources: []job.Source{object("media", "x")}, LocalDir: dir})
	if status.Phase != job.Failed || !errors.Is(status.Failed[0].Err, store.Precondition) || len(files(t, dir)) != 0 {
		t.Errorf("ended %v, %v, with %d files", status.Phase, status.Failed, len(files(t, dir)))
	}
}

func TestEachFailureIsToldAndRetriedAlone(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	names := map[string]string{}
	for i := range 40 {
		names[fmt.Sprintf("f%02d", i)] = "x"
	}
	dir := tree(t, names)
	bad := []string{"/f03", "/f17", "/f31"}
	for _, name := range bad {
		f.Faults.Add(storetest.Rule{Match: storetest.Is("PUT", name), Fault: storetest.Answer(403, "AccessDenied")})
	}
	m := manager(t, job.Options{})
	p := job.NewPlan(job.Spec{Kind: job.Upload, To: f.Store, Sources: []job.Source{{Local: dir}}, Dest: store.Ref{Space: "media"}})
	check(t, p.Count(t.Context()))
	id := m.Start(p)
	status := await(t, m, id, ended)
	if status.Phase != job.Failed || status.FailedCount != 3 || status.ObjectsDone != 37 {
		t.Fatalf("ended %v, %d failed, %d done", status.Phase, status.FailedCount, status.ObjectsDone)
	}
	for _, one := range status.Failed {
		var e *store.Error
		if !errors.As(one.Err, &e) || e.Code != "AccessDenied" || e.RequestID == "" || !strings.HasPrefix(one.Name, dir) {
			t.Errorf("told is %q: %v", one.Name, one.Err)
		}
	}
	f.Faults.Clear()
	m.Retry(id)
	status = await(t, m, id, ended)
	if status.Phase != job.Done || status.ObjectsDone != 40 || status.FailedCount != 0 {
		t.Errorf("tried again, it ended %v, %d failed, %d done", status.Phase, status.FailedCount, status.ObjectsDone)
	}
	if n := len(f.Faults.Requests()); n != 3 {
		t.Errorf("tried again with %d requests: %q", n, f.Faults.Requests())
	}
}

func TestAnUnreadableFileIsToldAndTheRestGoesOn(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	dir := tree(t, map[string]string{"ok": "x", "sub/ok": "y", "gone": "z"})
	check(t, os.Symlink("/etc", filepath.Join(dir, "linked-dir")))
	check(t, os.Symlink("/etc/hostname", filepath.Join(dir, "linked-out")))
	check(t, os.Symlink("ok", filepath.Join(dir, "linked-in")))
	p := job.NewPlan(job.Spec{Kind: job.Upload, To: f.Store, Sources: []job.Source{{Local: dir}, {Local: filepath.Join(dir, "never")}}, Dest: store.Ref{Space: "media"}, Base: ""})
	if err := p.Count(t.Context()); err == nil {
		t.Error("counting tells of nothing")
	}
	if failed := p.Failed(); len(failed) != 3 || p.Totals().Failed != 3 {
		t.Errorf("counting lost %v", failed)
	}
	check(t, os.Remove(filepath.Join(dir, "gone")))
	m := manager(t, job.Options{})
	status := await(t, m, m.Start(p), ended)
	if status.Phase != job.Failed || status.FailedCount != 4 || status.ObjectsDone != 3 {
		t.Errorf("ended %v, done %d, failed %v", status.Phase, status.ObjectsDone, status.Failed)
	}
	base := filepath.Base(dir) + "/"
	wantKeys(t, f.Store, "media", "", base+"ok", base+"sub/ok", base+"linked-in")
}

func TestAFileThatChangesDuringItsUploadFails(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	dir := tree(t, map[string]string{"big": strings.Repeat("x", 11<<20)})
	f.Faults.Add(storetest.Rule{Match: storetest.Is("PUT", "partNumber"), Times: 1, Fault: storetest.Before(func() {
		file, err := os.OpenFile(filepath.Join(dir, "big"), os.O_APPEND|os.O_WRONLY, 0)
		check(t, err)
		defer file.Close()
		_, err = file.WriteString("more")
		check(t, err)
	})})
	m := manager(t, job.Options{PartSize: 5 << 20})
	status := run(t, m, job.Spec{Kind: job.Upload, To: f.Store, Sources: []job.Source{{Local: filepath.Join(dir, "big")}}, Dest: store.Ref{Space: "media"}})
	if status.Phase != job.Failed || !strings.Contains(status.Failed[0].Err.Error(), "changed") {
		t.Errorf("ended %v with %v", status.Phase, status.Failed)
	}
	wantNoUploads(t, f)
}

func wantNoUploads(t *testing.T, f *storetest.Fixture) {
	t.Helper()
	wantKeys(t, f.Store, "media", "")
	uploads, err := f.Store.Uploads(t.Context(), "media", "")
	check(t, err)
	if len(uploads) > 0 {
		t.Errorf("left are the uploads %v", uploads)
	}
}

func TestCancelLeavesNothingBehind(t *testing.T) {
	before := runtime.NumGoroutine()
	t.Run("", func(t *testing.T) {
		f := storetest.New(t)
		f.Space(t, "media")
		dir := tree(t, map[string]string{"big": strings.Repeat("x", 11<<20), "small": "x"})
		entered := make(chan struct{}, 100)
		f.Faults.Add(storetest.Rule{Match: storetest.Is("PUT", "partNumber"), Skip: 1, Fault: storetest.Hang(entered)})
		m := manager(t, job.Options{PartSize: 5 << 20})
		p := job.NewPlan(job.Spec{Kind: job.Upload, To: f.Store, Sources: []job.Source{{Local: filepath.Join(dir, "big")}}, Dest: store.Ref{Space: "media"}})
		id := m.Start(p)
		<-entered
		start := time.Now()
		m.Cancel(id)
		status := await(t, m, id, ended)
		if took := time.Since(start); status.Phase != job.Canceled || took > time.Second {
			t.Errorf("ended %v after %v", status.Phase, took)
		}
		wantNoUploads(t, f)

		f.Faults.Clear()
		storetest.Put(t, f.Store, "media", "x", strings.Repeat("x", 1<<20))
		f.Faults.Add(storetest.Rule{Match: storetest.Is("GET", "/x"), Fault: func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
			resp, err := next.RoundTrip(r)
			if err == nil {
				resp.Body = &stalled{ReadCloser: resp.Body, r: r, entered: entered}
			}
			return resp, err
		}})
		out := t.TempDir()
		id = m.Start(job.NewPlan(job.Spec{Kind: job.Download, From: f.Store, Sources: []job.Source{object("media", "x")}, LocalDir: out}))
		<-entered
		m.Cancel(id)
		await(t, m, id, ended)
		if got := files(t, out); len(got) > 0 {
			t.Errorf("of a canceled download there is %d", len(got))
		}
	})
	for range 100 {
		if runtime.NumGoroutine() <= before {
			return
		}
		runtime.Gosched()
		time.Sleep(10 * time.Millisecond) // idle connections of a closed server end on their own time
	}
	if after := runtime.NumGoroutine(); after > before+2 {
		buf := make([]byte, 1<<16)
		t.Errorf("%d goroutines, %d before:\n%s", after, before, buf[:runtime.Stack(buf, true)])
	}
}

// stalled gives a little and then waits for the request to be given up.
type stalled struct {
	io.ReadCloser
	r       *http.Request
	entered chan struct{}
	some    bool
}

func (s *stalled) Read(p []byte) (int, error) {
	if !s.some {
		s.some = true
		return s.ReadCloser.Read(p[:min(len(p), 1000)])
	}
	s.entered <- struct{}{}
	<-s.r.Context().Done()
	return 0, s.r.Context().Err()
}

func TestAPausedJobBeginsNothing(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	names := map[string]string{}
	for i := range 200 {
		names[fmt.Sprintf("f%03d", i)] = "x"
	}
	entered, release := make(chan struct{}, 100), make(chan struct{})
	f.Faults.Add(storetest.Rule{Match: storetest.Is("PUT", "f"), Skip: 20, Times: 1, Fault: func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
		entered <- struct{}{}
		<-release
		return next.RoundTrip(r)
	}})
	m := manager(t, job.Options{Workers: 1})
	id := m.Start(job.NewPlan(job.Spec{Kind: job.Upload, To: f.Store, Sources: []job.Source{{Local: tree(t, names)}}, Dest: store.Ref{Space: "media"}}))
	<-entered
	m.Pause(id)
	close(release)
	status := await(t, m, id, func(s job.Status) bool { return s.Phase == job.Paused && s.ObjectsDone == 21 })
	if !m.Busy() || status.Phase.Ended() {
		t.Errorf("a paused job is %v", status.Phase)
	}
	m.Resume(id)
	if status := await(t, m, id, ended); status.Phase != job.Done || status.ObjectsDone != 200 {
		t.Errorf("ended %v with %d", status.Phase, status.ObjectsDone)
	}
	m.Clear()
	if m.Busy() || len(m.Snapshot()) != 0 {
		t.Error("a cleared job is still there")
	}
}
