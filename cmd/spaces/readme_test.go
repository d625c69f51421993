package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// section is what the README has below a heading, up to the next of any level; "" when there is none.
func section(t *testing.T, heading string) string {
	t.Helper()
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(text), "\n"+heading+"\n")
	if !found {
		return ""
	}
	if i := regexp.MustCompile(`(?m)^#{2,4} `).FindStringIndex(rest); i != nil {
		rest = rest[:i[0]]
	}
	return rest
}

// sources are all Go files of a directory and below it, by whether they are tests.
func sources(t *testing.T, dir string, tests bool) string {
	t.Helper()
	var all strings.Builder
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") != tests {
			return err
		}
		text, err := os.ReadFile(path)
		all.Write(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String()
}

// What the README says of security it proves by tests, which there are.
func TestTheReadmeNamesTestsThatThereAre(t *testing.T) {
	text := section(t, "### Security")
	if text == "" {
		t.Fatal("the README has no section Security")
	}
	command := regexp.MustCompile("`go test \\./([a-z0-9/]+) -run '?([A-Za-z|\\\\]+)'?`")
	rows := 0
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, "| ") || strings.HasPrefix(line, "| who | can ") {
			continue
		}
		rows++
		found := command.FindAllStringSubmatch(line, -1)
		if len(found) == 0 {
			t.Errorf("no test shows this: %s", line)
		}
		for _, m := range found {
			tests := sources(t, "../../"+m[1], true)
			for name := range strings.SplitSeq(m[2], `\|`) {
				if !strings.Contains(tests, "func "+name+"(") {
					t.Errorf("%s has no test %s", m[1], name)
				}
			}
		}
	}
	if rows < 10 {
		t.Errorf("%d rows", rows)
	}
}

// What the README says to look at there is: commands, and texts of the log.
func TestTheReadmeNamesWhatThereIsToLookAt(t *testing.T) {
	text := section(t, "### What to look at when …")
	if text == "" {
		t.Fatal("the README has no such section")
	}
	root, program := rootCommand(process{getenv: func(string) string { return "" }}), sources(t, "../..", false)
	quoted := regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(text, -1)
	if len(quoted) < 30 {
		t.Errorf("only %d things are named", len(quoted))
	}
	for _, m := range quoted {
		switch what := m[1]; {
		case strings.HasPrefix(what, "spaces "):
			words := strings.Fields(what)[1:]
			cmd, rest, err := root.Find(words)
			if err != nil || cmd == root {
				t.Errorf("%s: %v", what, err)
				continue
			}
			for _, flag := range rest {
				if name, is := strings.CutPrefix(flag, "--"); is && cmd.Flags().Lookup(name) == nil && root.PersistentFlags().Lookup(name) == nil {
					t.Errorf("%s: there is no --%s", what, name)
				}
			}
		case strings.HasPrefix(what, `"`):
			if !strings.Contains(program, strings.Trim(what, `"`)) {
				t.Errorf("the program never says %s", what)
			}
		}
	}
}
