package sigv4

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

// signedGet is a good request; edit spoils it after it was signed.
func signedGet(t testing.TB, edit func(r *http.Request)) *http.Request {
	t.Helper()
	r := newRequest(t, "GET", "/space/key?versionId=1", nil)
	r.Header.Set("Content-Type", "text/plain")
	Sign(r, exampleKey, exampleSecret, region, EmptySHA256, exampleTime)
	if edit != nil {
		edit(r)
	}
	return sent(t, r)
}

// inHeader replaces a piece of a header.
func inHeader(name, old, new string) func(*http.Request) {
	return func(r *http.Request) {
		v := strings.Replace(r.Header.Get(name), old, new, 1)
		if v == r.Header.Get(name) {
			panic("nothing to replace: " + old)
		}
		r.Header.Set(name, v)
	}
}

func set(name, value string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set(name, value) }
}

func TestBrokenAuthorizationHeadersAreRefused(t *testing.T) {
	const auth = "Authorization"
	for _, x := range []struct {
		name   string
		edit   func(r *http.Request)
		code   string
		status int
	}{
		{"unknown key", inHeader(auth, exampleKey, "AKIANOBODY"), "InvalidAccessKeyId", 403},
		{"another signature", func(r *http.Request) {
			v := r.Header.Get(auth)
			r.Header.Set(auth, v[:len(v)-64]+strings.Repeat("0", 64))
		}, "SignatureDoesNotMatch", 403},
		{"signature cut", func(r *http.Request) {
			r.Header.Set(auth, strings.TrimRight(r.Header.Get(auth), "0123456789abcdef")+"ab")
		}, "SignatureDoesNotMatch", 403},
		{"empty", set(auth, ""), "InvalidRequest", 400},
		{"scheme alone", set(auth, algorithm), "AuthorizationHeaderMalformed", 400},
		{"basic", set(auth, "Basic dXNlcjpwYXNz"), "InvalidRequest", 400},
		{"bearer", set(auth, "Bearer token"), "InvalidRequest", 400},
		{"V4A", inHeader(auth, algorithm, "AWS4-ECDSA-P256-SHA256"), "InvalidRequest", 400},
		{"lower-case scheme", inHeader(auth, algorithm, "aws4-hmac-sha256"), "InvalidRequest", 400},
		{"no credential", inHeader(auth, "Credential=", "Credentials="), "AuthorizationHeaderMalformed", 400},
		{"no signature", func(r *http.Request) {
			r.Header.Set(auth, r.Header.Get(auth)[:strings.Index(r.Header.Get(auth), ", Signature")])
		}, "AuthorizationHeaderMalformed", 400},
		{"empty signed headers", inHeader(auth, "SignedHeaders=content-type;host;x-amz-content-sha256;x-amz-date", "SignedHeaders="), "AuthorizationHeaderMalformed", 400},
		{"field twice", inHeader(auth, "SignedHeaders=", "SignedHeaders=host,SignedHeaders="), "AuthorizationHeaderMalformed", 400},
		{"unknown field", inHeader(auth, "SignedHeaders=", "Extra=1,SignedHeaders="), "AuthorizationHeaderMalformed", 400},
		{"header twice", func(r *http.Request) { r.Header.Add(auth, r.Header.Get(auth)) }, "InvalidRequest", 400},
		{"service", inHeader(auth, "/s3/", "/iam/"), "AuthorizationHeaderMalformed", 400},
		{"terminator", inHeader(auth, "/aws4_request", "/aws5_request"), "AuthorizationHeaderMalformed", 400},
		{"short credential", inHeader(auth, "/us-east-1/s3/", "/"), "AuthorizationHeaderMalformed", 400},
		{"no access key", inHeader(auth, exampleKey, ""), "AuthorizationHeaderMalformed", 400},
		{"no region", inHeader(auth, "/us-east-1/", "//"), "AuthorizationHeaderMalformed", 400},
		{"another region", inHeader(auth, "/us-east-1/", "/eu-west-1/"), "SignatureDoesNotMatch", 403},
		{"scope of another day", inHeader(auth, "/20130524/", "/20130523/"), "AuthorizationHeaderMalformed", 400},
		{"scope date too long", inHeader(auth, "/20130524/", "/20130524T/"), "AuthorizationHeaderMalformed", 400},
		{"signed headers out of order", inHeader(auth, "content-type;host", "host;content-type"), "AuthorizationHeaderMalformed", 400},
		{"signed header twice", inHeader(auth, "host;", "host;host;"), "AuthorizationHeaderMalformed", 400},
		{"signed header upper case", inHeader(auth, "host;", "Host;"), "AuthorizationHeaderMalformed", 400},
		{"host not signed", inHeader(auth, "host;", ""), "AccessDenied", 403},
		{"x-amz header not signed", set("X-Amz-Acl", "public-read"), "AccessDenied", 403},
		{"x-amz-date not signed", inHeader(auth, ";x-amz-date", ""), "AccessDenied", 403},
		{"signed header changed", set("Content-Type", "text/html"), "SignatureDoesNotMatch", 403},
		{"signed header removed", func(r *http.Request) { r.Header.Del("Content-Type") }, "SignatureDoesNotMatch", 403},
		{"no date", func(r *http.Request) { r.Header.Del("X-Amz-Date") }, "AccessDenied", 403},
		{"date malformed", set("X-Amz-Date", "2013-05-24T00:00:00Z"), "AccessDenied", 403},
		{"date with a fraction", set("X-Amz-Date", "20130524T000000.5Z"), "AccessDenied", 403},
		{"date twice", func(r *http.Request) { r.Header.Add("X-Amz-Date", "20130524T000000Z") }, "InvalidRequest", 400},
		{"no payload hash", func(r *http.Request) { r.Header.Del("X-Amz-Content-Sha256") }, "InvalidRequest", 400},
		{"payload hash twice", func(r *http.Request) { r.Header.Add("X-Amz-Content-Sha256", EmptySHA256) }, "InvalidRequest", 400},
		{"payload hash malformed", set("X-Amz-Content-Sha256", "abc"), "InvalidArgument", 400},
		{"payload hash not hex", set("X-Amz-Content-Sha256", strings.Repeat("z", 64)), "InvalidArgument", 400},
		{"payload hash changed", set("X-Amz-Content-Sha256", UnsignedPayload), "SignatureDoesNotMatch", 403},
		{"ECDSA stream", set("X-Amz-Content-Sha256", "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD"), "NotImplemented", 501},
		{"session token", set("X-Amz-Security-Token", "token"), "InvalidToken", 400},
		{"method", func(r *http.Request) { r.Method = "DELETE" }, "SignatureDoesNotMatch", 403},
		{"path", func(r *http.Request) { r.URL.Path = "/space/key2" }, "SignatureDoesNotMatch", 403},
		{"Space", func(r *http.Request) { r.URL.Path = "/spice/key" }, "SignatureDoesNotMatch", 403},
		{"host", func(r *http.Request) { r.Host = "space.127.0.0.1:9000" }, "SignatureDoesNotMatch", 403},
		{"query", func(r *http.Request) { r.URL.RawQuery = "versionId=2" }, "SignatureDoesNotMatch", 403},
		{"query added", func(r *http.Request) { r.URL.RawQuery += "&acl" }, "SignatureDoesNotMatch", 403},
		{"query malformed", func(r *http.Request) { r.URL.RawQuery = "versionId=%zz" }, "InvalidURI", 400},
		{"query endless", func(r *http.Request) { r.URL.RawQuery = strings.Repeat("a&", 300) }, "InvalidRequest", 400},
		{"V4 query too", func(r *http.Request) { r.URL.RawQuery += "&X-Amz-Signature=00" }, "InvalidArgument", 400},
		{"V2 query too", func(r *http.Request) { r.URL.RawQuery += "&AWSAccessKeyId=" + exampleKey }, "InvalidArgument", 400},
		{"V2 without colon", set(auth, "AWS abc"), "InvalidArgument", 400},
		{"V2 without key", set(auth, "AWS :abc"), "InvalidArgument", 400},
	} {
		t.Run(x.name, func(t *testing.T) {
			id, err := verifierAt(exampleTime).Verify(signedGet(t, x.edit))
			wantError(t, err, x.code, x.status)
			if id != nil {
				t.Errorf("there is an identity: %+v", id)
			}
		})
	}
	mustVerify(t, verifierAt(exampleTime), signedGet(t, nil))
}

