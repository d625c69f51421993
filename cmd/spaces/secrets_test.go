package main

import (
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"spaces/store/storetest"
)

// Whatever goes wrong, no output and no file but the configuration has the secret, or a signature that is good for a while.
func TestNoCommandTellsASecret(t *testing.T) {
	w := newWatched(t)
	storetest.Put(t, w.Store, "media", "a/1", "content")
	up, down := filepath.Join(w.dir, "up"), filepath.Join(w.dir, "down")
	file := filepath.Join(up, "file")
	for _, dir := range []string{up, down} {
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(file, []byte("content"), 0o600); err != nil {
		t.Fatal(err)
	}
	said := func(args ...string) {
		t.Helper()
		out, errs, _ := w.do(t, args...)
		if strings.Contains(out+errs, storetest.SecretKey) || strings.Contains(out+errs, "Signature") {
			t.Errorf("spaces %q says\n%s%s", args, out, errs)
		}
	}
	every := func() {
		for _, args := range [][]string{{"ls", "far:"}, {"ls", "-r", "far:media"}, {"cat", "far:media/a/1"}, {"stat", "far:media/a/1"}, {"du", "far:media"},
			{"find", "far:media"}, {"cp", file, "far:media/"}, {"cp", "-r", "far:media/a/", down}, {"cp", "-r", "far:media/a/", "far:other/"},
			{"mv", "-r", "far:media/a/", "far:other/b/"}, {"sync", up, "far:other/up"}, {"mirror", "far:media", "far:other"}, {"rm", "-ry", "far:other/b/"},
			{"mb", "far:third"}, {"rb", "far:third"}, {"jobs", "--json"}, {"import", "--all", "--dry-run"}, {"far:media/a/"}} {
			said(args...)
		}
	}
	every()
	w.holding(func(*http.Request) { panic(http.ErrAbortHandler) }) // connections end without an answer
	said("ls", "far:")
	w.far.Close() // and then nobody answers
	said("ls", "far:")
	said("cp", file, "far:media/")
	err := filepath.WalkDir(w.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		text, err := os.ReadFile(path)
		if strings.Contains(string(text), storetest.SecretKey) && filepath.Base(path) != "config.toml" {
			t.Errorf("%s has the secret", path)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
