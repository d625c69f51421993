package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"spaces/store"
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
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"private": private, "chmod": chmod, "serve": serveScript},
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

// serve PROFILE SPACE... runs spaces serve in the background with a store of its own, in which those Spaces are, and adds a
// profile for it to the configuration.
func serveScript(ts *testscript.TestScript, _ bool, args []string) {
	dir := ts.MkAbs("of-" + args[0])
	cmd := exec.Command("spaces", "serve", "--listen", "127.0.0.1:0", "--data", dir)
	cmd.Path, cmd.Err = filepath.Join(filepath.Dir(built.path), "spaces"), nil
	cmd.Env = append(os.Environ(), "HOME="+dir, "XDG_CONFIG_HOME="+dir, "SPACES_ACCESS_KEY_ID="+testKey, "SPACES_SECRET_ACCESS_KEY="+testSecret)
	out, err := cmd.StdoutPipe()
	ts.Check(err)
	ts.Check(cmd.Start())
	ts.Defer(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	lines := bufio.NewReader(out)
	first, err := lines.ReadString('\n')
	ts.Check(err)
	go io.Copy(io.Discard, lines)
	_, addr, _ := strings.Cut(strings.TrimSpace(first), "http://")
	path := ts.Getenv("CONFIG")
	ts.Check(os.MkdirAll(filepath.Dir(path), 0o700))
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	ts.Check(err)
	fmt.Fprintf(f, "[profiles.%s]\nendpoint = \"http://%s\"\naddressing = \"path\"\ncredentials = \"keys\"\naccess_key_id = %q\nsecret_access_key = %q\n", args[0], addr, testKey, testSecret)
	ts.Check(f.Close())
	st, err := store.Open(context.Background(), store.Config{Endpoint: "http://" + addr, PathStyle: true, AccessKey: testKey, SecretKey: testSecret})
	ts.Check(err)
	defer st.Close()
	for _, name := range args[1:] {
		ts.Check(st.CreateSpace(context.Background(), name, store.CreateOptions{}))
	}
}
