package keys

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Override returns the map with the user's bindings (action name → keys) laid over it: the keys of a named action are
// replaced, and taken away from whatever else had them on the same screens (see Taken); an empty list takes the action's
// keys away. Two of the user's own bindings that clash are an error, and so is a name that is not known. The errors are
// BindErrors, joined.
func (m *Map) Override(user map[string][]string) (*Map, error) {
	bindings, mine, err := m.lay(user)
	if err != nil {
		return nil, err
	}
	yield(bindings, mine)
	return newMap(bindings)
}

// Taken is a key that a binding of the user's takes away from an action that the user did not name.
type Taken struct {
	By   Action
	Key  string // of By
	From Action
	Lost string // of From: Key, or what Key begins with, or what begins with Key
}

func (t Taken) String() string {
	if t.Key == t.Lost {
		return fmt.Sprintf("%s is %s now, and no longer %s", Label(t.Key), t.By, t.From)
	}
	return fmt.Sprintf("%s is %s now, and %s no longer %s", Label(t.Key), t.By, Label(t.Lost), t.From)
}

// Taken lists what Override takes away, in the order of help. Who means it says so by binding the action that loses, too.
func (m *Map) Taken(user map[string][]string) []Taken {
	bindings, mine, err := m.lay(user)
	if err != nil {
		return nil
	}
	return yield(bindings, mine)
}

// BindError is what is wrong with bindings of the user's.
type BindError struct {
	Actions []Action // as the user wrote them
	Err     error
}

func (e *BindError) Error() string { return "key map: " + e.Err.Error() }

func (e *BindError) Unwrap() error { return e.Err }

func wrong(format string, about []Action, values ...any) error {
	return &BindError{about, fmt.Errorf(format, values...)}
}

// lay puts the user's keys in the place of those of the actions that are named.
func (m *Map) lay(user map[string][]string) (bindings []Binding, mine map[Action]bool, err error) {
	var errs []error
	bindings, mine = m.Bindings(), map[Action]bool{}
	names := make([]string, 0, len(user))
	for name := range user {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		i, ok := m.byAction[Action(name)]
		if !ok {
			errs = append(errs, wrong("there is no action %q%s", []Action{Action(name)}, name, nearest(name, actionNames())))
			continue
		}
		seqs := make([]string, 0, len(user[name]))
		for _, seq := range user[name] {
			seqs = append(seqs, strings.Join(strings.Fields(seq), " "))
		}
		bindings[i].Keys = seqs
		mine[Action(name)] = true
	}
	return bindings, mine, errors.Join(errs...)
}

// yield takes keys that the user bound away from the actions that had them.
func yield(bindings []Binding, mine map[Action]bool) (all []Taken) {
	for i, b := range bindings {
		if mine[b.Action] {
			continue
		}
		bindings[i].Keys = slices.DeleteFunc(slices.Clone(b.Keys), func(seq string) bool {
			t, taken := taker(bindings, mine, b.Action, seq)
			if taken {
				all = append(all, t)
			}
			return taken
		})
	}
	return all
}

// taker finds the user's binding that a key of an action gives way to.
func taker(bindings []Binding, mine map[Action]bool, from Action, seq string) (Taken, bool) {
	for _, b := range bindings {
		if !mine[b.Action] || !meet(b.Action, from) {
			continue
		}
		if i := slices.IndexFunc(b.Keys, func(s string) bool { return clash(s, seq) }); i >= 0 {
			return Taken{b.Action, b.Keys[i], from, seq}, true
		}
	}
	return Taken{}, false
}
