package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"spaces/server/chance"
	"spaces/server/powercut"
)

// TestWhatADownloadSaidIsDoneIsThereAfterAPowerCut has the program download onto a disk whose power is cut: while it runs, and
// right after it ended. What it said is done is there, whole; nothing has its name that is not.
func TestWhatADownloadSaidIsDoneIsThereAfterAPowerCut(t *testing.T) {
	rounds, files := 1, 60
	if chance.Long() {
		rounds = 12
	}
	r := chance.Rand(t)
	h := newHome(t)
	s := h.serve(t, program(t), "127.0.0.1:0")
	w := &writer{load: &load{t: t, addr: s.addr}, http: http.DefaultClient}
	w.must("PUT", "/media", "")
	want := map[string][]byte{}
	for i := range files {
		key := fmt.Sprintf("d/%d/f%03d", i%5, i)
		size := r.IntN(30 << 10)
		if i == 7 {
			size = 9 << 20
		}
		want[key] = pattern(key, size)
		w.must("PUT", "/media/"+key, string(want[key]))
	}
	cuts, said, bad := 0, 0, 0
	for _, options := range powercut.Options {
		c := newCuttable(t, r, options)
		for round := range rounds {
			for _, words := range [][]string{{"cp", "-r", "--json", "s3://media/d/"}, {"sync", "--json", "s3://media/d/"}} {
				to := filepath.Join(c.disk.Dir(), fmt.Sprint(round, words[0]), "to")
				if err := os.MkdirAll(to, 0o700); err != nil {
					t.Fatal(err)
				}
				cmd := h.command(program(t), append(words, to)...)
				cmd.Env = h.environ("SPACES_ACCESS_KEY_ID="+testKey, "SPACES_SECRET_ACCESS_KEY="+testSecret)
				done, whole := c.download(t, cmd, to, r.IntN(files+20))
				cuts++
				if said += len(done); whole && len(done) != files {
					t.Errorf("it ended well and said of %d files that they are done, of %d", len(done), files)
				}
				for key, body := range want {
					got, err := os.ReadFile(filepath.Join(to, filepath.FromSlash(key[len("d/"):])))
					if os.IsNotExist(err) && !done[key] {
						continue
					}
					if err != nil || !bytes.Equal(got, body) {
						bad++
						t.Errorf("%v, %s: %s: said to be done: %v, and %d bytes of %d are there, %v", words, options, key, done[key], len(got), len(body), err)
					}
				}
			}
		}
	}
	chance.Say(t, fmt.Sprintf("%d files downloaded before %d power cuts, %d violations", said, cuts, bad))
}

// download runs a command until it has said so many things, or to its end, and cuts the power then. It gives the keys that it
// said are done, and whether all that it said until its good end was heard.
func (c cuttable) download(t *testing.T, cmd *exec.Cmd, to string, until int) (done map[string]bool, ended bool) {
	t.Helper()
	s := launch(t, cmd)
	done = map[string]bool{}
	for n := 0; ; n++ {
		line, err := s.lines.ReadBytes('\n')
		if err != nil {
			ended = true
			break
		}
		var said transferLine
		if err := json.Unmarshal(line, &said); err == nil && said.Result == "done" {
			done["d/"+strings.TrimPrefix(filepath.ToSlash(said.To), filepath.ToSlash(to)+"/")] = true
		}
		if n == until {
			powercut.Freeze(t, cmd.Process.Pid)
			break
		}
	}
	c.disk.Cut(t, 1+c.rand.IntN(2))
	s.kill()
	c.disk.Restore(t)
	return done, ended && cmd.ProcessState.Success()
}
