package page

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"spaces/store"
	"spaces/store/storetest"
	"spaces/tui/kit/kittest"
)

func (s *shelf) public() *public {
	s.t.Helper()
	page := New(s.Context, store.Place{Tab: store.Public}).(*public)
	s.Show(page)
	return page
}

// visitor gets what somebody without a key gets.
func (s *shelf) visitor(path string) int {
	s.t.Helper()
	client := http.Client{Transport: &http.Transport{DialContext: s.Server.Dial}}
	r, err := client.Get("http://embedded" + path)
	if err != nil {
		s.t.Fatal(err)
	}
	r.Body.Close()
	return r.StatusCode
}

func (s *shelf) open3() {
	s.t.Helper()
	for _, name := range []string{"backups", "media", "site"} {
		s.Space(s.t, name)
	}
	s.put("media", "private", "pub/\x1b[2J", "shown", "z/deep", "z/too")
	for _, key := range []string{"shown", "z/deep", "z/too"} {
		if err := s.Store.SetAccess(s.t.Context(), store.Ref{Space: "media", Key: key}, store.PublicRead); err != nil {
			s.t.Fatal(err)
		}
	}
	if err := s.Store.SetAccess(s.t.Context(), store.Ref{Space: "site"}, store.PublicRead); err != nil {
		s.t.Fatal(err)
	}
	if err := s.Store.SetPolicy(s.t.Context(), "media", store.Policy{Text: `{"Version":"2012-10-17","Statement":{"Sid":"Pub","Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::media/pub/*"}}`}); err != nil {
		s.t.Fatal(err)
	}
}

func TestWhatIsPublicNamesSpacesAndWhatMakesThemSo(t *testing.T) {
	for name, option := range map[string]kittest.Option{"80x24": kittest.Size(80, 24), "120x40": kittest.Size(120, 40)} {
		t.Run(name, func(t *testing.T) {
			s := newShelf(t, option)
			s.open3()
			s.public()
			s.Want("public: its permissions", "public: policy Pub on", "2 of 3 Spaces open to everybody")
			s.golden()
			s.Press("j", "enter")
			s.Want("4 public objects · asked 5 of 5", "policy Pub", `pub/\x1b[2J`)
			t.Run("inside", func(t *testing.T) { (&shelf{s.Screen, s.Fixture, t}).golden() })
		})
	}
}

func TestWhatIsPublicIsMadePrivateFromThere(t *testing.T) {
	s := newShelf(t)
	s.open3()
	s.public()
	s.Press("j", "enter")
	if got := s.visitor("/media/shown"); got != 200 {
		t.Fatalf("a visitor gets %d", got)
	}
	s.Press("=")
	if s.Dialog() != nil || !strings.Contains(s.Notice(), "bucket policy") {
		t.Errorf("permissions of what the policy makes public: %q", s.Notice())
	}
	s.Press("j", "=")
	s.Want("Now: public")
	s.Press("up", "tab", "enter")
	s.Want("shown is private now")
	s.Press("k")
	s.Want("3 public objects")
	if got := s.visitor("/media/shown"); got != 403 {
		t.Errorf("a visitor gets %d", got)
	}
	s.Press("ctrl+a", "=", "down", "tab", "enter")
	s.Press("k")
	s.Want("1 public object ", "pub/")
	if got := s.visitor("/media/z/deep"); got != 403 {
		t.Errorf("a visitor gets %d", got)
	}
	s.Press("esc", "esc")
	s.Want("File") // the Spaces again
	s.Press("G", "=", "up", "tab", "enter", "k")
	s.Want("1 of 3 Spaces open")
	if got := s.visitor("/site"); got != 403 {
		t.Errorf("a visitor gets %d", got)
	}
}

func TestLookingForPublicObjectsTellsHowFarItIs(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	s.many("media", "%05d", 1010)
	s.public()
	s.Hold()
	s.Press("enter")
	s.Want("asked 0 of ≥ 0")
	s.Release()
	s.Want("No object in this Space is public.", "asked 1,010 of 1,010")
	s.Hold()
	s.Press("R", "esc")
	s.Want("stopped")
}

func TestAPageOfPublicObjectsIsHonestAboutTheRest(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	s.many("media", "%05d", 1010)
	x := s.public()
	x.in = newInside(x, x.spaces[0].is)
	x.in.more, x.in.begun, x.in.asked, x.in.waiting = true, true, 300, make([]store.Entry, 700)
	want(t, "progress", x.in.progress(), "asked 300 of ≥ 1,000")
}

func TestWhereTheEndpointDoesNotSayItNothingIsCalledPrivate(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	s.put("media", "a", "b")
	s.Faults.Add(storetest.Rule{Match: storetest.Is("GET", "/media/", "?acl"), Fault: storetest.Answer(403, "AccessDenied")})
	s.public()
	s.Press("enter")
	s.Want("Nothing that is known to be public", "2 not known")
}

func TestASpaceThatMayNotBeAskedIsNotCountedAsClosed(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "backups")
	s.Space(t, "media")
	s.Faults.Add(storetest.Rule{Match: storetest.Is("GET", "/media", "?acl"), Fault: storetest.Answer(403, "AccessDenied")})
	s.public()
	s.Want("0 of 2 Spaces open to everybody · 1 not known")
}

func TestWhatIsSaidOfNothingIsNotCutOnASmallScreen(t *testing.T) {
	s := newShelf(t, kittest.Size(40, 12))
	s.public()
	s.Want("There are no Spaces, so nothing is", " public.")
}

func TestWhereSpacesCannotBeListedNoneIsCounted(t *testing.T) {
	s := newShelf(t)
	s.Faults.Add(storetest.Rule{Match: func(r *http.Request) bool { return r.URL.Path == "/" }, Fault: storetest.Answer(403, "AccessDenied")})
	s.public()
	s.Want("Access denied")
	if text := s.Text(); strings.Contains(text, "0 of 0") {
		t.Error(text)
	}
}

func TestWithoutPermissionsThePolicyAloneIsAsked(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	s.put("media", "a", "pub/b")
	s.Faults.Add(storetest.Rule{Match: storetest.Is("GET", "?acl"), Fault: storetest.Answer(501, "NotImplemented")})
	if err := s.Store.SetPolicy(t.Context(), "media", store.Policy{Text: `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::media/pub/*"}}`}); err != nil {
		t.Fatal(err)
	}
	s.public()
	s.Press("=")
	if !strings.Contains(s.Notice(), "no permissions of Spaces") {
		t.Error(s.Notice())
	}
	s.Faults.Clear()
	s.Press("enter")
	s.Want("1 public object", "pub/b")
	for _, r := range s.Faults.Requests() {
		if strings.Contains(r, "acl") {
			t.Error(fmt.Sprintln("it asked", r))
		}
	}
}

func TestAPublicBlockTakesBackWhatPermissionsGive(t *testing.T) {
	s := newShelf(t)
	s.open3()
	s.Faults.Add(storetest.Rule{Match: storetest.Is("GET", "/media?publicAccessBlock"), Fault: func(_ http.RoundTripper, r *http.Request) (*http.Response, error) {
		return storetest.Document(r, `<PublicAccessBlockConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><IgnorePublicAcls>true</IgnorePublicAcls><RestrictPublicBuckets>true</RestrictPublicBuckets></PublicAccessBlockConfiguration>`), nil
	}})
	s.public()
	s.Want("1 of 3 Spaces open to everybody")
	s.Press("j", "enter")
	s.Want("No object in this Space is public.")
}
