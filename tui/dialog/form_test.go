package dialog_test

import (
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store"
	"spaces/store/job"
	"spaces/tui/dialog"
	"spaces/tui/kit"
	"spaces/tui/kit/kittest"
)

// all opens each dialog on a Space with a file in a folder.
func all(t *testing.T, s *kittest.Screen, local string) map[string]func() kit.Dialog {
	t.Helper()
	c := s.Context
	var ran []keys.Action
	ref := store.Ref{Space: "media", Key: "pics/one two three.jpg"}
	sources := []job.Source{object("media", ref.Key), folder("media", "pics/")}
	if err := os.WriteFile(filepath.Join(local, "a file of this machine.txt"), []byte("x"), 0o644); err != nil {
		t.Fatal(err)
	}
	return map[string]func() kit.Dialog{
		"create":          func() kit.Dialog { return dialog.NewCreateSpace(c) },
		"upload":          func() kit.Dialog { return dialog.NewUpload(c, store.Ref{Space: "media", Key: "pics/"}) },
		"download":        func() kit.Dialog { return dialog.NewDownload(c, sources, "") },
		"delete":          func() kit.Dialog { return dialog.NewDelete(c, "media", sources, "") },
		"destroy":         func() kit.Dialog { return dialog.NewDestroy(c, "media") },
		"move":            func() kit.Dialog { return dialog.NewMove(c, "media", sources, "") },
		"access":          func() kit.Dialog { return dialog.NewAccess(c, []store.Ref{ref}, store.Private) },
		"metadata":        func() kit.Dialog { return dialog.NewMetadata(c, sources[:1]) },
		"tags":            func() kit.Dialog { return dialog.NewTags(c, sources[:1]) },
		"access inside":   func() kit.Dialog { return dialog.NewAccessInside(c, sources) },
		"metadata inside": func() kit.Dialog { return dialog.NewMetadataInside(c, sources) },
		"share":           func() kit.Dialog { return dialog.NewShare(c, []store.Ref{ref}, 10) },
		"transfers":       func() kit.Dialog { return dialog.NewTransfers(c) },
		"help":            func() kit.Dialog { return dialog.NewHelp(c, actions(&ran)) },
		"palette":         func() kit.Dialog { return dialog.NewPalette(c, actions(&ran), nil) },
		"more":            func() kit.Dialog { return dialog.NewMore(c, "pics/", actions(&ran)) },
		"go to":           func() kit.Dialog { return dialog.NewGoTo(c) },
		"quit":            func() kit.Dialog { return dialog.NewConfirmQuit(c) },
	}
}

func TestDrawingADialogChangesNothing(t *testing.T) {
	synctest.Test(t, drawingChangesNothing) // a link that is signed a second later is another one
}

func drawingChangesNothing(t *testing.T) {
	s, f := start(t)
	f.Space(t, "media")
	put(t, f, "media", "pics/one two three.jpg", 10, store.Private)
	for name, open := range all(t, s, s.Context.Local) {
		for _, press := range [][]string{{}, {"tab"}, {"down"}, {"pgdown"}, {"end"}} {
			s.Open(open())
			before := s.Styled()
			for _, size := range []kit.Size{{W: 1, H: 1}, {W: 20, H: 4}, {W: 200, H: 60}} {
				s.Dialog().View(s.Context, size)
			}
			if s.Styled() != before {
				t.Errorf("%s: drawing it at another size changed the screen", name)
			}
			s.Press(press...)
			after := s.Styled()
			s.Press("esc")
			s.Open(open())
			if s.Press(press...); s.Styled() != after {
				t.Errorf("%s: drawing it at other sizes changed what %v does:\n%s", name, press, s.Text())
			}
			s.Press("esc", "esc")
		}
	}
}

func TestClicksMeanWhatIsDrawnForTheScreenThatThereIs(t *testing.T) {
	s, untouched, _ := filled(t)
	s.Dialog().View(s.Context, kit.Size{W: 30, H: 8})
	s.Dialog().View(s.Context, kit.Size{W: 160, H: 50})
	s.ClickOn("Cancel ]")
	closed(t, s)
	untouched()
}

// TestOnlyAButtonItselfTakesAClick clicks on every cell of the Delete dialog, over files that look like its buttons.
func TestOnlyAButtonItselfTakesAClick(t *testing.T) {
	for _, size := range []kit.Size{{W: 80, H: 24}, {W: 40, H: 14}, {W: 30, H: 12}} {
		s, f := start(t, kittest.Size(size.W, size.H))
		f.Space(t, "media")
		var sources []job.Source
		for _, name := range []string{"Delete (y)", "  [ Delete (y) ]", "x"} {
			put(t, f, "media", name, 1, store.Private)
			sources = append(sources, object("media", name))
		}
		s.Open(dialog.NewDelete(s.Context, "media", sources, ""))
		button := "  Delete (y)  "
		if size.W < 40 {
			button = "  Delete  "
		}
		bx, by := last(t, s, button)
		cx, cy := last(t, s, "[ Cancel ]")
		for y := range size.H - 1 {
			for x := range size.W {
				on := y == by && x >= bx && x < bx+len(button) || y == cy && x >= cx && x < cx+10
				if on {
					continue
				}
				if s.Click(x, y); s.Dialog() == nil {
					t.Fatalf("%v: a click on %d, %d has closed the dialog", size, x, y)
				}
			}
		}
		wantKeys(t, f, "media", "  [ Delete (y) ]", "Delete (y)", "x")
		s.Click(bx, by)
		closed(t, s)
		wantKeys(t, f, "media")
	}
}

