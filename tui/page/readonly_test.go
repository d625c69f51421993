package page

import (
	"os"
	"path/filepath"
	"testing"

	"spaces/keys"
	"spaces/store"
)

func TestWhereNothingMayBeChangedTheActionsThatWouldAreOffAndSayWhy(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	s.put("media", "a.txt", "folder/b.txt")
	const why = "It is marked read-only."
	s.Context.Store = s.Fixture.Open(t, func(c *store.Config) { c.ReadOnly = why })
	f := s.open(store.Place{Space: "media"})
	off := 0
	for _, a := range f.Actions() {
		if changes[a.Name] {
			off++
			want(t, string(a.Name), a.Off(), why)
		}
	}
	if off < 6 {
		t.Errorf("only %d actions change anything", off)
	}
	for _, name := range []keys.Action{keys.Enter, keys.Share, keys.Download, keys.Filter, keys.Refresh} {
		if a := named(f.Actions(), name); a.Off() == why {
			t.Errorf("%s is off, too", name)
		}
	}
	s.Press("j")
	for _, key := range []string{"d", "m", "r", "u", "a", "="} {
		s.Press(key)
		want(t, key, s.Notice(), why)
		want(t, "a dialog by "+key, s.Dialog() == nil, true)
	}
	s.Press(">")
	s.Want("Delete…   – It is marked read-only")
	s.Press("esc")
	path := filepath.Join(s.Context.Local, "x.txt")
	if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	s.Paste(path)
	want(t, "a drop", s.Notice(), why)
}
