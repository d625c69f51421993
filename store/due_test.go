package store_test

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"spaces/store"
	"spaces/store/storetest"
)

// expire makes a Space whose rule ends what is below logs/ since long ago, with n files there and one elsewhere.
func expire(t *testing.T, f *storetest.Fixture, n int) {
	t.Helper()
	f.Space(t, "media")
	keys := []string{"kept"}
	for i := range n {
		keys = append(keys, fmt.Sprintf("logs/%03d", i))
	}
	for _, key := range keys {
		if _, err := f.Store.Put(t.Context(), store.Ref{Space: "media", Key: key}, strings.NewReader("12345"), 5, store.Props{}, store.PutOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	rules := store.Lifecycle{Rules: []store.LifecycleRule{{ID: "old", Prefix: "logs/", Enabled: true, ExpireDate: "2020-01-01"}}}
	if err := f.Store.SetLifecycle(t.Context(), "media", rules); err != nil {
		t.Fatal(err)
	}
}

func TestAServerElsewhereTellsWhatIsDue(t *testing.T) {
	f := storetest.New(t, storetest.Listener())
	expire(t, f, 120)
	var due []store.Due
	sum, err := f.Store.Due(t.Context(), "media", func(list []store.Due) error {
		due = append(due, list...)
		return nil
	})
	if err != nil || sum != (store.DueSum{Objects: 120, Bytes: 600}) {
		t.Errorf("%+v, %v", sum, err)
	}
	if len(due) != 100 || due[7] != (store.Due{Key: "logs/007", Action: "delete", Rule: "old", Size: 5}) {
		t.Errorf("%d: %+v", len(due), due)
	}
	if page, err := f.Store.List(t.Context(), store.ListRequest{Space: "media"}); err != nil || len(page.Entries) != 121 {
		t.Errorf("asking left %d, %v", len(page.Entries), err)
	}
	enough := errors.New("enough")
	if _, err := f.Store.Due(t.Context(), "media", func([]store.Due) error { return enough }); !errors.Is(err, enough) {
		t.Error(err)
	}
}

func TestWhoIsNotToldWhatIsDueLearnsWhy(t *testing.T) {
	f := storetest.New(t, storetest.Listener())
	expire(t, f, 1)
	k, err := f.Store.CreateKey(t.Context(), "limited", []store.Grant{{Permission: store.KeyFullAccess}})
	if err != nil {
		t.Fatal(err)
	}
	asked := func(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, "/v2/spaces/due") }
	stranger := storetest.New(t, storetest.Unknown())
	stranger.Space(t, "media")
	for name, c := range map[string]struct {
		s      *store.Store
		fault  storetest.Fault
		space  string
		kind   store.Kind
		says   string
		advice string
	}{
		"a limited key":      {f.Open(t, func(c *store.Config) { c.AccessKey, c.SecretKey = k.ID, k.Secret.Reveal() }), nil, "media", store.Denied, "", "root key"},
		"no such Space":      {f.Store, nil, "missing", store.NoSpace, "", ""},
		"an older server":    {f.Store, storetest.Answer(404, "NoSuchBucket"), "media", store.Unsupported, "too old", "spaces lifecycle plan"},
		"another old one":    {f.Store, storetest.Answer(400, "InvalidBucketName"), "media", store.Unsupported, "too old", "spaces lifecycle plan"},
		"one without it":     {f.Store, storetest.Answer(501, "NotImplemented"), "media", store.Unsupported, "too old", "spaces lifecycle plan"},
		"a wrong secret":     {f.Store, storetest.Answer(403, "SignatureDoesNotMatch"), "media", store.BadCredentials, "", "secret key is wrong"},
		"no JSON":            {f.Store, storetest.Page("application/json", "{"), "media", store.Other, "not what tells", ""},
		"a page of a proxy":  {f.Store, storetest.Page("text/html", "<html>"), "media", store.Unsupported, "too old", ""},
		"another S3 server":  {stranger.Store, nil, "media", store.Unsupported, "only this program's server", ""},
		"nothing comes back": {f.Store, storetest.Reset, "media", store.Unreachable, "", ""},
	} {
		if c.fault != nil {
			f.Faults.Add(storetest.Rule{Match: asked, Fault: c.fault})
		}
		if _, err := c.s.List(t.Context(), store.ListRequest{Space: "media"}); err != nil { // it tells who answers
			t.Fatal(err)
		}
		_, err := c.s.Due(t.Context(), c.space, func([]store.Due) error { return nil })
		var e *store.Error
		if !errors.As(err, &e) || e.Kind != c.kind || !strings.Contains(err.Error(), c.says) || !strings.Contains(e.Advice(), c.advice) {
			t.Errorf("%s: %v (%v); %+v", name, err, store.KindOf(err), e)
		}
		f.Faults.Clear()
	}
	if slices.ContainsFunc(stranger.Faults.Requests(), func(r string) bool { return strings.Contains(r, "/v2/") }) {
		t.Error("a server that is not ours was asked")
	}
}
