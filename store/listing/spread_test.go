package listing

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"unicode/utf8"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
)

// shelf lists objects in an order, page by page, with tokens as Ceph's: where a listing goes on is a key.
type shelf struct {
	keys  []string // in the order of the endpoint
	most  int
	calls atomic.Int64
	given atomic.Int64 // objects of flat listings
	fails func() bool
}

var errBroken = errors.New("broken")

func (s *shelf) list(_ context.Context, r store.ListRequest) (p store.Page, err error) {
	s.calls.Add(1)
	if s.fails != nil && s.fails() {
		return p, errBroken
	}
	from, key := 0, ""
	if n, err := fmt.Sscanf(r.After, "\x00t%d", &from); n != 1 || err != nil {
		key = r.After
	}
	for i := from; i < len(s.keys); i++ {
		k := s.keys[i]
		if k <= key || !strings.HasPrefix(k, r.Prefix) {
			continue
		}
		if r.Delimiter != "" {
			dir, _, below := strings.Cut(k[len(r.Prefix):], "/")
			if dir = r.Prefix + dir + "/"; below && (len(p.Entries) == 0 || p.Entries[len(p.Entries)-1].Key != dir) {
				p.Entries = append(p.Entries, store.Entry{Key: dir, Folder: true})
			}
			continue
		}
		if len(p.Entries) == s.most {
			p.More, p.Next = true, fmt.Sprintf("\x00t%d", i)
			break
		}
		p.Entries = append(p.Entries, store.Entry{Key: k, Size: int64(len(k))})
	}
	if r.Delimiter == "" {
		s.given.Add(int64(len(p.Entries)))
		byKey := func(a, b store.Entry) int { return cmp.Compare(a.Key, b.Key) }
		p.Unordered = !slices.IsSortedFunc(p.Entries, byKey)
		slices.SortFunc(p.Entries, byKey)
	}
	return p, nil
}

// randomNames are keys as people have them: counters, hashes, words, few and many in a folder.
func randomNames(r *rand.Rand, n int) []string {
	names := map[string]bool{}
	dir := ""
	for range n {
		if r.IntN(20) == 0 {
			dir = ""
			for range r.IntN(4) {
				dir += []string{"photos/", "2024/", "2025/", "a", "z/", "ä/", "/", "00/", "ff/"}[r.IntN(9)]
			}
		}
		name := [...]string{fmt.Sprintf("img_%05d", r.IntN(99999)), fmt.Sprintf("%016x", r.Uint64()), "", "Z", "über", "file\xff"}[[...]int{0, 0, 0, 0, 1, 1, 1, 1, 2, 3, 4, 5}[r.IntN(12)]]
		if key := dir + name; key != "" {
			names[key] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}

func TestSeveralListingsFindWhatOneFinds(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	for i := range 150 {
		s := &shelf{keys: randomNames(r, r.IntN(1000)), most: 2 + r.IntN(50)}
		base := []string{"", "photos/", "p", "a"}[r.IntN(4)]
		want := slices.DeleteFunc(slices.Clone(s.keys), func(k string) bool { return !strings.HasPrefix(k, base) })
		var got []string
		sp := NewSpread("media", base, "")
		for !sp.Done() {
			a, err := sp.Round().Do(t.Context(), s.list)
			if err != nil {
				t.Fatal(err)
			}
			parts, again := sp.Take(a)
			if again {
				t.Fatal("the order of keys is none")
			}
			for _, p := range parts {
				for _, e := range p.Entries {
					got = append(got, e.Key)
				}
			}
			for _, k := range want {
				if seen := slices.Contains(got, k); seen != sp.Passed(k) {
					t.Fatalf("%q is listed: %v, passed: %v", k, seen, sp.Passed(k))
				}
				if i > 30 {
					break // it takes long
				}
			}
		}
		if slices.Sort(got); !slices.Equal(got, want) {
			t.Fatalf("%d found, want %d", len(got), len(want))
		}
		one := int64(len(want)/s.most + 1)
		if n := s.calls.Load(); n > 2*one+2*mostListings {
			t.Errorf("%d requests for %d objects by %d, one listing takes %d", n, len(want), s.most, one)
		}
	}
}

// TestSeveralListingsAreAtWorkAtOnce looks at how many rounds there are, which is the time on a distant endpoint.
func TestSeveralListingsAreAtWorkAtOnce(t *testing.T) {
	folders, flat, hashes := []string{}, []string{}, []string{}
	r := rand.New(rand.NewPCG(6, 6))
	for i := range 40_000 {
		folders = append(folders, fmt.Sprintf("%s/%05d", []string{"archive", "backup", "docs", "mail", "photos", "site", "video", "work"}[i%8], i))
		flat = append(flat, fmt.Sprintf("img_%07d.jpg", i))
		hashes = append(hashes, fmt.Sprintf("%032x", r.Uint64()))
	}
	for what, keys := range map[string][]string{"folders": folders, "flat": flat, "hashes": hashes} {
		slices.Sort(keys)
		s := &shelf{keys: keys, most: 100}
		sp, rounds, n := NewSpread("media", "", ""), 0, 0
		for ; !sp.Done(); rounds++ {
			round := sp.Round()
			if len(round.asks) > 2*mostListings {
				t.Fatalf("%d at once", len(round.asks))
			}
			a, _ := round.Do(t.Context(), s.list)
			parts, _ := sp.Take(a)
			for _, p := range parts {
				n += len(p.Entries)
			}
		}
		t.Logf("%s: %d rounds, %d requests, %d objects listed for %d", what, rounds, s.calls.Load(), s.given.Load(), n)
		if n != len(keys) || rounds > 130 || s.calls.Load() > 520 {
			t.Errorf("%s: %d rounds and %d requests for %d pages, %d objects", what, rounds, s.calls.Load(), 400, n)
		}
	}
}

// TestAnEndpointOfAnotherOrderIsListedByOne has endpoints that list a folder after its files, or by no order at all.
func TestAnEndpointOfAnotherOrderIsListedByOne(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	voids := 0
	for range 100 {
		s := &shelf{keys: randomNames(r, 700), most: 2 + r.IntN(40)}
		r.Shuffle(len(s.keys), func(i, j int) {
			if r.IntN(3) == 0 {
				s.keys[i], s.keys[j] = s.keys[j], s.keys[i]
			}
		})
		found := map[string]int{}
		sp := NewSpread("media", "", "")
		for !sp.Done() {
			a, _ := sp.Round().Do(t.Context(), s.list)
			parts, again := sp.Take(a)
			if again {
				clear(found)
				voids++
			}
			for _, p := range parts {
				for _, e := range p.Entries {
					found[e.Key]++
				}
			}
		}
		for _, k := range s.keys {
			if found[k] != 1 {
				t.Fatalf("%q is found %d times", k, found[k])
			}
		}
	}
}

func TestAListingGoesOnAfterAnError(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 8))
	for range 50 {
		var mu sync.Mutex
		s := &shelf{keys: randomNames(r, 700), most: 20}
		s.fails = func() bool {
			mu.Lock()
			defer mu.Unlock()
			return r.IntN(6) == 0
		}
		tree := NewTree("media", "")
		for !tree.Done() {
			a, _ := tree.Round().Do(t.Context(), s.list)
			tree.Take(a)
		}
		if n := int(tree.root.Objects); n != len(s.keys) {
			t.Fatalf("%d counted of %d", n, len(s.keys))
		}
	}
}

