package storetest

import (
	"time"

	"spaces/store"
)

func testPlaces(t *target) {
	ctx, space := t.Context(), t.newSpace()
	for _, key := range []string{"a b/é+.txt", "one", "both/x", "c\u0301/\u202e"} {
		Put(t, t.Store, space, key, "x")
	}
	for typed, want := range map[string]store.Place{
		"":               {},
		"a b":            {Prefix: "a b/"},
		"a b/":           {Prefix: "a b/"},
		"a b/é+.txt":     {Prefix: "a b/", Key: "a b/é+.txt"},
		"one":            {Key: "one"},
		"both":           {Prefix: "both/"},
		"both/":          {Prefix: "both/"},
		"c\u0301/\u202e": {Prefix: "c\u0301/", Key: "c\u0301/\u202e"},
	} {
		want.Conn, want.Space = t.Store.Conn(), space
		p := must[store.Place](t)(store.ParsePlace("/"+space+"/"+typed, store.Place{Conn: t.Store.Conn()}))
		found := must[store.Place](t)(t.Store.Locate(ctx, p))
		if found != want {
			t.Errorf("%q is %+v, want %+v", typed, found, want)
		}
		if typed == "" {
			continue
		}
		link := must[store.Link](t)(t.Store.Share(ctx, found.Ref(), time.Hour))
		for _, url := range []string{t.Store.PublicURL(found.Ref()), link.URL} {
			if back, ok := t.Store.PlaceOf(url); !ok || back != found {
				t.Errorf("%s leads to %+v %v, want %+v", url, back, ok, found)
			}
		}
	}
	for _, typed := range []string{"none", "none/", "both/x/"} {
		_, err := t.Store.Locate(ctx, must[store.Place](t)(store.ParsePlace(space+"/"+typed, store.Place{})))
		wantKind(t, "looking for "+typed, err, store.NotFound)
	}
	_, err := t.Store.Locate(ctx, store.Place{Space: space + "-not"})
	wantKind(t, "looking for a Space that is not there", err, store.NoSpace)
}
