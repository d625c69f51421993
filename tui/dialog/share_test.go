package dialog_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"spaces/store"
	"spaces/store/storetest"
	"spaces/tui/dialog"
	"spaces/tui/kit/kittest"
)

func TestShareShowsTheLinkAndWhenItEnds(t *testing.T) {
	s, f := sharing(t)
	put(t, f, "media", "pics/sammy.png", 2400, store.Private)
	s.Open(dialog.NewShare(s.Context, []store.Ref{{Space: "media", Key: "pics/sammy.png"}}, 2400))
	s.Want("[1 hour]", "http://127.0.0.1:9000/media/pics/sammy.png?")
	wantEnd(t, s, time.Hour)
	requireGolden(t, s.Text())
	s.Press("5")
	s.Want("[7 days]")
	wantEnd(t, s, 7*24*time.Hour)
	s.Press("left")
	s.Want("[3 days]")
}

// wantEnd checks that the Unix time and the date on the screen are the same and so far from now.
func wantEnd(t *testing.T, s *kittest.Screen, life time.Duration) {
	t.Helper()
	_, text, _ := strings.Cut(s.Text(), "Unix ")
	unix, err := strconv.ParseInt(text[:10], 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	end := time.Unix(unix, 0)
	s.Want(end.In(s.Context.Now().Location()).Format("Monday, 2 January 2006, 15:04:05 MST"))
	if off := time.Until(end) - life; off > time.Minute || off < -time.Minute {
		t.Errorf("it ends at %v, want %v from now", end, life)
	}
	s.WantNot("sooner than asked")
}

// sharing is a screen whose clock is the real one, by which links are signed.
func sharing(t *testing.T, options ...kittest.Option) (*kittest.Screen, *storetest.Fixture) {
	s, f := start(t, options...)
	s.Context.Now = func() time.Time { return time.Now().UTC() }
	f.Space(t, "media")
	return s, f
}

func TestShareSaysWhenTheCredentialsEndBeforeTheLink(t *testing.T) {
	s, f := sharing(t)
	put(t, f, "media", "a", 1, store.Private)
	ahead := s.Context.Now
	s.Context.Now = func() time.Time { return ahead().Add(10 * time.Minute) } // asked for an end that the link has not
	s.Open(dialog.NewShare(s.Context, []store.Ref{{Space: "media", Key: "a"}}, 1))
	s.Want("sooner than asked: the credentials")
}

func TestShareNeverClaimsToHaveCopied(t *testing.T) {
	s, f := sharing(t)
	put(t, f, "media", "a", 1, store.Private)
	s.Open(dialog.NewShare(s.Context, []store.Ref{{Space: "media", Key: "a"}}, 1))
	s.Press("c")
	s.Want("Sent to the terminal's clipboard; if nothing arrives, p prints it.")
	if strings.Contains(strings.ToLower(s.Text()), "copied") {
		t.Fatalf("it says copied:\n%s", s.Text())
	}
	open(t, s)
	s.Press("2")
	s.WantNot("Sent to the terminal's clipboard")
}

func TestSharePublicFileHasItsPlainURLForEver(t *testing.T) {
	s, f := sharing(t)
	put(t, f, "media", "a b.txt", 1, store.PublicRead)
	s.Open(dialog.NewShare(s.Context, []store.Ref{{Space: "media", Key: "a b.txt"}}, 1))
	s.Want("This file is public: its link is its plain URL.", "http://127.0.0.1:9000/media/a%20b.txt", "It never expires.")
	s.WantNot("X-Amz-Signature", "7 days")
	requireGolden(t, s.Text())
	s.Press("5")
	s.WantNot("X-Amz-Signature")
}

func TestShareScrollsALinkThatIsLongerThanTheScreen(t *testing.T) {
	s, f := sharing(t)
	key := strings.Repeat("é", 500)
	put(t, f, "media", key, 1, store.Private)
	s.Open(dialog.NewShare(s.Context, []store.Ref{{Space: "media", Key: key}}, 1))
	s.Want("http://127.0.0.1:9000/media/", "↑ ↓ scroll", "Expires ")
	s.WantNot("X-Amz-Signature")
	for range 60 {
		s.Press("down")
	}
	s.Want("X-Amz-Algorithm", "X-Amz-Sign")
	s.WantNot("127.0.0.1")
}

func TestShareSaysOnASmallScreenThatTheLinkGoesOn(t *testing.T) {
	s, f := sharing(t, kittest.Size(40, 12))
	put(t, f, "media", "pics/sammy.png", 2400, store.Private)
	s.Open(dialog.NewShare(s.Context, []store.Ref{{Space: "media", Key: "pics/sammy.png"}}, 2400))
	s.Want("http://127.0.0.1:9000/media/pics/s", "lines 1–1 of ", "↑ ↓ scroll", "Expires ", ":", " UTC", "Copy link")
	s.Press("down")
	s.Want("lines 2–2 of ")
	s.WantNot("127.0.0.1")
	s.Resize(40, 11)
	s.Want(" … 2 of ", "↑ ↓", "Copy link") // on its only line
}

func TestShareOfAHostileName(t *testing.T) {
	s, f := sharing(t)
	for _, name := range hostile {
		put(t, f, "media", name, 1, store.Private)
		s.Open(dialog.NewShare(s.Context, []store.Ref{{Space: "media", Key: name}}, 1))
		s.Press("c", "esc")
		closed(t, s)
	}
}

func TestShareUntilATimeThatIsTyped(t *testing.T) {
	s, f := sharing(t)
	put(t, f, "media", "a", 1, store.Private)
	s.Open(dialog.NewShare(s.Context, []store.Ref{{Space: "media", Key: "a"}}, 1))
	s.Press("6")
	s.Want("Until", "90m, 2d12h", "Type how long, as 90m or 2d12h")
	s.WantNot("X-Amz")
	s.Type("2d12h")
	s.Want("X-Amz")
	wantEnd(t, s, 60*time.Hour)
	requireGolden(t, s.Text())
	s.Press("backspace", "backspace", "backspace", "backspace", "backspace")
	s.Type("8d")
	s.Want("A link lasts 7 days at most: no signature of S3 is valid for longer.")
	s.WantNot("X-Amz", "Expires Mon", "Unix ")
	s.Press("enter")
	if s.Clipboard() != "" {
		t.Errorf("sent %q", s.Clipboard())
	}
}

func TestShareInOtherForms(t *testing.T) {
	s, f := sharing(t)
	put(t, f, "media", "pics/a.png", 1, store.PublicRead)
	s.Open(dialog.NewShare(s.Context, []store.Ref{{Space: "media", Key: "pics/a.png"}}, 1))
	url := "http://127.0.0.1:9000/media/pics/a.png"
	s.Press("right")
	s.Want("curl -f -o 'a.png' '" + url + "'")
	s.Press("c")
	if got, want := s.Clipboard(), "curl -f -o 'a.png' '"+url+"'"; got != want {
		t.Errorf("sent %q, want %q", got, want)
	}
	s.Press("right")
	s.Want("![a.png](" + url + ")")
	s.Press("p")
	if want := "\n![a.png](" + url + ")\n"; !strings.Contains(s.Printed(), want) {
		t.Errorf("printed %q", s.Printed())
	}
	open(t, s)
}

func TestShareDrawsACodeWhereItHasRoom(t *testing.T) {
	s, f := sharing(t, kittest.Size(120, 60))
	put(t, f, "media", "a.png", 1, store.PublicRead)
	s.Open(dialog.NewShare(s.Context, []store.Ref{{Space: "media", Key: "a.png"}}, 1))
	s.Press("left", "right", "right", "right")
	s.Want("▄▄▄▄▄ ██")
	s.Golden()
	s.Resize(60, 24)
	s.WantNot("▄▄▄▄▄ ██")
	s.Want("The code needs 37×19 cells", "p shows it on the whole", "It never expires.")
	s.Press("p")
	if !strings.Contains(s.Printed(), "▄▄▄▄▄ ██") {
		t.Errorf("printed %q", s.Printed())
	}
	s.Resize(60, 14)
	s.Want("The whole screen has")
	s.Press("c")
	if got := s.Clipboard(); got != "http://127.0.0.1:9000/media/a.png" {
		t.Errorf("sent %q", got)
	}
}

func TestShareOfSeveralIsALinkALine(t *testing.T) {
	s, f := sharing(t)
	put(t, f, "media", "a", 1, store.Private)
	put(t, f, "media", "b", 1, store.PublicRead)
	put(t, f, "media", "c", 1, store.Private)
	s.Open(dialog.NewShare(s.Context, []store.Ref{{Space: "media", Key: "a"}, {Space: "media", Key: "b"}, {Space: "media", Key: "c"}}, 3))
	s.Want("3 files  3 B", "One of them is public", "Expires ")
	s.Press("c")
	lines := strings.Split(s.Clipboard(), "\n")
	if len(lines) != 3 || !strings.Contains(lines[0], "/media/a?X-Amz") || lines[1] != "http://127.0.0.1:9000/media/b" || !strings.Contains(lines[2], "/media/c?X-Amz") {
		t.Errorf("sent %q", lines)
	}
	s.Press("tab", "right", "right", "right")
	s.Want("A QR code is of one file")
}

func TestALinkThatIsStillBeingMadeIsCopiedWhenItIsThere(t *testing.T) {
	s, f := sharing(t)
	put(t, f, "media", "a", 1, store.Private)
	s.Open(dialog.NewShare(s.Context, []store.Ref{{Space: "media", Key: "a"}}, 1))
	s.Hold()
	s.Press("5", "c")
	s.Want("still being made; it is copied then")
	if s.Clipboard() != "" {
		t.Fatalf("copied before it was made: %q", s.Clipboard())
	}
	s.Release()
	if !strings.Contains(s.Clipboard(), "X-Amz-Expires=604800") {
		t.Errorf("copied: %q", s.Clipboard())
	}
	s.Want("if nothing arrives")
	s.Press("6")
	s.Type("never")
	s.Press("tab", "c")
	s.Want("There is no link that could be copied")
}

func TestARevocableLinkIsMadeWhenItIsAskedFor(t *testing.T) {
	notes := &kittest.Ledger{}
	s, f := sharing(t, kittest.Shares(notes))
	put(t, f, "media", "a", 1, store.Private)
	s.Open(dialog.NewShare(s.Context, []store.Ref{{Space: "media", Key: "a"}}, 1))
	s.Press("c") // the signed one
	s.Press("tab", "tab", "right")
	s.Want("[revocable]", "Enter makes the link", "Make link")
	s.Press("right", "tab")
	s.Want("[for once]")
	s.Type("sesame")
	s.WantNot("sesame")
	if kept, err := f.Store.KeptLinks(t.Context()); err != nil || len(kept) != 0 {
		t.Fatalf("made before it was asked for: %+v %v", kept, err)
	}
	s.Press("enter")
	s.Want("/.link/", "takes it back", "Copy link")
	kept, err := f.Store.KeptLinks(t.Context())
	if err != nil || len(kept) != 1 || !kept[0].Once || !kept[0].HasPassword {
		t.Fatalf("%+v %v", kept, err)
	}
	s.Press("tab", "c")
	list, _ := notes.Shared()
	if len(list) != 2 || list[0].ID != kept[0].ID || list[0].URL != s.Clipboard() || list[1].Kept || list[1].URL != "" || list[1].Maker != storetest.AccessKey {
		t.Errorf("%q %+v\n%s", s.Clipboard(), list, s.Text())
	}
}

func TestARevocableLinkMayBeWithoutEnd(t *testing.T) {
	s, f := sharing(t)
	put(t, f, "media", "a", 1, store.Private)
	s.Open(dialog.NewShare(s.Context, []store.Ref{{Space: "media", Key: "a"}}, 1))
	s.Press("6")
	s.Type("30d")
	s.Want("7 days at most")
	s.Press("tab", "tab", "right")
	s.Want("Enter makes the link")
	s.Press("enter")
	s.Want("Expires ", "takes it back")
	s.Press("shift+tab", "shift+tab")
	s.Press("backspace", "backspace", "backspace")
	s.Type("never")
	s.Press("enter")
	s.Want("It does not expire.")
}
