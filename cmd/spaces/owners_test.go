package main

import (
	"bytes"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"spaces/server/chance"
)

// TestOneOfManyServersOwnsADataDirectory starts servers at once, on a new data directory, and on one whose owner was killed
// and has left its lock and its record. One of them runs, and the others name it.
func TestOneOfManyServersOwnsADataDirectory(t *testing.T) {
	rounds, several := 4, 4
	if chance.Long() {
		rounds = 40
	}
	bad := 0
	h := newHome(t)
	for round := range rounds {
		if round%2 == 0 {
			h = home{dir: filepath.Join(h.dir, "new")}
		}
		runs := make(chan *service, several)
		said := make([]bytes.Buffer, several)
		cmds := make([]*exec.Cmd, several)
		var wg sync.WaitGroup
		for i := range several {
			cmds[i] = h.serving(program(t), "127.0.0.1:0")
			cmds[i].Stderr = &said[i]
			s := launch(t, cmds[i])
			wg.Go(func() {
				if _, err := s.lines.ReadString('\n'); err == nil {
					runs <- s
					return
				}
				_, _ = io.Copy(io.Discard, s.lines)
				_ = s.cmd.Wait()
			})
		}
		wg.Wait()
		if len(runs) != 1 {
			t.Fatalf("round %d: %d servers run, and the first says %q", round, len(runs), said[0].String())
		}
		owner := <-runs
		want := fmt.Sprintf("in use by spaces serve, process %d, at 127.0.0.1:", owner.cmd.Process.Pid)
		for i := range several {
			if cmds[i] != owner.cmd && !strings.Contains(said[i].String(), want) {
				bad++
				t.Errorf("round %d: a server that does not run says %q, want %q", round, &said[i], want)
			}
		}
		if out, errs, err := h.run(t, "keys", "list"); err != nil { // the owner is asked
			bad++
			t.Errorf("%s%s%v", out, errs, err)
		}
		owner.kill()
	}
	chance.Say(t, fmt.Sprintf("%d times %d servers started at once on one data directory, %d violations", rounds, several, bad))
}
