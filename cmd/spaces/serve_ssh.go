package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	tea "charm.land/bubbletea/v2"
	gossh "golang.org/x/crypto/ssh"

	"spaces/server"
	"spaces/server/local"
	"spaces/store"
	"spaces/store/job"
	"spaces/store/sftpd"
	"spaces/tui"
	"spaces/tui/sshd"
)

// notHere is why nothing is read from or written to the disk of the server for those who come by SSH.
const notHere = "This panel runs on the server, whose own disk is not yours: move files by sftp and scp on the same port, or by the curl lines of Quick Share and Receive."

// guests are all who come by SSH. What belongs to an access key is shared by all who come in as that.
type guests struct {
	p       process
	o       options
	c       config
	own     *local.Owned
	dir     local.Dir
	root    local.RootKey
	share   func() string // base URL of links
	name    string        // of the server
	temp    string        // a directory for what is being written by sftp
	crashed func(any, []byte)

	mu sync.Mutex
	of map[string]*guest // by access key
}

// guest is an access key that somebody has come in as since the server began. Its jobs go on when he leaves.
type guest struct {
	secret string // that the connection was opened with
	conns  *store.Conns
	jobs   *job.Manager
	ledger *job.Ledger
	marks  *bookmarks
}

// secret of an access key, as it is now.
func (g *guests) secret(id string) (string, bool) {
	if id == g.root.ID {
		return g.root.Secret, true
	}
	return g.own.Ring().Secret(id)
}

// admit says as which access key a public key lets in. A login of a key that is no more lets nobody in.
func (g *guests) admit(fingerprint string) (id string, ok bool) {
	l := g.own.Ring().Login(fingerprint)
	if l == nil {
		return "", false
	}
	_, ok = g.secret(l.AccessKey)
	return l.AccessKey, ok
}

// guest gives what belongs to an access key.
func (g *guests) guest(id string) (*guest, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	secret, _ := g.secret(id)
	if x := g.of[id]; x != nil {
		if x.secret != secret { // it was rotated
			x.secret = secret
			x.conns.Forget("")
		}
		return x, nil
	}
	dir := filepath.Join(g.dir.Path, "panel", id)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	ledger, err := job.OpenLedger(dir)
	if err != nil {
		return nil, err
	}
	conns := store.NewConns(func(conn store.Conn) (store.Config, error) { return g.conn(id, conn) })
	conns.Known = func() []store.Conn { return []store.Conn{""} }
	x := &guest{secret: secret, conns: conns, ledger: ledger, marks: &bookmarks{dir: dir},
		jobs: job.New(job.Options{Now: g.p.now, Ledger: ledger, Conns: conns, Shared: true, Crashed: g.crashed})}
	g.of[id] = x
	return x, nil
}

// conn is the connection of an access key, and there is no other: what this machine knows of other endpoints is not for
// those who come by SSH.
func (g *guests) conn(id string, conn store.Conn) (store.Config, error) {
	if conn != "" {
		return store.Config{}, errors.New("by SSH there are no other connections than this server")
	}
	return store.Config{
		Name: g.name, Endpoint: "http://localhost", Region: "us-east-1", PathStyle: true,
		AccessKey: id, Secret: func() (string, error) {
			secret, ok := g.secret(id)
			if !ok {
				return "", errors.New("this access key was deleted")
			}
			return secret, nil
		},
		Dial: g.own.Dial, Now: g.p.now, ShareURL: g.share, NoDisk: notHere, Trash: g.c.trashes(),
	}, nil
}

// panel makes what a visitor sees.
func (g *guests) panel(v sshd.Visitor, t sshd.Terminal) (tea.Model, func(), error) {
	x, err := g.guest(v.As)
	if err != nil {
		return nil, nil, err
	}
	s, err := x.conns.Get("")
	if err != nil {
		return nil, nil, err
	}
	keyMap, warnings, err := g.c.keyMap(g.o.keyMap)
	if err != nil {
		return nil, nil, err
	}
	formats, warning := g.c.formats()
	getenv := lookup(t.Environ)
	ctx, cancel := context.WithCancel(context.Background())
	crashed := func(value any, stack []byte) {
		g.crashed(value, stack)
		cancel()
	}
	news := x.jobs.News()
	model := tui.New(tui.Config{
		Work: store.OnCrash(ctx, crashed), Store: s, Conns: x.conns, Jobs: x.jobs, News: news, Stay: true, Keys: keyMap, Now: g.p.now,
		Signs: signsOf(getenv), Formats: formats, Warnings: append(warnings, warning...), Calm: g.c.Calm,
		NoEditor: notHere, Bookmarks: x.marks, Ledger: sharedNotes{x.marks, g.p.now},
	})
	end := func() {
		cancel()
		news.Close()
	}
	return tui.Guard(model, func(c tui.Crash) { crashed(c.Value, c.Stack) }), end, nil
}

