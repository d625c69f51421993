package page

import (
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"spaces/store"
	"spaces/store/storetest"
	"spaces/tui/kit/kittest"
)

func (s *shelf) settings(space string) *settings {
	s.t.Helper()
	page := New(s.Context, store.Place{Space: space, Tab: store.Settings}).(*settings)
	s.Show(page)
	return page
}

func TestSettingsLeadToTheFilesAndBackToTheSameFolder(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	s.put("media", "a/b", "a/c")
	f := s.open(store.Place{Space: "media", Prefix: "a/"})
	s.Press("j")
	s.Press("g", "s")
	s.Want("Files ─ Settings", "CORS rules")
	s.Press("esc")
	if s.Page() != f || cursor(f) != "a/c" {
		t.Errorf("it is back on %q of %v", cursor(f), s.Page())
	}
	s.ClickOn("Settings")
	s.Want("CORS rules")
	s.ClickOn("Files")
	if s.Page() != f {
		t.Error("a click on the tab does not lead back")
	}
}

func TestSettingsOfTheSpaceUnderTheCursor(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "aaa")
	s.Space(t, "bbb")
	s.index()
	s.Press("j", "g", "s")
	want(t, "place", s.Went(), []store.Place{{Space: "bbb", Tab: store.Settings}})
}

func TestEachSettingFailsByItself(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	s.Faults.Add(storetest.Rule{Match: storetest.Is("GET", "?cors"), Fault: storetest.Answer(403, "AccessDenied")})
	s.Faults.Add(storetest.Rule{Match: storetest.Is("GET", "?lifecycle"), Fault: storetest.Answer(501, "NotImplemented")})
	s.Faults.Add(storetest.Rule{Match: storetest.Is("GET", "?versioning"), Fault: func(http.RoundTripper, *http.Request) (*http.Response, error) {
		return nil, errors.New("the line is cut")
	}})
	page := s.settings("media")
	s.Want("Access denied (AccessDenied)", "Request FAULT", "This endpoint has no such setting.", "the line is cut", "Private (keys only)", "Off.")
	s.golden()
	page.cursor = slices.IndexFunc(page.sections, func(x *section) bool { return x.name == "Lifecycle rules" })
	s.Press("enter")
	if s.Dialog() != nil || s.Notice() != "This endpoint has no such setting." {
		t.Errorf("it opens %v, says %q", s.Dialog(), s.Notice())
	}
	s.Faults.Clear()
	s.Press("R")
	s.WantNot("AccessDenied", "no such setting", "is cut")
}

func TestASettingIsReadAgainAfterItsDialog(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	page := s.settings("media")
	page.cursor = slices.IndexFunc(page.sections, func(x *section) bool { return x.name == "Versioning" })
	s.Press("enter")
	s.Faults.Clear()
	s.Press("down", "tab", "enter")
	s.Want("Enabled")
	reads := slices.DeleteFunc(s.Faults.Requests(), func(r string) bool { return !strings.HasPrefix(r, "GET") })
	if len(reads) != 3 { // before and after setting it, and the section
		t.Errorf("it read %v", reads)
	}
}

func TestWhatTheUsageWouldCost(t *testing.T) {
	for bytes, want := range map[int64]string{0: "$5.00", 250 << 30: "$5.00", 251 << 30: "$5.02", 1250 << 30: "$25.00", 250<<30 + 1<<40: "$25.48"} {
		if got := dollars(monthly(bytes)); got != want {
			t.Errorf("%d bytes cost %s, want %s", bytes, got, want)
		}
	}
}

func TestSettingsOfDigitalOceanShowTheCDN(t *testing.T) {
	s := newShelf(t)
	var err error
	s.Context.Store, err = store.Open(t.Context(), store.Config{Endpoint: "https://ams3.digitaloceanspaces.com", AccessKey: "k", SecretKey: "canary",
		Wrap: func(http.RoundTripper) http.RoundTripper { return nowhereToGo{} }})
	if err != nil {
		t.Fatal(err)
	}
	page := s.settings("media")
	page.cursor = slices.IndexFunc(page.sections, func(x *section) bool { return x.name == "CDN" })
	page.follow = true
	s.Want("https://media.ams3.cdn.digitaloceanspaces.com", "DIGITALOCEAN_ACCESS_TOKEN")
	s.Press("enter")
	if s.Dialog() != nil || !strings.Contains(s.Notice(), "write it into the connection") {
		t.Errorf("it opens %v, says %q", s.Dialog(), s.Notice())
	}
	s.Press("g", "g", "enter")
	s.Want("host_base = ams3.digitaloceanspaces.com", "%(bucket)s.ams3.digitaloceanspaces.com")
	s.WantNot("canary")
}