// last is the last place where a text stands.
func last(t *testing.T, s *kittest.Screen, text string) (x, y int) {
	t.Helper()
	y = -1
	for i := 0; i < 24; i++ {
		if i < s.Height() {
			if at := s.FindIn(i, text); at >= 0 {
				x, y = at, i
			}
		}
	}
	if y < 0 {
		t.Fatalf("%q is not on the screen:\n%s", text, s.Text())
	}
	return x, y
}

func TestButtonsThatDoNotFitInOneLineAreAllThere(t *testing.T) {
	s, f := start(t, kittest.Size(40, 14))
	f.Space(t, "media")
	put(t, f, "media", "pics/1", 1, store.Private)
	s.Hold()
	s.Open(dialog.NewDelete(s.Context, "media", []job.Source{folder("media", "pics/")}, ""))
	s.Press("y")
	s.Want("Cancel", "Delete  ", "Delete uncounted")
	s.Click(last(t, s, "Delete uncounted"))
	s.Release()
	closed(t, s)
	wantKeys(t, f, "media")
}

func TestChoicesAndFieldsTakeClicks(t *testing.T) {
	s, f := start(t)
	f.Space(t, "media")
	put(t, f, "media", "a", 1, store.Private)
	s.Open(dialog.NewAccess(s.Context, []store.Ref{{Space: "media", Key: "a"}}, store.Private))
	s.ClickOn("Anyone with the")
	s.Want("(•) Public")
	s.ClickOn("Apply")
	closed(t, s)
	if got, _ := f.Store.Access(t.Context(), store.Ref{Space: "media", Key: "a"}); got != store.PublicRead {
		t.Errorf("access is %q", got)
	}
	s.Open(dialog.NewDestroy(s.Context, "media"))
	s.Type("meia")
	s.Press("enter", "tab")
	x, y := last(t, s, "meia")
	s.Click(x+2, y)
	s.Type("d")
	s.Want("Type its name media")
	s.Press("enter")
	s.Want("[ Cancel ]")
	s.ClickOn("Cancel ]")
	closed(t, s)
	s.Open(dialog.NewCreateSpace(s.Context))
	s.ClickOn("Public listing")
	s.Want("(•) Public listing")
}

func TestTheWheelScrollsTheListUnderThePointer(t *testing.T) {
	s, f := start(t)
	f.Space(t, "media")
	for i := range 40 {
		put(t, f, "media", string(rune('a'+i/10))+string(rune('0'+i%10))+"/x", 1, store.Private)
	}
	s.Open(dialog.NewMove(s.Context, "media", []job.Source{object("media", "z")}, ""))
	x, y, _ := s.Find("a3/")
	s.WantNot("b3/")
	s.Wheel(x, y, 2)
	s.Want("b3/")
	s.WantNot("a3/")
	x, y, _ = s.Find("b0/")
	s.DoubleClick(x, y)
	s.Want("media/b0/")
}

// TestTabGoesFromTheFieldsToTheButtons walks through every dialog that has both.
func TestTabGoesFromTheFieldsToTheButtons(t *testing.T) {
	s, f := start(t)
	f.Space(t, "media")
	put(t, f, "media", "pics/one two three.jpg", 10, store.Private)
	opens := all(t, s, s.Context.Local)
	for name, tabs := range map[string]int{"create": 3, "upload": 5, "download": 2, "destroy": 1, "move": 4, "access": 2, "metadata": 6, "tags": 2, "access inside": 2, "metadata inside": 6, "share": 5, "delete": 0, "quit": 0} {
		s.Open(opens[name]())
		for range tabs {
			s.Press("tab")
		}
		if !s.Has("[ Cancel ]") && !s.Has("[ Close ]") && !s.Has("[ Stay ]") {
			t.Errorf("%s: after %d Tabs the focus is not on the button that leaves:\n%s", name, tabs, s.Text())
		}
		s.Press("enter")
		closed(t, s)
	}
}

func TestEveryDialogCanBeLeftWhateverTheKeyMapSays(t *testing.T) {
	s, f := start(t)
	f.Space(t, "media")
	put(t, f, "media", "pics/one two three.jpg", 10, store.Private)
	own, err := s.Context.Keys.Override(map[string][]string{"cancel": {}, "delete": {"esc"}, "next-field": {}, "up": {"k"}, "down": {"j"}})
	if err != nil {
		t.Fatal(err)
	}
	s.Context.Keys = own
	for name, open := range all(t, s, s.Context.Local) {
		s.Open(open())
		s.Press("down", "up", "tab", "shift+tab", "esc")
		if s.Dialog() != nil {
			t.Errorf("%s: Esc does not close it:\n%s", name, s.Text())
			s.Press("ctrl+c")
		}
	}
}
func TestTwoEscapesThatCameTogetherCloseADialog(t *testing.T) {
	s, f := start(t)
	f.Space(t, "media")
	put(t, f, "media", "pics/one two three.jpg", 10, store.Private)
	for name, open := range all(t, s, s.Context.Local) {
		s.Open(open())
		s.Send(tea.KeyPressMsg{Code: tea.KeyEscape, Mod: tea.ModAlt})
		if s.Dialog() != nil {
			t.Errorf("%s: two Escapes in one do not close it", name)
			s.Press("esc")
		}
	}
	wantKeys(t, f, "media", "pics/one two three.jpg")
}
