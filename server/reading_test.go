package server_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// rawReaders are the functions that may get an http.Request: the one that reads
// it, those that hand it over, and the listener for those who watch, which
// answers nothing of S3.
var rawReaders = []string{"inbound.Read", "server.newCall", "server.ServeHTTP", "server.OnlyLocalNames", "server.health", "server.writeMetrics"}

// A request that is decoded in two places is a hole as soon as they differ.
func TestARequestIsReadInOnePlace(t *testing.T) {
	read := 0
	for _, dir := range []string{".", "inbound", "sigv4", "policy", "lifecycle", "website"} {
		files, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") || file == filepath.Join("sigv4", "client.go") { // the client's half
				continue
			}
			parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			for _, decl := range parsed.Decls {
				if f, ok := decl.(*ast.FuncDecl); ok && slices.Contains(rawReaders, parsed.Name.Name+"."+f.Name.Name) {
					read++
				} else if mentions(decl, "http", "Request") {
					t.Errorf("%s: %s gets an http.Request", file, nameOf(decl))
				}
			}
		}
	}
	if read != len(rawReaders) {
		t.Errorf("%d of the %d readers are there", read, len(rawReaders))
	}
}

// mentions says whether a declaration uses a name of a package.
func mentions(n ast.Node, pkg, name string) (found bool) {
	ast.Inspect(n, func(n ast.Node) bool {
		if use, ok := n.(*ast.SelectorExpr); ok && use.Sel.Name == name {
			x, ok := use.X.(*ast.Ident)
			found = found || ok && x.Name == pkg
		}
		return !found
	})
	return found
}

func nameOf(decl ast.Decl) string {
	if f, ok := decl.(*ast.FuncDecl); ok {
		return f.Name.Name
	}
	return "a declaration"
}
