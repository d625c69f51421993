package dialog_test

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"spaces/store"
	"spaces/store/storetest"
	"spaces/tui/dialog"
	"spaces/tui/kit/kittest"
)

func gotoFixture(t *testing.T) *kittest.Screen {
	s, f := start(t)
	f.Space(t, "backup")
	f.Space(t, "media-prod")
	f.Space(t, "media-test")
	put(t, f, "media-prod", "images/2024/sammy.png", 1, store.Private)
	put(t, f, "media-prod", "index.html", 1, store.Private)
	s.Open(dialog.NewGoTo(s.Context))
	return s
}

func TestGoToOffersSpaces(t *testing.T) {
	s := gotoFixture(t)
	s.Want("backup/", "media-prod/", "media-test/")
	requireGolden(t, s.Text())
	s.Type("me")
	s.Advance(time.Second)
	s.WantNot("backup/")
	s.Press("tab")
	s.Want("▸ media-")
}

func TestGoToCompletesFoldersAndFiles(t *testing.T) {
	s := gotoFixture(t)
	s.Type("media-prod/im")
	s.Press("tab", "tab", "enter")
	closed(t, s)
	if got := placeOf(s); got != (store.Place{Space: "media-prod", Prefix: "images/2024/", Key: "images/2024/sammy.png"}) {
		// the second Tab completes the only folder, then the only file is offered
		if got != (store.Place{Space: "media-prod", Prefix: "images/2024/"}) {
			t.Fatalf("went to %+v", got)
		}
	}
}

func TestGoToTellsFoldersFromFiles(t *testing.T) {
	for text, want := range map[string]store.Place{
		"media-prod":              {Space: "media-prod"},
		"s3://media-prod/":        {Space: "media-prod"},
		"media-prod/images":       {Space: "media-prod", Prefix: "images/"},
		"media-prod/images/2024/": {Space: "media-prod", Prefix: "images/2024/"},
		"media-prod/index.html":   {Space: "media-prod", Key: "index.html"},
		"":                        {},
		"/":                       {},
		"//":                      {},
		"s3://":                   {},
		"/media-prod":             {Space: "media-prod"},
		"/media-prod/images/":     {Space: "media-prod", Prefix: "images/"},
		"S3://media-prod/images":  {Space: "media-prod", Prefix: "images/"},
	} {
		s := gotoFixture(t)
		s.Type(text)
		s.Press("enter")
		closed(t, s)
		if got := placeOf(s); got != want || len(s.Went()) != 1 {
			t.Errorf("%q goes to %+v, want %+v", text, got, want)
		}
	}
}

