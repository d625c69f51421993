package job

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"spaces/store"
	"spaces/store/storetest"
)

// scattered is a Space with a few objects in each of many folders.
func scattered(t *testing.T, folders, each int) (f *storetest.Fixture, keys []string) {
	t.Helper()
	f = storetest.New(t)
	f.Space(t, "media")
	for i := range folders {
		for k := range each {
			key := fmt.Sprintf("a/d%03d/f%d", i, k)
			storetest.Put(t, f.Store, "media", key, key)
			keys = append(keys, key)
		}
	}
	f.Faults.Clear()
	return f, keys
}

// sent are the HEADs and the listings since the last Clear.
func sent(f *storetest.Fixture) (heads, lists int) {
	for _, r := range f.Faults.Requests() {
		switch {
		case strings.HasPrefix(r, "HEAD "):
			heads++
		case strings.Contains(r, "list-type"):
			lists++
		}
	}
	f.Faults.Clear()
	return heads, lists
}

// looked is what a looker says of keys.
func looked(t *testing.T, l looker) (found []string, gone []string) {
	t.Helper()
	l.space, l.try = "media", func(ctx context.Context, do func(context.Context) error) error { return do(ctx) }
	asked := make([]int, len(l.keys))
	l.visit = func(n int, e store.Entry, err error) error {
		asked[n]++
		switch {
		case err == nil && e.Key == l.keys[n] && e.Size == int64(len(e.Key)) && e.ETag != "":
			found = append(found, e.Key)
		case store.KindOf(err) == store.NotFound:
			gone = append(gone, l.keys[n])
		default:
			t.Errorf("%s: %+v %v", l.keys[n], e, err)
		}
		return nil
	}
	if err := l.run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if slices.ContainsFunc(asked, func(n int) bool { return n != 1 }) {
		t.Errorf("told of were %v", asked)
	}
	slices.Sort(found)
	slices.Sort(gone)
	return found, gone
}

func TestKeysOfManyFoldersAreLookedAtByOneListing(t *testing.T) {
	f, keys := scattered(t, 40, 3)
	found, gone := looked(t, looker{s: f.Store, keys: keys})
	if !slices.Equal(found, keys) || len(gone) > 0 {
		t.Errorf("found are %d, gone %v", len(found), gone)
	}
	if heads, lists := sent(f); heads != 0 || lists != 1 {
		t.Errorf("%d HEADs and %d listings", heads, lists)
	}
	// What the listing does not have is asked for by name.
	more := slices.Concat(keys, []string{"a/d000/f0x", "a/d020/e", "a/d039/z"})
	slices.Sort(more)
	found, gone = looked(t, looker{s: f.Store, keys: more})
	if heads, _ := sent(f); !slices.Equal(found, keys) || len(gone) != 3 || heads != 3 {
		t.Errorf("found are %d, gone %v, by %d HEADs", len(found), gone, heads)
	}
}

func TestFoldersThatHoldMuchElseAreNotListedToTheEnd(t *testing.T) {
	f, keys := scattered(t, 40, 1)
	for i := range 1500 {
		storetest.Put(t, f.Store, "media", fmt.Sprintf("a/d000/a%04d", i), "x")
	}
	f.Faults.Clear()
	found, gone := looked(t, looker{s: f.Store, keys: append([]string{"a/a"}, keys...)})
	if heads, lists := sent(f); !slices.Equal(found, keys) || len(gone) != 1 || lists != 1 || heads != 41 {
		t.Errorf("found are %d, gone %v, by %d listings and %d HEADs", len(found), gone, lists, heads)
	}
}

// An endpoint that lists a tree in an order of its own has all its keys found.
func TestKeysThatAreListedInAnotherOrderAreFound(t *testing.T) {
	f, keys := scattered(t, 40, 1)
	late := 0
	page := "<ListBucketResult><IsTruncated>false</IsTruncated>"
	for _, key := range keys[10:] { // as if the first came last
		page += "<Contents><Key>" + key + "</Key><ETag>x</ETag><Size>" + fmt.Sprint(len(key)) + "</Size></Contents>"
	}
	f.Faults.Add(storetest.Rule{Match: func(r *http.Request) bool { return r.URL.Query().Has("list-type") }, Fault: func(_ http.RoundTripper, r *http.Request) (*http.Response, error) {
		late++
		return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(page + "</ListBucketResult>")), Request: r}, nil
	}})
	if found, gone := looked(t, looker{s: f.Store, keys: keys}); !slices.Equal(found, keys) || len(gone) > 0 || late == 0 {
		t.Errorf("found are %d, gone %v, in %d listings", len(found), gone, late)
	}
}

func TestKeysThatAreSortedByFolderAreFound(t *testing.T) {
	f, keys := scattered(t, 40, 2)
	for _, key := range []string{"a/d000/z/x", "a/z", "a/d000/y"} {
		storetest.Put(t, f.Store, "media", key, key)
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b string) int { return cmp.Or(strings.Compare(parent(a), parent(b)), strings.Compare(a, b)) })
	for _, told := range []bool{true, false} {
		if found, gone := looked(t, looker{s: f.Store, keys: keys, gone: told}); len(found) != len(keys) || len(gone) > 0 {
			t.Errorf("found are %d of %d, gone %v", len(found), len(keys), gone)
		}
	}
}
