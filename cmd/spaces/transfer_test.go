package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"spaces/store"
	"spaces/store/storetest"
)

// watched is a home whose profile "far" is a server that notes the methods of what it is asked.
type watched struct {
	home
	*storetest.Fixture
	far *httptest.Server

	mu    sync.Mutex
	asked map[string]int
	hold  func(*http.Request) // before an answer; nil: nothing
}

func newWatched(t *testing.T) *watched {
	t.Helper()
	w := &watched{home: newHome(t), Fixture: storetest.New(t), asked: map[string]int{}}
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		w.mu.Lock()
		w.asked[r.Method]++
		hold := w.hold
		w.mu.Unlock()
		if hold != nil {
			hold(r)
		}
		w.Server.ServeHTTP(rw, r)
	}))
	t.Cleanup(server.Close)
	w.far = server
	w.write(t, fmt.Sprintf("[profiles.far]\nendpoint = %q\naddressing = \"path\"\ncredentials = \"keys\"\naccess_key_id = %q\nsecret_access_key = %q\n",
		server.URL, storetest.AccessKey, storetest.SecretKey))
	w.Space(t, "media")
	w.Space(t, "other")
	return w
}

// holding has something done before each answer.
func (w *watched) holding(hold func(*http.Request)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.hold = hold
}

// do runs a command line and gives its status.
func (h home) do(t *testing.T, args ...string) (stdout, stderr string, status int) {
	t.Helper()
	stdout, stderr, err := h.run(t, args...)
	return stdout, stderr, statusOf(t, err)
}

func statusOf(t *testing.T, err error) int {
	t.Helper()
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		return exit.ExitCode()
	case err != nil:
		t.Fatal(err)
	}
	return 0
}

