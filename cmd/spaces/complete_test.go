package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"spaces/store"
)

// tabbed is what a shell gets for the last of some words, and whether a blank follows a single one.
func (h home) tabbed(t *testing.T, words ...string) (names string, blank bool) {
	t.Helper()
	cmd := h.command(program(t))
	cmd.Args = append([]string{cmd.Args[0], "__complete", words[0], "--data", h.data()}, words[1:]...)
	out, err := cmd.Output()
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	if err != nil {
		t.Fatalf("%q: %v", words, err)
	}
	directive := lines[len(lines)-1]
	if directive != ":4" && directive != ":6" {
		t.Errorf("%q ends with %s", words, directive)
	}
	return strings.Join(lines[:len(lines)-1], " "), directive == ":4"
}

func TestShellsCompleteWhatIsThere(t *testing.T) {
	h, st := looking(t, "a.txt", "images/1.jpg", "images/deep/2.jpg", "images/", "images2/x", "line\nbreak", "other[1].txt")
	if err := st.CreateSpace(t.Context(), "music", store.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		words []string
		want  string
		blank bool
	}{
		{[]string{"ls", ""}, "box: s3://", false},
		{[]string{"ls", "b"}, "box:", false},
		{[]string{"ls", "box:"}, "box:media/ box:music/", false},
		{[]string{"ls", "--profile", "box", "s3://me"}, "s3://media/", false},
		{[]string{"ls", "box:media/"}, "box:media/a.txt box:media/images/ box:media/images2/ box:media/other[1].txt", false},
		{[]string{"ls", "box:media/images/"}, "box:media/images/1.jpg box:media/images/deep/", false},
		{[]string{"cat", "box:media/a", "box:media/o"}, "box:media/other[1].txt", true},
		{[]string{"du", "box:media/"}, "box:media/images/ box:media/images2/", false},
		{[]string{"find", "box:media/images/", "box:"}, "", true},
		{[]string{"rb", "box:me"}, "box:media", true},
		{[]string{"mb", "box:"}, "", true},
		{[]string{"cp", "box:media/a"}, "box:media/a.txt", true},
		{[]string{"ls", "--profile", ""}, "box", true},
		{[]string{"mirror", "--profile", "b"}, "box", true},
		{[]string{"ls", "box:nospace/"}, "", true},
		{[]string{"ls", "typo:x"}, "", true},
	} {
		if got, blank := h.tabbed(t, c.words...); got != c.want || blank != c.blank {
			t.Errorf("%q: %q %v, want %q %v", c.words, got, blank, c.want, c.blank)
		}
	}
	if got, _ := h.tabbed(t, "ls", "s3://"); got != "" {
		t.Errorf("there is %q on this machine", got)
	}
	if _, err := os.Stat(h.data()); err == nil {
		t.Error("completing made a store")
	}
	h.sees(t, "Created own\n", "mb", "s3://own")
	if got, _ := h.tabbed(t, "ls", "s3://"); got != "s3://own/" {
		t.Errorf("on this machine there is %q", got)
	}
}

func TestPathsAreCompletedBesideConnections(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	for _, name := range []string{"bound.txt", "books/one", ".hidden"} {
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	h := newHome(t)
	path := h.write(t, "[profiles.box]\nendpoint = 'https://s3.example.com'\n")
	for text, want := range map[string]string{"bo": "box: books/ bound.txt", "books/": "books/one", ".h": ".hidden", dir + "/bou": dir + "/bound.txt", "none": ""} {
		got := complete(t.Context(), process{getenv: func(string) string { return "" }}, options{config: path, data: h.data()}, anyFiles, text)
		if strings.Join(got, " ") != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// bashCompletion is what cobra's script needs of the package bash-completion.
func bashCompletion(t *testing.T) (bash, library string) {
	t.Helper()
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("there is no bash")
	}
	for _, path := range []string{"/usr/share/bash-completion/bash_completion", "/opt/homebrew/etc/profile.d/bash_completion.sh", "/usr/local/etc/profile.d/bash_completion.sh"} {
		if _, err := os.Stat(path); err == nil {
			return bash, path
		}
	}
	t.Skip("there is no bash-completion")
	return "", ""
}

// inBash is a terminal in which bash completes what spaces has to offer.
func (h home) inBash(t *testing.T) *terminal {
	t.Helper()
	bash, library := bashCompletion(t)
	cmd := exec.Command(bash, "--norc", "--noprofile", "-i")
	cmd.Dir = h.dir
	cmd.Env = h.environ(slices.Concat(h.env, []string{"PATH=" + filepath.Dir(program(t)) + ":" + os.Getenv("PATH"), "PS1=> ", "INPUTRC=/dev/null"})...)
	x := newTerminal(t, cmd, 120, 30)
	x.see("> ")
	x.press(fmt.Sprintf("bind 'set enable-bracketed-paste off'; bind 'set bell-style none'; . %s; . %s; echo re''ady", library, h.completionScript(t, "bash")), "enter")
	x.see("ready")
	return x
}

func TestBashCompletesNamesWithColonsAndWorse(t *testing.T) {
	h, _ := looking(t, "images/a b'c$(touch pwned).jpg", "images/deep/x")
	x := h.inBash(t)
	x.press("spaces ls bo", "tab")
	x.see("spaces ls box:")
	x.press("me", "tab")
	x.see("spaces ls box:media/")
	x.press("tab")
	x.see("spaces ls box:media/images/")
	x.press("d", "tab")
	x.see("spaces ls box:media/images/deep/")
	x.press("ctrl+u", "spaces cat box:media/images/a", "tab")
	x.see(`spaces cat box:media/images/a\ b\'c\$\(touch\ pwned\).jpg`)
	x.press("enter")
	x.see("content")
	x.press("exit", "enter")
	x.ended()
	h.unharmed(t)
}
