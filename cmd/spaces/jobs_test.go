package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
)

// wire is a way to a server that counts the bytes that go along it.
type wire struct {
	net.Listener
	to          atomic.Pointer[string] // address of the server
	there, back atomic.Int64
	until       atomic.Int64  // bytes in one direction
	reached     chan struct{} // gets a token then
}

func newWire(t testing.TB, to string) *wire {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{Listener: l, reached: make(chan struct{}, 1)}
	w.to.Store(&to)
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go w.carry(c)
		}
	}()
	return w
}

func (w *wire) carry(c net.Conn) {
	defer c.Close()
	s, err := net.Dial("tcp", *w.to.Load())
	if err != nil {
		return
	}
	defer s.Close()
	go func() {
		defer c.Close()
		defer s.Close()
		_, _ = io.Copy(&countedWire{c, &w.back, w}, s)
	}()
	_, _ = io.Copy(&countedWire{s, &w.there, w}, c)
}

type countedWire struct {
	to io.Writer
	n  *atomic.Int64
	w  *wire
}

func (x *countedWire) Write(p []byte) (int, error) {
	n, err := x.to.Write(p)
	if x.n.Add(int64(n)); x.w.until.Load() > 0 && x.n.Load() >= x.w.until.Load() {
		select {
		case x.w.reached <- struct{}{}:
		default:
		}
	}
	return n, err
}

// world is a home whose profiles lead along wires to servers.
type world struct {
	home
	servers []*service
	homes   []home
	wires   []*wire
}

func newWorld(t testing.TB, profiles ...string) *world {
	t.Helper()
	w := &world{home: newHome(t)}
	w.env = append(w.env, "XDG_STATE_HOME="+filepath.Join(w.dir, "state"))
	text := ""
	for _, name := range profiles {
		h := newHome(t)
		s := h.serve(t, program(t), "127.0.0.1:0")
		x := newWire(t, s.addr)
		text += fmt.Sprintf("[profiles.%s]\nendpoint = %q\naddressing = \"path\"\ncredentials = \"keys\"\naccess_key_id = %q\nsecret_access_key = %q\n", name, "http://"+x.Addr().String(), testKey, testSecret)
		w.servers, w.homes, w.wires = append(w.servers, s), append(w.homes, h), append(w.wires, x)
	}
	path := filepath.Join(w.dir, "config", "spaces", "config.toml")
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return w
}

// journal is where the program keeps what it notes.
func (w *world) journal() string {
	sum := sha256.Sum256([]byte(w.data()))
	return filepath.Join(w.dir, "state", "spaces", hex.EncodeToString(sum[:8]))
}

