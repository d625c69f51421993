package main

import (
	"maps"
	"os"
	"path/filepath"
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

func TestBindingsThatCannotBeAreRefusedWithFileAndLine(t *testing.T) {
	h := newHome(t)
	path := h.write(t, "[bind]\nupload = [\"z\"]\n\nshare = [\"z\"]\nmove = [\"entr\"]\n")
	x := newTerminal(t, h.command(program(t)), 200, 24)
	if code := x.ended(); code != 1 {
		t.Errorf("exit status %d", code)
	}
	for _, want := range []string{path + ":4: \"z\" is bound to both", path + ":5: move: there is no key \"entr\", did you mean \"enter\"?"} {
		if !strings.Contains(x.text(), want) {
			t.Errorf("no %s in\n%s", want, x.text())
		}
	}
}
