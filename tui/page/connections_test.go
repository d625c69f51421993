package page

import (
	"errors"
	"regexp"
	"slices"
	"testing"

	"github.com/charmbracelet/x/exp/golden"

	"spaces/store"
	"spaces/store/storetest"
	"spaces/tui/kit"
	"spaces/tui/kit/kittest"
)

// bookcase is a screen with several connections.
type bookcase struct {
	*shelf
	book  *storetest.Book
	there *storetest.Fixture
}

// newBookcase has this machine, "box" on a server of its own, and profiles.
func newBookcase(t *testing.T, options ...kittest.Option) *bookcase {
	t.Helper()
	there := storetest.New(t, storetest.Listener())
	here := storetest.New(t)
	b := storetest.NewBook(here.Store,
		store.Profile{Name: "box", Endpoint: there.URL, Source: store.KeyInFile, AccessKey: storetest.AccessKey, Secret: storetest.SecretKey},
		store.Profile{Name: "archive", Endpoint: there.URL, Region: "nyc3", ReadOnly: true, AWSProfile: "work", Source: store.KeyOfAWS, Spaces: []string{"old"}},
		store.Profile{Name: "stranger", Endpoint: there.URL, Source: store.KeyInKeyring, AccessKey: "AKIASTRANGER", Secret: "another-canary"})
	options = append([]kittest.Option{kittest.Store(here.Store), kittest.Book(b, b.Conns()), kittest.Pages(New)}, options...)
	t.Cleanup(b.Conns().Close)
	return &bookcase{&shelf{kittest.New(t, options...), here, t}, b, there}
}

func (s *bookcase) connections() *connections {
	s.t.Helper()
	x := New(s.Context, store.Place{Tab: store.Connections}).(*connections)
	s.Show(x)
	return x
}

// ports are those of this run.
var ports = regexp.MustCompile(`127\.0\.0\.1:\d+ *`)

func (s *bookcase) golden() {
	s.t.Helper()
	text := dates.ReplaceAllStringFunc(s.Text(), func(d string) string { return "0000-00-00 00:00"[:len(d)] })
	text = ports.ReplaceAllStringFunc(text, func(at string) string { return kit.Fit("127.0.0.1:PORT", len(at)) })
	golden.RequireEqual(s.t, text+"\n")
}

func TestConnectionsAreShownWithTheirState(t *testing.T) {
	s := newBookcase(t)
	s.there.Space(t, "media")
	s.there.Space(t, "old")
	s.connections()
	s.Want("this machine", "box", "ok, 2 Spaces", "archive", "ro", "stranger", "unknown key")
	s.Press("G")
	s.Want("The endpoint does not know the access key AKIASTRANGER.")
	s.WantNot(storetest.SecretKey)
	s.golden()
	s.Press("g", "g", "j", "enter")
	want(t, "place", s.Went(), []store.Place{{Conn: "box"}})
}

func TestConnectionsFitEverySize(t *testing.T) {
	s := newBookcase(t)
	s.connections()
	for _, size := range [][2]int{{80, 24}, {200, 60}, {40, 12}, {20, 6}, {10, 5}} {
		s.Resize(size[0], size[1])
	}
	s.Resize(120, 40)
	s.Want("configuration", "~/.aws: work", "keyring")
	s.golden()
}

func TestAConnectionIsAddedTestedAndRemoved(t *testing.T) {
	s := newBookcase(t)
	s.connections()
	s.Press(append([]string{"a"}, slices.Repeat([]string{"right"}, len(store.Presets()))...)...) // another S3 endpoint
	s.Press("tab")
	s.Type(s.there.URL)
	s.Press("tab", "tab", "tab", "ctrl+u")
	s.Type("second")
	s.Press("tab", "tab")
	s.Type(storetest.AccessKey)
	s.Press("enter")
	s.Want("Write the secret of this access key.")
	s.Press("tab")
	s.Type(storetest.SecretKey)
	s.WantNot(storetest.SecretKey)
	s.Press("enter")
	s.Want("Added second", "second", "ok, 0 Spaces")
	saved, ok := s.book.Saved("second")
	if !ok || saved.Secret != storetest.SecretKey || saved.Endpoint != s.there.URL || saved.ReadOnly {
		t.Fatalf("%+v", saved)
	}
	before, err := s.Context.Conns.Get("second")
	if err != nil {
		t.Fatal(err)
	}
	s.Press("G", "e")
	for range 9 {
		s.Press("tab")
	}
	s.Press("shift+tab", "shift+tab", "right", "enter")
	s.Want("Changed second")
	if after, err := s.Context.Conns.Get("second"); err != nil || after == before || after.ReadOnly() == "" {
		t.Errorf("it was not opened anew: %v", err)
	}
	s.Press("d")
	s.Want("Nothing in its Spaces is touched")
	s.golden()
	s.Press("enter")
	if _, ok := s.book.Saved("second"); !ok {
		t.Fatal("Enter alone removed it")
	}
	s.Press("d", "y")
	s.Want("Removed the connection second")
	if _, ok := s.book.Saved("second"); ok {
		t.Error("it is still there")
	}
}

func TestConnectionsWithoutABookSayWhyTheyCannotBeChanged(t *testing.T) {
	s := newShelf(t)
	s.Show(New(s.Context, store.Place{Tab: store.Connections}))
	s.Want("this machine")
	for _, key := range []string{"a", "e", "d", "u", "i"} {
		s.Press(key)
		s.Want("There is no configuration here to keep connections in.")
	}
}

func TestThisMachineCannotBeEdited(t *testing.T) {
	s := newBookcase(t)
	s.connections()
	for _, key := range []string{"e", "d"} {
		s.Press(key)
		s.Want("This machine is always there")
	}
}

func TestConnectionsExplainAConfigurationThatCannotBeRead(t *testing.T) {
	s := newBookcase(t)
	s.book.Failing = errors.New("config.toml: line 3: there is no setting \"endpiont\"")
	s.connections()
	s.Want("The configuration cannot be read.", "line 3", "R  reads it again")
	s.golden()
	s.book.Failing = nil
	s.Press("R")
	s.Want("box")
}

func TestConnectionsTeachWhenThereIsOnlyThisMachine(t *testing.T) {
	here := storetest.New(t)
	b := storetest.NewBook(here.Store)
	s := &bookcase{&shelf{kittest.New(t, kittest.Store(here.Store), kittest.Book(b, b.Conns()), kittest.Pages(New)), here, t}, b, nil}
	s.Hold()
	s.connections()
	s.Want("Reading the configuration…")
	s.Release()
	s.Want("a  adds one", "u  imports those")
	s.golden()
}

func TestHostileProfilesStayHarmless(t *testing.T) {
	s := newBookcase(t)
	s.book.Save(t.Context(), store.Profile{Name: "\x1b[31m", Endpoint: "https://\u202egpj", Region: "\x07", AWSProfile: "\x1b]0;x\a"}, true)
	s.connections()
	s.Resize(120, 30)
	s.Press("G", ">", "esc", "i", "esc", "e", "esc", "d", "esc") // the screen checks itself
}