// note has a job noted by a program that ends before it has done anything of it.
func (w *world) note(t testing.TB, spec job.Spec) {
	t.Helper()
	writes := make(chan struct{}, 100)
	var stores []*store.Store
	for i, name := range []store.Conn{"here", "there"}[:len(w.wires)] {
		s, err := store.Open(t.Context(), store.Config{Conn: name, Endpoint: "http://" + w.servers[i].addr, Region: "us-east-1", PathStyle: true, AccessKey: testKey, SecretKey: testSecret,
			Wrap: func(next http.RoundTripper) http.RoundTripper {
				return roundTrip(func(r *http.Request) (*http.Response, error) {
					if r.Method == http.MethodHead || r.Method == http.MethodGet && strings.Count(r.URL.Path, "/") < 2 {
						return next.RoundTrip(r)
					}
					writes <- struct{}{}
					<-r.Context().Done()
					return nil, r.Context().Err()
				})
			}})
		if err != nil {
			t.Fatal(err)
		}
		stores = append(stores, s)
	}
	l, err := job.OpenLedger(w.journal())
	if err != nil {
		t.Fatal(err)
	}
	m := job.New(job.Options{Ledger: l, Conns: store.ConnsOf(stores...)})
	m.Start(m.Plan(spec))
	<-writes
	if err := m.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// jobs are what spaces jobs lists.
func (w *world) jobs(t testing.TB) []jobLine {
	t.Helper()
	out, errs, err := w.run(t, "jobs", "--json")
	var list struct{ Jobs []jobLine }
	if err == nil {
		err = json.Unmarshal([]byte(out), &list)
	}
	if err != nil {
		t.Fatalf("%v: %s%s", err, out, errs)
	}
	return list.Jobs
}

// theJob is the only one there is.
func (w *world) theJob(t testing.TB) jobLine {
	t.Helper()
	list := w.jobs(t)
	if len(list) != 1 {
		t.Fatalf("there are %+v", list)
	}
	return list[0]
}

// begin starts the program with output nobody reads until it has ended.
func (w *world) begin(t testing.TB, args ...string) (cmd *exec.Cmd, output *bytes.Buffer) {
	t.Helper()
	cmd, output = w.command(program(t), args...), &bytes.Buffer{}
	cmd.Stdout, cmd.Stderr = output, output
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	return cmd, output
}

func newSpace(t testing.TB, s *store.Store, name string) {
	t.Helper()
	if err := s.CreateSpace(context.Background(), name, store.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
}

func sourceFile(t testing.TB, size int64) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "big")
	f, err := os.Create(path)
	if err == nil {
		err = f.Truncate(size)
	}
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func TestJobsAreListedAndResumedFromTheCommandLine(t *testing.T) {
	w := newWorld(t, "here")
	s := w.servers[0].open(t)
	newSpace(t, s, "media")
	if out, _, err := w.run(t, "jobs"); err != nil || out != "no job runs, and none was cut short\n" {
		t.Fatalf("it says %q, %v", out, err)
	}
	w.note(t, job.Spec{Kind: job.Upload, To: "here", Sources: []job.Source{{Local: sourceFile(t, 20<<20)}}, Dest: store.Ref{Space: "media", Key: "in/"}})
	one := w.theJob(t)
	if one.State != "unfinished" || one.Kind != "upload" || !strings.HasSuffix(one.Title, "/big to media/in/") {
		t.Errorf("listed is %+v", one)
	}
	out, _, err := w.run(t, "jobs")
	if err != nil {
		t.Fatal(err)
	}
	wantText(t, "the list", out, "ID", "STATE", "unfinished", one.ID[:6]+" ", "Upload ")
	for _, args := range [][]string{{"resume"}, {"cancel"}, {"uploads"}, {"more"}, {"uploads", "media"}, {"uploads", "here:media", "--older-than", "x"}} {
		_, _, err := w.run(t, append([]string{"jobs"}, args...)...)
		if exit, is := err.(*exec.ExitError); !is || exit.ExitCode() != 2 {
			t.Errorf("%q ended with %v", args, err)
		}
	}
	if _, errs, err := w.run(t, "jobs", "resume", "nothing"); err == nil || !strings.Contains(errs, `there is no job "nothing"`) {
		t.Errorf("it says %q, %v", errs, err)
	}
	out, errs, err := w.run(t, "jobs", "resume", one.ID[:3])
	if err != nil || !strings.Contains(out, ": done, 1 of 1 object") {
		t.Fatalf("resumed, it says %q %q, %v", out, errs, err)
	}
	if keys := storetest.Keys(t, s, "media", ""); len(keys) != 1 || len(w.jobs(t)) != 0 {
		t.Errorf("there are %q", keys)
	}
}

// A job that another program works on is seen, not taken, and canceled there.
func TestARunningJobIsSeenAndCanceledByAnotherProgram(t *testing.T) {
	w := newWorld(t, "here")
	s := w.servers[0].open(t)
	newSpace(t, s, "media")
	w.note(t, job.Spec{Kind: job.Upload, To: "here", Sources: []job.Source{{Local: sourceFile(t, 40<<20)}}, Dest: store.Ref{Space: "media"}})
	id := w.theJob(t).ID
	silent, err := net.Listen("tcp", "127.0.0.1:0") // takes requests and does not answer
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	addr := silent.Addr().String()
	w.wires[0].to.Store(&addr)
	cmd, output := w.begin(t, "jobs", "resume", id)
	until(t, func() bool {
		l := w.theJob(t)
		return l.State == "running" && l.Program == cmd.Process.Pid && !l.Seen.IsZero()
	})
	if _, errs, err := w.run(t, "jobs", "resume", id); err == nil || !strings.Contains(errs, fmt.Sprintf("process %d works on it", cmd.Process.Pid)) {
		t.Errorf("taken by another it says %q, %v", errs, err)
	}
	out, errs, err := w.run(t, "jobs", "cancel", id[:4])
	if err != nil || !strings.Contains(out, "/big to media: canceled") {
		t.Errorf("canceled, it says %q %q, %v", out, errs, err)
	}
	if err := cmd.Wait(); err == nil || !strings.Contains(output.String(), "it was canceled") {
		t.Errorf("the other program says %q, %v", output, err)
	}
	if list := w.jobs(t); len(list) != 0 {
		t.Errorf("there are %+v", list)
	}
}

// until waits for what another process does.
func until(t testing.TB, ok func() bool) {
	t.Helper()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-tick.C:
		case <-t.Context().Done():
			t.Fatal("it does not come to it")
		}
	}
}

