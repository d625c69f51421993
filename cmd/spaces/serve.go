package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/spf13/cobra"

	"spaces/server"
	"spaces/server/accesslog"
	"spaces/server/storage"
)

// drain is how long a stopping server lets requests under way end.
const drain = 30 * time.Second

func serveCommand(p process, o *options) *cobra.Command {
	var so serveOptions
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Run the S3 server for others: s3cmd, aws, rclone, SDKs, another spaces",
		Long: "serve runs the object server until it is told to stop (SIGINT, SIGTERM or SIGHUP): then requests under way may end, for half a minute. Told a second time, it ends at once.\n\n" +
			"The root access key is made at random at the first start and kept in the data directory; SPACES_ACCESS_KEY_ID and SPACES_SECRET_ACCESS_KEY set another.\n\n" +
			"Beyond this machine it serves TLS: with a certificate of yours (--tls-cert, --tls-key, read again when the files change), or with --tls self-signed, " +
			"which makes one in the data directory and prints its fingerprint.",
		Example: "spaces serve\nspaces serve --data /srv/spaces --listen 127.0.0.1:9077\nspaces serve --listen :9443 --tls self-signed --domain s3.example.com\nspaces serve --systemd --data /srv/spaces > /etc/systemd/system/spaces.service",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := so.check(); err != nil {
				return err
			}
			if so.systemd {
				return printUnit(p.stdout, cmd, *o)
			}
			return serve(cmd.Context(), p, *o, so)
		},
	}
	so.flags(cmd.Flags())
	return cmd
}

// serving is a server and what belongs to it, in the order it was opened.
type serving struct {
	engine *storage.Engine
	srv    *server.Server
	ports  []net.Listener // of the S3 API
	extra  []io.Closer    // everything else, closed after the last request
}

func serve(ctx context.Context, p process, o options, so serveOptions) (err error) {
	boundGarbage(p, serveGarbage)
	c, err := loadConfig(o.config)
	if err != nil {
		return err
	}
	so.encryptionKey = cmp.Or(so.encryptionKey, c.EncryptionKey)
	dir, err := dataDir(o)
	if err != nil {
		return err
	}
	key, err := loadRootKey(dir, p.getenv)
	if err != nil {
		return err
	}
	s := &serving{}
	if s.engine, err = openEngine(dir, p); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	secured, err := so.loadTLS(dir, p.now)
	if err != nil {
		return err
	}
	if err := s.listen(so, secured); err != nil {
		return err
	}
	token, err := loadAdminToken(dir)
	if err != nil {
		return err
	}
	if err := s.build(p, dir, key, so); err != nil {
		return err
	}
	s.extra = append(s.extra, startSweeping(s.engine, s.srv, p.now, troubleLog(p), sweepEvery))
	local := s.ports[len(s.ports)-1].Addr().String()
	control, err := s.control(ctx, token.text, local, p.now)
	if err != nil {
		return err
	}
	watched, err := s.admin(so.admin)
	if err != nil {
		return err
	}
	if err := s.engine.SetOwner(ownerAsked("spaces serve", control, local)); err != nil {
		return err
	}
	announce(p, dir, key, token, s.ports[0].Addr(), secured)
	if so.encryptionKey != "" {
		fmt.Fprintf(p.stdout, "new objects are encrypted with the key in %s: keep a copy of it elsewhere\n", so.encryptionKey)
	}
	if watched != "" {
		fmt.Fprintf(p.stdout, "health and metrics at http://%s\n", watched)
	}
	return s.run(ctx)
}

// openEngine opens the data directory for a server.
func openEngine(dir string, p process) (*storage.Engine, error) {
	engine, err := storage.Open(dir, storage.Options{Now: p.now, Logger: troubleLog(p)})
	var locked *storage.LockedError
	if errors.As(err, &locked) {
		return nil, inUse(locked)
	}
	if err != nil {
		return nil, openFailed(dir, err)
	}
	return engine, nil
}

