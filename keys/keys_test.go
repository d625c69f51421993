package keys

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

func preset(t *testing.T, name string) *Map {
	t.Helper()
	m, err := Preset(name)
	if err != nil {
		t.Fatalf("preset %s: %v", name, err)
	}
	return m
}

func TestEveryPresetIsFreeOfConflicts(t *testing.T) {
	for _, name := range Presets {
		preset(t, name)
	}
}

func TestEveryActionHasAKeyAHelpLineAndAHintInEveryPreset(t *testing.T) {
	for _, name := range Presets {
		for _, b := range preset(t, name).Bindings() {
			if len(b.Keys) == 0 && !optional[b.Action] {
				t.Errorf("%s: %s has no key", name, b.Action)
			}
			if b.Help == "" || b.Hint == "" || b.Group == "" {
				t.Errorf("%s: %s lacks a help line, a hint or a group", name, b.Action)
			}
		}
	}
}

// optional are the actions that a preset may leave without a key, because others do the same.
var optional = map[Action]bool{HalfDown: true, HalfUp: true}

// Terminals and SSH swallow these, or deliver them as other keys.
var swallowed = []string{"ctrl+h", "ctrl+i", "ctrl+m", "ctrl+j", "ctrl+s", "ctrl+q", "ctrl+enter", "ctrl+z", "ctrl+[", "ctrl+space"}

func TestNoPresetNeedsKeysThatTerminalsSwallow(t *testing.T) {
	for _, name := range Presets {
		for _, b := range preset(t, name).Bindings() {
			for _, seq := range b.Keys {
				for _, key := range strings.Split(seq, " ") {
					if slices.Contains(swallowed, key) && b.Action != Suspend || strings.Contains(key, "alt+") {
						t.Errorf("%s: %s is bound to %q", name, b.Action, seq)
					}
				}
			}
		}
	}
}

func TestNoPresetDeletesByBackspaceOrDelOrDownloadsByD(t *testing.T) {
	for _, name := range Presets {
		m := preset(t, name)
		for _, key := range []string{"backspace", "delete"} {
			if a, match := m.Lookup([]string{key}, nil); match != None && (a == Delete || a == Remove) {
				t.Errorf("%s: %s means %s", name, key, a)
			}
		}
		for _, key := range []string{"d", "D"} {
			if a, _ := m.Lookup([]string{key}, nil); a == Download {
				t.Errorf("%s: %s downloads", name, key)
			}
		}
	}
}

func TestThePresetSpacesHasTheKeysOfTheManual(t *testing.T) {
	m := preset(t, "spaces")
	for seq, want := range map[string]Action{
		"j": Down, "k": Up, "h": Parent, "left": Parent, "backspace": Parent, "l": Enter, "right": Enter, "enter": Enter,
		"g g": Top, "G": Bottom, "home": Top, "end": Bottom, "ctrl+d": HalfDown, "ctrl+u": HalfUp, "ctrl+f": PageDown,
		"ctrl+b": PageUp, "pgup": PageUp, "pgdown": PageDown, "H": HistoryBack, "L": HistoryNext, "~": Index, "g p": GoTo,
		"w": Transfers, "i": Inspector, "[": PrevTab, "]": NextTab, "space": Select, "v": Range, "ctrl+a": SelectAll,
		"ctrl+r": Invert, "esc": Cancel, "/": Filter, "f": Contains, "o n": SortName, "o s": SortSize, "o d": SortDate,
		"m": Move, "r": Rename, "a": New, "d": Delete, "u": Upload, "W": Download, "=": Access, "s": Share, "c": CopyURL,
		">": More, ":": Palette, "?": Help, "R": Refresh, "q": Back, "ctrl+c": Quit,
		"f1": Help, "f2": Rename, "f3": Inspector, "f6": Move, "f7": New, "f8": Delete, "f10": Quit,
	} {
		if a, match := m.Lookup(strings.Split(seq, " "), OnPages); a != want || match != Full {
			t.Errorf("%q means %q (%d), not %q", seq, a, match, want)
		}
	}
}

func TestASequenceIsAPrefixUntilItIsWhole(t *testing.T) {
	m := preset(t, "spaces")
	if a, match := m.Lookup([]string{"g"}, nil); match != Prefix || a != "" {
		t.Errorf("g: %q, %d", a, match)
	}
	if a, match := m.Lookup([]string{"g", "p"}, nil); match != Full || a != GoTo {
		t.Errorf("g p: %q, %d", a, match)
	}
	if _, match := m.Lookup([]string{"g", "j"}, nil); match != None {
		t.Errorf("g j: %d", match)
	}
}

func TestAKeyMayMeanOneThingOnPagesAndAnotherInDialogs(t *testing.T) {
	m := preset(t, "spaces")
	if a, _ := m.Lookup([]string{"R"}, OnPages); a != Refresh {
		t.Errorf("R on pages: %s", a)
	}
	if a, _ := m.Lookup([]string{"R"}, InDialogs); a != Retry {
		t.Errorf("R in dialogs: %s", a)
	}
	if _, match := m.Lookup([]string{"g"}, func(a Action) bool { return a == Confirm }); match != None {
		t.Error("a prefix of nothing that is meant is still a prefix")
	}
}

func TestFollowsListsWhatMayComeNext(t *testing.T) {
	var got []string
	for _, f := range preset(t, "spaces").Follows([]string{"o"}, OnPages) {
		got = append(got, f.Key+" "+string(f.Action))
	}
	if want := []string{"n sort-name", "s sort-size", "d sort-date"}; !slices.Equal(got, want) {
		t.Errorf("%q, not %q", got, want)
	}
}

