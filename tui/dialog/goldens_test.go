package dialog_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/exp/golden"

	"spaces/server/storage"
	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
	"spaces/tui/kit"
	"spaces/tui/kit/kittest"
)

// stage is a screen on a server with a few files and folders that were made at the time that it shows.
type stage struct {
	*kittest.Screen
	t    *testing.T
	f    *storetest.Fixture
	book *storetest.Book
	api  *storetest.CDN // after ocean
	dir  string         // of this machine, where uploads are chosen and downloads go
}

// scene brings a dialog into a state, or says why it has none such.
type scene struct {
	show func(*stage)
	none string
}

func at(show func(*stage)) scene { return scene{show: show} }
func none(why string) scene      { return scene{none: why} }

// looks are the states of a dialog: nothing to show, or nothing typed; something is waited for; something failed or is
// refused; and all that it shows.
type looks struct{ empty, loading, failed, full scene }

// whole is a dialog that is always the same, unless something is said of the other states.
func whole(show func(*stage)) looks {
	return looks{none("It is about something that there is."), none("It asks for nothing."), none("Nothing in it can fail."), at(show)}
}

// shows is whole of a dialog that needs nothing else.
func shows(make func(*stage) kit.Dialog) looks {
	return whole(func(s *stage) { s.Open(make(s)) })
}

// nothing sets the empty state.
func (l looks) nothing(show func(*stage)) looks { l.empty = at(show); return l }

// fails sets the failed state.
func (l looks) fails(show func(*stage)) looks { l.failed = at(show); return l }

// waits sets the loading state.
func (l looks) waits(show func(*stage)) looks { l.loading = at(show); return l }

// asks is a dialog that asks the endpoint as it opens.
func (l looks) asks() looks {
	open := l.full.show
	return l.waits(func(s *stage) { s.hang(); open(s) }).fails(func(s *stage) { s.deny(); open(s) })
}

// saves is a dialog in which keys change something at the endpoint, the last of them at once.
func (l looks) saves(keys ...string) looks {
	open, last := l.full.show, len(keys)-1
	ready := func(s *stage) { open(s); s.Press(keys[:last]...) }
	return l.waits(func(s *stage) { ready(s); s.hang(); s.Press(keys[last]) }).
		fails(func(s *stage) { ready(s); s.deny(); s.Press(keys[last]) })
}

// hang has no request answered until the test ends, and no command run that would wait for one.
func (s *stage) hang() {
	s.Hold()
	s.f.Faults.Add(storetest.Rule{Fault: storetest.Hang(make(chan struct{}, 1000))})
}

// deny has every request refused.
func (s *stage) deny() {
	s.f.Faults.Add(storetest.Rule{Fault: storetest.Answer(http.StatusForbidden, "AccessDenied")})
}

// ocean makes the connection one to DigitalOcean.
func (s *stage) ocean() {
	s.api = storetest.NewCDN(s.t)
	s.Context.Store = s.api.Open(s.t, s.f)
}

// put stores a text under a key of the Space "media".
func (s *stage) put(key, text string, p store.Props) {
	s.t.Helper()
	if _, err := s.f.Store.Put(s.t.Context(), store.Ref{Space: "media", Key: key}, strings.NewReader(text), int64(len(text)), p, store.PutOptions{}); err != nil {
		s.t.Fatalf("storing %q: %v", key, err)
	}
}

// noting runs jobs and notes what they do, for their undo.
func (s *stage) noting() *job.Manager {
	l, err := job.OpenLedger(s.t.TempDir())
	if err != nil {
		s.t.Fatal(err)
	}
	m := job.New(job.Options{Ledger: l, Conns: s.book.Conns(), Now: func() time.Time { return kittest.Start }})
	s.t.Cleanup(func() { _ = m.Close(context.Background()); _ = l.Close() })
	return m
}

func newStage(t *testing.T, size kittest.Option) *stage {
	t.Helper()
	still := func() time.Time { return kittest.Start }
	s := &stage{t: t, dir: fmt.Sprintf("/tmp/spaces-%010d", rand.N(10_000_000_000))} // of one length
	if err := os.Mkdir(s.dir, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(s.dir) })
	temporary := s.dir + "-temporary"
	if err := os.Mkdir(temporary, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(temporary) })
	t.Setenv("TMPDIR", temporary)
	s.f = storetest.New(t, storetest.Written(still), storetest.Config(func(c *store.Config) {
		c.Now, c.ShareURL = still, func() string { return "http://127.0.0.1:9000" }
	}))
	s.f.Space(t, "backups")
	s.f.Space(t, "media")
	if err := s.f.Engine.SetVersioning("media", storage.Enabled); err != nil {
		t.Fatal(err)
	}
	s.put("a.txt", strings.Repeat("x", 1000), store.Props{ContentType: "text/plain", CacheControl: "max-age=3600", Access: store.PublicRead,
		Meta: map[string]string{"owner": "sammy"}, Tags: map[string]string{"team": "sea"}})
	for i, key := range []string{"b.txt", "docs/old/x", "docs/y", "pics/1.jpg", "pics/2.jpg", "pics/deep/3.jpg", "pics/1.jpg", "gone.txt"} {
		s.put(key, strings.Repeat("x", 1000*(i+1)), store.Props{})
	}
	for _, key := range []string{"gone.txt", "pics/2.jpg"} {
		if err := s.f.Store.Delete(t.Context(), store.Ref{Space: "media", Key: key}); err != nil {
			t.Fatal(err)
		}
	}
	s.book = storetest.NewBook(s.f.Store)
	t.Cleanup(s.book.Conns().Close)
	s.Screen = kittest.New(t, kittest.Jobs(s.noting()), kittest.Store(s.f.Store), kittest.Book(s.book, s.book.Conns()), kittest.Local(s.dir), size)
	return s
}

