package links

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// A name that a stranger gives is one name in a folder, whatever it is.
func FuzzCleanName(f *testing.F) {
	for _, s := range []string{"", "a", "..", "../x", `a\..\b`, "/abs", "a/b", "\x00", "\xff", "\u202e", "e\u0301", "CON", strings.Repeat("ä", 2000), ".trash/x", "a\r\nb", " ", "."} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		name := CleanName(s)
		if name == "" || name == "." || name == ".." || len(name) > 1024 || !utf8.ValidString(name) || strings.ContainsAny(name, "/\\\x00\r\n\x1b") {
			t.Fatalf("%q becomes %q", s, name)
		}
		if again := CleanName(name); again != name {
			t.Fatalf("%q becomes %q, and then %q", s, name, again)
		}
	})
}
