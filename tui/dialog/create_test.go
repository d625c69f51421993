package dialog_test

import (
	"net/http"
	"testing"

	"spaces/store"
	"spaces/store/storetest"
	"spaces/tui/dialog"
)

func TestCreateSpaceChecksTheNameAsOneTypes(t *testing.T) {
	s, f := start(t)
	f.Space(t, "taken")
	s.Open(dialog.NewCreateSpace(s.Context))
	requireGolden(t, s.Text())
	s.Type("ab")
	s.Want("A name has 3 to 63 characters")
	s.Type("C")
	s.Want("A name has no capital letters")
	s.Press("ctrl+u")
	s.Type("taken")
	s.Want("This name is taken")
	s.Type("-not")
	s.Want("This name can be used", "http://127.0.0.1:9000/taken-not")
}

func TestCreateSpaceMakesItAndGoesThere(t *testing.T) {
	s, f := start(t)
	s.Open(dialog.NewCreateSpace(s.Context))
	s.Type("media")
	s.Press("enter")
	closed(t, s)
	if got := placeOf(s); got != (store.Place{Space: "media"}) {
		t.Fatalf("went to %+v", got)
	}
	if _, err := f.Store.Usage(t.Context(), "media"); err != nil {
		t.Fatal(err)
	}
}

func TestCreateSpaceKeepsWhatWasTypedWhenTheServerRefuses(t *testing.T) {
	s, f := start(t)
	s.Open(dialog.NewCreateSpace(s.Context))
	s.Type("media")
	f.Space(t, "media") // somebody else was faster
	s.Press("enter")
	open(t, s)
	s.Want("media", "This name is taken")
	requireGolden(t, s.Text())
	s.Type("2")
	s.Press("enter")
	closed(t, s)
}

func TestCreateSpaceAllowsListingOnlyWhenAsked(t *testing.T) {
	for _, allow := range []bool{false, true} {
		s, f := start(t)
		s.Open(dialog.NewCreateSpace(s.Context))
		s.Type("media")
		s.Press("tab")
		if allow {
			s.Press("right")
			s.Want("(•) Public listing")
		}
		s.Press("enter")
		got, err := f.Store.Access(t.Context(), store.Ref{Space: "media"})
		if err != nil || (got == store.PublicRead) != allow {
			t.Errorf("allowed %v: access is %q, %v", allow, got, err)
		}
	}
}

func TestCreateSpaceSaysThatListingCannotBeAllowed(t *testing.T) {
	s, f := start(t)
	f.Faults.Add(storetest.Rule{Match: func(r *http.Request) bool { return r.Header.Get("X-Amz-Acl") != "" },
		Fault: storetest.Answer(400, "InvalidBucketAclWithObjectOwnership")})
	s.Open(dialog.NewCreateSpace(s.Context))
	s.Type("media")
	s.Press("tab", "right", "enter")
	closed(t, s)
	if got := placeOf(s); got != (store.Place{Space: "media"}) {
		t.Errorf("went to %+v", got)
	}
	s.Want("Created media, but only your keys can list it: this endpoint has access")
}

func TestCreateSpaceOffersNoHostThatCannotBe(t *testing.T) {
	s, f := start(t)
	s.Context.Store = f.Open(t, func(c *store.Config) { c.Endpoint, c.Dial, c.ShareURL = "http://127.0.0.1:9000", nil, nil })
	s.Hold() // nothing may go out
	s.Open(dialog.NewCreateSpace(s.Context))
	s.Type("media")
	s.Want("http://127.0.0.1:9000/media")
	s.WantNot("media.127")
}

func TestCreateSpaceEscapeMakesNothing(t *testing.T) {
	s, f := start(t)
	s.Open(dialog.NewCreateSpace(s.Context))
	s.Type("media")
	s.Press("esc")
	closed(t, s)
	if list, _ := f.Store.Spaces(t.Context()); len(list) > 0 {
		t.Fatalf("there are Spaces: %v", list)
	}
}

func TestCreateSpaceOffersTheRegionsOfDigitalOcean(t *testing.T) {
	s, _ := start(t)
	var err error
	s.Context.Store, err = store.Open(t.Context(), store.Config{Endpoint: "https://ams3.digitaloceanspaces.com", Region: "ams3", AccessKey: "k", SecretKey: "s"})
	if err != nil {
		t.Fatal(err)
	}
	s.Hold() // nothing may go out
	s.Open(dialog.NewCreateSpace(s.Context))
	s.Type("media")
	s.Want("[ams3]", "https://media.ams3.digitaloceanspaces.com", "https://ams3.digitaloceanspaces.com/media")
	s.Press("tab", "right", "right", "right", "right", "right", "right", "right", "right", "right")
	s.Want("[atl1]", "https://media.atl1.digitaloceanspaces.com")
	requireGolden(t, s.Text())
}
