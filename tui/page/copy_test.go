package page

import (
	"strings"
	"testing"

	"spaces/store"
	"spaces/tui/kit"
	"spaces/tui/kit/kittest"
)

func TestTheURLOfAPublicFileIsSentToTheTerminalAndShown(t *testing.T) {
	s := newShelf(t, kittest.Size(160, 24))
	s.Space(t, "media")
	s.put("media", "a b\x1b.jpg")
	if err := s.Store.SetAccess(t.Context(), store.Ref{Space: "media", Key: "a b\x1b.jpg"}, store.PublicRead); err != nil {
		t.Fatal(err)
	}
	s.open(store.Place{Space: "media"})
	s.Press("c")
	s.Want("Copy: a b\\x1b.jpg", "URL", "URI (s3://)", "Key", "Command for curl")
	s.WantNot("private")
	s.Press("enter")
	s.Want("Sent to the terminal's clipboard: http://embedded/media/a%20b%1B.jpg")
	s.WantNot("opied")
	s.Press("c", "j", "enter")
	s.Want("Sent to the terminal's clipboard: s3://media/a b\\x1b.jpg")
	s.Press("c", "j", "j", "enter")
	s.Want("Sent to the terminal's clipboard: a b\\x1b.jpg")
	s.Press("c", "j", "j", "j", "enter")
	s.Want("Sent to the terminal's clipboard: curl -O 'http://embedded/media/a%20b%1B.jpg'")
}

func TestTheURLOfAPrivateFileSaysThatItIsAndNamesTheQuickShare(t *testing.T) {
	s := newShelf(t, kittest.Size(160, 24))
	s.Space(t, "media")
	s.put("media", "a.jpg")
	s.open(store.Place{Space: "media"})
	s.Press("c")
	s.Want("URL (private: it answers 403)", " s ")
	s.Press("enter")
	s.Want("It is private and answers 403; s makes a Quick Share.", "http://embedded/media/a.jpg")
	s.Press("c", "s")
	s.Want("Quick Share", "1 hour")
}

func TestTheCurlCommandOfAPrivateFileHasNoSecretInIt(t *testing.T) {
	s := newShelf(t)
	got := curl(s.Store, "http://h/it's", store.Private)
	want(t, "command", got, `curl -O --aws-sigv4 "aws:amz:`+s.Store.Region()+`:s3" --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" 'http://h/it'\''s'`)
}

func TestAFolderHasAnAddressButNoURL(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	s.put("media", "d/x")
	s.open(store.Place{Space: "media"})
	s.Faults.Clear()
	s.Press("c")
	s.Want("URL   – a folder has none")
	want(t, "requests", len(s.Faults.Requests()), 0)
	s.Press("j", "enter")
	s.Want("Sent to the terminal's clipboard: s3://media/d/")
}

func TestTheMoreMenuHoldsWhatCanBeDoneWithTheThing(t *testing.T) {
	s := newShelf(t, kittest.Size(100, 30))
	s.Space(t, "media")
	s.put("media", "a.jpg", "b.jpg", "d/x")
	f := s.open(store.Place{Space: "media"})
	menu := func(keys ...string) (lines []string) {
		s.Press(keys...)
		s.Press(">")
		for line := range strings.SplitSeq(s.Dialog().View(s.Context, kit.Size{W: 90, H: 20}), "\n") {
			if strings.TrimSpace(line) != "" { // what sets Delete apart
				lines = append(lines, line)
			}
		}
		s.Press("esc")
		return lines
	}
	s.Press(">")
	s.Want("─ d/ ─")
	s.Press("esc")
	want(t, "folder", len(menu()), 12)
	want(t, "file", len(menu("j")), 13)
	want(t, "selection", len(menu("space", "space")), 11)
	s.Press(">")
	s.Want("Actions: 2 files (10 B)", "Quick Share…  ")
	s.Press("esc", "esc")
	want(t, "selected", f.l.Selection().Count, 0)
}

func TestSeveralAreCopiedALineEach(t *testing.T) {
	s := newShelf(t, kittest.Size(160, 24))
	s.Space(t, "media")
	s.put("media", "a", "b\nc", "d/x")
	s.open(store.Place{Space: "media"})
	s.Faults.Clear()
	s.Press("j", "space", "space", "c")
	s.Want("Copy: 2 files (4 B)", "URLs (those of private files answer 403)", "Commands for curl", "Quick Share")
	want(t, "requests", len(s.Faults.Requests()), 0)
	s.Press("enter")
	s.Want("Sent to the terminal's clipboard: 2 lines")
	want(t, "URLs", s.Clipboard(), "http://embedded/media/a\nhttp://embedded/media/b%0Ac")
	s.Press("g", "g", "space", "c", "enter")
	s.Want("a folder has none")
	s.Press("c", "j", "enter")
	want(t, "URIs", s.Clipboard(), "s3://media/a\ns3://media/b\\x0ac\ns3://media/d/")
	s.Press("c", "j", "j", "enter")
	want(t, "keys", s.Clipboard(), "a\nb\\x0ac\nd/")
}

func TestAFolderOffersToReceiveAFile(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	s.put("media", "d/x")
	s.open(store.Place{Space: "media"})
	s.Press("c", "G", "enter")
	s.Want("Receive files", "media/d/")
}

func TestACopySaysWhatKeepsItFromTheClipboard(t *testing.T) {
	s := newShelf(t, kittest.Size(160, 24))
	s.Space(t, "media")
	s.put("media", "a")
	s.Context.ClipKept = func() string { return "tmux drops it" }
	s.open(store.Place{Space: "media"})
	s.Press("c", "enter")
	s.Want("Sent to the terminal's clipboard (tmux drops it): ")
}
