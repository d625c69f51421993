package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"spaces/store"
)

// flagged are the connections of a process that was started with flags.
func flagged(t *testing.T, c config, o options, env map[string]string) *connections {
	t.Helper()
	getenv := func(name string) string { return env[name] }
	cs := newConnections(process{getenv: getenv, now: time.Now}, o, c)
	t.Cleanup(func() {
		if err := cs.close(context.Background()); err != nil { // that of the test has ended
			t.Error(err)
		}
	})
	return cs
}

var twoProfiles = config{Profiles: map[string]profile{
	"box": {Endpoint: "http://127.0.0.1:9000", Credentials: "keys", AccessKey: "AK", SecretKey: "SK"},
	"do":  {Endpoint: "https://nyc3.digitaloceanspaces.com", Region: "nyc3"},
}}

func TestAConnectionIsTheSameInAProcessWithOtherFlags(t *testing.T) {
	env := map[string]string{"AWS_ACCESS_KEY_ID": "ENVKEY", "AWS_SECRET_ACCESS_KEY": "secret"}
	for want, o := range map[store.Conn]options{
		"box":                               {profile: "box"},
		"do":                                {profile: "do", region: "nyc3"},
		"http://127.0.0.1:9000#ENVKEY":      {endpoint: "http://127.0.0.1:9000"},
		"http://localhost:9000/s3#ENVKEY":   {endpoint: "HTTP://LocalHost:9000/s3/"},
		"https://s3.example.com#ENVKEY":     {endpoint: "s3.example.com"},
		"https://ams3.example.com#box":      {endpoint: "https://ams3.example.com", profile: "box"},
		"https://ams3.example.com#elsewhat": {endpoint: "https://ams3.example.com", profile: "elsewhat"},
	} {
		there := flagged(t, twoProfiles, o, env)
		conn, err := there.start("")
		if err != nil || conn != want {
			t.Errorf("%+v is called %q, %v; want %q", o, conn, err, want)
		}
		first, err := there.config(conn)
		if err != nil {
			t.Errorf("%s: %v", conn, err)
		}
		other, err := flagged(t, twoProfiles, options{profile: "nope"}, env).config(conn)
		if err != nil {
			t.Errorf("%s, with other flags: %v", conn, err)
		}
		if strings.ToLower(hostOf(first.Endpoint)) != hostOf(other.Endpoint) || first.AccessKey != other.AccessKey || first.Profile != other.Profile || first.Region != other.Region {
			t.Errorf("%s is %+v and %+v", conn, first, other)
		}
	}
}

func TestAConnectionIsNotOpenedWithTheKeyOfAnother(t *testing.T) {
	cs := flagged(t, config{}, options{}, map[string]string{"AWS_ACCESS_KEY_ID": "TODAY", "AWS_SECRET_ACCESS_KEY": "secret"})
	if s, err := cs.Get("http://127.0.0.1:9000#YESTERDAY"); err == nil {
		t.Errorf("it is open: %v", s.Conn())
	}
	if _, err := cs.Get("nowhere"); err == nil || !strings.Contains(err.Error(), `no profile "nowhere"`) {
		t.Error(err)
	}
}

func TestTheStoreOfThisMachineIsOpenedWhenItIsAskedFor(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	cs := flagged(t, twoProfiles, options{profile: "box", data: dir}, nil)
	box, err := cs.Get("box")
	if err != nil || box.Conn() != "box" {
		t.Fatal(box, err)
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("the data directory was made")
	}
	here, err := cs.Get("")
	if err != nil {
		t.Fatal(err)
	}
	if err := here.CreateSpace(t.Context(), "media", store.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	if again, err := cs.Get(""); err != nil || again != here {
		t.Error("it was opened twice:", err)
	}
	if again, err := cs.Get("box"); err != nil || again != box {
		t.Error("a profile was opened twice:", err)
	}
}

func TestAPlaceNamesItsConnection(t *testing.T) {
	for place, want := range map[string]store.Conn{
		"": "https://ams3.example.com#", "media/a": "https://ams3.example.com#", "@box:media": "https://ams3.example.com#box",
		"http://127.0.0.1:9000#KEY:media/": "http://127.0.0.1:9000#KEY",
	} {
		cs := flagged(t, twoProfiles, options{endpoint: "https://ams3.example.com"}, nil)
		if conn, err := cs.start(place); err != nil || conn != want {
			t.Errorf("%q is on %q, %v; want %q", place, conn, err, want)
		}
	}
	cs := flagged(t, twoProfiles, options{region: "ams3"}, nil)
	conn, err := cs.start("do:media")
	if err != nil || conn != "do" {
		t.Fatal(conn, err)
	}
	if s, err := cs.config(conn); err != nil || s.Region != "ams3" {
		t.Errorf("the flags are not for the profile of the place: %+v, %v", s, err)
	}
}

func TestTheTokenOfDigitalOceanComesFromWhereTheProfileSays(t *testing.T) {
	c := config{Profiles: map[string]profile{
		"plain": {Endpoint: "https://nyc3.digitaloceanspaces.com"},
		"work":  {Endpoint: "https://ams3.digitaloceanspaces.com", APITokenEnv: "WORK_TOKEN"},
	}}
	for _, x := range []struct {
		profile, want string
		env           map[string]string
	}{
		{"plain", "", nil},
		{"plain", "second", map[string]string{"DIGITALOCEAN_TOKEN": "second"}},
		{"plain", "first", map[string]string{"DIGITALOCEAN_TOKEN": "second", "DIGITALOCEAN_ACCESS_TOKEN": "first"}},
		{"work", "third", map[string]string{"WORK_TOKEN": "third", "DIGITALOCEAN_ACCESS_TOKEN": "first"}},
		{"work", "", map[string]string{"DIGITALOCEAN_ACCESS_TOKEN": "of another account"}},
	} {
		cs := flagged(t, c, options{}, x.env)
		got, err := cs.config(store.Conn(x.profile))
		if err != nil || got.APIToken != x.want {
			t.Errorf("%s with %v: %q, %v", x.profile, x.env, got.APIToken, err)
		}
	}
}
