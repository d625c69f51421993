package store_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"spaces/store"
	"spaces/store/storetest"
)

// strangers are what answers in an endpoint's place.
var strangers = map[string]storetest.Fault{
	"a web page":             storetest.Page("text/html; charset=utf-8", "<!DOCTYPE html><html><head><meta charset=utf-8><body>Log in<br>"),
	"a web page in good XML": storetest.Page("application/xhtml+xml", "<?xml version=\"1.0\"?><html><body>Log in</body></html>"),
	"a redirection": func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
		resp, err := storetest.Page("text/html", "<html>")(next, r)
		if err == nil {
			resp.StatusCode = http.StatusFound
			resp.Header.Set("Location", "http://login.example/")
		}
		return resp, err
	},
}

func TestNothingIsBelievedThatTheEndpointDidNotAnswer(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	r, body := store.Ref{Space: "media", Key: "x"}, strings.NewReader("content")
	storetest.Put(t, f.Store, "media", "x", "content")
	u := store.Upload{Ref: r, ID: "some-id"}
	part := store.Part{Number: 1, Size: 7, ETag: "9a0364b9e99bb480dd25e1f0284c8555"}
	type call = func(context.Context, *store.Store) error
	ask := func(err error) error { return err }
	calls := map[string]call{
		"spaces": func(ctx context.Context, s *store.Store) error { _, err := s.Spaces(ctx); return err },
		"list": func(ctx context.Context, s *store.Store) error {
			_, err := s.List(ctx, store.ListRequest{Space: "media"})
			return err
		},
		"versions": func(ctx context.Context, s *store.Store) error {
			_, err := s.Versions(ctx, store.VersionsRequest{Space: "media"})
			return err
		},
		"versioning": func(ctx context.Context, s *store.Store) error { _, err := s.Versioned(ctx, "media"); return err },
		"head":       func(ctx context.Context, s *store.Store) error { _, err := s.Head(ctx, r); return err },
		"get": func(ctx context.Context, s *store.Store) error {
			_, _, err := s.Get(ctx, r, store.GetOptions{})
			return err
		},
		"get a range": func(ctx context.Context, s *store.Store) error {
			_, _, err := s.Get(ctx, r, store.GetOptions{Offset: 2, Length: 3})
			return err
		},
		"put": func(ctx context.Context, s *store.Store) error {
			_, err := s.Put(ctx, r, body, 7, store.Props{}, store.PutOptions{})
			return err
		},
		"delete": func(ctx context.Context, s *store.Store) error { return ask(s.Delete(ctx, r)) },
		"delete many": func(ctx context.Context, s *store.Store) error {
			_, err := s.DeleteMany(ctx, "media", []string{"x", "y"})
			return err
		},
		"copy": func(ctx context.Context, s *store.Store) error {
			_, err := s.Copy(ctx, r, store.Ref{Space: "media", Key: "y"}, store.CopyOptions{Size: 7})
			return err
		},
		"rename": func(ctx context.Context, s *store.Store) error {
			return s.Rename(ctx, r, store.Ref{Space: "media", Key: "y"})
		},
		"begin an upload": func(ctx context.Context, s *store.Store) error {
			_, err := s.CreateUpload(ctx, r, store.Props{})
			return err
		},
		"upload a part": func(ctx context.Context, s *store.Store) error {
			_, err := s.UploadPart(ctx, u, 1, body, 0, 7)
			return err
		},
		"copy a part": func(ctx context.Context, s *store.Store) error {
			_, err := s.UploadPartCopy(ctx, u, 1, r, 0, 7, "")
			return err
		},
		"complete an upload": func(ctx context.Context, s *store.Store) error {
			_, err := s.CompleteUpload(ctx, u, []store.Part{part}, store.PutOptions{})
			return err
		},
		"abort an upload": func(ctx context.Context, s *store.Store) error { return s.AbortUpload(ctx, u) },
		"list uploads":    func(ctx context.Context, s *store.Store) error { _, err := s.Uploads(ctx, "media", ""); return err },
		"list parts":      func(ctx context.Context, s *store.Store) error { _, err := s.UploadedParts(ctx, u); return err },
		"tags":            func(ctx context.Context, s *store.Store) error { _, err := s.Tags(ctx, r); return err },
		"access":          func(ctx context.Context, s *store.Store) error { _, err := s.Access(ctx, r); return err },
		"create a Space": func(ctx context.Context, s *store.Store) error {
			return s.CreateSpace(ctx, "more", store.CreateOptions{})
		},
		"delete a Space": func(ctx context.Context, s *store.Store) error { return s.DeleteSpace(ctx, "media") },
	}
	for who, fault := range strangers {
		for what, do := range calls {
			f.Faults.Clear()
			f.Faults.Add(storetest.Rule{Fault: fault})
			err := do(t.Context(), f.Store)
			if who == "a web page in good XML" && !believable(what) {
				continue // there is no answer to tell it from
			}
			if store.KindOf(err) != store.Unreachable {
				t.Errorf("%s, answered by %s: %v", what, who, err)
			}
			if n := len(f.Faults.Requests()); n > 2 {
				t.Errorf("%s, answered by %s, was asked %d times", what, who, n)
			}
		}
	}
	f.Faults.Clear()
	if got := storetest.Read(t, f.Store, "media", "x"); got != "content" {
		t.Errorf("the object is %q", got)
	}
}

