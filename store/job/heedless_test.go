package job_test

import (
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
)

// heedless lets requests pass as they come to an endpoint that knows no conditions: as a stranger's, since a signature holds
// for the conditions that are in it.
func heedless(next http.RoundTripper, r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	for _, name := range []string{"If-Match", "If-None-Match", "X-Amz-Copy-Source-If-Match", "Authorization", "X-Amz-Date", "X-Amz-Content-Sha256"} {
		r.Header.Del(name)
	}
	return next.RoundTrip(r)
}

// openToAll lets strangers read and write what is in a Space.
func openToAll(t *testing.T, s *store.Store) {
	t.Helper()
	check(t, s.SetPolicy(t.Context(), "media", store.Policy{Text: `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*",` +
		`"Action":["s3:GetObject","s3:PutObject"],"Resource":"arn:aws:s3:::media/*"}]}`}))
}

// replacing replaces media/f, the first time that it is asked for something, and lets the conditions go.
func replacing(t *testing.T, f *storetest.Fixture, replace func(s *store.Store)) {
	t.Helper()
	openToAll(t, f.Store)
	other := f.Open(t, func(c *store.Config) { c.Wrap = nil })
	var did atomic.Bool
	f.Faults.Add(storetest.Rule{Match: func(r *http.Request) bool {
		q := r.URL.Query()
		return (r.Method == "GET" || r.Method == "HEAD") && r.URL.Path == "/media/f" && !q.Has("acl") && !q.Has("tagging")
	}, Fault: func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
		resp, err := heedless(next, r)
		if !did.Swap(true) {
			if err == nil {
				resp.Body.Close() // what was asked for before the change is lost on its way
			}
			replace(other)
			return heedless(next, r)
		}
		return resp, err
	}})
}

// replacements are other objects in the place of one of 100 bytes, or of 12 MiB: some can be told by their size alone, and
// some by their ETag.
func replacements(t *testing.T) map[string][2]func(*store.Store) {
	puts := func(letter string, size int) func(*store.Store) {
		return func(s *store.Store) { put(t, s, "f", strings.Repeat(letter, size), store.Props{}, store.PutOptions{}) }
	}
	parts := func(sizes ...int) func(*store.Store) {
		return func(s *store.Store) { inParts(t, s, "f", store.Props{}, sizes...) }
	}
	return map[string][2]func(*store.Store){
		"small, of one size":          {puts("o", 100), puts("n", 100)},
		"small, of another size":      {puts("o", 100), puts("n", 101)},
		"large, of one size":          {puts("o", 12<<20), puts("n", 12<<20)},
		"large, of another size":      {puts("o", 12<<20), puts("n", 12<<20+1)},
		"in parts, of one size":       {parts(6<<20, 6<<20), parts(7<<20, 5<<20)},
		"in parts, and in one by now": {parts(6<<20, 6<<20), puts("n", 12<<20)},
	}
}

func TestADownloadIsOfOneObjectWhereConditionsAreIgnored(t *testing.T) {
	for name, c := range replacements(t) {
		t.Run(name, func(t *testing.T) {
			f := storetest.New(t)
			f.Space(t, "media")
			c[0](f.Store)
			replacing(t, f, c[1])
			m, dir := manager(t, job.Options{PartSize: 5 << 20}, f.Store), t.TempDir()
			status := run(t, m, job.Spec{Kind: job.Download, From: f.Store.Conn(), Sources: []job.Source{folder("media", "")}, LocalDir: dir})
			if status.Phase != job.Failed || status.FailedCount != 1 || !strings.Contains(status.Failed[0].Err.Error(), "changed meanwhile") {
				t.Errorf("ended %v: %v", status.Phase, status.Failed)
			}
			if left := files(t, dir); len(left) != 0 {
				t.Errorf("%d files are left", len(left))
			}
		})
	}
}

func TestAMirrorAndACopyAreOfOneObjectWhereConditionsAreIgnored(t *testing.T) {
	for name, c := range replacements(t) {
		t.Run(name, func(t *testing.T) {
			here, there, m := sides(t)
			c[0](here.Store)
			replacing(t, here, c[1])
			done(t, m, mirror())
			wantMirrored(t, here, there)
		})
		t.Run(name+", copied", func(t *testing.T) {
			here, there, m := sides(t)
			c[0](here.Store)
			replacing(t, here, c[1])
			status := run(t, m, job.Spec{Kind: job.Copy, From: here.Store.Conn(), To: "there", Sources: []job.Source{folder("media", "")}, Dest: store.Ref{Space: "media"}})
			if status.Phase != job.Failed || status.FailedCount != 1 || !strings.Contains(status.Failed[0].Err.Error(), "changed meanwhile") {
				t.Errorf("ended %v: %v", status.Phase, status.Failed)
			}
			wantKeys(t, there.Store, "media", "")
		})
	}
}

