package page

import (
	"strings"
	"testing"

	"spaces/store"
	"spaces/tui/kit"
)

func TestANewFolderIsMadeInTheListing(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	s.put("media", "p/a", "p/z")
	f := s.open(store.Place{Space: "media", Prefix: "p/"})
	s.Press("a")
	s.Want("name of the new folder")
	s.Press("enter")
	s.Want("Type a name.")
	s.Type("m/n")
	s.Press("enter")
	want(t, "rows", shown(f), []string{"p/m/", "p/a", "p/z"})
	want(t, "cursor", cursor(f), "p/m/")
	s.Want("Created m/n/")
	if _, err := s.Store.Head(t.Context(), store.Ref{Space: "media", Key: "p/m/n/"}); err != nil {
		t.Errorf("the marker: %v", err)
	}
	s.Press("a")
	s.Type("m")
	s.Press("enter")
	s.Want("There is a folder of this name already.")
	s.Press("esc")
	s.WantNot("already")
}

func TestNamesThatCannotBeAreRefusedWhileTyping(t *testing.T) {
	for name, why := range map[string]string{
		"": "Type a name", "a//b": "empty name", "/a": "empty name", "/": "empty name", "//": "empty name", "///": "empty name", "..": "other programs", "a/./b": "other programs",
		strings.Repeat("x", 1024): "1,024", "a\x00": "NUL",
	} {
		if got := kit.WrongName("p/", name, "/"); !strings.Contains(got, why) {
			t.Errorf("%q: %q, want something about %q", name, got, why)
		}
	}
	for _, name := range []string{"a", "a/b", "a b", "…", "a..b", "...", strings.Repeat("x", 1021)} {
		if got := kit.WrongName("p/", name, "/"); got != "" {
			t.Errorf("%q is refused: %s", name, got)
		}
	}
}

func TestAFileIsRenamedInItsRow(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	s.put("media", "p/a.jpg", "p/b.jpg", "p/d/x")
	f := s.open(store.Place{Space: "media", Prefix: "p/", Key: "p/a.jpg"})
	s.Press("r")
	s.Type("zz")
	s.Press("enter")
	want(t, "rows", shown(f), []string{"p/d/", "p/azz.jpg", "p/b.jpg"})
	want(t, "cursor", cursor(f), "p/azz.jpg")
	s.Press("r", "backspace", "backspace", "backspace")
	s.Type("b")
	s.Press("enter")
	s.Want("There is something of this name already.")
	s.Press("backspace")
	s.Type("x/y")
	s.Press("enter")
	s.Want("A name has no slash in it; move takes things to another folder.") // whole, in the status line
	s.Press("esc")
	want(t, "rows", shown(f), []string{"p/d/", "p/azz.jpg", "p/b.jpg"})
}

func TestAFolderIsRenamedWithWhatIsInIt(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	s.put("media", "d/x", "d/e/y", "k/z")
	f := s.open(store.Place{Space: "media"})
	s.Press("r")
	s.Type("2")
	s.Press("enter")
	want(t, "rows", shown(f), []string{"d2/", "k/"})
	want(t, "cursor", cursor(f), "d2/")
	for _, key := range []string{"d2/x", "d2/e/y"} {
		if _, err := s.Store.Head(t.Context(), store.Ref{Space: "media", Key: key}); err != nil {
			t.Errorf("%s: %v", key, err)
		}
	}
	s.Press("r", "backspace", "backspace")
	s.Type("k")
	s.Press("enter")
	s.Want("There is something of this name already.")
}
