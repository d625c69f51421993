package dialog_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"spaces/store"
	"spaces/store/storetest"
	"spaces/tui/dialog"
	"spaces/tui/kit/kittest"
)

// edge is a screen on a connection to DigitalOcean, with the Space "media".
func edge(t *testing.T, option ...kittest.Option) (*kittest.Screen, *storetest.CDN, *store.Store) {
	t.Helper()
	f := storetest.New(t)
	f.Space(t, "media")
	api := storetest.NewCDN(t)
	s := api.Open(t, f)
	return kittest.New(t, append(option, kittest.Store(s))...), api, s
}

func cdnOf(t *testing.T, s *store.Store) store.CDN {
	t.Helper()
	now, err := s.CDN(t.Context(), "media")
	if err != nil {
		t.Fatal(err)
	}
	return now
}

func TestTheCDNIsEnabledChangedAndDisabled(t *testing.T) {
	s, api, st := edge(t)
	s.Open(dialog.NewCDN(s.Context, "media", cdnOf(t, st)))
	s.Want("https://media.ams3.cdn.digitaloceanspaces.com", "Apply")
	s.Press("right")
	s.Want("[1 hour]", "Enable", "near to who asks")
	s.Press("tab", "right", "enter")
	closed(t, s)
	if !strings.Contains(s.Notice(), "is enabled: files stay in it for 1 day") {
		t.Error(s.Notice())
	}

	s.Open(dialog.NewCDN(s.Context, "media", cdnOf(t, st)))
	s.Want("[1 day]")
	s.Press("tab", "tab")
	s.Type("static")
	s.Press("enter")
	s.Want("Type the name of a host")
	s.Type(".example.com")
	s.Press("tab")
	s.Type("892071a0")
	api.Refuse(422, "unprocessable_entity", "invalid certificate")
	s.Press("enter")
	open(t, s)
	s.Want("The endpoint refuses it: invalid certificate, request req-1.")
	s.Press("enter")
	closed(t, s)
	if now := cdnOf(t, st); now.Domain != "static.example.com" || now.Certificate != "892071a0" || now.TTL != 24*time.Hour {
		t.Errorf("it is %+v", now)
	}

	s.Open(dialog.NewCDN(s.Context, "media", cdnOf(t, st)))
	s.Press("left")
	s.Want("links to it break", "Disable")
	s.Press("enter")
	closed(t, s)
	if !cdnOf(t, st).On() {
		t.Fatal("by one slip it is off")
	}
	s.Open(dialog.NewCDN(s.Context, "media", cdnOf(t, st)))
	s.Press("left", "y")
	closed(t, s)
	if cdnOf(t, st).On() {
		t.Error("it is on")
	}
}

func TestPurgingIsConfirmedAndTold(t *testing.T) {
	s, api, st := edge(t)
	if err := st.SetCDN(t.Context(), "media", store.CDN{}, store.CDN{TTL: time.Hour}); err != nil {
		t.Fatal(err)
	}
	s.Open(dialog.NewPurgeCDN(s.Context, "media", []store.Ref{{Space: "media", Key: "a*b.png"}, {Space: "media", Key: "images/"}}))
	s.Want("a*b.png", "images/  and everything in it", "Nothing in the Space is touched", "A * in a name", "[ Cancel ]")
	s.Press("y")
	closed(t, s)
	if got := api.Changes()[1:]; len(got) != 1 || !strings.HasSuffix(got[0], `/cache {"files":["a*b.png","images/*"]}`) {
		t.Errorf("it sent %q", got)
	}
	if want := "The CDN forgets 1 file and 1 folder now"; !strings.Contains(s.Notice(), want) {
		t.Error(s.Notice())
	}

	s.Open(dialog.NewCDN(s.Context, "media", cdnOf(t, st)))
	s.ClickOn("Purge everything")
	s.Want("Everything in the Space")
	s.Press("y")
	closed(t, s)
	if got := api.Changes()[2:]; len(got) != 1 || !strings.HasSuffix(got[0], `/cache {"files":["*"]}`) {
		t.Errorf("it sent %q", got)
	}
}

