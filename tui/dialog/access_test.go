package dialog_test

import (
	"fmt"
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
	s.Want("a.txt", "Now: private", "(•) Private")
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

func TestAccessOfSeveralFilesIsAJobAndNothingIsChosenAtFirst(t *testing.T) {
	s, f := start(t)
	f.Space(t, "media")
	var refs []store.Ref
	for i, access := range []store.Access{store.PublicRead, store.PublicRead, store.PublicRead, store.Private} {
		refs = append(refs, store.Ref{Space: "media", Key: string(rune('a' + i))})
		put(t, f, "media", refs[i].Key, 1, access)
	}
	s.Open(dialog.NewAccess(s.Context, refs, ""))
	s.Want("4 files", "Now: 3 public, 1 private", "( ) Private", "( ) Public")
	s.Press("enter")
	open(t, s)
	s.Settle()
	for i, r := range refs {
		want := map[bool]store.Access{true: store.Private, false: store.PublicRead}[i == 3]
		if got, err := f.Store.Access(t.Context(), r); err != nil || got != want {
			t.Fatalf("%s: access is %q, %v after Enter with nothing chosen", r.Key, got, err)
		}
	}
	s.Press("down", "enter")
	closed(t, s)
	for _, r := range refs {
		if got, err := f.Store.Access(t.Context(), r); err != nil || got != store.Private {
			t.Errorf("%s: access is %q, %v", r.Key, got, err)
		}
	}
}

func TestAccessOfManyFilesAsksOfTheFirstOnly(t *testing.T) {
	s, f := start(t)
	f.Space(t, "media")
	var refs []store.Ref
	for i := range 60 {
		refs = append(refs, store.Ref{Space: "media", Key: fmt.Sprintf("%02d", i)})
		put(t, f, "media", refs[i].Key, 1, map[bool]store.Access{true: store.PublicRead}[i < 7])
	}
	s.Open(dialog.NewAccess(s.Context, refs, ""))
	s.Want("60 files", "Now: 7 public, 43 private of the first 50")
}

func TestAccessShowsWhyItCannotBeSet(t *testing.T) {
	s, f := start(t)
	f.Space(t, "media")
	put(t, f, "media", "a", 1, store.Private)
	f.Faults.Add(storetest.Rule{Match: storetest.Is("POST", "changeObjects"), Fault: storetest.Answer(http.StatusNotImplemented, "NotImplemented")})
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
