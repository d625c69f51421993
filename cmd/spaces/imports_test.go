package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// pkg is what `go list -json` tells of a package.
type pkg struct {
	ImportPath, Dir                    string
	GoFiles, TestGoFiles, XTestGoFiles []string
	Imports, TestImports, XTestImports []string
}

func listPackages(t *testing.T) []pkg {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Dir,GoFiles,TestGoFiles,XTestGoFiles,Imports,TestImports,XTestImports", "spaces/...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var list []pkg
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p pkg
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return list
		} else if err != nil {
			t.Fatal(err)
		}
		list = append(list, p)
	}
}

// mayImport is who knows whom: the packages of this module that a package may import outside its tests. Whoever is
// not named may import none.
var mayImport = map[string][]string{
	"cmd/spaces":      {"keys", "server", "server/accesslog", "server/certs", "server/keyring", "server/local", "server/storage", "server/sweep", "store", "store/compare", "store/job", "store/listing", "store/sftpd", "store/snapshot", "themes", "tui", "tui/dialog", "tui/kit", "tui/sshd"},
	"tui":             {"keys", "store", "store/job", "store/listing", "themes", "tui/dialog", "tui/kit", "tui/page", "tui/preview"},
	"tui/sshd":        {},
	"tui/page":        {"keys", "store", "store/compare", "store/job", "store/listing", "themes", "tui/dialog", "tui/kit", "tui/preview"},
	"tui/preview":     {"store", "themes"},
	"tui/dialog":      {"keys", "store", "store/job", "store/listing", "themes", "tui/kit"},
	"tui/kit":         {"keys", "store", "store/job", "store/listing", "themes"},
	"tui/kit/kittest": {"keys", "store", "store/job", "themes", "tui/kit"},
	"store/job":       {"store", "store/compare"},
	"store/listing":   {"store", "store/job"},
	"store/compare":   {"store"},
	"store/sftpd":     {"store", "store/job"},
	"store/snapshot":  {"store"},
	"store/storetest": {"store", "server", "server/keyring", "server/links", "server/storage"},

	"server":           {"server/accesslog", "server/archive", "server/inbound", "server/keyring", "server/lifecycle", "server/links", "server/pipe", "server/policy", "server/s3xml", "server/sigv4", "server/storage", "server/sweep", "server/website"},
	"server/accesslog": {"server/s3xml", "server/storage"},
	"server/keyring":   {"server/s3xml", "server/storage"},
	"server/lifecycle": {"server/s3xml"},
	"server/local":     {"server", "server/accesslog", "server/certs", "server/keyring", "server/links", "server/storage", "server/sweep"},
	"server/links":     {"server/storage"},
	"server/chance":    {}, // for tests alone, as the next: testsMayImport
	"server/powercut":  {},
	"server/sigv4":     {"server/inbound"},
	"server/website":   {"server/s3xml"},
	"server/sweep":     {"server/lifecycle", "server/storage"},
}

// testsMayImport is what tests may import beyond what their package may.
var testsMayImport = []string{"store/storetest", "tui/kit/kittest", "server/storage", "server/sigv4", "server/certs/certstest", "server/powercut", "server/chance", "server/pipe"}

func TestPackagesKnowOnlyWhoTheyMay(t *testing.T) {
	for _, p := range listPackages(t) {
		name := strings.TrimPrefix(p.ImportPath, "spaces/")
		if slices.ContainsFunc([]string{"testdata/", "internal/"}, func(s string) bool { return strings.HasPrefix(name, s) }) {
			continue
		}
		check := func(imports []string, also ...string) {
			for _, path := range imports {
				other, own := strings.CutPrefix(path, "spaces/")
				if own && other != name && !slices.Contains(mayImport[name], other) && !slices.Contains(also, other) {
					t.Errorf("%s imports %s", name, other)
				}
			}
		}
		check(p.Imports)
		if name != "cmd/spaces" { // its tests drive everything
			check(slices.Concat(p.TestImports, p.XTestImports), append(testsOf(name), testsMayImport...)...)
		}
	}
}

// testsOf lets the tests of the store and of the panel reach the embedded server by its fixture, and nothing in the
// server reach a client.
func testsOf(name string) []string {
	if strings.HasPrefix(name, "tui") {
		return []string{"tui", "tui/page", "tui/dialog"}
	}
	if strings.HasPrefix(name, "store") {
		return []string{"store", "store/job"}
	}
	return nil
}

func TestServerAndClientDoNotKnowEachOther(t *testing.T) {
	for _, p := range listPackages(t) {
		name := strings.TrimPrefix(p.ImportPath, "spaces/")
		all := slices.Concat(p.Imports, p.TestImports, p.XTestImports)
		server := func(path string) bool { return strings.HasPrefix(path+"/", "spaces/server/") }
		client := func(path string) bool {
			return strings.HasPrefix(path+"/", "spaces/store/") || strings.HasPrefix(path+"/", "spaces/tui/")
		}
		switch {
		case server("spaces/" + name):
			if i := slices.IndexFunc(all, client); i >= 0 {
				t.Errorf("%s knows %s", name, all[i])
			}
		case name == "cmd/spaces", name == "store/storetest":
		default:
			if i := slices.IndexFunc(p.Imports, server); i >= 0 {
				t.Errorf("%s knows %s", name, p.Imports[i])
			}
		}
	}
}

