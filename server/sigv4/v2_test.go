package sigv4

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"
)

func TestBrokenV2URLsAreRefused(t *testing.T) {
	now := exampleTime
	for _, x := range []struct {
		name, method, code string
		status             int
		edit               func(q url.Values)
	}{
		{"good", "GET", "", 0, nil},
		{"unknown key", "GET", "InvalidAccessKeyId", 403, func(q url.Values) { q.Set("AWSAccessKeyId", "AKIANOBODY") }},
		{"signature", "GET", "SignatureDoesNotMatch", 403, func(q url.Values) { q.Set("Signature", "AAAA") }},
		{"method", "DELETE", "SignatureDoesNotMatch", 403, nil},
		{"no expiry", "GET", "AccessDenied", 403, func(q url.Values) { q.Del("Expires") }},
		{"no key", "GET", "AccessDenied", 403, func(q url.Values) { q.Del("AWSAccessKeyId") }},
		{"no signature", "GET", "AccessDenied", 403, func(q url.Values) { q.Del("Signature") }},
		{"signature twice", "GET", "AccessDenied", 403, func(q url.Values) { q.Add("Signature", q.Get("Signature")) }},
		{"expiry not a number", "GET", "AccessDenied", 403, func(q url.Values) { q.Set("Expires", "soon") }},
		{"expiry negative", "GET", "AccessDenied", 403, func(q url.Values) { q.Set("Expires", "-1") }},
		{"expired", "GET", "AccessDenied", 403, func(q url.Values) { q.Set("Expires", "1") }},
		{"expires later", "GET", "SignatureDoesNotMatch", 403, func(q url.Values) { q.Set("Expires", "1999999999") }},
		{"sub-resource added", "GET", "SignatureDoesNotMatch", 403, func(q url.Values) { q.Set("tagging", "") }},
		{"override added", "GET", "SignatureDoesNotMatch", 403, func(q url.Values) { q.Set("response-content-type", "text/html") }},
		{"unsigned parameter", "GET", "InvalidRequest", 400, func(q url.Values) { q.Set("x-other", "1") }},
		{"header added", "GET", "SignatureDoesNotMatch", 403, func(q url.Values) { q.Set("X-Amz-Acl", "public-read") }},
		{"V4 too", "GET", "InvalidArgument", 400, func(q url.Values) { q.Set("X-Amz-Date", "20130524T000000Z") }},
	} {
		t.Run(x.name, func(t *testing.T) {
			u, err := url.Parse(PresignV2(newRequest(t, "GET", "/space/a%20b?versionId=1", nil), "", exampleKey, exampleSecret, now.Add(time.Hour)))
			if err != nil {
				t.Fatal(err)
			}
			q := u.Query()
			if x.edit != nil {
				x.edit(q)
			}
			u.RawQuery = q.Encode()
			id, err := verifierAt(now).Verify(read(httptest.NewRequest(x.method, u.String(), nil)), "")
			if x.code != "" {
				wantError(t, err, x.code, x.status)
			} else if err != nil || !id.V2 || !id.Presigned {
				t.Fatalf("%+v, %v", id, err)
			}
		})
	}
}

func TestV2Headers(t *testing.T) {
	for _, x := range []struct {
		name, code string
		status     int
		edit       func(r *http.Request)
	}{
		{"good", "", 0, nil},
		{"unsigned parameter that narrows a list", "", 0, func(r *http.Request) { r.URL.RawQuery += "&prefix=a" }},
		{"unknown parameter", "InvalidRequest", 400, func(r *http.Request) { r.URL.RawQuery += "&renameObject" }},
		{"other operation", "SignatureDoesNotMatch", 403, func(r *http.Request) { r.URL.RawQuery += "&tagging" }},
		{"other key", "SignatureDoesNotMatch", 403, func(r *http.Request) { r.URL.Path = "/space/b" }},
		{"x-amz header added", "SignatureDoesNotMatch", 403, set("X-Amz-Acl", "public-read")},
		{"content type added", "SignatureDoesNotMatch", 403, set("Content-Type", "text/html")},
		{"no date", "AccessDenied", 403, func(r *http.Request) { r.Header.Del("Date") }},
		{"date before 1970", "AccessDenied", 403, set("Date", "Fri, 07 Jul 1950 21:53:04 GMT")},
		{"old", "RequestTimeTooSkewed", 403, set("Date", exampleTime.Add(-time.Hour).Format(http.TimeFormat))},
		{"stream", "InvalidRequest", 400, set("X-Amz-Content-Sha256", StreamSignedPayload)},
		{"session token", "InvalidToken", 400, set("X-Amz-Security-Token", "token")},
	} {
		t.Run(x.name, func(t *testing.T) {
			r := newRequest(t, "GET", "/space/a?versionId=1", nil)
			SignV2(r, "", exampleKey, exampleSecret, exampleTime)
			if x.edit != nil {
				x.edit(r)
			}
			_, err := verifierAt(exampleTime).Verify(read(sent(t, r)), "")
			if x.code != "" {
				wantError(t, err, x.code, x.status)
			} else if err != nil {
				t.Fatal(err)
			}
		})
	}
}

func TestV2DatesMayBeWrittenInManyWays(t *testing.T) {
	for _, date := range []string{"Fri, 24 May 2013 00:00:00 GMT", "Fri, 24 May 2013 00:00:00 UTC", "Fri, 24 May 2013 02:00:00 +0200",
		"Friday, 24-May-13 00:00:00 UTC", "Fri May 24 00:00:00 2013", "20130524T000000Z"} {
		for _, name := range []string{"Date", "X-Amz-Date"} {
			r := newRequest(t, "GET", "/space/a", nil)
			r.Header.Set(name, date)
			SignV2(r, "", exampleKey, exampleSecret, exampleTime)
			if _, err := verifierAt(exampleTime).Verify(read(sent(t, r)), ""); err != nil {
				t.Errorf("%s: %s: %v", name, date, err)
			}
		}
	}
}