func TestTheClockMayBeAQuarterOfAnHourOff(t *testing.T) {
	for _, x := range []struct {
		off time.Duration
		ok  bool
	}{{15 * time.Minute, true}, {-15 * time.Minute, true}, {15*time.Minute + time.Second, false}, {-15*time.Minute - time.Second, false}} {
		_, err := verifierAt(exampleTime.Add(x.off)).Verify(signedGet(t, nil))
		if x.ok && err != nil {
			t.Errorf("off by %v: %v", x.off, err)
		}
		if !x.ok {
			wantError(t, err, "RequestTimeTooSkewed", 403)
		}
	}
}

func TestADateHeaderStandsInForXAmzDate(t *testing.T) {
	const auth = "Authorization"
	r := newRequest(t, "GET", "/space/key", nil)
	r.Header.Set("Date", exampleTime.Format(http.TimeFormat))
	Sign(r, exampleKey, exampleSecret, region, EmptySHA256, exampleTime)
	r.Header.Del("X-Amz-Date")
	seed := seedOf(r, exampleSecret, region, exampleTime.Format(isoFormat), "date;host;x-amz-content-sha256", EmptySHA256)
	r.Header.Set(auth, algorithm+" Credential="+exampleKey+"/"+seed.scope+",SignedHeaders=date;host;x-amz-content-sha256,Signature="+
		hexOf(seed.mac))
	mustVerify(t, verifierAt(exampleTime), sent(t, r))
}

