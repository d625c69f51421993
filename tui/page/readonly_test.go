package page

import (
	"os"
	"path/filepath"
	"testing"

	"spaces/keys"
	"spaces/store"
	"spaces/tui/kit/kittest"
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
	if a := named(f.Actions(), keys.CopyTo); a.Off() != "" {
		t.Error("it cannot be copied to another connection, either: " + a.Off())
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

func TestWhereNothingMayBeChangedAnywhereNothingIsCopied(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	s.put("media", "a.txt")
	const why = "It was started so."
	s.Context.Store = s.Fixture.Open(t, func(c *store.Config) { c.ReadOnly, c.AllReadOnly = why, why })
	f := s.open(store.Place{Space: "media"})
	want(t, "copy", named(f.Actions(), keys.CopyTo).Off(), why)
	want(t, "copy for pasting", named(f.Actions(), keys.Copy).Off(), why)
	want(t, "download", named(f.Actions(), keys.Download).Off(), "")
}

func TestWhereNothingMayBeChangedFormsAreOpenedToLookAtThem(t *testing.T) {
	s := newShelf(t, kittest.Size(100, 30))
	s.Space(t, "media")
	if _, err := s.Store.CreateKey(t.Context(), "backup", []store.Grant{{Bucket: "media", Permission: store.KeyRead}}); err != nil {
		t.Fatal(err)
	}
	const why = "It is marked read-only."
	s.Context.Store = s.Fixture.Open(t, func(c *store.Config) { c.ReadOnly = why })
	s.open(store.Place{Tab: store.AccessKeys})
	s.Want("Enter look at it")
	s.WantNot("change")
	s.Press("enter")
	s.Want(why, "backup", "read")
	s.Press("esc")
	s.open(store.Place{Space: "media", Tab: store.Settings})
	for _, section := range []string{"File listing", "CORS rules", "Versioning", "Lifecycle rules", "Bucket policy", "Web pages", "Encryption", "Access logs"} {
		s.Press("j")
		s.Want("Enter look at it")
		s.Press("enter")
		if s.Dialog() == nil {
			t.Fatal(section + " cannot be looked at")
		}
		s.Want("─ "+section, why)
		s.Press("esc")
	}
}
