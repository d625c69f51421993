package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// evilNames are run by a shell that evaluates them.
var evilNames = []string{"a b;touch pwned;", "b$(touch pwned)1", "b$(touch pwned)2", "c`touch pwned`", "d (touch pwned)", "e|touch pwned|", "f&touch pwned&"}

func (h home) unharmed(t *testing.T) {
	t.Helper()
	if _, err := os.Stat(filepath.Join(h.dir, "pwned")); err == nil {
		t.Error("a name was executed")
	}
}

// What bash inserts of several names is what they have in common, quoted as a whole one is.
func TestBashRunsNoNameThatItCompletesInPart(t *testing.T) {
	h, _ := looking(t, evilNames...)
	x := h.inBash(t)
	x.press("spaces cat box:media/b", "tab")
	x.see(`spaces cat box:media/b\$\(touch\ pwned\)`)
	x.press("tab", "1", "tab")
	x.see(`spaces cat box:media/b\$\(touch\ pwned\)1 `)
	x.press("box:media/a", "tab")
	x.see(`1 box:media/a\ b\;touch\ pwned\;`)
	x.press("tab", "enter")
	x.see("content")
	x.press("exit", "enter")
	x.ended()
	h.unharmed(t)
}

// fish asks with the words before the last as well, without the quotes that they were typed with.
func TestFishRunsNoNameThatWasCompleted(t *testing.T) {
	fish, err := exec.LookPath("fish")
	if err != nil {
		t.Skip("there is no fish")
	}
	h, _ := looking(t, evilNames...)
	script := h.completionScript(t, "fish")
	for _, line := range []string{`spaces ls box:media/a\ b\;touch\ pwned\; box:media/b`, `spaces ls 'box:media/c$(touch pwned)' box:`, `spaces ls box:media/d\ \(touch\ pwned\) b`,
		`spaces ls 'box:media/e|touch pwned|' box:media/b`} {
		cmd := exec.Command(fish, "--no-config", "-c", "source $argv[1]; complete -C $argv[2]", script, line)
		cmd.Dir = h.dir
		cmd.Env = h.environ("PATH=" + filepath.Dir(program(t)) + ":" + os.Getenv("PATH"))
		if out, err := cmd.CombinedOutput(); err != nil || len(out) == 0 {
			t.Errorf("%s: %v %s", line, err, out)
		}
		h.unharmed(t)
	}
}
