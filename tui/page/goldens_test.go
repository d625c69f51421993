package page

import (
	"errors"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/exp/golden"

	"spaces/store"
	"spaces/store/storetest"
	"spaces/tui/kit"
	"spaces/tui/kit/kittest"
)

// scenery is a screen on a server whose objects were made at the time that it shows.
type scenery struct {
	*shelf
	book  *storetest.Book
	place store.Place
}

// look is a page in its states: what is there before it is shown, and what is pressed then.
type look struct{ empty, loading, failed, full func(*scenery) }

// pageLooks are of every page, by the function that makes it: all pages have all states.
var pageLooks = map[string]look{
	"newIndex": asking((*scenery).show, (*scenery).media),
	"newFiles": asking(func(s *scenery) { s.Space(s.t, "media"); s.place.Prefix = ""; s.show() }, (*scenery).media),
	"newAccessKeys": {
		empty: (*scenery).show, loading: func(s *scenery) { s.Hold(); s.show() },
		failed: asLimited,
		full: func(s *scenery) {
			s.key("backup", store.Grant{Bucket: "archive", Permission: store.KeyReadWrite})
			s.key("website", store.Grant{Bucket: "media", Permission: store.KeyRead}, store.Grant{Bucket: "static", Permission: store.KeyRead})
			s.key("admin", store.Grant{Permission: store.KeyFullAccess})
			s.show()
			s.Press("j")
		},
	},
	"newSettings": asking(func(s *scenery) { s.Space(s.t, "media"); s.show() }, func(s *scenery) {
		s.media()
		s.Space(s.t, "logs")
		s.configure("media")
	}),
	"newConnections": {
		empty: (*scenery).show, loading: func(s *scenery) { s.Hold(); s.show() },
		failed: func(s *scenery) {
			s.book.Failing = errors.New("/home/sammy/.config/spaces/config.toml: line 7 is no TOML")
			s.show()
		},
		full: func(s *scenery) {
			there := newBookcase(s.t.(*testing.T), kittest.Size(s.size()))
			s.shelf = there.shelf
			there.there.Space(s.t, "media")
			s.show()
			s.Press("j")
		},
	},
	"newDoctor": {
		empty: (*scenery).show, loading: func(s *scenery) { s.sick(); s.Hold(); s.show() },
		failed: asLimited,
		full:   func(s *scenery) { s.sick(); s.show(); s.Press("j") },
	},
	"newPublic": asking((*scenery).show, (*scenery).open3),
	"newSharedLinks": {
		empty: func(s *scenery) { s.Context.Ledger = &kittest.Ledger{}; s.show() },
		loading: func(s *scenery) {
			s.Context.Ledger = &kittest.Ledger{Notes: someLinks(s.Context.Now())}
			s.Hold()
			s.show()
		},
		failed: func(s *scenery) {
			s.Context.Ledger = &kittest.Ledger{Err: errors.New("/home/sammy/.local/state/spaces/links: permission denied")}
			s.show()
		},
		full: func(s *scenery) {
			s.Context.Ledger = &kittest.Ledger{Notes: someLinks(s.Context.Now())}
			s.show()
			s.Press("j")
		},
	},
	"newTally": asking(func(s *scenery) { s.Space(s.t, "media"); s.place.Prefix = ""; s.show() }, (*scenery).media),
	"newFind": {
		empty:   func(s *scenery) { s.media(); s.show() },
		loading: func(s *scenery) { s.media(); s.show(); s.Type("*.jpg"); s.Hold(); s.Press("enter") },
		failed:  func(s *scenery) { s.media(); s.show(); s.deny(); s.Type("*.jpg"); s.Press("enter") },
		full:    func(s *scenery) { s.media(); s.show(); s.Type("*.jpg"); s.Press("enter", "j", "space") },
	},
	"newTrash": {
		empty: func(s *scenery) { s.Space(s.t, "media"); s.place.Prefix = ""; s.show() }, loading: func(s *scenery) { s.trash(); s.Hold(); s.show() },
		failed: func(s *scenery) { s.trash(); s.deny(); s.show() },
		full:   func(s *scenery) { s.trash(); s.show(); s.Press("j") },
	},
	"newUploads": {
		empty: func(s *scenery) { s.Space(s.t, "media"); s.place.Prefix = ""; s.show() }, loading: func(s *scenery) { s.unfinished(); s.Hold(); s.show() },
		failed: func(s *scenery) { s.unfinished(); s.deny(); s.show() },
		full:   func(s *scenery) { s.unfinished(); s.show(); s.Press("j", "space") },
	},
	"newVersions": {
		empty:   func(s *scenery) { s.Space(s.t, "media"); s.place.Prefix = ""; s.show() },
		loading: func(s *scenery) { s.versions(); s.Hold(); s.show() },
		failed: func(s *scenery) {
			s.versions()
			s.Faults.Add(storetest.Rule{Match: storetest.Is("GET", "versions"), Fault: storetest.Answer(http.StatusForbidden, "AccessDenied")})
			s.show()
		},
		full: func(s *scenery) { s.versions(); s.show(); s.Press("j") },
	},
}

