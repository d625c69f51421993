package local

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"spaces/server"
	"spaces/server/keyring"
	"spaces/server/storage"
)

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// sick is a box that is served, as a check-up sees it, and what a test breaks of it.
type sick struct {
	*testing.T
	*patient
}

// newSick serves a new directory on loopback. Its address is the domain s3.example.com, which leads to it.
func newSick(t *testing.T, secure bool) *sick {
	t.Helper()
	d := Dir{Path: filepath.Join(t.TempDir(), "data"), Now: time.Now}
	if err := os.Mkdir(d.Path, 0o700); err != nil {
		t.Fatal(err)
	}
	root, err := d.RootKey()
	if err != nil {
		t.Fatal(err)
	}
	own, err := d.Own(0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { own.Close() })
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	at := l.Addr().String()
	if secure {
		c, err := d.SelfSigned(at, []string{"s3.example.com"})
		if err != nil {
			t.Fatal(err)
		}
		own.ListenTLS(l, c)
		if l, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
			t.Fatal(err)
		}
	}
	own.Listen(l)
	_, err = own.Start(t.Context(), Service{Command: serveCommand, Root: root, Secure: secure, Config: func(c *server.Config) { c.Domains = []string{"s3.example.com"} }})
	if err != nil {
		t.Fatal(err)
	}
	p := d.patient()
	p.own, p.serving, p.root, p.keys = own, own.serving, root, own.ring
	p.synced = func() (bool, error) { return true, nil }
	p.flush = func(string) (time.Duration, error) { return time.Millisecond, nil }
	p.usage = func(string) (int64, int64, int64, error) { return 50e9, 100e9, 256 << 20, nil }
	p.resolve = func(_ context.Context, host string) ([]string, error) { return []string{"192.0.2.1"}, nil }
	p.dial = func(ctx context.Context, network, addr string) (net.Conn, error) {
		var d net.Dialer
		if strings.HasPrefix(addr, "s3.example.com:") {
			addr = at
		}
		return d.DialContext(ctx, network, addr)
	}
	p.serving.Address = at
	if !secure {
		p.serving.Address = strings.Replace(at, "127.0.0.1", "0.0.0.0", 1) // as it would be beyond this machine
	}
	return &sick{t, p}
}

func (s *sick) write(name, text string, mode os.FileMode) {
	s.Helper()
	path := filepath.Join(s.Path, name)
	if err := errors.Join(os.WriteFile(path, []byte(text), mode), os.Chmod(path, mode)); err != nil {
		s.Fatal(err)
	}
}

// put stores an object with a body of its own file, and gives its Space.
func (s *sick) put(key string) {
	s.Helper()
	e := s.own.engine
	if err := e.CreateSpace(storage.Space{Name: "media", Owner: "spaces"}); err != nil && !errors.Is(err, storage.ErrSpaceExists) {
		s.Fatal(err)
	}
	body, err := e.Stage(s.T.Context(), bytes.NewReader(make([]byte, 300_000)), storage.StageOptions{Size: 300_000})
	if err != nil {
		s.Fatal(err)
	}
	defer body.Discard()
	if _, err := e.Put(s.T.Context(), "media", key, body, storage.Attrs{}, storage.Checksum{}, nil); err != nil {
		s.Fatal(err)
	}
}

// damage changes a byte of each blob.
func (s *sick) damage() {
	s.Helper()
	files, _ := filepath.Glob(filepath.Join(s.Path, "blobs", "*", "*"))
	if len(files) == 0 {
		s.Fatal("there are no blobs")
	}
	for _, name := range files {
		f, err := os.OpenFile(name, os.O_WRONLY, 0)
		if err != nil {
			s.Fatal(err)
		}
		if _, err := f.WriteAt([]byte{7}, 270_000); err != nil {
			s.Fatal(err)
		}
		f.Close()
	}
}

