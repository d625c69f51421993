package job_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
)

func TestWhatEndsCleanlyLeavesNothingNoted(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	state, dir, out := t.TempDir(), tree(t, map[string]string{"big": strings.Repeat("x", 12<<20), "small": "y"}), t.TempDir()
	m := afterwards(t, f.Store, state, 4)
	done(t, m, job.Spec{Kind: job.Upload, To: f.Store.Conn(), Sources: []job.Source{{Local: dir}}, Dest: store.Ref{Space: "media"}, Name: "d"})
	done(t, m, job.Spec{Kind: job.Download, From: f.Store.Conn(), Sources: []job.Source{folder("media", "d/")}, LocalDir: out})
	done(t, m, job.Spec{Kind: job.Move, From: f.Store.Conn(), To: f.Store.Conn(), Sources: []job.Source{folder("media", "d/")}, Dest: store.Ref{Space: "media"}, Name: "e"})
	entered := make(chan struct{}, 8)
	f.Faults.Add(storetest.Rule{Match: storetest.Is("GET", "/big"), Fault: storetest.Hang(entered)})
	id := m.Start(m.Plan(job.Spec{Kind: job.Download, From: f.Store.Conn(), Sources: []job.Source{object("media", "e/big")}, LocalDir: out}))
	<-entered
	m.Cancel(id)
	await(t, m, id, ended)
	wantUnfinished(t, m, 0)
	if n := len(partsIn(t, out)); n != 0 {
		t.Errorf("%d parts are left", n)
	}
	wantNothingNoted(t, state)
}

func TestWhatTheEndOfTheProgramCutsShortIsToldToTheNext(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	state, dir := t.TempDir(), tree(t, map[string]string{"big": strings.Repeat("x", 12<<20)})
	l, err := job.OpenLedger(state)
	check(t, err)
	m := job.New(job.Options{Ledger: l, PartSize: 5 << 20, Conns: store.ConnsOf(f.Store)})
	entered := make(chan struct{}, 8)
	f.Faults.Add(storetest.Rule{Match: storetest.Is("PUT", "partNumber"), Fault: storetest.Hang(entered)})
	m.Start(m.Plan(job.Spec{Kind: job.Upload, To: f.Store.Conn(), Sources: []job.Source{{Local: dir}}, Dest: store.Ref{Space: "media"}, Name: "d"}))
	<-entered
	check(t, m.Close(t.Context()))
	check(t, l.Close())
	f.Faults.Clear()
	next := afterwards(t, f.Store, state, 4)
	if u := wantUnfinished(t, next, 1)[0]; u.Uploads != 1 || u.Parts != 0 {
		t.Errorf("left is %+v", u)
	}
	again(t, next)
	wantUploads(t, f, 0)
	wantKeys(t, f.Store, "media", "", "d/big")
}

func TestAnUploadThatCannotBeAbortedIsNoted(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	state, dir := t.TempDir(), tree(t, map[string]string{"big": strings.Repeat("x", 12<<20)})
	m := afterwards(t, f.Store, state, 4)
	f.Faults.Add(storetest.Rule{Match: storetest.Is("PUT", "partNumber"), Fault: storetest.Answer(403, "AccessDenied")})
	f.Faults.Add(storetest.Rule{Match: storetest.Is("DELETE", "uploadId"), Fault: storetest.Answer(403, "AccessDenied")})
	status := run(t, m, job.Spec{Kind: job.Upload, To: f.Store.Conn(), Sources: []job.Source{{Local: dir}}, Dest: store.Ref{Space: "media"}, Name: "d"})
	f.Faults.Clear()
	wantUploads(t, f, 1)
	m.Retry(status.ID)
	if status = await(t, m, status.ID, ended); status.Phase != job.Done {
		t.Errorf("tried again, it ended %v, %v", status.Phase, status.Failed)
	}
	wantUploads(t, f, 0)
	wantNothingNoted(t, state)
}

