// Package storetest gives tests a Store on an embedded server of their own, with faults on demand, and the contract suite
// that every kind of endpoint has to pass.
package storetest

import (
	"context"
	"net"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"spaces/server"
	"spaces/server/keyring"
	"spaces/server/links"
	"spaces/server/storage"
	"spaces/store"
)

// Credentials of every Fixture.
const (
	AccessKey = "AKIATESTTESTTESTTEST"
	SecretKey = "canary-secret-that-must-not-leave"
	// AdminToken is that of the API for access keys, where Listener offers it to other clients.
	AdminToken = "canary-token-that-must-not-leave"
)

// Fixture is a Store on a server of its own.
type Fixture struct {
	Store  *store.Store
	Engine *storage.Engine
	Server *server.Server
	URL    string // of the listener, "" without one
	Faults *Faults

	box atomic.Pointer[box]
}

// box is what a server says of the box that it runs on.
type box struct {
	found  int
	checks []server.Check
}

// Box has the server say how much damage its last scrub found, and what a check-up comes to.
func (f *Fixture) Box(found int, checks ...store.Check) {
	b := &box{found: found}
	for _, c := range checks {
		b.checks = append(b.checks, server.Check{Name: c.Name, State: server.CheckState(c.State), Sentence: c.Sentence, Advice: c.Advice})
	}
	f.box.Store(b)
}

type options struct {
	listener bool
	unknown  bool
	dir      string
	memory   int64
	now      func() time.Time
	written  func() time.Time
	change   func(*store.Config)
}

// Option of New.
type Option func(*options)

// Listener serves on loopback and reaches the server there, instead of in memory.
func Listener() Option { return func(o *options) { o.listener = true } }

// Unknown is a Listener that does not answer as this program's server: nothing may be assumed of it.
func Unknown() Option { return func(o *options) { o.listener, o.unknown = true, true } }

// Disk keeps the data in a directory instead of in memory.
func Disk(dir string) Option { return func(o *options) { o.dir = dir } }

// Memory is what the engine may take of it, in bytes.
func Memory(n int64) Option { return func(o *options) { o.memory = n } }

// Clock is the server's and the Store's.
func Clock(now func() time.Time) Option { return func(o *options) { o.now = now } }

// Written is the clock by which the engine notes when something was made and changed. Requests are signed and checked by
// the real one, so that it may show any time.
func Written(now func() time.Time) Option { return func(o *options) { o.written = now } }

// Config changes how the Store is opened.
func Config(change func(*store.Config)) Option { return func(o *options) { o.change = change } }

// New starts a server and opens a Store on it. Both end with the test.
func New(t testing.TB, opts ...Option) *Fixture {
	t.Helper()
	var o options
	for _, opt := range opts {
		opt(&o)
	}
	f := &Fixture{Faults: &Faults{}}
	f.Box(0)
	fs, dir := vfs.FS(vfs.NewMem()), "data"
	if o.dir != "" {
		fs, dir = vfs.Default, o.dir
	}
	if o.written == nil {
		o.written = o.now
	}
	var err error
	if f.Engine, err = storage.Open(dir, storage.Options{FS: fs, Now: o.written, Memory: o.memory}); err != nil {
		t.Fatalf("opening the engine: %v", err)
	}
	ring, err := keyring.Open(f.Engine, o.now)
	if err != nil {
		t.Fatalf("opening the key ring: %v", err)
	}
	book, err := links.Open(f.Engine, o.now)
	if err != nil {
		t.Fatalf("opening the links: %v", err)
	}
	f.Server = server.New(server.Config{Engine: f.Engine, Owner: "tester", Now: o.now, Keys: ring, Links: book, AdminToken: AdminToken,
		Found: func() int { return f.box.Load().found }, Checkup: func(context.Context) []server.Check { return f.box.Load().checks },
		Secret: func(key string) (string, bool) { return SecretKey, key == AccessKey }})
	t.Cleanup(func() { f.stop(t) })
	if o.listener {
		f.listen(t, o.unknown)
	}
	f.Store = f.Open(t, o.change)
	return f
}

// Open opens one more Store on the same server; nil changes nothing of its configuration.
func (f *Fixture) Open(t testing.TB, change func(*store.Config)) *store.Store {
	t.Helper()
	c := store.Config{Name: "test", Endpoint: "http://embedded", AccessKey: AccessKey, SecretKey: SecretKey,
		Dial: f.Server.Dial, Wrap: f.Faults.Wrap}
	if f.URL != "" {
		c.Endpoint, c.Dial, c.PathStyle = f.URL, nil, true
	}
	if change != nil {
		change(&c)
	}
	s, err := store.Open(t.Context(), c)
	if err != nil {
		t.Fatalf("opening the store: %v", err)
	}
	t.Cleanup(s.Close)
	return s
}

func (f *Fixture) listen(t testing.TB, unknown bool) {
	t.Helper()
	serve, shutdown := f.Server.Serve, f.Server.Shutdown
	if unknown {
		other := &http.Server{Handler: renamed{f.Server}}
		serve, shutdown = other.Serve, other.Shutdown
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("listening: %v", err)
	}
	f.URL = "http://" + l.Addr().String()
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := serve(l); err != http.ErrServerClosed {
			t.Errorf("serving: %v", err)
		}
	}()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		_ = shutdown(ctx) // stop reports it
		<-done
	})
}

// renamed answers under another name.
type renamed struct{ http.Handler }

func (h renamed) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.Handler.ServeHTTP(&renamedWriter{ResponseWriter: w}, r)
}

type renamedWriter struct{ http.ResponseWriter }

func (w *renamedWriter) WriteHeader(status int) {
	w.Header().Set("Server", "unknown")
	w.ResponseWriter.WriteHeader(status)
}

func (w *renamedWriter) Write(p []byte) (int, error) {
	w.Header().Set("Server", "unknown")
	return w.ResponseWriter.Write(p)
}

func (w *renamedWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (f *Fixture) stop(t testing.TB) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := f.Server.Shutdown(ctx); err != nil {
		t.Errorf("stopping the server: %v", err)
	}
	if err := f.Engine.Close(); err != nil {
		t.Errorf("closing the engine: %v", err)
	}
}

// Space makes a Space and returns its name.
func (f *Fixture) Space(t testing.TB, name string) string {
	t.Helper()
	if err := f.Store.CreateSpace(t.Context(), name, store.CreateOptions{}); err != nil {
		t.Fatalf("creating %s: %v", name, err)
	}
	return name
}
