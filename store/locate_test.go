package store_test

import (
	"errors"
	"testing"
	"time"

	"spaces/store"
	"spaces/store/storetest"
)

func TestAURLOfTheEndpointIsAPlaceOfIt(t *testing.T) {
	for _, c := range []struct {
		endpoint, url string
		want          store.Place
	}{
		{"https://nyc3.digitaloceanspaces.com", "https://media.nyc3.digitaloceanspaces.com/a%20b/%C3%A9%2B+", store.Place{Space: "media", Prefix: "a b/", Key: "a b/é++"}},
		{"https://nyc3.digitaloceanspaces.com", "https://media.NYC3.digitaloceanspaces.com:443/a/?x=y#z", store.Place{Space: "media", Prefix: "a/"}},
		{"https://nyc3.digitaloceanspaces.com", "https://nyc3.digitaloceanspaces.com/media/a/b", store.Place{Space: "media", Prefix: "a/", Key: "a/b"}},
		{"https://nyc3.digitaloceanspaces.com", "https://media.nyc3.cdn.digitaloceanspaces.com/a", store.Place{Space: "media", Key: "a"}},
		{"", "https://my.media.s3.eu-west-1.amazonaws.com/a", store.Place{Space: "my.media", Key: "a"}},
		{"http://127.0.0.1:9000", "http://127.0.0.1:9000/media//a%2F/", store.Place{Space: "media", Prefix: "/a//"}},
		{"http://127.0.0.1:9000", "http://127.0.0.1:9000", store.Place{}},
	} {
		s := at(t, c.endpoint)
		c.want.Conn = s.Conn()
		if got, ok := s.PlaceOf(c.url); !ok || got != c.want {
			t.Errorf("%s at %s is %+v %v, want %+v", c.url, c.endpoint, got, ok, c.want)
		}
	}
	for _, c := range []struct{ endpoint, url string }{
		{"http://127.0.0.1:9000", "http://127.0.0.1:9001/media/a"},
		{"http://127.0.0.1:9000", "http://media.127.0.0.1:9000/a"},
		{"http://127.0.0.1:9000", "media/a"},
		{"http://127.0.0.1:9000", "ftp://127.0.0.1:9000/media/a"},
		{"http://127.0.0.1:9000", "http://127.0.0.1:9000//a"},
		{"http://127.0.0.1:9000", "http://127.0.0.1:9000/%zz"},
		{"https://nyc3.digitaloceanspaces.com", "https://media.ams3.digitaloceanspaces.com/a"},
	} {
		if got, ok := at(t, c.endpoint).PlaceOf(c.url); ok {
			t.Errorf("%s at %s is %+v", c.url, c.endpoint, got)
		}
	}
}

func at(t *testing.T, endpoint string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), store.Config{Endpoint: endpoint, Region: map[bool]string{true: "eu-west-1"}[endpoint == ""], AccessKey: "k", SecretKey: "s"})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestWhatWasCopiedIsAPlaceAgain(t *testing.T) {
	f := storetest.New(t, storetest.Listener())
	f.Space(t, "media")
	inside := f.Open(t, func(c *store.Config) {
		c.Dial, c.Endpoint, c.ShareURL = f.Server.Dial, "http://embedded", func() string { return f.URL }
	})
	for _, s := range []*store.Store{f.Store, inside} {
		for _, key := range storetest.HostileKeys() {
			p := store.Place{Conn: s.Conn(), Space: "media"}
			p, err := store.ParsePlace("/media/"+key, p)
			if err != nil {
				t.Fatal(err)
			}
			link, err := s.Share(t.Context(), p.Ref(), time.Hour)
			if err != nil {
				t.Fatal(err)
			}
			for _, url := range []string{s.PublicURL(p.Ref()), link.URL} {
				if got, ok := s.PlaceOf(url); !ok || got != p {
					t.Errorf("%q leads to %+v, want %+v", url, got, p)
				}
			}
		}
	}
}

func TestAFileIsToldFromAFolder(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	for _, key := range []string{"a/b", "both", "both/x", "marked/"} {
		storetest.Put(t, f.Store, "media", key, "x")
	}
	for text, want := range map[string]store.Place{
		"":             {},
		"media":        {Space: "media"},
		"media/a":      {Space: "media", Prefix: "a/"},
		"media/a/":     {Space: "media", Prefix: "a/"},
		"media/a/b":    {Space: "media", Prefix: "a/", Key: "a/b"},
		"media/both":   {Space: "media", Key: "both"},
		"media/both/":  {Space: "media", Prefix: "both/"},
		"media/marked": {Space: "media", Prefix: "marked/"},
	} {
		p, err := store.ParsePlace(text, store.Place{})
		if err != nil {
			t.Fatal(err)
		}
		if got, err := f.Store.Locate(t.Context(), p); err != nil || got != want {
			t.Errorf("%q is %+v, want %+v: %v", text, got, want, err)
		}
	}
	for text, kind := range map[string]store.Kind{"media/none": store.NotFound, "media/none/": store.NotFound, "media/a/b/": store.NotFound,
		"none": store.NoSpace, "none/a": store.NoSpace, "None/a": store.InvalidName} {
		p, err := store.ParsePlace(text, store.Place{})
		if err != nil {
			t.Fatal(err)
		}
		if got, err := f.Store.Locate(t.Context(), p); store.KindOf(err) != kind {
			t.Errorf("%q is %+v: %v", text, got, err)
		}
	}
	f.Faults.Add(storetest.Rule{Match: storetest.Is("HEAD"), Fault: storetest.Answer(403, "AccessDenied")})
	if got, err := f.Store.Locate(t.Context(), store.Place{Space: "media", Key: "a"}); err != nil || got.Prefix != "a/" {
		t.Errorf("a folder whose name may not be looked at is %+v: %v", got, err)
	}
	if _, err := f.Store.Locate(t.Context(), store.Place{Space: "media", Key: "x"}); !errors.Is(err, store.Denied) {
		t.Errorf("what may not be looked at: %v", err)
	}
}
