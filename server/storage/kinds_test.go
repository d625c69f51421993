package storage

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// readOnly are the exported functions, and methods of what is stored or staged,
// that change nothing on the disk.
var readOnly = strings.Fields(`
	Body.Close Body.Range Body.Size Body.Unlock
	Engine.DestroyedSpace Engine.DestroyedSpaces Engine.Failed Engine.Get Engine.GetVersion Engine.Head Engine.HeadVersion
	Engine.List Engine.ListVersions Engine.LockTime Engine.Opened Engine.Parts Engine.Ran Engine.Records Engine.Scrub
	Engine.Space Engine.Spaces Engine.Stats Engine.Upload Engine.Uploads Engine.Written
	Staged.Held Staged.Open DiskUsage FormatOf LockFile Look Scrub ValidSpaceName ValidVersion
`)

// crashedElsewhere are played whole, and crashed, by tests of their own.
var crashedElsewhere = map[string]string{
	"Open":    "crash_test.go",
	"Backup":  "crashrepair_test.go", // of a directory that nobody has open
	"Restore": "crashrepair_test.go",
	"Fsck":    "crashrepair_test.go",
}

// Whoever gives the engine a method that changes something has the scripts play
// it, which are crashed and fail at every operation.
func TestScriptsPlayEverythingThatChangesSomething(t *testing.T) {
	exported := map[string]bool{}
	parseFiles(t, func(name string) bool { return !strings.HasSuffix(name, "_test.go") }, func(n ast.Node) {
		f, ok := n.(*ast.FuncDecl)
		if !ok || !f.Name.IsExported() {
			return
		}
		switch of := receiver(f); of {
		case "":
			exported[f.Name.Name] = true
		case "Engine", "Body", "Staged":
			exported[of+"."+f.Name.Name] = true
		}
	})
	played := calledIn(t, "script", "crash_test.go")
	for _, name := range slices.Sorted(maps.Keys(exported)) {
		_, method, isMethod := strings.Cut(name, ".")
		file, elsewhere := crashedElsewhere[name]
		switch {
		case slices.Contains(readOnly, name):
		case isMethod && played[method]:
		case elsewhere && calledIn(t, file)[name]:
		default:
			t.Errorf("%s: no step of a script calls it, and nobody says that it changes nothing", name)
		}
	}
	for _, name := range readOnly {
		if !exported[name] {
			t.Errorf("%s: there is none", name)
		}
	}
}

// parseFiles visits all nodes of files of this package.
func parseFiles(t *testing.T, which func(name string) bool, visit func(ast.Node)) {
	t.Helper()
	names, err := filepath.Glob("*.go")
	if err != nil || len(names) == 0 {
		t.Skipf("there are no sources here: %v, %v", err, fs.ErrNotExist)
	}
	for _, name := range names {
		if !which(name) {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool { visit(n); return true })
	}
}

// calledIn are the names that are called in test files whose names begin so.
func calledIn(t *testing.T, prefixes ...string) map[string]bool {
	t.Helper()
	called := map[string]bool{}
	parseFiles(t, func(name string) bool {
		return strings.HasSuffix(name, "_test.go") && slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(name, p) })
	}, func(n ast.Node) {
		if c, ok := n.(*ast.CallExpr); ok {
			switch f := c.Fun.(type) {
			case *ast.SelectorExpr:
				called[f.Sel.Name] = true
			case *ast.Ident:
				called[f.Name] = true
			}
		}
	})
	return called
}

func receiver(f *ast.FuncDecl) string {
	if f.Recv == nil {
		return ""
	}
	of := f.Recv.List[0].Type
	if p, ok := of.(*ast.StarExpr); ok {
		of = p.X
	}
	if id, ok := of.(*ast.Ident); ok {
		return id.Name
	}
	return "?"
}