// others are what another run shows otherwise: signatures and when links end, the names of temporary files, when something
// was asked and how long it took.
var others = []struct {
	is *regexp.Regexp
	to string
}{
	{regexp.MustCompile(`(?s)\?X-Amz-[^']*?Unix \d+`), "?SIGNED, until THEN"},
	{regexp.MustCompile(`(?s)\?X-Amz-[^']*'.*?Until [A-Z\d].*?GB\.`), "?SIGNED', until THEN and of at most SO MUCH"},
	{regexp.MustCompile(`spaces-\d{10}`), "spaces-0000000000"},
	{regexp.MustCompile(`edit-\d+/b\.txt *`), "edit-0/b.txt"},
	{regexp.MustCompile(`\d\d:\d\d:\d\d +[\d.,]+ (?:ms|s)  `), "00:00:00   0.0 ms  "},
}

// golden compares the screen with its picture.
func (s *stage) golden() {
	s.t.Helper()
	text := strings.ReplaceAll(s.Text(), s.dir, "/home/sammy/Downloads1")
	for _, o := range others {
		text = o.is.ReplaceAllString(text, o.to)
	}
	golden.RequireEqual(s.t, text+"\n")
}

// TestDialogsInEveryState compares every dialog in every state with its picture; states that a dialog has not say why.
func TestDialogsInEveryState(t *testing.T) {
	for _, name := range constructorsThere(t) {
		l, known := dialogLooks[name]
		if !known {
			t.Errorf("%s has no pictures", name)
			continue
		}
		for state, x := range map[string]scene{"empty": l.empty, "loading": l.loading, "error": l.failed, "full": l.full} {
			if (x.show == nil) == (x.none == "") {
				t.Errorf("%s has to have a picture when %s, or a reason why there is none", name, state)
				continue
			}
			if x.show == nil {
				continue
			}
			for size, option := range map[string]kittest.Option{"80x24": kittest.Size(80, 24), "120x40": kittest.Size(120, 40)} {
				t.Run(strings.TrimPrefix(name, "New")+" "+state+" "+size, func(t *testing.T) {
					s := newStage(t, option)
					x.show(s)
					open(t, s.Screen)
					s.golden()
				})
			}
		}
	}
	there := strings.Join(constructorsThere(t), " ") + " "
	for name := range dialogLooks {
		if !strings.Contains(there, name+" ") {
			t.Errorf("there is no %s", name)
		}
	}
}

var (
	inMedia  = []job.Source{object("media", "a.txt"), object("media", "b.txt"), folder("media", "pics/")}
	nobody   = []job.Source{folder("media", "nothing/")}
	aAndB    = []store.Ref{{Space: "media", Key: "a.txt"}, {Space: "media", Key: "b.txt"}}
	aKey     = store.Key{Name: "website", ID: "DO00EXAMPLE123456789", Secret: "not-a-secret-but-as-long-as-one-is-0123456", Grants: []store.Grant{{Bucket: "media", Permission: store.KeyRead}}}
	aProfile = store.Profile{Name: "ocean", Endpoint: "https://ams3.digitaloceanspaces.com", Region: "ams3", Source: store.KeyInFile, AccessKey: "DO00EXAMPLE123456789"}
	aCDN     = store.CDN{ID: "1", Host: "media.ams3.cdn.digitaloceanspaces.com", TTL: time.Hour, Domain: "static.example.com", Certificate: "892071a0-bb95-49bc-8021-3afd67a210bf"}
	someCORS = store.CORS{Rules: []store.CORSRule{
		{ID: "app", Origins: []string{"https://app.example.com", "https://*.example.org"}, Methods: []string{"GET", "PUT"}, Headers: []string{"content-type", "x-amz-*"}, Exposed: []string{"ETag"}, MaxAge: 3600},
		{Origins: []string{"*"}, Methods: []string{"GET", "HEAD"}, MaxAge: store.NoMaxAge}}}
	someRules  = store.Lifecycle{Rules: []store.LifecycleRule{{ID: "logs", Enabled: true, Prefix: "logs/", ExpireDays: 30}, {NoncurrentDays: 90, AbortDays: 7}}}
	somePolicy = store.Policy{Text: `{"Version":"2012-10-17","Statement":[` + ofMedia + `]}`}
)

// filesOf are files of "media" as a listing tells of them.
func filesOf(keys ...string) (list []job.Source) {
	for _, k := range keys {
		x := object("media", k)
		x.Entry = store.Entry{Key: k, Size: 1000, ETag: `"0"`, Modified: kittest.Start}
		list = append(list, x)
	}
	return list
}
