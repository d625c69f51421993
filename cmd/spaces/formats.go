package main

import (
	"cmp"
	"fmt"
	"path/filepath"

	"github.com/adrg/xdg"
	"github.com/pelletier/go-toml/v2/unstable"

	"spaces/tui/kit"
)

// formats are those of sizes and dates that the configuration names. What is wrong with one is a warning, and its default is
// in force.
func (c config) formats() (f kit.Formats, warnings []string) {
	var err error
	wrong := func(setting string) {
		if err != nil {
			warnings = append(warnings, fmt.Sprintf("%s:%d: %s: %v. The default is in force.", c.file(), c.lineOf[setting], setting, err))
		}
	}
	f.Sizes, err = kit.SizesOf(c.Sizes)
	wrong("sizes")
	f.Dates, err = kit.DatesOf(c.Dates)
	wrong("dates")
	return f, warnings
}

// file is where the configuration is, or would be.
func (c config) file() string {
	return cmp.Or(c.path, filepath.Join(xdg.ConfigHome, "spaces", "config.toml"))
}

// settingLines says on which lines of a configuration file the settings stand that are in no table.
func settingLines(text []byte) map[string]int {
	lines := map[string]int{}
	var p unstable.Parser
	p.Reset(text)
	for p.NextExpression() {
		switch node := p.Expression(); node.Kind {
		case unstable.Table, unstable.ArrayTable:
			return lines
		case unstable.KeyValue:
			name, line := keyOf(&p, node.Key())
			lines[name] = line
		}
	}
	return lines
}
