package page

import (
	"net/http"
	"strings"
	"testing"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
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
	f.Finished([]job.Finished{{Ref: store.Ref{Space: "media", Key: "c"}, Turn: 1}})
	want(t, "selected", selected(f), []string{"b", "d"})
}

func TestOnlyWhatFailedStaysSelectedAfterEachKindOfJob(t *testing.T) {
	for _, spec := range []job.Spec{
		{Kind: job.Copy, Dest: store.Ref{Space: "other"}},
		{Kind: job.Move, Dest: store.Ref{Space: "other"}},
		{Kind: job.Download, LocalDir: t.TempDir()},
		{Kind: job.Permissions, Access: store.PublicRead},
		{Kind: job.Metadata, Edit: job.Edit{Set: map[string]string{"Content-Type": "text/plain"}}}, // as most have it already
		{Kind: job.Tags, Edit: job.Edit{Set: map[string]string{"a": "b"}}},
	} {
		t.Run(spec.Kind.String(), func(t *testing.T) { onlyWhatFailed(t, spec) })
	}
}

func onlyWhatFailed(t *testing.T, spec job.Spec) {
	s := newShelf(t)
	s.Space(t, "media")
	s.Space(t, "other")
	s.put("media", "bad", "d/x", "e/bad", "good")
	f := s.open(store.Place{Space: "media"})
	s.Press("ctrl+a")
	s.Faults.Add(storetest.Rule{Match: about("bad"), Fault: storetest.Answer(403, "AccessDenied")})
	for _, many := range []string{"changeObjects", "archive"} { // each by itself: about sees its name
		s.Faults.Add(storetest.Rule{Match: storetest.Is("POST", many), Fault: storetest.Answer(501, "NotImplemented")})
	}
	spec.From, spec.To = s.Store.Conn(), s.Store.Conn()
	for _, e := range f.l.Chosen() {
		spec.Sources = append(spec.Sources, job.Source{Ref: store.Ref{Space: "media", Key: e.Key}, Folder: e.Folder, Entry: e})
	}
	s.Context.Jobs.Start(s.Context.Jobs.Plan(spec))
	s.Settle()
	want(t, "selected", selected(f), []string{"bad", "e/"})
}

// about are the requests that need the object of a name, wherever it is.
func about(name string) func(*http.Request) bool {
	return func(r *http.Request) bool {
		return strings.HasSuffix(r.URL.Path, name) || strings.HasSuffix(r.Header.Get("X-Amz-Copy-Source"), name) ||
			strings.HasSuffix(r.Header.Get("X-Amz-Rename-Source"), name)
	}
}

func TestWhatIsSelectedWhileAJobRunsStaysSelected(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	s.put("media", "a", "b", "c")
	f := s.open(store.Place{Space: "media"})
	s.Press("space", "space") // a and b
	spec := job.Spec{Kind: job.Permissions, From: s.Store.Conn(), Access: store.PublicRead}
	for _, key := range []string{"a", "b", "c"} {
		spec.Sources = append(spec.Sources, job.Source{Ref: store.Ref{Space: "media", Key: key}})
	}
	if err := s.Context.Jobs.Do(t.Context(), spec); err != nil {
		t.Fatal(err)
	}
	s.Press("space") // c, before anybody heard of the end of the work
	want(t, "selected", selected(f), []string{"c"})
}

func TestAFolderLeavesOnlyMoveAndDeleteOfTheBulkActions(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	s.put("media", "a", "b", "d/x")
	f := s.open(store.Place{Space: "media", Key: "a"})
	off := func() (names []string) {
		for _, a := range f.Actions() {
			switch a.Name {
			case "permissions", "metadata", "tags", "permissions-inside", "metadata-inside", "move", "delete", "share", "copy-url", "rename", "download":
				if a.Off() != "" {
					names = append(names, string(a.Name))
				}
			}
		}
		return names
	}
	inside := []string{"permissions-inside", "metadata-inside"}
	only := []string{"metadata", "tags"}
	want(t, "one file", off(), inside)
	s.Press("space", "space")
	want(t, "two files", off(), append([]string{"rename"}, inside...))
	s.Press("g", "g", "space")
	want(t, "with a folder", off(), append([]string{"share", "permissions", "rename"}, only...))
	for key, why := range map[string]string{"=": "permissions: Permissions of everything inside…", "M": "metadata: Metadata of everything inside…", "T": "tags: select the files"} {
		s.Press(key)
		s.Want("Folders have no " + why)
		want(t, key, s.Dialog() == nil, true)
	}
	s.Press(">")
	s.Want("Permissions…   – Folders have no permissions", "Tags…   – Folders have no tags", "Permissions of everything inside…")
	s.Press("esc", "g", "M")
	s.Want("Metadata of everything inside", "1 folder, 2 files")
	s.Press("esc")
	s.Press("esc", "g", "g")
	want(t, "one folder", off(), append([]string{"permissions"}, only...))
	s.Press("g", "=")
	s.Want("Permissions of everything inside", "1 folder")
	s.Press("esc")
}

func TestWhatAnEndpointHasNotIsOffAsSoonAsItHasSaidSo(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	s.put("media", "a", "d/x")
	s.Faults.Add(storetest.Rule{Match: storetest.Is("GET", "tagging"), Fault: storetest.Answer(501, "NotImplemented")})
	s.Faults.Add(storetest.Rule{Match: storetest.Is("GET", "/media/a", "acl"), Fault: storetest.Answer(501, "NotImplemented")})
	s.open(store.Place{Space: "media", Key: "a"})
	s.Press("T")
	s.Want("not supported by the endpoint")
	s.Press("esc", "T")
	s.Want("This endpoint has no tags")
	want(t, "dialog", s.Dialog() == nil, true)
	s.Press("=")
	s.Want("could not be asked")
	s.Press("esc", "=")
	s.Want("no permissions of single files")
	s.Press("g", "g", "g", "=")
	s.Want("no permissions of single files")
	want(t, "dialog", s.Dialog() == nil, true)
}

func TestAnEmptyFolderHasNothingToActOn(t *testing.T) {
	s := newShelf(t)
	s.Space(t, "media")
	f := s.open(store.Place{Space: "media"})
	for _, key := range []string{"d", "m", "s", "W", "=", "M", "T", "r", "c", "space", "v"} {
		s.Press(key)
		s.Want("There is nothing under the cursor.")
	}
	want(t, "dialog", s.Dialog() == nil, true)
	s.Press("enter", "o", "s", "ctrl+a", "ctrl+r", "G", "R", "i", "]")
	want(t, "rows", f.l.Len(), 0)
}