// edge is a screen on a connection to DigitalOcean with the Space "media".
func edge(t *testing.T, options ...kittest.Option) (*shelf, *storetest.CDN) {
	t.Helper()
	s := newShelf(t, options...)
	s.Space(t, "media")
	api := storetest.NewCDN(t)
	s.Context.Store = api.Open(t, s.Fixture)
	return s, api
}

func TestTheCDNOfASpaceIsReadAndSetInItsSettings(t *testing.T) {
	s, api := edge(t, kittest.Size(80, 24))
	page := s.settings("media")
	page.cursor = slices.IndexFunc(page.sections, func(x *section) bool { return x.name == "CDN" })
	page.follow = true
	s.Want("Off: public files are served from the Space itself")
	s.Press("enter", "right", "enter")
	s.Want("On: files stay in its cache for 1 hour", "https://media.ams3.cdn.digitaloceanspaces.com")
	s.golden()
	api.Refuse(401, "unauthorized", "Unable to authenticate you")
	s.Press("R")
	s.Want("Credentials refused (unauthorized)", "Check the API token")
	s.Context.Store = api.Open(t, s.Fixture, func(c *store.Config) { c.ReadOnly = "It is read-only." })
	page = s.settings("media")
	page.cursor = slices.IndexFunc(page.sections, func(x *section) bool { return x.name == "CDN" })
	s.Press("enter", "left")
	s.Want("Disable")
	s.Press("enter")
	if n := len(api.Changes()); n != 1 {
		t.Errorf("it changed %q", api.Changes())
	}
}

func TestFilesArePurgedFromTheCDN(t *testing.T) {
	s, api := edge(t, kittest.Size(160, 24))
	s.put("media", "a.png", "images/b.png")
	if err := s.Context.Store.SetCDN(t.Context(), "media", store.CDN{}, store.CDN{TTL: time.Hour}); err != nil {
		t.Fatal(err)
	}
	s.open(store.Place{Space: "media"})
	s.Press("space", "space", "g", "P")
	s.Want("a.png", "images/  and everything in it")
	s.Press("y")
	if got := api.Changes(); len(got) != 2 || !strings.HasSuffix(got[1], `{"files":["a.png","images/*"]}`) {
		t.Errorf("it sent %q", got)
	}
	if err := s.Context.Store.SetAccess(t.Context(), store.Ref{Space: "media", Key: "a.png"}, store.PublicRead); err != nil {
		t.Fatal(err)
	}
	s.Press("esc", "G", "c")
	s.Want("URL (CDN)", "URL of the Space itself")
	s.Press("enter")
	s.Want("https://media.ams3.cdn.digitaloceanspaces.com/a.png")
}

func TestWithoutACDNNothingIsPurged(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	s.put("media", "a.png")
	s.open(store.Place{Space: "media"})
	s.Press("g", "P")
	if s.Dialog() != nil || s.Notice() != "Only DigitalOcean's Spaces have a CDN to be set here." {
		t.Errorf("it says %q", s.Notice())
	}
}

type nowhereToGo struct{}

func (nowhereToGo) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		_, _ = io.Copy(io.Discard, r.Body)
		r.Body.Close()
	}
	return &http.Response{StatusCode: 501, Header: http.Header{"X-Amz-Request-Id": {"x"}}, Body: http.NoBody, Request: r}, nil
}

func TestTheSettingsAreLeftWhenTheSpaceIsDestroyed(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	s.settings("media")
	s.Press("d")
	s.Type("media")
	s.Press("enter", "right", "enter")
	want(t, "place", s.Went()[len(s.Went())-1], store.Place{})
	if list, err := s.Store.Spaces(t.Context()); err != nil || len(list) > 0 {
		t.Errorf("there is %v, %v", list, err)
	}
}

func TestSettingsScreens(t *testing.T) {
	for name, option := range map[string]kittest.Option{"80x24": kittest.Size(80, 24), "120x40": kittest.Size(120, 40), "40x12": kittest.Size(40, 12)} {
		t.Run("loading "+name, func(t *testing.T) {
			s := newShelf(t, option)
			s.Space(t, "media")
			s.Hold()
			s.settings("media")
			s.golden()
		})
		t.Run("empty "+name, func(t *testing.T) {
			s := newShelf(t, option)
			s.Space(t, "media")
			s.settings("media")
			s.golden()
		})
		t.Run("full "+name, func(t *testing.T) {
			s := newShelf(t, option)
			s.Space(t, "media")
			s.Space(t, "logs")
			s.put("media", "a", "bb")
			s.configure("media")
			s.settings("media")
			s.Press("j", "j", "j", "j")
			s.golden()
		})
	}
}

