package main

import (
	"slices"
	"strings"
	"testing"
)

// env is an environment of a few variables.
func env(pairs ...string) func(string) string {
	return func(name string) string {
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i] == name {
				return pairs[i+1]
			}
		}
		return ""
	}
}

func TestTheEditorIsTheUsersAndNoShellReadsThePath(t *testing.T) {
	hostile := "/tmp/$(touch x); 'a b'.txt"
	for _, x := range []struct {
		env  []string
		want []string
	}{
		{[]string{"EDITOR", "vi"}, []string{"vi", hostile}},
		{[]string{"VISUAL", "code --wait", "EDITOR", "vi"}, []string{"code", "--wait", hostile}},
		{[]string{"EDITOR", `'/opt/my editor/ed' -c "set nu" a\ b`}, []string{"/opt/my editor/ed", "-c", "set nu", "a b", hostile}},
		{[]string{"EDITOR", "ed $HOME;ls"}, []string{"ed", "$HOME;ls", hostile}},
	} {
		run, why := editorOf(env(x.env...))
		if why != "" {
			t.Errorf("%q: %s", x.env, why)
			continue
		}
		if got := run(hostile).(*loan).cmd.Args; !slices.Equal(got, x.want) {
			t.Errorf("%q runs %q, want %q", x.env, got, x.want)
		}
	}
}

func TestAnEditorThatCannotBeRunIsSaidToBeNone(t *testing.T) {
	for text, want := range map[string]string{"": "", "  ": "", "vi 'x": "EDITOR cannot be read as a command"} {
		run, why := editorOf(env("EDITOR", text))
		if run != nil || !strings.Contains(why, want) || (why == "") != (want == "") {
			t.Errorf("EDITOR=%q: %v, %q", text, run != nil, why)
		}
	}
}