// asLimited shows a page that only the root key may see, to another.
func asLimited(s *scenery) {
	limited := s.key("limited")
	s.Context.Store = s.Fixture.Open(s.t, func(c *store.Config) { c.AccessKey, c.SecretKey = limited.ID, limited.Secret.Reveal() })
	s.show()
}

// someLinks are notes of links as they are at a time.
func someLinks(now time.Time) []store.Shared {
	const day = 24 * time.Hour
	return []store.Shared{
		{ID: "a", Conn: "do", Space: "site", Key: "press/kit.zip", Maker: "DO00EXAMPLE", Made: now.Add(-3 * day), Until: now.Add(4 * day)},
		{ID: "b", Conn: "do", Space: "site", Key: "old.txt", Maker: "DO00EXAMPLE", Made: now.Add(-30 * day), Until: now.Add(-23 * day)},
		{ID: "c", Conn: "box", Space: "media", Key: "contract.pdf", Kept: true, Once: true, Made: now.Add(-time.Hour), URL: "https://box/.link/x"},
		{ID: "d", Conn: "box", Space: "inbox", Key: "photos/", Kept: true, Receive: true, Made: now.Add(-2 * time.Hour), Until: now.Add(20 * day)},
		{ID: "e", Space: "media", Key: "p/IMG_0041.jpg", Maker: "AKIATESTTESTTESTTEST", Made: now.Add(-4 * time.Hour), Until: now.Add(day)},
		{ID: "f", Conn: "box", Space: "media", Key: "draft.txt", Kept: true, Password: true, Made: now.Add(-5 * time.Hour), Ended: now.Add(-time.Hour)},
	}
}

// asking is a page that asks as it is shown; fill makes what there is.
func asking(empty, fill func(*scenery)) look {
	return look{empty: empty,
		loading: func(s *scenery) { fill(s); s.Hold(); s.show() },
		failed:  func(s *scenery) { fill(s); s.deny(); s.show() },
		full:    func(s *scenery) { fill(s); s.show(); s.Press("j") }}
}

func (s *scenery) show() { s.Show(New(s.Context, s.place)); s.Advance(time.Second) }

// deny has every request refused.
func (s *scenery) deny() {
	s.Faults.Add(storetest.Rule{Fault: storetest.Answer(http.StatusForbidden, "AccessDenied")})
}

func (s *scenery) media() {
	s.Space(s.t, "backups")
	s.Space(s.t, "media")
	s.stock()
}

func (s *scenery) stock() {
	for _, key := range []string{"p/IMG_0041.jpg", "p/IMG_0042.jpg", "p/originals/IMG_0041.dng", "p/a name that is so long that it does not fit into the column of names at all.jpeg"} {
		s.putBody("media", key, strings.Repeat("not a picture ", 100), "image/jpeg")
	}
	s.putBody("media", "p/notes.txt", "first line\n\tsecond line\n", "text/plain")
}

