package main

import (
	"fmt"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const root = "../.."

// Whoever adds a sync or a verification has to say here which test would miss it.
func TestTheTableHasAllThatCanBeTakenOutAndNothingElse(t *testing.T) {
	sites, err := find(root, table)
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range assign(sites, table) {
		t.Error(err)
	}
	tested, excused := 0, 0
	for _, s := range sites {
		switch {
		case s.row == nil:
		case s.row.Excuse != "":
			excused++
		default:
			tested++
		}
	}
	readme, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, said := range []string{fmt.Sprintf("%d of them", tested), fmt.Sprintf("%d more are excused", excused)} {
		if !strings.Contains(string(readme), said) {
			t.Errorf("the README does not say %q", said)
		}
	}
}

func TestTheTableNamesTestsThatThereAre(t *testing.T) {
	there := map[string]string{}
	for _, r := range table {
		if r.Excuse != "" {
			continue
		}
		if there[r.Tests] == "" {
			there[r.Tests] = testsOf(t, filepath.Join(root, r.Tests))
		}
		for name := range strings.SplitSeq(strings.Trim(r.Run, "^()$"), "|") {
			if !strings.Contains(there[r.Tests], "func "+name+"(") {
				t.Errorf("%s %s: there is no %s in %s", r.File, r.Text, name, r.Tests)
			}
		}
	}
}

func testsOf(t *testing.T, dir string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(text)
	}
	return all.String()
}

const program = `package p

import "hash/crc32"

func syncDir(dir string) error { return open(dir).Sync() }

func (x *thing) write() (err error) {
	if err = x.f.Sync(); err == nil {
		err = syncDir(x.dir)
	}
	x.synced()
	if x.read != x.size {
		return ErrCorrupt
	}
	if crc32.Checksum(x.b, table) != x.sum && x.loud {
		return errors.New("other bytes")
	}
	return err
}
`

// inModule is what is found in a module that has the program.
func inModule(t *testing.T, more ...row) (text []byte, sites []*site) {
	t.Helper()
	dir := t.TempDir()
	at := filepath.Join(dir, "server", "storage", "p.go")
	if err := os.MkdirAll(filepath.Dir(at), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(at, []byte(program), 0o600); err != nil {
		t.Fatal(err)
	}
	sites, err := find(dir, more)
	if err != nil {
		t.Fatal(err)
	}
	return []byte(program), sites
}

func TestSyncsAndVerificationsAreFound(t *testing.T) {
	_, sites := inModule(t, row{File: "server/storage/p.go", Func: "thing.write", Text: "x.loud"})
	var got []string
	for _, s := range sites {
		got = append(got, s.Func+" "+s.Text+" "+s.gone)
	}
	want := []string{
		"syncDir open(dir).Sync() nil",
		"thing.write x.f.Sync() nil",
		"thing.write syncDir(x.dir) nil",
		"thing.write x.read != x.size false",
		"thing.write crc32.Checksum(x.b, table) != x.sum false",
		"thing.write x.loud false",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("found are\n%s\nnot\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestWhatIsTakenOutIsChosenAndStaysInItsLine(t *testing.T) {
	text, sites := inModule(t)
	out := string(changed(text, sites))
	if _, err := parser.ParseFile(token.NewFileSet(), "", out, 0); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	for _, want := range []string{
		`func() error { if takenOut("2") { return nil }; return x.f.Sync() }()`,
		`if (!takenOut("4") && (x.read != x.size)) {`,
		`if (!takenOut("5") && (crc32.Checksum(x.b, table) != x.sum)) && x.loud {`,
	} {
		if !strings.Contains(out, want) {
			t.Errorf("%s is not in\n%s", want, out)
		}
	}
	if strings.Count(out, "\n") != strings.Count(program, "\n") {
		t.Error("lines have moved")
	}
}

func TestTheTableIsComparedWithWhatThereIs(t *testing.T) {
	_, sites := inModule(t)
	r := func(text string, times int) row {
		return row{File: "server/storage/p.go", Func: "thing.write", Text: text, Tests: "p", Run: "^TestP$", Times: times}
	}
	list := []row{
		r("x.f.Sync()", 2), r("syncDir(x.dir)", 0), r("x.read != x.size", 0), r("x.read != x.size", 0), r("gone", 0),
		{File: "server/storage/p.go", Func: "syncDir", Text: "open(dir).Sync()"},
	}
	var said []string
	for _, err := range assign(sites, list) {
		said = append(said, err.Error())
	}
	for _, want := range []string{
		"no row says .*crc32", "x.f.Sync.. is there 1 times, not 2", "two rows of .*x.size", "gone is there 0 times", "either a test or an excuse: .*open",
	} {
		if !regexp.MustCompile(want).MatchString(strings.Join(said, "\n")) {
			t.Errorf("%s is not said in\n%s", want, strings.Join(said, "\n"))
		}
	}
}

func TestWhoNoticedIsTold(t *testing.T) {
	for out, want := range map[string]string{
		"=== RUN   TestA\n--- PASS: TestA (0.00s)\n=== RUN   TestB\n    --- FAIL: TestB/sub (0.00s)\n--- FAIL: TestB (0.00s)\n": "TestB/sub",
		"=== RUN   TestA\n--- PASS: TestA (0.00s)\n=== RUN   TestB\npanic: no\n\ngoroutine 1":                                   "TestB (the process died)",
	} {
		if got := failing([]byte(out)); got != want {
			t.Errorf("said is %q, not %q", got, want)
		}
	}
}
