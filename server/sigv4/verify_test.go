package sigv4

import (
	"net/http"
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
		{"scheme alone", set(auth, algorithm), "InvalidArgument", 400},
		{"basic", set(auth, "Basic dXNlcjpwYXNz"), "InvalidArgument", 400},
		{"bearer", set(auth, "Bearer token"), "InvalidArgument", 400},
		{"V4A", inHeader(auth, algorithm, "AWS4-ECDSA-P256-SHA256"), "InvalidArgument", 400},
		{"lower-case scheme", inHeader(auth, algorithm, "aws4-hmac-sha256"), "InvalidArgument", 400},
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
		{"unknown key, scope of another day", inHeader(auth, exampleKey+"/20130524/", "AKIANOBODY/20130523/"), "InvalidAccessKeyId", 403},
		{"date of another year", set("X-Amz-Date", "20120524T000000Z"), "RequestTimeTooSkewed", 403},
		{"date before 1970", set("X-Amz-Date", "19500524T000000Z"), "AccessDenied", 403},
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

		{"V4 query too", func(r *http.Request) { r.URL.RawQuery += "&X-Amz-Signature=00" }, "InvalidArgument", 400},
		{"V2 query too", func(r *http.Request) { r.URL.RawQuery += "&AWSAccessKeyId=" + exampleKey }, "InvalidArgument", 400},
		{"V2 without colon", set(auth, "AWS abc"), "InvalidArgument", 400},
		{"V2 without key", set(auth, "AWS :abc"), "InvalidArgument", 400},
	} {
		t.Run(x.name, func(t *testing.T) {
			id, err := verifierAt(exampleTime).Verify(read(signedGet(t, x.edit)), "")
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
		_, err := verifierAt(exampleTime.Add(x.off)).Verify(read(signedGet(t, nil)), "")
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

func TestWhatClaimsNothingIsAnonymous(t *testing.T) {
	v := verifierAt(exampleTime)
	r := received(t, "GET /space/key?prefix=a&Expires=1 HTTP/1.1\nHost: h\nDate: x", "")
	if id := mustVerify(t, v, r); !id.Anonymous || id.AccessKey != "" || id.Payload != PayloadNone {
		t.Errorf("identity is %+v", id)
	}
	if id := mustVerify(t, v, received(t, "GET /space/key HTTP/1.1\nHost: h\nAuthorization:", "")); !id.Anonymous {
		t.Errorf("with an empty Authorization the identity is %+v", id)
	}
	for _, value := range []string{StreamSignedPayload, StreamSignedPayloadTrailer} {
		_, err := v.Verify(read(received(t, "PUT /space/key HTTP/1.1\nHost: h\nContent-Length: 5\nx-amz-content-sha256: "+value, "hello")), "")
		wantError(t, err, "InvalidRequest", 400)
	}
}

func TestAWrongHashOfNoBodyIsRefused(t *testing.T) {
	r := newRequest(t, "DELETE", "/space/key", nil)
	Sign(r, exampleKey, exampleSecret, region, HashPayload([]byte("x")), exampleTime)
	_, err := verifierAt(exampleTime).Verify(read(sent(t, r)), "")
	wantError(t, err, "XAmzContentSHA256Mismatch", 400)
}

func TestTheHashOfABodyWithoutALengthIsRefusedForTheLength(t *testing.T) {
	r := newRequest(t, "PUT", "/space/key", strings.NewReader("hello"))
	Sign(r, exampleKey, exampleSecret, region, HashPayload([]byte("hello")), exampleTime)
	got := sent(t, r)
	got.Header.Del("Content-Length")
	got.ContentLength = 0
	_, err := verifierAt(exampleTime).Verify(read(got), "")
	wantError(t, err, "MissingContentLength", 411)
}
