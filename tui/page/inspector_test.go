package page

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
	"spaces/themes"
	"spaces/tui/kit"
	"spaces/tui/kit/kittest"
)

func TestTheInspectorAsksOnceTheCursorRests(t *testing.T) {
	s := newShelf(t, kittest.Size(120, 24))
	s.Space(t, "media")
	s.put("media", "a.txt", "b.txt", "c.txt", "d/x")
	f := s.open(store.Place{Space: "media", Key: "a.txt"})
	s.Faults.Clear()
	s.Press("j", "k", "j")
	s.Advance(inspectRest - 1)
	s.Press("k", "j")
	want(t, "requests while moving", s.Faults.Requests(), []string(nil))
	s.Advance(inspectRest)
	want(t, "requests at rest", len(s.Faults.Requests()), 3) // HEAD, ACL, and the beginning: it is text
	s.Want("b.txt", "text/plain", "Access     private", "ETag")
	s.Press("]")
	s.Want("x-amz-meta-owner sammy")
	s.Press("]")
	s.Want("Only access keys can read it.")
	s.Press("[", "[", "g", "g")
	s.Want("Type       text/plain") // still of b.txt: nothing is drawn anew before the answer
	s.Advance(inspectRest)
	s.Want("A folder: the part of names")
	want(t, "requests for a folder", len(s.Faults.Requests()), 3)
	s.Press("i")
	s.WantNot("A folder")
	s.Press("G")
	s.Advance(time.Second)
	asked := slices.DeleteFunc(s.Faults.Requests(), func(r string) bool { return strings.Contains(r, "?acl") }) // of the column
	want(t, "requests while hidden", len(asked), 2)
	s.Press("i")
	s.Advance(inspectRest)
	s.Want("Type       text/plain")
	want(t, "cursor", cursor(f), "c.txt")
	s.Press("k", "k")
	s.Advance(inspectRest)
	s.Press("space") // selecting moves on, too
	s.Advance(inspectRest)
	s.Want("┬ b.txt")
}

func TestANarrowScreenShowsTheInspectorInPlaceOfTheListing(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	s.put("media", "a.txt", "b.txt")
	s.open(store.Place{Space: "media"})
	s.Faults.Clear()
	s.Press("j", "k")
	s.Advance(time.Second)
	want(t, "requests", len(s.Faults.Requests()), 0)
	s.Press("enter")
	s.Advance(inspectRest)
	s.Want("╭ a.txt", "text/plain")
	s.WantNot("b.txt")
	s.Press("j")
	s.Advance(inspectRest)
	s.Want("╭ b.txt")
	s.Press("esc")
	s.Want("╭ Files", "a.txt", "b.txt")
}

func TestTheInspectorClosesWhenItsOnlyFileGoes(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	s.put("media", "a.txt")
	f := s.open(store.Place{Space: "media"})
	s.Press("enter")
	s.Advance(inspectRest)
	s.Want("╭ a.txt")
	f.Effects(s.Context, []job.Effect{{Kind: job.RowGone, Conn: s.Store.Conn(), Ref: store.Ref{Space: "media", Key: "a.txt"}}})
	s.Want("╭ Files")
	s.WantNot("a.txt")
	s.Press("i") // nothing to inspect
	s.Want("╭ Files")
}

func TestTheInspectorExplainsWhatItMayNotSee(t *testing.T) {
	s := newShelf(t, kittest.Size(120, 24))
	s.Space(t, "media")
	s.put("media", "a", "b")
	s.Faults.Add(storetest.Rule{Match: storetest.Is("GET", "acl"), Fault: storetest.Answer(http.StatusForbidden, "AccessDenied"), Times: 1})
	s.Faults.Add(storetest.Rule{Match: storetest.Is("HEAD", "/b"), Fault: storetest.Answer(http.StatusNotFound, "NotFound"), Times: 1})
	s.open(store.Place{Space: "media"})
	s.Advance(inspectRest)
	s.Want("Access     not known", "Size       1 B")
	s.Press("j")
	s.Advance(inspectRest)
	s.Want("Not found", "It is not there any more")
}

func TestThePermissionsDialogKnowsWhatTheInspectorSaw(t *testing.T) {
	s := newShelf(t, kittest.Size(120, 24))
	s.Space(t, "media")
	s.put("media", "a")
	if err := s.Store.SetAccess(t.Context(), store.Ref{Space: "media", Key: "a"}, store.PublicRead); err != nil {
		t.Fatal(err)
	}
	f := s.open(store.Place{Space: "media"})
	ref := store.Ref{Space: "media", Key: "a"}
	want(t, "before", f.pane.accessOf(ref), store.Access(""))
	s.Advance(inspectRest)
	want(t, "after", f.pane.accessOf(ref), store.PublicRead)
	s.Want("Access     public")
}

func TestThePermissionsDialogAsksAgainWhatWasJustChanged(t *testing.T) {
	s := newShelf(t, kittest.Size(120, 24))
	s.Space(t, "media")
	s.put("media", "a")
	s.open(store.Place{Space: "media"})
	s.Advance(inspectRest)
	s.Want("Access     private")
	s.Press("=", "down", "enter")
	s.Want("a is public now")
	s.Press("=") // before the inspector has looked again
	s.Want("Now: public", "(•) Public")
}

func TestLongMetadataIsScrolledTo(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	meta := map[string]string{}
	for i := range 40 {
		meta[fmt.Sprintf("name-%02d", i)] = "v"
	}
	_, err := s.Store.Put(t.Context(), store.Ref{Space: "media", Key: "a"}, text("x"), 1, store.Props{Meta: meta}, store.PutOptions{})
	if err != nil {
		t.Fatal(err)
	}
	s.put("media", "b")
	s.open(store.Place{Space: "media"})
	s.Press("enter", "]")
	s.Advance(inspectRest)
	s.Want("Metadata", "x-amz-meta-name-00", "more lines: ^f")
	s.WantNot("name-39")
	s.Press("pgdown", "pgdown", "pgdown", "pgdown")
	s.Want("Metadata", "name-39")
	s.WantNot("name-00", "more lines")
	s.Wheel(5, 5, -20)
	s.Want("name-00")
	s.Wheel(5, 5, 20)
	s.Want("name-39")
	s.Press("j")
	s.Advance(inspectRest)
	s.Want("x-amz-meta-owner sammy")
	s.Resize(120, 24)
	s.Press("k", "esc")
	s.Advance(inspectRest)
	s.Wheel(100, 5, 20)
	s.Want("name-39")
}

func TestTagsHaveATabOfTheirOwn(t *testing.T) {
	s := newShelf(t, kittest.Size(120, 24))
	s.Space(t, "media")
	s.put("media", "a", "b")
	if err := s.Store.SetTags(t.Context(), store.Ref{Space: "media", Key: "a"}, map[string]string{"team": "red", "a:b": "1"}); err != nil {
		t.Fatal(err)
	}
	s.open(store.Place{Space: "media"})
	s.Advance(inspectRest)
	s.Press("]", "]", "]")
	s.Want("team       red", `a:b        1`)
	s.Press("j")
	s.Advance(inspectRest)
	s.Want("It has no tags.")
}

func TestTheActiveTabIsOnTheScreenHoweverNarrowItIs(t *testing.T) {
	for w := 16; w < 60; w++ {
		for i, tab := range inspectorTabs {
			if line := tabLine(themes.Auto(true), i, w-3); !strings.Contains(kit.Clip(line, w-3), tab.name) {
				t.Errorf("at %d cells: %q", w, line)
			}
		}
	}
}
