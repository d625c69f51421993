package store_test

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"spaces/store"
	"spaces/store/storetest"
)

// garbling is an endpoint whose plain listings have U+FFFD in the place of control characters, as those written in Go do.
// Where exact is false it knows no encoding-type.
func garbling(exact bool) func(http.RoundTripper) http.RoundTripper {
	return func(next http.RoundTripper) http.RoundTripper {
		return roundTrip(func(r *http.Request) (*http.Response, error) {
			q := r.URL.Query()
			if r.Method != http.MethodGet || !q.Has("list-type") && !q.Has("uploads") && !q.Has("versions") || exact && q.Has("encoding-type") {
				return next.RoundTrip(r)
			}
			resp, err := next.RoundTrip(r)
			if err != nil {
				return resp, err
			}
			b, err := io.ReadAll(resp.Body)
			if err != nil {
				return nil, err
			}
			text := strings.NewReplacer("\x01", "\ufffd", "&#x1;", "\ufffd", "&#1;", "\ufffd", "%01", "\ufffd", "<EncodingType>url</EncodingType>", "").Replace(string(b))
			return storetest.Document(r, text), nil
		})
	}
}

func TestKeysThatAreListedGarbledAreAskedForEncoded(t *testing.T) {
	f := storetest.New(t, storetest.Unknown())
	f.Space(t, "media")
	s := as(t, f, "https://minio.example.com", garbling(true))
	want := []string{"a\x01b", "plain", "real\ufffd"}
	for _, key := range want {
		storetest.Put(t, f.Store, "media", key, "x")
	}
	if got := storetest.Keys(t, s, "media", ""); !slices.Equal(got, want) {
		t.Errorf("listed %q", got)
	}
	if _, err := s.CreateUpload(t.Context(), store.Ref{Space: "media", Key: "up\x01"}, store.Props{}); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Uploads(t.Context(), "media", ""); err != nil || len(got) != 1 || got[0].Key != "up\x01" {
		t.Errorf("uploads are %q: %v", got, err)
	}
	page, err := as(t, f, "https://minio.example.com", garbling(true)).Versions(t.Context(), store.VersionsRequest{Space: "media"})
	if err != nil || len(page.Versions) != len(want) || page.Versions[0].Key != want[0] {
		t.Errorf("versions are %+v: %v", page.Versions, err)
	}
	failed, err := s.DeleteMany(t.Context(), "media", want)
	if left := storetest.Keys(t, f.Store, "media", ""); err != nil || len(failed) > 0 || len(left) > 0 {
		t.Errorf("left are %q: %v %v", left, failed, err)
	}
}

func TestAListingIsAskedForOnceWhereItIsExact(t *testing.T) {
	f := storetest.New(t, storetest.Unknown())
	f.Space(t, "media")
	storetest.Put(t, f.Store, "media", "plain", "x")
	f.Faults.Clear()
	storetest.Keys(t, f.Store, "media", "")
	if sent := f.Faults.Requests(); len(sent) != 1 {
		t.Errorf("sent %q", sent)
	}
}

func TestAListingOfOtherKeysThanWereAskedForIsAnError(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	f.Faults.Add(storetest.Rule{Fault: func(_ http.RoundTripper, r *http.Request) (*http.Response, error) {
		return storetest.Document(r, "<ListBucketResult><Contents><Key>a</Key></Contents></ListBucketResult>"), nil
	}})
	if page, err := f.Store.List(t.Context(), store.ListRequest{Space: "media", Prefix: "folder/"}); err == nil {
		t.Errorf("listed %+v", page)
	}
}

// Whatever an error of a batch is about, it is not forgotten.
func TestAnErrorAboutAnotherKeyIsAnErrorOfTheBatch(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	f.Faults.Add(storetest.Rule{Match: storetest.Is("POST"), Fault: func(_ http.RoundTripper, r *http.Request) (*http.Response, error) {
		return storetest.Document(r, "<DeleteResult><Error><Key>a?</Key><Code>AccessDenied</Code></Error></DeleteResult>"), nil
	}})
	if failed, err := f.Store.DeleteMany(t.Context(), "media", []string{"a\x7f"}); err == nil {
		t.Errorf("failed are %v", failed)
	}
	failed, err := f.Store.DeleteVersions(t.Context(), "media", []store.Version{{Key: "b", ID: "1"}, {Key: "a?", ID: "2"}})
	if err != nil || failed[0] != nil || failed[1] == nil { // not every endpoint tells the version
		t.Errorf("failed are %v, %v", failed, err)
	}
}

func TestADeleteThatDidNothingIsNoSuccess(t *testing.T) {
	f := storetest.New(t, storetest.Unknown())
	f.Space(t, "media")
	s := as(t, f, "https://other.example.com", garbling(false))
	storetest.Put(t, f.Store, "media", "a\x01b", "x")
	keys := storetest.Keys(t, s, "media", "") // "a\ufffdb", and there is no other way to ask
	failed, err := s.DeleteMany(t.Context(), "media", keys)
	if err != nil || len(failed) != 1 || failed["a\ufffdb"] == nil {
		t.Errorf("%q: %v %v", keys, failed, err)
	}
	if err := s.Delete(t.Context(), store.Ref{Space: "media", Key: keys[0]}); err == nil {
		t.Error("one alone is told as deleted")
	}
	f.Faults.Add(storetest.Rule{Match: storetest.Is("DELETE"), Fault: func(_ http.RoundTripper, r *http.Request) (*http.Response, error) {
		return storetest.Document(r, ""), nil
	}})
	storetest.Put(t, f.Store, "media", "c\nd", "x")
	if err := f.Store.Delete(t.Context(), store.Ref{Space: "media", Key: "c\nd"}); err == nil {
		t.Error("what is there still is told as deleted")
	}
	f.Faults.Clear()
	failed, err = f.Store.DeleteMany(t.Context(), "media", []string{"a\x01b", "c\nd", "never\ufffdthere", "never\x01there"})
	if err != nil || len(failed) > 0 || len(storetest.Keys(t, f.Store, "media", "")) > 0 {
		t.Errorf("%v %v", failed, err)
	}
}
