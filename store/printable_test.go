package store

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestPrintableLeavesPlainNamesAlone(t *testing.T) {
	for _, s := range []string{"", "a", "images/2024/", "räksmörgås.txt", "日本語", "a b", "+%25#?", "😀.png", "'\"$(x)",
		"Re\u0301sume\u0301.pdf", "a\u0308\u0323", "हिन्दी", "ไทยน้ำ", "שָׁלוֹם", "tiê\u0301ng", "👨\u200d👩\u200d👧", "❤\ufe0f", "❤\ufe0f\u200d🔥", "🏳\ufe0f\u200d🌈", "👩🏽\u200d🚀",
		"1\ufe0f\u20e3", "#\u20e3", "🧑\u200d⚕\ufe0f", "©\ufe0f", "🇩🇪"} {
		if got := Printable(s); got != s {
			t.Errorf("Printable(%q) = %q", s, got)
		}
	}
}

func TestPrintableMakesHostileNamesHarmlessAndDistinct(t *testing.T) {
	names := []string{
		"\x1b[2J", `\x1b[2J`, "\x1b]0;title\x07", "\x1b]52;c;aGk=", "\u009b31m", "a\rb", "a\nb", "a\tb", "a\u202eb", "a\u200bb", "ab",
		"\xff\xfe", "\xef\xbf\xbd", "e\u0301", "\u00e9", "a\u00a0b", "a b", "\u2028", "\U000e0001", "\x7f", "\x00", `\`, `\\`, "\ufeffa", "a\u2066b",
		"a\u200db", "\u200d", "😀\u200d", "\u200d😀", "a\ufe0f", "\ufe0f", "❤\ufe0f\ufe0f", "1\ufe0f", "\u0301", " \u0301", "/\u0301", "\x00\u0301", "\\\u0301", "a\u034f", "a\u0488",
		"a" + strings.Repeat("\u0301", 60), "\u3164", "\u2800", "a\u20e3", "\xff\u0301",
	}
	seen := map[string]string{}
	for _, s := range names {
		p := Printable(s)
		if !utf8.ValidString(p) || !plain(strings.ReplaceAll(p, `\`, "/")) {
			t.Errorf("Printable(%q) = %q: not harmless", s, p)
		}
		if p == s && strings.ContainsFunc(s, func(r rune) bool { return r > 0x7f && r != 0xfffd }) && s != "\u00e9" && s != "e\u0301" {
			t.Errorf("Printable(%q) hides nothing", s)
		}
		if other, taken := seen[p]; taken {
			t.Errorf("%q and %q both look like %q", s, other, p)
		}
		seen[p] = s
	}
}

func TestPrintableBoundsWhatIsStackedOnALetter(t *testing.T) {
	for name, want := range map[string]string{
		"a" + strings.Repeat("\u0301", 6): "a" + strings.Repeat("\u0301", 4) + `\u0301\u0301`,
		"x\u0488":                         `x\u0488`,
		"/\u0301a":                        `/\u0301a`,
		"e\u0301\u202e\u0301":             "e\u0301" + `\u202e\u0301`,
		"a\u200db":                        `a\u200db`,
	} {
		if got := Printable(name); got != want {
			t.Errorf("Printable(%q) = %q, want %q", name, got, want)
		}
	}
}

func FuzzPrintableIsInjective(f *testing.F) {
	f.Add("a\x1b", `a\x1b`)
	f.Fuzz(func(t *testing.T, a, b string) {
		if a != b && Printable(a) == Printable(b) {
			t.Fatalf("%q and %q look the same", a, b)
		}
	})
}
