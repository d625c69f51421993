package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/adrg/xdg"

	"spaces/server"
	"spaces/server/accesslog"
	"spaces/server/keyring"
	"spaces/server/storage"
	"spaces/store"
)

// defaultListen is where the embedded server listens unless it is taken, so that shared links keep working from one
// start of the panel to the next.
const defaultListen = "127.0.0.1:9077"

// panelMemory is what the embedded engine may take beside a million rows on the screen, in bytes.
const panelMemory = 16 << 20

// dataPath is where the data directory is or will be.
func dataPath(o options) (string, error) {
	return filepath.Abs(cmp.Or(o.data, filepath.Join(xdg.DataHome, "spaces")))
}

// dataDir makes the data directory and returns its path.
func dataDir(o options) (string, error) {
	dir, err := dataPath(o)
	if err == nil {
		err = os.MkdirAll(dir, 0o700)
	}
	if err != nil {
		return "", fmt.Errorf("make the data directory: %w; choose another with --data", err)
	}
	return dir, nil
}

// embedded is the store of this machine as the panel sees it: a server in this process, or the process that owns the
// data directory already. It is opened in the background, so that the first screen does not wait for it, and taken
// over when its owner ends.
type embedded struct {
	dir   string
	key   rootKey
	p     process
	sweep time.Duration          // how often it is looked whether something is due for its lifecycle
	keys  string                 // file of the keys for encryption; "": the one in dir
	share atomic.Pointer[string] // base URL of links, "" until it is known

	mu     sync.Mutex
	engine *storage.Engine // nil while another process owns the directory
	server *server.Server
	owner  string // what that process has left there of itself
	closed bool
	ask    *serving           // the control listener, while this process owns the directory
	leave  context.CancelFunc // has it prove nothing any more
}

// openEmbedded starts opening the store at dir. An error reaches whoever dials.
func openEmbedded(dir string, key rootKey, p process, encryptionKey string) *embedded {
	e := &embedded{dir: dir, key: key, p: p, keys: encryptionKey, sweep: panelSweepEvery}
	e.share.Store(new(string))
	go e.open()
	return e
}

// open makes this process the owner, or finds the address of the owner.
func (e *embedded) open() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.server != nil || e.closed {
		return nil
	}
	engine, err := storage.Open(e.dir, storage.Options{Now: e.p.now, Memory: panelMemory})
	var locked *storage.LockedError
	switch {
	case errors.As(err, &locked):
		return e.join(locked)
	case err != nil:
		return openFailed(e.dir, err)
	}
	l, err := listenForLinks()
	if err != nil {
		return errors.Join(err, engine.Close())
	}
	proving, leave := context.WithCancel(context.Background())
	ask, control, err := openControl(proving, engine, e.dir, l.Addr().String(), e.p.now)
	if err == nil {
		err = engine.SetOwner(ownerAsked("spaces", control, l.Addr().String()))
	}
	if err != nil {
		leave()
		return errors.Join(err, ask.closeExtra(), l.Close(), engine.Close())
	}
	logs := accesslog.NewDelivery(engine, accesslog.DeliveryOptions{Now: e.p.now})
	srv, err := newServer(engine, e.key, e.dir, e.p, e.keys, func(c *server.Config) { c.Logs = logs })
	if err != nil {
		leave()
		return errors.Join(err, ask.closeExtra(), l.Close(), engine.Close())
	}
	ask.extra = append(ask.extra, startDelivering(logs), startSweeping(engine, srv, e.p.now, nil, e.sweep))
	e.ask, e.leave = ask, leave
	e.engine, e.server, e.owner = engine, srv, ""
	e.share.Store(new("http://" + l.Addr().String()))
	go e.server.Serve(l)
	return nil
}

func (e *embedded) join(locked *storage.LockedError) error {
	addr := ownerAddress(locked.Owner)
	if addr == "" {
		return inUse(locked)
	}
	e.owner = locked.Owner
	e.share.Store(new("http://" + addr))
	return nil
}

// listenForLinks takes the default port, or any when that is taken.
func listenForLinks() (net.Listener, error) {
	if l, err := net.Listen("tcp", defaultListen); err == nil {
		return l, nil
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen for shared links: %w", err)
	}
	return l, nil
}

// dial connects the panel to the store, wherever it is.
func (e *embedded) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	conn, err := e.connect(ctx, network, addr)
	if err == nil {
		return conn, nil
	}
	if err := e.open(); err != nil { // not opened yet, or its owner has ended, whoever has its address now
		return nil, err
	}
	return e.connect(ctx, network, addr)
}

func (e *embedded) connect(ctx context.Context, network, addr string) (net.Conn, error) {
	e.mu.Lock()
	srv, owner := e.server, e.owner
	e.mu.Unlock()
	switch {
	case srv != nil:
		return srv.Dial(ctx, network, addr)
	case owner != "":
		return dialOwner(ctx, e.dir, owner, ownerAddress(owner))
	}
	return nil, net.ErrClosed
}

// close ends the server and syncs what there is.
func (e *embedded) close(ctx context.Context) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.closed = true
	if e.engine == nil {
		return nil
	}
	e.leave()
	err := errors.Join(e.server.Shutdown(ctx), e.ask.closeExtra(), e.engine.Close())
	e.engine, e.server = nil, nil
	return err
}

// config is how the store package reaches it.
func (e *embedded) config() store.Config {
	return store.Config{
		Name: "this machine", Endpoint: "http://localhost", Region: "us-east-1", PathStyle: true,
		AccessKey: e.key.ID, SecretKey: e.key.Secret, Dial: e.dial, Now: e.p.now,
		ShareURL: func() string { return *e.share.Load() },
	}
}

// newServer makes the server of an engine at dir, with the access keys that are kept there.
// change may alter its configuration.
func newServer(engine *storage.Engine, key rootKey, dir string, p process, encryptionKey string, change ...func(*server.Config)) (*server.Server, error) {
	token, err := loadAdminToken(dir)
	if err != nil {
		return nil, err
	}
	ring, err := keyring.Open(engine, p.now)
	if err != nil {
		return nil, err
	}
	c := server.Config{
		Engine:     engine,
		Secret:     func(id string) (string, bool) { return key.Secret, id == key.ID },
		Keys:       ring,
		AdminToken: token.text,
		Owner:      "spaces",
		Now:        p.now,
	}
	for _, f := range change {
		f(&c)
	}
	if c.MasterKeys, err = openMasterKeys(engine, dir, encryptionKey, c.Log); err != nil {
		return nil, err
	}
	return server.New(c), nil
}

// ownerText is what the owner of a data directory leaves there for others to read; ownerAddress reads it.
func ownerText(command, addr string) string {
	return fmt.Sprintf("%s, process %d, at %s", command, os.Getpid(), addr)
}

func ownerAddress(text string) string {
	_, addr, _ := strings.Cut(text, ", at ")
	return addr
}

func inUse(locked *storage.LockedError) error {
	who := locked.Owner
	if who == "" {
		who = "another process"
	}
	return fmt.Errorf("%s is in use by %s; stop it, or choose another directory with --data", locked.Dir, who)
}

func openFailed(dir string, err error) error {
	if errors.Is(err, storage.ErrFormat) {
		return fmt.Errorf("open the store in %s: %w; it was written by a newer version, use that one", dir, err)
	}
	return fmt.Errorf("open the store in %s: %w", dir, withAdvice(dir, err))
}
