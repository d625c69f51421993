package listing

import (
	"fmt"
	"testing"
	"time"

	"spaces/store"
	"spaces/store/job"
)

func query(t *testing.T, text string) *Query {
	t.Helper()
	q, err := ParseQuery(text, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return q
}

// numbered are the objects from and to a number, "d/0007.txt", each as large as its number.
func numbered(from, to int, more bool) store.Page {
	p := store.Page{More: more}
	for i := from; i < to; i++ {
		p.Entries = append(p.Entries, store.Entry{Key: fmt.Sprintf("in/d/%04d.txt", i), Size: int64(i)})
	}
	if more {
		p.Next = p.Entries[len(p.Entries)-1].Key
	}
	return p
}

// sought is the answer of a search to a page that it asked for.
func sought(l *Listing, p store.Page) Answer {
	a := Whole(p)
	a.Entries = l.whole.found.among(p.Entries)
	return a
}

func TestASearchAsksFlatAndGoesOnUntilItIsStopped(t *testing.T) {
	l := Search(store.Place{Space: "media", Prefix: "in/"}, query(t, "d/*7.txt"))
	r, ok := l.Next()
	if !ok || r.Delimiter != "" || r.Prefix != "in/d/" || r.After != "" {
		t.Fatalf("asks for %+v", r)
	}
	l.Take(r, sought(l, numbered(0, 1000, true)), nil)
	if l.Len() != 100 || l.Looked() != 1000 || l.Known() || !l.Busy() {
		t.Fatalf("%d found in %d", l.Len(), l.Looked())
	}
	if r, ok = l.Next(); !ok || r.After != "in/d/0999.txt" {
		t.Fatalf("goes on with %+v", r)
	}
	l.Stop()
	if _, ok := l.Next(); ok || l.Busy() {
		t.Fatal("is not stopped")
	}
	l.Refresh()
	if r, ok = l.Next(); !ok || r.After != "in/d/0999.txt" {
		t.Fatalf("goes on with %+v, %v", r, ok)
	}
	l.Take(r, sought(l, numbered(1000, 1010, false)), nil)
	if l.Len() != 101 || !l.Known() || l.Looked() != 1010 {
		t.Fatalf("%d found in %d", l.Len(), l.Looked())
	}
	l.Refresh()
	if r, ok = l.Next(); !ok || r.After != "" || r.Delimiter != "" {
		t.Fatalf("refreshes with %+v", r)
	}
	l.Take(r, sought(l, numbered(0, 20, false)), nil)
	if l.Len() != 2 || l.Looked() != 20 {
		t.Fatalf("%d found in %d", l.Len(), l.Looked())
	}
}

func TestASearchEndsWhereItHasFoundEnough(t *testing.T) {
	l := Search(store.Place{Space: "media", Prefix: "in/"}, query(t, "txt"))
	l.whole.found.most = 1500
	for i := 0; ; i++ {
		r, ok := l.Next()
		if !ok {
			break
		}
		l.Take(r, sought(l, numbered(i*1000, i*1000+1000, true)), nil)
	}
	if l.Len() != 2000 || !l.Full() || l.Known() || l.Busy() {
		t.Errorf("%d rows, full %v, known %v", l.Len(), l.Full(), l.Known())
	}
}

func TestWhatJobsChangeIsFoundOrNotFoundAnyMore(t *testing.T) {
	l := Search(store.Place{Space: "media", Prefix: "in/"}, query(t, "*.txt size>4"))
	r, _ := l.Next()
	l.Take(r, sought(l, numbered(0, 8, false)), nil)
	at := func(kind job.EffectKind, key string, size int64) job.Effect {
		return job.Effect{Kind: kind, Ref: store.Ref{Space: "media", Key: key}, Entry: store.Entry{Key: key, Size: size}}
	}
	l.Apply([]job.Effect{at(job.RowGone, "in/d/0005.txt", 0), at(job.RowThere, "in/e/x.txt", 9), at(job.RowThere, "in/e/y.txt", 1),
		at(job.RowThere, "in/e/z.jpg", 9), at(job.RowThere, "in/d/0006.txt", 1)})
	var got []string
	for i := range l.Len() {
		got = append(got, l.Rows().Name(l.ID(i)))
	}
	if fmt.Sprint(got) != "[d/0007.txt e/x.txt]" {
		t.Errorf("found %v", got)
	}
	l.Apply([]job.Effect{at(job.TreeGone, "in/e/", 0)})
	if l.Len() != 1 {
		t.Errorf("%d are left", l.Len())
	}
}

func TestGivenRowsStayTheSame(t *testing.T) {
	l := Those(store.Place{Space: "media", Prefix: "in/"})
	l.Give(numbered(0, 5, false).Entries)
	l.MoveTo(3)
	l.Select(l.ID(3), true)
	l.Give(numbered(2, 9, false).Entries)
	id, _ := l.Under()
	if l.Len() != 7 || l.Rows().Name(id) != "d/0003.txt" || !l.Selected(id) {
		t.Errorf("%d rows, under the cursor %q", l.Len(), l.Rows().Name(id))
	}
	if _, ok := l.Next(); ok {
		t.Error("asks for more")
	}
	if l.Refresh(); l.Refreshing() {
		t.Error("refreshes what is given")
	}
}
