package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strings"
	"sync"
	"testing"
	"time"

	"spaces/store"
)

// patience bounds every wait of these tests; it is never slept through.
const patience = 90 * time.Second

// TestMain lets the test binary be the program itself: with its clock ahead, for links that must have expired, or with a
// clock that panics when a function first looks at it.
func TestMain(m *testing.M) {
	if ahead := os.Getenv("TEST_CLOCK_AHEAD"); ahead != "" {
		d, err := time.ParseDuration(ahead)
		if err != nil {
			panic(err)
		}
		p := system()
		p.now = func() time.Time { return time.Now().Add(d) }
		os.Exit(run(context.Background(), os.Args[1:], p))
	}
	if in := os.Getenv("TEST_CLOCK_BREAKS_IN"); in != "" {
		p := system()
		var once sync.Once
		p.now = func() time.Time {
			if bytes.Contains(debug.Stack(), []byte(in)) {
				once.Do(func() { panic("the clock is broken") })
			}
			return time.Now()
		}
		os.Exit(run(context.Background(), os.Args[1:], p))
	}
	os.Exit(m.Run())
}

var built = struct {
	sync.Once
	path string
	err  error
}{}

// program builds the program once, as users have it, or takes the one of POINTS_PROGRAM.
func program(t testing.TB) string {
	t.Helper()
	built.Do(func() {
		if built.path = os.Getenv("POINTS_PROGRAM"); built.path != "" {
			return
		}
		dir, err := os.MkdirTemp("", "spaces-test")
		if err != nil {
			built.err = err
			return
		}
		built.path = filepath.Join(dir, "spaces")
		build := exec.Command("go", "build", "-trimpath", "-o", built.path, ".") // as make build, which finds it compiled
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := build.CombinedOutput(); err != nil {
			built.err = fmt.Errorf("%w\n%s", err, out)
		}
	})
	if built.err != nil {
		t.Fatal(built.err)
	}
	return built.path
}

// home is a user's world of its own: no configuration, no credentials but those of the test.
type home struct {
	dir string
	env []string // set in addition
}

func newHome(t testing.TB) home { return home{dir: t.TempDir()} }

func (h home) data() string { return filepath.Join(h.dir, "data") }

func (h home) environ(extra ...string) []string {
	var env []string
	for _, kv := range os.Environ() {
		name, _, _ := strings.Cut(kv, "=")
		if !strings.HasPrefix(name, "AWS_") && !strings.HasPrefix(name, "XDG_") && !strings.HasPrefix(name, "SPACES_") && name != "TMUX" && name != "NO_COLOR" && name != "JOURNAL_STREAM" {
			env = append(env, kv)
		}
	}
	return append(append(env, "HOME="+h.dir, "XDG_DATA_HOME="+h.dir, "XDG_CONFIG_HOME="+filepath.Join(h.dir, "config"), "TERM=xterm-256color", "COLORTERM=truecolor", "LANG=C.UTF-8"), extra...)
}

func (h home) command(exe string, args ...string) *exec.Cmd {
	cmd := exec.Command(exe, append(args, "--data", h.data())...)
	cmd.Env = h.environ(h.env...)
	return cmd
}

// run executes the built program to its end, without a terminal.
func (h home) run(t testing.TB, args ...string) (stdout, stderr string, err error) {
	t.Helper()
	var out, errs bytes.Buffer
	cmd := h.command(program(t), args...)
	cmd.Stdout, cmd.Stderr = &out, &errs
	err = cmd.Run()
	return out.String(), errs.String(), err
}

const testKey, testSecret = "SPTESTTESTTESTTEST22", "a-secret-of-the-tests-a-secret-of-the-tests"

// service is a `spaces serve` process.
type service struct {
	cmd   *exec.Cmd
	addr  string // host:port
	lines *bufio.Reader
	once  sync.Once
	ended chan struct{}
}

// launch starts a server process. Its output is to be read from lines, and then left to drain.
func launch(t testing.TB, cmd *exec.Cmd) *service {
	t.Helper()
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	s := &service{cmd: cmd, lines: bufio.NewReader(out), ended: make(chan struct{})}
	t.Cleanup(s.kill)
	return s
}

// drain reads the rest of the output, on which nobody may block, until the process has ended.
func (s *service) drain() {
	s.once.Do(func() {
		go func() {
			io.Copy(io.Discard, s.lines)
			s.cmd.Wait()
			close(s.ended)
		}()
	})
}

// serving is the command of a server with the keys of the tests.
func (h home) serving(exe, listen string, env ...string) *exec.Cmd {
	cmd := h.command(exe, "serve", "--listen", listen)
	cmd.Env = h.environ(append(env, "SPACES_ACCESS_KEY_ID="+testKey, "SPACES_SECRET_ACCESS_KEY="+testSecret)...)
	cmd.Stderr = os.Stderr
	return cmd
}

// serve starts a server process on h's data directory and waits until it says where it listens.
func (h home) serve(t testing.TB, exe, listen string, env ...string) *service {
	t.Helper()
	s := launch(t, h.serving(exe, listen, env...))
	first, err := s.lines.ReadString('\n')
	if err != nil {
		t.Fatalf("the server ended before it listened: %v", err)
	}
	_, s.addr, _ = strings.Cut(strings.TrimSpace(first), "http://")
	s.drain()
	return s
}

// kill ends the process as a power cut of the process would: no signal handler runs.
func (s *service) kill() {
	s.cmd.Process.Kill()
	s.drain()
	<-s.ended
}

// stop asks it to end.
func (s *service) stop() {
	s.cmd.Process.Signal(os.Interrupt)
	<-s.ended
}

func (s *service) open(t testing.TB) *store.Store {
	t.Helper()
	return s.openBy(t, nil)
}

// openBy is open with something between the client and the server.
func (s *service) openBy(t testing.TB, wrap func(http.RoundTripper) http.RoundTripper) *store.Store {
	t.Helper()
	c, err := store.Open(t.Context(), store.Config{
		Name: "test", Endpoint: "http://" + s.addr, Region: "us-east-1", PathStyle: true, AccessKey: testKey, SecretKey: testSecret,
		Wrap: wrap,
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}