func TestADryRunSendsNothingThatChanges(t *testing.T) {
	w := newWatched(t)
	for _, key := range []string{"a/1", "a/2", "a/b/3", "c"} {
		storetest.Put(t, w.Store, "media", key, "content")
	}
	storetest.Put(t, w.Store, "other", "a/1", "there")
	if err := os.WriteFile(filepath.Join(w.dir, "file"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"cp", "-r", "far:media/a", "far:other/"}, {"cp", "-r", "far:media", "far:other", "--if-exists", "keep-both"}, {"cp", "far:media/c", w.dir + "/new/c"}, {"cp", w.dir + "/file", "far:media/"},
		{"cp", "-r", w.dir, "far:media/"}, {"mv", "-r", "far:media/a", "far:media/z"}, {"mv", "far:media/a/[12]", "far:other/"}, {"rm", "-r", "far:media/a"}, {"rm", "far:media/**"}, {"cp", "far:media/c", ":media/"},
	} {
		for _, more := range [][]string{{"--dry-run"}, {"-n", "--json"}} {
			if out, errs, status := w.do(t, append(args, more...)...); status != 0 && args[len(args)-1] != ":media/" || out == "" {
				t.Errorf("%q ends with %d: %s%s", args, status, out, errs)
			}
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for method, n := range w.asked {
		if method != "GET" && method != "HEAD" {
			t.Errorf("%d requests were %s", n, method)
		}
	}
	if _, err := os.Stat(filepath.Join(w.dir, "new")); err == nil {
		t.Error("a directory was made")
	}
}

func TestADryRunTellsOfPublicLinksThatBreak(t *testing.T) {
	w := newWatched(t)
	storetest.Put(t, w.Store, "media", "a/1", "content")
	if _, err := w.Store.Put(t.Context(), store.Ref{Space: "media", Key: "a/2"}, bytes.NewReader(nil), 0, store.Props{Access: store.PublicRead}, store.PutOptions{}); err != nil {
		t.Fatal(err)
	}
	out, _, _ := w.do(t, "mv", "-r", "far:media/a", "far:other/", "-n")
	wantText(t, "the plan", out, "move\tfar:media/a/1\tfar:other/a/1\t7\n", "the public links of 1 break")
	out, _, _ = w.do(t, "mv", "-r", "far:media/a", "far:other/", "-n", "--json")
	var sum transferSum
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &sum); err != nil || len(lines) != 3 || sum.Public != 1 || !sum.DryRun || sum.Objects != 2 {
		t.Errorf("%v: %s", err, out)
	}
}

func TestTransfersThatAreCalledWronglyEndWithTwo(t *testing.T) {
	w := newWatched(t)
	storetest.Put(t, w.Store, "media", "a/1", "content")
	for _, args := range [][]string{
		{"cp", "far:media/a"}, {"cp", "far:media/a", "./x", "far:other/"}, {"cp", "a", "b"}, {"cp", "-", "-"}, {"cp", "./x", "-"}, {"cp", "far:media/a", "x/"}, {"cp", "far:", "x/"}, {"cp", "x", "far:"},
		{"cp", "far:media/a/1", "far:media/a/2", "x"}, {"cp", "far:media/*", "x"}, {"cp", "far:media/a/1", "x", "--access", "public"}, {"cp", "x", "far:media/", "--access", "mine"},
		{"cp", "x", "far:media/", "--if-exists", "ask"}, {"cp", "x", "far:media/", "--wrong"}, {"cp", "nobody:x/y", "x"}, {"cp", "x", "far:media/", "--limit-rate", "fast"}, {"mv", "-", "far:media/x"},
		{"rm"}, {"rm", "x"}, {"rm", "far:media"}, {"rm", "far:media/"}, {"rm", "far:media/a"}, {"rm", "-r", "far:media/a"}, {"rm", "far:media/**"}, {"cp", "-r", "far:media/a", "far:media/a/b/"},
	} {
		if _, errs, status := w.do(t, args...); status != 2 || errs == "" {
			t.Errorf("%q ends with %d: %s", args, status, errs)
		}
	}
	if keys := storetest.Keys(t, w.Store, "media", ""); len(keys) != 1 {
		t.Errorf("there are %q", keys)
	}
}

func TestUploadsAreAsPublicAsTheFlagSays(t *testing.T) {
	w := newWatched(t)
	file := filepath.Join(w.dir, "file")
	if err := os.WriteFile(file, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	for access, want := range map[string]store.Access{"": store.Private, "private": store.Private, "public": store.PublicRead} {
		if _, errs, status := w.do(t, "cp", file, "far:media/", "--access="+access); status != 0 {
			t.Fatal(errs)
		}
		if got, err := w.Store.Access(t.Context(), store.Ref{Space: "media", Key: "file"}); err != nil || got != want {
			t.Errorf("with --access=%s it is %s: %v", access, got, err)
		}
	}
}

func TestAnInterruptedTransferEndsAsTheSignalSays(t *testing.T) {
	for _, sig := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		w := newWatched(t)
		file := filepath.Join(w.dir, "file")
		if err := os.WriteFile(file, bytes.Repeat([]byte("x"), 1000), 0o600); err != nil {
			t.Fatal(err)
		}
		var errs bytes.Buffer
		cmd := w.command(program(t), "cp", file, "far:media/")
		cmd.Stderr = &errs
		var once sync.Once
		started := make(chan struct{})
		w.holding(func(r *http.Request) {
			if r.Method == "PUT" {
				io.Copy(io.Discard, r.Body) // only then the end of the connection is seen
				<-started
				once.Do(func() { cmd.Process.Signal(sig) })
				<-r.Context().Done()
			}
		})
		err := cmd.Start()
		close(started)
		if err == nil {
			err = cmd.Wait()
		}
		if status := statusOf(t, err); status != 128+int(sig) {
			t.Errorf("told to by %v it ends with %d: %s", sig, status, &errs)
		}
		wantText(t, "the error", errs.String(), "interrupted: spaces jobs goes on with it")
	}
}

func TestRemovingMoreThanOneIsAskedAbout(t *testing.T) {
	w := newWatched(t)
	for _, x := range []struct{ answer, left string }{{"n", "a/1 a/2"}, {"", "a/1 a/2"}, {"y", ""}} {
		for _, key := range []string{"a/1", "a/2"} {
			storetest.Put(t, w.Store, "media", key, "content")
		}
		x1 := newTerminal(t, w.command(program(t), "rm", "-r", "far:media/a"), 80, 24)
		x1.see("Delete 2 objects of 14 B? [y/N]")
		x1.pty.Write([]byte(x.answer + "\r"))
		<-x1.gone
		if got := strings.Join(storetest.Keys(t, w.Store, "media", ""), " "); got != x.left {
			t.Errorf("after %q there are %q", x.answer, got)
		}
	}
	storetest.Put(t, w.Store, "media", "one", "content")
	x := newTerminal(t, w.command(program(t), "rm", "far:media/one"), 80, 24)
	x.see("1 object of 7 B deleted")
	<-x.gone
}
