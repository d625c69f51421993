package dialog_test

import (
	"testing"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store"
	"spaces/tui/dialog"
	"spaces/tui/kit"
)

// actions note their names when they run. Permissions are off.
func actions(ran *[]keys.Action) []kit.Action {
	var list []kit.Action
	for _, name := range []keys.Action{keys.Share, keys.Rename, keys.Move, keys.Access, keys.Delete} {
		a := kit.Action{Name: name, Run: func(*kit.Context) tea.Cmd { *ran = append(*ran, name); return nil }}
		if name == keys.Access {
			a.Why = func() string { return "a folder has no permissions" }
		}
		list = append(list, a)
	}
	return list
}

func wantRan(t *testing.T, ran []keys.Action, want ...keys.Action) {
	t.Helper()
	if len(ran) != len(want) {
		t.Fatalf("ran %v, want %v", ran, want)
	}
	for i := range want {
		if ran[i] != want[i] {
			t.Fatalf("ran %v, want %v", ran, want)
		}
	}
}

func TestMoreRunsWhatIsUnderTheCursor(t *testing.T) {
	var ran []keys.Action
	s, _ := start(t)
	s.Open(dialog.NewMore(s.Context, "pics/", actions(&ran)))
	requireGolden(t, s.Text())
	s.Press("j", "enter")
	closed(t, s)
	wantRan(t, ran, keys.Rename)
}

func TestMoreTakesTheKeysOfItsActions(t *testing.T) {
	var ran []keys.Action
	s, _ := start(t)
	s.Open(dialog.NewMore(s.Context, "pics/", actions(&ran)))
	s.Press("d")
	closed(t, s)
	wantRan(t, ran, keys.Delete)
}

func TestMoreSaysWhyAnActionIsOff(t *testing.T) {
	var ran []keys.Action
	s, _ := start(t)
	s.Open(dialog.NewMore(s.Context, "pics/", actions(&ran)))
	s.Want("a folder has no permissions")
	s.Press("=")
	open(t, s)
	wantRan(t, ran)
	if s.Notice() != "A folder has no permissions" {
		t.Fatalf("the notice is %q", s.Notice())
	}
}

func TestMoreOfAHostileName(t *testing.T) {
	s, _ := start(t)
	for _, name := range hostile {
		s.Open(dialog.NewMore(s.Context, name, nil))
		s.Press("esc")
		closed(t, s)
	}
}

func TestPaletteFindsByWords(t *testing.T) {
	var ran []keys.Action
	s, _ := start(t)
	s.Open(dialog.NewPalette(s.Context, actions(&ran), nil))
	requireGolden(t, s.Text())
	s.Type("to fold")
	s.Want("1 of 5")
	s.Press("enter")
	closed(t, s)
	wantRan(t, ran, keys.Move)
}

func TestPaletteTypesLettersThatAreKeysElsewhere(t *testing.T) {
	var ran []keys.Action
	s, _ := start(t)
	s.Open(dialog.NewPalette(s.Context, actions(&ran), nil))
	s.Type("djkq?")
	open(t, s)
	wantRan(t, ran)
	s.Want("No command and no place matches.")
}

func TestPaletteDoesNotRunWhatIsOff(t *testing.T) {
	var ran []keys.Action
	s, _ := start(t)
	s.Open(dialog.NewPalette(s.Context, actions(&ran), nil))
	s.Type("permissions")
	s.Press("enter")
	open(t, s)
	wantRan(t, ran)
}

func TestHelpListsTheKeyMapInForce(t *testing.T) {
	var ran []keys.Action
	s, _ := start(t)
	s.Open(dialog.NewHelp(s.Context, actions(&ran)))
	requireGolden(t, s.Text())
	s.Press("/")
	s.Type("permissions")
	s.Want("– a folder has no perm")
	s.WantNot("Quick Share")
	s.Press("esc")
	s.Want("Move")
	s.Press("esc")
	closed(t, s)
}

func TestHelpScrollsToItsEnd(t *testing.T) {
	s, _ := start(t)
	s.Open(dialog.NewHelp(s.Context, nil))
	s.Want("lines 1–")
	s.WantNot("^c  F10")
	s.Press("G")
	s.Want("^c  F10")
	s.Press("g", "g")
	s.Want("lines 1–")
	s.Wheel(40, 10, 3)
	s.Want("lines 10–")
}

func TestHelpShowsTheUsersOwnKeys(t *testing.T) {
	s, _ := start(t)
	own, err := s.Context.Keys.Override(map[string][]string{"delete": {"ctrl+x"}})
	if err != nil {
		t.Fatal(err)
	}
	s.Context.Keys = own
	s.Open(dialog.NewHelp(s.Context, nil))
	s.Press("/")
	s.Type("delete")
	s.Want(keys.Label("ctrl+x"))
}

func TestThePaletteFindsByLettersInTheirOrderAndLeadsToPlaces(t *testing.T) {
	s, _ := start(t)
	var ran []keys.Action
	places := []store.Place{{Conn: "do"}, {Space: "media", Prefix: "2024/summer/"}}
	s.Open(dialog.NewPalette(s.Context, actions(&ran), places))
	s.WantNot("Go to")
	s.Press("2", "4", "s", "m", "e", "r")
	s.Want("▸ Go to media/2024/summer/")
	s.Press("enter")
	closed(t, s)
	if went := s.Went(); len(went) != 1 || went[0] != places[1] {
		t.Errorf("it led to %v", went)
	}
}
