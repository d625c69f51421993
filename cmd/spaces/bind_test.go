package main

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"spaces/keys"
)

func TestBindingsAreFoundOnTheirLines(t *testing.T) {
	for text, want := range map[string]map[keys.Action]int{
		"theme = \"dark\"\n\n[bind]\n# mine\ndelete = [\"j\"]\n\"copy-url\" = [\n  \"C\",\n]\nup = []\n": {"delete": 5, "copy-url": 6, "up": 9},
		"bind.delete = [\"j\"]\n":                                     {"delete": 1},
		"\nbind = { delete = [\"j\"], up = [\"K\"] }\n":               {"delete": 2, "up": 2},
		"[profiles.do]\nendpoint = \"x\"\n[bind]\ndelete = [\"j\"]\n": {"delete": 4},
		"[profiles.bind]\ndelete = 1\n":                               {},
	} {
		if got := bindLines([]byte(text)); !maps.Equal(got, want) {
			t.Errorf("%q: %v, not %v", text, got, want)
		}
	}
}

func TestABindingIsOneKeyOrAList(t *testing.T) {
	c, err := parseConfig("config.toml", []byte("[bind]\ndelete = \"D\"\nup = [\"K\", \"up\"]\ndown = []\n"))
	want := map[string][]string{"delete": {"D"}, "up": {"K", "up"}, "down": {}}
	if err != nil || !maps.EqualFunc(c.Bind, want, slices.Equal) {
		t.Errorf("%v, %v; not %v", c.Bind, err, want)
	}
	for _, text := range []string{"[bind]\ndelete = 4\n", "[bind]\ndelete = [\"D\", 4]\n"} {
		if _, err := parseConfig("config.toml", []byte(text)); err == nil || !strings.Contains(err.Error(), "config.toml: line 2: delete is no key") {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// write makes a home's configuration.
func (h home) write(t *testing.T, text string) (path string) {
	t.Helper()
	path = filepath.Join(h.dir, "config", "spaces", "config.toml")
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestAKeyTakenFromAnotherActionIsToldAtTheStart(t *testing.T) {
	h := newHome(t)
	h.write(t, "[bind]\ndelete = [\"j\"]\n")
	x := newTerminal(t, h.command(program(t)), 80, 24)
	x.see("! config.toml:2: j is delete now, and no longer down")
	x.press("q")
	x.ended()
}

func TestBindingsThatCannotBeAreToldWithFileAndLineAndTheDefaultsAreInForce(t *testing.T) {
	h := newHome(t)
	h.write(t, "[bind]\nupload = [\"z\"]\n\nshare = [\"z\"]\nmove = [\"entr\"]\n")
	x := newTerminal(t, h.command(program(t)), 200, 24)
	x.see("config.toml:5: move: there is no key", "and 2 more; g m shows them")
	x.press("gm")
	x.see("Messages", "config.toml:4: \"z\" is bound to both", "The keys of the preset are in force.")
	x.press("esc")
	x.until("no dialog", func(s string) bool { return !strings.Contains(s, "Messages") })
	x.press("a")
	x.see("Create a Space")
}

func TestAWrongThemeIsToldWithFileAndLineAndTheDefaultIsUsed(t *testing.T) {
	h := newHome(t)
	h.write(t, "theme = \"mine\"\n")
	dir := filepath.Join(h.dir, "config", "spaces", "themes")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "mine.toml"), []byte("[palette]\ntext = \"white\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	x := newTerminal(t, h.command(program(t)), 160, 24)
	x.see("The theme is the default", `mine.toml:2: palette.text: "white" is no colour`, "There are no Spaces yet.")
	flagged := newTerminal(t, h.command(program(t), "--theme", "mine"), 160, 24)
	if code := flagged.ended(); code != 1 || !strings.Contains(flagged.text(), "mine.toml:2") {
		t.Errorf("as a flag: exit status %d\n%s", code, flagged.text())
	}
}