func TestAnUnfinishedJobIsGivenUpFromTheCommandLine(t *testing.T) {
	w := newWorld(t, "here")
	s := w.servers[0].open(t)
	newSpace(t, s, "media")
	w.note(t, job.Spec{Kind: job.Upload, To: "here", Sources: []job.Source{{Local: sourceFile(t, 200<<20)}}, Dest: store.Ref{Space: "media"}})
	w.wires[0].until.Store(100 << 20)
	cmd, _ := w.begin(t, "jobs", "resume", w.theJob(t).ID)
	<-w.wires[0].reached
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
	one := w.theJob(t)
	if one.State != "unfinished" || one.Uploads != 1 {
		t.Errorf("left is %+v", one)
	}
	if out, errs, err := w.run(t, "jobs", "uploads", "here:media"); err != nil || !strings.Contains(out, "no upload is open that no job knows") {
		t.Errorf("of a job's upload it says %q %q, %v", out, errs, err)
	}
	if out, errs, err := w.run(t, "jobs", "cancel", one.ID); err != nil {
		t.Errorf("given up, it says %q %q, %v", out, errs, err)
	}
	if open, err := s.Uploads(t.Context(), "media", ""); err != nil || len(open) != 0 || len(w.jobs(t)) != 0 {
		t.Errorf("open are %v, %v", open, err)
	}
}

func TestUploadsThatNobodyKnowsAreListedAndEnded(t *testing.T) {
	w := newWorld(t, "here")
	s := w.servers[0].open(t)
	newSpace(t, s, "media")
	u, err := s.CreateUpload(t.Context(), store.Ref{Space: "media", Key: "in/\x1b[31mbig"}, store.Props{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.UploadPart(t.Context(), u, 1, strings.NewReader(strings.Repeat("x", 3<<20)), 0, 3<<20); err != nil {
		t.Fatal(err)
	}
	out, errs, err := w.run(t, "jobs", "uploads", "here:media")
	if err != nil || strings.Contains(out, "\x1b") {
		t.Errorf("it says %q %q, %v", out, errs, err)
	}
	wantText(t, "the list", out, "BEGUN", "3.1 MB", "in/", "big")
	if out, _, err := w.run(t, "jobs", "uploads", "here:media", "--older-than", "1d", "--end", "--yes"); err != nil || !strings.HasPrefix(out, "no upload") {
		t.Errorf("of older ones it says %q, %v", out, err)
	}
	if _, errs, err := w.run(t, "jobs", "uploads", "here:media", "--end"); err == nil || !strings.Contains(errs, "--yes") {
		t.Errorf("without a terminal it says %q, %v", errs, err)
	}
	var list struct{ Uploads []uploadLine }
	out, errs, err = w.run(t, "jobs", "uploads", "here:media/in/", "--end", "--yes", "--json")
	if err == nil {
		err = json.Unmarshal([]byte(out), &list)
	}
	if err != nil || len(list.Uploads) != 1 || !list.Uploads[0].Ended || list.Uploads[0].Bytes != 3<<20 {
		t.Errorf("ended, it says %q %q, %v", out, errs, err)
	}
	if open, err := s.Uploads(t.Context(), "media", ""); err != nil || len(open) != 0 {
		t.Errorf("open are %v, %v", open, err)
	}
}

// Programs that go on with the same job at once do it once.
func TestAJobIsDoneOnceByManyPrograms(t *testing.T) {
	w := newWorld(t, "here")
	s := w.servers[0].open(t)
	newSpace(t, s, "media")
	w.note(t, job.Spec{Kind: job.Upload, To: "here", Sources: []job.Source{{Local: sourceFile(t, 20<<20)}}, Dest: store.Ref{Space: "media"}, Policy: job.KeepBoth})
	id := w.theJob(t).ID
	w.wires[0].there.Store(0)
	var cmds []*exec.Cmd
	var said []*bytes.Buffer
	for range 6 {
		cmd, output := w.begin(t, "jobs", "resume", id)
		cmds, said = append(cmds, cmd), append(said, output)
	}
	done := 0
	for i, cmd := range cmds {
		if err := cmd.Wait(); err == nil {
			done++
		} else if text := said[i].String(); !strings.Contains(text, "works on it") && !strings.Contains(text, "there is no job") && !strings.Contains(text, "not there any more") {
			t.Errorf("one says %q", text)
		}
	}
	if sent := w.wires[0].there.Load(); done != 1 || sent > 21<<20 || len(w.jobs(t)) != 0 {
		t.Errorf("%d did it, %d bytes were sent", done, sent)
	}
	if keys := storetest.Keys(t, s, "media", ""); len(keys) != 1 {
		t.Errorf("there are %q", keys)
	}
}
