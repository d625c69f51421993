package page

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"spaces/store"
	"spaces/store/storetest"
	"spaces/tui/kit/kittest"
)

// linked is the page of links, with one of each kind.
func linked(t *testing.T, options ...kittest.Option) (*shelf, *kittest.Ledger, store.KeptLink, store.KeptLink) {
	t.Helper()
	notes := &kittest.Ledger{}
	s := newShelf(t, append(options, kittest.Shares(notes))...)
	s.Space(t, "media")
	s.putBody("media", "a.txt", "content", "text/plain")
	gives, err := s.Store.MakeLink(t.Context(), store.Ref{Space: "media", Key: "a.txt"}, store.LinkOptions{})
	if err != nil {
		t.Fatal(err)
	}
	takes, err := s.Store.MakeReceive(t.Context(), store.Ref{Space: "media", Key: "in/"}, store.ReceiveLimits{}, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	if err := notes.NoteShared(s.Store.SharedKept(gives), s.Store.SharedKept(takes)); err != nil {
		t.Fatal(err)
	}
	return s, notes, gives, takes
}

func (s *shelf) showLinks() { s.Show(New(s.Context, store.Place{Tab: store.Links})) }

func TestALinkIsTakenBackOnItsPage(t *testing.T) {
	s, notes, gives, _ := linked(t)
	s.showLinks()
	s.Want("media/a.txt", "media/in/", "no end")
	for !strings.Contains(s.Text(), "▌ media/a.txt") {
		s.Press("j")
	}
	s.Press("c")
	if s.Clipboard() != gives.URL {
		t.Error(s.Clipboard())
	}
	s.Press("d")
	s.Want("Nobody gets in by it from then on")
	s.Press("y")
	s.Want("Took back the link to a.txt", "revoked")
	if list, err := s.Store.KeptLinks(t.Context()); err != nil || len(list) != 1 {
		t.Error(list, err)
	}
	if list, _ := notes.Shared(); list[1].Ended.IsZero() || list[1].URL != "" {
		t.Errorf("%+v", list)
	}
	s.Press("d")
	s.Want("It is taken back already.")
}

func TestALinkGetsAnotherEndOnItsPage(t *testing.T) {
	s, notes, _, takes := linked(t)
	s.showLinks()
	for !strings.Contains(s.Text(), "▌ media/in/") {
		s.Press("j")
	}
	s.Press("r")
	s.Want("Another end", "works until")
	s.Press("enter")
	s.Want("The link works until")
	list, err := s.Store.KeptLinks(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	noted, _ := notes.Shared()
	for _, l := range list {
		if l.ID == takes.ID && (l.Until.IsZero() || !l.Until.Equal(noted[0].Until)) {
			t.Errorf("%+v %+v", l, noted[0])
		}
	}
}

func TestFilesThatCameAreToldOnce(t *testing.T) {
	s, notes, _, takes := linked(t)
	s.receive(takes, "one.txt", "two.txt")
	s.showLinks()
	s.Want("2 new files came by links", "2 came, 2 new")
	for !strings.Contains(s.Text(), "▌ media/in/") {
		s.Press("j")
	}
	s.Want("one.txt", "two.txt")
	if list, _ := notes.Shared(); list[0].Seen != 2 {
		t.Errorf("%+v", list)
	}
	s.Press("k")
	s.showLinks()
	s.Want("2 came")
	s.WantNot("new files came")
}

// receive sends files by a link, as a stranger does.
func (s *shelf) receive(l store.KeptLink, names ...string) {
	s.t.Helper()
	client := &http.Client{Transport: &http.Transport{DialContext: s.Server.Dial, DisableKeepAlives: true}}
	_, path, _ := strings.Cut(strings.TrimPrefix(l.URL, "http://"), "/")
	for _, name := range names {
		req, err := http.NewRequestWithContext(s.t.Context(), "PUT", "http://localhost/"+path+"/"+name, strings.NewReader("x"))
		if err != nil {
			s.t.Fatal(err)
		}
		resp, err := client.Do(req)
		if err != nil || resp.StatusCode != http.StatusOK {
			s.t.Fatal(resp, err)
		}
		resp.Body.Close()
	}
}

func TestALinkToAFolderSaysThatItIsAZipAndIsSignedAgainAsOne(t *testing.T) {
	notes := &kittest.Ledger{}
	s := newShelf(t, kittest.Shares(notes))
	s.Space(t, "media")
	s.putBody("media", "photos/a.jpg", "content", "image/jpeg")
	folder := store.Ref{Space: "media", Key: "photos/"}
	if _, err := s.Store.List(t.Context(), store.ListRequest{Space: "media", Max: 1}); err != nil { // its answer tells whose server it is
		t.Fatal(err)
	}
	signed, err := s.Store.ShareFolder(t.Context(), folder, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	kept, err := s.Store.MakeLink(t.Context(), folder, store.LinkOptions{Folder: true, Once: true})
	if err != nil {
		t.Fatal(err)
	}
	before := s.Store.SharedKept(kept)
	before.Archive = "" // as it was noted when notes did not tell
	if err := notes.NoteShared(s.Store.SharedLink(folder, "", signed, false, s.Context.Now()), before); err != nil {
		t.Fatal(err)
	}
	s.showLinks()
	s.Want("signed zip", "once zip", "as photos.zip")
	for !strings.Contains(s.Text(), "▌ media/photos/") || !strings.Contains(s.Text(), "Nobody keeps this link") {
		s.Press("j")
	}
	s.Press("c")
	if got := s.Clipboard(); !strings.Contains(got, "archive=zip") || !strings.Contains(got, "prefix=photos%2F") {
		t.Error(got)
	}
}

func TestASignedLinkSaysWhatTakesItBack(t *testing.T) {
	notes := &kittest.Ledger{}
	s := newShelf(t, kittest.Size(120, 40), kittest.Shares(notes))
	now := s.Context.Now()
	_ = notes.NoteShared(store.Shared{ID: "x", Space: "media", Key: "a.txt", Maker: storetest.AccessKey, Made: now, Until: now.Add(24 * time.Hour)})
	s.showLinks()
	s.Want("signed", "unknown", "Nobody keeps this link")
	s.Press("d")
	s.Want("cannot be taken back by itself")
	s.Press("c")
	if got := s.Clipboard(); !strings.Contains(got, "/media/a.txt?") || !strings.Contains(got, "X-Amz-Signature") {
		t.Error(got)
	}
}

func TestTheNameAtTheEndOfALongPathIsOnTheListOfLinks(t *testing.T) {
	s, notes, _, _ := linked(t, kittest.Size(80, 24))
	key := strings.Repeat("folder/", 10) + "kit.zip"
	s.putBody("media", key, "content", "text/plain")
	l, err := s.Store.MakeLink(t.Context(), store.Ref{Space: "media", Key: key}, store.LinkOptions{})
	if err == nil {
		err = notes.NoteShared(s.Store.SharedKept(l))
	}
	if err != nil {
		t.Fatal(err)
	}
	s.showLinks()
	s.Want("media/folder", "kit.zip  ")
}
