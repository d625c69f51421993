package local

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestAFileThatIsAnotherThanAtTheLastStartIsToldOnce(t *testing.T) {
	var said bytes.Buffer
	dir := Dir{Path: t.TempDir(), Now: time.Now, Log: slog.New(slog.NewTextHandler(&said, nil))}
	start := func() string {
		t.Helper()
		said.Reset()
		root, err := dir.RootKey()
		if err != nil {
			t.Fatal(err)
		}
		s := dir.newStore(root, "", time.Hour)
		if err := s.open(); err != nil {
			t.Fatal(err)
		}
		if err := s.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		return said.String()
	}
	quiet := func(when string) {
		t.Helper()
		if text := start(); text != "" {
			t.Errorf("%s: %s", when, text)
		}
	}
	quiet("the first start")
	quiet("the second")
	for what, harm := range map[string]func(path string) error{
		"a bit": func(path string) error {
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			text[len(text)-3] ^= 1
			return os.WriteFile(path, text, 0o600)
		},
		"gone": os.Remove,
	} {
		for _, name := range []string{credentialsFile, tokenFile} {
			if err := harm(filepath.Join(dir.Path, name)); err != nil {
				t.Fatal(err)
			}
			if text := start(); strings.Count(text, "\n") != 1 || !strings.Contains(text, name) {
				t.Errorf("%s of %s: %q is said", what, name, text)
			}
			quiet(what + ", and again")
		}
	}
}
