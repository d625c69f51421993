package local

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"spaces/server"
	"spaces/server/accesslog"
	"spaces/server/certs"
	"spaces/server/keyring"
	"spaces/server/links"
	"spaces/server/storage"
)

// Drain is how long a stopping server lets requests under way end.
const Drain = 30 * time.Second

// Owned is a data directory while this process owns it, with the server on it and all that goes on beside that. It is
// used by one goroutine.
type Owned struct {
	dir     Dir
	engine  *storage.Engine
	server  *server.Server
	sites   atomic.Pointer[server.Server] // the same, for who asks before Start
	ring    *keyring.Ring                 // of server
	ports   []net.Listener                // of the S3 API
	ended   chan error                    // of each port that is served
	running int                           // how many are
	certs   certs.Source                  // of the port that speaks TLS; nil: none does
	extra   []io.Closer                   // everything else, in the order it was opened
	scrubs  *scrubber                     // nil: it does not scrub by itself
	found   atomic.Int64                  // damage that the last scrub found
	serving Serving                       // how it serves
	root    RootKey
	masters *server.MasterKeys
	fronts  []func() error // end what uses the server, before that stops
	leave   func()         // has it prove nothing any more
}

// Own makes this process the owner of the directory: *InUseError while another is. Close must follow.
func (d Dir) Own(memory int64) (*Owned, error) {
	if d.Troubles == nil {
		d.Troubles = &server.Troubles{}
	}
	engine, err := d.engine(memory)
	if err != nil {
		return nil, err
	}
	return &Owned{dir: d, engine: engine, leave: func() {}}, nil
}

// Service is what the owner of a directory serves, and how.
type Service struct {
	Command       string // how others are told of this process
	Root          RootKey
	EncryptionKey string               // file of the keys that every new object is encrypted with; "": the one in the directory, for those that ask
	Access        *accesslog.Log       // nil: none; closed with the rest in any case
	Config        func(*server.Config) // what else there is to say; may be nil
	Sweep         time.Duration        // how often it is looked whether something is due for its lifecycle; 0: every hour
	Trash         time.Duration        // how long what is in the trash of a Space is kept; 0: sweep.KeepTrash, below 0: for ever
	Secure        bool                 // the first port speaks TLS
	Scrub         time.Duration        // how old the last scrub may be before the owner does one; 0: ScrubEvery, below 0: never
	ScrubLook     time.Duration        // how often it is looked whether one is due; 0: scrubLook
	Admin         string               // where health and metrics are; "": nowhere
}

// Listen adds a port of the S3 API, before Start. The last one is told to the other processes of this machine and
// must speak plain HTTP.
func (o *Owned) Listen(l net.Listener) { o.ports = append(o.ports, l) }

// Start serves on the ports, carries out lifecycles, delivers logs, answers on the control listener, and tells others
// that this process is the owner. From the end of ctx on it proves that to nobody: the ports may be another's soon.
// watched is the address of health and metrics. After an error there is nothing to be done but Close.
func (o *Owned) Start(ctx context.Context, s Service) (watched string, err error) {
	if s.Access != nil {
		o.extra = append(o.extra, s.Access)
	}
	token, err := o.dir.AdminToken()
	if err != nil {
		return "", err
	}
	if err := o.dir.knowAgain(o.engine); err != nil {
		return "", err
	}
	logs := accesslog.NewDelivery(o.engine, accesslog.DeliveryOptions{Now: o.dir.Now, Log: o.dir.log("space-logs")})
	err = o.build(s.Root, s.EncryptionKey, func(c *server.Config) {
		c.Access, c.Logs, c.Log = s.Access, logs, o.dir.Log
		if s.Config != nil {
			s.Config(c)
		}
		o.serving.Domains, o.serving.Proxied = c.Domains, len(c.Proxies) > 0
	})
	if err != nil {
		return "", err
	}
	o.extra = append(o.extra, startDelivering(logs))
	o.extra = append(o.extra, startSweeping(o.engine, o.server, o.dir.Now, o.dir.log("lifecycle"), cmp.Or(s.Sweep, sweepEvery), s.Trash))
	u, _ := o.dir.Upkeep()
	o.found.Store(int64(u.Scrub.Found))
	if s.Scrub >= 0 {
		o.scrubs = newScrubber(o.dir, o.engine, cmp.Or(s.Scrub, ScrubEvery), &o.found)
		o.extra = append(o.extra, o.scrubs.start(cmp.Or(s.ScrubLook, scrubLook)))
	}
	ctx, o.leave = context.WithCancel(ctx)
	address := o.ports[len(o.ports)-1].Addr().String()
	c := &control{dir: o.dir, engine: o.engine, found: &o.found, checkup: o.Checkup, token: token.Text, addr: address, now: o.dir.Now, certs: o.Certificates}
	asked, err := o.aside(ctx, "Control", "127.0.0.1:0", c.handler())
	if err != nil {
		return "", err
	}
	if s.Admin != "" {
		if watched, err = o.aside(context.Background(), "Admin", s.Admin, o.server.Admin()); err != nil {
			return "", fmt.Errorf("%w; choose another address with --admin", err)
		}
	}
	o.serves(s)
	if err := thisProcess(s.Command, address, asked).leave(o.engine); err != nil {
		return "", err
	}
	o.serve()
	return watched, nil
}

