package job_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
)

// errand is what a process of its own does until it is killed: one job, whose requests stop at one of them.
type errand struct {
	URL, Ledger string
	From        string // URL of another endpoint, that it reads from
	Spec        job.Spec
	Method, Has string // of the request that hangs
	After       int    // so many of them pass
	Lost        bool   // it is only the answer that does not come
	Stops       int64  // it is the answer's body that stops after so many bytes
	Done        int    // and only when so many objects are done
}

// TestMain lets the test binary be that process.
func TestMain(m *testing.M) {
	if text := os.Getenv("TEST_ERRAND"); text != "" {
		var e errand
		if err := json.Unmarshal([]byte(text), &e); err != nil {
			panic(err)
		}
		e.run()
	}
	os.Exit(m.Run())
}

func (e errand) run() {
	ledger, err := job.OpenLedger(e.Ledger)
	if err != nil {
		panic(err)
	}
	hangs, hung, is := &atomic.Int64{}, make(chan struct{}, 100), storetest.Is(e.Method, e.Has)
	s, err := store.Open(context.Background(), store.Config{Endpoint: e.URL, PathStyle: true, AccessKey: storetest.AccessKey, SecretKey: storetest.SecretKey,
		Wrap: func(next http.RoundTripper) http.RoundTripper {
			return roundTrip(func(r *http.Request) (*http.Response, error) {
				if is(r) && hangs.Add(1) > int64(e.After) {
					if e.Stops > 0 {
						resp, err := next.RoundTrip(r)
						if err == nil {
							resp.Body = &stopping{resp.Body, e.Stops, hung}
						}
						return resp, err
					}
					if e.Lost {
						_, _ = next.RoundTrip(r)
					}
					hung <- struct{}{}
					select {}
				}
				return next.RoundTrip(r)
			})
		}})
	if err != nil {
		panic(err)
	}
	stores := []*store.Store{s}
	if e.From != "" {
		from, err := store.Open(context.Background(), store.Config{Endpoint: e.From, PathStyle: true, AccessKey: storetest.AccessKey, SecretKey: storetest.SecretKey})
		if err != nil {
			panic(err)
		}
		stores, e.Spec.From, e.Spec.To = append(stores, from), from.Conn(), s.Conn()
	}
	m := job.New(job.Options{Ledger: ledger, PartSize: 5 << 20, Workers: 1, Conns: store.ConnsOf(stores...)})
	m.Start(m.Plan(e.Spec))
	go func() { // with its parent
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(1)
	}()
	for hangs := false; ; {
		select {
		case <-m.Changed():
		case <-hung:
			hangs = true
		}
		switch now := m.Snapshot()[0]; {
		case now.Phase.Ended():
			fmt.Println("ended", now.Phase, now.Failed)
			os.Exit(1)
		case hangs && now.ObjectsDone >= e.Done:
			fmt.Println("hangs")
			select {}
		}
	}
}

// stopping is a body that stops.
type stopping struct {
	io.ReadCloser
	left int64
	told chan<- struct{}
}

func (b *stopping) Read(p []byte) (int, error) {
	if b.left == 0 {
		b.told <- struct{}{}
		select {}
	}
	n, err := b.ReadCloser.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	return n, err
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// dies runs an errand until it hangs and kills it there.
func (e errand) dies(t *testing.T) {
	t.Helper()
	text, err := json.Marshal(e)
	check(t, err)
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "TEST_ERRAND="+string(text))
	out, err := cmd.StdoutPipe()
	check(t, err)
	_, err = cmd.StdinPipe()
	check(t, err)
	check(t, cmd.Start())
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || line != "hangs\n" {
		t.Fatalf("it said %q, %v", line, err)
	}
	check(t, cmd.Process.Kill())
	_ = cmd.Wait()
}

// afterwards is a program that starts when another has died.
func afterwards(t *testing.T, s *store.Store, dir string, workers int) *job.Manager {
	t.Helper()
	ledger, err := job.OpenLedger(dir)
	check(t, err)
	m := manager(t, job.Options{Ledger: ledger, PartSize: 5 << 20, Workers: workers}, s)
	t.Cleanup(func() { check(t, ledger.Close()) })
	return m
}

func wantUnfinished(t *testing.T, m *job.Manager, n int) []job.Unfinished {
	t.Helper()
	list := m.Unfinished()
	if len(list) != n {
		t.Fatalf("unfinished are %+v, want %d", list, n)
	}
	return list
}

// again does the one unfinished transfer again.
func again(t *testing.T, m *job.Manager) {
	t.Helper()
	id, err := m.Again(wantUnfinished(t, m, 1)[0].ID)
	check(t, err)
	if status := await(t, m, id, ended); status.Phase != job.Done {
		t.Fatalf("done again, it ended %v: %v", status.Phase, status.Failed)
	}
	wantUnfinished(t, m, 0)
}

