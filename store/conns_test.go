package store_test

import (
	"errors"
	"slices"
	"testing"

	"spaces/store"
	"spaces/store/storetest"
)

func TestAConnectionIsOpenedOnceAndOnlyWhenAskedFor(t *testing.T) {
	asked := map[store.Conn]int{}
	wrong := errors.New("no such profile")
	c := store.NewConns(func(conn store.Conn) (store.Config, error) {
		asked[conn]++
		if conn == "bad" {
			return store.Config{}, wrong
		}
		return store.Config{Endpoint: "http://127.0.0.1:1", AccessKey: "k", SecretKey: "s"}, nil
	})
	defer c.Close()
	if len(asked) > 0 {
		t.Errorf("asked for %v before anybody wanted one", asked)
	}
	first, err := c.Get("do")
	if err != nil {
		t.Fatal(err)
	}
	if again, err := c.Get("do"); err != nil || again != first || first.Conn() != "do" || asked["do"] != 1 {
		t.Errorf("%q was asked for %d times: %v", first.Conn(), asked["do"], err)
	}
	for range 2 { // a configuration can be mended
		if _, err := c.Get("bad"); !errors.Is(err, wrong) {
			t.Error(err)
		}
	}
	if asked["bad"] != 2 {
		t.Errorf("an error was remembered: asked %d times", asked["bad"])
	}
}

func TestConnectionsOfStoresThatAreOpen(t *testing.T) {
	f := storetest.New(t, storetest.Listener())
	one := f.Open(t, func(c *store.Config) { c.Conn = "one" })
	here := f.Open(t, func(c *store.Config) { c.Dial, c.Endpoint = f.Server.Dial, "http://embedded" })
	for _, c := range []struct {
		conns *store.Conns
		conn  store.Conn
		want  *store.Store
	}{
		{store.ConnsOf(one, here), "one", one}, {store.ConnsOf(one, here), "", here},
		{store.ConnsOf(one), "", one}, {store.ConnsOf(one, here), "two", nil},
	} {
		if got, err := c.conns.Get(c.conn); got != c.want || (err == nil) != (c.want != nil) {
			t.Errorf("%q: %v", c.conn, err)
		}
	}
}

func TestConnectionsWithoutANameAreKnownByEndpointAndKey(t *testing.T) {
	t.Setenv("AWS_CONFIG_FILE", "/dev/null")
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
	for want, c := range map[store.Conn]store.Config{
		"http://127.0.0.1:9000#k":              {Endpoint: "http://127.0.0.1:9000/", AccessKey: "k", SecretKey: "canary"},
		"https://nyc3.example.com#k":           {Endpoint: "NYC3.example.com", AccessKey: "k", SecretKey: "canary"},
		"https://s3.eu-west-1.amazonaws.com#k": {Region: "eu-west-1", AccessKey: "k", SecretKey: "canary"},
		"https://s3.eu-west-1.amazonaws.com#":  {Region: "eu-west-1"},
		"do":                                   {Conn: "do", Endpoint: "http://127.0.0.1:9000/", AccessKey: "k", SecretKey: "canary"},
	} {
		s, err := store.Open(t.Context(), c)
		if err != nil || s.Conn() != want {
			t.Errorf("%+v is %v, want %q: %v", c, s, want, err)
		}
	}
}

func TestTheNamesOfConnectionsAreThoseThatAreKnownAndThoseThatAreOpen(t *testing.T) {
	conns := store.NewConns(func(conn store.Conn) (store.Config, error) {
		return store.Config{Endpoint: "http://127.0.0.1:1", AccessKey: "key", SecretKey: "secret"}, nil
	})
	t.Cleanup(conns.Close)
	conns.Known = func() []store.Conn { return []store.Conn{"work", ""} }
	for _, open := range []store.Conn{"far", "work"} {
		if _, err := conns.Get(open); err != nil {
			t.Fatal(err)
		}
	}
	if got := conns.Names(); !slices.Equal(got, []store.Conn{"", "far", "work"}) {
		t.Errorf("the names are %q", got)
	}
}

func TestAConnectionIsCalledByItsProfileOrItsHost(t *testing.T) {
	for conn, want := range map[store.Conn]string{
		"": "this machine", "do": "do", "http://127.0.0.1:9077#AKIA1": "127.0.0.1:9077", "https://s3.example.com/base#work": "s3.example.com",
		"s3.example.com#": "s3.example.com", "#backup": "backup", "#": "AWS",
	} {
		if got := conn.Name(); got != want {
			t.Errorf("%q is called %q, want %q", conn, got, want)
		}
	}
}
