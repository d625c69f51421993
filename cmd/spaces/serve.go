package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/spf13/cobra"

	"spaces/server/storage"
)

// drain is how long a stopping server lets requests under way end.
const drain = 30 * time.Second

func serveCommand(p process, o *options) *cobra.Command {
	var listen string
	var insecure bool
	cmd := &cobra.Command{
		Use:     "serve",
		Short:   "Run the S3 server for others: s3cmd, aws, rclone, SDKs, another spaces",
		Long:    "serve runs the object server until it is told to stop (SIGINT or SIGTERM).\n\nThe root access key is made at random at the first start and kept in the data directory; SPACES_ACCESS_KEY_ID and SPACES_SECRET_ACCESS_KEY set another.",
		Example: "spaces serve\nspaces serve --data /srv/spaces --listen 127.0.0.1:9077",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return serve(cmd.Context(), p, *o, listen, insecure)
		},
	}
	cmd.Flags().StringVar(&listen, "listen", defaultListen, "address to listen on")
	cmd.Flags().BoolVar(&insecure, "insecure-http", false, "allow plain HTTP on an address that others can reach")
	return cmd
}

func serve(ctx context.Context, p process, o options, listen string, insecure bool) error {
	if err := checkListen(listen, insecure); err != nil {
		return err
	}
	boundGarbage(p, serveGarbage)
	dir, err := dataDir(o)
	if err != nil {
		return err
	}
	key, err := loadRootKey(dir, p.getenv)
	if err != nil {
		return err
	}
	engine, err := storage.Open(dir, storage.Options{Now: p.now})
	var locked *storage.LockedError
	if errors.As(err, &locked) {
		return inUse(locked)
	} else if err != nil {
		return openFailed(dir, err)
	}
	l, err := net.Listen("tcp", listen)
	if err != nil {
		return errors.Join(fmt.Errorf("%w; choose another address with --listen", err), engine.Close())
	}
	if err := engine.SetOwner(ownerText("spaces serve", l.Addr().String())); err != nil {
		return errors.Join(err, l.Close(), engine.Close())
	}
	announce(p, dir, key, l.Addr())
	return serveUntil(ctx, engine, newServer(engine, key, p), l)
}

type stoppable interface {
	Serve(net.Listener) error
	Shutdown(context.Context) error
}

// serveUntil serves until ctx ends, then lets requests under way end and closes the store.
func serveUntil(ctx context.Context, engine *storage.Engine, s stoppable, l net.Listener) error {
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(l) }()
	select {
	case err := <-ended:
		return errors.Join(err, engine.Close())
	case <-ctx.Done():
	}
	stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), drain)
	defer cancel()
	err := s.Shutdown(stopping)
	if err2 := <-ended; !errors.Is(err2, http.ErrServerClosed) {
		err = errors.Join(err, err2)
	}
	return errors.Join(err, engine.Close())
}

// announce says where the server is, and shows a key that was just made.
func announce(p process, dir string, key rootKey, addr net.Addr) {
	fmt.Fprintf(p.stdout, "spaces serves %s at http://%s\n", dir, addr)
	switch {
	case key.made:
		fmt.Fprintf(p.stdout, "access key  %s\nsecret key  %s\n(shown this once, kept in %s)\n", key.ID, key.Secret, key.file)
	case key.file != "":
		fmt.Fprintf(p.stdout, "access key  %s (secret in %s)\n", key.ID, key.file)
	default:
		fmt.Fprintf(p.stdout, "access key  %s (from the environment)\n", key.ID)
	}
}

// checkListen refuses plain HTTP beyond this machine unless it was asked for: secrets are signed but bodies and
// links travel readable.
func checkListen(listen string, insecure bool) error {
	host, _, err := net.SplitHostPort(listen)
	if err != nil {
		return fmt.Errorf("--listen %q: write HOST:PORT", listen)
	}
	ip := net.ParseIP(host)
	if insecure || host == "localhost" || ip != nil && ip.IsLoopback() {
		return nil
	}
	return fmt.Errorf("%s can be reached by others and would serve plain HTTP; put a TLS proxy before a loopback address, or say --insecure-http", listen)
}