// wantNothingNoted fails when a program that starts later is told of anything.
func wantNothingNoted(t *testing.T, dir string) {
	t.Helper()
	l, err := job.OpenLedger(dir)
	check(t, err)
	defer l.Close()
	m := job.New(job.Options{Ledger: l})
	if list := m.Unfinished(); len(list) != 0 {
		t.Errorf("later there are %+v", list)
	}
}

func partsIn(t *testing.T, dir string) (names []string) {
	for name := range files(t, dir) {
		if strings.HasSuffix(name, ".spaces.part") {
			names = append(names, name)
		}
	}
	return names
}

func TestAKilledDownloadGoesOnWhereItWas(t *testing.T) {
	f := storetest.New(t, storetest.Listener())
	f.Space(t, "media")
	content := strings.Repeat("0123456789abcdef", 25<<16) // 25 MiB, five ranges
	storetest.Put(t, f.Store, "media", "d/x", content)
	out, state := t.TempDir(), t.TempDir()
	spec := job.Spec{Kind: job.Download, Sources: []job.Source{folder("media", "d/")}, LocalDir: out}
	e := errand{URL: f.URL, Ledger: state, Spec: spec, Method: "GET", Has: "/x", After: 3}
	for range 2 { // killed twice, it leaves one part
		e.dies(t)
		e.After = 0
		if parts := partsIn(t, out); !slices.Equal(parts, []string{"d/.x.spaces.part"}) {
			t.Fatalf("left are %q", parts)
		}
	}
	m := afterwards(t, f.Store, state, 1)
	list := m.Unfinished()
	if len(list) != 2 || list[0].Parts+list[1].Parts != 1 || list[0].Bytes+list[1].Bytes != 15<<20 || list[0].Why != "" {
		t.Fatalf("unfinished are %+v", list)
	}
	check(t, m.End(t.Context(), list[0].ID)) // the part is the second one's
	var ranges []string
	f.Faults.Add(storetest.Rule{Match: storetest.Is("GET", "/x"), Fault: func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
		ranges = append(ranges, r.Header.Get("Range")+" "+r.Header.Get("If-Match"))
		return next.RoundTrip(r)
	}})
	again(t, m)
	if len(ranges) != 2 || !strings.HasPrefix(ranges[0], `bytes=15728640-20971519 "`) {
		t.Errorf("asked for %q", ranges)
	}
	if got := files(t, out); len(got) != 1 || got["d/x"] != content {
		t.Errorf("there are %d files, %d bytes", len(got), len(got["d/x"]))
	}
}

func TestAPartOfAnotherVersionIsBegunAnew(t *testing.T) {
	f := storetest.New(t, storetest.Listener())
	f.Space(t, "media")
	storetest.Put(t, f.Store, "media", "x", strings.Repeat("a", 15<<20))
	out, state := t.TempDir(), t.TempDir()
	spec := job.Spec{Kind: job.Download, Sources: []job.Source{object("media", "x")}, LocalDir: out}
	errand{URL: f.URL, Ledger: state, Spec: spec, Method: "GET", Has: "/x", After: 2}.dies(t)
	content := strings.Repeat("b", 15<<20)
	storetest.Put(t, f.Store, "media", "x", content)
	again(t, afterwards(t, f.Store, state, 1))
	if got := files(t, out); len(got) != 1 || got["x"] != content {
		t.Errorf("there are %d files", len(got))
	}
}

func TestAPartThatWasSpoiledIsNotTaken(t *testing.T) {
	f := storetest.New(t, storetest.Listener())
	f.Space(t, "media")
	storetest.Put(t, f.Store, "media", "x", strings.Repeat("a", 15<<20))
	out, state := t.TempDir(), t.TempDir()
	spec := job.Spec{Kind: job.Download, Sources: []job.Source{object("media", "x")}, LocalDir: out}
	errand{URL: f.URL, Ledger: state, Spec: spec, Method: "GET", Has: "/x", After: 2}.dies(t)
	part, err := os.OpenFile(filepath.Join(out, ".x.spaces.part"), os.O_WRONLY, 0)
	check(t, err)
	_, err = part.WriteAt([]byte("spoiled"), 1<<20)
	check(t, err)
	check(t, part.Close())
	m := afterwards(t, f.Store, state, 1)
	id, err := m.Again(wantUnfinished(t, m, 1)[0].ID)
	check(t, err)
	if status := await(t, m, id, ended); status.Phase != job.Failed || len(files(t, out)) != 0 {
		t.Fatalf("ended %v, with %d files", status.Phase, len(files(t, out)))
	}
	m.Retry(id)
	if status := await(t, m, id, ended); status.Phase != job.Done || len(files(t, out)["x"]) != 15<<20 {
		t.Errorf("tried again, it ended %v: %v", status.Phase, status.Failed)
	}
}

