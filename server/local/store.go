package local

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"spaces/server"
	"spaces/server/sweep"
)

// panelMemory is what the engine may take beside a million rows on the screen, in bytes.
const panelMemory = 16 << 20

// Store is the store of this machine as a panel sees it: a server in this process, or the process that owns the data
// directory already. It is opened in the background, so that the first screen does not wait for it, and taken over when
// its owner ends.
type Store struct {
	dir     Dir
	service Service
	share   atomic.Pointer[string] // base URL of links, "" until it is known

	mu     sync.Mutex
	own    *Owned         // nil while another process owns the directory
	server *server.Server // of own
	owner  *other         // that process, when it is known
	closed bool
}

// Store starts opening the store. An error reaches whoever dials. encryptionKey is the file of Service.
func (d Dir) Store(root RootKey, encryptionKey string) *Store {
	s := d.newStore(root, encryptionKey, panelSweepEvery)
	go s.open()
	return s
}

func (d Dir) newStore(root RootKey, encryptionKey string, sweep time.Duration) *Store {
	s := &Store{dir: d, service: Service{Command: "spaces", Root: root, EncryptionKey: encryptionKey, Sweep: sweep, ScrubLook: panelScrubLook}}
	s.share.Store(new(string))
	return s
}

// ShareURL is where links to the store open, "" until it is known. It may change when the owner does.
func (s *Store) ShareURL() string { return *s.share.Load() }

// Joined says whether another process has the store, which this one is a client of: its links do not end with this process.
func (s *Store) Joined() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.owner != nil
}

// open makes this process the owner, or finds the address of the owner.
func (s *Store) open() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.own != nil || s.closed {
		return nil
	}
	own, err := s.dir.Own(panelMemory)
	var taken *InUseError
	switch {
	case errors.As(err, &taken):
		return s.join(other{s.dir.Path, taken.Owner})
	case err != nil:
		return err
	}
	l, err := listenForLinks()
	if err != nil {
		return errors.Join(err, own.Close())
	}
	own.Listen(server.LimitConnections(l, MostNear))
	if _, err := own.Start(context.Background(), s.service); err != nil {
		return errors.Join(err, own.Close())
	}
	s.own, s.server, s.owner = own, own.server, nil
	s.share.Store(new("http://" + l.Addr().String()))
	return nil
}

func (s *Store) join(o other) error {
	if o.Address == "" {
		return o.inUse()
	}
	s.owner = &o
	s.share.Store(new("http://" + o.Address))
	return nil
}

// Plan is Dir.Plan of the store's directory, for which it waits until the store is open: whoever is just about to own a
// directory cannot be asked yet.
func (s *Store) Plan(ctx context.Context, space string, show func([]sweep.Due) error) (Planned, error) {
	if err := s.open(); err != nil {
		return Planned{}, err
	}
	return s.dir.Plan(ctx, space, show)
}

// listenForLinks takes the default port, or any when that is taken.
func listenForLinks() (net.Listener, error) {
	if l, err := net.Listen("tcp", DefaultListen); err == nil {
		return l, nil
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen for shared links: %w", err)
	}
	return l, nil
}

// Dial connects to the store, wherever it is.
func (s *Store) Dial(ctx context.Context, network, addr string) (net.Conn, error) {
	conn, err := s.connect(ctx, network, addr)
	if err == nil {
		return conn, nil
	}
	if err := s.open(); err != nil { // not opened yet, or its owner has ended, whoever has its address now
		return nil, err
	}
	return s.connect(ctx, network, addr)
}

func (s *Store) connect(ctx context.Context, network, addr string) (net.Conn, error) {
	s.mu.Lock()
	srv, owner := s.server, s.owner
	s.mu.Unlock()
	switch {
	case srv != nil:
		return srv.Dial(ctx, network, addr)
	case owner != nil:
		return owner.dial(ctx, owner.Address)
	}
	return nil, net.ErrClosed
}

// Close ends the server, if it is in this process, when requests under way have ended or ctx has, and syncs what there is.
func (s *Store) Close(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	if s.own == nil {
		return nil
	}
	err := errors.Join(s.own.stop(ctx), s.own.Close())
	s.own, s.server = nil, nil
	return err
}