// A mirror of what cannot be made with its ETag looks at the source once more when it is there.
func TestAMirrorNoticesWhatIsWrittenToWhenItIsAlmostThere(t *testing.T) {
	here, there, m := sides(t)
	inParts(t, here.Store, "f", store.Props{}, 5<<20, 7<<20)
	there.Faults.Add(storetest.Rule{Match: storetest.Is("POST", "/media/f", "uploadId"), Times: 1, Fault: storetest.Before(func() {
		put(t, here.Store, "f", "newer", store.Props{}, store.PutOptions{})
	})})
	done(t, m, mirror())
	wantMirrored(t, here, there)
}

func TestAnAnswerThatIsShorterThanWhatWasListedIsNotTheObject(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	fill(t, f.Store, "media", "f")
	f.Faults.Add(storetest.Rule{Match: storetest.Is("GET", "/media/f"), Fault: func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
		resp, err := next.RoundTrip(r)
		if err == nil {
			resp.ContentLength--
			resp.Header.Set("Content-Length", strconv.FormatInt(resp.ContentLength, 10))
			resp.Body = struct {
				io.Reader
				io.Closer
			}{io.LimitReader(resp.Body, resp.ContentLength), resp.Body}
		}
		return resp, err
	}})
	m, dir := manager(t, job.Options{}, f.Store), t.TempDir()
	status := run(t, m, job.Spec{Kind: job.Download, From: f.Store.Conn(), Sources: []job.Source{folder("media", "")}, LocalDir: dir})
	if status.Phase != job.Failed || status.FailedCount != 1 || !strings.Contains(status.Failed[0].Err.Error(), "12 bytes were listed and the answer is about 11") {
		t.Errorf("ended %v: %v", status.Phase, status.Failed)
	}
	if left := files(t, dir); len(left) != 0 {
		t.Errorf("left is %q", left)
	}
}

// A copy that somebody replaces at once is not what was moved: the source is the only one there is.
func TestAMoveKeepsItsSourceWhenTheCopyIsReplacedAtOnce(t *testing.T) {
	f := storetest.New(t, storetest.Unknown())
	s := copying(t, f)
	f.Space(t, "media")
	put(t, f.Store, "f", "one", store.Props{}, store.PutOptions{})
	f.Faults.Add(storetest.Rule{Match: storetest.Is("PUT", "/new/f"), Fault: func(_ http.RoundTripper, r *http.Request) (*http.Response, error) {
		put(t, f.Open(t, func(c *store.Config) { c.Wrap = nil }), "new/f", "eno", store.Props{}, store.PutOptions{})
		return storetest.Document(r, `<CopyObjectResult><ETag>"0-1"</ETag></CopyObjectResult>`), nil // a copy has an ETag of its own here
	}})
	m := manager(t, job.Options{}, s)
	status := run(t, m, job.Spec{Kind: job.Move, From: s.Conn(), To: s.Conn(), Sources: []job.Source{object("media", "f")}, Dest: store.Ref{Space: "media", Key: "new/"}})
	if status.Phase != job.Failed || status.FailedCount != 1 || !strings.Contains(status.Failed[0].Err.Error(), "source is kept") {
		t.Errorf("ended %v: %v", status.Phase, status.Failed)
	}
	wantKeys(t, f.Store, "media", "", "f", "new/f")
}

// An ETag that tells nothing of the content shows no change of the file that it was made of: its own date does.
func TestAFileWrittenToWhileItsObjectIsLookedAtIsKept(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	dir := tree(t, map[string]string{"a": "one"})
	f.Faults.Add(storetest.Rule{Match: storetest.Is("HEAD", "/in/d/a"), Fault: func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
		check(t, os.WriteFile(filepath.Join(dir, "a"), []byte("eno"), 0o644))
		return storetest.Header("ETag", `"0-1"`, "X-Amz-Checksum-Type", "")(next, r)
	}})
	status := begin(t, manager(t, job.Options{}, f.Store), up(dir))
	if status.Phase != job.Failed || status.FailedCount != 1 || !strings.Contains(status.Failed[0].Err.Error(), "written to meanwhile") {
		t.Errorf("ended %v: %v", status.Phase, status.Failed)
	}
	if got := files(t, dir); len(got) != 1 || got["a"] != "eno" {
		t.Errorf("left is %q", got)
	}
	if _, err := f.Store.Head(t.Context(), store.Ref{Space: "media", Key: "in/d/a"}); errors.Is(err, store.NotFound) {
		t.Error("and nothing is there")
	}
}
