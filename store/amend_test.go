package store_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"spaces/store"
	"spaces/store/storetest"
)

// Ceph answers the completion of a copy in parts without saying the ETag.
func TestAnUploadThatWasCompletedWithoutETagIsLookedAt(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	s := f.Open(t, func(c *store.Config) { c.MultipartCopy = 5 })
	from, to := store.Ref{Space: "media", Key: "a"}, store.Ref{Space: "media", Key: "b"}
	storetest.Put(t, f.Store, "media", "a", "0123456789")
	empty := func(answered bool) storetest.Fault {
		return func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
			if answered {
				resp, err := next.RoundTrip(r)
				if err != nil {
					return nil, err
				}
				_, _ = io.Copy(io.Discard, resp.Body)
				resp.Body.Close()
			}
			return storetest.Document(r, `<CompleteMultipartUploadResult><Key>b</Key><ETag></ETag></CompleteMultipartUploadResult>`), nil
		}
	}
	f.Faults.Add(storetest.Rule{Match: storetest.Is("POST", "/media/b?uploadId"), Fault: empty(true)})
	info, err := s.Copy(t.Context(), from, to, store.CopyOptions{})
	if err != nil || !strings.HasSuffix(info.ETag, "-1") || storetest.Read(t, s, "media", "b") != "0123456789" {
		t.Errorf("the copy is %+v, %v", info, err)
	}
	f.Faults.Clear()
	f.Faults.Add(storetest.Rule{Match: storetest.Is("POST", "/media/c?uploadId"), Fault: empty(false)})
	if _, err := s.Copy(t.Context(), from, store.Ref{Space: "media", Key: "c"}, store.CopyOptions{}); !errors.Is(err, store.Unreachable) {
		t.Errorf("an upload that was not completed is %v", err)
	}
}

// In a header Ceph keeps a plus as one, where a form has it for a space.
func TestSpacesInTagsAreSentSoThatNobodyTakesThemForPlus(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	sent := ""
	f.Faults.Add(storetest.Rule{Match: storetest.Is("PUT", "/media/a"), Fault: func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
		sent = r.Header.Get("X-Amz-Tagging")
		return next.RoundTrip(r)
	}})
	_, err := f.Store.Put(t.Context(), store.Ref{Space: "media", Key: "a"}, strings.NewReader(""), 0, store.Props{Tags: map[string]string{"a b": "c + d"}}, store.PutOptions{})
	if err != nil || sent != "a%20b=c%20%2B%20d" {
		t.Errorf("sent was %q, %v", sent, err)
	}
}

func TestWhatCannotBeATagOrAHeaderIsToldBeforeItIsSent(t *testing.T) {
	for key, ok := range map[string]bool{"": false, "a": true, "aws:a": false, "AWS:a": false, "é b+-=._:/@": true, "a!": false, "a\n": false, "\xff": false,
		strings.Repeat("k", 128): true, strings.Repeat("k", 129): false, strings.Repeat("𝒳", 64): true, strings.Repeat("𝒳", 65): false} {
		if err := store.CheckTag(key, ""); (err == nil) != ok {
			t.Errorf("the tag %q: %v", key, err)
		}
	}
	for value, ok := range map[string]bool{"": true, strings.Repeat("v", 256): true, strings.Repeat("v", 257): false, "a&b": false} {
		if err := store.CheckTag("k", value); (err == nil) != ok {
			t.Errorf("the value %q: %v", value, err)
		}
	}
	for _, c := range []struct {
		name, value string
		ok          bool
	}{
		{"Content-Type", "text/html; charset=utf-8", true}, {"Content-Type", "é", false}, {"Content-Disposition", `attachment; filename="é"`, false},
		{"Cache-Control", "a\x00", false}, {"Cache-Control", "a\u0085", false}, {"x-amz-meta-owner", "日本語", true}, {"x-amz-meta-owner", "\xe9", false},
		{"x-amz-meta-", "x", false}, {"x-amz-meta-a b", "x", false}, {"x-amz-meta-é", "x", false}, {"x-amz-meta-a_b", " x", false}, {"x-amz-meta-a.b", "x", true},
	} {
		if err := store.CheckHeader(c.name, c.value); (err == nil) != c.ok {
			t.Errorf("%s: %q: %v", c.name, c.value, err)
		}
	}
	if store.CheckMeta(map[string]string{"a": strings.Repeat("x", 2047)}) != nil || store.CheckMeta(map[string]string{"a": strings.Repeat("x", 2048)}) == nil {
		t.Error("the limit of metadata is not at 2048 bytes")
	}
}
