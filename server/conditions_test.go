package server_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// Conditions that S3 does not know for writes are refused: whoever sends one
// does not want a write without it.
func TestConditionsThatWritesDoNotKnowAreRefused(t *testing.T) {
	f := withSpace(t)
	etag := f.want(200, "PUT", "/media/a", "first").Header.Get("Etag")
	before := f.dump()
	for _, at := range []string{"/media/a", "/media/new"} {
		for _, copied := range [][]string{nil, {"X-Amz-Copy-Source", "/media/a", "X-Amz-Metadata-Directive", "REPLACE"}} {
			body := "x"
			if copied != nil {
				body = ""
			}
			for _, h := range [][]string{{"If-None-Match", etag}, {"If-None-Match", `"x"`}, {"If-Match", etag, "If-None-Match", "*"}} {
				f.refuse(501, "NotImplemented", "PUT", at, body, append(h, copied...)...)
			}
		}
	}
	if f.dump() != before {
		t.Error("something was stored")
	}
}

func TestNotModifiedCarriesWhatCachesNeed(t *testing.T) {
	f := withSpace(t)
	f.want(200, "PUT", "/media?versioning", "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>")
	const expires = "Thu, 01 Dec 2033 16:00:00 GMT"
	put := f.want(200, "PUT", "/media/a", "hello", "Cache-Control", "max-age=60", "Expires", expires, "Content-Language", "nl")
	f.want(200, "PUT", "/media/a", "newer")
	for _, method := range []string{"GET", "HEAD"} {
		at := "/media/a?versionId=" + put.Header.Get("X-Amz-Version-Id")
		whole := f.want(200, method, at, "")
		a := f.want(304, method, at, "", "If-None-Match", put.Header.Get("Etag"))
		for _, name := range []string{"Etag", "Last-Modified", "Cache-Control", "Expires", "X-Amz-Version-Id", "Vary", "X-Amz-Request-Id"} {
			if (a.Header.Get(name) == "") != (whole.Header.Get(name) == "") || name != "X-Amz-Request-Id" && a.Header.Get(name) != whole.Header.Get(name) {
				t.Errorf("%s %s: %q, with the 200 %q", method, name, a.Header.Get(name), whole.Header.Get(name))
			}
		}
		for _, name := range []string{"Content-Language", "Content-Length", "Content-Type"} {
			if a.Header.Get(name) != "" {
				t.Error(method, name, a.Header.Get(name))
			}
		}
		a = f.want(304, method, at+"&response-cache-control=no-store", "", "If-None-Match", put.Header.Get("Etag"))
		if a.Header.Get("Cache-Control") != "no-store" {
			t.Error(a.Header)
		}
	}
}

func TestDeletesOfWhatIsNotExpectedAreRefused(t *testing.T) {
	f := withSpace(t)
	put := func() answer {
		f.want(200, "PUT", "/media/a", "hello")
		return f.want(200, "HEAD", "/media/a", "")
	}
	h := put()
	etag, modified := h.Header.Get("Etag"), h.Header.Get("Last-Modified")
	old := time.Now().AddDate(-1, 0, 0).UTC().Format(http.TimeFormat)
	for _, bad := range [][]string{
		{"If-Match", `"x"`}, {"X-Amz-If-Match-Size", "6"}, {"X-Amz-If-Match-Last-Modified-Time", old}, {"If-Match", etag, "X-Amz-If-Match-Size", "6"},
	} {
		f.refuse(412, "PreconditionFailed", "DELETE", "/media/a", "", bad...)
	}
	f.refuse(400, "InvalidArgument", "DELETE", "/media/a", "", "X-Amz-If-Match-Size", "x")
	f.refuse(400, "InvalidArgument", "DELETE", "/media/a", "", "X-Amz-If-Match-Last-Modified-Time", "x")
	for _, h := range [][]string{{"If-Match", "*"}, {"If-Match", etag}, {"X-Amz-If-Match-Size", "0"}} {
		f.refuse(404, "NoSuchKey", "DELETE", "/media/none", "", h...)
	}
	many := func(field, value string) string {
		return fmt.Sprintf("<Delete><Object><Key>a</Key><%s>%s</%s></Object></Delete>", field, value, field)
	}
	for _, bad := range [][2]string{{"Size", "6"}, {"LastModifiedTime", old}} {
		if a := f.want(200, "POST", "/media?delete", many(bad[0], bad[1])); first(a.body, "Code") != "PreconditionFailed" {
			t.Error(a.body)
		}
	}
	for _, bad := range []string{"Size", "LastModifiedTime"} {
		if a := f.want(200, "POST", "/media?delete", many(bad, "x")); first(a.body, "Code") != "InvalidArgument" {
			t.Error(a.body)
		}
	}
	f.want(204, "DELETE", "/media/a", "", "If-Match", etag, "X-Amz-If-Match-Size", "5", "X-Amz-If-Match-Last-Modified-Time", modified)
	modified = put().Header.Get("Last-Modified")
	if a := f.want(200, "POST", "/media?delete", many("LastModifiedTime", modified)); first(a.body, "Key") != "a" || strings.Contains(a.body, "Error") {
		t.Error(a.body)
	}
	f.refuse(404, "NoSuchKey", "GET", "/media/a", "")
}

func TestAbortOfAnotherUploadThanExpectedIsRefused(t *testing.T) {
	f := withSpace(t)
	id := f.begin("/media/a")
	at := "/media/a?uploadId=" + id
	initiated := first(f.want(200, "GET", "/media?uploads", "").body, "Initiated")
	then, err := time.Parse(time.RFC3339, initiated)
	if err != nil {
		t.Fatal(err)
	}
	f.refuse(412, "PreconditionFailed", "DELETE", at, "", "X-Amz-If-Match-Initiated-Time", then.AddDate(-1, 0, 0).Format(http.TimeFormat))
	f.refuse(400, "InvalidArgument", "DELETE", at, "", "X-Amz-If-Match-Initiated-Time", "once")
	if a := f.refuse(404, "NoSuchUpload", "DELETE", "/media/a?uploadId=x", "", "X-Amz-If-Match-Initiated-Time", then.Format(http.TimeFormat)); first(a.body, "UploadId") != "x" {
		t.Error(a.body)
	}
	f.want(204, "DELETE", at, "", "X-Amz-If-Match-Initiated-Time", then.Format(http.TimeFormat))
	f.refuse(404, "NoSuchUpload", "GET", at, "")
}

// What is bad whatever there is comes before what is missing.
func TestBadParametersComeBeforeMissingObjects(t *testing.T) {
	f := withSpace(t)
	for _, method := range []string{"GET", "HEAD"} {
		f.refuse(400, "InvalidArgument", method, "/media/none?partNumber=0", "")
		f.refuse(400, "InvalidArgument", method, "/media/none?partNumber=x", "")
	}
	f.refuse(400, "InvalidArgument", "GET", "/media/none?attributes", "", "X-Amz-Object-Attributes", "Colour")
	f.refuse(400, "InvalidArgument", "PUT", "/media/a?partNumber=-1&uploadId=x", "", "X-Amz-Copy-Source", "/none/none")
	f.refuse(400, "InvalidRequest", "PUT", "/media/a", "", "X-Amz-Copy-Source", "/media/none", "X-Amz-Checksum-Algorithm", "ROT13")
	f.refuse(400, "InvalidArgument", "PUT", "/media/a", "", "X-Amz-Copy-Source", "/media/none", "X-Amz-Metadata-Directive", "MAYBE")
	f.refused(f.anonymous("GET", "/media/none?partNumber=0", ""), 403, "AccessDenied")
}
