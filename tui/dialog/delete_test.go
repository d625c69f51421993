package dialog_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
	"spaces/tui/dialog"
	"spaces/tui/kit"
	"spaces/tui/kit/kittest"
)

func filled(t *testing.T) (*kittest.Screen, func(), func(...string)) {
	s, f := start(t)
	f.Space(t, "media")
	for _, key := range []string{"a.txt", "b.txt", "pics/1.jpg", "pics/2.jpg", "pics/deep/3.jpg"} {
		put(t, f, "media", key, 1000, store.Private)
	}
	s.Open(dialog.NewDelete(s.Context, "media", []job.Source{folder("media", "pics/"), object("media", "a.txt")}, ""))
	return s, func() {
			t.Helper()
			wantKeys(t, f, "media", "a.txt", "b.txt", "pics/1.jpg", "pics/2.jpg", "pics/deep/3.jpg")
		},
		func(keys ...string) { t.Helper(); wantKeys(t, f, "media", keys...) }
}

func TestDeleteSaysWhatItWouldTake(t *testing.T) {
	s, untouched, _ := filled(t)
	s.Want("1 folder, 1 file", "4 objects, 4.0 KB", "counted, complete", "pics/", "a.txt", "[ Cancel ]")
	requireGolden(t, s.Text())
	untouched()
}

// However little room there is for the numbers, how far they can be trusted has its place beside or below them.
func TestDeleteAlwaysSaysHowFarTheCountCanBeTrusted(t *testing.T) {
	s, f := start(t)
	f.Space(t, "media")
	sources := []job.Source{folder("media", "one/"), folder("media", "two/")}
	for i := range 20_000 { // a listing has told all about them
		key := fmt.Sprintf("f%05d", i)
		sources = append(sources, object("media", key))
		sources[len(sources)-1].Entry = store.Entry{Key: key, Size: 1 << 20, ETag: `"x"`, Modified: s.Context.Now()}
	}
	says := func(d *dialog.Delete, state string) {
		t.Helper()
		for w := 20; w <= 100; w++ {
			if view := d.View(s.Context, kit.Size{W: w, H: 40}); !strings.Contains(view, state) {
				t.Fatalf("%d cells wide, it does not say %q:\n%s", w, state, view)
			}
		}
	}
	s.Hold()
	d := dialog.NewDelete(s.Context, "media", sources, "")
	s.Open(d)
	says(d, "so far…")
	s.Release()
	s.Want("2 folders, 20,000 files", "20,000 objects, 21.0 GB", "complete")
	says(d, "complete")
	s.Press("esc")
	f.Faults.Add(storetest.Rule{Match: storetest.Is("GET", "list-type"), Fault: storetest.Answer(http.StatusForbidden, "AccessDenied")})
	d = dialog.NewDelete(s.Context, "media", sources, "")
	s.Open(d)
	says(d, "not complete")
}

func TestDeleteEnterIsNo(t *testing.T) {
	s, untouched, _ := filled(t)
	s.Press("enter")
	closed(t, s)
	untouched()
}

func TestDeleteEscapeIsNo(t *testing.T) {
	s, untouched, _ := filled(t)
	s.Press("esc")
	closed(t, s)
	untouched()
}

func TestDeleteArrowsOnlyMoveBetweenButtons(t *testing.T) {
	s, untouched, _ := filled(t)
	s.Press("right", "right", "l", "left", "right", "l")
	open(t, s)
	untouched()
}

func TestDeleteYesDeletesExactlyWhatWasShown(t *testing.T) {
	s, _, holds := filled(t)
	s.Press("y")
	closed(t, s)
	holds("b.txt")
}

func TestDeleteButtonDeletes(t *testing.T) {
	s, _, holds := filled(t)
	s.Press("tab", "enter")
	closed(t, s)
	holds("b.txt")
}

func TestDeleteButtonsTakeClicks(t *testing.T) {
	s, untouched, _ := filled(t)
	s.ClickOn("pics/")
	s.ClickOn("Cancel ]")
	closed(t, s)
	untouched()
	s, _, holds := filled(t)
	s.ClickOn("Delete (y)")
	closed(t, s)
	holds("b.txt")
}