func TestACheckUpFindsWhatIsBroken(t *testing.T) {
	type looked = func(*patient) func(context.Context) finding
	ago := func(d time.Duration) time.Time { return time.Now().Add(-d) }
	const day = 24 * time.Hour
	for _, c := range []struct {
		name   string
		look   looked
		broken func(*sick) // nil: nothing is
		state  server.CheckState
		says   string
	}{
		{"directory", func(p *patient) func(context.Context) finding { return p.directory }, nil, "ok", "is there and can be written to"},
		{"no directory", func(p *patient) func(context.Context) finding { return p.directory }, func(s *sick) { s.Path += "\x1b[2J" }, "wrong", "There is no data directory"},
		{"directory is a file", func(p *patient) func(context.Context) finding { return p.directory }, func(s *sick) { s.write("f", "", 0o600); s.Path += "/f" }, "wrong", "is no directory"},

		{"modes", func(p *patient) func(context.Context) finding { return p.modes }, nil, "ok", "Only its user"},
		{"open to all", func(p *patient) func(context.Context) finding { return p.modes }, func(s *sick) { os.Chmod(s.Path, 0o755) }, "wrong", "Everybody on this machine may look into"},
		{"open to a group", func(p *patient) func(context.Context) finding { return p.modes }, func(s *sick) { os.Chmod(s.Path, 0o750) }, "warn", "A group may look into"},
		{"secret open to all", func(p *patient) func(context.Context) finding { return p.modes }, func(s *sick) { os.Chmod(filepath.Join(s.Path, tokenFile), 0o644) }, "wrong", tokenFile},

		{"owner", func(p *patient) func(context.Context) finding { return p.owner }, nil, "ok", "Everything in it belongs to"},
		{"another's file", func(p *patient) func(context.Context) finding { return p.owner }, func(s *sick) { s.chown("meta/left", 12345) }, "wrong", "meta/left is user 12345's"},

		{"format", func(p *patient) func(context.Context) finding { return p.format }, nil, "ok", "The directory has format 1"},
		{"newer format", func(p *patient) func(context.Context) finding { return p.format }, func(s *sick) { s.write("format", "spaces data directory, format 900\n", 0o600) }, "wrong", "900"},
		{"no format", func(p *patient) func(context.Context) finding { return p.format }, func(s *sick) { os.Remove(filepath.Join(s.Path, "format")) }, "warn", "Nothing was ever stored here"},
		{"garbled format", func(p *patient) func(context.Context) finding { return p.format }, func(s *sick) { s.write("format", "\x00\x1b", 0o600) }, "wrong", "is not what it should be"},

		{"space", func(p *patient) func(context.Context) finding { return p.space }, nil, "ok", "50 GB of 100 GB are free."},
		{"full", func(p *patient) func(context.Context) finding { return p.space }, func(s *sick) { s.free(200 << 20) }, "wrong", "The disk is full"},
		{"nearly full", func(p *patient) func(context.Context) finding { return p.space }, func(s *sick) { s.free(4e9) }, "warn", "4.0 GB of 100 GB are free"},
		{"no size", func(p *patient) func(context.Context) finding { return p.space }, func(s *sick) {
			s.usage = func(string) (int64, int64, int64, error) { return 0, 0, 0, nil }
		}, "unknown", "cannot be told"},

		{"disk", func(p *patient) func(context.Context) finding { return p.disk }, nil, "ok", "durable after 1ms"},
		{"slow disk", func(p *patient) func(context.Context) finding { return p.disk }, func(s *sick) { s.syncs(1234*time.Millisecond, nil) }, "warn", "takes 1.234s"},
		{"broken disk", func(p *patient) func(context.Context) finding { return p.disk }, func(s *sick) { s.syncs(0, errors.New("input/output error")) }, "wrong", "input/output error"},

		{"clock", func(p *patient) func(context.Context) finding { return p.clock }, nil, "ok", "A time server keeps the clock."},
		{"nothing keeps the clock", func(p *patient) func(context.Context) finding { return p.clock }, func(s *sick) { s.synced = func() (bool, error) { return false, nil } }, "warn", "No time server"},
		{"the clock cannot be asked", func(p *patient) func(context.Context) finding { return p.clock }, func(s *sick) { s.synced = func() (bool, error) { return false, os.ErrPermission } }, "ok", "cannot be told here"},
		{"the clock was set back", func(p *patient) func(context.Context) finding { return p.clock }, func(s *sick) { s.shows(time.Now().Add(-2 * time.Hour)) }, "wrong", "and it shows"},
		{"the clock has no battery", func(p *patient) func(context.Context) finding { return p.clock }, func(s *sick) { s.shows(time.Unix(86400, 0)) }, "wrong", "1970-01-02"},

		{"writes", func(p *patient) func(context.Context) finding { return p.writes }, nil, "ok", "takes writes"},
		{"ports", func(p *patient) func(context.Context) finding { return p.ports }, nil, "ok", "The server answers at 127.0.0.1:"},
		{"closed port", func(p *patient) func(context.Context) finding { return p.ports }, func(s *sick) { s.own.ports[0].Close() }, "wrong", "Nothing answers at 127.0.0.1:"},

		{"no certificate", func(p *patient) func(context.Context) finding { return p.certificate }, nil, "ok", "plain HTTP"},
		{"no domain", func(p *patient) func(context.Context) finding { return p.address }, func(s *sick) { s.serving.Domains = nil }, "ok", "No --domain"},
		{"address", func(p *patient) func(context.Context) finding { return p.address }, nil, "ok", "s3.example.com and the names below lead here."},
		{"no record", func(p *patient) func(context.Context) finding { return p.address }, func(s *sick) { s.unresolved("s3.example.com") }, "wrong", "s3.example.com has no address"},
		{"no record of Spaces", func(p *patient) func(context.Context) finding { return p.address }, func(s *sick) { s.unresolved("spaces-doctor.s3.example.com") }, "warn", "the names below have none"},
		{"unreachable", func(p *patient) func(context.Context) finding { return p.address }, func(s *sick) { s.unreached() }, "warn", "Nothing answers at http://s3.example.com:"},
		{"another server", func(p *patient) func(context.Context) finding { return p.address }, func(s *sick) { s.leadsTo(takeOver(s.T, "127.0.0.1:0").addr) }, "wrong", "Another server than this one"},
		{"the clock is another", func(p *patient) func(context.Context) finding { return p.address }, func(s *sick) { s.shows(time.Now().Add(time.Hour)) }, "warn", "has another clock"},

		{"keys", func(p *patient) func(context.Context) finding { return p.accessKeys }, nil, "ok", "Beside it there are 0 access keys"},
		{"known root key", func(p *patient) func(context.Context) finding { return p.accessKeys }, func(s *sick) { s.env, s.root = true, RootKey{ID: "minioadmin", Secret: "minioadmin"} }, "wrong", "one that everybody tries"},
		{"short root key", func(p *patient) func(context.Context) finding { return p.accessKeys }, func(s *sick) { s.env, s.root = true, RootKey{ID: "sammy", Secret: "swordfish"} }, "warn", "is short"},
		{"open root key", func(p *patient) func(context.Context) finding { return p.accessKeys }, func(s *sick) { os.Chmod(filepath.Join(s.Path, credentialsFile), 0o604) }, "wrong", "others may read it"},
		{"idle key", func(p *patient) func(context.Context) finding { return p.accessKeys }, func(s *sick) {
			s.put("a")
			for _, k := range []struct{ name, space string }{{"good", "media"}, {"idle", "destroyed"}} {
				if _, err := s.keys.Create(k.name, []keyring.Grant{{Bucket: k.space, Permission: keyring.Read}}); err != nil {
					s.Fatal(err)
				}
			}
		}, "warn", "no more: idle."},
		{"encryption", func(p *patient) func(context.Context) finding { return p.encryption }, nil, "ok", "All keys"},

		{"no backup", func(p *patient) func(context.Context) finding { return p.backup }, nil, "warn", "never a backup"},
		{"backup", func(p *patient) func(context.Context) finding { return p.backup }, func(s *sick) { s.backedUp(ago(3*day), "https://s3.example.net/box") }, "ok", "3 days old. It went to https://s3.example.net/box."},
		{"old backup", func(p *patient) func(context.Context) finding { return p.backup }, func(s *sick) { s.backedUp(ago(9*day), "/b") }, "warn", "9 days old"},
		{"backup on the same disk", func(p *patient) func(context.Context) finding { return p.backup }, func(s *sick) { s.backedUp(ago(time.Hour), filepath.Dir(s.Path)) }, "warn", "on the same disk"},
		{"backup of tomorrow", func(p *patient) func(context.Context) finding { return p.backup }, func(s *sick) { s.backedUp(ago(-day), "/b") }, "warn", "has not come"},

		{"no scrub yet", func(p *patient) func(context.Context) finding { return p.scrub }, nil, "ok", "the server does it by itself"},
		{"no scrub", func(p *patient) func(context.Context) finding { return p.scrub }, func(s *sick) { s.serving.Scrub = 0 }, "warn", "never compared"},
		{"scrub", func(p *patient) func(context.Context) finding { return p.scrub }, func(s *sick) { s.scrubbedAt(ScrubNote{At: ago(2 * day), Bodies: 1, Bytes: 1500}) }, "ok", "2 days ago, compared 1 body of 1.5 kB"},
		{"old scrub", func(p *patient) func(context.Context) finding { return p.scrub }, func(s *sick) { s.scrubbedAt(ScrubNote{At: ago(20 * day)}) }, "warn", "20 days ago"},
		{"scrub with findings", func(p *patient) func(context.Context) finding { return p.scrub }, func(s *sick) {
			s.scrubbedAt(ScrubNote{At: ago(day), Findings: []string{"damaged: media/a: blob 1 ends at 3 of 4", "b"}})
		}, "wrong", "found 2 places of damage: damaged: media/a: blob 1 ends at 3 of 4."},
		{"unreadable note", func(p *patient) func(context.Context) finding { return p.scrub }, func(s *sick) { s.write(scrubNoteFile, "[]", 0o600) }, "unknown", scrubNoteFile},
	} {
		t.Run(c.name, func(t *testing.T) {
			if runtime.GOOS == "windows" {
				t.Skip("modes and users are another matter there")
			}
			s := newSick(t, false)
			if c.broken != nil {
				c.broken(s)
			}
			f := c.look(s.patient)(t.Context())
			if f.state != c.state || !strings.Contains(f.sentence, c.says) {
				t.Errorf("it is %s: %s; want %s with %q", f.state, f.sentence, c.state, c.says)
			}
			if (f.state == server.CheckOK) != (f.advice == "") && f.state != server.CheckUnknown {
				t.Errorf("of %q it advises %q", f.sentence, f.advice)
			}
		})
	}
}

