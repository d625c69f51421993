package main

import (
	"errors"
	"fmt"
	"strings"
)

// mostMistakes is how many lines are named that cannot be read: a file with more is none of these.
const mostMistakes = 3

// readINI reads sections of settings. An indented line below a setting without a value is one of its own: PARENT.NAME. Lines
// that it cannot make sense of are in the error, by their numbers; what it could read is there all the same. There is nothing of
// a line in an error: it may be half of a secret.
func readINI(text []byte) (map[string]map[string]string, error) {
	all := map[string]map[string]string{}
	var section map[string]string
	var mistakes []error
	parent, n := "", 0
	for raw := range strings.Lines(string(text)) {
		n++
		line := strings.TrimSpace(raw)
		if line == "" || line[0] == '#' || line[0] == ';' {
			continue
		}
		wrong := ""
		name, value, is := strings.Cut(line, "=")
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		switch {
		case line[0] == '[':
			title, _, closed := strings.Cut(line[1:], "]")
			if title = strings.TrimSpace(title); !closed || title == "" {
				section, wrong = nil, "a section without its name and a ]"
				break
			}
			if all[title] == nil {
				all[title] = map[string]string{}
			}
			section, parent = all[title], ""
		case !is:
			wrong = "neither [SECTION] nor NAME = VALUE"
		case section == nil:
			wrong = "a setting that is in no section"
		case raw[0] == ' ' || raw[0] == '\t':
			if parent != "" {
				name = parent + "." + name
			}
			section[name] = value
		default:
			if parent = ""; value == "" {
				parent = name
			}
			section[name] = value
		}
		if wrong != "" && len(mistakes) <= mostMistakes {
			mistakes = append(mistakes, fmt.Errorf("line %d: %s", n, wrong))
		}
	}
	if len(mistakes) > mostMistakes {
		mistakes[mostMistakes] = errors.New("and more")
	}
	return all, errors.Join(mistakes...)
}
