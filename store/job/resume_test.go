package job_test

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
)

// longAgo has everything written an hour before it is: before whatever is done with it was decided.
var longAgo = storetest.Written(func() time.Time { return time.Now().Add(-time.Hour) })

// noise is content of which no two parts are alike.
func noise(size int) string {
	b := make([]byte, size)
	_, _ = rand.NewChaCha8([32]byte{1}).Read(b)
	return string(b)
}

// sentParts notes the numbers of the parts that are sent from now on.
func sentParts(f *storetest.Fixture) func() []string {
	var mu sync.Mutex
	var parts []string
	f.Faults.Add(storetest.Rule{Match: storetest.Is("PUT", "partNumber"), Fault: func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
		mu.Lock()
		parts = append(parts, r.URL.Query().Get("partNumber"))
		mu.Unlock()
		return next.RoundTrip(r)
	}})
	return func() []string {
		mu.Lock()
		defer mu.Unlock()
		slices.Sort(parts)
		return parts
	}
}

func wantContent(t *testing.T, f *storetest.Fixture, key, want string) {
	t.Helper()
	body, _, err := f.Store.Get(t.Context(), store.Ref{Space: "media", Key: key}, store.GetOptions{})
	check(t, err)
	defer body.Close()
	if got, err := io.ReadAll(body); err != nil || string(got) != want {
		t.Errorf("%s has other content: %d bytes, %v", key, len(got), err)
	}
}

// halfUploaded is a file of 25 MiB of which an upload that was killed has sent three parts of five.
func halfUploaded(t *testing.T, f *storetest.Fixture) (file, state, content string) {
	t.Helper()
	f.Space(t, "media")
	content = noise(25 << 20)
	dir, state := tree(t, map[string]string{"big": content, "small": "y"}), t.TempDir()
	spec := job.Spec{Kind: job.Upload, Sources: []job.Source{{Local: filepath.Join(dir, "big")}, {Local: filepath.Join(dir, "small")}}, Dest: store.Ref{Space: "media", Key: "in/"}}
	errand{URL: f.URL, Ledger: state, Spec: spec, Method: "PUT", Has: "partNumber", After: 3}.dies(t)
	wantUploads(t, f, 1)
	return filepath.Join(dir, "big"), state, content
}

func TestAKilledUploadGoesOnWithThePartsThatAreMissing(t *testing.T) {
	f := storetest.New(t, storetest.Listener())
	_, state, content := halfUploaded(t, f)
	sent := sentParts(f)
	m := afterwards(t, f.Store, state, 4)
	if u := wantUnfinished(t, m, 1)[0]; u.Uploads != 1 || !strings.Contains(u.Title, "Upload ") {
		t.Errorf("unfinished is %+v", u)
	}
	again(t, m)
	if got := sent(); !slices.Equal(got, []string{"4", "5"}) {
		t.Errorf("sent were the parts %q", got)
	}
	wantContent(t, f, "in/big", content)
	wantUploads(t, f, 0)
	wantKeys(t, f.Store, "media", "", "in/big", "in/small")
	wantNothingNoted(t, state)
}

func TestAPartThatIsNotWhatTheFileHasIsSentAgain(t *testing.T) {
	f := storetest.New(t, storetest.Listener())
	_, state, content := halfUploaded(t, f)
	open, err := f.Store.Uploads(t.Context(), "media", "")
	check(t, err)
	_, err = f.Store.UploadPart(t.Context(), open[0], 2, strings.NewReader(strings.Repeat("?", 5<<20)), 0, 5<<20)
	check(t, err)
	sent := sentParts(f)
	again(t, afterwards(t, f.Store, state, 4))
	if got := sent(); !slices.Equal(got, []string{"2", "4", "5"}) {
		t.Errorf("sent were the parts %q", got)
	}
	wantContent(t, f, "in/big", content)
}

