package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"

	"github.com/spf13/cobra"

	"spaces/server"
	"spaces/server/certs"
	"spaces/server/local"
)

func serveCommand(p process, o *options) *cobra.Command {
	var so serveOptions
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Run the S3 server for others: s3cmd, aws, rclone, SDKs, another spaces",
		Long: "serve runs the object server until it is told to stop (SIGINT, SIGTERM or SIGHUP): then requests under way may end, for half a minute. Told a second time, it ends at once.\n\n" +
			"The root access key is made at random at the first start and kept in the data directory; SPACES_ACCESS_KEY_ID and SPACES_SECRET_ACCESS_KEY set another.\n\n" +
			"Beyond this machine it serves TLS: with a certificate of yours (--tls-cert, --tls-key, read again when the files change); with --tls self-signed, " +
			"which makes one in the data directory and prints its fingerprint; or with --tls acme, which asks Let's Encrypt or another CA for one and renews it, and with that " +
			"agrees to the CA's terms. The CA comes to port 443 of each --domain (and to port 80 with --http-redirect) to see that it is yours. A Space gets a certificate for NAME.DOMAIN " +
			"when somebody first comes by that name; CAs publish the names that they certify.",
		Example: "spaces serve\nspaces serve --data /srv/spaces --listen 127.0.0.1:9077\nspaces serve --listen :9443 --tls self-signed --domain s3.example.com\nspaces serve --listen :443 --tls acme --domain s3.example.com --http-redirect :80\nspaces serve --website-domain sites.localhost\nspaces serve --systemd --data /srv/spaces > /etc/systemd/system/spaces.service",
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

func serve(ctx context.Context, p process, o options, so serveOptions) (err error) {
	boundGarbage(p, serveGarbage)
	raiseFloor(p, serveFloor)
	boundMemory(p, serveMost)
	c, err := loadConfig(o.config)
	if err != nil {
		return err
	}
	so.encryptionKey = cmp.Or(so.encryptionKey, c.EncryptionKey)
	dir, err := dataPath(p, o)
	if err == nil {
		err = makeData(dir) // whoever serves has it, also where it was another's who put it there for that
	}
	if err != nil {
		return err
	}
	root, err := rootKey(dir, p)
	if err != nil {
		return err
	}
	own, err := dir.Own(0)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, own.Close()) }()
	addr, err := so.open(p, own, dir)
	if err != nil {
		return err
	}
	token, err := dir.AdminToken()
	if err != nil {
		return err
	}
	watched, err := so.start(ctx, own, dir, root)
	if err != nil {
		return err
	}
	so.announce(p, dir, root, token, addr, own.Certificates())
	so.announceWebsites(p.stdout, addr)
	if so.encryptionKey != "" {
		fmt.Fprintf(p.stdout, "new objects are encrypted with the key in %s: keep a copy of it elsewhere\n", so.encryptionKey)
	}
	if so.ssh != "" {
		if err := so.openSSH(p, o, c, own, dir, root, addr); err != nil {
			return err
		}
	}
	if watched != "" {
		fmt.Fprintf(p.stdout, "health and metrics at http://%s\n", watched)
	}
	if err := tellReady(p); err != nil {
		return err
	}
	return own.Wait(ctx)
}

// start makes the server with all that is for others, and starts it.
func (so *serveOptions) start(ctx context.Context, own *local.Owned, dir local.Dir, root local.RootKey) (watched string, err error) {
	access, err := so.openAccessLog(dir)
	if err != nil {
		return "", err
	}
	return own.Start(ctx, local.Service{
		Command: "spaces serve", Root: root, EncryptionKey: so.encryptionKey, Access: access, Admin: so.admin, Trash: so.trash(), Scrub: so.scrub(), Secure: so.secure(),
		Config: func(c *server.Config) {
			c.Domains, c.WebsiteDomains, c.Region, c.Proxies = so.domains, so.websites, so.region, so.proxies
			c.Metrics = server.NewMetrics()
			c.Limits = server.Limits{Requests: so.maxRequests, Waiting: mostWaiting, Rate: so.rate, Burst: so.burst}
		},
	})
}

// announce says where the server is, and shows a key and a token that were just made, unless that would be kept in a log.
func (so *serveOptions) announce(p process, dir local.Dir, root local.RootKey, token local.AdminToken, addr net.Addr, certificates []certs.Status) {
	scheme := "http"
	if len(certificates) > 0 {
		scheme = "https"
	}
	fmt.Fprintf(p.stdout, "spaces serves %s at %s://%s\n", dir.Path, scheme, addr)
	so.announceTLS(p, certificates)
	switch {
	case root.Made && !p.journal():
		fmt.Fprintf(p.stdout, "access key  %s\nsecret key  %s\n(shown this once, kept in %s)\n", root.ID, root.Secret, root.File)
	case root.File != "":
		fmt.Fprintf(p.stdout, "access key  %s (secret in %s)\n", root.ID, root.File)
	default:
		fmt.Fprintf(p.stdout, "access key  %s (from the environment)\n", root.ID)
	}
	if token.Made && !p.journal() {
		fmt.Fprintf(p.stdout, "admin token %s\n(of the API for access keys, shown this once, kept in %s)\n", token.Text, token.File)
	}
}
