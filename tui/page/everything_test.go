package page

import (
	"strings"
	"testing"

	"spaces/keys"
	"spaces/store"
	"spaces/store/job"
	"spaces/store/listing"
	"spaces/store/storetest"
)

// crowd is a folder of more than is loaded at first.
func crowd(t *testing.T) (*shelf, *files) {
	s := newShelf(t)
	s.Space(t, "media")
	s.many("media", "in/pic-%04d.jpg", 3500)
	s.put("media", "in/", "in/note", "in/pic-dir/deep/x", "pic-0")
	return s, s.open(store.Place{Space: "media", Prefix: "in/"})
}

func TestEverythingThatAFilterFindsIsSelectedWithoutBeingListed(t *testing.T) {
	s, f := crowd(t)
	s.Press("f")
	s.Type("pic")
	s.Press("enter")
	s.Faults.Clear()
	s.Press("*")
	s.Want("everything that contains “pic” selected (≥ 1,998 entries)")
	want(t, "requests", len(s.Faults.Requests()), 0)
	if got := s.Text(); strings.Count(got, "✓") < 10 {
		t.Errorf("rows are not drawn as selected:\n%s", got)
	}
	for _, a := range f.Actions() {
		if a.Name == keys.Share || a.Name == keys.Select || a.Name == keys.Rename {
			if a.Why == nil || a.Why() == "" {
				t.Errorf("%s can be done with everything", a.Name)
			}
		}
	}
	s.Press("esc")
	s.WantNot("selected")
	s.Want("with “pic”")
}

func TestEverythingIsDeletedAndTheRowsGo(t *testing.T) {
	s, f := crowd(t)
	s.Press("/")
	s.Type("pic")
	s.Press("enter", "*")
	s.Want("everything that begins with “pic” selected")
	s.Press("d")
	s.Want("everything that begins with “pic”", "3,501 objects", "in media/in/")
	s.Press("y")
	s.Advance(listing.ToldRest)
	s.Want("No name begins with “pic”")
	s.WantNot("selected")
	for f.filter.kind != "" { // the first stops listing again, where that is still under way
		s.Press("esc")
	}
	s.Advance(listing.ToldRest)
	want(t, "rows", shown(f), []string{"in/note"})
	if got := storetest.Keys(t, s.Store, "media", ""); len(got) != 3 {
		t.Errorf("left are %q", got)
	}
}

func TestWhatIsSelectedAfterAJobBeganStaysSo(t *testing.T) {
	s, f := crowd(t)
	s.Press("*")
	f.Finished([]job.Finished{{Conn: s.Store.Conn(), Ref: store.Ref{Space: "media", Key: "in/"}, Turn: 0}})
	s.Want("everything selected")
	f.Finished([]job.Finished{{Conn: s.Store.Conn(), Ref: store.Ref{Space: "media", Key: "in/"}, Turn: 1}})
	s.Press("j")
	s.WantNot("everything selected")
	s.Press("*", "ctrl+a")
	s.WantNot("everything")
	s.Want("files (") // those that are loaded
}

func TestEverythingOfAFilterStaysSelectedUnderAnother(t *testing.T) {
	s, f := crowd(t)
	s.Press("/")
	s.Type("pic-00")
	s.Press("enter", "*")
	s.Want("everything that begins with “pic-00” selected (100 entries)")
	s.Press("/")
	for range "-00" {
		s.Press("backspace")
	}
	s.Press("enter")
	s.Want("everything that begins with “pic-00” selected · ", "begin with “pic”")
	want(t, "what is selected", len(selected(f)), 0) // it has no rows of its own
	s.Press("m")
	s.Want("everything that begins with “pic-00”")
}

func TestEverythingCanBeChangedInOneGo(t *testing.T) {
	s, _ := crowd(t)
	s.Press("*")
	for key, title := range map[string]string{"=": "Permissions of everything inside", "M": "Metadata of everything inside", "T": "Tags of everything inside", "W": "Download"} {
		s.Press(key)
		s.Want(title, "everything", "3,502 objects")
		s.Press("esc")
	}
	s.Press(">")
	s.Want("Actions: everything selected", "Delete…", "Move to folder…")
	s.WantNot("Rename")
}

func TestEverythingIsMovedBeforeItIsCounted(t *testing.T) {
	s, f := crowd(t)
	s.put("media", "to/x", "to/note")
	s.Press("*", "m", "h", "j", "enter")
	s.Want("media/to/")
	s.Hold()
	s.Press("y")
	s.Want("everything", "leaves names alone", "Move uncounted")
	s.Press("tab", "enter")
	s.Release()
	s.Advance(listing.ToldRest)
	want(t, "rows", shown(f), []string{"in/note"})
	if got := storetest.Keys(t, s.Store, "media", "in/"); len(got) != 2 { // the folder itself, and what was in the way
		t.Errorf("left are %d: %.200q", len(got), got)
	}
}
