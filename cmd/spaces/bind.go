package main

import (
	"cmp"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"

	"spaces/keys"
)

// bindLines says on which lines of a configuration file the bindings of actions stand.
func bindLines(text []byte) map[keys.Action]int {
	lines := map[keys.Action]int{}
	var p unstable.Parser
	p.Reset(text)
	table := ""
	for p.NextExpression() {
		node := p.Expression()
		if node.Kind != unstable.KeyValue {
			table, _ = keyOf(&p, node.Key())
			continue
		}
		noteBinding(&p, table, node, lines)
	}
	return lines
}

// noteBinding takes bindings out of a line of a table: of [bind] itself, or of one that holds it in whole or in part.
func noteBinding(p *unstable.Parser, table string, node *unstable.Node, lines map[keys.Action]int) {
	name, line := keyOf(p, node.Key())
	full := strings.TrimPrefix(table+"."+name, ".")
	if action, is := strings.CutPrefix(full, "bind."); is {
		lines[keys.Action(action)] = line
		return
	}
	if full != "bind" || node.Value().Kind != unstable.InlineTable {
		return
	}
	for it := node.Value().Children(); it.Next(); {
		noteBinding(p, "bind", it.Node(), lines)
	}
}

func keyOf(p *unstable.Parser, parts unstable.Iterator) (name string, line int) {
	var names []string
	for parts.Next() {
		names = append(names, string(parts.Node().Data))
		line = p.Shape(parts.Node().Raw).Start.Line
	}
	return strings.Join(names, "."), line
}

// readBound takes one key, or a list of keys, for each action.
func (c *config) readBound() error {
	c.Bind = make(map[string][]string, len(c.Bound))
	for action, value := range c.Bound {
		list, is := value.([]any)
		if !is {
			list = []any{value}
		}
		names := make([]string, 0, len(list))
		for _, v := range list {
			name, is := v.(string)
			if !is {
				return fmt.Errorf(`%s: line %d: %s is no key; write "k", or ["k", "up"]`, c.path, c.bindAt[keys.Action(action)], action)
			}
			names = append(names, name)
		}
		c.Bind[action] = names
	}
	return nil
}

// keyMap is the preset of the flag, or of the configuration, with the user's bindings over it. warnings tell what these take
// away from other actions, and what of the configuration is wrong: then the defaults are in force. A flag is meant as it is.
func (c config) keyMap(flag string) (m *keys.Map, warnings []string, err error) {
	base, err := keys.Preset(cmp.Or(flag, c.KeyMap, "spaces"))
	if err != nil {
		if flag != "" {
			return nil, nil, err
		}
		warnings = append(warnings, fmt.Sprintf("%s: %v", filepath.Base(c.path), err))
		if base, err = keys.Preset("spaces"); err != nil {
			return nil, nil, err
		}
	}
	m, err = base.Override(c.Bind)
	if err != nil {
		for line := range strings.Lines(c.located(err).Error()) {
			warnings = append(warnings, strings.TrimSpace(line))
		}
		return base, append(warnings, "The keys of the preset are in force."), nil
	}
	for _, t := range base.Taken(c.Bind) {
		warnings = append(warnings, fmt.Sprintf("%s:%d: %s", filepath.Base(c.path), c.bindAt[t.By], t))
	}
	return m, warnings, nil
}

// located puts the place in the file before every error about a binding.
func (c config) located(err error) error {
	if joined, is := err.(interface{ Unwrap() []error }); is {
		var all []error
		for _, e := range joined.Unwrap() {
			all = append(all, c.located(e))
		}
		return errors.Join(all...)
	}
	var wrong *keys.BindError
	if !errors.As(err, &wrong) {
		return err
	}
	line := 0
	for _, action := range wrong.Actions {
		line = max(line, c.bindAt[action])
	}
	return fmt.Errorf("%s:%d: %w", c.path, line, wrong.Err)
}