// build makes the server, with the access keys and the secrets that are kept in the directory.
func (o *Owned) build(root RootKey, encryptionKey string, change func(*server.Config)) error {
	token, err := o.dir.AdminToken()
	if err != nil {
		return err
	}
	ring, err := keyring.Open(o.engine, o.dir.Now)
	if err != nil {
		return err
	}
	book, err := links.Open(o.engine, o.dir.Now)
	if err != nil {
		return err
	}
	c := server.Config{
		Engine:     o.engine,
		Secret:     func(id string) (string, bool) { return root.Secret, id == root.ID },
		Keys:       ring,
		Links:      book,
		AdminToken: token.Text,
		Owner:      "spaces",
		Now:        o.dir.Now,
		Troubles:   o.dir.Troubles,
	}
	o.ring = ring
	c.Upkeep, c.Found = o.figures, func() int { return int(o.found.Load()) }
	c.Checkup = o.Checkup
	change(&c)
	if c.MasterKeys, err = openMasterKeys(o.engine, o.dir.Path, encryptionKey, o.dir.log("keys")); err != nil {
		return err
	}
	o.root, o.masters = root, c.MasterKeys
	o.server = server.New(c)
	o.sites.Store(o.server)
	return nil
}

func (o *Owned) serve() {
	o.ended = make(chan error, len(o.ports))
	o.running = len(o.ports)
	for _, l := range o.ports {
		go func() { o.ended <- o.server.Serve(l) }()
	}
}

// Front adds the end of what uses the server, after Start. It comes before the server stops: what is under way would be
// refused in the middle else.
func (o *Owned) Front(end func() error) { o.fronts = append(o.fronts, end) }

// Dial connects to the server without a port, from Start on.
func (o *Owned) Dial(ctx context.Context, network, addr string) (net.Conn, error) {
	return o.server.Dial(ctx, network, addr)
}

// Ring has the access keys of the server, from Start on.
func (o *Owned) Ring() *keyring.Ring { return o.ring }

type closeFunc func() error

func (f closeFunc) Close() error { return f() }

// Wait serves until ctx ends, then lets requests under way end, for half a minute.
func (o *Owned) Wait(ctx context.Context) error {
	select {
	case err := <-o.ended:
		o.running--
		return err
	case <-ctx.Done():
	}
	stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), Drain)
	defer cancel()
	err := o.stop(stopping)
	if errors.Is(err, context.DeadlineExceeded) {
		err = fmt.Errorf("requests that had not ended after %v were cut off", Drain)
	}
	return err
}

// stop lets requests under way end until ctx does, and cuts them off then.
func (o *Owned) stop(ctx context.Context) error {
	o.leave()
	var err error
	for _, f := range o.fronts {
		err = errors.Join(err, f())
	}
	o.fronts = nil
	if o.server == nil {
		return err
	}
	err = errors.Join(err, o.server.Shutdown(ctx))
	for ; o.running > 0; o.running-- {
		if e := <-o.ended; !errors.Is(e, http.ErrServerClosed) {
			err = errors.Join(err, e)
		}
	}
	return err
}

// Close ends what is open, within a second where requests are under way still. The engine goes last: until then what
// runs may need it.
func (o *Owned) Close() error {
	now, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	var errs []error // a stopped server is stopped twice without harm
	if err := o.stop(now); !errors.Is(err, http.ErrServerClosed) && !errors.Is(err, context.DeadlineExceeded) {
		errs = append(errs, err)
	}
	for _, l := range o.ports {
		if err := l.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
			errs = append(errs, err)
		}
	}
	for i := len(o.extra) - 1; i >= 0; i-- {
		errs = append(errs, o.extra[i].Close())
	}
	return errors.Join(append(errs, o.engine.Close())...)
}
