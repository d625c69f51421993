package listing

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"spaces/store"
)

// naive is the listing as a map: what Rows must agree with.
type naive map[string]store.Entry

func (n naive) apply(changes ...Change) {
	for _, c := range changes {
		switch {
		case c.Removed && c.Entry.Folder:
			for k := range n {
				if strings.HasPrefix(k, c.Entry.Key) {
					delete(n, k)
				}
			}
		case c.Removed:
			delete(n, c.Entry.Key)
		default:
			n[c.Entry.Key] = c.Entry
		}
	}
}

func (n naive) sorted(text string, o Order) []store.Entry {
	var all []store.Entry
	for _, e := range n {
		if strings.Contains(strings.ToLower(strings.TrimPrefix(e.Key, "p/")), text) {
			all = append(all, e)
		}
	}
	return sortedBy(all, o)
}

// sortedBy puts entries in order.
func sortedBy(all []store.Entry, o Order) []store.Entry {
	slices.SortFunc(all, func(a, b store.Entry) int {
		byName := strings.Compare(a.Key, b.Key)
		switch {
		case o.By == ByKey:
			return byName
		case a.Folder != b.Folder:
			return map[bool]int{true: -1, false: 1}[a.Folder]
		case o.By == ByName && o.Desc:
			return -byName
		case o.By == ByName, a.Folder:
			return byName
		}
		c := cmp.Compare(a.Size, b.Size)
		if o.By == ByDate {
			c = a.Modified.Compare(b.Modified)
		}
		if o.Desc {
			c = -c
		}
		return cmp.Or(c, byName)
	})
	return all
}

func rowsOf(r *Rows) []store.Entry {
	var all []store.Entry
	for i := range r.Len() {
		all = append(all, r.At(i))
	}
	return all
}

func entriesOf(r *Rows, ids []RowID) []store.Entry {
	var all []store.Entry
	for _, id := range ids {
		all = append(all, r.Entry(id))
	}
	return all
}

func equalEntries(a, b []store.Entry) bool {
	return slices.EqualFunc(a, b, func(x, y store.Entry) bool {
		return x.Key == y.Key && x.Size == y.Size && x.Folder == y.Folder && x.Modified.Equal(y.Modified)
	})
}

func randomEntry(r *rand.Rand) store.Entry {
	letters := "aAb/\xff\x1b-"
	var name []byte
	for range 1 + r.IntN(4) {
		name = append(name, letters[r.IntN(len(letters))])
	}
	e := store.Entry{Key: "p/" + string(name)}
	if e.Folder = name[len(name)-1] == '/'; !e.Folder {
		e.Size, e.Modified = int64(r.IntN(5)), time.Unix(int64(1+r.IntN(5)), 0).UTC()
	}
	return e
}

func TestRowsAgreeWithAMapWhateverChanges(t *testing.T) {
	for seed := range uint64(200) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		rows, model := NewRows("p/"), naive{}
		order := Order{By: SortBy(rnd.IntN(4)), Desc: rnd.IntN(2) == 0}
		text := []string{"", "a", "ab", "/"}[rnd.IntN(4)]
		view, err := rows.Snapshot(0, 0).Select(context.Background(), text, order)
		if err != nil {
			t.Fatal(err)
		}
		for step := range 60 {
			var batch []Change
			for range 1 + rnd.IntN(6) {
				c := Change{Entry: randomEntry(rnd), Removed: rnd.IntN(3) == 0}
				batch = append(batch, c)
			}
			pinned, before := rows.Snapshot(0, rows.Len()), model.sorted("", Order{})
			touched := rows.Apply(batch)
			model.apply(batch...)
			view = rows.Refresh(view, touched, 0, rows.Len(), text, order)
			if got, want := rowsOf(rows), model.sorted("", Order{}); !equalEntries(got, want) {
				t.Fatalf("seed %d step %d after %+v:\n got %v\nwant %v", seed, step, batch, got, want)
			}
			if got, want := entriesOf(rows, view), model.sorted(text, order); !equalEntries(got, want) {
				t.Fatalf("seed %d step %d view %q %+v:\n got %v\nwant %v", seed, step, text, order, got, want)
			}
			fresh, _ := rows.Snapshot(0, rows.Len()).Select(context.Background(), text, order)
			if !slices.Equal(fresh, view) {
				t.Fatalf("seed %d step %d: a view kept up to date differs from a new one", seed, step)
			}
			var seen []store.Entry
			for _, id := range pinned.order {
				seen = append(seen, pinned.Entry(id))
			}
			if !equalEntries(seen, before) {
				t.Fatalf("seed %d step %d: a snapshot changed", seed, step)
			}
		}
	}
}