// configure sets what there is to set.
func (s *shelf) configure(space string) {
	s.t.Helper()
	ctx := s.t.Context()
	check := func(err error) {
		s.t.Helper()
		if err != nil {
			s.t.Fatal(err)
		}
	}
	check(s.Store.SetCORS(ctx, space, store.CORS{Rules: []store.CORSRule{
		{Origins: []string{"https://app.example.com", "https://*.example.org"}, Methods: []string{"GET", "PUT"}, MaxAge: 60},
		{Origins: []string{"*"}, Methods: []string{"GET"}, MaxAge: store.NoMaxAge}}}))
	check(s.Store.SetLifecycle(ctx, space, store.Lifecycle{Rules: []store.LifecycleRule{{Enabled: true, Prefix: "logs/", ExpireDays: 30, AbortDays: 7}, {Prefix: "tmp/", NoncurrentDays: 1}}}))
	check(s.Store.SetVersioning(ctx, space, store.Versioned))
	check(s.Store.SetPolicy(ctx, space, store.Policy{Text: `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::` + space + `/pub/*"}}`}))
	check(s.Store.SetAccess(ctx, store.Ref{Space: space}, store.PublicRead))
	check(s.Store.SetLogging(ctx, space, store.Logging{Target: "logs", Prefix: "media/"}))
}

func TestFromEachTabOfASpaceKeysLeadToTheOthers(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	for _, c := range []struct {
		from store.Tab
		keys []string
		to   store.Tab
	}{
		{store.Settings, []string{"g", "u"}, store.Usage}, {store.Settings, []string{"F"}, store.Find},
		{store.Usage, []string{"g", "s"}, store.Settings}, {store.Usage, []string{"F"}, store.Find},
		{store.Files, []string{"g", "s"}, store.Settings}, {store.Files, []string{"g", "u"}, store.Usage},
	} {
		s.Show(New(s.Context, store.Place{Space: "media", Prefix: "a/", Tab: c.from}))
		s.Press(c.keys...)
		went := s.Went()
		want(t, string(c.from)+" "+c.keys[len(c.keys)-1], went[len(went)-1], store.Place{Space: "media", Prefix: "a/", Tab: c.to})
	}
	for tab, text := range map[store.Tab]string{store.Settings: "These are the settings.", store.Usage: "This is the usage."} {
		s.Show(New(s.Context, store.Place{Space: "media", Tab: tab}))
		s.Press("g", map[store.Tab]string{store.Settings: "s", store.Usage: "u"}[tab])
		s.Want(text)
	}
}

func TestWhatIsTheMatterWithSeveralSettingsIsExplainedOnce(t *testing.T) {
	s := newShelf(t, kittest.Size(80, 24))
	s.Space(t, "media")
	for _, setting := range []string{"?cors", "?lifecycle", "?policy", "?encryption", "?logging"} {
		s.Faults.Add(storetest.Rule{Match: storetest.Is("GET", setting), Fault: storetest.Answer(403, "AccessDenied")})
	}
	s.open(store.Place{Space: "media", Tab: store.Settings})
	want(t, "refused", strings.Count(s.Text(), "Access denied"), 5)
	want(t, "explained", strings.Count(s.Text(), "The access key may not do this"), 1)
	s.Press("j", "j", "j", "j")
	s.Want("Lifecycle rules · request FAULT")
}

func TestTheSettingsShowAWebsiteAndWhereItIs(t *testing.T) {
	s := newShelf(t, kittest.Size(80, 24))
	s.Space(t, "media")
	err := s.Store.SetWebsite(t.Context(), "media", store.Website{Index: "index.html", Error: "404.html",
		Rules: []store.RoutingRule{{Prefix: "a/", Host: "a.example.com"}, {Prefix: "b/", Key: "b"}, {Prefix: "c/", Key: "c"}, {Prefix: "d/", Key: "d"}}})
	if err != nil {
		t.Fatal(err)
	}
	s.Faults.Add(storetest.Rule{Match: storetest.Is("GET", "?website"), Fault: func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
		resp, err := next.RoundTrip(r)
		if err == nil {
			resp.Header.Set("X-Spaces-Website-Host", "media.sites.example.com")
		}
		return resp, err
	}})
	s.settings("media")
	s.Want("index.html: errors show 404.html", "http://media.sites.example.com", "a/  to  a.example.com/…", "b/  to  /b", "… and 2 more rules")
	w, err := s.Store.Website(t.Context(), "media")
	if err != nil {
		t.Fatal(err)
	}
	w.Index, w.Error, w.Rules, w.To, w.Protocol = "", "", nil, "www.example.com", "https"
	if err := s.Store.SetWebsite(t.Context(), "media", w); err != nil {
		t.Fatal(err)
	}
	s.Press("R")
	s.Want("Visitors are sent to https://www.example.com")
}
