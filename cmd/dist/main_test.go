package main

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// built are the files of two platforms. Between two of them modes, times and the order in which they were made differ.
func built(t *testing.T, second bool) string {
	t.Helper()
	dir := t.TempDir()
	files := map[string]os.FileMode{"x_1_linux_amd64/x": 0o755, "x_1_linux_amd64/man/x.1": 0o644, "x_1_linux_amd64/LICENSE": 0o644, "x_1_windows_amd64/x.exe": 0o755, "x_1_windows_amd64/README.md": 0o644}
	names := slices.Sorted(maps.Keys(files))
	if second {
		slices.Reverse(names)
	}
	for i, name := range names {
		path, mode := filepath.Join(dir, filepath.FromSlash(name)), files[name]
		if second {
			mode &= 0o700
		}
		at := time.Unix(int64(1e9+i), 0)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(strings.Repeat(name, 1000)), mode), os.Chtimes(path, at, at)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func packed(t *testing.T, from string) map[string]string {
	t.Helper()
	to := t.TempDir()
	if err := run([]string{"1782900000", from, to}); err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	names, err := os.ReadDir(to)
	for _, n := range names {
		text, e := os.ReadFile(filepath.Join(to, n.Name()))
		got[n.Name()], err = string(text), errors.Join(err, e)
	}
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestTheSameFilesBecomeTheSameBytes(t *testing.T) {
	first, second := packed(t, built(t, false)), packed(t, built(t, true))
	if !maps.Equal(first, second) {
		t.Error("they differ")
	}
	if want := []string{"SHA256SUMS", "x_1_linux_amd64.tar.gz", "x_1_windows_amd64.zip"}; !slices.Equal(slices.Sorted(maps.Keys(first)), want) {
		t.Error(slices.Collect(maps.Keys(first)))
	}
	for _, name := range []string{"x_1_linux_amd64.tar.gz", "x_1_windows_amd64.zip"} {
		if line := fmt.Sprintf("%x  %s\n", sha256.Sum256([]byte(first[name])), name); !strings.Contains(first["SHA256SUMS"], line) {
			t.Errorf("no %q in %s", line, first["SHA256SUMS"])
		}
	}
}

func TestArchivesHoldTheFilesWithTheirModesAndTheTime(t *testing.T) {
	got := packed(t, built(t, true))
	at := time.Unix(1782900000, 0)
	var seen []string
	see := func(name string, mode os.FileMode, when time.Time, r io.Reader) {
		text, err := io.ReadAll(r)
		if err != nil || string(text) != strings.Repeat(name, 1000) || !when.Equal(at) {
			t.Errorf("%s of %v: %d bytes, %v", name, when, len(text), err)
		}
		seen = append(seen, fmt.Sprintf("%s %o", name, mode.Perm()))
	}
	z, err := gzip.NewReader(strings.NewReader(got["x_1_linux_amd64.tar.gz"]))
	if err != nil {
		t.Fatal(err)
	}
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if err != nil {
			break
		}
		see(h.Name, h.FileInfo().Mode(), h.ModTime, r)
	}
	r, err := zip.NewReader(strings.NewReader(got["x_1_windows_amd64.zip"]), int64(len(got["x_1_windows_amd64.zip"])))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range r.File {
		c, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		see(f.Name, f.Mode(), f.Modified, c)
	}
	want := []string{"x_1_linux_amd64/LICENSE 644", "x_1_linux_amd64/man/x.1 644", "x_1_linux_amd64/x 755", "x_1_windows_amd64/README.md 644", "x_1_windows_amd64/x.exe 755"}
	if !slices.Equal(seen, want) {
		t.Errorf("%q", seen)
	}
}

func TestNothingToPackIsAnError(t *testing.T) {
	for _, args := range [][]string{{}, {"0", t.TempDir(), t.TempDir()}, {"today", t.TempDir(), t.TempDir()}, {"0", filepath.Join(t.TempDir(), "none"), t.TempDir()}} {
		if run(args) == nil {
			t.Errorf("%q", args)
		}
	}
}
