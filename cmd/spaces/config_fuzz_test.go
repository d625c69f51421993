package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// FuzzConfig: a configuration is taken as a whole or refused by its file's name,
// and every profile of one that is taken can be used.
func FuzzConfig(f *testing.F) {
	for _, text := range []string{
		"", "[profiles.do]\nendpoint = \"https://nyc3.example.com\"\nregion = \"nyc3\"\n",
		"[profiles.a]\nendpoint = \"http://localhost\"\ncredentials = \"keys\"\naccess_key_id = \"a\"\nsecret_access_key = \"b\"\n",
		"[serve]\nlisten = \"127.0.0.1:9000\"\n", "unknown = 1\n", "[profiles.a]\nendpoint = 3\n", "= [[",
	} {
		f.Add(text)
	}
	path := filepath.Join(f.TempDir(), "config.toml")
	f.Fuzz(func(t *testing.T, text string) {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		c, err := loadConfig(path)
		if err != nil {
			if !strings.Contains(err.Error(), path) {
				t.Errorf("%q: %v", text, err)
			}
			return
		}
		for name, p := range c.Profiles {
			if err := p.check(); err != nil {
				t.Errorf("%q: profile %q: %v", text, name, err)
			}
		}
	})
}
