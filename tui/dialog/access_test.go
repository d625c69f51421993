package dialog_test

import (
	"net/http"
	"testing"

	"spaces/store"
	"spaces/store/storetest"
	"spaces/tui/dialog"
)

func TestAccessOfOneFileIsSetAtOnce(t *testing.T) {
	s, f := start(t)
	f.Space(t, "media")
	put(t, f, "media", "pics/a.txt", 1, store.Private)
	ref := store.Ref{Space: "media", Key: "pics/a.txt"}
	s.Open(dialog.NewAccess(s.Context, []store.Ref{ref}, store.Private))
	s.Want("a.txt", "(•) Private", "now")
	requireGolden(t, s.Text())
	s.Press("down", "enter")
	closed(t, s)
	if got, err := f.Store.Access(t.Context(), ref); err != nil || got != store.PublicRead {
		t.Fatalf("access is %q, %v", got, err)
	}
	if s.Notice() != "a.txt is public now" {
		t.Fatalf("the notice is %q", s.Notice())
	}
}

func TestAccessOfSeveralFilesIsAJob(t *testing.T) {
	s, f := start(t)
	f.Space(t, "media")
	refs := []store.Ref{{Space: "media", Key: "a"}, {Space: "media", Key: "b"}}
	for _, r := range refs {
		put(t, f, "media", r.Key, 1, store.PublicRead)
	}
	s.Open(dialog.NewAccess(s.Context, refs, store.PublicRead))
	s.Want("2 files", "(•) Public")
	s.Press("up", "enter")
	closed(t, s)
	for _, r := range refs {
		if got, err := f.Store.Access(t.Context(), r); err != nil || got != store.Private {
			t.Errorf("%s: access is %q, %v", r.Key, got, err)
		}
	}
}

func TestAccessShowsWhyItCannotBeSet(t *testing.T) {
	s, f := start(t)
	f.Space(t, "media")
	put(t, f, "media", "a", 1, store.Private)
	f.Faults.Add(storetest.Rule{Match: storetest.Is("PUT", "acl"), Fault: storetest.Answer(http.StatusForbidden, "AccessDenied")})
	s.Open(dialog.NewAccess(s.Context, []store.Ref{{Space: "media", Key: "a"}}, store.Private))
	s.Press("down", "enter")
	open(t, s)
	s.Want("access denied (AccessDenied)", "(•) Public")
	requireGolden(t, s.Text())
}

func TestAccessEscapeChangesNothing(t *testing.T) {
	s, f := start(t)
	f.Space(t, "media")
	put(t, f, "media", "a", 1, store.Private)
	s.Open(dialog.NewAccess(s.Context, []store.Ref{{Space: "media", Key: "a"}}, store.Private))
	s.Press("down", "esc")
	closed(t, s)
	if got, _ := f.Store.Access(t.Context(), store.Ref{Space: "media", Key: "a"}); got != store.Private {
		t.Fatalf("access is %q", got)
	}
}
