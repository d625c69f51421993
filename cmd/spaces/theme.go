package main

import (
	"cmp"
	"fmt"
	"path/filepath"

	"github.com/adrg/xdg"

	"spaces/themes"
	"spaces/tui"
)

// theme is the one that the flag or the configuration names, and all that can be changed to. What is wrong with the one in
// the configuration is a warning, and the terminal's background decides; a flag is meant as it is.
func (cs *connections) theme() (th *themes.Theme, choice tui.Themes, warnings []string, err error) {
	dir := filepath.Join(xdg.ConfigHome, "spaces", "themes")
	find := func(name string) (*themes.Theme, error) { return themes.Find(name, dir) }
	th, err = find(cmp.Or(cs.o.theme, cs.c.Theme, "auto"))
	switch {
	case err != nil && cs.o.theme != "":
		return nil, choice, nil, fmt.Errorf("theme: %w", err)
	case err != nil:
		th, warnings = nil, []string{fmt.Sprintf("The theme is the default: %v", err)}
	}
	return th, tui.Themes{Names: themes.Available(dir), Find: find, Keep: `theme = "NAME" in ` + cs.c.file()}, warnings, nil
}
