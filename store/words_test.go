package store

import "testing"

func TestBaseIsTheLastPartOfAKey(t *testing.T) {
	for key, want := range map[string]string{"": "", "a": "a", "a/": "a/", "a/b": "b", "a/b/": "b/", "/": "/", "a//": "/", "a//b": "b"} {
		if got := Base(key); got != want {
			t.Errorf("of %q: %q, want %q", key, got, want)
		}
	}
}

func TestCapitalLeavesWhatIsNoSmallLetter(t *testing.T) {
	for s, want := range map[string]string{"": "", "a key": "A key", "é": "é", "7 keys": "7 keys", "X": "X"} {
		if got := Capital(s); got != want {
			t.Errorf("%q: %q, want %q", s, got, want)
		}
	}
}
