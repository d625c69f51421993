package main

import (
	"bytes"
	"cmp"
	"fmt"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// site is something that can be taken out: an expression of a file.
type site struct {
	File string // below the module, with slashes
	Func string // "Type.method" or "function"
	Text string // its source
	Line int
	kind kind

	from, to int    // offsets in the file
	gone     string // what stands for it when it is taken out
	result   string // of a call: its type
	number   int    // from 1
	row      *row
}

type kind int

const (
	durable kind = iota // a call that makes something durable
	checked             // a verification
)

// key is what a row names a site by.
func (s *site) key() string { return s.File + " " + s.Func + " " + s.Text }

func (s *site) String() string { return fmt.Sprintf("%s:%d %s: %s", s.File, s.Line, s.Func, s.Text) }

// source is a file of the program.
type source struct {
	name    string
	text    []byte
	set     *token.FileSet
	file    *ast.File
	derived map[string]string // functions of its package that sync by what they call, and their results
}

// find gives everything that can be taken out of the module whose root is dir, by file and place. What a table names beyond
// what is found by rule is found by its exact text.
func find(dir string, t []row) ([]*site, error) {
	sources, err := parse(dir)
	if err != nil {
		return nil, err
	}
	var all []*site
	byFile := map[string][]row{}
	for _, r := range t {
		byFile[r.File] = append(byFile[r.File], r)
	}
	for _, s := range sources {
		f := &finder{source: s, hashes: sums.Match(s.text), seen: map[[2]int]bool{}}
		for _, d := range s.file.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Body != nil {
				f.in = nameOf(fn)
				f.function(fn)
				f.named(fn, byFile[s.name])
			}
		}
		all = append(all, f.found...)
	}
	slices.SortFunc(all, func(a, b *site) int { return cmp.Or(strings.Compare(a.File, b.File), a.from-b.from, b.to-a.to) })
	for i, s := range all {
		s.number = i + 1
	}
	return all, nil
}

// words are what a file has in which a rule finds something outside the packages that have refusals.
var words = []string{"ync(", "yncD", "yncN", "yncO", "yncT", "yncW", "yncA", "yncB", "yncfs(", "pebble.Sync", "datasync(", "Checksum(", "sha256.Sum", "md5.Sum", "sha1.Sum", "hmac.Equal", "ConstantTime"}

func interesting(name string, text []byte) bool {
	return refusals[path.Dir(name)] != nil || deciders[path.Dir(name)] != nil || slices.ContainsFunc(words, func(w string) bool { return bytes.Contains(text, []byte(w)) })
}

// parse reads what may be taken out of: what is built here, without tests and what is for them.
func parse(dir string) (list []*source, err error) {
	err = filepath.WalkDir(dir, func(at string, d fs.DirEntry, err error) error {
		name := filepath.ToSlash(at)
		switch {
		case err != nil:
			return err
		case d.IsDir() && name != dir && (strings.HasPrefix(d.Name(), ".") || slices.Contains(outside, relative(dir, name))):
			return filepath.SkipDir
		case d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		text, err := os.ReadFile(at)
		if err != nil || !interesting(relative(dir, name), text) {
			return err
		}
		if ok, err := build.Default.MatchFile(filepath.Dir(at), d.Name()); err != nil || !ok {
			return err
		}
		s := &source{name: relative(dir, name), text: text, set: token.NewFileSet()}
		s.file, err = parser.ParseFile(s.set, at, text, parser.SkipObjectResolution)
		list = append(list, s)
		return err
	})
	derive(list)
	return list, err
}

// outside is what is no part of the program.
var outside = []string{"testdata", "cmd/mutate", "cmd/dist", "bin", "store/storetest", "tui/kit/kittest", "server/certs/certstest", "server/powercut"}

func relative(dir, name string) string {
	rel, err := filepath.Rel(dir, name)
	if err != nil {
		return name
	}
	return filepath.ToSlash(rel)
}

func nameOf(fn *ast.FuncDecl) string {
	if fn.Recv == nil {
		return fn.Name.Name
	}
	t := fn.Recv.List[0].Type
	for {
		switch x := t.(type) {
		case *ast.StarExpr:
			t = x.X
		case *ast.IndexExpr:
			t = x.X
		case *ast.Ident:
			return x.Name + "." + fn.Name.Name
		default:
			return fn.Name.Name
		}
	}
}

// finder collects the sites of a file.
type finder struct {
	*source
	in     string // the function
	hashes bool   // it computes some
	found  []*site
	seen   map[[2]int]bool
}

func (f *finder) offset(p token.Pos) int { return int(p - f.file.FileStart) }

func (f *finder) textOf(n ast.Node) string {
	return string(f.text[f.offset(n.Pos()):f.offset(n.End())])
}

// add notes a site, once, whichever rule found it first.
func (f *finder) add(n ast.Expr, k kind, gone, result string) {
	from, to := f.offset(n.Pos()), f.offset(n.End())
	if f.seen[[2]int{from, to}] {
		return
	}
	f.seen[[2]int{from, to}] = true
	text := string(bytes.Join(bytes.Fields(f.text[from:to]), []byte(" ")))
	f.found = append(f.found, &site{File: f.name, Func: f.in, Text: text, Line: f.set.Position(n.Pos()).Line, kind: k, from: from, to: to, gone: gone, result: result})
}