func TestV2DatesMayBeWrittenInManyWays(t *testing.T) {
	for _, date := range []string{"Fri, 24 May 2013 00:00:00 GMT", "Fri, 24 May 2013 00:00:00 UTC", "Fri, 24 May 2013 02:00:00 +0200",
		"Friday, 24-May-13 00:00:00 UTC", "Fri May 24 00:00:00 2013", "20130524T000000Z"} {
		for _, name := range []string{"Date", "X-Amz-Date"} {
			r := newRequest(t, "GET", "/space/a", nil)
			r.Header.Set(name, date)
			SignV2(r, "", exampleKey, exampleSecret, exampleTime)
			if _, err := verifierAt(exampleTime).Verify(sent(t, r)); err != nil {
				t.Errorf("%s: %s: %v", name, date, err)
			}
		}
	}
}

func TestWhatClaimsNothingIsAnonymous(t *testing.T) {
	v := verifierAt(exampleTime)
	r := received(t, "GET /space/key?prefix=a&Expires=1 HTTP/1.1\nHost: h\nDate: x", "")
	if id := mustVerify(t, v, r); !id.Anonymous || id.AccessKey != "" || id.Payload != PayloadNone {
		t.Errorf("identity is %+v", id)
	}
	for _, value := range []string{StreamSignedPayload, StreamSignedPayloadTrailer, StreamUnsignedPayloadTrailer} {
		_, err := v.Verify(received(t, "PUT /space/key HTTP/1.1\nHost: h\nContent-Length: 5\nx-amz-content-sha256: "+value, "hello"))
		wantError(t, err, "InvalidRequest", 400)
	}
	_, err := v.Verify(received(t, "GET /?x=%2 HTTP/1.1\nHost: h", ""))
	wantError(t, err, "InvalidURI", 400)
}

func TestAWrongHashOfNoBodyIsRefused(t *testing.T) {
	r := newRequest(t, "DELETE", "/space/key", nil)
	Sign(r, exampleKey, exampleSecret, region, HashPayload([]byte("x")), exampleTime)
	_, err := verifierAt(exampleTime).Verify(sent(t, r))
	wantError(t, err, "XAmzContentSHA256Mismatch", 400)
}

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
			_, err := verifierAt(exampleTime).Verify(presigned(t, x.edit))
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
		id, err := verifierAt(exampleTime.Add(x.at)).Verify(presigned(t, nil))
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
	_, err := verifierAt(exampleTime).Verify(r)
	wantError(t, err, "AccessDenied", 403)

	r = newRequest(t, "PUT", "/space/key", nil)
	r.Header.Set("X-Amz-Acl", "private")
	link := Presign(r, exampleKey, exampleSecret, region, exampleTime, time.Hour)
	for value, ok := range map[string]bool{"private": true, "public-read": false, "": false} {
		r := httptest.NewRequest("PUT", link, nil)
		if value != "" {
			r.Header.Set("X-Amz-Acl", value)
		}
		if _, err := verifierAt(exampleTime).Verify(r); (err == nil) != ok {
			t.Errorf("x-amz-acl %q: %v", value, err)
		}
	}
}

