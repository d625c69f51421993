package listing

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"spaces/store"
	"spaces/store/job"
)

// bucket is an endpoint of a few lines: keys with what is known of them.
type bucket map[string]store.Entry

func (b bucket) put(key string, size int) store.Entry {
	e := store.Entry{Key: key, Size: int64(size), Modified: time.Unix(int64(1+size), 0).UTC()}
	b[key] = e
	return e
}

// level is what is directly below prefix, in the order of keys.
func (b bucket) level(prefix string) []store.Entry {
	rows := map[string]store.Entry{}
	for key, e := range b {
		name, below := strings.CutPrefix(key, prefix)
		if i := strings.IndexByte(name, '/'); below && i >= 0 {
			key = prefix + name[:i+1]
			e = store.Entry{Key: key, Folder: true}
		}
		if below {
			rows[key] = e
		}
	}
	return sortedEntries(rows)
}

func sortedEntries(rows map[string]store.Entry) []store.Entry {
	var all []store.Entry
	for _, e := range rows {
		all = append(all, e)
	}
	slices.SortFunc(all, func(a, b store.Entry) int { return strings.Compare(a.Key, b.Key) })
	return all
}

// list answers a request, with so many rows at most.
func (b bucket) list(r store.ListRequest, most int) store.Page {
	all := b.level(r.Prefix)
	if r.Delimiter == "" {
		all = sortedEntries(b)
	}
	all = slices.DeleteFunc(all, func(e store.Entry) bool {
		return e.Key <= r.After || !strings.HasPrefix(e.Key, r.Prefix)
	})
	if r.Max > 0 {
		most = min(most, r.Max)
	}
	if len(all) <= most {
		return store.Page{Entries: all}
	}
	return store.Page{Entries: all[:most], Next: all[most-1].Key, More: true}
}

// given answers all that a listing asks for.
func (b bucket) given(l *Listing, most int) {
	for {
		r, ok := l.Next()
		if !ok {
			return
		}
		_ = l.Take(r, Whole(b.list(r.ListRequest, most)), nil)
	}
}

func shownKeys(l *Listing) string {
	var names []string
	for i := range l.Len() {
		names = append(names, l.Rows().Name(l.ID(i)))
	}
	return strings.Join(names, " ")
}

func stock(keys ...string) bucket {
	b := bucket{}
	for i, key := range keys {
		b.put(key, i)
	}
	return b
}

func wantShown(t *testing.T, l *Listing, want string) {
	t.Helper()
	if got := shownKeys(l); got != want {
		t.Errorf("shown is %q, want %q", got, want)
	}
}

func TestFoldersComeFirstWhereAllIsKnownFromOnePage(t *testing.T) {
	b := stock("a", "b/x", "c", "d/y")
	l := New(store.Place{Space: "media"})
	b.given(l, 1000)
	wantShown(t, l, "b/ d/ a c")
	l.SortBy(ByName)
	wantShown(t, l, "d/ b/ c a")
	l.SortBy(ByName)
	wantShown(t, l, "b/ d/ a c")
}

func TestLargeFoldersStayInTheOrderOfKeysUntilTheyAreSorted(t *testing.T) {
	b := stock("a", "b/x", "c", "d/y")
	l := New(store.Place{Space: "media"})
	l.view.page = 2
	r, _ := l.Next()
	_ = l.Take(r, Whole(b.list(r.ListRequest, 2)), nil)
	wantShown(t, l, "a b/")
	l.FollowEnd()
	b.given(l, 2)
	wantShown(t, l, "a b/ c d/")
	for _, want := range []string{"b/ d/ a c", "d/ b/ c a", "a b/ c d/"} {
		l.SortBy(ByName)
		wantShown(t, l, want)
	}
}

func TestAFilterThatLeavesLittleHasFoldersFirst(t *testing.T) {
	b := stock("a", "ba", "bb/x", "c", "d")
	l := New(store.Place{Space: "media"})
	l.view.page = 2
	r, _ := l.Next()
	_ = l.Take(r, Whole(b.list(r.ListRequest, 2)), nil)
	l.Narrow(Begins, "b")
	b.given(l, 2)
	wantShown(t, l, "bb/ ba")
}

