package kit_test

import (
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"spaces/tui/kit"
	"spaces/tui/kit/kittest"
)

func typed(f *kit.Field, names ...string) *kit.Field {
	for _, name := range names {
		f.Update(nil, kittest.KeyPress(name))
	}
	return f
}

func TestAFieldEditsLikeAShell(t *testing.T) {
	for _, c := range []struct {
		value string
		press []string
		want  string
	}{
		{"", []string{"a", "space", "B", "ü"}, "a Bü"},
		{"abc", []string{"backspace", "x"}, "abx"},
		{"abc", []string{"left", "left", "delete"}, "ac"},
		{"abc", []string{"home", "x", "end", "y"}, "xabcy"},
		{"abc", []string{"ctrl+a", "ctrl+k", "z"}, "z"},
		{"abc", []string{"left", "ctrl+u"}, "c"},
		{"images/old name.jpg", []string{"ctrl+w", "ctrl+w"}, "images/old "},
		{"a/b", []string{"ctrl+left", "ctrl+left", "x", "ctrl+right", "y"}, "xay/b"},
		{"", []string{"backspace", "delete", "ctrl+w", "ctrl+k"}, ""},
		{"abc", []string{"esc", "enter", "up", "tab", "f1", "ctrl+g"}, "abc"},
	} {
		if got := typed(kit.NewField(c.value, ""), c.press...).Value(); got != c.want {
			t.Errorf("%q after %q is %q, not %q", c.value, c.press, got, c.want)
		}
	}
}

func TestAFieldTellsOfChangesOnly(t *testing.T) {
	f := kit.NewField("abc", "")
	for _, c := range []struct {
		key     string
		changed bool
	}{{"left", false}, {"x", true}, {"delete", true}, {"delete", false}, {"f1", false}} {
		if got := f.Update(nil, kittest.KeyPress(c.key)); got != c.changed {
			t.Errorf("%s: changed is %v", c.key, got)
		}
	}
}

func TestAFieldGivesHostileNamesBackByteForByteAndDrawsThemHarmless(t *testing.T) {
	for _, name := range []string{"a\x1b[31mb", "tab\there", "invalid\xff\xfe", "\u202eevil", `back\slash`, "é", "日本語.txt", "\x00", `\x1b`} {
		f := kit.NewField(name, "")
		if f.Value() != name {
			t.Errorf("%q comes back as %q", name, f.Value())
		}
		if got := typed(f, "x", "backspace", "home", "x", "delete", "backspace").Value(); len(got) >= len(name) {
			t.Errorf("%q cannot be edited: %q", name, got)
		}
		drawn := ansi.Strip(kit.NewField(name, "").View(dark(), 40))
		for _, r := range drawn {
			if r < 0x20 || r == 0x202e || r == 0xfffd {
				t.Errorf("%q is drawn with %U", name, r)
			}
		}
	}
}

func TestAFieldTakesTheFirstLineOfAPaste(t *testing.T) {
	f := kit.NewField("", "")
	f.Update(nil, tea.PasteMsg{Content: "\r\none\r\ntwo\n"})
	if f.Value() != "one" {
		t.Errorf("%q", f.Value())
	}
}

func TestAFieldDrawsExactlyItsCellsAndKeepsTheCursorInView(t *testing.T) {
	for _, value := range []string{"", "short", "a very long name that does not fit into the field.jpg", "日本語日本語日本語日本語日本語", "\x1b\x1b\x1b\x1b\x1b\x1b"} {
		for _, w := range []int{1, 2, 5, 12, 30} {
			f := kit.NewField(value, "placeholder")
			for i := 0; i <= len([]rune(value))+1; i++ {
				view := f.View(dark(), w)
				if got := kit.Width(view); got != w {
					t.Errorf("%q in %d cells takes %d: %q", value, w, got, ansi.Strip(view))
				}
				if !cursorIn(view) {
					t.Errorf("%q in %d cells, %d to the left: no cursor", value, w, i)
				}
				typed(f, "left")
			}
		}
	}
}

func cursorIn(view string) bool {
	_, x, _, ok := kit.TakeCursor(view)
	return ok && x < kit.Width(view)
}

func TestARenameBeginsBeforeTheExtension(t *testing.T) {
	f := kit.NewField("é\xff.jpg", "")
	f.SetCursor(len("é\xff"))
	if got := typed(f, "2").Value(); got != "é\xff2.jpg" {
		t.Errorf("%q", got)
	}
}

func TestASecretIsNotDrawn(t *testing.T) {
	f := kit.NewField("secret", "")
	f.Secret()
	if got := ansi.Strip(f.View(dark(), 10)); got != "••••••    " {
		t.Errorf("%q", got)
	}
}

func TestAnEmptyFieldOfOneCellIsOneBlank(t *testing.T) {
	got := ansi.Strip(kit.NewField("", "name").View(dark(), 1))
	if got != " " {
		t.Errorf("%q", got)
	}
}
