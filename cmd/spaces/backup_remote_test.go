package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"spaces/server/local"
	"spaces/store"
)

// away is a place for backups on a server of another machine.
type away struct {
	home
	s  *service
	st *store.Store
	at string // as commands name it
}

func newAway(t *testing.T) *away {
	t.Helper()
	a := &away{home: newHome(t), at: "s3://backups/boxes"}
	a.s, _ = a.start(t)
	a.st = a.s.open(t)
	if err := a.st.CreateSpace(t.Context(), "backups", store.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	return a
}

// box is a home whose commands reach the place.
func (a *away) box(t *testing.T) home {
	h := newHome(t)
	h.env = []string{"AWS_ACCESS_KEY_ID=" + testKey, "AWS_SECRET_ACCESS_KEY=" + testSecret}
	return h
}

// ask runs a command with the place, and flags behind it.
func (a *away) ask(t *testing.T, h home, command string, args ...string) (out, errs string, err error) {
	t.Helper()
	return h.run(t, append([]string{command, a.at, "--endpoint", "http://" + a.s.addr}, args...)...)
}

// does is ask of what has to succeed.
func (a *away) does(t *testing.T, h home, command string, args ...string) string {
	t.Helper()
	out, errs, err := a.ask(t, h, command, args...)
	if err != nil {
		t.Fatalf("%s %q: %v\n%s%s", command, args, err, out, errs)
	}
	return out
}

// refuses wants a command to fail with a sentence that says all of some things.
func (a *away) refuses(t *testing.T, h home, says []string, command string, args ...string) {
	t.Helper()
	out, errs, err := a.ask(t, h, command, args...)
	if err == nil {
		t.Errorf("%s %q: %s", command, args, out)
	}
	for _, want := range says {
		if !strings.Contains(out+errs, want) {
			t.Errorf("%s %q: %q is not in\n%s%s", command, args, want, out, errs)
		}
	}
}

// objects are the names of what is kept in a directory of the place.
func (a *away) objects(t *testing.T, dir string) (names []string) {
	t.Helper()
	page, err := a.st.List(t.Context(), store.ListRequest{Space: "backups", Prefix: "boxes/"})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range page.Entries {
		if strings.Contains(e.Key, "/"+dir+"/") {
			names = append(names, e.Key)
		}
	}
	return names
}

// groupIn is the first group of what a command said.
func groupIn(t *testing.T, out, expression string) string {
	t.Helper()
	m := regexp.MustCompile(expression).FindStringSubmatch(out)
	if m == nil {
		t.Fatalf("%s is not in %s", expression, out)
	}
	return m[1]
}

// hostKey is the public half of what a server proves itself with to those who come by SSH.
func (h home) hostKey(t *testing.T) string {
	t.Helper()
	key, err := local.Dir{Path: h.data()}.HostKey()
	if err != nil {
		t.Fatal(err)
	}
	return string(key.PublicKey().Marshal())
}

func put(t *testing.T, st *store.Store, key string, body []byte) {
	t.Helper()
	if _, err := st.Put(t.Context(), store.Ref{Space: "media", Key: key}, bytes.NewReader(body), int64(len(body)), store.Props{Meta: map[string]string{"k": "v"}}, store.PutOptions{}); err != nil {
		t.Fatal(err)
	}
}

// read is an object, or one of its versions.
func read(t *testing.T, st *store.Store, key, version string) string {
	t.Helper()
	body, _, err := st.Get(t.Context(), store.Ref{Space: "media", Key: key}, store.GetOptions{Version: version})
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(body)
	if err != nil {
		t.Fatal(err)
	}
	body.Close()
	return string(text)
}

func TestABoxIsBackedUpToAnEndpointAndRestored(t *testing.T) {
	a := newAway(t)
	h := a.box(t)
	s, _ := h.start(t)
	st := s.open(t)
	for _, err := range []error{st.CreateSpace(t.Context(), "media", store.CreateOptions{}), st.SetVersioning(t.Context(), "media", store.Versioned)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	large := bytes.Repeat([]byte("0123456789"), 900_000)
	put(t, st, "dir/\x1b[31mlarge", large)
	put(t, st, "twice", []byte("older"))
	put(t, st, "twice", []byte("newer"))
	key := strings.Fields(h.keys(t, "create", "guest", "--grant", "media:read", "--json"))
	host := h.hostKey(t)
	keyFile := filepath.Join(h.dir, "backup.key")

	a.refuses(t, h, []string{"--key-file", "--unencrypted"}, "backup")
	if len(a.objects(t, "data")) > 0 {
		t.Fatal("something was sent before it was said whether to encrypt")
	}
	out := a.does(t, h, "backup", "--key-file", keyFile)
	for _, want := range []string{"made the key " + keyFile, "keep a copy", "has the snapshot", "encrypted with the key"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not in\n%s", want, out)
		}
	}
	first := groupIn(t, out, `snapshot (\S+):`)
	if info, err := os.Stat(keyFile); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Error(info, err)
	}
	before := len(a.objects(t, "data"))
	put(t, st, "new", bytes.Repeat([]byte("n"), 100_000))
	out = a.does(t, h, "backup", "--key-file", keyFile)
	sent := groupIn(t, out, `sent in (\d+) piece`)
	if grown := len(a.objects(t, "data")) - before; fmt.Sprint(grown) != sent || grown > 8 {
		t.Errorf("%d objects more, %s", grown, out)
	}
	if size := groupIn(t, out, `files; (\S+ \S+) were sent`); !strings.HasSuffix(size, " KB") {
		t.Error("what was there was sent again:", out)
	}
	text, err := os.ReadFile(filepath.Join(h.data(), ".last-backup.json"))
	if err != nil || !strings.Contains(string(text), a.s.addr+"/backups/boxes/") || strings.Contains(string(text), testSecret) {
		t.Errorf("%s, %v", text, err)
	}
	if out = a.does(t, h, "backup", "--list", "--key-file", keyFile); strings.Count(out, "\n") != 3 || !strings.Contains(out, first) || !strings.Contains(out, ", encrypted:") {
		t.Error(out)
	}
	if out = a.does(t, h, "backup", "--check", "--read", "--key-file", keyFile); !strings.Contains(out, "2 snapshots") || !strings.Contains(out, "as it was sent") {
		t.Error(out)
	}
	a.refuses(t, h, []string{"are encrypted", "--key-file"}, "backup")
	a.refuses(t, h, []string{"are encrypted", "--key-file"}, "restore")
	a.refuses(t, h, []string{"already", "no key in"}, "backup", "--key-file", keyFile+".other")
	s.kill() // the machine is lost

	other := a.box(t)
	if out = a.does(t, other, "restore", "--key-file", keyFile); !strings.Contains(out, "1 Spaces, 3 objects") {
		t.Error(out)
	}
	a.refuses(t, other, []string{"there is a store in"}, "restore", "--key-file", keyFile)
	if out, errs, err := other.run(t, "scrub"); err != nil {
		t.Error(out, errs, err)
	}
	s, _ = other.start(t)
	st = s.open(t)
	if read(t, st, "dir/\x1b[31mlarge", "") != string(large) || read(t, st, "twice", "") != "newer" || len(read(t, st, "new", "")) != 100_000 {
		t.Error("the objects are others")
	}
	versions, _, err := st.VersionsOf(t.Context(), store.Ref{Space: "media", Key: "twice"}, 10)
	if err != nil || len(versions) != 2 || read(t, st, "twice", versions[1].ID) != "older" {
		t.Errorf("%+v, %v", versions, err)
	}
	if list := other.keys(t, "list"); !strings.Contains(list, "guest") || len(key) == 0 {
		t.Error(list)
	}
	if again := other.hostKey(t); again != host {
		t.Error("those who come by SSH find another host key:", again)
	}
	// it goes on with the backups of before
	if out = a.does(t, other, "backup", "--key-file", keyFile, "--keep", "1"); !strings.Contains(out, "2 older snapshots removed") || !strings.Contains(out, " KB were sent") {
		t.Error(out)
	}
	s.stop()
	at := *a
	at.at += "@" + first
	at.refuses(t, a.box(t), []string{"there is no snapshot " + first}, "restore", "--key-file", keyFile)
}

