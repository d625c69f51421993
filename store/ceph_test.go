package store_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"spaces/store"
	"spaces/store/storetest"
)

// Ceph 16.2 answers CompleteMultipartUpload with an empty ETag, and GetObjectTagging of what was begun with tags with
// nothing at all.
func TestAnUploadInPartsIsCompleteOnCeph(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	r := store.Ref{Space: "media", Key: "large"}
	u, err := f.Store.CreateUpload(t.Context(), r, store.Props{})
	if err != nil {
		t.Fatal(err)
	}
	part, err := f.Store.UploadPart(t.Context(), u, 1, strings.NewReader(strings.Repeat("x", 100)), 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	f.Faults.Add(storetest.Rule{Match: storetest.Is("POST", "uploadId"), Fault: func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
		resp, err := next.RoundTrip(r)
		if err != nil {
			return nil, err
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
		return storetest.Document(r, "<CompleteMultipartUploadResult><ETag></ETag></CompleteMultipartUploadResult>"), nil
	}})
	f.Faults.Add(storetest.Rule{Match: storetest.Is("GET", "tagging"), Fault: func(_ http.RoundTripper, r *http.Request) (*http.Response, error) {
		resp := storetest.Document(r, "")
		resp.ContentLength = 0
		resp.Header.Set("X-Amz-Request-Id", "tx0")
		return resp, nil
	}})
	info, err := f.Store.CompleteUpload(t.Context(), u, []store.Part{part}, store.PutOptions{})
	if err != nil || info.Size != 100 || !strings.HasSuffix(info.ETag, "-1") {
		t.Errorf("it is %+v, %v", info, err)
	}
	if tags, err := f.Store.Tags(t.Context(), r); err != nil || len(tags) != 0 {
		t.Errorf("the tags are %v, %v", tags, err)
	}
}
