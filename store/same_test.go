package store_test

import (
	"testing"

	"spaces/store"
	"spaces/store/storetest"
)

func TestStoresOfOneEndpointAreTheSame(t *testing.T) {
	open := func(endpoint string) *store.Store {
		s, err := store.Open(t.Context(), store.Config{Endpoint: endpoint, AccessKey: "k", SecretKey: "s"})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	machine := storetest.New(t, storetest.Config(func(c *store.Config) { c.ShareURL = func() string { return "http://127.0.0.1:9077" } })).Store
	hidden := storetest.New(t).Store
	for _, x := range []struct {
		a, b *store.Store
		same bool
	}{
		{machine, machine, true}, {hidden, hidden, true}, {hidden, machine, false}, {hidden, storetest.New(t).Store, false},
		{machine, open("http://localhost:9077"), true}, {machine, open("http://[::1]:9077"), true}, {machine, open("http://127.0.0.1:9078"), false},
		{open("https://nyc3.digitaloceanspaces.com"), open("https://NYC3.digitaloceanspaces.com:443"), true},
		{open("https://nyc3.digitaloceanspaces.com"), open("https://ams3.digitaloceanspaces.com"), false},
	} {
		if x.a.Same(x.b) != x.same || x.b.Same(x.a) != x.same {
			t.Errorf("%q and %q: the same is %v", x.a.Endpoint(), x.b.Endpoint(), !x.same)
		}
	}
}