func TestWhatIsWrongWithABackupIsSaid(t *testing.T) {
	a := newAway(t)
	h := a.box(t)
	s, _ := h.start(t)
	st := s.open(t)
	if err := st.CreateSpace(t.Context(), "media", store.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	put(t, st, "object", bytes.Repeat([]byte("o"), 300_000))
	out := a.does(t, h, "backup", "--unencrypted")
	if !strings.Contains(out, "NOT encrypted: whoever can read backups/boxes/") {
		t.Error(out)
	}
	if out = a.does(t, h, "backup"); !strings.Contains(out, "NOT encrypted") {
		t.Error("it is not said each time:", out)
	}
	a.refuses(t, h, []string{"not encrypted"}, "backup", "--key-file", anyKey(t, h))

	var large string // the body of the object
	page, err := a.st.List(t.Context(), store.ListRequest{Space: "backups", Prefix: "boxes/"})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range page.Entries {
		if e.Size >= 300_000 {
			large = e.Key
		}
	}
	other := a.box(t)
	if err := a.st.Delete(t.Context(), store.Ref{Space: "backups", Key: large}); err != nil {
		t.Fatal(err)
	}
	a.refuses(t, h, []string{large + " is missing", "there are faults"}, "backup", "--check")
	a.refuses(t, other, []string{"the backup is damaged", large + " is missing", "--check"}, "restore")
	if _, err := os.Stat(filepath.Join(other.data(), "format")); err == nil {
		t.Fatal("half a store was made")
	}
	a.refuses(t, other, []string{"there is no store in"}, "backup")
	garbled := bytes.Repeat([]byte("x"), 300_000)
	if _, err := a.st.Put(t.Context(), store.Ref{Space: "backups", Key: large}, bytes.NewReader(garbled), 300_000, store.Props{}, store.PutOptions{}); err != nil {
		t.Fatal(err)
	}
	a.does(t, h, "backup", "--check")
	a.refuses(t, h, []string{"another content"}, "backup", "--check", "--read")
	a.refuses(t, other, []string{"another content"}, "restore")
	if out, errs, err := a.ask(t, other, "restore", "--force"); !strings.Contains(out, "lost: blobs/") {
		t.Error(out, errs, err)
	}

	wrong := h
	wrong.env = []string{"AWS_ACCESS_KEY_ID=" + testKey, "AWS_SECRET_ACCESS_KEY=wrong"}
	a.refuses(t, wrong, []string{"SignatureDoesNotMatch", "The secret key is wrong"}, "backup")
	for _, args := range [][]string{{"backup", "s3://backups/boxes"}, {"backup", "s3://backups/boxes", "--list"}, {"restore", "s3://backups/boxes"}} {
		if out, errs, err := h.run(t, args...); err == nil || !strings.Contains(errs, "this machine") {
			t.Errorf("%q: %s%s", args, out, errs)
		}
	}
	nowhere := *a
	nowhere.at = "s3://nowhere/boxes"
	nowhere.refuses(t, h, []string{"NoSuchBucket", "no Space of this name"}, "backup", "--unencrypted")
	nowhere.at = filepath.Join(h.dir, "directory")
	nowhere.refuses(t, h, []string{"is a directory"}, "backup", "--list")
	a.s.stop()
	a.refuses(t, h, []string{"refused", "Check the endpoint's address"}, "backup")
	if left, _ := filepath.Glob(filepath.Join(h.data(), ".moment*")); len(left) > 0 {
		t.Errorf("%q is left", left)
	}
}

// anyKey is the file of a key.
func anyKey(t *testing.T, h home) string {
	t.Helper()
	path := filepath.Join(h.dir, "any.key")
	if _, err := makeBackupKey(path); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestAKilledBackupAndAKilledRestoreGoOn(t *testing.T) {
	a := newAway(t)
	h := a.box(t)
	s, _ := h.start(t)
	st := s.open(t)
	if err := st.CreateSpace(t.Context(), "media", store.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	const many = 60
	body := func(i int) []byte { return bytes.Repeat(fmt.Appendf(nil, "%04d", i), 50_000) }
	for i := range many {
		put(t, st, fmt.Sprint(i), body(i))
	}
	// kill runs a command slowly until something is the case, and ends it without a chance to say anything
	kill := func(h home, until func() bool, command string, args ...string) {
		t.Helper()
		cmd := h.command(program(t), append([]string{command, a.at, "--endpoint", "http://" + a.s.addr, "--limit-rate", "2M"}, args...)...)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		ended := make(chan struct{})
		go func() { defer close(ended); cmd.Wait() }()
		for !until() {
			select {
			case <-ended:
				t.Error("it ended before it was killed")
				return
			default:
			}
		}
		cmd.Process.Kill()
		<-ended
	}
	kill(h, func() bool { return len(a.objects(t, "data")) >= 15 }, "backup", "--unencrypted")
	if list := a.objects(t, "snapshots"); len(list) > 0 {
		t.Fatal("half a backup counts as one:", list)
	}
	there := len(a.objects(t, "data"))
	out := a.does(t, h, "backup")
	if left, _ := filepath.Glob(filepath.Join(h.data(), ".moment*")); len(left) > 0 {
		t.Errorf("%q is left", left)
	}
	// what the two copies do not share are some files of the metadata
	if sent := groupIn(t, out, `sent in (\d+) piece`); len(a.objects(t, "data"))-there != atoi(t, sent) || atoi(t, sent) > many+15-there {
		t.Errorf("%d were there: %s", there, out)
	}
	s.stop()

	other := a.box(t)
	fetched := func() int {
		files, _ := filepath.Glob(filepath.Join(other.data(), ".restore", "blobs", "*", "*"))
		return len(files)
	}
	kill(other, func() bool { return fetched() >= 20 }, "restore")
	if _, err := os.Stat(filepath.Join(other.data(), "format")); err == nil {
		t.Fatal("half a store was made")
	}
	out = a.does(t, other, "restore")
	if got := atoi(t, groupIn(t, out, `of which (\d+)\S* MB were fetched`)); got > 9 { // of 12: at most four files were on their way
		t.Error("all was fetched again:", out)
	}
	s, _ = other.start(t)
	st = s.open(t)
	for i := range many {
		if read(t, st, fmt.Sprint(i), "") != string(body(i)) {
			t.Errorf("the object %d is another", i)
		}
	}
}

func atoi(t *testing.T, text string) (n int) {
	t.Helper()
	if _, err := fmt.Sscan(text, &n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestUnitsOfARegularBackup(t *testing.T) {
	h := newHome(t)
	args := []string{"backup", "do:backups/100% box", "--key-file", "/etc/spaces/backup.key", "--keep", "30", "--keep-within", "90d", "--on-calendar", "*-*-* 03:00"}
	out, errs, err := h.run(t, append(args, "--systemd")...)
	if err != nil {
		t.Fatal(errs)
	}
	for _, want := range []string{
		`backup "do:backups/100%% box" --data ` + h.data() + " ", "--key-file=/etc/spaces/backup.key", "--keep=30", "--keep-within=90d", "--quiet\n", "Type=oneshot",
		"OnCalendar=*-*-* 03:00\n", "Persistent=yes", "WantedBy=timers.target", "# /etc/systemd/system/spaces-backup.timer", "ProtectSystem=strict",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not in\n%s", want, out)
		}
	}
	for part, not := range map[string]string{"service": "OnCalendar", "timer": "ExecStart"} {
		if out, _, err := h.run(t, append(args, "--systemd="+part)...); err != nil || strings.Contains(out, not) || !strings.HasPrefix(out, "[Unit]") {
			t.Errorf("%s: %s", part, out)
		}
	}
	for _, wrong := range [][]string{{"--systemd=both of them"}, {"--keep", "-1"}, {"--keep-within", "soon"}, {"--read"}, {"--list", "--check"}, {"--unencrypted"}} {
		if out, _, err := h.run(t, append(args[:4:4], wrong...)...); err == nil {
			t.Errorf("%q: %s", wrong, out)
		}
	}
	if _, err := os.Stat(h.data()); err == nil {
		t.Error("a data directory was made")
	}
}
