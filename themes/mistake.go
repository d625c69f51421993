package themes

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

// misplaced is a mistake at a line of a theme's file.
type misplaced struct {
	line int
	what string
}

func (m *misplaced) Error() string { return fmt.Sprintf("line %d: %s", m.line, m.what) }

// mistake says in which file and line a theme is wrong.
func mistake(name string, err error) error {
	var unknown *toml.StrictMissingError
	var broken *toml.DecodeError
	var wrong *misplaced
	switch {
	case errors.As(err, &wrong):
	case errors.As(err, &unknown) && len(unknown.Errors) > 0:
		line, _ := unknown.Errors[0].Position()
		wrong = &misplaced{line, fmt.Sprintf("there is no entry %q", strings.Join(unknown.Errors[0].Key(), "."))}
	case errors.As(err, &broken):
		line, _ := broken.Position()
		wrong = &misplaced{line, strings.TrimPrefix(broken.Error(), "toml: ")}
	default:
		return fmt.Errorf("%s.toml: %w", name, err)
	}
	return fmt.Errorf("%s.toml:%d: %s", name, wrong.line, wrong.what)
}

// check finds the first entry of a table that is no colour.
func (p palette) check(table string, data []byte) error {
	v := reflect.ValueOf(p)
	for i := range v.NumField() {
		name, value := v.Type().Field(i).Tag.Get("toml"), v.Field(i).String()
		if !isColor(value) {
			return &misplaced{lineOf(data, table, name),
				fmt.Sprintf("%s.%s: %q is no colour: write \"#rrggbb\" or a number from 0 to 255", table, name, value)}
		}
	}
	return nil
}

// lineOf is the line on which a table of a file has an entry, 1 where it is written in a way that is not looked for.
func lineOf(data []byte, table, entry string) int {
	in, n := "", 0
	for line := range bytes.Lines(data) {
		n++
		text := strings.TrimSpace(string(line))
		if head, is := strings.CutPrefix(text, "["); is {
			in, _, _ = strings.Cut(head, "]")
			continue
		}
		if name, _, is := strings.Cut(text, "="); is && strings.TrimSpace(in) == table && strings.TrimSpace(name) == entry {
			return n
		}
	}
	return 1
}