func TestTwoProgramsDoNotWriteOneFileNorTakeEachOthersTransfers(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	storetest.Put(t, f.Store, "media", "x", strings.Repeat("a", 1<<20))
	state, out := t.TempDir(), t.TempDir()
	first, second := afterwards(t, f.Store, state, 1), afterwards(t, f.Store, state, 1)
	spec := job.Spec{Kind: job.Download, From: f.Store.Conn(), Sources: []job.Source{object("media", "x")}, LocalDir: out}
	entered, release := make(chan struct{}), make(chan struct{})
	f.Faults.Add(storetest.Rule{Match: storetest.Is("GET", "/x"), Times: 1, Fault: func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
		close(entered)
		<-release
		return next.RoundTrip(r)
	}})
	id := first.Start(first.Plan(spec))
	<-entered
	if status := run(t, second, spec); status.Phase != job.Failed || !strings.Contains(fmt.Sprint(status.Failed), "another download") {
		t.Errorf("the second ended %v, %v", status.Phase, status.Failed)
	}
	third := afterwards(t, f.Store, state, 1)
	wantUnfinished(t, third, 0)
	close(release)
	if status := await(t, first, id, ended); status.Phase != job.Done || len(files(t, out)["x"]) != 1<<20 {
		t.Errorf("the first ended %v, %v", status.Phase, status.Failed)
	}
}

func TestALedgerHoldsNoSecretAndIsForItsOwnerAlone(t *testing.T) {
	f := storetest.New(t, storetest.Listener())
	f.Space(t, "media")
	state, dir := filepath.Join(t.TempDir(), "state"), tree(t, map[string]string{"big": strings.Repeat("x", 12<<20)})
	errand{URL: f.URL, Ledger: state, Method: "PUT", Has: "partNumber",
		Spec: job.Spec{Kind: job.Upload, Sources: []job.Source{{Local: dir}}, Dest: store.Ref{Space: "media"}}}.dies(t)
	names, err := filepath.Glob(filepath.Join(state, "*"))
	check(t, err)
	if len(names) != 1 {
		t.Fatalf("there are %q", names)
	}
	for path, mode := range map[string]os.FileMode{state: 0o700, names[0]: 0o600} {
		info, err := os.Stat(path)
		check(t, err)
		if info.Mode().Perm() != mode {
			t.Errorf("%s is %v", path, info.Mode())
		}
	}
	text, err := os.ReadFile(names[0])
	check(t, err)
	for _, secret := range []string{storetest.SecretKey, "Signature", "X-Amz"} {
		if bytes.Contains(text, []byte(secret)) {
			t.Errorf("%q is in %s", secret, text)
		}
	}
}

func TestALedgerThatWasCutOffIsReadAsFarAsItGoes(t *testing.T) {
	f := storetest.New(t, storetest.Listener())
	f.Space(t, "media")
	state, dir := t.TempDir(), tree(t, map[string]string{"big": strings.Repeat("x", 12<<20)})
	errand{URL: f.URL, Ledger: state, Method: "PUT", Has: "partNumber",
		Spec: job.Spec{Kind: job.Upload, Sources: []job.Source{{Local: dir}}, Dest: store.Ref{Space: "media"}}}.dies(t)
	names, err := filepath.Glob(filepath.Join(state, "*"))
	check(t, err)
	whole, err := os.ReadFile(names[0])
	check(t, err)
	for n := range len(whole) {
		dir := t.TempDir()
		check(t, os.WriteFile(filepath.Join(dir, filepath.Base(names[0])), whole[:n], 0o600))
		l, err := job.OpenLedger(dir)
		check(t, err)
		m := job.New(job.Options{Ledger: l, Conns: store.ConnsOf(f.Store)})
		want := min(1, bytes.Count(whole[:n], []byte("\n")))
		wantUnfinished(t, m, want)
		check(t, l.Close())
	}
}

