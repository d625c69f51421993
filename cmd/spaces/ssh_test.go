package main

import (
	"bufio"
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/pkg/sftp"
	"golang.org/x/crypto/ssh"
	"golang.org/x/sync/errgroup"
)

// box is a server that people come to by SSH.
type box struct {
	t    *testing.T
	home home
	own  *service
	addr string // of SSH
	host string // fingerprint of its key
	s3   *s3.Client
}

func newBox(t *testing.T) *box {
	t.Helper()
	t.Parallel()
	b := &box{t: t, home: newHome(t)}
	b.home.env = []string{"SPACES_ACCESS_KEY_ID=" + testKey, "SPACES_SECRET_ACCESS_KEY=" + testSecret}
	b.start()
	return b
}

// start starts the server, anew after a stop.
func (b *box) start() {
	b.t.Helper()
	cmd := b.home.command(program(b.t), "serve", "--listen", "127.0.0.1:0", "--ssh", "127.0.0.1:0", "--access-log", "off")
	cmd.Stderr = io.Discard
	b.own = launch(b.t, cmd)
	for b.host == "" || b.addr == "" {
		line, err := b.own.lines.ReadString('\n')
		if err != nil {
			b.t.Fatalf("the server ended before it listened: %v", err)
		}
		line = strings.TrimSpace(line)
		if at, is := strings.CutPrefix(line, "panel and sftp by ssh at "); is {
			b.addr = at
		}
		if key, is := strings.CutPrefix(line, "host key "); is {
			b.host = key
		}
		if _, at, is := strings.Cut(line, " at http://"); is {
			b.own.addr = at
		}
	}
	b.own.drain()
	b.s3 = clientOf("http://"+b.own.addr, testKey, testSecret)
}

func (b *box) run(args ...string) string {
	b.t.Helper()
	out, errs, err := b.home.run(b.t, args...)
	if err != nil {
		b.t.Fatalf("spaces %q: %v\n%s", args, err, errs)
	}
	return out
}

func (b *box) put(space string, keys ...string) {
	b.t.Helper()
	for _, key := range keys {
		if _, err := b.s3.PutObject(b.t.Context(), &s3.PutObjectInput{Bucket: &space, Key: &key, Body: strings.NewReader("content of " + key)}); err != nil {
			b.t.Fatal(err)
		}
	}
}

func (b *box) keys(space string) (keys []string) {
	b.t.Helper()
	pages := s3.NewListObjectsV2Paginator(b.s3, &s3.ListObjectsV2Input{Bucket: &space})
	for pages.HasMorePages() {
		page, err := pages.NextPage(b.t.Context())
		if err != nil {
			b.t.Fatal(err)
		}
		for _, o := range page.Contents {
			keys = append(keys, *o.Key)
		}
	}
	return keys
}

func (b *box) create(space string) {
	b.t.Helper()
	if _, err := b.s3.CreateBucket(b.t.Context(), &s3.CreateBucketInput{Bucket: &space}); err != nil {
		b.t.Fatal(err)
	}
}

// pair makes a key of SSH; file is its private half, and beside it is FILE.pub.
func (b *box) pair(name string) (signer ssh.Signer, file string) {
	b.t.Helper()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		b.t.Fatal(err)
	}
	signer, err = ssh.NewSignerFromKey(private)
	if err != nil {
		b.t.Fatal(err)
	}
	block, err := ssh.MarshalPrivateKey(private, name)
	if err != nil {
		b.t.Fatal(err)
	}
	file = filepath.Join(b.home.dir, name)
	line := strings.TrimSpace(string(ssh.MarshalAuthorizedKey(signer.PublicKey()))) + " " + name + "@laptop\n"
	err = errors.Join(os.WriteFile(file, pem.EncodeToMemory(block), 0o600), os.WriteFile(file+".pub", []byte(line), 0o600))
	if err != nil {
		b.t.Fatal(err)
	}
	return signer, file
}

// authorize makes a key that leads in as an access key.
func (b *box) authorize(accessKey, name string) (ssh.Signer, string) {
	b.t.Helper()
	signer, file := b.pair(name)
	b.run("keys", "authorize", accessKey, file+".pub")
	return signer, file
}

func (b *box) dial(auth ...ssh.AuthMethod) (*ssh.Client, error) {
	return ssh.Dial("tcp", b.addr, &ssh.ClientConfig{User: "somebody", Auth: auth, Timeout: patience,
		HostKeyCallback: func(_ string, _ net.Addr, key ssh.PublicKey) error {
			if got := ssh.FingerprintSHA256(key); got != b.host {
				return fmt.Errorf("the host key is %s, the server said %s", got, b.host)
			}
			return nil
		}})
}

