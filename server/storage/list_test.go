package storage

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// naive is the rule of a listing written down as plainly as can be: the rows
// of all keys, each key or its common prefix once, strictly after q.After.
func naive(keys []string, q ListQuery) (rows []string, truncated bool) {
	keys = slices.Clone(keys)
	slices.Sort(keys)
	for _, k := range keys {
		rest, ok := strings.CutPrefix(k, q.Prefix)
		if !ok {
			continue
		}
		row := k
		if i := strings.Index(rest, q.Delimiter); q.Delimiter != "" && i >= 0 {
			row = q.Prefix + rest[:i+len(q.Delimiter)] + "\x00prefix"
		}
		name, common := strings.CutSuffix(row, "\x00prefix")
		if common && strings.HasPrefix(q.After, name) && isCommon(q.Prefix, q.Delimiter, q.After) {
			continue // After is this common prefix
		}
		if !common && k <= q.After || common && k <= q.After {
			continue
		}
		if len(rows) > 0 && rows[len(rows)-1] == row {
			continue
		}
		if len(rows) == q.Max {
			return rows, q.Max > 0
		}
		rows = append(rows, row)
	}
	return rows, false
}

func named(rows []Listed) (names []string) {
	for _, r := range rows {
		if r.Prefix {
			r.Key += "\x00prefix"
		}
		names = append(names, r.Key)
	}
	return names
}

var hostileKeys = []string{"a", "a/", "a/b", "a//b", "/a", "//", "a/../b", "a/./b", "A", "\u00e9", "e\u0301", "CON", `a\b`, "+",
	"%25", "#", "x?versionId=x", "\x01", "a\x1b[31m", "\x7f", "a-", "a.", "a/\u202e", " ", "a ", strings.Repeat("k", 1024), "\U0010ffff",
	"a/b/", "a/b/c", "a0", "\xff", "\xff\xff", "\xff/x", "b"}

func TestKeysAreOpaqueDistinctAndInByteOrder(t *testing.T) {
	f := setUp(t)
	for i, k := range hostileKeys {
		f.put(k, fmt.Sprintf("body %d", i))
	}
	rows, more, err := f.List(f.ctx, "s", ListQuery{Max: 1000})
	f.must(err)
	want := slices.Sorted(slices.Values(hostileKeys))
	if more || !slices.Equal(named(rows), want) {
		t.Errorf("listed %q, want %q", named(rows), want)
	}
	for i, k := range hostileKeys {
		if got := f.read("s", k); got != fmt.Sprintf("body %d", i) {
			t.Errorf("%q: %q", k, got)
		}
	}
}

func TestAListingShowsWhatHeadShows(t *testing.T) {
	f := setUp(t)
	_, err := f.Put(f.ctx, "s", "k", f.stage("x"), Attrs{Class: "COLD"}, Checksum{"SHA1", "FULL_OBJECT", "v"}, nil)
	f.must(err)
	f.put("l", long("l"))
	rows, _, err := f.List(f.ctx, "s", ListQuery{Max: 2})
	f.must(err)
	for _, r := range rows {
		o, err := f.Head("s", r.Key)
		f.must(err)
		if r.Size != o.Size || r.ETag != o.ETag || !r.Modified.Equal(o.Modified) || r.Class != o.Class || r.Sum != o.Checksum {
			t.Errorf("%+v is not %+v", r, o)
		}
	}
	if len(rows) != 2 || rows[0].Class != "COLD" {
		t.Errorf("rows: %+v", rows)
	}
}

func TestListingsAgreeWithThePlainRule(t *testing.T) {
	f := setUp(t)
	f.must(f.CreateSpace(Space{Name: "s2"})) // neighbours in the order of records
	f.must(f.CreateSpace(Space{Name: "r"}))
	rng := rand.New(rand.NewPCG(1, 2))
	const alphabet = "ab/-\xff"
	word := func(n int) string {
		b := make([]byte, rng.IntN(n))
		for i := range b {
			b[i] = alphabet[rng.IntN(len(alphabet))]
		}
		return string(b)
	}
	seen := map[string]bool{"": true}
	keys := slices.Clone(hostileKeys)
	for _, k := range keys {
		seen[k] = true
	}
	for len(keys) < 400 {
		if k := word(8); !seen[k] {
			seen[k] = true
			keys = append(keys, k)
		}
	}
	for _, k := range keys {
		f.put(k, "")
		_, err := f.Copy(f.ctx, "s", k, "s2", k, CopyOptions{})
		f.must(err)
	}
	for i := range 4000 {
		q := ListQuery{Prefix: word(4), Max: rng.IntN(12)}
		if rng.IntN(3) > 0 {
			q.Delimiter = []string{"/", "a", "//", "-", "\xff"}[rng.IntN(5)]
		}
		switch rng.IntN(4) {
		case 0:
			q.After = word(8)
		case 1:
			q.After = keys[rng.IntN(len(keys))]
		case 2:
			q.After = q.Prefix + word(4) + q.Delimiter
		}
		rows, more, err := f.List(f.ctx, "s", q)
		f.must(err)
		want, wantMore := naive(keys, q)
		if !slices.Equal(named(rows), want) || more != wantMore {
			t.Fatalf("%d: %+v: %q %v, want %q %v", i, q, named(rows), more, want, wantMore)
		}
	}
}

func TestPagesJoinToTheWholeListing(t *testing.T) {
	f := setUp(t)
	var keys []string
	for i := range 300 {
		keys = append(keys, fmt.Sprintf("%c/%02d/%d", 'a'+i%3, i%25, i))
		f.put(keys[i], "")
	}
	for _, q := range []ListQuery{{}, {Delimiter: "/"}, {Prefix: "b/", Delimiter: "/"}, {Prefix: "b/1"}} {
		q.Max = 1000
		want, _ := naive(keys, q)
		for _, q.Max = range []int{1, 2, 7, 99, 1000} {
			q.After = ""
			var got []string
			for more := true; more; {
				rows, m, err := f.List(f.ctx, "s", q)
				f.must(err)
				got = append(got, named(rows)...)
				if more = m; more {
					q.After = rows[len(rows)-1].Key
				}
			}
			if !slices.Equal(got, want) {
				t.Errorf("%+v: %d rows, want %d", q, len(got), len(want))
			}
		}
	}
}
