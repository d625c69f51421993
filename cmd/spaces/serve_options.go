package main

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"time"

	"spaces/server/accesslog"

	"github.com/spf13/pflag"

	"spaces/server/local"
)

// serveOptions are the flags of serve.
type serveOptions struct {
	listen   string
	insecure bool
	tlsOptions
	websites         []string // domains of them
	region           string
	trusted          []string
	proxies          []netip.Prefix // of trusted
	accessLog        string
	logSize, logKeep int
	admin            string
	encryptionKey    string
	maxConnections   int
	maxRequests      int
	trashDays        int
	scrubDays        int
	rate             float64
	burst            int
	systemd          bool
	ssh              string // "": nobody comes by SSH
	sshIdle          time.Duration
}

func (so *serveOptions) flags(f *pflag.FlagSet) {
	f.StringVar(&so.listen, "listen", local.DefaultListen, "address to listen on")
	f.BoolVar(&so.insecure, "insecure-http", false, "allow plain HTTP on an address that others can reach")
	so.tlsFlags(f)
	f.StringArrayVar(&so.websites, "website-domain", nil, "base domain of websites, NAME.DOMAIN for each Space with one; then a Space that is named like a whole host is the website of that, too (may be repeated)")
	f.StringVar(&so.region, "region", "", "region of new Spaces whose creator names none")
	f.StringArrayVar(&so.trusted, "trusted-proxy", nil, "address or CIDR whose X-Forwarded-For and X-Forwarded-Proto are believed (may be repeated)")
	f.StringVar(&so.accessLog, "access-log", "", `file of the access log, or "off" (default: log/access.log in the data directory)`)
	f.IntVar(&so.logSize, "access-log-size", 64, "size of the access log, in MiB, after which it is set aside")
	f.IntVar(&so.logKeep, "access-log-keep", 8, "how many that were set aside are kept")
	f.StringVar(&so.encryptionKey, "encryption-key", "", "file of the keys that every new object is encrypted with; made when it is not there (default: encryption.key in the data directory, for those that ask)")
	f.StringVar(&so.admin, "admin", "", "loopback address for /health and /metrics (default: none)")
	f.IntVar(&so.maxConnections, "max-connections", 4096, "connections served at once; 0: any number")
	f.IntVar(&so.maxRequests, "max-requests", 512, "requests under way at once, others wait a second and get 503 SlowDown; 0: any number")
	f.Float64Var(&so.rate, "rate", 0, "requests a second that each access key may make; 0: any number")
	f.IntVar(&so.burst, "burst", 0, "how many of them at once (default: as many as a second's)")
	f.IntVar(&so.trashDays, "trash-days", 30, "days after which what is in the trash of a Space goes for good; 0: never")
	f.IntVar(&so.scrubDays, "scrub-days", 7, "days after which everything stored is read again, slowly, and compared with its checksums; 0: never")
	f.StringVar(&so.ssh, "ssh", "", "address to serve the panel and sftp on by SSH, such as :2222, for the keys of spaces keys authorize (default: none)")
	f.DurationVar(&so.sshIdle, "ssh-idle", time.Hour, "how long nothing may come and go by SSH before a connection is ended")
	f.BoolVar(&so.systemd, "systemd", false, "print a systemd unit that runs serve with the flags given, and end")
}

// mostWaiting bounds what clients that do not send or do not read can hold: a buffer of 256 KiB each.
const mostWaiting = 1024

// check refuses what cannot work before anything is opened.
func (so *serveOptions) check() error {
	switch {
	case so.maxConnections < 0 || so.maxRequests < 0 || so.rate < 0 || so.burst < 0 || so.trashDays < 0 || so.scrubDays < 0 || so.ssh != "" && so.sshIdle <= 0 || so.logSize < 1 || so.logKeep < 1:
		return errors.New("limits cannot be negative, and the access log keeps at least one file of 1 MiB")
	}
	if err := so.checkTLS(); err != nil {
		return err
	}
	if so.admin != "" && !isLoopback(so.admin) {
		return fmt.Errorf("--admin %s: metrics are for this machine only; write a loopback address such as 127.0.0.1:9078", so.admin)
	}
	if err := so.checkWebsites(); err != nil {
		return err
	}
	for _, t := range so.trusted {
		prefix, err := parsePrefix(t)
		if err != nil {
			return fmt.Errorf("--trusted-proxy %q: write an address or a CIDR", t)
		}
		so.proxies = append(so.proxies, prefix)
	}
	return checkListen(so.listen, so.insecure || so.secure())
}

// trash is how long the trash is kept, as local.Service has it.
func (so *serveOptions) trash() time.Duration {
	if so.trashDays == 0 {
		return -1
	}
	return time.Duration(so.trashDays) * 24 * time.Hour
}

// scrub is how often the server scrubs by itself, as local.Service has it.
func (so *serveOptions) scrub() time.Duration {
	if so.scrubDays == 0 {
		return -1
	}
	return time.Duration(so.scrubDays) * 24 * time.Hour
}

func parsePrefix(text string) (netip.Prefix, error) {
	if addr, err := netip.ParseAddr(text); err == nil {
		return addr.Unmap().Prefix(addr.Unmap().BitLen())
	}
	prefix, err := netip.ParsePrefix(text)
	return prefix.Masked(), err
}

func isLoopback(listen string) bool {
	host, _, err := net.SplitHostPort(listen)
	ip := net.ParseIP(host)
	return err == nil && (host == "localhost" || ip != nil && ip.IsLoopback())
}

// checkListen refuses plain HTTP beyond this machine unless it was asked for: secrets are signed but bodies and
// links travel readable.
func checkListen(listen string, allowed bool) error {
	if _, _, err := net.SplitHostPort(listen); err != nil {
		return fmt.Errorf("--listen %q: write HOST:PORT", listen)
	}
	if allowed || isLoopback(listen) {
		return nil
	}
	return fmt.Errorf("%s can be reached by others and would serve plain HTTP; say --tls acme or --tls self-signed, give --tls-cert and --tls-key, put a TLS proxy before a loopback address, or say --insecure-http", listen)
}

// openAccessLog opens the log that was asked for; nil when it is off.
func (so *serveOptions) openAccessLog(dir local.Dir) (*accesslog.Log, error) {
	path := so.accessLog
	switch path {
	case "off":
		return nil, nil
	case "":
		path = filepath.Join(dir.Path, "log", "access.log")
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return nil, fmt.Errorf("make the directory of the access log: %w", err)
		}
	}
	return accesslog.Open(accesslog.Options{Path: path, MaxBytes: int64(so.logSize) << 20, Keep: so.logKeep, Log: dir.Troubles.Logger(dir.Log, "access-log")})
}

// troubleLog is where a server says what went wrong within it. Requests that went well are in the access log.
func troubleLog(p process) *slog.Logger {
	return slog.New(slog.NewJSONHandler(p.stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
}