func (s *sick) free(n int64) {
	s.usage = func(string) (int64, int64, int64, error) { return n, 100e9, 256 << 20, nil }
}
func (s *sick) syncs(d time.Duration, err error) {
	s.flush = func(string) (time.Duration, error) { return d, err }
}
func (s *sick) shows(at time.Time) { s.Now = func() time.Time { return at } }
func (s *sick) unresolved(name string) {
	s.resolve = func(_ context.Context, host string) ([]string, error) {
		if host == name {
			return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
		}
		return []string{"192.0.2.1"}, nil
	}
}
func (s *sick) unreached() {
	s.dial = func(context.Context, string, string) (net.Conn, error) { return nil, errors.New("connection refused") }
}
func (s *sick) leadsTo(at string) {
	s.dial = func(ctx context.Context, network, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, network, at)
	}
}
func (s *sick) backedUp(at time.Time, to string) {
	if err := s.NoteBackup(BackupNote{At: at, To: to}); err != nil {
		s.Fatal(err)
	}
}
func (s *sick) scrubbedAt(n ScrubNote) {
	if err := s.NoteScrub(n); err != nil {
		s.Fatal(err)
	}
}
func (s *sick) chown(name string, uid int) {
	s.write(name, "", 0o600)
	if err := os.Chown(filepath.Join(s.Path, name), uid, -1); err != nil {
		s.Skip("only root can give files away")
	}
}