func TestAFilterThatIsCoveredAsksForNothingMore(t *testing.T) {
	b := bucket{}
	for i := range 3000 {
		b.put(fmt.Sprintf("%04d", i), i)
	}
	l := New(store.Place{Space: "media"})
	r, _ := l.Next()
	_ = l.Take(r, Whole(b.list(r.ListRequest, 1000)), nil)
	l.Narrow(Begins, "05")
	l.FollowEnd()
	if r, ok := l.Next(); ok || l.HasTail() || l.Len() != 100 {
		t.Errorf("it asks for %+v, and shows %d", r, l.Len())
	}
}

func TestAPageThatComesLateUndoesNothing(t *testing.T) {
	b := stock("a", "b", "c")
	l := New(store.Place{Space: "media"})
	b.given(l, 1000)
	l.Refresh()
	r, _ := l.Next()
	late := b.list(r.ListRequest, 1000)
	l.Apply([]job.Effect{there("new"), {Kind: job.RowGone, Ref: store.Ref{Space: "media", Key: "b"}}})
	i, _ := l.Rows().Search("new")
	id := l.Rows().ID(i)
	l.Select(id, true)
	_ = l.Take(r, Whole(late), nil)
	wantShown(t, l, "a c new")
	if !l.Selected(id) {
		t.Error("a row that stays is not selected any more")
	}
}

func there(key string) job.Effect {
	return job.Effect{Ref: store.Ref{Space: "media", Key: key}, Entry: store.Entry{Key: key}}
}

func TestAListingThatNobodyLooksAtIsNotBroughtUpToDate(t *testing.T) {
	b := stock("a", "d/x")
	l := New(store.Place{Space: "media"})
	b.given(l, 1000)
	l.Show(false)
	delete(b, "a")
	delete(b, "d/x")
	l.Apply([]job.Effect{
		{Kind: job.Stale, Ref: store.Ref{Space: "media"}},
		{Kind: job.RowGone, Ref: store.Ref{Space: "media", Key: "d/x"}},
	})
	if r, ok := l.Next(); ok {
		t.Errorf("it asks for %+v", r)
	}
	l.Show(true)
	r, ok := l.Next()
	if !ok || r.Rest != ToldRest {
		t.Errorf("it asks for %+v, %v", r, ok)
	}
	b.given(l, 1000)
	wantShown(t, l, "")
}

func TestManyFoldersInDoubtAreFoundOutByListingAgain(t *testing.T) {
	b := bucket{}
	var effects []job.Effect
	for i := range mostDoubts + 1 {
		key := fmt.Sprintf("d%03d/x", i)
		b.put(key, i)
		effects = append(effects, job.Effect{Kind: job.RowGone, Ref: store.Ref{Space: "media", Key: key}})
	}
	l := New(store.Place{Space: "media"})
	b.given(l, 1000)
	clear(b)
	l.Apply(effects)
	asked := 0
	for {
		r, ok := l.Next()
		if !ok {
			break
		}
		asked++
		_ = l.Take(r, Whole(b.list(r.ListRequest, 1000)), nil)
	}
	wantShown(t, l, "")
	if asked != 1 {
		t.Errorf("%d requests", asked)
	}
}

func TestTheCursorStaysOnTheFirstRowOfAnEmptyFolderThatFills(t *testing.T) {
	l := New(store.Place{Space: "media"})
	bucket{}.given(l, 1000)
	for _, key := range []string{"e.txt", "d/x", "a.txt", "b/x"} {
		l.Apply([]job.Effect{there(key)})
		if id, _ := l.Under(); l.Cursor() != 0 || l.Rows().Name(id) != shownFirst(l) {
			t.Errorf("%s came: the cursor is on %d of %s", key, l.Cursor(), shownKeys(l))
		}
	}
	l.MoveTo(1)
	id, _ := l.Under()
	l.Apply([]job.Effect{there("a/x")})
	if now, _ := l.Under(); now != id {
		t.Error("the cursor left the row that it was moved to")
	}
}

func shownFirst(l *Listing) string { return l.Rows().Name(l.ID(0)) }
