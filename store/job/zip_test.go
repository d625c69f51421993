package job_test

import (
	"archive/zip"
	"bytes"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
)

func zipSpec(f *storetest.Fixture, dir string, folders ...string) job.Spec {
	s := job.Spec{Kind: job.Zip, From: f.Store.Conn(), LocalDir: dir}
	for _, key := range folders {
		s.Sources = append(s.Sources, folder("media", key))
	}
	return s
}

// zipped are the members of a file.
func zipped(t *testing.T, path string) (names []string) {
	t.Helper()
	r, err := zip.OpenReader(path)
	check(t, err)
	defer r.Close()
	for _, m := range r.File {
		names = append(names, m.Name)
	}
	slices.Sort(names)
	return names
}

func TestAFolderIsDownloadedAsOneFile(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	fill(t, f.Store, "media", "photos/a", "photos/sub/b", "photos/%2e%2e/c", "other/x")
	storetest.Put(t, f.Store, "media", "photos/large", noise(3<<20))
	dir := t.TempDir()
	m := manager(t, job.Options{}, f.Store)
	done(t, m, zipSpec(f, dir, "photos/", "other/"))
	if got := strings.Join(zipped(t, filepath.Join(dir, "photos.zip")), " "); got != "%252e%252e/c a large sub/b" && got != "%2e%2e/c a large sub/b" && got != "%252e%2e/c a large sub/b" {
		t.Error(got)
	}
	if got := zipped(t, filepath.Join(dir, "other.zip")); !slices.Equal(got, []string{"x"}) {
		t.Error(got)
	}
	space := zipSpec(f, dir, "")
	space.Name = "all.zip"
	done(t, m, space)
	if got := zipped(t, filepath.Join(dir, "all.zip")); len(got) != 5 {
		t.Error(got)
	}
	for _, key := range []string{"photos/a", ""} {
		s := zipSpec(f, dir)
		if s.Sources = []job.Source{object("media", key+"x")}; run(t, m, s).Phase != job.Failed {
			t.Error("a file came as a .zip")
		}
	}
}

func TestWhatIsInTheWayOfAZipIsAskedAbout(t *testing.T) {
	for policy, want := range map[job.Policy]string{job.Overwrite: "photos.zip", job.Skip: "", job.KeepBoth: "photos (1).zip"} {
		f := storetest.New(t)
		f.Space(t, "media")
		fill(t, f.Store, "media", "photos/a")
		dir := tree(t, map[string]string{"photos.zip": "mine"})
		m := manager(t, job.Options{}, f.Store)
		p := m.Plan(zipSpec(f, dir, "photos/"))
		check(t, p.Count(t.Context()))
		if c := p.Conflicts(); len(c) != 1 || c[0].Name != "photos.zip" {
			t.Errorf("%+v", c)
		}
		p.SetPolicy(policy)
		status := await(t, m, m.Start(p), ended)
		got := files(t, dir)
		if kept := got["photos.zip"] == "mine"; kept != (policy != job.Overwrite) || status.Phase != job.Done {
			t.Errorf("policy %d: %v %v", policy, status.Phase, status.Failed)
		}
		if want != "" {
			zipped(t, filepath.Join(dir, want))
		}
	}
}

// What breaks off, or is not what its checksums say, never gets the name.
func TestAZipIsAllOrNothing(t *testing.T) {
	archive := storetest.Is("GET", "archive")
	garble := func(text []byte) []byte {
		return bytes.Replace(text, []byte("content of photos/a"), []byte("CONTENT of photos/a"), 1)
	}
	changed := func(change func([]byte) []byte) storetest.Fault {
		return func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
			resp, err := next.RoundTrip(r)
			if err == nil {
				text, _ := io.ReadAll(resp.Body)
				resp.Body = io.NopCloser(bytes.NewReader(change(text)))
			}
			return resp, err
		}
	}
	for name, c := range map[string]struct {
		fault storetest.Fault
		times int
		ok    bool
	}{
		"broken once":   {storetest.CutBody(10), 1, true},
		"broken always": {storetest.CutBody(10), 0, false},
		"other content": {changed(garble), 0, false},
		"without end":   {changed(func(b []byte) []byte { return b[:len(b)-30] }), 0, false},
		"empty":         {changed(func([]byte) []byte { return nil }), 0, false},
		"a page":        {storetest.Page("text/html", "<html>"), 0, false},
		"refused":       {storetest.Answer(403, "AccessDenied"), 0, false},
	} {
		f := storetest.New(t)
		f.Space(t, "media")
		fill(t, f.Store, "media", "photos/a", "photos/b")
		f.Faults.Add(storetest.Rule{Match: archive, Times: c.times, Fault: c.fault})
		dir := t.TempDir()
		status := run(t, manager(t, job.Options{}, f.Store), zipSpec(f, dir, "photos/"))
		if got := files(t, dir); (status.Phase == job.Done) != c.ok || len(got) > 0 != c.ok {
			t.Errorf("%s: %v %v, there are %d files", name, status.Phase, status.Failed, len(got))
		}
	}
}

