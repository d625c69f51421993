package storage

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
)

// Pages that are remembered are the pages of now: whatever was written between
// two looks, and however.
func TestRememberedFoldersAreThoseOfNow(t *testing.T) {
	f := setUp(t)
	f.must(f.CreateSpace(Space{Name: "s2"}))
	rng := rand.New(rand.NewPCG(rand.Uint64(), 3))
	keys := map[string]bool{}
	word := func() string {
		return []string{"a", "b", "c", "d"}[rng.IntN(4)] + []string{"", "/", "/x", "/y", "/x/", "/x/z", "//"}[rng.IntN(7)]
	}
	var asked []ListQuery
	for _, prefix := range []string{"", "a", "a/", "a/x"} {
		for _, delimiter := range []string{"/", "x", "//"} {
			for _, most := range []int{1, 2, 1000} {
				asked = append(asked, ListQuery{Prefix: prefix, Delimiter: delimiter, Max: most},
					ListQuery{Prefix: prefix, Delimiter: delimiter, Max: most, After: rowOfTest(prefix, delimiter, word())})
			}
		}
	}
	for step := range 300 {
		change(f, rng, keys, word)
		present := slices.DeleteFunc(slices.Collect(mapKeys(keys)), func(k string) bool { return !keys[k] })
		for _, q := range asked {
			rows, more, err := f.List(f.ctx, "s", q)
			f.must(err)
			want, wantMore := naive(present, q)
			if !slices.Equal(named(rows), want) || more != wantMore {
				t.Fatalf("step %d, %+v: %q %v, want %q %v", step, q, named(rows), more, want, wantMore)
			}
		}
	}
}

// rowOfTest is a place that a page can begin after: see ListQuery.After.
func rowOfTest(prefix, delimiter, key string) string {
	if rest, ok := strings.CutPrefix(key, prefix); ok {
		if i := strings.Index(rest, delimiter); i >= 0 {
			return prefix + rest[:i+len(delimiter)]
		}
	}
	return key
}

func mapKeys(m map[string]bool) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// change writes to keys of s in one of the ways that there are.
func change(f *fixture, rng *rand.Rand, keys map[string]bool, word func() string) {
	a, b := word(), word()
	switch rng.IntN(6) {
	case 0, 1:
		f.put(a, "x")
		keys[a] = true
	case 2:
		_, err := f.Delete(f.ctx, "s", a, nil)
		f.must(err)
		keys[a] = false
	case 3:
		_, err := f.DeleteMany(f.ctx, "s", []string{a, b})
		f.must(err)
		keys[a], keys[b] = false, false
	case 4:
		if _, err := f.Rename(f.ctx, "s", a, b, nil, nil); err == nil {
			keys[a], keys[b] = false, true
		}
	case 5: // elsewhere, which changes nothing here
		_, err := f.Put(f.ctx, "s2", a, f.stage("y"), Attrs{}, Checksum{}, nil)
		f.must(err)
	}
}

// Who was told that a write is done sees it in the next page, while others
// write and list.
func TestFoldersShowWhatWasAnswered(t *testing.T) {
	f := setUp(t)
	q := ListQuery{Delimiter: "/", Max: 1000}
	ctx, done := context.WithCancel(f.ctx)
	var readers, writers sync.WaitGroup
	for range 2 {
		readers.Go(func() {
			for ctx.Err() == nil {
				if _, _, err := f.List(f.ctx, "s", q); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	for w := range 3 {
		writers.Go(func() {
			for i := range 60 {
				folder := fmt.Sprintf("%d-%d/", w, i%7)
				f.put(folder+"k", "x")
				f.shows(q, folder, true)
				_, err := f.Delete(f.ctx, "s", folder+"k", nil)
				f.must(err)
				f.shows(q, folder, false)
			}
		})
	}
	writers.Wait()
	done()
	readers.Wait()
}

func (f *fixture) shows(q ListQuery, folder string, want bool) {
	rows, _, err := f.List(f.ctx, "s", q)
	if err != nil {
		f.t.Error(err)
	}
	if got := slices.ContainsFunc(rows, func(r Listed) bool { return r.Key == folder }); got != want {
		f.t.Errorf("%s is shown: %v, want %v", folder, got, want)
	}
}

// What is remembered is bounded, and is not read again.
func TestFoldersAreRememberedInABoundedRoom(t *testing.T) {
	f := setUp(t)
	for i := range 64 {
		f.put(fmt.Sprintf("%02d/k", i), "x")
	}
	f.folders.room = 20 * 64 * (listedSize + 3)
	first, _, err := f.List(f.ctx, "s", ListQuery{Delimiter: "/", Max: 1000})
	f.must(err)
	again, _, err := f.List(f.ctx, "s", ListQuery{Delimiter: "/", Max: 1000})
	f.must(err)
	if &first[0] != &again[0] {
		t.Error("a page was read again though nothing was written")
	}
	for i := range 200 {
		_, _, err := f.List(f.ctx, "s", ListQuery{Delimiter: "/", Max: 100 + i})
		f.must(err)
	}
	used := 0
	for _, p := range f.folders.pages {
		used += p.size
	}
	if used > f.folders.room || len(f.folders.pages) != 20 {
		t.Errorf("%d pages of %d bytes, in room for %d", len(f.folders.pages), used, f.folders.room)
	}
}

// What is written costs nothing here while no page is kept or read.
func TestWritesAreNotLookedAtWhereNoPageIsKept(t *testing.T) {
	f := setUp(t)
	f.put("a/k", "x")
	nobody := func() bool { return !f.folders.watched.Load() }
	if !nobody() {
		t.Error("writes are looked at before any page was read")
	}
	q := ListQuery{Delimiter: "/", Max: 1000}
	f.shows(q, "a/", true)
	if nobody() {
		t.Error("writes are not looked at while a page is kept")
	}
	f.put("b/k", "x")
	if !nobody() || len(f.folders.pages) > 0 {
		t.Error("writes are looked at though the page was forgotten")
	}
	if f.folders.under.Load() != 0 {
		t.Error("a commit that is visible counts as under way")
	}
}

// A page that was read while something was written may have it or not: nobody
// keeps it, whether or not the write was looked at.
func TestPagesReadDuringAWriteAreNotKept(t *testing.T) {
	f := setUp(t)
	f.put("a/k", "x")
	f.put("b/k", "x")
	write := func() *txn {
		b := f.begin()
		b.set(objectKey("s", "c/k"), nil)
		return b
	}
	page := &folderPage{space: "s", q: ListQuery{Delimiter: "/"}, rows: []Listed{{Prefix: true, Key: "a/"}}}
	for name, order := range map[string]func(b *txn){
		"begun before, visible within": func(b *txn) {
			f.folders.changing(b.b)
			began := f.folders.now()
			f.folders.changed()
			f.folders.keep(began, page)
		},
		"begun before, visible after": func(b *txn) {
			f.folders.changing(b.b)
			began := f.folders.now()
			f.folders.keep(began, page)
			f.folders.changed()
		},
		"begun within": func(b *txn) {
			began := f.folders.now()
			f.folders.changing(b.b)
			f.folders.keep(began, page)
			f.folders.changed()
		},
	} {
		b := write()
		order(b)
		b.abandon()
		if len(f.folders.pages) > 0 {
			t.Errorf("%s: the page was kept", name)
		}
	}
}
