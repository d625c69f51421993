package page

import (
	"os"
	"path/filepath"
	"testing"

	"spaces/store"
)

func TestFilesDroppedOnTheListingAreStaged(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	s.put("media", "p/a")
	path := filepath.Join(t.TempDir(), "two words.txt")
	if err := os.WriteFile(path, []byte("content"), 0o600); err != nil {
		t.Fatal(err)
	}
	f := s.open(store.Place{Space: "media", Prefix: "p/"})
	s.Paste("'" + path + "'\n")
	s.Want("Upload to media/p/", "two words.txt", "1 file, 7 B")
	s.Press("esc")
	want(t, "closed", s.Dialog() == nil, true)
	s.Paste("some words")
	s.Want("What was pasted is no path of this machine")
	want(t, "no dialog", s.Dialog() == nil, true)
	s.Press("/")
	s.Paste(path)
	want(t, "a paste into the filter is text", f.filter.text, path)
}

func TestWhatIsDroppedOnTheIndexIsToldWhereItCanGo(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	x := s.index()
	s.Paste("/etc/hosts")
	s.Want("Open a Space first")
	want(t, "no dialog", s.Dialog() == nil, true)
	s.Press("/")
	s.Paste("med")
	want(t, "a paste into the filter is text", x.field.Value(), "med")
}