// listen opens the S3 API. With TLS there is a port of plain HTTP besides, on loopback, for the panel and the
// commands of this machine.
func (s *serving) listen(so serveOptions, secured *tlsFiles) error {
	l, err := net.Listen("tcp", so.listen)
	if err != nil {
		return fmt.Errorf("%w; choose another address with --listen", err)
	}
	l = server.LimitConnections(l, so.maxConnections, so.proxies...)
	if secured == nil {
		s.ports = append(s.ports, l)
		return nil
	}
	s.ports = append(s.ports, secured.listener(l))
	local, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("listen for this machine: %w", err)
	}
	s.ports = append(s.ports, local)
	return nil
}

// build makes the server with all that is for others.
func (s *serving) build(p process, dir string, key rootKey, so serveOptions) error {
	access, err := so.openAccessLog(dir, troubleLog(p))
	if err != nil {
		return err
	}
	if access != nil {
		s.extra = append(s.extra, access)
	}
	logs := accesslog.NewDelivery(s.engine, accesslog.DeliveryOptions{Now: p.now, Log: troubleLog(p)})
	s.extra = append(s.extra, startDelivering(logs))
	s.srv, err = newServer(s.engine, key, dir, p, so.encryptionKey, func(c *server.Config) {
		c.Domains, c.Region, c.Proxies = so.domains, so.region, so.proxies
		c.Access, c.Logs, c.Metrics, c.Log = access, logs, server.NewMetrics(), troubleLog(p)
		c.Limits = server.Limits{Requests: so.maxRequests, Waiting: mostWaiting, Rate: so.rate, Burst: so.burst}
	})
	return err
}

// run serves until ctx ends, then lets requests under way end.
func (s *serving) run(ctx context.Context) error {
	ended := make(chan error, len(s.ports))
	for _, l := range s.ports {
		go func() { ended <- s.srv.Serve(l) }()
	}
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), drain)
	defer cancel()
	err := s.srv.Shutdown(stopping)
	for range s.ports {
		if e := <-ended; !errors.Is(e, http.ErrServerClosed) {
			err = errors.Join(err, e)
		}
	}
	if errors.Is(err, context.DeadlineExceeded) {
		err = fmt.Errorf("requests that had not ended after %v were cut off", drain)
	}
	return err
}

// close ends what is open. The engine goes last: until then what runs may need it.
func (s *serving) close() error {
	var errs []error
	if s.srv != nil { // a failed start has none, and a stopped one is stopped twice without harm
		now, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		if err := s.srv.Shutdown(now); !errors.Is(err, http.ErrServerClosed) && !errors.Is(err, context.DeadlineExceeded) {
			errs = append(errs, err)
		}
	}
	for _, l := range s.ports {
		if err := l.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
			errs = append(errs, err)
		}
	}
	return errors.Join(append(errs, s.closeExtra(), s.engine.Close())...)
}

// closeExtra closes what is beside the S3 API, the last that was opened first.
func (s *serving) closeExtra() error {
	var errs []error
	for i := len(s.extra) - 1; i >= 0; i-- {
		errs = append(errs, s.extra[i].Close())
	}
	return errors.Join(errs...)
}

// announce says where the server is, and shows a key and a token that were just made.
func announce(p process, dir string, key rootKey, token adminToken, addr net.Addr, secured *tlsFiles) {
	scheme := "http"
	if secured != nil {
		scheme = "https"
	}
	fmt.Fprintf(p.stdout, "spaces serves %s at %s://%s\n", dir, scheme, addr)
	if secured != nil {
		secured.announce(p.stdout)
	}
	switch {
	case key.made:
		fmt.Fprintf(p.stdout, "access key  %s\nsecret key  %s\n(shown this once, kept in %s)\n", key.ID, key.Secret, key.file)
	case key.file != "":
		fmt.Fprintf(p.stdout, "access key  %s (secret in %s)\n", key.ID, key.file)
	default:
		fmt.Fprintf(p.stdout, "access key  %s (from the environment)\n", key.ID)
	}
	if token.made {
		fmt.Fprintf(p.stdout, "admin token %s\n(of the API for access keys, shown this once, kept in %s)\n", token.text, token.file)
	}
}
