package dialog_test

import (
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
	"spaces/tui/dialog"
	"spaces/tui/kit/kittest"
)

// putProps stores an object of one byte with all that is said.
func putProps(t *testing.T, f *storetest.Fixture, key string, p store.Props) job.Source {
	t.Helper()
	if _, err := f.Store.Put(t.Context(), store.Ref{Space: "media", Key: key}, strings.NewReader("x"), 1, p, store.PutOptions{}); err != nil {
		t.Fatal(err)
	}
	return object("media", key)
}

// wantProps checks what an object has.
func wantProps(t *testing.T, f *storetest.Fixture, key string, want store.Props) {
	t.Helper()
	r := store.Ref{Space: "media", Key: key}
	info, err := f.Store.Head(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	tags, err := f.Store.Tags(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	got := info.Props
	if !maps.Equal(tags, want.Tags) || !maps.Equal(got.Meta, want.Meta) {
		t.Errorf("%s has the metadata %q and the tags %q, want %q and %q", key, got.Meta, tags, want.Meta, want.Tags)
	}
	for what, x := range map[string][2]string{"type": {got.ContentType, want.ContentType}, "cache": {got.CacheControl, want.CacheControl},
		"disposition": {got.ContentDisposition, want.ContentDisposition}, "language": {got.ContentLanguage, want.ContentLanguage}} {
		if x[0] != x[1] {
			t.Errorf("%s: its %s is %q, want %q", key, what, x[0], x[1])
		}
	}
}

// goldenAs is one of several screens of a test.
func goldenAs(t *testing.T, name, screen string) {
	t.Helper()
	t.Run(name, func(t *testing.T) { requireGolden(t, screen) })
}

func retype(s *kittest.Screen, text string) {
	s.Press("ctrl+u")
	s.Type(text)
}

func TestMetadataOfOneFileShowsWhatChangesBeforeItDoes(t *testing.T) {
	s, f := start(t)
	f.Space(t, "media")
	p := store.Props{ContentType: "text/plain", CacheControl: "no-cache", ContentLanguage: "de", Meta: map[string]string{"owner": "sammy", "camera": "x100"},
		Tags: map[string]string{"a": "b"}}
	a := putProps(t, f, "pics/a.html", p)
	s.Open(dialog.NewMetadata(s.Context, []job.Source{a}))
	s.Want("a.html", "Content-Type", "text/plain", "Content-Language", "owner", "sammy", "not set")
	goldenAs(t, "shown", s.Text())
	retype(s, "text/h")
	s.Want("Tab takes text/html")
	s.Press("tab", "down")
	s.Press("ctrl+u") // Cache-Control goes
	s.Want("removed")
	for range 5 {
		s.Press("down")
	}
	retype(s, "jesse é")
	s.Press("down")
	s.Type("Content-Disposition: inline")
	s.Press("enter")
	s.Type("shot = 2026")
	s.Press("enter", "enter")
	s.Want("Content-Type: text/plain → text/html", "Cache-Control: no-cache → removed", "x-amz-meta-owner: sammy → jesse é", "x-amz-meta-shot: not set → 2026")
	goldenAs(t, "review", s.Text())
	wantProps(t, f, "pics/a.html", p)
	s.Press("enter")
	closed(t, s)
	wantProps(t, f, "pics/a.html", store.Props{ContentType: "text/html", ContentLanguage: "de", ContentDisposition: "inline",
		Meta: map[string]string{"owner": "jesse é", "camera": "x100", "shot": "2026"}, Tags: p.Tags})
	if s.Notice() != "Changed metadata of a.html" {
		t.Errorf("the notice is %q", s.Notice())
	}
}

func TestMetadataOfSeveralFilesChangesOnlyWhatWasEdited(t *testing.T) {
	s, f := start(t)
	f.Space(t, "media")
	all := []job.Source{
		putProps(t, f, "1", store.Props{ContentType: "text/plain", CacheControl: "no-cache", Meta: map[string]string{"owner": "sammy"}}),
		putProps(t, f, "2", store.Props{ContentType: "text/css", CacheControl: "no-cache"}),
		putProps(t, f, "3", store.Props{ContentType: "text/plain", CacheControl: "no-cache", Meta: map[string]string{"owner": "jesse"}}),
	}
	s.Open(dialog.NewMetadata(s.Context, all))
	s.Want("3 files", "differs: 2 values", "differs: 3 values", "text/plain in 2, text/css in 1", "no-cache")
	goldenAs(t, "shown", s.Text())
	s.Press("enter")
	if s.Notice() != "Nothing was edited." {
		t.Fatalf("the notice is %q", s.Notice())
	}
	s.Press("down")
	retype(s, "no-store")
	s.Press("down", "down", "down", "ctrl+u")
	s.Want("removed")
	s.Press("enter")
	s.Want("Cache-Control: no-cache → no-store in 3 files", "x-amz-meta-owner: 3 values → removed in 2 of 3 files")
	s.Press("enter")
	closed(t, s)
	for key, contentType := range map[string]string{"1": "text/plain", "2": "text/css", "3": "text/plain"} {
		wantProps(t, f, key, store.Props{ContentType: contentType, CacheControl: "no-store"})
	}
}

func TestMetadataOfManyFilesAsksOfTheFirstOnly(t *testing.T) {
	s, f := start(t)
	f.Space(t, "media")
	var all []job.Source
	for i := range 60 {
		all = append(all, putProps(t, f, fmt.Sprintf("%02d", i), store.Props{ContentType: "text/plain"}))
	}
	f.Faults.Clear()
	s.Open(dialog.NewMetadata(s.Context, all))
	s.Want("60 files", "values of the first 50", "text/plain")
	if n := len(f.Faults.Requests()); n != 50 {
		t.Errorf("%d requests were made", n)
	}
	retype(s, "text/css")
	s.Press("enter")
	s.Want("text/plain → text/css in 60 files")
	s.Press("enter")
	closed(t, s)
	wantProps(t, f, "59", store.Props{ContentType: "text/css"})
}

func TestMetadataThatCannotBeSentIsRefusedInItsLine(t *testing.T) {
	s, f := start(t)
	f.Space(t, "media")
	a := putProps(t, f, "a", store.Props{ContentType: "text/plain"})
	s.Open(dialog.NewMetadata(s.Context, []job.Source{a}))
	f.Faults.Clear()
	for text, why := range map[string]string{"text/\x1b[31m": "control characters", "text/é": "only ASCII", "text/x ": "get lost", "\xff": "not UTF-8"} {
		s.Press("ctrl+u", "ctrl+u", "ctrl+u")
		s.Paste(text)
		s.Press("enter")
		if !strings.Contains(strings.ToLower(s.Text()), strings.ToLower(why)) || s.Has("Apply") {
			t.Errorf("%q is not refused by %q:\n%s", text, why, s.Text())
		}
	}
	s.Press("ctrl+u", "ctrl+u")
	s.Want("text/plain")
	s.Press("shift+tab", "shift+tab", "shift+tab")
	for text, why := range map[string]string{"a b: c": "cannot be a name", ": c": "what is it called?"} {
		s.Press("ctrl+u")
		s.Type(text)
		s.Press("enter")
		if !strings.Contains(strings.ToLower(s.Text()), why) {
			t.Errorf("%q is not refused by %q:\n%s", text, why, s.Text())
		}
	}
	s.Press("ctrl+u")
	s.Paste("big: " + strings.Repeat("x", 2046))
	s.Press("enter", "enter")
	open(t, s)
	if !strings.Contains(s.Notice(), "at most 2,048 bytes of metadata, these are 2,049") {
		t.Errorf("the notice is %q", s.Notice())
	}
	if sent := f.Faults.Requests(); len(sent) > 0 {
		t.Errorf("sent was %q", sent)
	}
}

func TestMetadataOfEverythingInsideIsCountedAndConfirmed(t *testing.T) {
	s, f := start(t)
	f.Space(t, "media")
	putProps(t, f, "d/1", store.Props{ContentType: "text/plain", CacheControl: "no-cache"})
	putProps(t, f, "d/e/2", store.Props{ContentType: "text/css", CacheControl: "no-cache"})
	putProps(t, f, "other", store.Props{ContentType: "text/plain"})
	s.Open(dialog.NewMetadataInside(s.Context, []job.Source{folder("media", "d/")}))
	s.Want("1 folder", "2 objects", "counted, complete", "as it is")
	goldenAs(t, "shown", s.Text())
	s.Type("text/html")
	s.Press("down", "ctrl+u", "enter")
	s.Want("Content-Type: set to text/html", "Cache-Control: removed", "2 objects")
	s.Press("y")
	closed(t, s)
	wantProps(t, f, "d/1", store.Props{ContentType: "text/html"})
	wantProps(t, f, "d/e/2", store.Props{ContentType: "text/html"})
	wantProps(t, f, "other", store.Props{ContentType: "text/plain"})
}

func TestMetadataShowsWhyItIsNotKnown(t *testing.T) {
	s, f := start(t)
	f.Space(t, "media")
	a := putProps(t, f, "a", store.Props{})
	f.Faults.Add(storetest.Rule{Match: storetest.Is("HEAD"), Fault: storetest.Answer(http.StatusForbidden, "AccessDenied")})
	s.Hold()
	s.Open(dialog.NewMetadata(s.Context, []job.Source{a}))
	s.Want("Asking for the metadata")
	goldenAs(t, "asking", s.Text())
	s.Release()
	s.Want("access denied")
	s.WantNot("Continue")
	goldenAs(t, "refused", s.Text())
}

func TestTagsOfSeveralFiles(t *testing.T) {
	s, f := start(t)
	f.Space(t, "media")
	all := []job.Source{
		putProps(t, f, "1", store.Props{ContentType: "text/plain", Tags: map[string]string{"team": "sea", "state": "new", "x": "y"}}),
		putProps(t, f, "2", store.Props{ContentType: "text/plain", Tags: map[string]string{"team": "shore", "state": "new"}}),
	}
	s.Open(dialog.NewTags(s.Context, all))
	s.Want("2 files", "state", "new", "team", "differs: 2 values", "name=value")
	goldenAs(t, "shown", s.Text())
	retype(s, "done é")
	s.Press("down", "down", "ctrl+u") // x goes, team stays
	s.Press("down")
	s.Type("empty=")
	s.Press("enter")
	s.Type("aws:x=1")
	s.Press("enter")
	s.Want("S3's own")
	s.Press("ctrl+u")
	s.Type("a!=1")
	s.Press("enter")
	s.Want("cannot be in a tag")
	s.Press("ctrl+u", "enter")
	s.Want("state: new → done é in 2 files", "x: 2 values → removed in 1 of 2 files", "empty: not set → empty in 2 files")
	s.WantNot("team")
	s.Press("enter")
	closed(t, s)
	wantProps(t, f, "1", store.Props{ContentType: "text/plain", Tags: map[string]string{"team": "sea", "state": "done é", "empty": ""}})
	wantProps(t, f, "2", store.Props{ContentType: "text/plain", Tags: map[string]string{"team": "shore", "state": "done é", "empty": ""}})
}

func TestTagsThatAreTooManyAreRefused(t *testing.T) {
	s, f := start(t)
	f.Space(t, "media")
	a := putProps(t, f, "a", store.Props{})
	s.Open(dialog.NewTags(s.Context, []job.Source{a}))
	for i := range 11 {
		s.Type(fmt.Sprintf("k%d=v", i))
		s.Press("enter")
	}
	s.Press("enter")
	open(t, s)
	if !strings.Contains(s.Notice(), "at most 10 tags, these are 11") {
		t.Errorf("the notice is %q", s.Notice())
	}
}

func TestMetadataOnLargerAndSmallerScreens(t *testing.T) {
	for _, size := range [][2]int{{120, 40}, {40, 12}} {
		s, f := start(t, kittest.Size(size[0], size[1]))
		f.Space(t, "media")
		a := putProps(t, f, "a.html", store.Props{ContentType: "text/plain", Meta: map[string]string{"owner": "sammy"}, Tags: map[string]string{"team": "sea"}})
		inside := []job.Source{folder("media", "")}
		name := fmt.Sprintf("%d×%d", size[0], size[1])
		s.Open(dialog.NewMetadata(s.Context, []job.Source{a}))
		goldenAs(t, "metadata "+name, s.Text())
		s.Press("esc")
		s.Open(dialog.NewTags(s.Context, []job.Source{a}))
		goldenAs(t, "tags "+name, s.Text())
		s.Press("esc")
		s.Open(dialog.NewMetadataInside(s.Context, inside))
		goldenAs(t, "metadata inside "+name, s.Text())
		s.Press("esc")
		s.Open(dialog.NewAccessInside(s.Context, inside))
		goldenAs(t, "access inside "+name, s.Text())
		s.Press("esc")
	}
}

func TestHostileMetadataIsDrawnHarmless(t *testing.T) {
	s, f := start(t)
	f.Space(t, "media")
	a := putProps(t, f, "a", store.Props{Meta: map[string]string{"evil": "\u202e evil \u0085 \u200b", "w": "宽宽宽"}})
	s.Open(dialog.NewMetadata(s.Context, []job.Source{a})) // the screen is checked after each step
	s.Want(`\u202e`, "宽宽宽")
}

func TestAccessOfEverythingInsideIsCountedAndConfirmed(t *testing.T) {
	s, f := start(t)
	f.Space(t, "media")
	put(t, f, "media", "d/1", 1, store.PublicRead)
	put(t, f, "media", "d/e/2", 1, store.Private)
	put(t, f, "media", "other", 1, store.PublicRead)
	s.Open(dialog.NewAccessInside(s.Context, []job.Source{folder("media", "d/")}))
	s.Want("1 folder", "2 objects", "counted, complete", "Now: 1 public, 1 not", "( ) Private", "( ) Public")
	goldenAs(t, "choose", s.Text())
	s.Press("enter")
	if s.Notice() != "Choose private or public first" {
		t.Fatalf("the notice is %q", s.Notice())
	}
	s.Press("down", "enter")
	s.Want("[ Back ]", "Make private", "stop working")
	goldenAs(t, "confirm", s.Text())
	s.Press("esc", "enter", "y")
	closed(t, s)
	for key, want := range map[string]store.Access{"d/1": store.Private, "d/e/2": store.Private, "other": store.PublicRead} {
		if got, err := f.Store.Access(t.Context(), store.Ref{Space: "media", Key: key}); err != nil || got != want {
			t.Errorf("%s is %s, %v", key, got, err)
		}
	}
}

func TestNothingInsideIsChangedBeforeItIsCounted(t *testing.T) {
	s, f := start(t)
	f.Space(t, "media")
	put(t, f, "media", "d/1", 1, store.PublicRead)
	s.Hold()
	s.Open(dialog.NewAccessInside(s.Context, []job.Source{folder("media", "d/")}))
	s.Press("down", "enter", "y")
	open(t, s)
	if s.Notice() != "It is still being counted" {
		t.Errorf("the notice is %q", s.Notice())
	}
	s.Release()
	s.Press("y")
	closed(t, s)
}

func TestTabTakesAnOfferOnlyWhereWhatIsTypedCannotStandByItself(t *testing.T) {
	for typed, want := range map[string]string{
		"text/ht": "text/html ", "text/html": "text/html ", "text/html; c": "text/html; charset=utf-8", "x/own": "x/own ",
	} {
		s, f := start(t)
		f.Space(t, "media")
		put(t, f, "media", "a", 1, store.Private)
		s.Open(dialog.NewMetadata(s.Context, []job.Source{object("media", "a")}))
		s.Press("ctrl+u")
		s.Type(typed)
		s.Press("tab")
		if typed == "text/ht" {
			s.Press("tab") // it is whole now
			s.Want("▸ Cache-Control")
		}
		if y := lineWith(s, "Content-Type"); !strings.Contains(y+" ", want) {
			t.Errorf("%q becomes %s", typed, y)
		}
	}
}

// lineWith is the first line of the screen with a text in it.
func lineWith(s *kittest.Screen, text string) string {
	for line := range strings.SplitSeq(s.Text(), "\n") {
		if strings.Contains(line, text) {
			return line
		}
	}
	return ""
}

func TestACacheControlThatIsWholeIsLeftByTab(t *testing.T) {
	for typed, next := range map[string]bool{"max-age=3": true, "max-age=31536000": true, "public": true, "max-a": false, "priv": false} {
		s, f := start(t)
		f.Space(t, "media")
		put(t, f, "media", "a", 1, store.Private)
		s.Open(dialog.NewMetadata(s.Context, []job.Source{object("media", "a")}))
		s.Press("down")
		s.Type(typed)
		s.Press("tab")
		if got := s.Has("▸ Content-Encoding"); got != next {
			t.Errorf("after %q Tab goes on: %v", typed, got)
		}
	}
}

func TestATagThatIsWrittenLikeAHeaderIsAskedAbout(t *testing.T) {
	s, f := start(t)
	f.Space(t, "media")
	put(t, f, "media", "a", 1, store.Private)
	s.Open(dialog.NewTags(s.Context, []job.Source{object("media", "a")}))
	s.Type("team: web")
	s.Press("enter")
	s.Want("A tag is written name=value: team=web? If that is its name")
	s.Type("=")
	s.Press("enter", "enter")
	s.Want("team: web: not set →")
}

func TestAFileThatIsGoneIsToldInWordsThatFitADialog(t *testing.T) {
	s, f := start(t)
	f.Space(t, "media")
	put(t, f, "media", "a", 1, store.Private)
	s.Open(dialog.NewMetadata(s.Context, []job.Source{object("media", "a")}))
	s.Press("ctrl+u")
	s.Type("text/css")
	s.Press("enter")
	if err := f.Store.Delete(t.Context(), store.Ref{Space: "media", Key: "a"}); err != nil {
		t.Fatal(err)
	}
	s.Press("enter")
	s.Want("not there any more.")
	s.WantNot("refresh")
}
