package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
)

// listed is a package as `go list` describes it, where it is for a test with the test's files.
type listed struct {
	ImportPath, Dir string
	GoFiles         []string
	ImportMap       map[string]string // from what a file says to an ImportPath, where they differ
	Module          *struct {
		Main      bool
		GoVersion string
	}
}

func (p listed) ours() bool { return p.Module != nil && p.Module.Main }

// list lists what a platform needs, each package after those that it imports.
func list(system, arch string) ([]listed, error) {
	cmd := exec.Command("go", "list", "-deps", "-test", "-json=ImportPath,Dir,GoFiles,ImportMap,Module", "./...")
	cmd.Env = append(os.Environ(), "GOOS="+system, "GOARCH="+arch, "CGO_ENABLED=0")
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w\n%s", err, said.Bytes())
	}
	var packages []listed
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		switch err := d.Decode(&p); {
		case errors.Is(err, io.EOF):
			return packages, nil
		case err != nil:
			return nil, fmt.Errorf("go list: %w", err)
		}
		packages = append(packages, p)
	}
}

// checker knows the packages that were checked so far.
type checker struct {
	files *token.FileSet
	sizes types.Sizes
	known map[string]*types.Package
	errs  []error
}

func newChecker(arch string) *checker {
	return &checker{files: token.NewFileSet(), sizes: types.SizesFor("gc", arch), known: map[string]*types.Package{"unsafe": types.Unsafe}}
}

// importer looks up for the files of one package.
type importer struct {
	*checker
	names map[string]string
}

func (i importer) Import(path string) (*types.Package, error) {
	if other, ok := i.names[path]; ok {
		path = other
	}
	if p := i.known[path]; p != nil {
		return p, nil
	}
	return nil, fmt.Errorf("%s is not there", path)
}

// check checks a package: of those of others what they declare, of ours everything.
func (c *checker) check(p listed) {
	if p.ImportPath == "unsafe" {
		return
	}
	var files []*ast.File
	for _, name := range p.GoFiles {
		if !filepath.IsAbs(name) {
			name = filepath.Join(p.Dir, name)
		}
		f, err := parser.ParseFile(c.files, name, nil, parser.SkipObjectResolution)
		if err != nil {
			c.errs = append(c.errs, err)
			return
		}
		files = append(files, f)
	}
	conf := types.Config{
		Importer: importer{c, p.ImportMap}, Sizes: c.sizes, IgnoreFuncBodies: !p.ours(),
		Error: func(err error) { c.errs = append(c.errs, err) },
	}
	if p.Module != nil && p.Module.GoVersion != "" {
		conf.GoVersion = "go" + p.Module.GoVersion
	}
	c.known[p.ImportPath], _ = conf.Check(p.ImportPath, c.files, files, nil) // each error has gone to conf.Error
}
