package store_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"spaces/store"
	"spaces/store/storetest"
)

func TestASpaceThatCannotBeListedByAllIsCreatedAllTheSame(t *testing.T) {
	withACL := func(r *http.Request) bool {
		return storetest.Is("PUT", "/media")(r) && r.Header.Get("X-Amz-Acl") != ""
	}
	for what, c := range map[string]struct {
		rule storetest.Rule
		says string
	}{
		"ownership is enforced": {storetest.Rule{Match: withACL, Fault: storetest.Answer(400, "InvalidBucketAclWithObjectOwnership")}, "switched off"},
		"there are no ACLs":     {storetest.Rule{Match: withACL, Fault: storetest.Answer(501, "NotImplemented")}, "switched off"},
		"the wish is ignored":   {storetest.Rule{Match: storetest.Is("GET", "acl"), Fault: privateACL}, "ignored public listing"},
		"nobody can say":        {storetest.Rule{Match: storetest.Is("GET", "acl"), Fault: storetest.Answer(501, "NotImplemented")}, "no access control lists"},
	} {
		t.Run(what, func(t *testing.T) {
			f := storetest.New(t)
			f.Faults.Add(c.rule)
			err := f.Store.CreateSpace(t.Context(), "media", store.CreateOptions{PublicListing: true})
			var e *store.Error
			if store.KindOf(err) != store.NotPublic || !errors.As(err, &e) || !strings.Contains(err.Error(), c.says) || !strings.Contains(e.Advice(), "policy") {
				t.Errorf("%v", err)
			}
			if spaces, err := f.Store.Spaces(t.Context()); err != nil || len(spaces) != 1 {
				t.Errorf("there are %v: %v", spaces, err)
			}
		})
	}
	f := storetest.New(t)
	if err := f.Store.CreateSpace(t.Context(), "media", store.CreateOptions{PublicListing: true}); err != nil {
		t.Error(err)
	}
	if access, err := f.Store.Access(t.Context(), store.Ref{Space: "media"}); err != nil || access != store.PublicRead {
		t.Errorf("it is %s: %v", access, err)
	}
}

func privateACL(_ http.RoundTripper, r *http.Request) (*http.Response, error) {
	return storetest.Document(r, `<AccessControlPolicy><Owner><ID>me</ID></Owner><AccessControlList><Grant><Grantee `+
		`xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser"><ID>me</ID></Grantee>`+
		`<Permission>FULL_CONTROL</Permission></Grant></AccessControlList></AccessControlPolicy>`), nil
}

func TestWhatIsPublicIsConfirmed(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	r := store.Ref{Space: "media", Key: "x"}
	if _, err := f.Store.Put(t.Context(), r, strings.NewReader("x"), 1, store.Props{Access: store.PublicRead}, store.PutOptions{}); err != nil {
		t.Fatal(err)
	}
	if err := f.Store.ConfirmPublic(t.Context(), r); err != nil {
		t.Error(err)
	}
	for _, c := range []struct {
		fault storetest.Fault
		kind  store.Kind
	}{
		{privateACL, store.NotPublic}, {storetest.Answer(501, "NotImplemented"), store.NotPublic},
		{storetest.Answer(403, "AccessDenied"), ""}, {storetest.Answer(404, "NoSuchKey"), store.NotFound},
	} {
		f.Faults.Clear()
		f.Faults.Add(storetest.Rule{Match: storetest.Is("GET", "acl"), Fault: c.fault})
		if err := f.Store.ConfirmPublic(t.Context(), r); store.KindOf(err) != c.kind {
			t.Errorf("want %q: %v", c.kind, err)
		}
	}
}

func TestANameOfOnesOwnIsTakenOnEveryEngine(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	f.Faults.Add(storetest.Rule{Match: storetest.Is("PUT", "/media"), Fault: func(_ http.RoundTripper, r *http.Request) (*http.Response, error) {
		return storetest.Document(r, ""), nil // as Ceph does
	}})
	if err := f.Store.CreateSpace(t.Context(), "media", store.CreateOptions{}); !errors.Is(err, store.Exists) {
		t.Errorf("the second is created: %v", err)
	}
}

// A key that may create Spaces and not look at them is answered 200 by Ceph also for one that has been there.
func TestANameThatTheKeyMayNotLookAtIsTakenWhenItsSpaceIsOld(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	later := time.Now().Add(time.Hour)
	f.Faults.Add(storetest.Rule{Match: storetest.Is("HEAD", "/"), Fault: storetest.Answer(http.StatusForbidden, "")})
	f.Faults.Add(storetest.Rule{Match: storetest.Is("PUT", "/media"), Times: 1, Fault: func(_ http.RoundTripper, r *http.Request) (*http.Response, error) {
		resp := storetest.Document(r, "")
		resp.Header.Set("Date", later.UTC().Format(http.TimeFormat))
		return resp, nil
	}})
	public := store.CreateOptions{PublicListing: true}
	if err := f.Store.CreateSpace(t.Context(), "media", public); !errors.Is(err, store.Exists) {
		t.Errorf("the old one is created: %v", err)
	}
	if access, err := f.Store.Access(t.Context(), store.Ref{Space: "media"}); err != nil || access != store.Private {
		t.Errorf("the old one is %s: %v", access, err)
	}
	if err := f.Store.CreateSpace(t.Context(), "fresh", public); err != nil {
		t.Error(err)
	}
	if access, err := f.Store.Access(t.Context(), store.Ref{Space: "fresh"}); err != nil || access != store.PublicRead {
		t.Errorf("the new one is %s: %v", access, err)
	}
}
