package server_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"spaces/server"
	"spaces/server/accesslog"
	"spaces/server/sigv4"
	"spaces/server/storage"
)

// wrongly is a server whose clock is set.
type wrongly struct {
	*fixture
	now  time.Time
	ran  time.Duration
	logs *accesslog.Delivery
}

func newWrongly(t *testing.T) *wrongly {
	w := &wrongly{now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	clock := func() time.Time { return w.now }
	w.fixture = newFixtureWith(t, storage.Options{FS: vfs.NewMem(), Now: clock, Ran: func() time.Duration { return w.ran }}, func(c *server.Config) {
		w.logs = accesslog.NewDelivery(c.Engine, accesslog.DeliveryOptions{Now: clock})
		c.Now, c.Logs = clock, w.logs
	})
	return w
}

func (w *wrongly) goOn() { w.now, w.ran = w.now.Add(time.Minute), w.ran+time.Minute }

// ask signs by the clock of the server.
func (w *wrongly) ask(status int, method, target, body string, headers ...string) answer {
	w.Helper()
	r := w.request(method, target, body, headers...)
	sigv4.Sign(r, accessKey, secretKey, region, payloadHash(r), w.now)
	a := w.send(r)
	if a.StatusCode != status {
		w.Fatalf("%s %s: %d %s, want %d", method, target, a.StatusCode, a.body, status)
	}
	return a
}

// presigned are URLs for an hour, by both signatures.
func (w *wrongly) presigned(target string) (urls []*http.Request) {
	for _, text := range []string{
		sigv4.Presign(w.request("GET", target, ""), accessKey, secretKey, region, w.now, time.Hour),
		sigv4.PresignV2(w.request("GET", target, ""), "", accessKey, secretKey, w.now.Add(time.Hour)),
	} {
		u, err := url.Parse(text)
		if err != nil {
			w.Fatal(err)
		}
		urls = append(urls, &http.Request{Method: "GET", URL: u, Host: host})
	}
	return urls
}

// pages lists page by page, one thing on each.
func (w *wrongly) pages(query, name, next string) (all []string) {
	w.Helper()
	for more := ""; ; {
		a := w.ask(200, "GET", query+more, "")
		all = append(all, between(a.body, name)...)
		if first(a.body, "IsTruncated") != "true" {
			return all
		}
		if len(all) > 50 {
			w.Fatal("it goes round in a circle")
		}
		more = next
		for _, field := range []string{"NextContinuationToken", "NextKeyMarker", "NextVersionIdMarker", "NextUploadIdMarker"} {
			more = strings.Replace(more, "{"+field+"}", url.QueryEscape(first(a.body, field)), 1)
		}
	}
}

// TestAClockThatIsSetChangesNoOrder has the clock set while a server runs, and set back. What was written last is the
// current version, is listed first, and nothing that is delivered takes the place of something else.
func TestAClockThatIsSetChangesNoOrder(t *testing.T) {
	for _, jump := range []time.Duration{40 * day, -40 * day, 3650 * day, -3650 * day} {
		t.Run(fmt.Sprint(jump/day), func(t *testing.T) {
			w := newWrongly(t)
			for _, space := range []string{"media", "logs"} {
				w.ask(200, "PUT", "/"+space, "")
			}
			w.ask(200, "PUT", "/media?versioning", "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>")
			w.ask(200, "PUT", "/media?logging", logDocument("logs", "a/", ""))
			var ids, uploads, etags []string
			delivered := 0
			write := func(body string) {
				w.goOn()
				etags = append(etags, w.ask(200, "PUT", "/media/k", body).Header.Get("Etag"))
				ids = append([]string{first(w.ask(200, "GET", "/media?versions&prefix=k&max-keys=1", "").body, "VersionId")}, ids...)
				w.ask(200, "PUT", "/media/new-"+body, body)
				uploads = append(uploads, first(w.ask(200, "POST", "/media/up?uploads", "").body, "UploadId"))
				a := w.ask(200, "GET", "/media/k", "")
				if at, err := http.ParseTime(a.Header.Get("Last-Modified")); a.body != body || err != nil || !at.Equal(w.now) {
					t.Errorf("%s: %q is there, of %v at %v", body, a.body, at, w.now)
				}
				w.ask(304, "GET", "/media/k", "", "If-None-Match", etags[len(etags)-1])
				w.ask(200, "GET", "/media/k", "", "If-Unmodified-Since", a.Header.Get("Last-Modified"))
				w.logs.Deliver(context.Background())
				delivered++
			}
			opens := func(when string, urls []*http.Request, v4, v2 bool) {
				t.Helper()
				for i, want := range []bool{v4, v2} {
					if a := w.send(urls[i].Clone(t.Context())); (a.StatusCode == 200) != want {
						t.Errorf("%s: URL %d: %d %s", when, i, a.StatusCode, a.body)
					}
				}
			}
			write("first")
			before := w.presigned("/media/new-first")
			opens("before", before, true, true)
			w.now = w.now.Add(jump)
			write("second")
			opens("set", before, false, jump < 0) // V2 says only until when
			between := w.presigned("/media/new-first")
			opens("set, made then", between, true, true)
			w.now = w.now.Add(-jump)
			write("third")
			opens("right again", before, true, true)
			opens("right again, made between", between, false, jump > 0)
			if got := w.pages("/media?versions&prefix=k&max-keys=1", "VersionId", "&key-marker={NextKeyMarker}&version-id-marker={NextVersionIdMarker}"); !slices.Equal(got, ids) {
				t.Errorf("the versions are %q, and were written %q, last to first", got, ids)
			}
			if got := w.pages("/media?list-type=2&max-keys=1", "Key", "&continuation-token={NextContinuationToken}"); !slices.Equal(got, []string{"k", "new-first", "new-second", "new-third"}) {
				t.Errorf("the keys are %q", got)
			}
			listed := w.pages("/media?uploads&max-uploads=1", "UploadId", "&key-marker={NextKeyMarker}&upload-id-marker={NextUploadIdMarker}")
			if slices.Sort(listed); !slices.Equal(listed, slices.Sorted(slices.Values(uploads))) {
				t.Errorf("the uploads are %q, of %q", listed, uploads)
			}
			for i, id := range uploads { // the last one that is completed has the last word
				at := "/media/up?uploadId=" + id
				part := w.ask(200, "PUT", at+"&partNumber=1", fmt.Sprint(i)).Header.Get("Etag")
				list := "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>" + part + "</ETag></Part></CompleteMultipartUpload>"
				for range 2 { // it may be asked for again
					w.ask(200, "POST", at, list)
				}
				if got := w.ask(200, "GET", "/media/up", "").body; got != fmt.Sprint(i) {
					t.Errorf("%q is there after upload %d", got, i)
				}
			}
			if got := w.pages("/logs?list-type=2&max-keys=1", "Key", "&continuation-token={NextContinuationToken}"); len(got) != delivered {
				t.Errorf("%d logs of %d are there: %q", len(got), delivered, got)
			}
			if n := w.logs.Dropped(); n > 0 {
				t.Errorf("%d lines were dropped", n)
			}
		})
	}
}