func TestACheckUpFindsACertificateThatEnds(t *testing.T) {
	s := newSick(t, true)
	is := func(state server.CheckState, says string) {
		t.Helper()
		if f := s.certificate(t.Context()); f.state != state || !strings.Contains(f.sentence, says) {
			t.Errorf("it is %s: %s; want %s with %q", f.state, f.sentence, state, says)
		}
	}
	is("ok", "The certificate is good until")
	if f := s.address(t.Context()); f.state != "ok" {
		t.Errorf("the address is %s: %s", f.state, f.sentence)
	}
	ends := time.Now().Add(lifetime)
	s.shows(ends.Add(-10*24*time.Hour - 12*time.Hour))
	is("warn", "in 10 days")
	s.shows(ends.Add(48 * time.Hour))
	is("wrong", "The certificate ended on")
	if f := s.trustedNow(); f.state != "wrong" || !strings.Contains(f.sentence, "Clients refuse the certificate") {
		t.Errorf("the address is %s: %s", f.state, f.sentence)
	}
	s.shows(time.Date(2019, 12, 30, 0, 0, 0, 0, time.UTC))
	is("wrong", "begins on")
	s.shows(time.Now())
	s.serving.Domains = []string{"other.example.com"}
	is("warn", "is not for other.example.com")
	s.unreached()
	is("wrong", "Clients get no certificate: connection refused")
}

// trustedNow asks what clients think of the certificate that is shown.
func (s *sick) trustedNow() finding {
	shown, err := s.shown(s.T.Context(), s.serving.Address, "s3.example.com")
	if err != nil {
		s.Fatal(err)
	}
	return s.trusted("s3.example.com", shown)
}

