package page

import (
	"strings"
	"testing"

	"spaces/store"
	"spaces/store/storetest"
	"spaces/tui/dialog"
	"spaces/tui/kit"
	"spaces/tui/kit/kittest"
)

func TestTheLastShareIsRepeatedAndSentAtOnce(t *testing.T) {
	s := newShelf(t, kittest.Size(160, 24))
	s.Space(t, "media")
	s.put("media", "a.txt", "b.txt", "c.txt", "d/x")
	if err := s.Store.SetAccess(t.Context(), store.Ref{Space: "media", Key: "c.txt"}, store.PublicRead); err != nil {
		t.Fatal(err)
	}
	s.open(store.Place{Space: "media"})
	s.Press("j", "S")
	s.Want("Nothing was shared yet: Quick Share asks how.")
	s.Press("s", "4", "tab", "right", "c", "esc")
	wants(t, s.Clipboard(), "curl -f -o 'a.txt' 'http", "X-Amz-Expires=259200")

	s.Press("j", "S")
	s.Want("Sent to the terminal's clipboard; expires ", "UTC: curl -f -o 'b.txt'")
	wants(t, s.Clipboard(), "curl -f -o 'b.txt' 'http", "/media/b.txt?", "X-Amz-Expires=259200")
	s.WantNot("opied")

	s.Press("j", "S")
	s.Want("; public, never expires: curl")
	want(t, "sent", s.Clipboard(), "curl -f -o 'c.txt' 'http://embedded/media/c.txt'")

	s.Context.ClipKept = func() string { return "tmux drops it" }
	s.Context.Formats = kit.Formats{Dates: kit.UTC}
	s.Press("space", "k", "k", "space", "S")
	s.Want("Sent to the terminal's clipboard (tmux drops it); expires 2026-", "Z: 2 links")
	lines := strings.Split(s.Clipboard(), "\n")
	want(t, "lines", len(lines), 2)

	s.Press("esc", "g", "g", "S")
	s.Want("A folder has no link of its own: s makes one")
}

func wants(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%q is not in %q", part, text)
		}
	}
}

func TestSharingAgainAfterTheEndThatWasTypedSaysSo(t *testing.T) {
	s := newShelf(t, kittest.Size(160, 24))
	s.Space(t, "media")
	s.put("media", "a.txt")
	s.Context.Shared = &kit.Shared{Life: "2026-11-22 14:00", Form: "URL"}
	s.open(store.Place{Space: "media"})
	s.Press("S")
	s.Want("until 2026-11-22 14:00: that is over already")
	want(t, "sent", s.Clipboard(), "")
}

func TestAFolderIsSharedAsOneFile(t *testing.T) {
	s := newShelf(t, kittest.Size(100, 30))
	s.Space(t, "media")
	s.put("media", "d/x", "z")
	s.open(store.Place{Space: "media"})
	s.Press("g", "g", "s")
	s.Want("Quick Share", "media/d/", "as d.zip", "prefix=d%2F", "Expires")
	s.Press("enter")
	wants(t, s.Clipboard(), "archive=zip&prefix=d%2F", "X-Amz-Signature=")
}

func TestSeveralFilesAreSharedTogetherAndNoFolders(t *testing.T) {
	s := newShelf(t, kittest.Size(100, 30))
	s.Space(t, "media")
	s.put("media", "a", "bb", "d/x")
	s.open(store.Place{Space: "media"})
	s.Press("j", "space", "space", "s")
	s.Want("Quick Share", "2 files  3 B")
	s.Press("esc", "g", "g", "space", "space", "s")
	s.Want("One folder at a time")
	s.many("media", "many/%04d", dialog.MostShared+1)
	s.open(store.Place{Space: "media", Prefix: "many/"})
	s.Press("ctrl+a", "s")
	s.Want("Only 100 files at a time: more are selected.")
}

func TestAFolderIsDownloadedAsAZipWhereItIsMade(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	s.put("media", "a", "d/x")
	s.open(store.Place{Space: "media"})
	s.Press("g", "W")
	s.Want("Download as .zip", "1 folder  →  1 archive, 3 B")
	s.Press("esc", "j", "g", "W")
	s.Want("Only folders come as a .zip")
}

func TestWhereNoArchivesAreMadeTheReasonIsSaid(t *testing.T) {
	f := storetest.New(t, storetest.Unknown()) // it answers as versitygw and RGW do
	s := &shelf{kittest.New(t, kittest.Store(f.Store), kittest.Pages(New), kittest.Size(120, 24)), f, t}
	s.Space(t, "media")
	s.put("media", "d/x")
	s.open(store.Place{Space: "media"})
	f.Faults.Clear()
	s.Press("g", "W")
	s.Want("There is no archive to be had here: only spaces serve gives a folder as one file.")
	s.WantNot("Download as .zip")
	s.Press(">")
	s.Want("Download as .zip", "There is no archive to be had here")
	want(t, "requests", len(f.Faults.Requests()), 0)
}
