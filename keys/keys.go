// Package keys holds the key maps: every action with its help line, group and default keys, the presets, and the
// user's file laid over them. It knows nothing of terminals beyond the names of keys.
package keys

import (
	"slices"
	"strings"
)

// Binding is one action with its keys, as shown in help.
type Binding struct {
	Action Action
	Keys   []string // each a sequence of key names separated by spaces: "g p", "ctrl+a", "space"
	Help   string   // its name in menus, palette and help
	Hint   string   // one or two words, for the line of hints
	Group  string
}

// Match is what a sequence of pressed keys means.
type Match int

// Matches.
const (
	None   Match = iota
	Prefix       // more keys may follow
	Full
)

// Map binds key sequences to actions. It is immutable once made.
type Map struct {
	bindings []Binding
	byAction map[Action]int
	bySeq    map[string][]Action // in the order of bindings
	prefixes map[string][]Action // what may follow a beginning of a sequence
}

// newMap indexes bindings that check accepts.
func newMap(bindings []Binding) (*Map, error) {
	if err := check(bindings); err != nil {
		return nil, err
	}
	m := &Map{
		bindings: bindings,
		byAction: make(map[Action]int, len(bindings)),
		bySeq:    make(map[string][]Action),
		prefixes: make(map[string][]Action),
	}
	for i, b := range bindings {
		m.byAction[b.Action] = i
		for _, seq := range b.Keys {
			m.bySeq[seq] = append(m.bySeq[seq], b.Action)
			for j := range seq {
				if seq[j] == ' ' {
					m.prefixes[seq[:j]] = append(m.prefixes[seq[:j]], b.Action)
				}
			}
		}
	}
	return m, nil
}

// Lookup tells what the pressed keys mean, keys named as in Binding.Keys. scope restricts the candidates to actions
// for which it returns true (a dialog's keys may mean something else than a page's); nil: all.
func (m *Map) Lookup(pressed []string, scope func(Action) bool) (Action, Match) {
	seq := ""
	if len(pressed) == 1 {
		seq = pressed[0]
	} else {
		seq = strings.Join(pressed, " ")
	}
	for _, a := range m.bySeq[seq] {
		if scope == nil || scope(a) {
			return a, Full
		}
	}
	for _, a := range m.prefixes[seq] {
		if scope == nil || scope(a) {
			return "", Prefix
		}
	}
	return "", None
}

// Follow is one way to go on with a sequence.
type Follow struct {
	Key    string // the rest of the sequence, as it is shown
	Action Action
	Help   string
}

// Follows returns what may follow the keys pressed so far, in the order of help.
func (m *Map) Follows(pressed []string, scope func(Action) bool) []Follow {
	begin := strings.Join(pressed, " ") + " "
	var list []Follow
	for _, b := range m.bindings {
		if scope != nil && !scope(b.Action) {
			continue
		}
		for _, seq := range b.Keys {
			if rest, ok := strings.CutPrefix(seq, begin); ok {
				list = append(list, Follow{Label(rest), b.Action, b.Help})
			}
		}
	}
	return list
}

// Key returns the first key of an action as it is shown in hints ("^a", "g p", "Space"), or "".
func (m *Map) Key(a Action) string {
	i, ok := m.byAction[a]
	if !ok || len(m.bindings[i].Keys) == 0 {
		return ""
	}
	return Label(m.bindings[i].Keys[0])
}

// Hint returns the one or two words that name an action in the line of hints.
func (m *Map) Hint(a Action) string {
	if i, ok := m.byAction[a]; ok {
		return m.bindings[i].Hint
	}
	return ""
}

// Help returns the help line of an action.
func (m *Map) Help(a Action) string {
	if i, ok := m.byAction[a]; ok {
		return m.bindings[i].Help
	}
	return ""
}

// Bindings returns all bindings in the order of help.
func (m *Map) Bindings() []Binding { return slices.Clone(m.bindings) }

// labels are the keys that are shown by a sign.
var labels = map[string]string{
	"space": "Space", "enter": "Enter", "esc": "Esc", "tab": "Tab", "shift+tab": "S-Tab", "backspace": "Backspace", "delete": "Del",
	"up": "↑", "down": "↓", "left": "←", "right": "→", "home": "Home", "end": "End", "pgup": "PgUp", "pgdown": "PgDn",
	"insert": "Ins",
}

// Label writes a sequence of key names as it is shown to people: "ctrl+a" is "^a", "space" is "Space".
func Label(seq string) string {
	names := strings.Split(seq, " ")
	for i, name := range names {
		names[i] = label(name)
	}
	return strings.Join(names, " ")
}

func label(name string) string {
	if l, ok := labels[name]; ok {
		return l
	}
	if rest, ok := strings.CutPrefix(name, "ctrl+"); ok {
		return "^" + label(rest)
	}
	if rest, ok := strings.CutPrefix(name, "shift+"); ok {
		return "S-" + label(rest)
	}
	if len(name) > 1 && name[0] == 'f' {
		return strings.ToUpper(name)
	}
	return name
}
