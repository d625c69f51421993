package job_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
)

func TestEachFailureIsToldAndRetriedAlone(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	takesNoPacks(f)
	names := map[string]string{}
	for i := range 40 {
		names[fmt.Sprintf("f%02d", i)] = "x"
	}
	dir := tree(t, names)
	bad := []string{"/f03", "/f17", "/f31"}
	for _, name := range bad {
		f.Faults.Add(storetest.Rule{Match: storetest.Is("PUT", name), Fault: storetest.Answer(403, "AccessDenied")})
	}
	m := manager(t, job.Options{}, f.Store)
	p := m.Plan(job.Spec{Kind: job.Upload, To: f.Store.Conn(), Sources: []job.Source{{Local: dir}}, Dest: store.Ref{Space: "media"}})
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
	m := manager(t, job.Options{}, f.Store)
	p := m.Plan(job.Spec{Kind: job.Upload, To: f.Store.Conn(), Sources: []job.Source{{Local: dir}, {Local: filepath.Join(dir, "never")}}, Dest: store.Ref{Space: "media"}, Base: ""})
	if err := p.Count(t.Context()); err == nil {
		t.Error("counting tells of nothing")
	}
	if failed := p.Failed(); len(failed) != 1 || p.Totals().Failed != 1 {
		t.Errorf("counting lost %v", failed)
	}
	check(t, os.Remove(filepath.Join(dir, "gone")))
	status := await(t, m, m.Start(p), ended)
	if status.Phase != job.Failed || status.FailedCount != 2 || status.LeftOut != 2 || status.ObjectsDone != 3 {
		t.Errorf("ended %v, done %d, failed %v", status.Phase, status.ObjectsDone, status.Failed)
	}
	base := filepath.Base(dir) + "/"
	wantKeys(t, f.Store, "media", "", base+"ok", base+"sub/ok", base+"linked-in")
}

func TestAFileThatChangesDuringItsUploadFails(t *testing.T) {
	longer := func(f *os.File) error { _, err := f.WriteAt([]byte("more"), 11<<20); return err }
	for name, c := range map[string]struct {
		size   int
		change func(*os.File) error
	}{
		"of parts":            {11 << 20, longer},
		"longer":              {4 << 20, longer},
		"shorter":             {4 << 20, func(f *os.File) error { return f.Truncate(1 << 20) }},
		"shorter by its last": {4 << 20, func(f *os.File) error { return f.Truncate(4<<20 - 1) }},
		"as long":             {4 << 20, func(f *os.File) error { _, err := f.WriteAt([]byte("y"), 3<<20); return err }},
		"what came already":   {4 << 20, func(f *os.File) error { _, err := f.WriteAt([]byte("y"), 0); return err }},
	} {
		t.Run(name, func(t *testing.T) {
			f := storetest.New(t)
			f.Space(t, "media")
			path := filepath.Join(tree(t, map[string]string{"big": strings.Repeat("x", c.size)}), "big")
			check(t, os.Chtimes(path, time.Time{}, time.Unix(1e9, 0)))
			puts := 0
			f.Faults.Add(storetest.Rule{Match: storetest.Is("PUT", "/big"), Fault: func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
				if puts++; puts == 1 {
					file, err := os.OpenFile(path, os.O_WRONLY, 0)
					check(t, err)
					defer file.Close()
					check(t, c.change(file))
				}
				return next.RoundTrip(r)
			}})
			m := manager(t, job.Options{Workers: 1, PartSize: 5 << 20}, f.Store)
			status := run(t, m, job.Spec{Kind: job.Upload, To: f.Store.Conn(), Sources: []job.Source{{Local: path}}, Dest: store.Ref{Space: "media"}})
			if status.Phase != job.Failed || !strings.Contains(status.Failed[0].Err.Error(), "changed") {
				t.Errorf("ended %v with %v", status.Phase, status.Failed)
			}
			if c.size < 5<<20 && puts != 1 {
				t.Errorf("it was sent %d times", puts)
			}
			wantNoUploads(t, f)
		})
	}
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

// The bubble is what finds a goroutine that is left: it does not end before all in it have.
func TestCancelLeavesNothingBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := storetest.New(t)
		f.Space(t, "media")
		dir := tree(t, map[string]string{"big": strings.Repeat("x", 11<<20), "small": "x"})
		entered := make(chan struct{}, 100)
		f.Faults.Add(storetest.Rule{Match: storetest.Is("PUT", "partNumber"), Skip: 1, Fault: storetest.Hang(entered)})
		m := manager(t, job.Options{PartSize: 5 << 20}, f.Store)
		p := m.Plan(job.Spec{Kind: job.Upload, To: f.Store.Conn(), Sources: []job.Source{{Local: filepath.Join(dir, "big")}}, Dest: store.Ref{Space: "media"}})
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
		id = m.Start(m.Plan(job.Spec{Kind: job.Download, From: f.Store.Conn(), Sources: []job.Source{object("media", "x")}, LocalDir: out}))
		<-entered
		m.Cancel(id)
		await(t, m, id, ended)
		if got := files(t, out); len(got) > 0 {
			t.Errorf("of a canceled download there is %d", len(got))
		}
	})
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
	takesNoPacks(f)
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
	m := manager(t, job.Options{Workers: 1}, f.Store)
	id := m.Start(m.Plan(job.Spec{Kind: job.Upload, To: f.Store.Conn(), Sources: []job.Source{{Local: tree(t, names)}}, Dest: store.Ref{Space: "media"}}))
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
