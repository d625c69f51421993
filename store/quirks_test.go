package store_test

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"spaces/store"
	"spaces/store/storetest"
)

// as opens a fixture's store as if its server were another endpoint, by name.
func as(t *testing.T, f *storetest.Fixture, endpoint string, wrap func(http.RoundTripper) http.RoundTripper) *store.Store {
	t.Helper()
	here, err := url.Parse(f.URL)
	if err != nil {
		t.Fatal(err)
	}
	return f.Open(t, func(c *store.Config) {
		c.Endpoint, c.PathStyle, c.Region = endpoint, true, "us-east-1"
		c.Wrap = func(next http.RoundTripper) http.RoundTripper {
			return wrap(roundTrip(func(r *http.Request) (*http.Response, error) {
				r.URL.Scheme = "http"
				if r.Host == "" {
					r.Host = r.URL.Host
				}
				r.URL.Host = here.Host
				return f.Faults.Wrap(next).RoundTrip(r)
			}))
		}
	})
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// An endpoint of Ceph's kind ignores start-after, and leaves out the token of truncated pages.
func ceph(next http.RoundTripper) http.RoundTripper {
	return roundTrip(func(r *http.Request) (*http.Response, error) {
		resp, err := next.RoundTrip(r)
		if err != nil || r.Method != http.MethodGet || !r.URL.Query().Has("list-type") {
			return resp, err
		}
		b, err := io.ReadAll(resp.Body)
		if err != nil {
			return nil, err
		}
		text := string(b)
		if from, rest, ok := strings.Cut(text, "<NextContinuationToken>"); ok {
			_, rest, _ = strings.Cut(rest, "</NextContinuationToken>")
			text = from + rest
		}
		resp.Body, resp.ContentLength = io.NopCloser(strings.NewReader(text)), int64(len(text))
		resp.Header.Set("Content-Length", fmt.Sprint(len(text)))
		return resp, nil
	})
}

func TestListingsGoOnByMarkersWhereTokensAreMissing(t *testing.T) {
	f := storetest.New(t, storetest.Listener())
	f.Space(t, "media")
	var want []string
	for i := range 25 {
		key := fmt.Sprintf("d%d/k%02d", i%3, i)
		storetest.Put(t, f.Store, "media", key, "x")
	}
	want = storetest.Keys(t, f.Store, "media", "")
	f.Faults.Clear()
	s := as(t, f, "https://nyc3.digitaloceanspaces.com", ceph)
	for _, delimiter := range []string{"", "/"} {
		r := store.ListRequest{Space: "media", Max: 4, Delimiter: delimiter}
		if delimiter != "" {
			r.Max = 1
		}
		var got []string
		for {
			page, err := s.List(t.Context(), r)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range page.Entries {
				got = append(got, e.Key)
			}
			if !page.More {
				break
			}
			r.After = page.Next
		}
		expected := want
		if delimiter != "" {
			expected = []string{"d0/", "d1/", "d2/"}
		}
		if fmt.Sprint(got) != fmt.Sprint(expected) {
			t.Errorf("with delimiter %q: %v, want %v", delimiter, got, expected)
		}
	}
	page, err := s.List(t.Context(), store.ListRequest{Space: "media", After: "d1/k1"})
	if err != nil || len(page.Entries) == 0 || page.Entries[0].Key <= "d1/k1" {
		t.Errorf("after a key: %v %v", page, err)
	}
	for _, r := range f.Faults.Requests() {
		if strings.Contains(r, "encoding-type") || strings.Contains(r, "start-after") {
			t.Errorf("sent %q, which this kind of endpoint answers wrongly", r)
		}
	}
}

func TestKeysThatBreakPlainListingsAreAskedForEncoded(t *testing.T) {
	f := storetest.New(t, storetest.Listener())
	f.Space(t, "media")
	broken := true
	s := as(t, f, "https://s3.example.com", func(next http.RoundTripper) http.RoundTripper {
		return roundTrip(func(r *http.Request) (*http.Response, error) {
			if q := r.URL.Query(); broken && q.Has("list-type") && !q.Has("encoding-type") {
				return storetest.Document(r, "<ListBucketResult><Contents><Key>a\x01b</Key></Contents></ListBucketResult>"), nil
			}
			return next.RoundTrip(r)
		})
	})
	storetest.Put(t, f.Store, "media", "a\x01b", "x")
	if got := storetest.Keys(t, s, "media", ""); len(got) != 1 || got[0] != "a\x01b" {
		t.Errorf("listed %q", got)
	}
}

func TestDeletingManyFindsTheWayTheEndpointLikes(t *testing.T) {
	for name, c := range map[string]struct {
		refuse func(*http.Request) bool
		posts  int
	}{
		"checksum": {func(*http.Request) bool { return false }, 1},
		"MD5":      {func(r *http.Request) bool { return r.Header.Get("Content-Md5") == "" }, 2},
		"single":   {func(*http.Request) bool { return true }, 2},
	} {
		t.Run(name, func(t *testing.T) {
			f := storetest.New(t, storetest.Listener())
			f.Space(t, "media")
			match := storetest.Is("POST", "delete")
			f.Faults.Add(storetest.Rule{Match: func(r *http.Request) bool { return match(r) && c.refuse(r) }, Fault: storetest.Answer(400, "InvalidRequest")})
			for range 2 { // what was learned is kept
				storetest.Put(t, f.Store, "media", "a", "x")
				storetest.Put(t, f.Store, "media", "b", "x")
				failed, err := f.Store.DeleteMany(t.Context(), "media", []string{"a", "b"})
				if err != nil || len(failed) > 0 || len(storetest.Keys(t, f.Store, "media", "")) > 0 {
					t.Fatalf("%v %v", failed, err)
				}
			}
			sent := 0
			for _, r := range f.Faults.Requests() {
				if strings.HasPrefix(r, "POST") {
					sent++
				}
			}
			want := c.posts + 1
			if name == "single" {
				want = c.posts
			}
			if sent != want {
				t.Errorf("%d requests to delete many, want %d", sent, want)
			}
		})
	}
}

// A hostile listing can tell of any ETag. A condition on it is refused at once, not tried again as if the network failed.
func TestAnETagThatNoHeaderCarriesIsRefusedAtOnce(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	storetest.Put(t, f.Store, "media", "a", "x")
	f.Faults.Clear()
	err := f.Store.RenameIf(t.Context(), store.Ref{Space: "media", Key: "a"}, store.Ref{Space: "media", Key: "b"}, store.RenameOptions{IfMatch: "\x1b[2J"})
	if store.KindOf(err) != store.InvalidName || store.Transient(err) || len(f.Faults.Requests()) > 1 {
		t.Error(err, f.Faults.Requests())
	}
}
