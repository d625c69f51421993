package store_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"spaces/server/sigv4"
	"spaces/store"
	"spaces/store/storetest"
)

// request sends a signed request to the server of a fixture.
func request(t *testing.T, f *storetest.Fixture, method, target, body string, headers ...string) {
	t.Helper()
	req, err := http.NewRequest(method, f.URL+target, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	sigv4.Sign(req, storetest.AccessKey, storetest.SecretKey, "us-east-1", sigv4.HashPayload([]byte(body)), time.Now())
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if text, _ := io.ReadAll(res.Body); res.StatusCode != 200 {
		t.Fatalf("%s %s: %d %s", method, target, res.StatusCode, text)
	}
}

// A Space that locks what is written into it wants a digest of every body. Who uploads need not know.
func TestUploadsIntoASpaceThatLocks(t *testing.T) {
	f := storetest.New(t, storetest.Listener())
	request(t, f, "PUT", "/locked", "", "X-Amz-Bucket-Object-Lock-Enabled", "true")
	request(t, f, "PUT", "/locked?object-lock", "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention>"+
		"<Mode>GOVERNANCE</Mode><Days>1</Days></DefaultRetention></Rule></ObjectLockConfiguration>")
	request(t, f, "PUT", "/free", "")
	ctx := t.Context()
	for _, space := range []string{"locked", "free", "locked"} {
		put := store.Ref{Space: space, Key: "put"}
		if _, err := f.Store.Put(ctx, put, strings.NewReader("body"), 4, store.Props{}, store.PutOptions{}); err != nil {
			t.Errorf("%s: put: %v", space, err)
		}
		u, err := f.Store.CreateUpload(ctx, store.Ref{Space: space, Key: "parts"}, store.Props{})
		if err != nil {
			t.Fatal(err)
		}
		part, err := f.Store.UploadPart(ctx, u, 1, strings.NewReader("body"), 0, 4)
		if err != nil {
			t.Fatalf("%s: part: %v", space, err)
		}
		if _, err := f.Store.CompleteUpload(ctx, u, []store.Part{part}, store.PutOptions{}); err != nil {
			t.Errorf("%s: complete: %v", space, err)
		}
		for _, key := range []string{"put", "parts"} {
			if info, err := f.Store.Head(ctx, store.Ref{Space: space, Key: key}); err != nil || info.Size != 4 {
				t.Errorf("%s/%s: %+v, %v", space, key, info, err)
			}
		}
	}
}
