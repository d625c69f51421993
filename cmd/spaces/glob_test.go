package main

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"spaces/store"
	"spaces/store/storetest"
)

func TestWhatAGlobMatches(t *testing.T) {
	for _, c := range []struct{ glob, yes, no string }{
		{"*.jpg", "a.jpg .jpg ä.jpg a.b.jpg", "a.jpgx a/b.jpg a.JPG a"},
		{"im*/*", "im/a images/b", "im images/b/c xim/a"},
		{"a?c", "abc aäc a€c", "ac abbc a/c"},
		{"[a-c]x", "ax cx", "dx abx x"},
		{"[!a-c]x", "dx -x €x", "ax /x x"},
		{"[]x]", "] x", "a []x]"},
		{"[a-]", "a -", "b"},
		{`[\]]`, "]", `\`},
		{"[é-ö]", "ë", "z"},
		{"a[b", "a[b", "ab"},
		{`\*`, "*", `a \*`},
		{`a\b`, `a\b`, "ab"},
		{`\[x\]\?\\`, `[x]?\`, `x?\`},
		{"**.jpg", "a.jpg a/b/c.jpg", "a.jpgx"},
		{"**/x", "x a/x a/b/x", "ax a/bx"},
		{"a/**/x", "a/x a/b/x a/b/c/x", "ax a/bx b/a/x"},
		{"a**/x", "a/x ab/c/x", "ax"},
		{"**a*b/c", "a/axb/c axb/c a/a/b/ab/c", "axb a/b/c"},
		{"*??", "ab äö aäö", "€ a"},
		{"a***b", "ab a/b", "a"},
	} {
		g := readGlob(c.glob)
		for _, key := range strings.Fields(c.yes) {
			if !g.match(key) {
				t.Errorf("%q does not match %q", c.glob, key)
			}
			if !strings.HasPrefix(key, g.prefix) {
				t.Errorf("%q does not begin with %q", key, g.prefix)
			}
		}
		for _, key := range strings.Fields(c.no) {
			if g.match(key) {
				t.Errorf("%q matches %q", c.glob, key)
			}
		}
	}
}

func TestTheSlowestGlobIsNotSlow(t *testing.T) {
	key := strings.Repeat("a", 1024)
	for _, glob := range []string{strings.Repeat("*a", 200) + "b", strings.Repeat("**a", 200) + "b", strings.Repeat("**/*a*", 100) + "b", "**" + strings.Repeat("*a", 100) + "b"} {
		if readGlob(glob).match(key) { // a search of all ways would take longer than there is time
			t.Errorf("%.20q matches", glob)
		}
	}
}

// reference makes a regular expression of the marks: those know all ways to match.
func reference(g *glob) string {
	var b strings.Builder
	for _, m := range g.marks {
		switch m.kind {
		case literal:
			b.WriteString(regexp.QuoteMeta(m.char))
		case anyOne:
			b.WriteString("[^/]")
		case anyName:
			b.WriteString("[^/]*")
		case anyPath:
			b.WriteString(".*")
		case anyDirs:
			b.WriteString("(?:.*/)?")
		case oneOf:
			var alternatives []string
			for _, r := range m.ranges {
				if r[0] <= r[1] {
					alternatives = append(alternatives, fmt.Sprintf(`\x{%x}-\x{%x}`, r[0], r[1]))
				}
			}
			all := strings.Join(alternatives, "")
			switch {
			case m.not:
				b.WriteString("[^/" + all + "]")
			case all == "":
				b.WriteString(`[^\x00-\x{10FFFF}]`)
			default:
				b.WriteString("[" + all + "]")
			}
		}
	}
	return "^(?s:" + b.String() + ")$"
}

func FuzzGlob(f *testing.F) {
	for _, seed := range []string{"*.jpg\x00a.jpg", "a/**/x[a-c]?\x00a/b/c/xb€", "**a*b/c\x00a/axb/c", "*x**/y\x00axbx/y", `\*[!]]**` + "\x00*/", "[z-a]\x00z"} {
		glob, key, _ := strings.Cut(seed, "\x00")
		f.Add(glob, key)
	}
	f.Fuzz(func(t *testing.T, glob, key string) {
		g := readGlob(glob)
		got := g.match(key)
		if got && !strings.HasPrefix(key, g.prefix) {
			t.Fatalf("%q matches %q, which does not begin with %q", glob, key, g.prefix)
		}
		slash := slices.ContainsFunc(g.marks, func(m globMark) bool { return m.kind == oneOf && m.has('/') })
		if !utf8.ValidString(glob) || !utf8.ValidString(key) || slash {
			return
		}
		re, err := regexp.Compile(reference(g))
		if err != nil {
			return // longer than those may be
		}
		if want := re.MatchString(key); got != want {
			t.Errorf("%q and %q: %v, want %v", glob, key, got, want)
		}
	})
}

// globbed is what a pattern names in the Space "media", folders with their slash, and how many pages were listed.
func globbed(t *testing.T, st *store.Store, pattern string, size int) (names []string, pages int) {
	t.Helper()
	list := func(ctx context.Context, q store.ListRequest) (store.Page, error) {
		pages++
		q.Max = size
		return st.List(ctx, q)
	}
	err := readGlob(pattern).list(t.Context(), list, "media", func(e store.Entry) error {
		names = append(names, e.Key)
		if e.Folder != strings.HasSuffix(e.Key, "/") && e.Size > 0 {
			t.Errorf("%q is a folder: %v", e.Key, e.Folder)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return names, pages
}

func TestWhatAGlobNames(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	st := f.Store
	for _, key := range []string{"2025/a.jpg", "2025/b/c.jpg", "2026/", "2026/a.jpg", "2026/d/e/f.jpg", "2026/d.jpg", "2026/d/g.txt", "a.jpg", "a*", "cache/x/cache/y", "z/cache/q"} {
		storetest.Put(t, st, "media", key, "content")
	}
	for pattern, want := range map[string]string{
		"*":           "2025/ 2026/ a* a.jpg cache/ z/",
		"*/":          "2025/ 2026/ cache/ z/",
		"*.jpg":       "a.jpg",
		"202?/*":      "2025/a.jpg 2025/b/ 2026/a.jpg 2026/d.jpg 2026/d/",
		"2026/*":      "2026/a.jpg 2026/d.jpg 2026/d/",
		"*/[ad]":      "2026/d/",
		"*/*/*":       "2025/b/c.jpg 2026/d/e/ 2026/d/g.txt cache/x/cache/ z/cache/q",
		"*/*.jpg":     "2025/a.jpg 2026/a.jpg 2026/d.jpg",
		"*/d/":        "2026/d/",
		"**.jpg":      "2025/a.jpg 2025/b/c.jpg 2026/a.jpg 2026/d.jpg 2026/d/e/f.jpg a.jpg",
		"2026/**":     "2026/a.jpg 2026/d.jpg 2026/d/e/f.jpg 2026/d/g.txt",
		"**/cache/":   "cache/ z/cache/",
		"*/**/cache/": "cache/x/cache/ z/cache/",
		`a\*`:         "a*",
		"nothing*":    "",
	} {
		for _, size := range []int{0, 2} {
			if got, _ := globbed(t, st, pattern, size); strings.Join(got, " ") != want {
				t.Errorf("%q with pages of %d: %q, want %q", pattern, size, got, want)
			}
		}
	}
}

func TestAGlobListsNoMoreThanItNeeds(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	st := f.Store
	for i := range 40 {
		storetest.Put(t, st, "media", fmt.Sprintf("a/deep/%02d", i), "x")
		storetest.Put(t, st, "media", fmt.Sprintf("other/%02d", i), "x")
	}
	storetest.Put(t, st, "media", "b/x.jpg", "x")
	for pattern, most := range map[string]int{"[ab]*": 2, "a/*": 1, "[ab]/*.jpg": 16} {
		if _, pages := globbed(t, st, pattern, 4); pages > most {
			t.Errorf("%q listed %d pages", pattern, pages)
		}
	}
}

func TestANameThatIsThereIsNoGlob(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	st := f.Store
	for _, key := range []string{"a[1].txt", "a1.txt", "b*/x", "bc/x", "c*"} {
		storetest.Put(t, st, "media", key, "content")
	}
	s := &session{connections: &connections{Conns: store.ConnsOf(st)}}
	for pattern, want := range map[string]string{
		"a[1].txt": "a[1].txt", "a?1?.txt": "a[1].txt", "b*": "b*/", "b*/": "b*/", `c\*`: "c*", "[bc]*": "b*/ bc/ c*",
	} {
		var got []string
		err := s.expand(t.Context(), operand{ref: store.Ref{Space: "media", Key: pattern}}, func(e store.Entry) error {
			got = append(got, e.Key)
			return nil
		})
		if err != nil || strings.Join(got, " ") != want {
			t.Errorf("%q: %q %v, want %q", pattern, got, err, want)
		}
	}
	err := s.expand(t.Context(), operand{text: "s3://media/no*", ref: store.Ref{Space: "media", Key: "no*"}}, func(store.Entry) error { return nil })
	if !errors.Is(err, errNoMatch) || !strings.Contains(err.Error(), "s3://media/no*") {
		t.Error(err)
	}
	err = s.expand(t.Context(), operand{ref: store.Ref{Space: "typo", Key: "no*"}}, func(store.Entry) error { return nil })
	if !errors.Is(err, store.NoSpace) {
		t.Error(err)
	}
}
