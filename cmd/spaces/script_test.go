package main

import (
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestScripts runs what users type, and compares what they see. The scripts read as the README does.
func TestScripts(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the scripts are for a POSIX system")
	}
	bin := filepath.Dir(program(t))
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			home, xdg := filepath.Join(e.WorkDir, "home"), filepath.Join(e.WorkDir, "xdg")
			e.Setenv("PATH", bin+string(os.PathListSeparator)+os.Getenv("PATH"))
			for name, value := range map[string]string{"HOME": home, "XDG_CONFIG_HOME": xdg, "XDG_DATA_HOME": filepath.Join(e.WorkDir, "data"),
				"XDG_STATE_HOME": filepath.Join(e.WorkDir, "state"), "XDG": xdg, "CONFIG": filepath.Join(xdg, "spaces", "config.toml")} {
				e.Setenv(name, value)
			}
			return expand(filepath.Join(e.WorkDir, "found.txt"), "$XDG", xdg)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"private": private, "chmod": chmod},
	})
}

// expand writes a name of the work directory into a file that is compared.
func expand(path, name, value string) error {
	text, err := os.ReadFile(path)
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		return err
	}
	return os.WriteFile(path, []byte(strings.ReplaceAll(string(text), name, value)), 0o600)
}

// private FILE fails when others than its owner may read it.
func private(ts *testscript.TestScript, neg bool, args []string) {
	about, err := os.Stat(ts.MkAbs(args[0]))
	ts.Check(err)
	if is := about.Mode().Perm() == 0o600; is == neg {
		ts.Fatalf("its mode is %v", about.Mode())
	}
}

// chmod MODE FILE.
func chmod(ts *testscript.TestScript, _ bool, args []string) {
	mode, err := strconv.ParseUint(args[0], 8, 32)
	ts.Check(err)
	ts.Check(os.Chmod(ts.MkAbs(args[1]), os.FileMode(mode)))
}
