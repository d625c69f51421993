package tui_test

import (
	"errors"
	"strings"
	"testing"

	"spaces/themes"
	"spaces/tui"
	"spaces/tui/dialog"
)

func TestAThemeIsShownWhileItIsChosenAndKeptOrGivenBack(t *testing.T) {
	p := newPanel(t, func(c *tui.Config) {
		c.Themes = dialog.Themes{Names: []string{"auto", "ocean", "broken"}, Keep: `theme = "NAME" in config.toml`,
			Find: func(name string) (*themes.Theme, error) {
				if name == "broken" {
					return nil, errors.New("broken.toml:2: palette.text: \"blue\" is no colour")
				}
				return themes.Find(name, "")
			}}
	})
	in := func(paint string) {
		t.Helper()
		if !strings.Contains(p.Styled(), paint) {
			t.Errorf("nothing is painted %q:\n%q", paint, p.Styled())
		}
	}
	dark, ocean := themes.Auto(true).Paint.Accent.Pre, load(t, "ocean").Paint.Accent.Pre
	in(dark)
	p.Press("g", "T")
	p.Want("Theme", "auto", "ocean")
	p.Press("j")
	in(ocean)
	p.Press("esc")
	in(dark)
	p.Press("g", "T", "j", "enter")
	in(ocean)
	p.Want(`theme = "ocean" in config.toml keeps it`)
	p.Press("g", "T", "j")
	p.Want("broken.toml:2: palette.text", "no colour")
	in(ocean)
}

func load(t *testing.T, name string) *themes.Theme {
	t.Helper()
	th, err := themes.Load(name)
	if err != nil {
		t.Fatal(err)
	}
	return th
}

func TestMessagesAreKept(t *testing.T) {
	p := newPanel(t, func(c *tui.Config) { c.Warnings = []string{"the first of them", "and another one"} })
	p.Want("the first of them (and 1 more; g m shows them)")
	p.Press("Z")
	p.Press("g", "m")
	p.Want("Messages", "the first of them", "and another one", "Z is not bound")
}