func TestUserBindingsReplaceKeysAndTakeThemFromOthers(t *testing.T) {
	m, err := preset(t, "spaces").Override(map[string][]string{"upload": {"d", "ctrl+g"}, "share": {}})
	if err != nil {
		t.Fatal(err)
	}
	if a, _ := m.Lookup([]string{"d"}, OnPages); a != Upload {
		t.Errorf("d means %s", a)
	}
	if a, match := m.Lookup([]string{"u"}, OnPages); match != None {
		t.Errorf("u still means %s", a)
	}
	if a, match := m.Lookup([]string{"s"}, OnPages); match != None {
		t.Errorf("s still means %s", a)
	}
	if a, _ := m.Lookup([]string{"f8"}, OnPages); a != Delete {
		t.Errorf("f8 means %q: delete lost more than the key that was taken", a)
	}
	if got := m.Key(Upload); got != "d" {
		t.Errorf("hint %q", got)
	}
}

func TestAUserPrefixTakesTheKeyThatWouldHideIt(t *testing.T) {
	m, err := preset(t, "spaces").Override(map[string][]string{"upload": {"s u"}})
	if err != nil {
		t.Fatal(err)
	}
	if _, match := m.Lookup([]string{"s"}, OnPages); match != Prefix {
		t.Errorf("s is not a prefix: %d", match)
	}
}

func TestWrongUserBindingsAreToldWithWhatWasMeant(t *testing.T) {
	for _, c := range []struct {
		user map[string][]string
		want []string
	}{
		{map[string][]string{"uplaod": {"u"}}, []string{`"uplaod"`, `"upload"`}},
		{map[string][]string{"upload": {"entr"}}, []string{"upload", `"entr"`, `"enter"`}},
		{map[string][]string{"upload": {"shift+u"}}, []string{`"shift+u"`, `"U"`}},
		{map[string][]string{"upload": {"Q"}, "share": {"Q"}}, []string{`"Q"`, "upload", "share"}},
		{map[string][]string{"upload": {"Q"}, "share": {"Q s"}}, []string{`"Q"`, `"Q s"`, "upload", "share"}},
		{map[string][]string{"upload": {""}}, []string{"upload", "empty"}},
	} {
		_, err := preset(t, "spaces").Override(c.user)
		if err == nil {
			t.Errorf("%v: no error", c.user)
			continue
		}
		for _, want := range c.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%v: %q does not name %s", c.user, err, want)
			}
		}
	}
}

func TestWhatUserBindingsTakeFromOthersIsTold(t *testing.T) {
	m := preset(t, "spaces")
	for _, c := range []struct {
		user map[string][]string
		want []string
	}{
		{map[string][]string{"delete": {"j"}}, []string{"j is delete now, and no longer down"}},
		{map[string][]string{"delete": {"j"}, "down": {"down"}}, nil},
		{map[string][]string{"upload": {"s u"}}, []string{"s u is upload now, and s no longer share"}},
		{map[string][]string{"upload": {"o"}}, []string{
			"o is upload now, and o n no longer sort-name", "o is upload now, and o s no longer sort-size", "o is upload now, and o d no longer sort-date",
		}},
		{map[string][]string{"upload": {"ctrl+g"}}, nil},
		{map[string][]string{"confirm": {"j"}}, []string{"j is confirm now, and no longer down"}},
	} {
		var got []string
		for _, taken := range m.Taken(c.user) {
			got = append(got, taken.String())
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%v: %q, not %q", c.user, got, c.want)
		}
	}
}

func TestWrongUserBindingsNameTheActionsAsTheUserWroteThem(t *testing.T) {
	_, err := preset(t, "spaces").Override(map[string][]string{"upload": {"Q"}, "share": {"Q"}})
	var wrong *BindError
	if !errors.As(err, &wrong) || !slices.Equal(wrong.Actions, []Action{Upload, Share}) {
		t.Errorf("%v, about %v", err, wrong)
	}
}

func TestUnknownPresetNamesThoseThereAre(t *testing.T) {
	if _, err := Preset("emacs"); err == nil || !strings.HasSuffix(err.Error(), "there are spaces, vim, mc, arrows") {
		t.Errorf("%v", err)
	}
}

func TestKeysAreShownShort(t *testing.T) {
	for seq, want := range map[string]string{
		"ctrl+a": "^a", "space": "Space", "g p": "g p", "f10": "F10", "f": "f", "enter": "Enter", "esc": "Esc", "shift+tab": "S-Tab",
		"pgdown": "PgDn", "ctrl+left": "^←",
	} {
		if got := Label(seq); got != want {
			t.Errorf("%s is shown as %q, not %q", seq, got, want)
		}
	}
}

func TestAMapDoesNotChangeWhenItIsOverridden(t *testing.T) {
	m := preset(t, "spaces")
	if _, err := m.Override(map[string][]string{"upload": {"d"}}); err != nil {
		t.Fatal(err)
	}
	if a, _ := m.Lookup([]string{"d"}, OnPages); a != Delete {
		t.Errorf("d means %s", a)
	}
	if !slices.Equal(m.Bindings()[m.byAction[Delete]].Keys, []string{"d", "f8"}) {
		t.Errorf("delete is bound to %q", m.Bindings()[m.byAction[Delete]].Keys)
	}
}

func TestEveryPresetHasHelpOnF1(t *testing.T) {
	for _, name := range Presets {
		m, err := Preset(name)
		if err != nil {
			t.Fatal(err)
		}
		if a, match := m.Lookup([]string{"f1"}, func(Action) bool { return true }); a != Help || match != Full {
			t.Errorf("%s: f1 is %q", name, a)
		}
	}
}
