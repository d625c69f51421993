package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// chosen is the environment variable that has the number of what is taken out.
const chosen = "SPACES_TAKEN_OUT"

// chooser is the file that each package gets.
const chooser = `package %s

import "os"

var takenOutNow = os.Getenv("` + chosen + `")

func takenOut(number string) bool { return number == takenOutNow }
`

// write makes the files of an overlay for `go build` in dir, and says what it is called. In it everything that can be taken
// out is, when its number is that of the environment.
func write(dir string, sites []*site) (overlay string, err error) {
	root, err := filepath.Abs(".")
	if err != nil {
		return "", err
	}
	replace := map[string]string{}
	put := func(name string, text []byte) error {
		at := filepath.Join(dir, strings.ReplaceAll(name, "/", "+"))
		replace[filepath.Join(root, filepath.FromSlash(name))] = at
		return os.WriteFile(at, text, 0o600)
	}
	byFile := map[string][]*site{}
	for _, s := range sites {
		byFile[s.File] = append(byFile[s.File], s)
	}
	for name, list := range byFile {
		text, err := os.ReadFile(name)
		if err != nil {
			return "", err
		}
		if err := put(name, changed(text, list)); err != nil {
			return "", err
		}
		if err := put(path.Dir(name)+"/taken_out.go", fmt.Appendf(nil, chooser, packageOf(text))); err != nil {
			return "", err
		}
	}
	text, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	overlay = filepath.Join(dir, "overlay.json")
	return overlay, os.WriteFile(overlay, text, 0o600)
}

func packageOf(text []byte) string {
	for line := range strings.Lines(string(text)) {
		if name, ok := strings.CutPrefix(line, "package "); ok {
			return strings.Fields(name)[0]
		}
	}
	return ""
}

// changed is a file with everything in it that can be taken out. Lines stay where they are.
func changed(text []byte, sites []*site) []byte {
	type piece struct {
		at, other int // where it goes; the other end of its site
		opens     bool
		text      string
	}
	var pieces []piece
	for _, s := range sites {
		open, end := s.around()
		pieces = append(pieces, piece{s.from, s.to, true, open}, piece{s.to, s.from, false, end})
	}
	slices.SortStableFunc(pieces, func(a, b piece) int {
		switch {
		case a.at != b.at:
			return a.at - b.at
		case a.opens != b.opens: // what ends goes first
			if a.opens {
				return 1
			}
			return -1
		}
		return b.other - a.other // the outer one opens first, and ends last
	})
	var out []byte
	at := 0
	for _, p := range pieces {
		out = append(append(out, text[at:p.at]...), p.text...)
		at = p.at
	}
	return append(out, text[at:]...)
}

// around is what a site stands between.
func (s *site) around() (open, end string) {
	is := fmt.Sprintf("takenOut(%q)", fmt.Sprint(s.number))
	switch {
	case s.result != "":
		return "func() " + s.result + " { if " + is + " { return " + s.gone + " }; return ", " }()"
	case s.gone == "true":
		return "(" + is + " || (", "))"
	}
	return "(!" + is + " && (", "))"
}