func TestAnUnfinishedTransferCanBeEnded(t *testing.T) {
	f := storetest.New(t, storetest.Listener())
	f.Space(t, "media")
	storetest.Put(t, f.Store, "media", "x", strings.Repeat("a", 15<<20))
	storetest.Put(t, f.Store, "media", "small", "a")
	dir, out, state := tree(t, map[string]string{"big": strings.Repeat("x", 12<<20)}), t.TempDir(), t.TempDir()
	errand{URL: f.URL, Ledger: state, Method: "PUT", Has: "partNumber",
		Spec: job.Spec{Kind: job.Upload, Sources: []job.Source{{Local: filepath.Join(dir, "big")}}, Dest: store.Ref{Space: "media"}}}.dies(t)
	errand{URL: f.URL, Ledger: state, Method: "GET", Has: "/x", After: 1,
		Spec: job.Spec{Kind: job.Download, Sources: []job.Source{object("media", "x")}, LocalDir: out}}.dies(t)
	errand{URL: f.URL, Ledger: state, Method: "GET", Has: "/small",
		Spec: job.Spec{Kind: job.Download, Sources: []job.Source{object("media", "small")}, LocalDir: out}}.dies(t)
	if n := len(partsIn(t, out)); n != 2 {
		t.Fatalf("%d parts", n)
	}
	ledger, err := job.OpenLedger(state)
	check(t, err)
	elsewhere := manager(t, job.Options{Ledger: ledger}, storetest.New(t).Store).Unfinished()
	check(t, ledger.Close())
	m := afterwards(t, f.Store, state, 1)
	list := wantUnfinished(t, m, 3)
	if len(elsewhere) != 3 || !strings.Contains(elsewhere[0].Why, f.URL) {
		t.Errorf("seen from another endpoint: %+v", elsewhere)
	}
	for _, u := range list {
		check(t, m.End(t.Context(), u.ID))
	}
	wantUnfinished(t, m, 0)
	wantUploads(t, f, 0)
	if got := files(t, out); len(got) != 0 {
		t.Errorf("left are %d files", len(got))
	}
	wantNothingNoted(t, state)
}

func TestAKilledMoveIsFinishedWithoutDuplicates(t *testing.T) {
	for name, at := range map[string]errand{
		"while it copies":           {Method: "PUT", Has: "/to/", After: 3},
		"while it deletes a folder": {Method: "POST", Has: "?delete"},
	} {
		for _, policy := range []job.Policy{job.Skip, job.Overwrite, job.KeepBoth} {
			t.Run(fmt.Sprint(name, policy), func(t *testing.T) {
				f := storetest.New(t, storetest.Unknown(), longAgo)
				f.Space(t, "media")
				fill(t, f.Store, "media", "from/a", "from/b", "from/c", "from/d", "from/e", "from/f")
				at.URL, at.Ledger = f.URL, t.TempDir()
				at.Spec = job.Spec{Kind: job.Move, Sources: []job.Source{folder("media", "from/")}, Dest: store.Ref{Space: "media", Key: "to/"}, Policy: policy}
				at.dies(t)
				again(t, afterwards(t, f.Store, at.Ledger, 4))
				wantKeys(t, f.Store, "media", "", "to/from/a", "to/from/b", "to/from/c", "to/from/d", "to/from/e", "to/from/f")
			})
		}
	}
}

func TestAKilledTreeIsDownloadedAgainWithoutWhatIsThere(t *testing.T) {
	f := storetest.New(t, storetest.Listener())
	f.Space(t, "media")
	keys := numberedKeys("d/", 30)
	for _, key := range keys { // too large for packs
		storetest.Put(t, f.Store, "media", key, "content of "+key+strings.Repeat(".", 100_000))
	}
	out, state := t.TempDir(), t.TempDir()
	spec := job.Spec{Kind: job.Download, Sources: []job.Source{folder("media", "d/")}, LocalDir: out, Policy: job.KeepBoth}
	errand{URL: f.URL, Ledger: state, Spec: spec, Method: "GET", Has: "/d/", After: 20, Done: 20}.dies(t)
	before := len(files(t, out)) - len(partsIn(t, out))
	got := 0
	f.Faults.Add(storetest.Rule{Match: storetest.Is("GET", "/d/"), Fault: storetest.Before(func() { got++ })})
	again(t, afterwards(t, f.Store, state, 1))
	if before != 20 || got != len(keys)-before {
		t.Errorf("%d of %d were there, %d were downloaded again", before, len(keys), got)
	}
	if there := files(t, out); len(there) != len(keys) {
		t.Errorf("there are %d files", len(there))
	}
}

func wantUploads(t *testing.T, f *storetest.Fixture, n int) {
	t.Helper()
	if open, err := f.Store.Uploads(t.Context(), "media", ""); err != nil || len(open) != n {
		t.Errorf("open uploads are %v, %v", open, err)
	}
}
