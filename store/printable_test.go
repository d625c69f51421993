package store

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestPrintableLeavesPlainNamesAlone(t *testing.T) {
	for _, s := range []string{"", "a", "images/2024/", "räksmörgås.txt", "日本語", "a b", "+%25#?", "😀.png", "'\"$(x)"} {
		if got := Printable(s); got != s {
			t.Errorf("Printable(%q) = %q", s, got)
		}
	}
}

func TestPrintableMakesHostileNamesHarmlessAndDistinct(t *testing.T) {
	names := []string{
		"\x1b[2J", `\x1b[2J`, "\x1b]0;title\x07", "\x1b]52;c;aGk=", "\u009b31m", "a\rb", "a\nb", "a\tb", "a\u202eb", "a\u200bb", "ab",
		"\xff\xfe", "\xef\xbf\xbd", "e\u0301", "\u00e9", "a\u00a0b", "a b", "\u2028", "\U000e0001", "\x7f", "\x00", `\`, `\\`, "\ufeffa", "a\u2066b",
	}
	seen := map[string]string{}
	for _, s := range names {
		p := Printable(s)
		if !utf8.ValidString(p) || strings.ContainsFunc(p, func(r rune) bool { return !visible(r) }) {
			t.Errorf("Printable(%q) = %q: not harmless", s, p)
		}
		if other, taken := seen[p]; taken {
			t.Errorf("%q and %q both look like %q", s, other, p)
		}
		seen[p] = s
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
