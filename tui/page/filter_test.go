package page

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/listing"
	"spaces/tui/kit"
)

func TestBeginsWithIsExactBeyondWhatIsLoaded(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	s.many("media", "pic-%04d.jpg", 3500)
	s.put("media", "zebra.jpg", "zebra2.jpg", "zoo/x")
	f := s.open(store.Place{Space: "media"})
	s.Faults.Clear()
	s.Press("/")
	s.Type("z")
	s.Type("e")
	want(t, "requests while typing", len(s.Faults.Requests()), 0)
	s.Advance(listing.TypingRest)
	want(t, "requests after a rest", len(s.Faults.Requests()), 1)
	want(t, "rows", shown(f), []string{"zebra.jpg", "zebra2.jpg"})
	s.Want("2 begin with “ze”")
	s.Type("b")
	want(t, "narrowing further needs no request", len(s.Faults.Requests()), 1)
	want(t, "rows", shown(f), []string{"zebra.jpg", "zebra2.jpg"})
	s.Press("enter")
	s.Press("space")
	s.Press("esc")
	want(t, "selected in the filter, selected without it", selected(f), []string{"zebra.jpg"})
	want(t, "rows without the filter", f.l.Len(), 2000)
}

func TestBeginsWithNeedsNoRequestWhereAllIsLoaded(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	s.many("media", "pic-%04d.jpg", 3500)
	f := s.open(store.Place{Space: "media"})
	s.Faults.Clear()
	s.Press("/")
	s.Type("pic-012")
	s.Advance(time.Second)
	want(t, "requests", len(s.Faults.Requests()), 0) // for "p", "pi", "pic", "pic-" there would be one, had it rested there
	s.Want("10 begin with “pic-012”")
	want(t, "rows", f.l.Len(), 10)
}

func TestAFilterThatIsTypedOverIsNotAskedFor(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	s.many("media", "pic-%04d.jpg", 3500)
	s.put("media", "zebra", "zoo")
	f := s.open(store.Place{Space: "media"})
	s.Press("/")
	s.Type("z")
	s.Hold()
	s.Advance(listing.TypingRest)
	s.Release()
	want(t, "rows", shown(f), []string{"zebra", "zoo"})
	s.Press("backspace")
	s.Type("q")
	s.Press("backspace")
	s.Type("zo")
	s.Advance(time.Second)
	want(t, "rows", shown(f), []string{"zoo"})
	s.Press("esc")
	want(t, "rows", f.l.Len(), 2000)
}

func TestAWholeKeyIsFoundFromTheRoot(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	s.put("media", "images/a", "images/thumbnails/sammy10x10.png", "images/thumbnails/sammy20x20.png", "z")
	f := s.open(store.Place{Space: "media"})
	s.Press("/")
	s.Type("images/thumbnails/sammy1")
	s.Advance(time.Second)
	want(t, "rows", shown(f), []string{"images/thumbnails/sammy10x10.png"})
	s.Want("images/thumbnails/sammy10x10.png")
	s.Press("enter", "enter")
	want(t, "place", s.Went(), []store.Place{{Space: "media", Prefix: "images/thumbnails/", Key: "images/thumbnails/sammy10x10.png"}})
	want(t, "cursor", cursor(s.Page().(*files)), "images/thumbnails/sammy10x10.png")
}

func TestAFilterBelowThisFolderIsLeftAsItWas(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	s.put("media", "images/a", "images/b/c", "z")
	f := s.open(store.Place{Space: "media"})
	s.Press("j", "space", "/")
	s.Type("images/")
	s.Advance(time.Second)
	want(t, "rows", shown(f), []string{"images/b/", "images/a"})
	s.Press("enter", "j", "space")
	want(t, "selected there", selected(f), []string{"images/a"})
	s.Press("esc")
	want(t, "rows", shown(f), []string{"images/", "z"})
	want(t, "selected here", selected(f), []string{"z"})
}

func TestAWholeKeyTypedInFullIsGoneToAtOnce(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	s.put("media", "images/x.png")
	s.open(store.Place{Space: "media"})
	s.Press("/")
	s.Type("images/x.png")
	s.Advance(time.Second)
	s.Press("enter")
	want(t, "cursor", cursor(s.Page().(*files)), "images/x.png")
	want(t, "place", s.Page().(*files).place.Prefix, "images/")
}

func TestAWholeKeyIsGoneToWhenTheAnswerComes(t *testing.T) {
	for _, then := range []string{"", "j"} { // another key is another wish
		s := newShelf(t)
		s.Space(t, "media")
		s.put("media", "images/x.png", "z")
		s.open(store.Place{Space: "media"})
		s.Press("/")
		s.Type("images/x.png")
		s.Press("enter")
		if then != "" {
			s.Press(then)
		}
		s.Advance(time.Second)
		want(t, "place", s.Page().(*files).place.Prefix, map[string]string{"": "images/", "j": ""}[then])
	}
}

func TestContainsSaysInHowManyItLooked(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	s.many("media", "pic-%04d.JPG", 3500)
	f := s.open(store.Place{Space: "media"})
	s.Press("f")
	s.Type("99.jp")
	s.Want("20 with “99.jp” in 2,000 of ≥ 2,000")
	s.Faults.Clear()
	s.Press("enter")
	s.Press("j")
	want(t, "requests", len(s.Faults.Requests()), 0)
	s.Press("G")
	s.Want("35 with “99.jp” in 3,500 of 3,500")
	want(t, "cursor", cursor(f), "pic-3499.JPG")
	s.Press("f")
	s.Type("x")
	s.Want("No name contains “99.jpx”.")
	s.Press("backspace")
	want(t, "rows", f.l.Len(), 35)
	s.Press("esc")
	want(t, "rows", f.l.Len(), 3500)
	want(t, "cursor", cursor(f), "pic-3499.JPG")
}

