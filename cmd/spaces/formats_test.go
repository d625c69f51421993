package main

import (
	"strings"
	"testing"

	"spaces/tui/kit"
)

func TestFormatsAreThoseOfTheConfiguration(t *testing.T) {
	for text, want := range map[string]kit.Formats{
		"":                   {},
		`sizes = "binary"`:   {Sizes: kit.Binary},
		`"dates" = "utc"`:    {Dates: kit.UTC},
		`dates = "relative"`: {Dates: kit.Relative},
		`sizes = "decimal"`:  {},
		`dates = "local"`:    {},
		"sizes = 'bytes'\ndates = 'iso'\n[profiles.do]\nendpoint = 'https://x.example'": {Sizes: kit.Exact, Dates: kit.ISO},
	} {
		c, err := loadConfig(writeConfig(t, text, 0o600))
		if err != nil {
			t.Fatal(err)
		}
		if got, warnings := c.formats(); got != want || len(warnings) > 0 {
			t.Errorf("%q: %+v, %q", text, got, warnings)
		}
	}
}

func TestAWrongFormatIsToldWithItsLineAndTheDefaultIsInForce(t *testing.T) {
	path := writeConfig(t, "# sizes = \"no\"\nkeymap = \"vim\"\n\nsizes = \"\"\"MiB\"\"\"\n dates = \"Utc\"\n[bind]\nsizes = \"x\"\n", 0o600)
	c, err := loadConfig(path)
	if err != nil {
		t.Fatal(err)
	}
	got, warnings := c.formats()
	want := []string{
		path + `:4: sizes: there is no format "MiB"; write decimal, binary or bytes. The default is in force.`,
		path + `:5: dates: there is no format "Utc"; write local, relative, iso or utc. The default is in force.`,
	}
	if got != (kit.Formats{}) || strings.Join(warnings, "\n") != strings.Join(want, "\n") {
		t.Errorf("%+v\n%s", got, strings.Join(warnings, "\n"))
	}
	if c, err = loadConfig(writeConfig(t, "dates = 1\n", 0o600)); err == nil || !strings.Contains(err.Error(), "line 1") {
		t.Errorf("a number: %+v, %v", c.Dates, err)
	}
}
