package page

import (
	"testing"

	"spaces/store"
	"spaces/store/job"
)

func TestSelecting(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	s.put("media", "a", "bb", "ccc", "dddd", "e/f")
	f := s.open(store.Place{Space: "media", Key: "a"})
	s.Press("space", "space")
	want(t, "two", selected(f), []string{"a", "bb"})
	want(t, "cursor", cursor(f), "ccc")
	s.Want("2 files (3 B) selected", "✓ a")
	s.Press("k", "space")
	want(t, "one less", selected(f), []string{"a"})
	s.Press("ctrl+r")
	want(t, "inverted", selected(f), []string{"bb", "ccc", "dddd", "e/"})
	s.Want("1 folder, 3 files (9 B) selected")
	s.Press("esc")
	want(t, "none", selected(f), []string(nil))
	s.Press("ctrl+a")
	want(t, "all", len(selected(f)), 5)
}

func TestARangeFollowsTheCursorAndEscDropsIt(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	s.put("media", "a", "b", "c", "d", "e")
	f := s.open(store.Place{Space: "media"})
	s.Press("space", "j", "v", "j", "j")
	want(t, "down", selected(f), []string{"a", "c", "d", "e"})
	s.Press("k", "k", "k")
	want(t, "up over the anchor", selected(f), []string{"a", "b", "c"})
	s.Press("esc")
	want(t, "dropped", selected(f), []string{"a"})
	s.Press("v", "G", "v", "g", "g")
	want(t, "kept", selected(f), []string{"a", "b", "c", "d", "e"})
	s.Want("5 files (5 B) selected")
}

func TestASelectionSurvivesSortFilterAndEffects(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	s.put("media", "a", "bb", "ccc", "dddd")
	f := s.open(store.Place{Space: "media"})
	s.Press("j", "space", "space")
	s.Press("o", "s")
	want(t, "sorted", selected(f), []string{"bb", "ccc"})
	s.Press("/")
	s.Type("dd")
	s.Press("esc")
	want(t, "filtered", selected(f), []string{"bb", "ccc"})
	f.Effects(s.Context, []job.Effect{
		{Ref: store.Ref{Space: "media", Key: "bb"}, Kind: job.RowGone},
		{Ref: store.Ref{Space: "media", Key: "0"}, Entry: store.Entry{Key: "0", Size: 7}},
	})
	want(t, "after effects", selected(f), []string{"ccc"})
	want(t, "bytes", f.l.Selection().Bytes, 3)
	want(t, "count", f.l.Selection().Count, 1)
}

func TestWhatFailedStaysSelected(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	s.put("media", "a", "b", "c", "d")
	f := s.open(store.Place{Space: "media"})
	s.Press("ctrl+a")
	f.Effects(s.Context, []job.Effect{ // a job on all four is done with two of them
		{Ref: store.Ref{Space: "media", Key: "a"}, Kind: job.RowGone},
		{Ref: store.Ref{Space: "media", Key: "c"}, Entry: store.Entry{Key: "c", Size: 1}},
	})
	want(t, "selected", selected(f), []string{"b", "d"})
}

func TestAFolderLeavesOnlyMoveAndDeleteOfTheBulkActions(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	s.put("media", "a", "b", "d/x")
	f := s.open(store.Place{Space: "media", Key: "a"})
	off := func() (names []string) {
		for _, a := range f.Actions() {
			switch a.Name {
			case "permissions", "move", "delete", "share", "copy-url", "rename", "download":
				if a.Off() != "" {
					names = append(names, string(a.Name))
				}
			}
		}
		return names
	}
	want(t, "one file", off(), []string(nil))
	s.Press("space", "space")
	want(t, "two files", off(), []string{"share", "rename", "copy-url"})
	s.Press("g", "g", "space")
	want(t, "with a folder", off(), []string{"share", "permissions", "rename", "copy-url"})
	s.Press("=")
	s.Want("Folders have no permissions")
	s.Press("esc", "g", "g")
	want(t, "one folder", off(), []string{"share", "permissions"})
}

func TestAnEmptyFolderHasNothingToActOn(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	f := s.open(store.Place{Space: "media"})
	for _, key := range []string{"d", "m", "s", "W", "=", "r", "c", "space", "v"} {
		s.Press(key)
		s.Want("There is nothing under the cursor.")
	}
	want(t, "dialog", s.Dialog() == nil, true)
	s.Press("enter", "o", "s", "ctrl+a", "ctrl+r", "G", "R", "i", "]")
	want(t, "rows", f.l.Len(), 0)
}