func TestAFileThatChangedIsUploadedFromTheBeginningAndSaidSo(t *testing.T) {
	f := storetest.New(t, storetest.Listener())
	file, state, _ := halfUploaded(t, f)
	changed := strings.Repeat("new!", 25<<18)
	check(t, os.WriteFile(file, []byte(changed), 0o644))
	check(t, os.Chtimes(file, time.Time{}, time.Now().Add(time.Hour)))
	sent := sentParts(f)
	m := afterwards(t, f.Store, state, 4)
	id, err := m.Again(wantUnfinished(t, m, 1)[0].ID)
	check(t, err)
	status := await(t, m, id, ended)
	if status.Phase != job.Done || len(status.Remarks) != 1 || !errors.Is(status.Remarks[0].Err, job.ErrBegunAnew) || status.Remarks[0].Name != file {
		t.Errorf("it ended %v, %v, remarks %v", status.Phase, status.Failed, status.Remarks)
	}
	if got := sent(); len(got) != 5 {
		t.Errorf("sent were the parts %q", got)
	}
	wantContent(t, f, "in/big", changed)
	wantUploads(t, f, 0)
	wantNothingNoted(t, state)
}

func TestAFileThatIsGoneLeavesNoUpload(t *testing.T) {
	f := storetest.New(t, storetest.Listener())
	file, state, _ := halfUploaded(t, f)
	check(t, os.Remove(file))
	m := afterwards(t, f.Store, state, 4)
	id, err := m.Again(wantUnfinished(t, m, 1)[0].ID)
	check(t, err)
	if status := await(t, m, id, ended); status.Phase != job.Failed {
		t.Errorf("it ended %v", status.Phase)
	}
	m.Remove(id)
	check(t, m.End(t.Context(), wantUnfinished(t, m, 1)[0].ID))
	wantUploads(t, f, 0)
	wantNothingNoted(t, state)
}

func TestAnUploadThatTheEndpointDoesNotKnowAnyMoreBeginsAnew(t *testing.T) {
	f := storetest.New(t, storetest.Listener())
	_, state, content := halfUploaded(t, f)
	open, err := f.Store.Uploads(t.Context(), "media", "")
	check(t, err)
	check(t, f.Store.AbortUpload(t.Context(), open[0]))
	again(t, afterwards(t, f.Store, state, 4))
	wantContent(t, f, "in/big", content)
	wantUploads(t, f, 0)
	wantNothingNoted(t, state)
}

// What became an object is not sent again, although its ETag is not the MD5 of the file: neither when that was noted, nor when
// the program died before the answer came.
func TestWhatWasUploadedInPartsIsNotSentAgain(t *testing.T) {
	for name, at := range map[string]errand{
		"its answer came": {Method: "PUT", Has: "/in/small"},
		"it was lost":     {Method: "POST", Has: "uploadId"},
	} {
		t.Run(name, func(t *testing.T) {
			f := storetest.New(t, storetest.Listener())
			f.Space(t, "media")
			content := noise(12 << 20)
			dir := tree(t, map[string]string{"big": content, "small": "y"})
			at.URL, at.Ledger, at.Lost = f.URL, t.TempDir(), name == "it was lost"
			at.Spec = job.Spec{Kind: job.Upload, Sources: []job.Source{{Local: filepath.Join(dir, "big")}, {Local: filepath.Join(dir, "small")}}, Dest: store.Ref{Space: "media", Key: "in/"}}
			at.dies(t)
			wantKeys(t, f.Store, "media", "", "in/big")
			sent := sentParts(f)
			again(t, afterwards(t, f.Store, at.Ledger, 4))
			if got := sent(); len(got) != 0 {
				t.Errorf("sent were the parts %q", got)
			}
			wantContent(t, f, "in/big", content)
			wantNothingNoted(t, at.Ledger)
		})
	}
}

