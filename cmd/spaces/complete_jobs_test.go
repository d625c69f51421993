package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
)

// manyJobs are a world in which an upload and a move were cut short, and the IDs of those.
func manyJobs(t *testing.T) (w *world, upload, move string) {
	w = newWorld(t, "here")
	s := w.servers[0].open(t)
	newSpace(t, s, "media")
	storetest.Put(t, s, "media", "from/a", "content")
	w.note(t, job.Spec{Kind: job.Upload, To: "here", Sources: []job.Source{{Local: sourceFile(t, 1<<10)}}, Dest: store.Ref{Space: "media"}})
	w.note(t, job.Spec{Kind: job.Copy, From: "here", To: "here", Sources: []job.Source{{Ref: store.Ref{Space: "media", Key: "from/a"}}}, Dest: store.Ref{Space: "media", Key: "to/"}})
	for _, l := range w.jobs(t) {
		if l.Kind == "upload" {
			upload = l.ID
		} else {
			move = l.ID
		}
	}
	return w, upload, move
}

// offered is what a shell is given for words behind spaces jobs.
func (h home) offered(t *testing.T, words ...string) string {
	t.Helper()
	cmd := h.command(program(t))
	cmd.Args = append([]string{cmd.Args[0], "__complete", "jobs", words[0], "--data", h.data()}, words[1:]...)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%q: %v", words, err)
	}
	return string(out)
}

func TestShellsCompleteJobs(t *testing.T) {
	w, upload, copied := manyJobs(t)
	for _, c := range []struct {
		words []string
		want  []string
	}{
		{[]string{"resume", ""}, []string{upload[:6], copied[:6]}},
		{[]string{"cancel", ""}, []string{upload[:6], copied[:6]}},
		{[]string{"rollback", ""}, []string{copied[:6]}},
		{[]string{"resume", upload[:3], ""}, []string{copied[:6]}},
		{[]string{"resume", strings.ToUpper(upload[:2])}, []string{upload[:6]}},
		{[]string{"resume", upload[:8]}, []string{upload}},
		{[]string{"resume", "0"}, nil},
	} {
		out := w.offered(t, c.words...)
		lines := strings.Split(strings.TrimSpace(out), "\n")
		var got []string
		for _, l := range lines[:len(lines)-1] {
			id, about, _ := strings.Cut(l, "\t")
			if got = append(got, id); !strings.Contains(about, " to ") {
				t.Errorf("%s is %q", id, about)
			}
		}
		if fmt.Sprint(got) != fmt.Sprint(c.want) || lines[len(lines)-1] != ":36" {
			t.Errorf("%q: %q, want %q, %s", c.words, got, c.want, lines[len(lines)-1])
		}
	}
	h := newHome(t)
	if out := h.offered(t, "resume", ""); out != ":36\n" {
		t.Errorf("without jobs it says %q", out)
	}
	if _, err := os.Stat(h.data()); err == nil {
		t.Error("completing made a store")
	}
}

// completionScript writes what spaces completion gives.
func (h home) completionScript(t *testing.T, shell string) string {
	t.Helper()
	out, _, err := h.run(t, "completion", shell)
	if err != nil {
		t.Fatal(err)
	}
	script := filepath.Join(h.dir, "complete."+shell)
	if err := os.WriteFile(script, []byte(out), 0o600); err != nil {
		t.Fatal(err)
	}
	return script
}

func TestBashCompletesJobs(t *testing.T) {
	w, upload, _ := manyJobs(t)
	x := w.inBash(t)
	x.press("spaces jobs cancel --data "+w.data()+" "+upload[:2], "tab")
	x.see(" " + upload[:6])
	x.press("enter")
	x.see("canceled")
	x.press("exit", "enter")
	x.ended()
}

func TestZshCompletesJobs(t *testing.T) {
	zsh, err := exec.LookPath("zsh")
	if err != nil {
		t.Skip("there is no zsh")
	}
	w, upload, _ := manyJobs(t)
	cmd := exec.Command(zsh, "-f", "-i")
	cmd.Dir = w.dir
	cmd.Env = w.environ(append(w.env, "PATH="+filepath.Dir(program(t))+":"+os.Getenv("PATH"), "PS1=> ", "ZDOTDIR="+w.dir)...)
	x := newTerminal(t, cmd, 120, 30)
	x.see("> ")
	x.press("autoload -U compinit; compinit -u -D; . "+w.completionScript(t, "zsh")+"; echo re''ady", "enter")
	x.see("ready")
	x.press("spaces jobs cancel --data "+w.data()+" "+upload[:2], "tab")
	x.see(" " + upload[:6])
	x.press("enter")
	x.see("canceled")
	x.press("exit", "enter")
	x.ended()
}

func TestFishCompletesJobs(t *testing.T) {
	fish, err := exec.LookPath("fish")
	if err != nil {
		t.Skip("there is no fish")
	}
	w, upload, _ := manyJobs(t)
	cmd := exec.Command(fish, "--no-config", "-c", "source "+w.completionScript(t, "fish")+"; complete -C 'spaces jobs cancel --data "+w.data()+" "+upload[:2]+"'")
	cmd.Dir = w.dir
	cmd.Env = w.environ(append(w.env, "PATH="+filepath.Dir(program(t))+":"+os.Getenv("PATH"))...)
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.HasPrefix(string(out), upload[:6]+"\t") {
		t.Errorf("it completes %q, %v", out, err)
	}
}
