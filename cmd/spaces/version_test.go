package main

import (
	"bytes"
	"os/exec"
	"runtime/debug"
	"strings"
	"testing"
)

func TestTheVersionNamesTheCommitItWasBuiltFrom(t *testing.T) {
	commit := []debug.BuildSetting{{Key: "vcs.revision", Value: "0123456789abcdef0123456789abcdef01234567"}, {Key: "vcs.time", Value: "2026-07-01T10:11:12Z"}}
	modified := append(commit[:2:2], debug.BuildSetting{Key: "vcs.modified", Value: "true"})
	for want, c := range map[string]struct {
		release, module string
		settings        []debug.BuildSetting
	}{
		"(devel)": {},
		"v1.2.0":  {module: "v1.2.0"},
		"v1.3.0":  {release: "v1.3.0", module: "(devel)"},
		"v1.3.0, commit 0123456789ab of 2026-07-01":                  {release: "v1.3.0", settings: commit},
		"(devel), commit 0123456789ab of 2026-07-01, modified since": {module: "v0.0.0-20260701101112-0123456789ab+dirty", settings: modified},
	} {
		info := &debug.BuildInfo{Main: debug.Module{Version: c.module}, Settings: c.settings}
		if got := versionOf(c.release, info); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestTheFlagAndTheCommandTellTheSameVersion(t *testing.T) {
	h := newHome(t)
	command, _, err := h.run(t, "version")
	if err != nil {
		t.Fatal(err)
	}
	flag, _, err := h.run(t, "--version")
	if err != nil {
		t.Fatal(err)
	}
	if flag != command || !strings.HasPrefix(command, "spaces version ") || strings.Count(command, "\n") != 1 {
		t.Errorf("%q and %q", command, flag)
	}
}

// A template anywhere keeps every exported method of every type in the program, those of all S3 operations above all: a
// quarter of its size, which is read from the disk at each start.
func TestWhatNobodyCallsIsLeftOutOfTheProgram(t *testing.T) {
	symbols, err := exec.Command("go", "tool", "nm", program(t)).Output()
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(symbols, []byte("text/template.(*state).evalField")) {
		t.Error("something executes templates: see who calls text/template, with go build -ldflags=-dumpdep")
	}
	if !bytes.Contains(symbols, []byte("main.main")) {
		t.Error("there are no symbols to see that from")
	}
}
