package storetest

import (
	"testing"
	"time"

	"spaces/store"
)

func testPlaces(t *testing.T, s *store.Store) {
	ctx, space := t.Context(), newSpace(t, s)
	for _, key := range []string{"a b/é+.txt", "both", "both/x", "a\x01/\u202e"} {
		Put(t, s, space, key, "x")
	}
	for typed, want := range map[string]store.Place{
		"":             {},
		"a b":          {Prefix: "a b/"},
		"a b/":         {Prefix: "a b/"},
		"a b/é+.txt":   {Prefix: "a b/", Key: "a b/é+.txt"},
		"both":         {Key: "both"},
		"both/":        {Prefix: "both/"},
		"a\x01/\u202e": {Prefix: "a\x01/", Key: "a\x01/\u202e"},
	} {
		want.Conn, want.Space = s.Conn(), space
		p := must[store.Place](t)(store.ParsePlace("/"+space+"/"+typed, store.Place{Conn: s.Conn()}))
		found := must[store.Place](t)(s.Locate(ctx, p))
		if found != want {
			t.Errorf("%q is %+v, want %+v", typed, found, want)
		}
		if typed == "" {
			continue
		}
		link := must[store.Link](t)(s.Share(ctx, found.Ref(), time.Hour))
		for _, url := range []string{s.PublicURL(found.Ref()), link.URL} {
			if back, ok := s.PlaceOf(url); !ok || back != found {
				t.Errorf("%s leads to %+v %v, want %+v", url, back, ok, found)
			}
		}
	}
	for _, typed := range []string{"none", "none/", "both/x/"} {
		_, err := s.Locate(ctx, must[store.Place](t)(store.ParsePlace(space+"/"+typed, store.Place{})))
		wantKind(t, "looking for "+typed, err, store.NotFound)
	}
	_, err := s.Locate(ctx, store.Place{Space: space + "-not"})
	wantKind(t, "looking for a Space that is not there", err, store.NoSpace)
}
