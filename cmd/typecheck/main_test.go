package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What one platform has not is found on that platform alone, in a test as well.
func TestWhatOnePlatformHasNotIsFoundThere(t *testing.T) {
	const unix = "//go:build unix\n\npackage p\n\n"
	dir := t.TempDir()
	t.Chdir(dir)
	for name, text := range map[string]string{
		"go.mod":               "module p\n\ngo 1.26\n",
		"call/use.go":          "package p\n\nfunc init() { here() }\n",
		"call/here_unix.go":    unix + "func here() {}\n",
		"test/p.go":            "package p\n",
		"test/p_test.go":       "package p\n\nvar _ = only\n",
		"test/only_unix.go":    unix + "const only = 1\n",
		"size/p.go":            "package p\n",
		"size/sys_windows.go":  "package p\n\nvar size string = 7\n",
		"other/p.go":           "package p\n",
		"other/sys_windows.go": "package p\n\nimport \"syscall\"\n\nvar _ = syscall.Getpgrp\n",
	} {
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := run([]string{"darwin/arm64"}); err != nil {
		t.Errorf("where all is there: %v", err)
	}
	err := run([]string{"windows/amd64"})
	for _, want := range []string{"undefined: here", "undefined: only", "cannot use 7", "undefined: syscall.Getpgrp"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("windows: %v, want %q", err, want)
		}
	}
}

func TestWhatIsNoPlatformIsSaid(t *testing.T) {
	t.Chdir("../..")
	for _, platform := range []string{"windows", "plan8/amd64", ""} {
		if err := run([]string{platform}); err == nil {
			t.Errorf("%q is checked", platform)
		}
	}
}
