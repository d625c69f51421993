package store_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"spaces/store"
	"spaces/store/storetest"
)

func TestNoSecretLeavesInErrorsOrLinks(t *testing.T) { synctest.Test(t, testNoSecretLeaves) }

func testNoSecretLeaves(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	r := store.Ref{Space: "media", Key: "x"}
	link, err := f.Store.Share(t.Context(), r, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(link.URL, storetest.SecretKey) {
		t.Error("the link has the secret in it")
	}
	leak := fmt.Errorf("Get %q: proxy said %s", link.URL, storetest.SecretKey)
	f.Faults.Add(storetest.Rule{Match: storetest.Is("GET"), Fault: func(http.RoundTripper, *http.Request) (*http.Response, error) {
		return nil, &url.Error{Op: "Get", URL: link.URL, Err: leak}
	}})
	_, _, err = f.Store.Get(t.Context(), r, store.GetOptions{})
	var e *store.Error
	if !errors.As(err, &e) {
		t.Fatalf("%T: %v", err, err)
	}
	for _, text := range []string{err.Error(), e.Err.Error(), e.Advice()} {
		if strings.Contains(text, storetest.SecretKey) || strings.Contains(text, "X-Amz-Signature") {
			t.Errorf("the error says %q", text)
		}
	}
}

func TestALinkOpensUntilItExpires(t *testing.T) {
	now := time.Now()
	f := storetest.New(t, storetest.Listener(), storetest.Clock(func() time.Time { return now }))
	f.Space(t, "media")
	key := "é +%2F?x#y/\x01.txt"
	storetest.Put(t, f.Store, "media", key, "content")
	inside := f.Open(t, func(c *store.Config) {
		c.Dial, c.Endpoint, c.ShareURL = f.Server.Dial, "http://embedded", func() string { return f.URL }
	})
	r := store.Ref{Space: "media", Key: key}
	link, err := inside.Share(t.Context(), r, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	if link.Unix != link.Expires.Unix() || time.Until(link.Expires).Round(time.Minute) != time.Hour {
		t.Errorf("it says that it expires %v, %d", link.Expires, link.Unix)
	}
	if status, body := open(t, link.URL); status != 200 || body != "content" {
		t.Errorf("it opens as %d %q", status, body)
	}
	if status, _ := open(t, inside.PublicURL(r)); status != 403 {
		t.Errorf("the plain URL of a private object opens as %d", status)
	}
	if err := inside.SetAccess(t.Context(), r, store.PublicRead); err != nil {
		t.Fatal(err)
	}
	forever, err := inside.Share(t.Context(), r, 0)
	if err != nil || !forever.Expires.IsZero() || forever.Unix != 0 {
		t.Errorf("a link for ever is %+v %v", forever, err)
	}
	if status, body := open(t, forever.URL); status != 200 || body != "content" {
		t.Errorf("the plain URL of a public object opens as %d %q", status, body)
	}
	now = now.Add(time.Hour + time.Minute)
	if status, _ := open(t, link.URL); status != 403 {
		t.Errorf("expired, it opens as %d", status)
	}
	long, err := inside.Share(t.Context(), r, 365*24*time.Hour)
	if err != nil || time.Until(long.Expires) > store.MaxShare {
		t.Errorf("a link for a year says %v %v", long.Expires, err)
	}
}

func open(t *testing.T, link string) (int, string) {
	t.Helper()
	resp, err := http.Get(link)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(b)
}

func TestPublicURLsHaveTheHostThatPeopleUse(t *testing.T) {
	for _, c := range []struct{ endpoint, want string }{
		{"https://nyc3.digitaloceanspaces.com", "https://media.nyc3.digitaloceanspaces.com/a%20b/%C3%A9%2B"},
		{"https://s3.eu-west-1.amazonaws.com", "https://media.s3.eu-west-1.amazonaws.com/a%20b/%C3%A9%2B"},
		{"minio.example.com:9000", "https://minio.example.com:9000/media/a%20b/%C3%A9%2B"},
		{"http://127.0.0.1:9000/", "http://127.0.0.1:9000/media/a%20b/%C3%A9%2B"},
	} {
		s, err := store.Open(t.Context(), store.Config{Endpoint: c.endpoint, AccessKey: "k", SecretKey: "s"})
		if err != nil {
			t.Fatal(err)
		}
		if got := s.PublicURL(store.Ref{Space: "media", Key: "a b/é+"}); got != c.want {
			t.Errorf("%s: %s, want %s", c.endpoint, got, c.want)
		}
	}
	for endpoint, want := range map[string]string{"https://fra1.digitaloceanspaces.com": "fra1", "https://s3.eu-west-1.amazonaws.com": "eu-west-1",
		"https://s3.amazonaws.com": "us-east-1", "http://localhost:1": "us-east-1", "https://x.r2.cloudflarestorage.com": "auto"} {
		s, err := store.Open(t.Context(), store.Config{Endpoint: endpoint, AccessKey: "k", SecretKey: "s"})
		if err != nil || s.Region() != want {
			t.Errorf("%s is of region %s, want %s: %v", endpoint, s.Region(), want, err)
		}
	}
	for _, bad := range []string{"ftp://x", "https://user:pass@x", "https://x?y=z", "https://", "::"} {
		if _, err := store.Open(t.Context(), store.Config{Endpoint: bad, AccessKey: "k", SecretKey: "s"}); !errors.Is(err, store.InvalidName) {
			t.Errorf("%q is taken: %v", bad, err)
		} else if strings.Contains(err.Error(), "pass") {
			t.Errorf("%q: the error tells the password: %v", bad, err)
		}
	}
}

func TestALinkTakesOneFileUntilItExpires(t *testing.T) {
	now := time.Now()
	f := storetest.New(t, storetest.Listener(), storetest.Clock(func() time.Time { return now }))
	f.Space(t, "media")
	inside := f.Open(t, func(c *store.Config) {
		c.Dial, c.Endpoint, c.ShareURL = f.Server.Dial, "http://embedded", func() string { return f.URL }
	})
	r := store.Ref{Space: "media", Key: "in/é +%2F?x#y.txt"}
	link, err := inside.ShareUpload(t.Context(), r, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	if link.Unix != link.Expires.Unix() || time.Until(link.Expires).Round(time.Minute) != time.Hour {
		t.Errorf("it says that it expires %v, %d", link.Expires, link.Unix)
	}
	put := func(body string) int {
		req, err := http.NewRequest("PUT", link.URL, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		return resp.StatusCode
	}
	if status := put("content"); status != 200 {
		t.Errorf("it takes a file with %d", status)
	}
	body, _, err := f.Store.Get(t.Context(), r, store.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer body.Close()
	if b, _ := io.ReadAll(body); string(b) != "content" {
		t.Errorf("it holds %q", b)
	}
	if status, _ := open(t, link.URL); status != 403 {
		t.Errorf("it can be read as well: %d", status)
	}
	if a, err := f.Store.Access(t.Context(), r); a != store.Private || err != nil {
		t.Errorf("what came is %s: %v", a, err)
	}
	now = now.Add(time.Hour + time.Minute)
	if status := put("late"); status != 403 {
		t.Errorf("expired, it takes a file with %d", status)
	}
}
