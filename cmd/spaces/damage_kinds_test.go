package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// kindOf says what a file in a data directory is, so that each kind is hit as often, however many bytes it has.
func kindOf(name string) string {
	dir, base := filepath.Split(name)
	switch {
	case strings.HasPrefix(dir, "blobs/"):
		return "body"
	case dir == "meta/":
		for _, k := range []string{".sst", ".blob", ".log", "MANIFEST", "OPTIONS", "marker"} {
			if strings.HasSuffix(base, k) || strings.HasPrefix(base, k) {
				return k
			}
		}
	case base == "lock" || base == "ballast" || base == "owner": // of a process that is gone
		return ""
	}
	return base
}

// harm is what may happen to a file.
var harms = map[string]func(r *rand.Rand, dir, name, stale string) string{
	"bit": func(r *rand.Rand, dir, name, _ string) string {
		text := readAt(dir, name)
		at := r.IntN(max(len(text), 1))
		if len(text) > 0 {
			text[at] ^= 1 << r.IntN(8)
		}
		return replaced(dir, name, text, fmt.Sprintf("at %d of %d", at, len(text)))
	},
	"page": func(r *rand.Rand, dir, name, _ string) string { // a page of zeros
		text := readAt(dir, name)
		at := r.IntN(len(text)/4096+1) * 4096
		clear(text[at:min(at+4096, len(text))])
		return replaced(dir, name, text, fmt.Sprintf("at %d of %d", at, len(text)))
	},
	"cut": func(r *rand.Rand, dir, name, _ string) string {
		text := readAt(dir, name)
		at := r.IntN(max(len(text), 1))
		return replaced(dir, name, text[:at], fmt.Sprintf("to %d of %d", at, len(text)))
	},
	"gone": func(_ *rand.Rand, dir, name, _ string) string {
		if err := os.Remove(filepath.Join(dir, name)); err != nil {
			panic(err)
		}
		return ""
	},
	"swapped": func(r *rand.Rand, dir, name, _ string) string { // with another of its kind
		var others []string
		for _, n := range ofKind(dir, kindOf(name)) {
			if n != name {
				others = append(others, n)
			}
		}
		if len(others) == 0 {
			return "not"
		}
		other := others[r.IntN(len(others))]
		a, b := readAt(dir, name), readAt(dir, other)
		replaced(dir, name, b, "")
		return replaced(dir, other, a, "with "+other)
	},
	"stale": func(_ *rand.Rand, dir, name, stale string) string { // as it was in an older backup
		text, err := os.ReadFile(filepath.Join(stale, name))
		if err != nil || string(text) == string(readAt(dir, name)) {
			return "not"
		}
		return replaced(dir, name, text, "")
	},
}

func ofKind(dir, kind string) (names []string) {
	_ = filepath.WalkDir(dir, func(p string, e os.DirEntry, err error) error {
		rel, _ := filepath.Rel(dir, p)
		if rel = filepath.ToSlash(rel); err == nil && e.Type().IsRegular() && kindOf(rel) == kind {
			names = append(names, rel)
		}
		return err
	})
	return names
}

func readAt(dir, name string) []byte {
	text, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		panic(err)
	}
	return text
}

// replaced puts a new file in the place of one, which others may be linked to.
func replaced(dir, name string, text []byte, how string) string {
	p := filepath.Join(dir, name)
	if err := os.Remove(p); err != nil {
		panic(err)
	}
	if err := os.WriteFile(p, text, 0o600); err != nil {
		panic(err)
	}
	return how
}

// kindsIn are the kinds of files in a directory. What the metadata are read from comes up more often.
func kindsIn(t testing.TB, dir string) (kinds []string) {
	for _, n := range inside(t, dir) {
		if k := kindOf(n); k != "" && !slices.Contains(kinds, k) {
			kinds = append(kinds, k)
		}
	}
	for _, k := range []string{".sst", ".blob", ".log", "MANIFEST", "body"} {
		kinds = append(kinds, k, k)
	}
	return kinds
}