// believable are the operations whose answers have something to know them by.
func believable(what string) bool {
	switch what {
	case "delete", "rename", "abort an upload", "create a Space", "delete a Space":
		return false
	}
	return true
}

func TestAGetIsOfTheObjectAndTheBytesThatWereAskedFor(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	etag := storetest.Put(t, f.Store, "media", "x", "0123456789").ETag
	r, some := store.Ref{Space: "media", Key: "x"}, store.GetOptions{Offset: 2, Length: 3, IfMatch: etag}
	for name, c := range map[string]struct {
		fault storetest.Fault
		o     store.GetOptions
		kind  store.Kind
	}{
		"another ETag, whole":      {storetest.Header("ETag", `"0cc175b9c0f1b6a831c399e269772661"`), store.GetOptions{IfMatch: etag}, store.Precondition},
		"another ETag, range":      {storetest.Header("ETag", `"0cc175b9c0f1b6a831c399e269772661"`), some, store.Precondition},
		"no ETag, range":           {storetest.Header("ETag", ""), some, store.Unreachable},
		"the whole for a range":    {storetest.Header("Content-Range", ""), some, store.Unsupported},
		"other bytes":              {storetest.Header("Content-Range", "bytes 0-2/10"), some, store.Other},
		"fewer bytes":              {storetest.Header("Content-Range", "bytes 2-3/10"), some, store.Other},
		"bytes to the end, others": {storetest.Header("Content-Range", "bytes 3-9/10"), store.GetOptions{Offset: 2}, store.Other},
		"a range of nothing":       {storetest.Header("Content-Range", "lines 1-2"), some, store.Other},
		"as asked":                 {storetest.Header(), some, ""},
	} {
		f.Faults.Clear()
		f.Faults.Add(storetest.Rule{Match: storetest.Is("GET", "/x"), Fault: c.fault})
		body, _, err := f.Store.Get(t.Context(), r, c.o)
		if store.KindOf(err) != c.kind {
			t.Errorf("%s: %v", name, err)
		}
		if err == nil {
			body.Close()
		}
	}
}

// Ceph answers 200 and not one byte to a question for the tags of an object that lost them.
func TestAnEmptyAnswerOfTheEndpointMeansNoTags(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	storetest.Put(t, f.Store, "media", "x", "content")
	f.Faults.Add(storetest.Rule{Match: storetest.Is("GET", "tagging"), Fault: storetest.Page("application/xml", "")})
	if _, err := f.Store.Tags(t.Context(), store.Ref{Space: "media", Key: "x"}); !errors.Is(err, store.Unreachable) {
		t.Errorf("an empty answer of anybody is %v", err)
	}
	f.Faults.Clear()
	f.Faults.Add(storetest.Rule{Match: storetest.Is("GET", "tagging"), Fault: func(_ http.RoundTripper, r *http.Request) (*http.Response, error) {
		return storetest.Document(r, ""), nil
	}})
	if tags, err := f.Store.Tags(t.Context(), store.Ref{Space: "media", Key: "x"}); err != nil || len(tags) > 0 {
		t.Errorf("an empty answer of the endpoint is %v, %v", tags, err)
	}
}