// trash is a Space from which was deleted.
func (s *scenery) trash() {
	s.Space(s.t, "media")
	for _, key := range []string{
		"20261101T101500Z-abcdef/photos/2024/a.jpg", "20261101T101500Z-abcdef/photos/2024/b/c.jpg", "20261119T080000Z-bbcdef/docs/notes.txt",
		"20261120T080000Z-cbcdef-public/site/index.html", "20261121T080000Z-dbcdef/a", "20261121T080000Z-dbcdef/b/c", "mine/stays",
	} {
		s.putBody("media", store.TrashPrefix+key, strings.Repeat("x", 1500), "text/plain")
	}
}

// unfinished is a Space with uploads that nobody has ended.
func (s *scenery) unfinished() {
	s.Space(s.t, "media")
	for i, key := range []string{"films/interview.mov", "films/a name that is so long that it does not fit into the column of names at all.mov", "backup.tar"} {
		s.begun(key, i)
	}
}

// versions is a Space with some that are older.
func (s *scenery) versions() {
	s.Space(s.t, "media")
	if err := s.Store.SetVersioning(s.t.Context(), "media", store.Versioned); err != nil {
		s.t.Fatal(err)
	}
	s.stock()
	s.putBody("media", "p/IMG_0041.jpg", "another picture", "image/jpeg")
	if err := s.Store.Delete(s.t.Context(), store.Ref{Space: "media", Key: "p/IMG_0042.jpg"}); err != nil {
		s.t.Fatal(err)
	}
}

// size is that of the screen.
func (s *scenery) size() (w, h int) {
	if s.Height() == 40 {
		return 120, 40
	}
	return 80, 24
}

func newScenery(t *testing.T, place store.Place, option kittest.Option) *scenery {
	t.Helper()
	still := func() time.Time { return kittest.Start }
	f := storetest.New(t, storetest.Written(still), storetest.Config(func(c *store.Config) { c.Now = still }))
	book := storetest.NewBook(f.Store)
	t.Cleanup(book.Conns().Close)
	s := kittest.New(t, kittest.Store(f.Store), kittest.Book(book, book.Conns()), kittest.Pages(New), option)
	return &scenery{&shelf{s, f, t}, book, place}
}

// requestIDs are random.
var requestIDs = regexp.MustCompile(`[0-9A-F]{16}\b`)

// golden compares without ids and ports, which are random, and dates: some are by the real clock.
func (s *scenery) golden() {
	s.t.Helper()
	text := s.Text()
	if list, err := s.Store.Keys(s.t.Context()); err == nil {
		for _, k := range list {
			text = strings.ReplaceAll(text, k.ID, "DO123456789012345678")
		}
	}
	text = dates.ReplaceAllStringFunc(text, func(d string) string { return "0000-00-00 00:00"[:len(d)] })
	text = requestIDs.ReplaceAllString(text, "0123456789ABCDEF")
	text = ports.ReplaceAllStringFunc(text, func(at string) string { return kit.Fit("127.0.0.1:PORT", len(at)) })
	golden.RequireEqual(s.t, text+"\n")
}

// TestPagesInEveryState compares every page in every state with its picture.
func TestPagesInEveryState(t *testing.T) {
	for _, name := range pagesThere(t) {
		l, known := pageLooks[name]
		if !known {
			t.Errorf("%s has no pictures", name)
		}
		for state, show := range map[string]func(*scenery){"empty": l.empty, "loading": l.loading, "error": l.failed, "full": l.full} {
			if show == nil {
				t.Errorf("%s has to have a picture when %s", name, state)
				continue
			}
			for size, option := range map[string]kittest.Option{"80x24": kittest.Size(80, 24), "120x40": kittest.Size(120, 40)} {
				t.Run(strings.TrimPrefix(name, "new")+" "+state+" "+size, func(t *testing.T) {
					s := newScenery(t, pages[name], option)
					show(s)
					s.Advance(time.Second) // what is beside the listing waits for the cursor to stay
					s.golden()
				})
			}
		}
	}
}