func TestRowsFindIsTheBinarySearchOfAScan(t *testing.T) {
	rnd := rand.New(rand.NewPCG(7, 7))
	rows := NewRows("p/")
	for range 300 {
		rows.Upsert(randomEntry(rnd))
	}
	for _, prefix := range []string{"", "p", "p/", "p/a", "p/ab", "p/zz", "p/\xff", "p/\xff\xff\xff\xff\xff", "q", "o", "p/a/"} {
		lo, hi := rows.Find(prefix)
		n := 0
		for i := range rows.Len() {
			has := strings.HasPrefix(rows.At(i).Key, prefix)
			if has {
				n++
			}
			if has != (i >= lo && i < hi) {
				t.Errorf("Find(%q) = %d, %d; row %d is %q", prefix, lo, hi, i, rows.At(i).Key)
			}
		}
		if hi-lo != n {
			t.Errorf("Find(%q) finds %d of %d", prefix, hi-lo, n)
		}
	}
}

func TestMergeIsTheTruthOfItsStretchOnly(t *testing.T) {
	rows := NewRows("")
	for _, k := range []string{"a", "b", "c", "d", "e", "f"} {
		rows.Upsert(store.Entry{Key: k, Size: 1})
	}
	kept := rows.ID(3)
	rows.Merge("", "a", store.Page{Entries: []store.Entry{{Key: "bb"}, {Key: "d", Size: 9}}, Next: "x", More: true})
	var keys []string
	for i := range rows.Len() {
		keys = append(keys, rows.At(i).Key)
	}
	if got := strings.Join(keys, ""); got != "abbdef" {
		t.Errorf("rows are %q", got)
	}
	if i, ok := rows.Position(kept); !ok || rows.At(i).Size != 9 || rows.At(i).Key != "d" {
		t.Errorf("row d lost its identity")
	}
	rows.Merge("", "bb", store.Page{})
	if rows.Len() != 2 {
		t.Errorf("an empty last page left %d rows, want 2", rows.Len())
	}
	rows.Upsert(store.Entry{Key: "ca"})
	rows.Merge("b", "", store.Page{})
	if rows.Len() != 2 || rows.At(1).Key != "ca" {
		t.Errorf("a listing below b touched others: %v", rowsOf(rows))
	}
}

func TestRowsLeaveOutTheFolderItself(t *testing.T) {
	rows := NewRows("a/")
	rows.Append(store.Page{Entries: []store.Entry{{Key: "a/"}, {Key: "a//", Folder: true}, {Key: "b"}, {Key: strings.Repeat("a/", 40000)}}})
	if rows.Len() != 1 || rows.Name(rows.ID(0)) != "/" {
		t.Errorf("rows are %v", rowsOf(rows))
	}
}

func TestSelectEndsWithItsContext(t *testing.T) {
	rows := million(1000)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := rows.Snapshot(0, rows.Len()).Select(ctx, "", Order{By: BySize}); err == nil {
		t.Error("a cancelled Select gave rows")
	}
}

func TestContainsFindsCapitalsUnlessAskedForThem(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       bool
	}{
		{"IMG_1.JPG", "img", true}, {"img_1", "IMG", false}, {"IMG_1", "IMG", true}, {"ximg", "img", true},
		{"im", "img", false}, {"RÄKA", "rä", true}, {"", "a", false}, {"a", "", true}, {"aab", "ab", true},
	} {
		if got := store.Containing(c.text)(c.name); got != c.want {
			t.Errorf("Match(%q)(%q) = %v", c.text, c.name, got)
		}
	}
}

// million makes rows as a listing of camera pictures brings them, page by page.
func million(n int) *Rows {
	rows := NewRows("pictures/2024/")
	date := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	for from := 0; from < n; from += 1000 {
		var p store.Page
		for i := from; i < min(from+1000, n); i++ {
			e := store.Entry{Key: fmt.Sprintf("pictures/2024/IMG_%07d_camera.jpg", i), Size: int64(i*7919%n) * 1000, ETag: "d41d8cd98f00b204e9800998ecf8427e",
				Modified: date.Add(time.Duration(i*31%n) * time.Second)}
			p.Entries = append(p.Entries, e)
		}
		rows.Append(p)
	}
	return rows
}