func TestALedgerStaysSmall(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	fill(t, f.Store, "media", numberedKeys("d/", 1200)...)
	state, out := t.TempDir(), t.TempDir()
	m := afterwards(t, f.Store, state, 16)
	largest, mu := int64(0), sync.Mutex{}
	job.Watch(m, func(string, string) error {
		mu.Lock()
		defer mu.Unlock()
		names, err := filepath.Glob(filepath.Join(state, "*"))
		for _, name := range names {
			if info, err := os.Stat(name); err == nil {
				largest = max(largest, info.Size())
			}
		}
		return err
	})
	done(t, m, job.Spec{Kind: job.Download, From: f.Store.Conn(), Sources: []job.Source{folder("media", "d/")}, LocalDir: out})
	if largest == 0 || largest > 1<<20 {
		t.Errorf("it was of %d bytes", largest)
	}
}

// Paths and keys are bytes: what is noted of them is what they are.
func TestWhatIsNotUTF8IsNotedAsItIs(t *testing.T) {
	f := storetest.New(t, storetest.Listener())
	f.Space(t, "media")
	content := strings.Repeat("a", 15<<20)
	storetest.Put(t, f.Store, "media", "x", content)
	out, state := filepath.Join(t.TempDir(), "caf\xe9"), t.TempDir()
	spec := job.Spec{Kind: job.Download, Sources: []job.Source{object("media", "x")}, LocalDir: out}
	errand{URL: f.URL, Ledger: state, Spec: spec, Method: "GET", Has: "/x", After: 2}.dies(t)
	m := afterwards(t, f.Store, state, 1) // its file is written anew from what it read
	if u := wantUnfinished(t, m, 1)[0]; u.Bytes != 10<<20 || !strings.HasSuffix(u.Title, "caf\xe9") {
		t.Errorf("unfinished is %+v", u)
	}
	third := filepath.Join(t.TempDir(), "state")
	names, err := filepath.Glob(filepath.Join(state, "*.jsonl"))
	check(t, err)
	text, err := os.ReadFile(names[0])
	check(t, err)
	check(t, os.Mkdir(third, 0o700))
	check(t, os.WriteFile(filepath.Join(third, "transfers-x.jsonl"), text, 0o600))
	next := afterwards(t, f.Store, third, 1)
	f.Faults.Clear()
	again(t, next)
	asked := 0
	for _, r := range f.Faults.Requests() {
		if strings.HasPrefix(r, "GET ") {
			asked++
		}
	}
	if got := files(t, out); len(got) != 1 || got["x"] != content || asked != 1 {
		t.Errorf("there are %d files, after %q", len(got), f.Faults.Requests())
	}
}

// Some endpoints take any bytes for a key.
func TestAnUploadOfAKeyThatIsNotUTF8IsEnded(t *testing.T) {
	var mu sync.Mutex
	var aborted []string
	l := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		w.Header().Set("X-Amz-Request-Id", "1")
		switch {
		case r.Method == "HEAD" && r.URL.Path == "/media/caf\xe9":
			w.Header().Set("Content-Length", fmt.Sprint(6<<30))
			w.Header().Set("ETag", `"e"`)
		case r.Method == "POST" && q.Has("uploads"):
			fmt.Fprint(w, "<InitiateMultipartUploadResult><UploadId>U</UploadId></InitiateMultipartUploadResult>")
		case r.Method == "DELETE" && q.Has("uploadId"):
			mu.Lock()
			aborted = append(aborted, r.URL.Path)
			mu.Unlock()
			w.WriteHeader(http.StatusNoContent)
		default:
			w.WriteHeader(http.StatusNotImplemented)
		}
	}))
	defer l.Close()
	state := t.TempDir()
	errand{URL: l.URL, Ledger: state, Method: "PUT", Has: "partNumber", Spec: job.Spec{Kind: job.Copy, Dest: store.Ref{Space: "media", Key: "to/"},
		Sources: []job.Source{object("media", "caf\xe9")}}}.dies(t)
	s, err := store.Open(t.Context(), store.Config{Endpoint: l.URL, PathStyle: true, AccessKey: storetest.AccessKey, SecretKey: storetest.SecretKey})
	check(t, err)
	m := afterwards(t, s, state, 1)
	check(t, m.End(t.Context(), wantUnfinished(t, m, 1)[0].ID))
	if len(aborted) != 1 || aborted[0] != "/media/to/caf\xe9" {
		t.Errorf("aborted were %q", aborted)
	}
}
