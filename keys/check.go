package keys

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// check finds key names that do not exist and sequences that mean two things.
func check(bindings []Binding) error {
	var errs []error
	for i, b := range bindings {
		for j, seq := range b.Keys {
			if err := checkSequence(b.Action, seq); err != nil {
				errs = append(errs, err)
			}
			for _, other := range b.Keys[:j] {
				if clash(other, seq) {
					errs = append(errs, wrong("%q and %q of %s shut each other out", []Action{b.Action}, other, seq, b.Action))
				}
			}
			for _, other := range bindings[:i] {
				errs = append(errs, clashes(other, b.Action, seq)...)
			}
		}
	}
	return errors.Join(errs...)
}

func clashes(other Binding, action Action, seq string) (errs []error) {
	if !meet(other.Action, action) {
		return nil
	}
	both := []Action{other.Action, action}
	for _, s := range other.Keys {
		switch {
		case s == seq:
			errs = append(errs, wrong("%q is bound to both %s and %s", both, seq, other.Action, action))
		case clash(s, seq):
			errs = append(errs, wrong("%q of %s and %q of %s begin alike: one can never be reached", both,
				s, other.Action, seq, action))
		}
	}
	return errs
}

// meet says whether two actions are meant on the same screens.
func meet(a, b Action) bool { return tableOf[a].where&tableOf[b].where != 0 }

// clash says whether one sequence is the other or its beginning.
func clash(a, b string) bool {
	return a == b || strings.HasPrefix(a, b+" ") || strings.HasPrefix(b, a+" ")
}

func checkSequence(a Action, seq string) error {
	if seq == "" {
		return wrong("%s is bound to an empty key", []Action{a}, a)
	}
	for _, name := range strings.Split(seq, " ") {
		if err := checkName(name); err != nil {
			return wrong("%s: %w", []Action{a}, a, err)
		}
	}
	return nil
}

// named are the keys that are called by a word, as the terminal library names them.
var named = func() []string {
	list := []string{"enter", "tab", "backspace", "esc", "space", "up", "down", "left", "right", "insert", "delete",
		"pgup", "pgdown", "home", "end", "begin"}
	for i := 1; i <= 24; i++ {
		list = append(list, fmt.Sprintf("f%d", i))
	}
	return list
}()

// checkName accepts a key by the name that a press of it has.
func checkName(name string) error {
	key := name
	for _, mod := range []string{"ctrl+", "alt+", "shift+"} { // the order in which they are written
		if rest, ok := strings.CutPrefix(key, mod); ok && rest != "" {
			key = rest
		}
	}
	if slices.Contains(named, key) {
		return nil
	}
	r, n := utf8.DecodeRuneInString(key)
	switch {
	case n != len(key) || !unicode.IsGraphic(r) || r == ' ' || r == utf8.RuneError:
		return fmt.Errorf("there is no key %q%s", name, nearest(key, named))
	case strings.Contains(name, "shift+") && !strings.Contains(name, "ctrl+") && !strings.Contains(name, "alt+"):
		return fmt.Errorf("there is no key %q, did you mean %q?", name, strings.ToUpper(key))
	}
	return nil
}

func actionNames() []string {
	list := make([]string, len(table))
	for i, t := range table {
		list[i] = string(t.action)
	}
	return list
}

// nearest suggests the name that takes the fewest edits.
func nearest(name string, names []string) string {
	best, least := "", max(len(name)/2, 2)+1
	for _, n := range names {
		if d := distance(name, n); d < least {
			best, least = n, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf(", did you mean %q?", best)
}

// distance counts the edits between two names (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