func (b *box) in(signer ssh.Signer) *ssh.Client {
	b.t.Helper()
	c, err := b.dial(ssh.PublicKeys(signer))
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() { c.Close() })
	return c
}

// sit opens the panel with the client of OpenSSH on a terminal.
func (b *box) sit(file string, options ...string) *terminal {
	b.t.Helper()
	exe, err := exec.LookPath("ssh")
	if err != nil {
		b.t.Skip("off: there is no ssh (the package openssh-client)")
	}
	host, port, _ := net.SplitHostPort(b.addr)
	args := append([]string{"-p", port, "-i", file, "-F", "none", "-o", "IdentitiesOnly=yes", "-o", "UserKnownHostsFile=" + filepath.Join(b.home.dir, "known"),
		"-o", "StrictHostKeyChecking=accept-new", "-o", "LogLevel=ERROR", "-o", "BatchMode=yes"}, options...)
	cmd := exec.Command(exe, append(args, "somebody@"+host)...)
	cmd.Env = b.home.environ()
	return newTerminal(b.t, cmd, 120, 40)
}

func TestThePanelOpensBySSHAndALimitedKeySeesItsSpacesOnly(t *testing.T) {
	b := newBox(t)
	b.create("photos")
	b.create("secrets")
	b.put("photos", "2026/cat.jpg", "2026/dog.jpg")
	b.put("secrets", "plan.txt")
	_, mine := b.authorize("root", "mine")
	b.run("keys", "create", "guest", "--grant", "photos:read")
	_, guests := b.authorize("guest", "guests")

	x := b.sit(mine)
	x.see("photos", "secrets", "by ssh")
	x.press("enter")
	x.see("2026/")
	x.press("u")
	x.see("runs on the server, whose own disk is not yours")
	x.press("~")
	x.see("▌ photos")
	x.press("q")
	if code := x.ended(); code != 0 {
		t.Errorf("ssh ended with %d", code)
	}

	y := b.sit(guests)
	screen := y.see("photos", "by ssh")
	if strings.Contains(screen, "secrets") {
		t.Errorf("a key for photos sees secrets:\n%s", screen)
	}
	y.press("enter")
	y.see("2026/")
	y.press("enter")
	y.see("cat.jpg", "dog.jpg")
	y.press("d")
	y.see("Move to trash", "1 file")
	y.press("y")
	y.see("enied")
	if got := b.keys("photos"); len(got) != 2 {
		t.Errorf("a key that may read deleted: %q", got)
	}
}

func TestAJobGoesOnWhenTheLineDrops(t *testing.T) {
	b := newBox(t)
	b.create("work")
	b.create("there")
	const many = 1000
	var g errgroup.Group
	g.SetLimit(16)
	for i := range many {
		g.Go(func() error { b.put("work", fmt.Sprintf("from/%04d.txt", i)); return nil })
	}
	_ = g.Wait()
	_, file := b.authorize("root", "mine")
	x := b.sit(file)
	x.see("▌ there", "work")
	x.press("down")
	x.see("▌ work")
	x.press("enter")
	x.see("▌▸ from/")
	x.press("y", "~")
	x.see("Name ▲", "▌ work")
	x.press("up", "enter")
	x.see("is empty")
	x.press("p")
	x.see("Copy here")
	x.press("enter")
	x.until("the job", func(s string) bool { return strings.Contains(s, "1 job") || strings.Contains(s, "Copied") })
	_ = x.cmd.Process.Kill() // the line drops
	x.ended()
	t.Logf("%d of %d were copied when the line dropped", len(b.keys("there")), many)

	y := b.sit(file)
	y.see("▌ there")
	y.press("w")
	y.see("Transfers", "Copy", "done", "1,000 of 1,000")
	if n := len(b.keys("there")); n != many {
		t.Errorf("%d of %d were copied", n, many)
	}
}

func TestStrangersGetNothingBySSH(t *testing.T) {
	b := newBox(t)
	b.create("media")
	_, _ = b.authorize("root", "mine")
	stranger, _ := b.pair("stranger")
	for name, auth := range map[string][]ssh.AuthMethod{
		"nothing":     nil,
		"a password":  {ssh.Password(testSecret)},
		"keyboard":    {ssh.KeyboardInteractive(func(_, _ string, q []string, _ []bool) ([]string, error) { return make([]string, len(q)), nil })},
		"another key": {ssh.PublicKeys(stranger)},
	} {
		if c, err := b.dial(auth...); err == nil {
			c.Close()
			t.Errorf("%s lets in", name)
		}
	}
}