func TestDeleteTargetsAreFixedAtOpening(t *testing.T) {
	s, f := start(t)
	f.Space(t, "media")
	put(t, f, "media", "a", 1, store.Private)
	put(t, f, "media", "b", 1, store.Private)
	targets := []job.Source{object("media", "a")}
	d := dialog.NewDelete(s.Context, "media", targets, "")
	targets[0] = object("media", "b") // the page below moves on
	s.Open(d)
	s.Press("y")
	wantKeys(t, f, "media", "b")
}

func TestDeleteWithoutACompleteCountNeedsASecondChoice(t *testing.T) {
	s, f := start(t)
	f.Space(t, "media")
	put(t, f, "media", "pics/1", 1, store.Private)
	s.Hold()
	s.Open(dialog.NewDelete(s.Context, "media", []job.Source{folder("media", "pics/")}, ""))
	s.Want("counted so far…")
	s.WantNot("Delete uncounted")
	s.Press("y", "y", "y")
	open(t, s)
	s.Want("Delete uncounted", "The count is not complete")
	requireGolden(t, s.Text())
	s.Release()
	s.Want("counted, complete")
	s.WantNot("Delete uncounted")
	wantKeys(t, f, "media", "pics/1")
}

func TestDeleteUncountedTakesAllThatIsFound(t *testing.T) {
	s, f := start(t)
	f.Space(t, "media")
	put(t, f, "media", "pics/1", 1, store.Private)
	s.Hold()
	s.Open(dialog.NewDelete(s.Context, "media", []job.Source{folder("media", "pics/")}, ""))
	s.Press("y", "right", "right", "enter")
	s.Release()
	closed(t, s)
	wantKeys(t, f, "media")
}

func TestDeleteSaysWhatCouldNotBeCounted(t *testing.T) {
	s, f := start(t)
	f.Space(t, "media")
	put(t, f, "media", "a", 1, store.Private)
	put(t, f, "media", "pics/1", 1, store.Private)
	f.Faults.Add(storetest.Rule{Match: storetest.Is("GET", "list-type"), Fault: storetest.Answer(http.StatusForbidden, "AccessDenied")})
	s.Open(dialog.NewDelete(s.Context, "media", []job.Source{object("media", "a"), folder("media", "pics/")}, ""))
	s.Want("not complete", "access denied (AccessDenied)")
	s.Press("y")
	open(t, s)
	s.Want("Not everything could be counted")
	requireGolden(t, s.Text())
	s.Press("enter")
	closed(t, s)
	f.Faults.Clear()
	wantKeys(t, f, "media", "a", "pics/1")
}

func TestDeleteShowsHostileNamesHarmlessly(t *testing.T) {
	s, f := start(t)
	f.Space(t, "media")
	var sources []job.Source
	for _, name := range hostile {
		put(t, f, "media", name, 1, store.Private)
		sources = append(sources, object("media", name))
	}
	s.Open(dialog.NewDelete(s.Context, "media", sources, ""))
	s.Want(`\x1b[2J\x1b]0;title\x07.txt`, `a\u202eb`)
	s.Press("y")
	wantKeys(t, f, "media")
}

func TestDeleteNamesAFewOfMany(t *testing.T) {
	s, f := start(t)
	f.Space(t, "media")
	var sources []job.Source
	for _, n := range []string{"a", "b", "c", "d", "e", "f", "g", "h", "i"} {
		put(t, f, "media", "x/"+n, 1, store.Private)
		sources = append(sources, object("media", "x/"+n))
	}
	s.Open(dialog.NewDelete(s.Context, "media", sources, "x/"))
	s.Want("9 files", "and 3 more")
	requireGolden(t, s.Text())
}

func TestDeleteTellsOfLinksThatWillBreak(t *testing.T) {
	s, f := start(t)
	f.Space(t, "media")
	for _, key := range []string{"a", "b"} {
		put(t, f, "media", key, 1, store.PublicRead)
	}
	put(t, f, "media", "c", 1, store.Private)
	a, b, c := object("media", "a"), object("media", "b"), object("media", "c")
	for want, sources := range map[string][]job.Source{
		"It is public: its link will break":            {a},
		"1 of them is public: its link will break":     {a, c},
		"2 of them are public: their links will break": {a, b, c},
	} {
		s.Open(dialog.NewDelete(s.Context, "media", sources, ""))
		s.Want(want)
		s.Press("esc")
	}
}