// files serves sftp to a visitor.
func (g *guests) files(ctx context.Context, v sshd.Visitor, channel io.ReadWriteCloser) error {
	x, err := g.guest(v.As)
	if err != nil {
		return err
	}
	s, err := x.conns.Get("")
	if err != nil {
		return err
	}
	return sftpd.Serve(ctx, sftpd.Config{Store: s, Jobs: x.jobs, Temp: g.temp, Now: g.p.now}, channel)
}

// lookup reads an environment.
func lookup(environ []string) func(string) string {
	return func(name string) string {
		for _, x := range slices.Backward(environ) {
			if value, is := strings.CutPrefix(x, name+"="); is {
				return value
			}
		}
		return ""
	}
}

// Close cuts the jobs of all short. What they have begun is noted, and there again when the server is.
func (g *guests) Close() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	ending, cancel := context.WithTimeout(context.Background(), closing)
	defer cancel()
	var errs []error
	for _, x := range g.of {
		errs = append(errs, x.jobs.Close(ending), x.ledger.Close())
		x.conns.Close()
	}
	return errors.Join(errs...)
}

// openSSH lets people in by SSH until the server ends, and says where. It comes after own.Start; at is where the S3 API is.
func (so *serveOptions) openSSH(p process, o options, c config, own *local.Owned, dir local.Dir, root local.RootKey, at net.Addr) error {
	key, err := dir.HostKey()
	if err != nil {
		return err
	}
	temp, err := emptyDir(filepath.Join(dir.Path, "panel", "writing"))
	if err != nil {
		return err
	}
	log := slog.New(slog.NewJSONHandler(p.stderr, nil))
	g := &guests{p: p, o: o, c: c, own: own, dir: dir, root: root, of: map[string]*guest{}, name: so.hostName(), temp: temp,
		share: so.shareBase(at),
		crashed: func(value any, stack []byte) {
			dir.Troubles.Logger(log, "ssh").Error("the panel crashed", "value", fmt.Sprint(value), "stack", string(stack))
		}}
	s, err := sshd.New(sshd.Config{HostKey: key, Admit: g.admit, Panel: g.panel, Files: g.files, Log: log, Idle: so.sshIdle, Now: p.now})
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", so.ssh)
	if err != nil {
		return fmt.Errorf("%w; choose another address with --ssh", err)
	}
	l = server.LimitConnections(l, sshConnections, so.proxies...)
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(l) }()
	own.Front(func() error { return errors.Join(s.Close(), <-ended, g.Close()) })
	fmt.Fprintf(p.stdout, "panel and sftp by ssh at %s\nhost key %s\n", l.Addr(), gossh.FingerprintSHA256(key.PublicKey()))
	if len(own.Ring().Logins()) == 0 {
		fmt.Fprintln(p.stdout, "nobody is let in yet: spaces keys authorize root ~/.ssh/id_ed25519.pub")
	}
	return nil
}

// shareBase is where links lead that the panel makes: to the first --domain, else to where the server listens. Where that is
// everywhere, it is the first address of this machine that others may reach, and its name when it has none.
func (so *serveOptions) shareBase(at net.Addr) func() string {
	host, port, err := net.SplitHostPort(at.String())
	if err != nil {
		host, port = at.String(), ""
	}
	if ip := net.ParseIP(host); len(so.domains) > 0 {
		host = so.domains[0]
	} else if host == "" || ip.IsUnspecified() {
		host = cmp.Or(outerAddress(), so.hostName())
	}
	base := url.URL{Scheme: "http", Host: net.JoinHostPort(host, port)}
	usual := "80"
	if so.secure() {
		base.Scheme, usual = "https", "443"
	}
	if port == "" || port == usual {
		base.Host = strings.TrimSuffix(base.Host, ":"+port)
	}
	return base.String
}

// outerAddress is an address of this machine beyond itself, "" when it has none.
func outerAddress() string {
	addrs, err := net.InterfaceAddrs()
	if err != nil {
		return ""
	}
	for _, a := range addrs {
		if n, is := a.(*net.IPNet); is && n.IP.IsGlobalUnicast() {
			return n.IP.String()
		}
	}
	return ""
}

// emptyDir makes a directory, or empties it: what an earlier process was writing is nothing.
func emptyDir(path string) (string, error) {
	if err := os.RemoveAll(path); err != nil {
		return "", err
	}
	return path, os.MkdirAll(path, 0o700)
}

// hostName is what the panel calls the server.
func (so *serveOptions) hostName() string {
	name, _ := os.Hostname()
	return cmp.Or(append(slices.Clone(so.domains), name, "this server")...)
}

// sshConnections are served at once, those that have not said who they are included.
const sshConnections = 100