func TestTheEndOfTheProgramLeavesWhatIsSentAndCancelDoesNot(t *testing.T) {
	for _, ends := range []bool{false, true} {
		t.Run(fmt.Sprint("program ends ", ends), func(t *testing.T) {
			f := storetest.New(t)
			f.Space(t, "media")
			content, state := noise(25<<20), t.TempDir()
			dir := tree(t, map[string]string{"big": content})
			l, err := job.OpenLedger(state)
			check(t, err)
			m := job.New(job.Options{Ledger: l, PartSize: 5 << 20, Workers: 1, Conns: store.ConnsOf(f.Store)})
			entered := make(chan struct{}, 8)
			f.Faults.Add(storetest.Rule{Match: storetest.Is("PUT", "partNumber"), Skip: 3, Fault: storetest.Hang(entered)})
			id := m.Start(m.Plan(job.Spec{Kind: job.Upload, To: f.Store.Conn(), Sources: []job.Source{{Local: filepath.Join(dir, "big")}}, Dest: store.Ref{Space: "media"}}))
			<-entered
			if !ends {
				m.Cancel(id)
				await(t, m, id, ended)
			}
			check(t, m.Close(t.Context()))
			check(t, l.Close())
			f.Faults.Clear()
			if !ends {
				wantUploads(t, f, 0)
				wantNothingNoted(t, state)
				return
			}
			sent := sentParts(f)
			again(t, afterwards(t, f.Store, state, 4))
			if got := sent(); !slices.Equal(got, []string{"4", "5"}) {
				t.Errorf("sent were the parts %q", got)
			}
			wantContent(t, f, "big", content)
			wantUploads(t, f, 0)
			wantNothingNoted(t, state)
		})
	}
}

func TestRetryGoesOnWithThePartsThatAreMissing(t *testing.T) {
	synctest.Test(t, retriesParts)
}

func retriesParts(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	content, state := noise(25<<20), t.TempDir()
	dir := tree(t, map[string]string{"big": content})
	m := afterwards(t, f.Store, state, 1)
	f.Faults.Add(storetest.Rule{Match: storetest.Is("PUT", "partNumber"), Skip: 3, Fault: storetest.Answer(500, "InternalError")})
	status := run(t, m, job.Spec{Kind: job.Upload, To: f.Store.Conn(), Sources: []job.Source{{Local: filepath.Join(dir, "big")}}, Dest: store.Ref{Space: "media"}})
	if status.Phase != job.Failed {
		t.Fatalf("it ended %v", status.Phase)
	}
	f.Faults.Clear()
	sent := sentParts(f)
	m.Retry(status.ID)
	if status = await(t, m, status.ID, ended); status.Phase != job.Done || status.BytesDone != 25<<20 {
		t.Errorf("tried again, it ended %v, %v, %d bytes", status.Phase, status.Failed, status.BytesDone)
	}
	if got := sent(); !slices.Equal(got, []string{"4", "5"}) {
		t.Errorf("sent were the parts %q", got)
	}
	wantContent(t, f, "big", content)
	wantNothingNoted(t, state)
}

func TestAKilledMoveToAnotherEndpointGoesOnWithThePartsThatAreMissing(t *testing.T) {
	a, b := storetest.New(t, storetest.Listener(), longAgo), storetest.New(t, storetest.Listener())
	a.Space(t, "from")
	b.Space(t, "media")
	content := noise(25 << 20)
	storetest.Put(t, a.Store, "from", "d/big", content)
	storetest.Put(t, a.Store, "from", "d/large", content[:12<<20])
	e := errand{URL: b.URL, From: a.URL, Ledger: t.TempDir(), Method: "PUT", Has: "partNumber", After: 3,
		Spec: job.Spec{Kind: job.Move, Sources: []job.Source{folder("from", "d/")}, Dest: store.Ref{Space: "media"}}}
	e.dies(t)
	if keys := storetest.Keys(t, a.Store, "from", ""); len(keys) != 2 {
		t.Fatalf("at the source are %q", keys)
	}
	read := 0
	var mu sync.Mutex
	a.Faults.Add(storetest.Rule{Match: storetest.Is("GET", "/d/big"), Fault: storetest.Before(func() { mu.Lock(); read++; mu.Unlock() })})
	sent := sentParts(b)
	ledger, err := job.OpenLedger(e.Ledger)
	check(t, err)
	defer ledger.Close()
	m := manager(t, job.Options{Ledger: ledger, PartSize: 5 << 20, Workers: 1}, a.Store, b.Store)
	again(t, m)
	if got := sent(); !slices.Equal(got, []string{"1", "2", "3", "4", "5"}) || read < 2 || read > 4 { // 4 and 5 of one, all three of the other
		t.Errorf("sent were the parts %q, the source was read %d times", got, read)
	}
	wantContent(t, b, "d/big", content)
	wantContent(t, b, "d/large", content[:12<<20])
	wantKeys(t, a.Store, "from", "")
	wantUploads(t, b, 0)
	wantNothingNoted(t, e.Ledger)
}
