package server

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The README says what is understood of S3: neither more nor less than the table of operations.
func TestTheReadmeNamesEveryOperation(t *testing.T) {
	text, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	var told, there []string
	name := regexp.MustCompile("`([A-Z][A-Za-z0-9]+)`")
	for line := range strings.Lines(string(text)) {
		if first, _, ok := strings.Cut(strings.TrimPrefix(line, "| "), " | "); ok && strings.HasPrefix(line, "| `") {
			for _, m := range name.FindAllStringSubmatch(first, -1) {
				told = append(told, m[1])
			}
		}
	}
	for _, group := range operations {
		for _, op := range group {
			there = append(there, op.name)
		}
	}
	slices.Sort(told)
	slices.Sort(there)
	there = slices.Compact(there)
	for _, op := range told {
		if !slices.Contains(there, op) {
			t.Errorf("the README names %s, which the table does not have", op)
		}
	}
	for _, op := range there {
		if !slices.Contains(told, op) {
			t.Errorf("the README does not name %s", op)
		}
	}
}
