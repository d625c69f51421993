package page

import (
	"testing"
	"time"

	"spaces/store"
	"spaces/tui/kit/kittest"
)

func TestTheInspectorOfASelectionSumsItUp(t *testing.T) {
	s := newShelf(t, kittest.Size(120, 24))
	s.Space(t, "media")
	s.put("media", "a.jpg", "bb.PNG", "notes.txt", "dir/x", "none", "\x1b[1m.jpg")
	s.open(store.Place{Space: "media"})
	s.Advance(time.Second)
	s.Press("ctrl+a")
	s.Faults.Clear()
	s.Advance(time.Second)
	s.Want("┬ Selection", "1 folder, 5 files (32 B) selected", "Largest    notes.txt, 9 B", "What 1 folder holds is not counted here.",
		"image               3        19 B", "text                1", "other               1")
	want(t, "requests", len(s.Faults.Requests()), 0)
	s.Press("esc")
	s.Advance(time.Second)
	s.WantNot("Selection")
	s.Press("v", "j")
	s.Press("i")
	s.WantNot("Selection")
}

func TestManySelectedAreCountedOnceTheCursorRests(t *testing.T) {
	c, f := bare(t)
	c.Page.W, c.Page.H = 120, 24
	load(f, countAtOnce+1)
	f.l.SelectShown()
	f.Update(c, nil)
	want(t, "at once", len(f.pane.several.kinds), 0)
	want(t, "waits", f.pane.rest.Busy(), true)
	counted := f.several()
	want(t, "counted", counted.totals.Count, countAtOnce+1)
	f.l.Unselect()
	f.Update(c, nil)
	want(t, "after", f.pane.several == nil, true)
}

func TestTypesAreKnownByName(t *testing.T) {
	for name, kind := range map[string]string{"a.jpg": "image", "A.JPEG": "image", "x/y.tar.gz": "archive", ".env": "", "backup.2024": "", "a.parquet": "data",
		"a.xyz": "xyz", "a.\x1b[m": "", "a": "", "a.averyverylongone": "", "a.b c": "", "": ""} {
		if got := kindOf(name); got != kind {
			t.Errorf("%q is %q, want %q", name, got, kind)
		}
	}
}
