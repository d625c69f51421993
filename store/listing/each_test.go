package listing

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"spaces/store"
)

// shelves lists n objects, 100 a page, in folders of 250.
func shelves(n int, pages *atomic.Int64) Lister {
	key := func(i int) string { return fmt.Sprintf("all/%04d/%06d", i/250, i) }
	return func(_ context.Context, r store.ListRequest) (p store.Page, err error) {
		if r.Delimiter != "" { // of where to cut
			for i := 0; i < n; i += 250 {
				if dir := key(i)[:len("all/0000/")]; strings.HasPrefix(dir, r.Prefix) && dir > r.After {
					p.Entries = append(p.Entries, store.Entry{Key: dir, Folder: true})
				}
			}
			return p, nil
		}
		pages.Add(1)
		for i := range n {
			k := key(i)
			if !strings.HasPrefix(k, r.Prefix) || k <= r.After {
				continue
			}
			if len(p.Entries) == 100 {
				p.More, p.Next = true, p.Entries[99].Key
				break
			}
			p.Entries = append(p.Entries, store.Entry{Key: k, Size: int64(i)})
		}
		return p, nil
	}
}

func TestEachVisitsInTheOrderOfKeys(t *testing.T) {
	var pages atomic.Int64
	var got []string
	odd := func(name string, e *store.Entry) bool {
		if strings.HasPrefix(name, "all/") {
			t.Errorf("the name is %q", name)
		}
		return e.Size%2 == 1
	}
	err := Each(t.Context(), shelves(5000, &pages), "media", "all/", "", odd, func(entries []store.Entry) error {
		for _, e := range entries {
			got = append(got, e.Key)
		}
		return nil
	})
	if err != nil || len(got) != 2500 || !slices.IsSorted(got) || got[2499] != "all/0019/004999" {
		t.Errorf("%v: %d", err, len(got))
	}
	if n := pages.Load(); n > 80 {
		t.Errorf("%d pages were listed, where 50 hold all", n)
	}
	pages.Store(0)
	count := 0
	err = Each(t.Context(), shelves(5000, &pages), "media", "all/", "0003/", func(string, *store.Entry) bool { return true }, func(entries []store.Entry) error {
		count += len(entries)
		return nil
	})
	if err != nil || count != 250 || pages.Load() > 4 {
		t.Errorf("%v: %d objects of %d pages", err, count, pages.Load())
	}
}

func TestEachEndsWithWhatItsVisitorSays(t *testing.T) {
	var pages atomic.Int64
	enough := errors.New("enough")
	err := Each(t.Context(), shelves(5000, &pages), "media", "", "", func(string, *store.Entry) bool { return true }, func([]store.Entry) error { return enough })
	if !errors.Is(err, enough) || pages.Load() > 2 {
		t.Errorf("%v after %d pages", err, pages.Load())
	}
}

func TestEachDoesNotVisitTwiceWhereThereIsNoOrder(t *testing.T) {
	var pages atomic.Int64
	list := shelves(5000, &pages)
	seen := map[string]bool{}
	err := Each(t.Context(), func(ctx context.Context, r store.ListRequest) (store.Page, error) {
		p, err := list(ctx, r)
		p.Unordered = pages.Load() > 20
		return p, err
	}, "media", "", "", func(string, *store.Entry) bool { return true }, func(entries []store.Entry) error {
		for _, e := range entries {
			if seen[e.Key] {
				t.Errorf("%q is visited twice", e.Key)
			}
			seen[e.Key] = true
		}
		return nil
	})
	if err == nil && len(seen) != 5000 {
		t.Errorf("%d were visited, and that is no error", len(seen))
	}
}
