package page

import (
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"spaces/server/storage"
	"spaces/store"
	"spaces/store/storetest"
	"spaces/tui/kit"
	"spaces/tui/kit/kittest"
)

// shelf is a screen on a server of its own.
type shelf struct {
	*kittest.Screen
	*storetest.Fixture
	t testing.TB
}

func newShelf(t testing.TB, options ...kittest.Option) *shelf {
	t.Helper()
	f := storetest.New(t)
	options = append([]kittest.Option{kittest.Store(f.Store), kittest.Pages(New)}, options...)
	return &shelf{kittest.New(t, options...), f, t}
}

// put stores objects with bodies as long as their keys.
func (s *shelf) put(space string, keys ...string) {
	s.t.Helper()
	for _, key := range keys {
		s.putBody(space, key, key, "text/plain")
	}
}

func (s *shelf) putBody(space, key, body, contentType string) {
	s.t.Helper()
	props := store.Props{ContentType: contentType, Meta: map[string]string{"owner": "sammy"}}
	_, err := s.Store.Put(s.t.Context(), store.Ref{Space: space, Key: key}, strings.NewReader(body), int64(len(body)), props, store.PutOptions{})
	if err != nil {
		s.t.Fatal(err)
	}
}

// many stores n small objects, past the network.
func (s *shelf) many(space, format string, n int) {
	s.t.Helper()
	for i := range n {
		staged, err := s.Engine.Stage(s.t.Context(), strings.NewReader("x"), storage.StageOptions{Size: 1})
		if err != nil {
			s.t.Fatal(err)
		}
		if _, err := s.Engine.Put(s.t.Context(), space, fmt.Sprintf(format, i), staged, storage.Attrs{}, storage.Checksum{}, nil); err != nil {
			s.t.Fatal(err)
		}
	}
}

// open shows a place.
func (s *shelf) open(p store.Place) *files {
	s.t.Helper()
	page := New(s.Context, p)
	s.Show(page)
	f, _ := page.(*files)
	return f
}

// do runs what a call on the page returned: timers go by the screen's clock.
func (s *shelf) do(cmd tea.Cmd) {
	s.t.Helper()
	switch m := run(cmd).(type) {
	case tea.BatchMsg:
		for _, cmd := range m {
			s.do(cmd)
		}
	case kit.Timer:
		s.do(m.Cmd)
	default:
		s.Send(m)
	}
}

func run(cmd tea.Cmd) tea.Msg {
	if cmd == nil {
		return nil
	}
	return cmd()
}

// cursor is the key under the cursor, "" for none.
func cursor(f *files) string {
	if id, ok := f.l.Under(); ok {
		return f.l.Rows().Key(id)
	}
	return ""
}

// shown are the keys that the listing shows.
func shown(f *files) []string {
	var keys []string
	for i := range f.l.Len() {
		keys = append(keys, f.l.Rows().Key(f.l.ID(i)))
	}
	return keys
}

// selected are the keys selected.
func selected(f *files) []string {
	var keys []string
	if f.l.Selection().Count > 0 {
		for _, e := range f.l.Chosen() {
			keys = append(keys, e.Key)
		}
	}
	return keys
}

func want(t testing.TB, what string, got, want any) {
	t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

func TestAnEmptyFolderHintsAtNothingThatNeedsARow(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	s.open(store.Place{Space: "media"})
	s.Want("upload", "new")
	s.WantNot("Enter open", "contains", "inspector")
}
