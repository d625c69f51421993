package job_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
)

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
			m := manager(t, job.Options{PartSize: c.part, Workers: 4}, f.Store)
			status := run(t, m, job.Spec{Kind: job.Download, From: f.Store.Conn(), Sources: []job.Source{object("media", "x")}, LocalDir: dir})
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
	m := manager(t, job.Options{}, f.Store)
	dir := t.TempDir()
	done(t, m, job.Spec{Kind: job.Download, From: f.Store.Conn(), Sources: []job.Source{object("media", "x")}, LocalDir: dir})
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
	m := manager(t, job.Options{}, f.Store)
	dir := t.TempDir()
	status := run(t, m, job.Spec{Kind: job.Download, From: f.Store.Conn(), Sources: []job.Source{object("media", "x")}, LocalDir: dir})
	if status.Phase != job.Failed || !errors.Is(status.Failed[0].Err, store.Precondition) || len(files(t, dir)) != 0 {
		t.Errorf("ended %v, %v, with %d files", status.Phase, status.Failed, len(files(t, dir)))
	}
}