func TestAPresignedURLNamesItsPayload(t *testing.T) {
	for _, header := range []bool{false, true} {
		sum := HashPayload([]byte("hello"))
		target := "/space/key"
		if !header {
			target += "?X-Amz-Content-Sha256=" + sum
		}
		r := newRequest(t, "PUT", target, nil)
		if header {
			r.Header.Set("X-Amz-Content-Sha256", sum)
		}
		link := Presign(r, exampleKey, exampleSecret, region, exampleTime, time.Hour)
		got := httptest.NewRequest("PUT", link, strings.NewReader("hellp"))
		if header {
			got.Header.Set("X-Amz-Content-Sha256", sum)
		}
		id, err := verifierAt(exampleTime).Verify(got)
		if header && (err != nil || id.Payload != PayloadSigned) {
			t.Fatalf("hash in the header: %v", err)
		}
		if !header && err == nil { // the client signed UNSIGNED-PAYLOAD while its query says otherwise
			t.Fatal("a hash that was not signed as the payload passes")
		}
	}
}

func TestBrokenV2URLsAreRefused(t *testing.T) {
	const malformed = "AuthorizationQueryParametersError"
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
		{"no expiry", "GET", malformed, 400, func(q url.Values) { q.Del("Expires") }},
		{"no key", "GET", malformed, 400, func(q url.Values) { q.Del("AWSAccessKeyId") }},
		{"no signature", "GET", malformed, 400, func(q url.Values) { q.Del("Signature") }},
		{"signature twice", "GET", malformed, 400, func(q url.Values) { q.Add("Signature", q.Get("Signature")) }},
		{"expiry not a number", "GET", malformed, 400, func(q url.Values) { q.Set("Expires", "soon") }},
		{"expiry negative", "GET", malformed, 400, func(q url.Values) { q.Set("Expires", "-1") }},
		{"expired", "GET", "AccessDenied", 403, func(q url.Values) { q.Set("Expires", "1") }},
		{"expires later", "GET", "SignatureDoesNotMatch", 403, func(q url.Values) { q.Set("Expires", "1999999999") }},
		{"sub-resource added", "GET", "SignatureDoesNotMatch", 403, func(q url.Values) { q.Set("tagging", "") }},
		{"override added", "GET", "SignatureDoesNotMatch", 403, func(q url.Values) { q.Set("response-content-type", "text/html") }},
		{"unsigned parameter", "GET", "InvalidRequest", 400, func(q url.Values) { q.Set("prefix", "a") }},
		{"V4 meta parameter", "GET", "InvalidRequest", 400, func(q url.Values) { q.Set("X-Amz-Acl", "public-read") }},
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
			id, err := verifierAt(now).Verify(httptest.NewRequest(x.method, u.String(), nil))
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
			_, err := verifierAt(exampleTime).Verify(sent(t, r))
			if x.code != "" {
				wantError(t, err, x.code, x.status)
			} else if err != nil {
				t.Fatal(err)
			}
		})
	}
}

// hostileTargets are raw request targets whose keys other servers clean, fold or decode twice.
var hostileTargets = []string{"/space/a", "/space/a/", "/space/a//b", "/space//a", "/space//", "//space/a", "/space/a/../b",
	"/space/a/./b", "/space/%2e%2e/b", "/space/..%2Fb", "/space/a%2Fb", "/space/a%5Cb", "/space/a+b", "/space/a%2Bb", "/space/a%20b",
	"/space/%25", "/space/%2525", "/space/a%23b", "/space/a%3FversionId=x", "/space/%00", "/space/%FF%FE", "/space/caf%C3%A9",
	"/space/cafe%CC%81", "/space/*'()!", "/space/~tilde", "/space/a:b@c;d=e,f&g$h", "/space/%1b%5b2J", "/",
	"/space?prefix=a%2Fb&delimiter=%2F", "/space?prefix=a+b", "/space?prefix=a%20b%2Bc", "/space?acl", "/space?acl=", "/space?b=2&a=1&a=0&B=3&a-b=4&=x",
	"/space/k?response-content-disposition=attachment%3B%20filename%3D%22x%26y.txt%22"}