func TestWhatCannotBePurgedSaysWhy(t *testing.T) {
	s, api, st := edge(t)
	s.Open(dialog.NewPurgeCDN(s.Context, "media", nil))
	s.Want("The CDN of this Space is off: nothing is in its cache.")
	s.Press("y")
	open(t, s)
	s.Press("esc")
	if err := st.SetCDN(t.Context(), "media", store.CDN{}, store.CDN{TTL: time.Hour}); err != nil {
		t.Fatal(err)
	}
	api.Refuse(401, "unauthorized", "Unable to authenticate you")
	s.Open(dialog.NewPurgeCDN(s.Context, "media", nil))
	s.Want("Check the API token")
	s.Press("y")
	open(t, s)
	s.Press("esc")
	s.Hold()
	s.Open(dialog.NewPurgeCDN(s.Context, "media", nil))
	s.Want("Asking DigitalOcean…")
	s.Press("y")
	s.Release()
	s.Want("Nothing in the Space is touched")
	if n := len(api.Changes()); n != 1 {
		t.Errorf("it changed something: %q", api.Changes())
	}
}

func TestALinkOfAPublicFileIsThatOfTheCDN(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	put(t, f, "media", "a b.png", 3, store.PublicRead)
	put(t, f, "media", "mine.png", 3, store.Private)
	api := storetest.NewCDN(t)
	st := api.Open(t, f)
	if err := st.SetCDN(t.Context(), "media", store.CDN{}, store.CDN{TTL: time.Hour}); err != nil {
		t.Fatal(err)
	}
	s := kittest.New(t, kittest.Store(st))
	s.Open(dialog.NewShare(s.Context, []store.Ref{{Space: "media", Key: "a b.png"}}, 3))
	s.Want("its link is its URL at the CDN", "https://media.ams3.cdn.digitaloceanspaces.com/a%20b.png")
	s.Press("esc")
	s.Open(dialog.NewShare(s.Context, []store.Ref{{Space: "media", Key: "mine.png"}}, 3))
	s.Want("https://ams3.digitaloceanspaces.com/media/mine.png?")
	s.WantNot("cdn.digitaloceanspaces.com")
	if n := len(slices.DeleteFunc(api.Requests(), func(r string) bool { return !strings.HasPrefix(r, "GET") })); n != 1 {
		t.Errorf("the API was asked %d times", n)
	}
}

func TestCDNScreens(t *testing.T) {
	on := store.CDN{ID: "1", Host: "media.ams3.cdn.digitaloceanspaces.com", TTL: time.Hour, Domain: "static.example.com", Certificate: "892071a0-bb95-49bc-8021-3afd67a210bf"}
	for name, size := range map[string]kittest.Option{"80x24": kittest.Size(80, 24), "120x40": kittest.Size(120, 40), "40x12": kittest.Size(40, 12)} {
		for state, show := range map[string]func(*kittest.Screen, *store.Store){
			"off": func(s *kittest.Screen, _ *store.Store) { s.Open(dialog.NewCDN(s.Context, "media", store.CDN{})) },
			"on":  func(s *kittest.Screen, _ *store.Store) { s.Open(dialog.NewCDN(s.Context, "media", on)) },
			"disable": func(s *kittest.Screen, _ *store.Store) {
				s.Open(dialog.NewCDN(s.Context, "media", on))
				s.Press("left")
			},
			"asking": func(s *kittest.Screen, _ *store.Store) {
				s.Hold()
				s.Open(dialog.NewPurgeCDN(s.Context, "media", nil))
			},
			"purge": func(s *kittest.Screen, st *store.Store) {
				if err := st.SetCDN(t.Context(), "media", store.CDN{}, on); err != nil {
					t.Fatal(err)
				}
				s.Open(dialog.NewPurgeCDN(s.Context, "media", []store.Ref{{Space: "media", Key: "a*b.png"}, {Space: "media", Key: "images/"}}))
			},
		} {
			t.Run(state+" "+name, func(t *testing.T) {
				s, _, st := edge(t, size)
				show(s, st)
				requireGolden(t, s.Text())
			})
		}
	}
}
