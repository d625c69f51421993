package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
)

// files runs the command of that name in a home of its own, and gives the directory that it wrote.
func (h home) files(t *testing.T, env ...string) string {
	t.Helper()
	h.env = env
	dir := filepath.Join(h.dir, "files")
	if out, errs, err := h.run(t, "files", dir); err != nil || out != "" {
		t.Fatal(err, out, errs)
	}
	return dir
}

func TestEveryCommandHasAPageInTheManual(t *testing.T) {
	dir := newHome(t).files(t)
	root := rootCommand(process{})
	root.InitDefaultCompletionCmd("bash")
	for _, cmd := range documented(root) {
		text, err := os.ReadFile(filepath.Join(dir, "man", pageName(cmd)+".1"))
		if err != nil {
			t.Error(err)
			continue
		}
		for _, want := range []string{".TH " + strings.ToUpper(pageName(cmd)) + " 1 ", roff(pageName(cmd)) + ` \- ` + roff(cmd.Short) + "\n"} {
			if !strings.Contains(string(text), want) {
				t.Errorf("%s has no %q", pageName(cmd), want)
			}
		}
		for line := range strings.Lines(string(text)) {
			if macro, _, _ := strings.Cut(strings.TrimSpace(line), " "); strings.HasPrefix(macro, ".") && !strings.Contains(".TH .SH .SS .TP .PP .B .BR .I .RS .RE .nf .fi", macro) {
				t.Errorf("%s: a text became a request: %q", pageName(cmd), line)
			}
		}
	}
	serve, err := os.ReadFile(filepath.Join(dir, "man", "spaces-serve.1"))
	if err != nil || !strings.Contains(string(serve), `\fB\-\-listen\fR \fIstring\fR`) || !strings.Contains(string(serve), `\fB\-\-data\fR`) {
		t.Errorf("%v, no flags in\n%s", err, serve)
	}
	if _, err := os.Stat(filepath.Join(dir, "man", "spaces-files.1")); err == nil {
		t.Error("a hidden command has a page")
	}
}

func TestThePagesAreThoseOfADateThatIsGiven(t *testing.T) {
	first, second := newHome(t).files(t, "SOURCE_DATE_EPOCH=1782900000"), newHome(t).files(t, "SOURCE_DATE_EPOCH=1782900000")
	n := 0
	err := filepath.WalkDir(first, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		n++
		one, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, _ := filepath.Rel(first, path)
		other, err := os.ReadFile(filepath.Join(second, name))
		if !bytes.Equal(one, other) {
			t.Errorf("%s was written twice and differs", name)
		}
		if strings.HasPrefix(name, "man") && !bytes.Contains(one, []byte(`"2026-07-01"`)) {
			t.Errorf("%s has no date", name)
		}
		return err
	})
	if err != nil || n < 10 {
		t.Error(n, err)
	}
	h := newHome(t)
	h.env = []string{"SOURCE_DATE_EPOCH=today"}
	if _, errs, err := h.run(t, "files", filepath.Join(h.dir, "files")); err == nil || !strings.Contains(errs, "SOURCE_DATE_EPOCH") {
		t.Error(errs, err)
	}
}

func TestAPageShowsTextsAsTheyWereWritten(t *testing.T) {
	cmd := &cobra.Command{
		Use: "try", Short: `Say 'it' by "name" in C:\dir`, Run: func(*cobra.Command, []string) {},
		Long:    ".profile is read first\n'quoted'\n\nTerms:\n  *.log    names with a - in them\n\n\t.indented ~/x",
		Example: `try '^a-b' "c"`,
	}
	var b strings.Builder
	if err := (manual{version: "try 1", date: time.Unix(0, 0)}).page(&b, cmd); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`.TH TRY 1 "1970-01-01" "try 1" try`, `\(aqit\(aq by \(dqname\(dq in C:\edir`, "\n\\&.profile is read first\n\\(aqquoted\\(aq\n",
		".TP\n.B *.log\nnames with a \\- in them\n", ".nf\n\\&.indented \\(ti/x\n.fi", `try \(aq\(haa\-b\(aq \(dqc\(dq`,
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in\n%s", want, &b)
		}
	}
}
