package dialog_test

import (
	"errors"
	"os"
	"strings"
	"testing"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
	"spaces/tui/dialog"
	"spaces/tui/kit/kittest"
)

// renaming is a screen on which names are edited by a replacement each time.
func renaming(t *testing.T, edits ...string) (*kittest.Screen, *storetest.Fixture) {
	t.Helper()
	t.Setenv("TMPDIR", t.TempDir())
	s, f := start(t, kittest.Editor(func(path string) error {
		if len(edits) == 0 {
			return errors.New("the editor vi: exit status 1")
		}
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		changed := strings.NewReplacer(strings.Split(edits[0], "|")...).Replace(string(text))
		edits = edits[1:]
		return os.WriteFile(path, []byte(changed), 0o600)
	}))
	f.Space(t, "media")
	for _, key := range []string{"d/a.txt", "d/b.txt", "d/f/x", "d/f/y/z", "d/there.txt", "d/g/x"} {
		put(t, f, "media", key, 1, store.Private)
	}
	s.Open(dialog.NewRename(s.Context, store.Ref{Space: "media", Key: "d/"},
		[]job.Source{object("media", "d/a.txt"), object("media", "d/b.txt"), folder("media", "d/f/")}))
	return s, f
}

// wantNothingLeft checks that no file of names is left.
func wantNothingLeft(t *testing.T) {
	t.Helper()
	if list, err := os.ReadDir(os.TempDir()); err != nil || len(list) > 0 {
		t.Errorf("left is %v, %v", list, err)
	}
}

func TestRenameOfSeveralShowsWhatItDoesAndDoesIt(t *testing.T) {
	s, f := renaming(t, "a.txt|é.txt|f/|folder/")
	s.Want("1 folder, 1 file  →  3 objects", "a.txt → é.txt", "f/    → folder/")
	s.WantNot("b.txt")
	requireGolden(t, s.Text())
	wantKeys(t, f, "media", "d/a.txt", "d/b.txt", "d/f/x", "d/f/y/z", "d/g/x", "d/there.txt")
	s.Press("y")
	closed(t, s)
	wantKeys(t, f, "media", "d/b.txt", "d/folder/x", "d/folder/y/z", "d/g/x", "d/there.txt", "d/é.txt")
	wantNothingLeft(t)
}

func TestRenameRefusesASwapBeforeAnythingAndLetsEditAgain(t *testing.T) {
	s, f := renaming(t, "a.txt|b.txt|b.txt|a.txt", "b.txt|c.txt|a.txt|d.txt")
	s.Want("“a.txt” would become “b.txt”, which is the name of another one of", "Nothing was renamed.")
	s.Press("e")
	s.Want("a.txt → c.txt", "b.txt → d.txt")
	s.Press("enter")
	closed(t, s)
	wantKeys(t, f, "media", "d/c.txt", "d/d.txt", "d/f/x", "d/f/y/z", "d/g/x", "d/there.txt")
}

func TestRenameAsksAboutNamesThatAreThere(t *testing.T) {
	s, f := renaming(t, "a.txt|there.txt")
	s.Press("y")
	s.Want("One name exists there already.", "there.txt", "Skip")
	s.Press("enter")
	closed(t, s)
	wantKeys(t, f, "media", "d/a.txt", "d/b.txt", "d/f/x", "d/f/y/z", "d/g/x", "d/there.txt")
}

func TestRenameMakesNoTwoFoldersOne(t *testing.T) {
	s, f := renaming(t, "f/|g/")
	s.Want("would become “g/”, and there is a folder of this name")
	s.Press("esc")
	closed(t, s)
	wantKeys(t, f, "media", "d/a.txt", "d/b.txt", "d/f/x", "d/f/y/z", "d/g/x", "d/there.txt")
	wantNothingLeft(t)
}

func TestRenameWithoutAChangeOrAnEditor(t *testing.T) {
	s, _ := renaming(t, "zzz|zzz")
	closed(t, s)
	if s.Notice() != "Nothing was renamed" {
		t.Errorf("it says %q", s.Notice())
	}
	s, _ = renaming(t)
	s.Want("The editor vi: exit status 1.", "Nothing was renamed.")
	s.Press("esc")
	closed(t, s)
	wantNothingLeft(t)
}