func TestGoToTakesAURLThatWasCopied(t *testing.T) {
	s, f := start(t)
	f.Space(t, "media")
	put(t, f, "media", "a b/é.txt", 1, store.Private)
	ref := store.Ref{Space: "media", Key: "a b/é.txt"}
	link, err := f.Store.Share(t.Context(), ref, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	for _, url := range []string{f.Store.PublicURL(ref), link.URL + "\n"} {
		s.Open(dialog.NewGoTo(s.Context))
		s.Paste(url)
		s.Advance(time.Second)
		for _, r := range f.Faults.Requests() {
			if strings.Contains(r, "http") {
				t.Errorf("asked for %q to complete a URL", r)
			}
		}
		s.Press("enter")
		closed(t, s)
		if got := placeOf(s); got != (store.Place{Space: "media", Prefix: "a b/", Key: "a b/é.txt"}) {
			t.Errorf("%s goes to %+v", url, got)
		}
	}
}

func TestGoToStaysWhereThereIsNothing(t *testing.T) {
	s := gotoFixture(t)
	s.Type("media-prod/nothing")
	s.Press("enter")
	open(t, s)
	s.Want("There is neither a file nor a folder of this name.")
	s.Press("ctrl+u")
	s.Type("no-such-space")
	s.Press("enter")
	open(t, s)
	s.Want("no such Space")
}

func TestGoToPicksAnOfferWithTheArrows(t *testing.T) {
	s := gotoFixture(t)
	s.Press("down", "down", "enter")
	closed(t, s)
	if got := placeOf(s); got != (store.Place{Space: "media-prod"}) {
		t.Fatalf("went to %+v", got)
	}
}

func TestGoToShowsHostileOffersHarmlessly(t *testing.T) {
	s, f := start(t)
	f.Space(t, "media")
	for _, name := range hostile {
		put(t, f, "media", name, 1, store.Private)
	}
	s.Open(dialog.NewGoTo(s.Context))
	s.Paste("media/")
	s.Advance(time.Second)
	s.Want(`a\u202eb`)
}

func TestGoToLeadsToOtherConnections(t *testing.T) {
	there := storetest.New(t, storetest.Config(func(c *store.Config) { c.Conn = "work" }))
	there.Space(t, "theirs")
	put(t, there, "theirs", "a/b", 1, store.Private)
	for text, want := range map[string]store.Place{
		"work:":            {Conn: "work"},
		"work:theirs/a":    {Conn: "work", Space: "theirs", Prefix: "a/"},
		"@work:theirs/a/b": {Conn: "work", Space: "theirs", Prefix: "a/", Key: "a/b"},
	} {
		t.Run(text, func(t *testing.T) {
			s, f := start(t)
			s.Context.Conns = store.ConnsOf(f.Store, there.Store)
			s.Open(dialog.NewGoTo(s.Context))
			s.Type(text)
			s.Press("enter")
			closed(t, s)
			if got := placeOf(s); got != want {
				t.Fatalf("went to %+v", got)
			}
		})
	}
}

func TestGoToNamesAConnectionThatIsNotThere(t *testing.T) {
	s, _ := start(t)
	s.Open(dialog.NewGoTo(s.Context))
	s.Type("nowhere:media")
	s.Press("enter")
	s.Want(`no connection "nowhere"`)
}

func TestAWholePlaceThatIsPastedReplacesWhatWasTyped(t *testing.T) {
	s := gotoFixture(t)
	s.Type("backup/")
	s.Send(tea.PasteMsg{Content: "s3://media-prod/images/\n"})
	s.Press("enter")
	closed(t, s)
	if got := placeOf(s); got != (store.Place{Space: "media-prod", Prefix: "images/"}) {
		t.Fatalf("went to %+v", got)
	}
}

func TestGoToOffersThePlacesThatWereVisitedLast(t *testing.T) {
	p := &kittest.Places{Recent: []store.Place{{Space: "media", Prefix: "d/"}, {Space: "media", Tab: store.Usage, Prefix: "d/"}}}
	s, f := start(t, kittest.Bookmarks(p))
	f.Space(t, "media")
	s.Open(dialog.NewGoTo(s.Context))
	s.Want("media/d/", "media?usage/d/")
	s.Press("down", "tab")
	s.Want("▸ media/d/")
	s.Press("ctrl+u")
	s.Advance(time.Second)
	s.Press("down", "down", "tab")
	put(t, f, "media", "d/x", 1, store.Private)
	s.Press("enter")
	closed(t, s)
	if got, want := placeOf(s), p.Recent[1]; got != want {
		t.Errorf("went to %+v, want %+v", got, want)
	}
}

func TestGoToCompletesOnAnotherConnection(t *testing.T) {
	s, _ := start(t)
	other := storetest.New(t, storetest.Config(func(c *store.Config) { c.Conn, c.Name = "do", "do" }))
	other.Space(t, "backups")
	put(t, other, "backups", "2026/x", 1, store.Private)
	s.Context.Conns = store.ConnsOf(s.Context.Store, other.Store)
	s.Open(dialog.NewGoTo(s.Context))
	s.Type("do:b")
	s.Advance(time.Second)
	s.Press("tab")
	s.Advance(time.Second)
	s.Want("do:backups/", "do:backups/2026/")
	s.Press("tab", "enter")
	closed(t, s)
	if got, want := placeOf(s), (store.Place{Conn: "do", Space: "backups", Prefix: "2026/"}); got != want {
		t.Errorf("went to %+v, want %+v", got, want)
	}
}
