package main

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"

	"spaces/store/storetest"
)

const works, off = storetest.Works, storetest.Off

// record adds what came out to the file that the environment names.
func record(t *testing.T, row, state string) {
	path := os.Getenv("ENGINE_RESULTS")
	if path == "" || os.Getenv("ENGINE") == "" {
		return
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o644)
	if err == nil {
		_, err = fmt.Fprintf(file, "%s\t%s\t%s\n", os.Getenv("ENGINE"), row, state)
		err = errors.Join(err, file.Close())
	}
	if err != nil {
		t.Error(err)
	}
}

// row of the table of engines. needs are the features without which it is off.
type row struct {
	title string
	needs []storetest.Feature
}

func (r row) state(e storetest.Engine) string {
	for _, need := range r.needs {
		if _, lacks := e.Lacks(need); lacks {
			return e.State(need)
		}
	}
	return works
}

// why is the reason of what is not works.
func (r row) why(e storetest.Engine) string {
	for _, need := range r.needs {
		if gap, lacks := e.Lacks(need); lacks {
			return gap.Why
		}
	}
	return ""
}

// engineRows are all that is looked at on every engine: the contract of the store, and the points of the panel.
func engineRows(t *testing.T) (contract, points []row) {
	t.Helper()
	for _, f := range storetest.Contract() {
		contract = append(contract, row{string(f), []storetest.Feature{f}})
	}
	files, err := filepath.Glob("points_*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	features := map[string]storetest.Feature{"Permissions": storetest.Permissions, "PublicListing": storetest.PublicListing, "AccessKeys": storetest.AccessKeys, "VersionTimes": storetest.VersionTimes}
	for _, name := range files {
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && strings.HasPrefix(fn.Name.Name, "TestPoint") {
				points = append(points, row{pointTitle(fn.Name.Name), needsOf(fn, features)})
			}
		}
	}
	return contract, points
}

// needsOf reads the arguments of newPoint.
func needsOf(fn *ast.FuncDecl, features map[string]storetest.Feature) (needs []storetest.Feature) {
	ast.Inspect(fn, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		if name, ok := call.Fun.(*ast.Ident); ok && name.Name == "newPoint" {
			for _, arg := range call.Args[1:] {
				needs = append(needs, features[arg.(*ast.SelectorExpr).Sel.Name])
			}
		}
		return true
	})
	return needs
}

// pointTitle makes a sentence of the name of a test.
func pointTitle(name string) string {
	name = strings.TrimPrefix(name, "TestPoint")
	var words []string
	begin := 0
	for i, r := range name {
		before, next := rune(0), rune(0)
		if i > 0 {
			before = rune(name[i-1])
		}
		if i+1 < len(name) {
			next = rune(name[i+1])
		}
		if i > 0 && unicode.IsUpper(r) && (unicode.IsLower(before) || unicode.IsLower(next)) {
			words = append(words, name[begin:i])
			begin = i
		}
	}
	words = append(words, name[begin:])
	for i, w := range words {
		if i > 0 && (len(w) == 1 || !unicode.IsUpper(rune(w[1]))) {
			words[i] = strings.ToLower(w)
		}
	}
	return strings.NewReplacer("ACORS", "a CORS", " space", " Space").Replace(strings.Join(words, " "))
}

// tableOfEngines is what README has.
func tableOfEngines(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	var reasons []string
	contract, points := engineRows(t)
	b.WriteString("| |")
	for _, e := range storetest.Engines {
		fmt.Fprintf(&b, " %s |", e.Title)
	}
	b.WriteString("\n|---|" + strings.Repeat(":-:|", len(storetest.Engines)) + "\n")
	for _, part := range []struct {
		title string
		rows  []row
	}{{"**The client**", contract}, {"**The panel, from the keyboard**", points}} {
		fmt.Fprintf(&b, "| %s |%s\n", part.title, strings.Repeat(" |", len(storetest.Engines)))
		for _, r := range part.rows {
			fmt.Fprintf(&b, "| %s |", r.title)
			for _, e := range storetest.Engines {
				cell := r.state(e)
				if why := r.why(e); why != "" {
					if !slices.Contains(reasons, why) {
						reasons = append(reasons, why)
					}
					cell += fmt.Sprintf(" <sup>%d</sup>", slices.Index(reasons, why)+1)
				}
				fmt.Fprintf(&b, " %s |", cell)
			}
			b.WriteString("\n")
		}
	}
	fmt.Fprintf(&b, "\n%s works, %s is off and the panel says why, %s is there and differs.\n\n", works, off, storetest.Differs)
	for i, why := range reasons {
		fmt.Fprintf(&b, "%d. %s\n", i+1, why)
	}
	return b.String()
}

const tableBegins, tableEnds = "<!-- engines: make interop-engines writes this table -->\n", "<!-- /engines -->"

func TestTableOfEnginesIsInREADME(t *testing.T) {
	want := tableOfEngines(t)
	t.Log("\n" + want)
	readme, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, begins := strings.Cut(string(readme), tableBegins)
	got, _, ends := strings.Cut(rest, tableEnds)
	switch {
	case !begins || !ends:
		t.Fatal("README has no table of engines")
	case got != want:
		t.Errorf("the table of engines in README is another one:\n%s\nput this there:\n%s", got, want)
	}
}

// The engines of this run have done what the table says, each of them all of it.
func TestTableOfEnginesIsWhatTheyDid(t *testing.T) {
	path := os.Getenv("ENGINE_RESULTS")
	if path == "" {
		t.Skip("no engine was run: make interop-engines does")
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	results := map[string]map[string]string{}
	for line := range strings.Lines(string(text)) {
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if results[f[0]] == nil {
			results[f[0]] = map[string]string{}
		}
		results[f[0]][f[1]] = f[2]
	}
	contract, points := engineRows(t)
	for _, e := range storetest.Engines {
		if results[e.Name] == nil {
			continue
		}
		for _, r := range append(contract, points...) {
			if got, want := results[e.Name][r.title], r.state(e); got != want {
				t.Errorf("%s, %s: it came out as %q, the table says %q", e.Name, r.title, got, want)
			}
		}
	}
}