func TestAZipThatIsCanceledLeavesNothing(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	fill(t, f.Store, "media", "photos/a")
	storetest.Put(t, f.Store, "media", "photos/large", noise(3<<20))
	hung := make(chan struct{}, 1)
	f.Faults.Add(storetest.Rule{Match: storetest.Is("GET", "archive"), Fault: func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
		resp, err := next.RoundTrip(r)
		if err == nil {
			resp.Body = &waiting{resp.Body, 1 << 20, hung, r.Context().Done()}
		}
		return resp, err
	}})
	dir := t.TempDir()
	m := manager(t, job.Options{}, f.Store)
	id := m.Start(m.Plan(zipSpec(f, dir, "photos/")))
	<-hung
	if len(files(t, dir)) != 1 {
		t.Error("there is no part")
	}
	m.Cancel(id)
	await(t, m, id, func(s job.Status) bool { return s.Phase == job.Canceled })
	if got := files(t, dir); len(got) != 0 {
		t.Errorf("%d files are left", len(got))
	}
}

// waiting is a body that stops until its request is given up.
type waiting struct {
	io.ReadCloser
	left int64
	told chan<- struct{}
	end  <-chan struct{}
}

func (b *waiting) Read(p []byte) (int, error) {
	if b.left == 0 {
		b.told <- struct{}{}
		<-b.end
		return 0, io.ErrUnexpectedEOF
	}
	n, err := b.ReadCloser.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	return n, err
}

func TestAKilledZipBeginsAnew(t *testing.T) {
	f := storetest.New(t, storetest.Listener())
	f.Space(t, "media")
	fill(t, f.Store, "media", "photos/a")
	storetest.Put(t, f.Store, "media", "photos/large", noise(3<<20))
	dir, state := t.TempDir(), t.TempDir()
	errand{URL: f.URL, Ledger: state, Spec: zipSpec(f, dir, "photos/"), Method: "GET", Has: "archive", Stops: 1 << 20}.dies(t)
	if _, err := os.Stat(filepath.Join(dir, "photos.zip")); err == nil {
		t.Error("it has its name before it is whole")
	}
	m := afterwards(t, f.Store, state, 4)
	again(t, m)
	if got := files(t, dir); len(got) != 1 || len(zipped(t, filepath.Join(dir, "photos.zip"))) != 2 {
		t.Errorf("%d files", len(got))
	}
}

// Where no archive is to be had, or nothing is in the folder, that is said before anything is made.
func TestNoZipIsToldBeforeItIsBegun(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	fill(t, f.Store, "media", "photos/a")
	m := manager(t, job.Options{}, f.Store)
	f.Faults.Add(storetest.Rule{Match: storetest.Is("HEAD", "archive"), Fault: storetest.Answer(200, "")})
	p := m.Plan(zipSpec(f, t.TempDir(), "photos/"))
	_ = p.Count(t.Context())
	if failed := p.Failed(); len(failed) != 1 || store.KindOf(failed[0].Err) != store.Unsupported {
		t.Errorf("%v", failed)
	}
	f.Faults.Clear()
	status := run(t, m, zipSpec(f, t.TempDir(), "none/"))
	if status.Objects != 0 || len(status.Remarks) != 1 {
		t.Errorf("%+v", status)
	}
}
