package listing

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"spaces/store"
	"spaces/store/job"
)

// counted is a tree of some objects, given in pages of three.
func counted(base string, objects map[string]store.Entry, most int) *Tree {
	t := NewTree("media", base)
	if most > 0 {
		t.most = most
	}
	b := bucket(objects)
	for !t.Done() {
		a, _ := t.Round().Do(context.Background(), b.pages(3))
		t.Take(a)
	}
	return t
}

// pages lists by so many rows.
func (b bucket) pages(most int) Lister {
	return func(_ context.Context, r store.ListRequest) (store.Page, error) { return b.list(r, most), nil }
}

// sum is what a folder has to hold.
func sum(objects map[string]store.Entry, prefix string) (c Count) {
	for k, e := range objects {
		if strings.HasPrefix(k, prefix) {
			c.add(Count{Objects: 1, Bytes: e.Size})
		}
	}
	return c
}

// random objects in a few folders.
func randomObjects(r *rand.Rand, n int) map[string]store.Entry {
	objects := map[string]store.Entry{}
	for range n {
		key := ""
		for range r.IntN(5) {
			key += string(rune('a'+r.IntN(3))) + "/"
		}
		key += []string{"", "x", "y-", "z.jpg"}[r.IntN(4)]
		if key == "" {
			continue
		}
		size := r.Int64N(20)
		objects[key] = store.Entry{Key: key, Size: size, ETag: fmt.Sprint(size % 7), Modified: time.Unix(r.Int64N(1e6), 0)}
	}
	return objects
}

func checkTree(t *testing.T, tree *Tree, objects map[string]store.Entry) {
	t.Helper()
	var visit func(f *Folder)
	visit = func(f *Folder) {
		key := tree.key(f)
		if want := sum(objects, key); f.Count != want {
			t.Fatalf("%q is counted as %+v, want %+v", key, f.Count, want)
		}
		parts := f.Here
		parts.add(f.Rest)
		for _, s := range f.subs {
			parts.add(s.Count)
			visit(s)
		}
		if parts != f.Count {
			t.Fatalf("the parts of %q are %+v, it is %+v", key, parts, f.Count)
		}
	}
	visit(tree.root)
}

func TestATreeCountsEveryFolder(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for range 200 {
		objects := randomObjects(r, r.IntN(60))
		for _, most := range []int{0, 1, 3} {
			tree := counted("", objects, most)
			checkTree(t, tree, objects)
			if most > 0 && tree.folders > most || tree.root.size()-1 != tree.folders {
				t.Fatalf("%d folders are kept, told as %d of at most %d", tree.root.size()-1, tree.folders, most)
			}
		}
		checkTree(t, counted("a/", objects, 0), objects)
	}
}

func TestATreeIsTrueAfterDeletes(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 2))
	for range 300 {
		objects := randomObjects(r, r.IntN(60))
		tree := counted("", objects, 0)
		var effects []job.Effect
		for _, key := range slices.Sorted(maps.Keys(objects)) {
			switch folder := folderOf(key); r.IntN(8) {
			case 0:
				effects = append(effects, job.Effect{Kind: job.RowGone, Ref: store.Ref{Space: "media", Key: key}})
				delete(objects, key)
			case 1:
				if folder != "" {
					effects = append(effects, job.Effect{Kind: job.TreeGone, Ref: store.Ref{Space: "media", Key: folder}})
					maps.DeleteFunc(objects, func(k string, _ store.Entry) bool { return strings.HasPrefix(k, folder) })
				}
			}
		}
		tree.Apply("", effects)
		checkTree(t, tree, objects)
		if tree.Doubt() {
			t.Fatal("deletes of objects of known size leave a doubt")
		}
		for _, list := range []*Top{&tree.Largest, &tree.Oldest} {
			entries, whole := list.First()
			if !whole || slices.ContainsFunc(entries, func(e store.Entry) bool { _, there := objects[e.Key]; return !there }) {
				t.Fatalf("what is gone is still among %v", entries)
			}
		}
	}
}

