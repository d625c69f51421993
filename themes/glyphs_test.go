package themes

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"unicode"
)

func TestEverySignOfTheScreensHasAnASCIIForm(t *testing.T) {
	found := 0
	for _, dir := range []string{"../tui", "../keys"} {
		filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if d != nil && d.Name() == "kittest" { // tests, and not screens
				return fs.SkipDir
			}
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(file, func(n ast.Node) bool {
				lit, ok := n.(*ast.BasicLit)
				if !ok || lit.Kind != token.STRING && lit.Kind != token.CHAR {
					return true
				}
				text, err := strconv.Unquote(lit.Value)
				if err != nil {
					t.Fatalf("%s: %s: %v", path, lit.Value, err)
				}
				for _, r := range ASCII(text) {
					if r >= 0x80 && r != '\ufffd' {
						t.Errorf("%s: %q has no ASCII form", path, r)
					}
				}
				found++
				return true
			})
			return nil
		})
	}
	if found < 100 {
		t.Errorf("only %d texts were looked at", found)
	}
}

// TestTheScreensOfTheGoldensAreASCIIWhereThatIsAskedFor looks at signs: names may have letters of any script.
func TestTheScreensOfTheGoldensAreASCIIWhereThatIsAskedFor(t *testing.T) {
	found := 0
	filepath.WalkDir("../tui", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".golden") {
			return err
		}
		screen, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for n, line := range strings.Split(ASCII(string(screen)), "\n") {
			if strings.ContainsFunc(line, func(r rune) bool { return r > 0x7e && !unicode.IsLetter(r) }) {
				t.Errorf("%s, line %d: %s", path, n+1, line)
			}
		}
		found++
		return nil
	})
	if found < 20 {
		t.Errorf("only %d screens were looked at", found)
	}
}

func TestASCIIFormsTakeOneCell(t *testing.T) {
	for r, sign := range ascii {
		if sign < 0x20 || sign > 0x7e {
			t.Errorf("%q is %q", r, sign)
		}
	}
	for screen, want := range map[string]string{
		"│ naïve 日本 …": "| naïve 日本 ~", "│ Upload…         u │": "| Upload...       u |",
	} {
		if got := ASCII(screen); got != want {
			t.Errorf("%q is %q, not %q", screen, got, want)
		}
	}
}