func TestALongTextThatNothingBeginsWithIsShortened(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	s.put("media", "a")
	s.open(store.Place{Space: "media"})
	s.Press("/")
	s.Paste(strings.Repeat("x", 900) + "end")
	s.Want("No name begins with “xxx", "xxxend”.", "Esc  shows everything")
	if n := strings.Count(s.Text(), "xxx"); n > 60 { // with what the field itself shows
		t.Errorf("it fills the page:\n%s", s.Text())
	}
}

func TestNothingFoundTeachesHowToWiden(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	s.put("media", "a")
	s.open(store.Place{Space: "media"})
	s.Press("/")
	s.Type("nothing")
	s.Want("No name begins with “nothing”.", "f  looks for it anywhere", "Esc  shows everything")
	s.Press("backspace", "backspace", "backspace", "backspace", "backspace", "backspace", "backspace", "backspace")
	s.WantNot("No name", "nothing")
}

func TestAFilterKeepsItsTextWhenItsKindChanges(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	s.put("media", "ab", "ba")
	f := s.open(store.Place{Space: "media"})
	s.Press("/")
	s.Type("b")
	want(t, "begins", shown(f), []string{"ba"})
	s.Press("enter", "f")
	want(t, "contains", shown(f), []string{"ab", "ba"})
}

func TestManyRowsAreFilteredAndSortedBesideTheKeys(t *testing.T) {
	s := newShelf(t)
	f := s.open(store.Place{Space: "none"})
	load(f, 20000)
	s.Send(kit.Return{})
	s.Press("j", "j", "j")
	at := cursor(f)
	s.Hold()
	s.Press("o", "s")
	want(t, "rows while sorting", f.l.Len(), 20000)
	s.Want("by size (partial)", "sorting")
	f.l.Apply([]job.Effect{
		{Kind: job.RowGone, Conn: s.Store.Conn(), Ref: store.Ref{Space: "none", Key: at}},
		{Kind: job.RowThere, Conn: s.Store.Conn(), Ref: store.Ref{Space: "none", Key: "new"}, Entry: store.Entry{Size: 1 << 50}},
	})
	s.Release()
	s.Send(kit.Return{})
	s.Press("f")
	s.Type("pic-00001")
	want(t, "rows", fmt.Sprint(f.l.Len()), "1000")
	s.WantNot("partial")
}

// load fills a page with n rows as if they had been listed to the end.
func load(f *files, n int) {
	f.l.More()
	for from := 0; from < n; from += listing.PageRows {
		f.l.See(f.l.Len())
		r, ok := f.l.Next()
		if !ok {
			panic("no page is wanted")
		}
		p := store.Page{More: from+listing.PageRows < n}
		for i := from; i < min(from+listing.PageRows, n); i++ {
			p.Entries = append(p.Entries, store.Entry{Key: f.place.Prefix + fmt.Sprintf("pic-%08d_camera.jpg", i), Size: int64(i * 7919 % 99991), Modified: time.Unix(int64(1700000000+i*31%n), 0)})
		}
		p.Next = p.Entries[len(p.Entries)-1].Key
		_ = f.l.Take(r, listing.Whole(p), nil)
	}
}

func TestSortingKeepsTheCursorOnItsRowAndTheRowOnItsLine(t *testing.T) {
	s := newShelf(t)
	f := s.open(store.Place{Space: "none"})
	load(f, 3000)
	s.Send(kit.Return{})
	for range 30 {
		s.Press("pgdown")
	}
	s.Press("k", "k", "k")
	at, line := cursor(f), f.list.Cursor-f.list.Offset
	for _, by := range [][]string{{"o", "s"}, {"o", "s"}, {"o", "d"}, {"o", "n"}, {"o", "n"}} {
		s.Press(by...)
		want(t, strings.Join(by, " ")+": under the cursor", cursor(f), at)
		if got := f.list.Cursor - f.list.Offset; got != line && f.list.Offset != 0 && f.list.Offset+s.Context.Page.H <= f.list.Len() {
			t.Errorf("%v: it is on line %d of the screen, was on %d", by, got, line)
		}
	}
}

func TestSortingFromTheFirstRowShowsWhatIsFirstThen(t *testing.T) {
	s := newShelf(t)
	f := s.open(store.Place{Space: "none"})
	load(f, 20000) // so many are sorted beside the keys
	s.Send(kit.Return{})
	s.Hold()
	s.Press("o", "s")
	s.Release()
	want(t, "cursor", f.list.Cursor, 0)
	largest := cursor(f)
	want(t, "largest", largest, f.l.Rows().Key(f.l.ID(0)))
	f.l.Apply([]job.Effect{{Kind: job.RowThere, Conn: s.Store.Conn(), Ref: store.Ref{Space: "none", Key: "new"}, Entry: store.Entry{Size: 1 << 50}}})
	s.Send(kit.Return{})
	want(t, "cursor after a larger one came", cursor(f), largest)
	want(t, "which is above it", f.list.Cursor, 1)
}