// TestASearchBySeveralListingsFindsAll stops, goes on and deletes meanwhile.
func TestASearchBySeveralListingsFindsAll(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 9))
	for range 100 {
		s := &shelf{keys: randomNames(r, 700), most: 2 + r.IntN(30)}
		l := Search(store.Place{Space: "media"}, query(t, "*1*"))
		gone := map[string]bool{}
		for {
			q, ok := l.Next()
			if !ok {
				break
			}
			a, err := q.Do(t.Context(), s.list)
			if err != nil {
				t.Fatal(err)
			}
			if r.IntN(5) == 0 { // the answer comes too late
				l.Stop()
				l.Refresh()
				continue
			}
			if k := s.keys[r.IntN(len(s.keys))]; r.IntN(5) == 0 {
				gone[k] = true // by a job; the endpoint may have listed it before
				l.Apply([]job.Effect{{Kind: job.RowGone, Ref: store.Ref{Space: "media", Key: k}}})
			}
			last := l.Looked()
			if _ = l.Take(q, a, nil); l.Looked() < last {
				t.Fatal("looked at less than before")
			}
		}
		var got, want []string
		for i := range l.Len() {
			got = append(got, l.Rows().Name(l.ID(i)))
		}
		for _, k := range s.keys {
			if slash := strings.LastIndexByte(k, '/'); strings.Contains(k[slash+1:], "1") && !gone[k] {
				want = append(want, k)
			}
		}
		slices.Sort(got)
		got = slices.DeleteFunc(got, func(k string) bool { return gone[k] }) // listed after it was said to be gone
		if !slices.Equal(got, want) || l.Looked() != len(s.keys) {
			t.Fatalf("found %d, want %d; looked at %d of %d", len(got), len(want), l.Looked(), len(s.keys))
		}
	}
}

// TestUsageOfARealEndpoint has start-after and tokens as they are.
func TestUsageOfARealEndpoint(t *testing.T) {
	for what, options := range map[string][]storetest.Option{"ours": nil, "unknown": {storetest.Unknown()}} {
		t.Run(what, func(t *testing.T) {
			f := storetest.New(t, options...)
			f.Space(t, "media")
			objects := map[string]store.Entry{}
			for _, key := range randomNames(rand.New(rand.NewPCG(10, 10)), 1200) {
				if !utf8.ValidString(key) {
					continue
				}
				storetest.Put(t, f.Store, "media", key, key)
				objects[key] = store.Entry{Key: key, Size: int64(len(key))}
			}
			few := func(ctx context.Context, r store.ListRequest) (store.Page, error) {
				r.Max = 20
				return f.Store.List(ctx, r)
			}
			tree := NewTree("media", "")
			for !tree.Done() {
				a, err := tree.Round().Do(t.Context(), few)
				if err != nil {
					t.Fatal(err)
				}
				tree.Take(a)
			}
			if tree.spread.alone || !tree.spread.cut {
				t.Error("it was counted by one listing")
			}
			checkTree(t, tree, objects)
		})
	}
}
