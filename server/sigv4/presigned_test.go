package sigv4

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

// presigned makes a URL, lets edit spoil its query, and gives the request for it.
func presigned(t *testing.T, edit func(q url.Values)) *http.Request {
	t.Helper()
	u, err := url.Parse(Presign(newRequest(t, "GET", "/space/a%20b?versionId=1", nil), exampleKey, exampleSecret, region, exampleTime, time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	if edit != nil {
		edit(q)
	}
	u.RawQuery = q.Encode()
	return httptest.NewRequest("GET", u.String(), nil)
}

func TestBrokenPresignedURLsAreRefused(t *testing.T) {
	const malformed = "AuthorizationQueryParametersError"
	change := func(name, value string) func(url.Values) { return func(q url.Values) { q.Set(name, value) } }
	scope := "/20130524/us-east-1/s3/aws4_request"
	type broken struct {
		name   string
		edit   func(url.Values)
		code   string
		status int
	}
	cases := []broken{
		{"unknown key", change("X-Amz-Credential", "AKIANOBODY"+scope), "InvalidAccessKeyId", 403},
		{"signature", change("X-Amz-Signature", strings.Repeat("0", 64)), "SignatureDoesNotMatch", 403},
		{"algorithm", change("X-Amz-Algorithm", "AWS4-HMAC-SHA1"), malformed, 400},
		{"credential", change("X-Amz-Credential", exampleKey), malformed, 400},
		{"service", change("X-Amz-Credential", exampleKey+"/20130524/us-east-1/iam/aws4_request"), malformed, 400},
		{"scope of another day", change("X-Amz-Credential", exampleKey+"/20130525/us-east-1/s3/aws4_request"), malformed, 400},
		{"date malformed", change("X-Amz-Date", "yesterday"), malformed, 400},
		{"expires not a number", change("X-Amz-Expires", "soon"), malformed, 400},
		{"expires signed", change("X-Amz-Expires", "+60"), malformed, 400},
		{"expires negative", change("X-Amz-Expires", "-1"), malformed, 400},
		{"expires over a week", change("X-Amz-Expires", "604801"), malformed, 400},
		{"expires over int64", change("X-Amz-Expires", "99999999999999999999"), malformed, 400},
		{"expires at once", change("X-Amz-Expires", "0"), "AccessDenied", 403},
		{"expires longer", change("X-Amz-Expires", "7200"), "SignatureDoesNotMatch", 403},
		{"version", change("versionId", "2"), "SignatureDoesNotMatch", 403},
		{"parameter added", change("response-content-type", "text/html"), "SignatureDoesNotMatch", 403},
		{"host not signed", change("X-Amz-SignedHeaders", "range"), "AccessDenied", 403},
		{"signed headers malformed", change("X-Amz-SignedHeaders", "host;;range"), malformed, 400},
		{"signature twice", func(q url.Values) { q.Add("X-Amz-Signature", q.Get("X-Amz-Signature")) }, malformed, 400},
		{"session token", change("X-Amz-Security-Token", "token"), "InvalidToken", 400},
		{"V2 too", change("AWSAccessKeyId", exampleKey), "InvalidArgument", 400},
		{"stream", change("X-Amz-Content-Sha256", StreamSignedPayload), "InvalidRequest", 400},
		{"unsigned stream", change("X-Amz-Content-Sha256", StreamUnsignedPayloadTrailer), "InvalidRequest", 400},
		{"wrong case", func(q url.Values) { q.Set("x-amz-signature", q.Get("X-Amz-Signature")); q.Del("X-Amz-Signature") }, malformed, 400},
	}
	for _, name := range []string{"X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-SignedHeaders", "X-Amz-Signature"} {
		cases = append(cases, broken{name + " missing", func(q url.Values) { q.Del(name) }, malformed, 400},
			broken{name + " empty", change(name, ""), malformed, 400})
	}
	for _, x := range cases {
		t.Run(x.name, func(t *testing.T) {
			_, err := verifierAt(exampleTime).Verify(read(presigned(t, x.edit)), "")
			wantError(t, err, x.code, x.status)
		})
	}
}

func TestAPresignedURLLivesFromItsDateToItsExpiry(t *testing.T) {
	for _, x := range []struct {
		at   time.Duration
		code string
	}{{0, ""}, {-10 * time.Minute, ""}, {59 * time.Minute, ""}, {time.Hour - time.Second, ""},
		{time.Hour, "AccessDenied"}, {48 * time.Hour, "AccessDenied"}, {-16 * time.Minute, "RequestTimeTooSkewed"}} {
		id, err := verifierAt(exampleTime.Add(x.at)).Verify(read(presigned(t, nil)), "")
		if x.code != "" {
			wantError(t, err, x.code, 403)
		} else if err != nil || !id.Presigned || id.Payload != PayloadUnsigned {
			t.Errorf("at %v: %+v, %v", x.at, id, err)
		}
	}
}

func TestHeadersAddedToAPresignedURLAreRefused(t *testing.T) {
	r := presigned(t, nil)
	r.Header.Set("X-Amz-Acl", "public-read")
	_, err := verifierAt(exampleTime).Verify(read(r), "")
	wantError(t, err, "AccessDenied", 403)

	r = newRequest(t, "PUT", "/space/key", nil)
	r.Header.Set("X-Amz-Acl", "private")
	link := Presign(r, exampleKey, exampleSecret, region, exampleTime, time.Hour)
	for value, ok := range map[string]bool{"private": true, "public-read": false, "": false} {
		r := httptest.NewRequest("PUT", link, nil)
		if value != "" {
			r.Header.Set("X-Amz-Acl", value)
		}
		if _, err := verifierAt(exampleTime).Verify(read(r), ""); (err == nil) != ok {
			t.Errorf("x-amz-acl %q: %v", value, err)
		}
	}
}

func TestAPresignedURLMayNameItsPayload(t *testing.T) {
	sum, other := HashPayload([]byte("hello")), HashPayload([]byte("hellp"))
	for _, x := range []struct {
		name, inQuery, inHeader string // at signing
		query, header           string // as sent
		code                    string
	}{
		{"in the header", "", sum, "", sum, ""},
		{"in the query", sum, "", sum, "", ""},
		{"in the query, header added", sum, "", sum, sum, "AccessDenied"},
		{"another in the header", "", sum, "", other, "SignatureDoesNotMatch"},
		{"another in the query", sum, "", other, "", "SignatureDoesNotMatch"},
		{"header left out", "", sum, "", "", "SignatureDoesNotMatch"},
		{"two that differ", sum, sum, sum, other, "AuthorizationQueryParametersError"},
		{"malformed", "", "", "hash", "", "InvalidArgument"},
	} {
		t.Run(x.name, func(t *testing.T) {
			r := newRequest(t, "PUT", "/space/key?X-Amz-Content-Sha256="+x.inQuery, nil)
			if x.inQuery == "" {
				r.URL.RawQuery = "a=b"
			}
			if x.inHeader != "" {
				r.Header.Set("X-Amz-Content-Sha256", x.inHeader)
			}
			link := Presign(r, exampleKey, exampleSecret, region, exampleTime, time.Hour)
			if x.inQuery != "" {
				link = strings.Replace(link, x.inQuery, x.query, 1)
			} else if x.query != "" {
				link += "&X-Amz-Content-Sha256=" + x.query
			}
			got := httptest.NewRequest("PUT", link, strings.NewReader("hellp"))
			if x.header != "" {
				got.Header.Set("X-Amz-Content-Sha256", x.header)
			}
			id, err := verifierAt(exampleTime).Verify(read(got), "")
			if x.code != "" {
				var e *Error
				if !errors.As(err, &e) || e.Code != x.code {
					t.Fatalf("got %v, want %s", err, x.code)
				}
				return
			}
			if err != nil || id.Payload != PayloadSigned {
				t.Fatalf("%+v, %v", id, err)
			}
			b, err := id.Body(read(got))
			if err != nil {
				t.Fatal(err)
			}
			_, err = io.ReadAll(b)
			wantError(t, err, "XAmzContentSHA256Mismatch", 400)
		})
	}
}
