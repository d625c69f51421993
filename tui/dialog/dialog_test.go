package dialog_test

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/exp/golden"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
	"spaces/tui/kit/kittest"
)

// start is a server and a screen on it. Links are made as of the screen's clock.
func start(t *testing.T, options ...kittest.Option) (*kittest.Screen, *storetest.Fixture) {
	t.Helper()
	still := func() time.Time { return kittest.Start }
	f := storetest.New(t, storetest.Config(func(c *store.Config) {
		c.Now, c.ShareURL = still, func() string { return "http://127.0.0.1:9000" }
	}))
	return kittest.New(t, append([]kittest.Option{kittest.Store(f.Store)}, options...)...), f
}

// put stores an object of n bytes.
func put(t *testing.T, f *storetest.Fixture, space, key string, n int, access store.Access) {
	t.Helper()
	body := strings.NewReader(strings.Repeat("x", n))
	_, err := f.Store.Put(t.Context(), store.Ref{Space: space, Key: key}, body, int64(n), store.Props{Access: access}, store.PutOptions{})
	if err != nil {
		t.Fatalf("storing %q: %v", key, err)
	}
}

// keysOf lists every key of a Space.
func keysOf(t *testing.T, f *storetest.Fixture, space string) []string {
	t.Helper()
	page, err := f.Store.List(context.Background(), store.ListRequest{Space: space})
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, e := range page.Entries {
		list = append(list, e.Key)
	}
	return list
}

func wantKeys(t *testing.T, f *storetest.Fixture, space string, want ...string) {
	t.Helper()
	if got := keysOf(t, f, space); strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Fatalf("%s holds %q, want %q", space, got, want)
	}
}

// file writes a local file and returns its path.
func file(t *testing.T, dir, name, content string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func object(space, key string) job.Source { return job.Source{Ref: store.Ref{Space: space, Key: key}} }

func folder(space, key string) job.Source {
	return job.Source{Ref: store.Ref{Space: space, Key: key}, Folder: true}
}

// closed fails the test when a dialog is still open, open when none is.
func closed(t *testing.T, s *kittest.Screen) {
	t.Helper()
	if s.Dialog() != nil {
		t.Fatalf("the dialog is still open:\n%s", s.Text())
	}
}

func open(t *testing.T, s *kittest.Screen) {
	t.Helper()
	if s.Dialog() == nil {
		t.Fatalf("the dialog has closed: %q", s.Notice())
	}
}

// hostile are names that try to drive a terminal.
var hostile = []string{
	"\x1b[2J\x1b]0;title\x07.txt", "\x1b]52;c;aGk=", "a\u202eb", "\u009b31m", "line\nbreak\rreturn", "\u2066x", "e\u0301",
}

func placeOf(s *kittest.Screen) store.Place {
	if went := s.Went(); len(went) > 0 {
		return went[len(went)-1]
	}
	return store.Place{}
}

// passing are the parts of a screen that another run shows otherwise: dates in columns, request ids, signatures.
var passing = []struct {
	is *regexp.Regexp
	to string
}{
	{regexp.MustCompile(`  \d{4}-\d\d-\d\d|       \d\d:\d\d`), "        date"},
	{regexp.MustCompile(`request [0-9A-Z]+`), "request ID"},
	{regexp.MustCompile(`(?s)\?[A-Za-z0-9%&=_\-\s│]+Expires [A-Z][^\n]+`), "?signed, expires then"},
}

// requireGolden compares the screen with its picture, without what passes.
func requireGolden(t *testing.T, text string) {
	t.Helper()
	for _, p := range passing {
		text = p.is.ReplaceAllString(text, p.to)
	}
	golden.RequireEqual(t, text+"\n")
}