func TestWhatIsNotKnownOfATreeIsDoubted(t *testing.T) {
	objects := map[string]store.Entry{"a/1": {Key: "a/1", Size: 1}, "b/2": {Key: "b/2", Size: 2}}
	at := func(kind job.EffectKind, key string) []job.Effect {
		return []job.Effect{{Kind: kind, Ref: store.Ref{Space: "media", Key: key}}}
	}
	for what, effects := range map[string][]job.Effect{"written": at(job.RowThere, "a/3"), "stale": at(job.Stale, "a/"), "stale root": at(job.Stale, "")} {
		if tree := counted("", objects, 0); !tree.Apply("", effects) || !tree.Doubt() {
			t.Errorf("%s: no doubt", what)
		}
	}
	tree := NewTree("media", "")
	a, _ := tree.Round().Do(t.Context(), bucket(objects).pages(1))
	tree.Take(a)
	if tree.Apply("", at(job.RowThere, "b/3")); tree.Doubt() {
		t.Error("what is not counted yet is doubted")
	}
	if tree.Apply("other", at(job.Stale, "")); tree.Doubt() {
		t.Error("another connection is believed")
	}
	if tree.Apply("", at(job.TreeGone, "")); tree.root.Objects != 0 {
		t.Error("a Space that is gone is counted")
	}
}

func TestTheFirstOfManyAreKept(t *testing.T) {
	tree, r := NewTree("media", ""), rand.New(rand.NewPCG(3, 3))
	var sizes []int64
	for i := range 5*TopRows + 7 {
		size := r.Int64N(1 << 40)
		sizes = append(sizes, size)
		tree.add(&store.Entry{Key: fmt.Sprintf("%08d", i), Size: size, Modified: time.Unix(size, 0)})
	}
	slices.Sort(sizes)
	oldest, _ := tree.Oldest.First()
	largest, whole := tree.Largest.First()
	for i := range TopRows {
		if oldest[i].Size != sizes[i] || largest[i].Size != sizes[len(sizes)-1-i] {
			t.Fatalf("at %d are %d and %d", i, oldest[i].Size, largest[i].Size)
		}
	}
	if whole || len(largest) != TopRows {
		t.Errorf("%d of them, whole %v", len(largest), whole)
	}
}

func TestTwinsAreThoseOfTheSameETagAndSize(t *testing.T) {
	tw := Twins{most: 100}
	for i, e := range []store.Entry{{ETag: "a", Size: 5}, {ETag: "a", Size: 6}, {ETag: "b", Size: 5}, {ETag: "a", Size: 5}, {ETag: "z"}, {ETag: "z"},
		{ETag: "b", Size: 5}, {ETag: "b", Size: 5}} {
		e.Key = fmt.Sprint(i)
		tw.add(&e)
	}
	found, _, whole := tw.Found()
	if len(found) != 2 || len(found[0].Entries) != 3 || found[0].Spare() != 10 || found[1].Entries[1].Key != "3" || !whole {
		t.Errorf("%+v, %v", found, whole)
	}
	tw.drop(func(e *store.Entry) bool { return e.Key == "0" || e.Key == "6" })
	if found, _, _ = tw.Found(); len(found) != 1 || found[0].Spare() != 5 {
		t.Errorf("%+v", found)
	}
}

func TestTwinsGiveUpTheSmallest(t *testing.T) {
	tw := Twins{most: 100}
	for i := range 1000 {
		tw.add(&store.Entry{Key: fmt.Sprint("a", i), ETag: fmt.Sprint(i), Size: int64(i + 1)})
	}
	tw.add(&store.Entry{Key: "b", ETag: "999", Size: 1000})
	found, floor, whole := tw.Found()
	if len(found) != 1 || floor < 500 || !whole || tw.kept > 100 {
		t.Errorf("%d found, from %d, whole %v, %d kept", len(found), floor, whole, tw.kept)
	}
	same := Twins{most: 100}
	for i := range 1000 {
		same.add(&store.Entry{Key: fmt.Sprint("a", i), ETag: fmt.Sprint(i), Size: 7})
	}
	if _, floor, _ := same.Found(); floor != 8 || same.kept > 0 {
		t.Errorf("all of one size: from %d, %d kept", floor, same.kept)
	}
	copies := Twins{most: 2 * TopRows}
	for i := range 3 * TopRows {
		copies.add(&store.Entry{Key: fmt.Sprint("a", i), ETag: "e", Size: 7})
	}
	if found, _, _ := copies.Found(); len(found) != 1 || found[0].Count != 3*TopRows || len(found[0].Entries) != TopRows {
		t.Errorf("copies: %+v", found)
	}
}

func BenchmarkTree(b *testing.B) {
	var entries []store.Entry
	for i := range 100_000 {
		entries = append(entries, store.Entry{Key: fmt.Sprintf("photos/%02d/%03d/IMG_%06d.jpg", i/10000, i/100, i), Size: int64(i % 9973), ETag: fmt.Sprint(i),
			Modified: time.Unix(int64(i), 0)})
	}
	b.ReportAllocs()
	for b.Loop() {
		t := NewTree("media", "")
		for i := range entries {
			t.add(&entries[i])
		}
	}
}
