package server_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"spaces/server/sigv4"
)

func withSpace(t testing.TB) *fixture {
	f := newFixture(t)
	f.want(200, "PUT", "/media", "")
	return f
}

func TestObjectComesBackAsItWasPut(t *testing.T) {
	f := withSpace(t)
	for _, size := range []int{0, 1, 4096, 64 << 10, 64<<10 + 1, 3 << 20} {
		body := pattern(size)
		a := f.want(200, "PUT", "/media/a", body)
		etag := a.Header.Get("Etag")
		a = f.want(200, "GET", "/media/a", "")
		if a.body != body || a.Header.Get("Etag") != etag || a.ContentLength != int64(size) || a.Header.Get("Accept-Ranges") != "bytes" {
			t.Errorf("%d bytes: %v", size, a.Header)
		}
		h := f.want(200, "HEAD", "/media/a", "")
		if h.ContentLength != int64(size) || h.Header.Get("Etag") != etag || h.Header.Get("Last-Modified") == "" || h.body != "" {
			t.Errorf("%d bytes: %v", size, h.Header)
		}
	}
	f.refuse(404, "NoSuchKey", "GET", "/media/b", "")
	f.refuse(404, "NoSuchKey", "HEAD", "/media/b", "")
}

func TestHeadersOfAPutComeBack(t *testing.T) {
	f := withSpace(t)
	f.want(200, "PUT", "/media/a", "x", "Content-Type", "text/plain; charset=utf-8", "Cache-Control", "max-age=60", "Content-Disposition", `attachment; filename="a"`,
		"Content-Encoding", "gzip", "Content-Language", "de", "Expires", "Thu, 01 Dec 2033 16:00:00 GMT", "X-Amz-Meta-Colour", "blue", "X-Amz-Meta-Two", "a,b",
		"X-Amz-Storage-Class", "STANDARD_IA", "X-Amz-Website-Redirect-Location", "/b", "X-Amz-Tagging", "a=1&b=2")
	a := f.want(200, "GET", "/media/a", "")
	for name, want := range map[string]string{
		"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "max-age=60", "Content-Disposition": `attachment; filename="a"`,
		"Content-Encoding": "gzip", "Content-Language": "de", "Expires": "Thu, 01 Dec 2033 16:00:00 GMT", "X-Amz-Meta-Colour": "blue", "X-Amz-Meta-Two": "a,b",
		"X-Amz-Storage-Class": "STANDARD_IA", "X-Amz-Website-Redirect-Location": "/b", "X-Amz-Tagging-Count": "2",
	} {
		if got := a.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	f.want(200, "PUT", "/media/plain", "x")
	if a := f.want(200, "GET", "/media/plain", ""); a.Header.Get("Content-Type") != "binary/octet-stream" || a.Header.Get("X-Amz-Storage-Class") != "" {
		t.Error(a.Header)
	}
}

func TestBadHeadersOfAPutAreRefused(t *testing.T) {
	f := withSpace(t)
	for _, c := range []struct {
		status             int
		code, name, values string
	}{
		{400, "MetadataTooLarge", "X-Amz-Meta-Big", strings.Repeat("x", 2100)},
		{400, "InvalidStorageClass", "X-Amz-Storage-Class", "SHELF"},
		{400, "InvalidRedirectLocation", "X-Amz-Website-Redirect-Location", "ftp://a"},
		{400, "InvalidArgument", "X-Amz-Tagging", "a=1&a=2"},
		{400, "InvalidArgument", "X-Amz-Tagging", "=1"},
		{400, "InvalidTag", "X-Amz-Tagging", "a*=1"},
		{400, "InvalidTag", "X-Amz-Tagging", "a=1&b=1&c=1&d=1&e=1&f=1&g=1&h=1&i=1&j=1&k=1"},
		{400, "InvalidTag", "X-Amz-Tagging", strings.Repeat("k", 129) + "=1"},
		{400, "InvalidTag", "X-Amz-Tagging", "k=" + strings.Repeat("v", 257)},
		{400, "InvalidArgument", "X-Amz-Tagging", "k=%zz"},
		{400, "InvalidArgument", "X-Amz-Acl", "nobody"},
		{501, "NotImplemented", "X-Amz-Acl", "aws-exec-read"},
		{400, "InvalidArgument", "X-Amz-Acl", "log-delivery-write"},
		{501, "NotImplemented", "X-Amz-Server-Side-Encryption", "aws:kms"},
		{400, "InvalidArgument", "X-Amz-Server-Side-Encryption-Customer-Algorithm", "AES256"},
		{400, "InvalidArgument", "X-Amz-Object-Lock-Mode", "GOVERNANCE"},
		{400, "InvalidArgument", "X-Amz-Grant-Full-Control", "id=x"},
		{501, "NotImplemented", "X-Amz-Write-Offset-Bytes", "5"},
		{403, "AccessDenied", "X-Amz-Expected-Bucket-Owner", "somebody"},
	} {
		f.refuse(c.status, c.code, "PUT", "/media/a", "x", c.name, c.values)
	}
	f.refuse(404, "NoSuchKey", "GET", "/media/a", "")
	f.want(200, "PUT", "/media/a", "x", "X-Amz-Expected-Bucket-Owner", "owner")
}

func TestRangesGiveTheBytesAskedFor(t *testing.T) {
	f := withSpace(t)
	body := pattern(200_000)
	f.want(200, "PUT", "/media/a", body)
	for _, c := range []struct{ header, body, contentRange string }{
		{"bytes=0-0", body[:1], "bytes 0-0/200000"},
		{"bytes=5-9", body[5:10], "bytes 5-9/200000"},
		{"bytes=65530-65545", body[65530:65546], "bytes 65530-65545/200000"},
		{"bytes=199990-", body[199990:], "bytes 199990-199999/200000"},
		{"bytes=199990-999999999999999999999", body[199990:], "bytes 199990-199999/200000"},
		{"bytes=-7", body[199993:], "bytes 199993-199999/200000"},
		{"bytes=-900000", body, "bytes 0-199999/200000"},
	} {
		a := f.want(206, "GET", "/media/a", "", "Range", c.header)
		if a.body != c.body || a.Header.Get("Content-Range") != c.contentRange || a.ContentLength != int64(len(c.body)) {
			t.Errorf("%s: %d bytes, %v", c.header, len(a.body), a.Header)
		}
		h := f.want(206, "HEAD", "/media/a", "", "Range", c.header)
		if h.ContentLength != int64(len(c.body)) {
			t.Errorf("HEAD %s: %d", c.header, h.ContentLength)
		}
	}
	for _, whole := range []string{"bytes=5-1", "bytes=a-b", "bytes=0-1,5-6", "lines=1-2", "bytes", "bytes=", "bytes=-", "bytes= - ", "0-5", "bytes= -1", "bytes=0 -1", "bytes =0-1"} {
		if a := f.want(200, "GET", "/media/a", "", "Range", whole); a.body != body {
			t.Errorf("%s: %d bytes", whole, len(a.body))
		}
	}
	for _, past := range []string{"bytes=200000-", "bytes=200000-200001", "bytes=-0", "bytes=99999999999999999999-"} {
		f.refuse(416, "InvalidRange", "GET", "/media/a", "", "Range", past)
		f.refuse(416, "InvalidRange", "HEAD", "/media/a", "", "Range", past)
	}
	f.want(200, "PUT", "/media/empty", "")
	f.refuse(416, "InvalidRange", "GET", "/media/empty", "", "Range", "bytes=0-")
	for _, whole := range []string{"bytes=-1", "bytes=a-b"} {
		if a := f.want(200, "GET", "/media/empty", "", "Range", whole); a.Header.Get("Content-Range") != "" || a.body != "" {
			t.Error(whole, a.Header)
		}
	}
}

func TestIfRangeGuardsARange(t *testing.T) {
	f := withSpace(t)
	etag := f.want(200, "PUT", "/media/a", "hello").Header.Get("Etag")
	modified := f.want(200, "HEAD", "/media/a", "").Header.Get("Last-Modified")
	for v, status := range map[string]int{
		etag: 206, `"other"`: 200, "W/" + etag: 200, modified: 206, "Thu, 01 Dec 2033 16:00:00 GMT": 200,
	} {
		f.want(status, "GET", "/media/a", "", "Range", "bytes=0-1", "If-Range", v)
	}
}

func TestConditionalReads(t *testing.T) {
	f := withSpace(t)
	etag := f.want(200, "PUT", "/media/a", "hello").Header.Get("Etag")
	now := f.want(200, "HEAD", "/media/a", "").Header.Get("Last-Modified")
	past, future := time.Now().Add(-time.Hour).UTC().Format(http.TimeFormat), time.Now().Add(time.Hour).UTC().Format(http.TimeFormat)
	for _, c := range []struct {
		status  int
		headers []string
	}{
		{200, []string{"If-Match", etag}},
		{200, []string{"If-Match", strings.Trim(etag, `"`)}},
		{200, []string{"If-Match", "*"}},
		{200, []string{"If-Match", `"x", ` + etag}},
		{412, []string{"If-Match", `"x"`}},
		{304, []string{"If-None-Match", etag}},
		{304, []string{"If-None-Match", "*"}},
		{200, []string{"If-None-Match", `"x"`}},
		{200, []string{"If-Modified-Since", past}},
		{304, []string{"If-Modified-Since", now}},
		{200, []string{"If-Modified-Since", future}}, // a date that is still to come says nothing
		{200, []string{"If-Unmodified-Since", future}},
		{412, []string{"If-Unmodified-Since", past}},
		{200, []string{"If-Match", etag, "If-Unmodified-Since", past}},
		{200, []string{"If-None-Match", `"x"`, "If-Modified-Since", now}},
		{304, []string{"If-None-Match", etag, "If-Modified-Since", past}},
		{200, []string{"If-Modified-Since", "yesterday"}},
	} {
		for _, method := range []string{"GET", "HEAD"} {
			a := f.want(c.status, method, "/media/a", "", c.headers...)
			if c.status == 304 && (a.body != "" || a.Header.Get("Etag") != etag) {
				t.Errorf("%v: %v", c.headers, a.Header)
			}
		}
	}
}

func TestConditionalWrites(t *testing.T) {
	f := withSpace(t)
	f.refuse(404, "NoSuchKey", "PUT", "/media/a", "x", "If-Match", "*")
	etag := f.want(200, "PUT", "/media/a", "first", "If-None-Match", "*").Header.Get("Etag")
	f.refuse(412, "PreconditionFailed", "PUT", "/media/a", "second", "If-None-Match", "*")
	f.refuse(412, "PreconditionFailed", "PUT", "/media/a", "second", "If-Match", `"x"`)
	if a := f.want(200, "GET", "/media/a", ""); a.body != "first" {
		t.Error(a.body)
	}
	f.want(200, "PUT", "/media/a", "second", "If-Match", etag)
	f.refuse(412, "PreconditionFailed", "DELETE", "/media/a", "", "If-Match", etag)
	f.refuse(404, "NoSuchKey", "DELETE", "/media/none", "", "If-Match", "*")
	f.want(204, "DELETE", "/media/a", "", "If-Match", "*")
}

func TestOneOfManyRacersWithIfNoneMatchWins(t *testing.T) {
	f := withSpace(t)
	const racers = 64
	statuses := make(chan int, racers)
	for range racers {
		req := sign(f.request("PUT", "/media/a", "x", "If-None-Match", "*"))
		go func() {
			res, err := f.client.Do(req)
			if err != nil {
				statuses <- 0
				return
			}
			res.Body.Close()
			statuses <- res.StatusCode
		}()
	}
	count := map[int]int{}
	for range racers {
		count[<-statuses]++
	}
	if count[200] != 1 || count[412] != racers-1 {
		t.Error(count)
	}
}

func TestResponseOverridesNeedASignature(t *testing.T) {
	f := withSpace(t)
	f.want(200, "PUT", "/media/a", "x", "X-Amz-Acl", "public-read")
	a := f.want(200, "GET", "/media/a?response-content-type=text%2Fcss&response-cache-control=no-store&response-content-disposition=inline%0d%0aX-Evil:1", "")
	if a.Header.Get("Content-Type") != "text/css" || a.Header.Get("Cache-Control") != "no-store" || a.Header.Get("X-Evil") != "" || a.Header.Get("Content-Disposition") != "inline  X-Evil:1" {
		t.Error(a.Header)
	}
	f.refused(f.anonymous("GET", "/media/a?response-content-type=text%2Fhtml", ""), 400, "InvalidRequest")
}

func TestPresignedURLsReadAndWrite(t *testing.T) {
	f := withSpace(t)
	put := f.request("PUT", "/media/a%20b", "")
	url := sigv4.Presign(put, accessKey, secretKey, region, time.Now(), time.Hour)
	path := func(u string) string { return strings.TrimPrefix(u, "http://"+host) }
	if a := f.anonymous("PUT", path(url), "hello"); a.StatusCode != 200 {
		t.Fatal(a.body)
	}
	for _, u := range []string{
		sigv4.Presign(f.request("GET", "/media/a%20b", ""), accessKey, secretKey, region, time.Now(), time.Hour),
		sigv4.PresignV2(f.request("GET", "/media/a%20b", ""), "", accessKey, secretKey, time.Now().Add(time.Hour)),
	} {
		if a := f.anonymous("GET", path(u), ""); a.StatusCode != 200 || a.body != "hello" {
			t.Error(a.StatusCode, a.body)
		}
	}
	late := sigv4.Presign(f.request("GET", "/media/a%20b", ""), accessKey, secretKey, region, time.Now().Add(-time.Hour), time.Minute)
	a := f.refused(f.anonymous("GET", path(late), ""), 403, "AccessDenied")
	if first(a.body, "Message") != "Request has expired." || first(a.body, "X-Amz-Expires") != "60" {
		t.Error(a.body)
	}
}

func TestAnonymousVisitorsReadWhatIsPublic(t *testing.T) {
	f := withSpace(t)
	f.want(200, "PUT", "/open", "", "X-Amz-Acl", "public-read")
	f.want(200, "PUT", "/media/public", "hello", "X-Amz-Acl", "public-read")
	f.want(200, "PUT", "/media/private", "hello")
	f.want(200, "PUT", "/open/private", "hello")
	if a := f.anonymous("GET", "/media/public", ""); a.StatusCode != 200 || a.body != "hello" {
		t.Error(a.StatusCode, a.body)
	}
	if a := f.anonymous("HEAD", "/media/public", ""); a.StatusCode != 200 {
		t.Error(a.StatusCode)
	}
	f.refused(f.anonymous("GET", "/media/private", ""), 403, "AccessDenied")
	f.refused(f.anonymous("HEAD", "/media/private", ""), 403, "")
	f.refused(f.anonymous("GET", "/media/missing", ""), 403, "AccessDenied")
	f.refused(f.anonymous("GET", "/media", ""), 403, "AccessDenied")
	f.refused(f.anonymous("GET", "/missing/a", ""), 404, "NoSuchBucket")
	f.refused(f.anonymous("GET", "/open/private", ""), 403, "AccessDenied")
	f.refused(f.anonymous("GET", "/open/missing", ""), 404, "NoSuchKey")
	if a := f.anonymous("GET", "/open?list-type=2", ""); a.StatusCode != 200 || first(a.body, "Key") != "private" {
		t.Error(a.StatusCode, a.body)
	}
	f.refused(f.anonymous("PUT", "/open/a", "x"), 403, "AccessDenied")
	f.refused(f.anonymous("DELETE", "/open/private", ""), 403, "AccessDenied")
	f.refused(f.anonymous("GET", "/media?uploads", ""), 403, "AccessDenied")
	f.refused(f.anonymous("GET", "/media/public?acl", ""), 403, "AccessDenied")
	f.refused(f.anonymous("GET", "/", ""), 403, "AccessDenied")
}

func TestVersionIdOfAnUnversionedObject(t *testing.T) {
	f := withSpace(t)
	f.want(200, "PUT", "/media/a", "x")
	f.want(200, "GET", "/media/a?versionId=null", "")
	f.refuse(400, "InvalidArgument", "GET", "/media/a?versionId=abc", "")
	f.refuse(400, "InvalidArgument", "DELETE", "/media/a?versionId=abc", "")
	f.want(200, "GET", "/media/a?versionId=", "")
	f.refuse(400, "InvalidArgument", "DELETE", "/media/a?versionId=", "")
	f.want(204, "DELETE", "/media/a?versionId=null", "")
}

func TestFolderMarkerKeepsItsBody(t *testing.T) {
	f := withSpace(t)
	f.want(200, "PUT", "/media/dir/", "inside")
	if a := f.want(200, "GET", "/media/dir/", ""); a.body != "inside" {
		t.Error(a.body)
	}
	f.refuse(404, "NoSuchKey", "GET", "/media/dir", "")
}
