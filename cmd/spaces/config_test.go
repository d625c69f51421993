package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"spaces/server/local"
	"spaces/store"
)

func writeConfig(t *testing.T, text string, mode os.FileMode) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "config.toml")
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestProfilesSayHowAnEndpointIsReached(t *testing.T) {
	c, err := loadConfig(writeConfig(t, `
theme = "light"
keymap = "vim"
[bind]
delete = ["D"]
[profiles.do]
endpoint = "https://nyc3.digitaloceanspaces.com"
region = "nyc3"
[profiles.ceph]
endpoint = "http://127.0.0.1:7480"
addressing = "path"
credentials = "keys"
access_key_id = "AK"
secret_access_key = "SK"
[profiles.aws]
endpoint = "https://s3.eu-central-1.amazonaws.com"
credentials = "aws:work"
`, 0o600))
	if err != nil {
		t.Fatal(err)
	}
	none := func(string) string { return "" }
	do, err := c.remote(options{profile: "do"}, none)
	if err != nil || do.Conn != "do" || do.Endpoint != "https://nyc3.digitaloceanspaces.com" || do.Region != "nyc3" || do.PathStyle || do.Profile != "" {
		t.Errorf("do: %+v, %v", do, err)
	}
	ceph, err := c.remote(options{profile: "ceph"}, none)
	if err != nil || !ceph.PathStyle || ceph.AccessKey != "AK" || ceph.SecretKey != "SK" {
		t.Errorf("ceph: %v", err)
	}
	aws, err := c.remote(options{profile: "aws"}, none)
	if err != nil || aws.Profile != "work" {
		t.Errorf("aws: %+v, %v", aws, err)
	}
	if s, err := c.remote(options{}, none); s.Conn != "" || err != nil {
		t.Errorf("no flag opens %q, %v; want this machine", s.Conn, err)
	}
	if _, err := c.remote(options{profile: "nope"}, none); err == nil || !strings.Contains(err.Error(), "aws, ceph, do") {
		t.Errorf("an unknown profile: %v; want the names there are", err)
	}
}

func TestAByteOrderMarkAtTheStartOfTheConfigurationIsSkipped(t *testing.T) {
	c, err := loadConfig(writeConfig(t, "\ufeffkeymap = \"vim\"\n", 0o600))
	if err != nil || c.KeyMap != "vim" {
		t.Errorf("%q, %v", c.KeyMap, err)
	}
	if _, err := loadConfig(writeConfig(t, "\ufeff\ufefftheme = \"dark\"\n", 0o600)); err == nil {
		t.Error("two are skipped")
	}
}

func TestMistakesInTheConfigurationAreNamed(t *testing.T) {
	for _, c := range []struct {
		name, text, want string
		mode             os.FileMode
	}{
		{"misspelt setting", "thme = \"dark\"\n", `line 1: there is no setting "thme"`, 0o600},
		{"a setting of before", "theme = \"dark\"\nkeys = \"vim\"\n", "line 2: the setting keys is called keymap now", 0o600},
		{"not TOML", "theme = \n", "line 1", 0o600},
		{"no endpoint", "[profiles.a]\nregion = \"x\"\n", "endpoint is missing", 0o600},
		{"addressing", "[profiles.a]\nendpoint = \"http://x\"\naddressing = \"dns\"\n", "write host or path", 0o600},
		{"half a key", "[profiles.a]\nendpoint = \"http://x\"\ncredentials = \"keys\"\naccess_key_id = \"a\"\n", "needs access_key_id and secret_access_key", 0o600},
		{"key without source", "[profiles.a]\nendpoint = \"http://x\"\naccess_key_id = \"a\"\n", `need credentials = "keys"`, 0o600},
		{"credentials source", "[profiles.a]\nendpoint = \"http://x\"\ncredentials = \"vault\"\n", "write aws, aws:PROFILE, keys or keyring", 0o600},
		{"secret for all to read", "[profiles.a]\nendpoint = \"http://x\"\ncredentials = \"keys\"\naccess_key_id = \"a\"\nsecret_access_key = \"b\"\n", "chmod 600", 0o644},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := loadConfig(writeConfig(t, c.text, c.mode))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v; want one with %q", err, c.want)
			}
		})
	}
	if _, err := loadConfig(filepath.Join(t.TempDir(), "missing.toml")); err == nil {
		t.Error("a file that was named and is missing is no error")
	}
}

func TestOnlyLoopbackIsServedWithoutBeingToldTo(t *testing.T) {
	for listen, ok := range map[string]bool{
		"127.0.0.1:9077": true, "localhost:0": true, "[::1]:80": true, "127.8.8.8:1": true,
		"0.0.0.0:9077": false, ":9077": false, "192.168.1.1:80": false, "example.com:80": false, "9077": false,
	} {
		if err := checkListen(listen, false); (err == nil) != ok {
			t.Errorf("%s: %v", listen, err)
		}
	}
	if err := checkListen("0.0.0.0:9077", true); err != nil {
		t.Error(err)
	}
}

func TestTheEnvironmentSetsTheRootKeyWholeOrNotAtAll(t *testing.T) {
	env := map[string]string{"SPACES_ACCESS_KEY_ID": "AK", "SPACES_SECRET_ACCESS_KEY": "SK"}
	p := process{getenv: func(n string) string { return env[n] }}
	k, err := rootKey(local.Dir{Path: t.TempDir()}, p)
	if err != nil || k.ID != "AK" || k.Secret != "SK" || k.File != "" {
		t.Errorf("key %v, %v", k.ID, err)
	}
	delete(env, "SPACES_SECRET_ACCESS_KEY")
	if _, err := rootKey(local.Dir{Path: t.TempDir()}, p); err == nil {
		t.Error("half a key is taken")
	}
}

func TestALimitOfTheConfigurationOrTheCommandLineBoundsTransfers(t *testing.T) {
	c, err := parseConfig("config.toml", []byte("[profiles.do]\nendpoint = \"https://nyc3.digitaloceanspaces.com\"\nlimit_rate = \"10M\"\n"))
	if err != nil {
		t.Fatal(err)
	}
	none := func(string) string { return "" }
	for want, o := range map[int64]options{10e6: {profile: "do"}, 2048: {profile: "do", limitRate: 2048}} {
		if s, err := c.remote(o, none); err != nil || s.Bandwidth != want {
			t.Errorf("it is %d, want %d: %v", s.Bandwidth, want, err)
		}
	}
	if _, err := parseConfig("config.toml", []byte("[profiles.do]\nendpoint = \"https://a\"\nlimit_rate = \"fast\"\n")); err == nil || !strings.Contains(err.Error(), "limit_rate") {
		t.Error(err)
	}
	if p := written(store.Profile{Endpoint: "https://a"}, profile{LimitRate: "10M"}); p.LimitRate != "10M" {
		t.Error("editing the connection loses it")
	}
}