func TestHostileTargetsVerifyInEveryMechanism(t *testing.T) {
	v := verifierAt(exampleTime)
	for _, target := range hostileTargets {
		r := newRequest(t, "GET", target, nil)
		Sign(r, exampleKey, exampleSecret, region, EmptySHA256, exampleTime)
		if _, err := v.Verify(sent(t, r)); err != nil {
			t.Errorf("%s: header: %v", target, err)
		}
		link := Presign(newRequest(t, "GET", target, nil), exampleKey, exampleSecret, region, exampleTime, time.Hour)
		if _, err := v.Verify(httptest.NewRequest("GET", link, nil)); err != nil {
			t.Errorf("%s: presigned: %v", target, err)
		}
		if strings.Contains(target, "prefix") || strings.Contains(target, "a-b") {
			continue
		}
		r = newRequest(t, "GET", target, nil)
		SignV2(r, "", exampleKey, exampleSecret, exampleTime)
		if _, err := v.Verify(sent(t, r)); err != nil {
			t.Errorf("%s: V2 header: %v", target, err)
		}
		link = PresignV2(newRequest(t, "GET", target, nil), "", exampleKey, exampleSecret, exampleTime.Add(time.Hour))
		if _, err := v.Verify(httptest.NewRequest("GET", link, nil)); err != nil {
			t.Errorf("%s: V2 presigned: %v", target, err)
		}
	}
}

func TestASignatureForOneKeyIsNeverGoodForAnother(t *testing.T) {
	var requests []*http.Request
	for _, target := range hostileTargets {
		r := newRequest(t, "GET", target, nil)
		Sign(r, exampleKey, exampleSecret, region, EmptySHA256, exampleTime)
		requests = append(requests, sent(t, r))
	}
	v := verifierAt(exampleTime)
	for _, a := range requests {
		for _, b := range requests {
			same := a.URL.Path == b.URL.Path && a.URL.Query().Encode() == b.URL.Query().Encode()
			c := b.Clone(t.Context())
			c.Header = a.Header
			if _, err := v.Verify(c); (err == nil) != same {
				t.Errorf("%s with the signature of %s: %v", b.RequestURI, a.RequestURI, err)
			}
		}
	}
}

func TestASecretThatChangedIsUsedAtOnce(t *testing.T) {
	secret := exampleSecret
	v := &Verifier{Secret: func(string) (string, bool) { return secret, true }, Now: func() time.Time { return exampleTime }}
	mustVerify(t, v, signedGet(t, nil))
	secret = "another"
	_, err := v.Verify(signedGet(t, nil))
	wantError(t, err, "SignatureDoesNotMatch", 403)
	secret = exampleSecret
	mustVerify(t, v, signedGet(t, nil))
}

func TestTheKeyCacheIsBoundedAndOnlyForThoseWhoSignedWell(t *testing.T) {
	v := verifierAt(exampleTime)
	for i := range maxKeys + 10 {
		r := newRequest(t, "GET", "/", nil)
		Sign(r, exampleKey, exampleSecret, "region-"+itoa(i), EmptySHA256, exampleTime)
		mustVerify(t, v, sent(t, r))
	}
	n := len(v.keys.keys)
	if n == 0 || n > maxKeys {
		t.Errorf("the cache has %d keys", n)
	}
	r := newRequest(t, "GET", "/", nil)
	Sign(r, exampleKey, "wrong", "elsewhere", EmptySHA256, exampleTime)
	if _, err := v.Verify(sent(t, r)); err == nil || len(v.keys.keys) != n {
		t.Errorf("a wrong signature got into the cache: %d keys, %v", len(v.keys.keys), err)
	}
}