// borrowed offers the public key of somebody else, whose signature it cannot make.
type borrowed struct {
	ssh.Signer
	public ssh.PublicKey
}

func (b borrowed) PublicKey() ssh.PublicKey { return b.public }

func TestWhoOffersAKeyThatIsNotHisGetsNothing(t *testing.T) {
	b := newBox(t)
	mine, _ := b.authorize("root", "mine")
	b.run("keys", "create", "guest", "--grant", "photos:read")
	guest, _ := b.authorize("guest", "guest")
	if c, err := b.dial(ssh.PublicKeys(borrowed{guest, mine.PublicKey()})); err == nil {
		c.Close()
		t.Fatal("a public key alone lets in")
	}
	// Asking whether the root's key would do must not make a guest root.
	b.create("secrets")
	c, err := b.dial(ssh.PublicKeysCallback(func() ([]ssh.Signer, error) { return []ssh.Signer{borrowed{guest, mine.PublicKey()}, guest}, nil }))
	if err != nil {
		return // refused at the first wrong signature
	}
	defer c.Close()
	files, err := sftp.NewClient(c)
	if err != nil {
		t.Fatal(err)
	}
	if list, err := files.ReadDir("/secrets"); err == nil {
		t.Errorf("a guest sees %v", list)
	}
}