func TestACheckUpDoesNotWaitForWhatStandsStill(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	never := make(chan struct{})
	defer close(never)
	still := check{"disk", func(context.Context) finding { cancel(); <-never; return finding{} }}
	list := examine(ctx, []check{still, {"fine", func(context.Context) finding { <-ctx.Done(); return fine("yes") }}})
	if list[0].State != server.CheckUnknown || list[0].Name != "disk" || list[1].Name != "fine" {
		t.Errorf("it says %+v", list)
	}
}

// states are the states of checks by their names.
func states(list []server.Check) string {
	var words []string
	for _, c := range list {
		words = append(words, fmt.Sprintf("%s %s", c.Name, c.State))
	}
	return strings.Join(words, ", ")
}

func find(t *testing.T, list []server.Check, name string) server.Check {
	t.Helper()
	i := slices.IndexFunc(list, func(c server.Check) bool { return c.Name == name })
	if i < 0 {
		t.Fatalf("there is no check of %s: %s", name, states(list))
	}
	return list[i]
}

func TestACheckUpIsDoneByTheOwnerAndWithoutOne(t *testing.T) {
	s := newSick(t, false)
	s.put("a\x1b[2J")
	all := s.Dir.Checkup(t.Context(), RootKey{})
	if c := find(t, all, "server"); c.State != server.CheckOK || !strings.Contains(c.Sentence, serveCommand) {
		t.Errorf("while it runs: %+v", c)
	}
	for _, name := range []string{"directory", "modes", "owner", "format", "space", "disk", "clock", "writes", "ports", "certificate", "address", "keys", "encryption", "backup", "scrub"} {
		find(t, all, name)
	}
	s.damage()
	if _, err := s.Dir.Scrub(t.Context(), 0, func(storage.ScrubReport) {}); err != nil {
		t.Fatal(err)
	}
	if c := find(t, s.Dir.Checkup(t.Context(), RootKey{}), "scrub"); c.State != server.CheckWrong || !strings.Contains(c.Sentence, "media/a\x1b[2J") {
		t.Errorf("after a scrub: %+v", c)
	}
	if err := s.own.Close(); err != nil {
		t.Fatal(err)
	}
	for range 2 { // looking leaves it as it is
		all = s.Dir.Checkup(t.Context(), RootKey{})
		if c := find(t, all, "server"); c.State != server.CheckWrong || !strings.Contains(c.Sentence, "No server runs, and one did: spaces serve") {
			t.Errorf("when it has ended: %+v", c)
		}
		if c := find(t, all, "scrub"); c.State != server.CheckWrong {
			t.Errorf("when it has ended: %+v", c)
		}
		find(t, all, "keys")
	}
	if err := os.RemoveAll(filepath.Join(s.Path, "meta")); err != nil {
		t.Fatal(err)
	}
	if c := find(t, s.Dir.Checkup(t.Context(), RootKey{}), "metadata"); c.State != server.CheckWrong {
		t.Errorf("without metadata: %+v", c)
	}
}

func TestACheckUpOfWhatIsNoDataDirectoryMakesNone(t *testing.T) {
	d := dirOf(filepath.Join(t.TempDir(), "misspelt"))
	if got := states(d.Checkup(t.Context(), RootKey{})); got != "directory wrong" {
		t.Errorf("it says %s", got)
	}
	if _, err := os.Stat(d.Path); err == nil {
		t.Error("it was made")
	}
	if err := os.Mkdir(d.Path, 0o700); err != nil {
		t.Fatal(err)
	}
	if c := find(t, d.Checkup(t.Context(), RootKey{}), "format"); c.State != server.CheckWarn {
		t.Errorf("of an empty one: %+v", c)
	}
	if names, _ := os.ReadDir(d.Path); len(names) != 0 {
		t.Errorf("it has left %v", names)
	}
}

func TestACheckUpToldByAStrangerIsNone(t *testing.T) {
	s := newSick(t, false)
	stranger := takeOver(t, "127.0.0.1:0")
	if err := (Owner{Command: serveCommand, Process: 1, Address: stranger.addr, Control: stranger.addr}).leave(s.own.engine); err != nil {
		t.Fatal(err)
	}
	all := s.Dir.Checkup(t.Context(), RootKey{})
	if c := find(t, all, "server"); c.State != server.CheckWrong || !strings.Contains(c.Sentence, "does not answer") {
		t.Errorf("it says %+v", c)
	}
	if strings.Contains(stranger.heard(), "Bearer") {
		t.Error("the stranger was told the token")
	}
}
