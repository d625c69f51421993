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

// TestEchoesThatAreNotEncodedAreReadAllTheSame is Ceph's gateway: it encodes keys when asked to, and neither the prefix
// nor the markers and tokens that lead on.
func TestEchoesThatAreNotEncodedAreReadAllTheSame(t *testing.T) {
	f := storetest.New(t, storetest.Unknown())
	f.Space(t, "media")
	want := []string{"dir\x02/a\x01", "dir\x02/b\x01", "dir\x02/c\x01"}
	for _, key := range want {
		storetest.Put(t, f.Store, "media", key, "x")
	}
	raw := func(next http.RoundTripper) http.RoundTripper {
		return roundTrip(func(r *http.Request) (*http.Response, error) {
			resp, err := next.RoundTrip(r)
			if err != nil || !r.URL.Query().Has("encoding-type") {
				return resp, err
			}
			b, err := io.ReadAll(resp.Body)
			if err != nil {
				return nil, err
			}
			text := string(b)
			for _, name := range []string{"Prefix", "Marker", "NextMarker", "StartAfter"} {
				begin, end := "<"+name+">", "</"+name+">"
				if before, rest, ok := strings.Cut(text, begin); ok {
					value, after, _ := strings.Cut(rest, end)
					text = before + begin + strings.NewReplacer("%01", "&#x1;", "%02", "&#x02;", "%2F", "/").Replace(value) + end + after
				}
			}
			return storetest.Document(r, text), nil
		})
	}
	for _, endpoint := range []string{"https://nyc3.digitaloceanspaces.com", "https://s3.us-east-1.amazonaws.com"} {
		s := as(t, f, endpoint, raw)
		var got []string
		for after := ""; ; {
			page, err := s.List(t.Context(), store.ListRequest{Space: "media", Prefix: "dir\x02/", Delimiter: "/", After: after, Max: 1})
			if err != nil {
				t.Fatalf("%s after %q: %v", endpoint, got, err)
			}
			for _, e := range page.Entries {
				got = append(got, e.Key)
			}
			if after = page.Next; !page.More {
				break
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q", endpoint, got)
		}
	}
}
