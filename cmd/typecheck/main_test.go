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
	for name, c := range map[string]struct {
		files map[string]string
		want  string
	}{
		"a function":               {map[string]string{"here_unix.go": unix + "func here() {}\n", "use.go": "package p\n\nfunc init() { here() }\n"}, "undefined: here"},
		"a name that a test needs": {map[string]string{"only_unix.go": unix + "const only = 1\n", "p_test.go": "package p\n\nvar _ = only\n"}, "undefined: only"},
		"a type":                   {map[string]string{"sys_windows.go": "package p\n\nvar size string = 7\n"}, "cannot use 7"},
		"another package":          {map[string]string{"sys_windows.go": "package p\n\nimport \"syscall\"\n\nvar _ = syscall.Getpgrp\n"}, "undefined: syscall.Getpgrp"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			t.Chdir(dir)
			c.files["go.mod"], c.files["p.go"] = "module p\n\ngo 1.26\n", "package p\n"
			for name, text := range c.files {
				if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if err := run([]string{"linux/amd64", "darwin/arm64"}); err != nil {
				t.Errorf("where all is there: %v", err)
			}
			if err := run([]string{"windows/amd64"}); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("windows: %v, want %q", err, c.want)
			}
		})
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