func TestOnlyThePanelAndSFTPAreToBeHadBySSH(t *testing.T) {
	b := newBox(t)
	signer, _ := b.authorize("root", "mine")
	c := b.in(signer)
	session := func() *ssh.Session {
		t.Helper()
		s, err := b.in(signer).NewSession() // of a connection of its own: of one there are not many
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	for _, command := range []string{"id", "/bin/sh", "scp -t /", "rsync --server", "spaces ls"} {
		s := session()
		var out bytes.Buffer
		s.Stdout = &out
		if err := s.Run(command); err == nil || out.Len() > 0 {
			t.Errorf("%s: %v, %q", command, err, out.String())
		}
	}
	s := session()
	if err := s.RequestSubsystem("shell"); err == nil {
		t.Error("there is a subsystem shell")
	}
	s = session()
	if err := s.Shell(); err == nil && s.Wait() == nil {
		t.Error("there is a panel without a terminal")
	}
	for _, name := range []string{"LD_PRELOAD", "PATH", "HOME", "SPACES_ACCESS_KEY_ID", "SPACES_DATA", "AWS_PROFILE", "XDG_DATA_HOME", "EDITOR", "TMUX"} {
		if err := session().Setenv(name, "/tmp/x"); err == nil {
			t.Errorf("a client sets %s", name)
		}
	}
	if err := session().Setenv("LC_ALL", "C.UTF-8"); err != nil {
		t.Errorf("a client cannot say its language: %v", err)
	}
	for _, request := range []string{"auth-agent-req@openssh.com", "x11-req", "signal", "break", "anything"} {
		if ok, _ := session().SendRequest(request, true, nil); ok {
			t.Errorf("there is %s", request)
		}
	}
	if conn, err := c.Dial("tcp", b.own.addr); err == nil {
		conn.Close()
		t.Error("connections are forwarded")
	}
	if l, err := c.Listen("tcp", "127.0.0.1:0"); err == nil {
		l.Close()
		t.Error("ports are forwarded")
	}
	for _, kind := range []string{"direct-streamlocal@openssh.com", "forwarded-tcpip", "x11", "auth-agent@openssh.com", "tun@openssh.com"} {
		if ch, _, err := c.OpenChannel(kind, nil); err == nil {
			ch.Close()
			t.Errorf("a channel %s is open", kind)
		}
	}
}

func TestManySessionsOfOneConnectionAreRefused(t *testing.T) {
	b := newBox(t)
	signer, _ := b.authorize("root", "mine")
	c := b.in(signer)
	opened := 0
	for range 30 {
		if _, err := c.NewSession(); err == nil {
			opened++
		}
	}
	if opened != 10 {
		t.Errorf("%d sessions at once", opened)
	}
}

func TestRevokingPutsOut(t *testing.T) {
	b := newBox(t)
	signer, _ := b.authorize("root", "mine")
	c := b.in(signer)
	files, err := sftp.NewClient(c)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := files.ReadDir("/"); err != nil {
		t.Fatal(err)
	}
	listed := b.run("keys", "authorized")
	if !strings.Contains(listed, "mine@laptop") || !strings.Contains(listed, "root") {
		t.Errorf("keys authorized says %q", listed)
	}
	b.run("keys", "revoke", "mine@laptop")
	_ = c.Wait() // until it is put out
	if c, err := b.dial(ssh.PublicKeys(signer)); err == nil {
		c.Close()
		t.Error("a key that was revoked lets in")
	}
}

func TestDeletingAnAccessKeyPutsItsPeopleOut(t *testing.T) {
	b := newBox(t)
	b.run("keys", "create", "guest", "--grant", "photos:read")
	signer, _ := b.authorize("guest", "guest")
	c := b.in(signer)
	if _, err := sftp.NewClient(c); err != nil {
		t.Fatal(err)
	}
	b.run("keys", "delete", "guest")
	_ = c.Wait()
	if listed := b.run("keys", "authorized"); strings.Contains(listed, "guest") {
		t.Errorf("its public key is still there: %s", listed)
	}
}

func TestTheHostKeyStays(t *testing.T) {
	b := newBox(t)
	b.authorize("root", "mine")
	host := b.host
	b.own.stop()
	b.host, b.addr = "", ""
	b.start()
	if b.host != host {
		t.Errorf("the host key was %s and is %s", host, b.host)
	}
}

// hello is what the server says to who comes, "" when it turns him away.
func (b *box) hello() string {
	conn, err := net.Dial("tcp", b.addr)
	if err != nil {
		b.t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(patience))
	line, _ := bufio.NewReader(conn).ReadString('\n')
	return line
}

func TestWhoIsRefusedTooOftenIsTurnedAway(t *testing.T) {
	b := newBox(t)
	signer, _ := b.authorize("root", "mine")
	stranger, _ := b.pair("stranger")
	for range 20 {
		if c, err := b.dial(ssh.PublicKeys(stranger)); err == nil {
			c.Close()
			t.Fatal("a stranger came in")
		}
	}
	for until := time.Now().Add(patience); b.hello() != ""; { // the last refusal may not be counted yet when it is heard
		if time.Now().After(until) {
			t.Fatal("somebody who was refused 20 times is heard")
		}
	}
	if c, err := b.dial(ssh.PublicKeys(signer)); err == nil {
		c.Close()
		t.Error("his address comes in")
	}
}

var fingerprint = regexp.MustCompile(`^SHA256:[A-Za-z0-9+/]{43} `)

func TestPublicKeysThatAreNoneAreRefused(t *testing.T) {
	t.Parallel()
	b := &box{t: t, home: newHome(t)}
	b.home.env = []string{"SPACES_ACCESS_KEY_ID=" + testKey, "SPACES_SECRET_ACCESS_KEY=" + testSecret}
	signer, file := b.pair("mine")
	if out := b.run("keys", "authorize", "root", file+".pub"); !fingerprint.MatchString(out) {
		t.Errorf("authorize says %q", out)
	}
	line := string(ssh.MarshalAuthorizedKey(signer.PublicKey()))
	for name, text := range map[string]string{
		"empty": "", "a text": "hello\n", "two keys": line + line, "options": `command="/bin/sh" ` + line,
		"a short RSA key": "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAYQDKt0BpXSEFp6pcxpYp4zQbFRJ3VZD2eKqUc1fh9mJ2AOVQkWfVSQ0u7hKz5i0oP9qkqjRRSBtVRZhqfXEtSGKn0jMCJ1kWVZLkOZ1yWm4DbKqPeXzJfGVh0y0pA2oHT2M= x\n",
	} {
		path := filepath.Join(b.home.dir, "bad.pub")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, errs, err := b.home.run(t, "keys", "authorize", "root", path); err == nil || !strings.Contains(errs, "public key") {
			t.Errorf("%s: %v, %q", name, err, errs)
		}
	}
	if _, errs, err := b.home.run(t, "keys", "authorize", "root", file); err == nil || !strings.Contains(errs, "private key") {
		t.Errorf("a private key: %v, %q", err, errs)
	}
	if _, errs, err := b.home.run(t, "keys", "authorize", "nobody", file+".pub"); err == nil || !strings.Contains(errs, "no access key") {
		t.Errorf("an access key that is none: %v, %q", err, errs)
	}
	if _, errs, err := b.home.run(t, "keys", "revoke", "SHA256:none"); err == nil || !strings.Contains(errs, "authorized") {
		t.Errorf("revoking what is none: %v, %q", err, errs)
	}
	if n := strings.Count(b.run("keys", "authorized"), "\n"); n != 2 {
		t.Errorf("%d lines of authorized keys", n)
	}
}