// belongs tells which packages may import a library outside their tests; "tui/..." is tui and all below it.
var belongs = []struct {
	library string
	to      []string
}{
	{"charm.land/bubbletea/v2", []string{"tui/...", "cmd/spaces"}},
	{"charm.land/bubbles/v2", []string{"tui/..."}},
	{"charm.land/lipgloss/v2", []string{"tui/...", "themes"}},
	{"charm.land/fang/v2", []string{"cmd/spaces"}},
	{"github.com/aws", []string{"store"}},
	{"github.com/digitalocean/godo", []string{"store"}},
	{"github.com/cockroachdb/pebble/v2", []string{"server/storage", "store/storetest"}},
	{"github.com/caddyserver/certmagic", []string{"server/certs"}},
	{"github.com/mholt/acmez/v3", []string{"server/certs"}},
	{"go.uber.org/zap", []string{"server/certs"}},
	{"github.com/letsencrypt/pebble/v2", []string{"server/certs/certstest"}},
	{"github.com/adrg/xdg", []string{"cmd/spaces"}},
	{"filippo.io/age", []string{"store/snapshot"}},
	{"github.com/spf13", []string{"cmd/spaces"}},
	{"flag", []string{"cmd/spaces"}},
}

func TestLibrariesStayWhereTheyBelong(t *testing.T) {
	for _, p := range listPackages(t) {
		for _, path := range p.Imports {
			for _, b := range belongs {
				if below(path, b.library) && !allowed(strings.TrimPrefix(p.ImportPath, "spaces/"), b.to) {
					t.Errorf("%s imports %s", p.ImportPath, path)
				}
			}
		}
	}
}

func below(path, root string) bool { return path == root || strings.HasPrefix(path, root+"/") }

func allowed(name string, to []string) bool {
	return slices.ContainsFunc(to, func(s string) bool {
		root, tree := strings.CutSuffix(s, "/...")
		return name == root || tree && below(name, root)
	})
}

// providers are domains of those who sell object storage.
var providers = []string{"digitaloceanspaces.com", "digitalocean.com", "amazonaws.com", "linodeobjects.com", "your-objectstorage.com", "dream.io",
	"cloudflarestorage.com", "backblazeb2.com", "wasabisys.com", "googleapis.com", "ovh.net", "scw.cloud"}

// protocol is what the S3 protocol itself says: a namespace, and groups of grantees.
var protocol = []string{"http://s3.amazonaws.com/doc/2006-03-01/", "http://acs.amazonaws.com/groups/"}

// namesProviders may name one for what it says to people.
var namesProviders = map[string]string{"store/storetest/cdn.go": "it answers as DigitalOcean does"}

func TestOnlyTheStoreKnowsProviders(t *testing.T) {
	used := map[string]bool{}
	for _, p := range listPackages(t) {
		name := strings.TrimPrefix(p.ImportPath, "spaces/")
		if name == "store" {
			continue
		}
		for _, file := range p.GoFiles {
			for _, text := range textsOf(t, filepath.Join(p.Dir, file)) {
				for _, word := range protocol {
					text = strings.ReplaceAll(text, word, "")
				}
				if !slices.ContainsFunc(providers, func(domain string) bool { return strings.Contains(strings.ToLower(text), domain) }) {
					continue
				}
				if at := name + "/" + file; namesProviders[at] == "" {
					t.Errorf("%s names a provider: %q", at, text)
				} else {
					used[at] = true
				}
			}
		}
	}
	for at := range namesProviders {
		if !used[at] {
			t.Errorf("%s names no provider any more", at)
		}
	}
}

// textsOf are the string literals of a file.
func textsOf(t *testing.T, file string) (texts []string) {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(parsed, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			text, err := strconv.Unquote(lit.Value)
			if err != nil {
				t.Fatal(err)
			}
			texts = append(texts, text)
		}
		return true
	})
	return texts
}

// environment are the calls that read what the process was started with.
var environment = []string{"Getenv", "LookupEnv", "Environ", "ExpandEnv", "Args", "UserHomeDir", "UserConfigDir", "UserCacheDir", "Exit"}

func TestOnlyCommandsReadTheEnvironment(t *testing.T) {
	for _, p := range listPackages(t) {
		if strings.HasPrefix(p.ImportPath, "spaces/cmd/") || p.ImportPath == "spaces/server/chance" { // the last is of tests
			continue
		}
		for _, file := range p.GoFiles {
			for _, use := range usesOf(t, filepath.Join(p.Dir, file), "os") {
				if slices.Contains(environment, use) {
					t.Errorf("%s/%s uses os.%s", p.ImportPath, file, use)
				}
			}
		}
	}
}

// usesOf lists the names that a file takes from a package that it imports.
func usesOf(t *testing.T, file, path string) (names []string) {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	as := ""
	for _, imp := range parsed.Imports {
		if imp.Path.Value == fmt.Sprintf("%q", path) {
			as = filepath.Base(path)
			if imp.Name != nil {
				as = imp.Name.Name
			}
		}
	}
	ast.Inspect(parsed, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok && as != "" {
			if x, ok := sel.X.(*ast.Ident); ok && x.Name == as && x.Obj == nil {
				names = append(names, sel.Sel.Name)
			}
		}
		return true
	})
	return names
}
