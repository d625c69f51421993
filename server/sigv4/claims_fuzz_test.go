package sigv4

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// strangers verifies with a secret that signed nothing.
func strangers() *Verifier {
	v := verifierAt(exampleTime)
	v.Secret = func(string) (string, bool) { return "a secret that signed nothing", true }
	return v
}

// refusedOrAnonymous fails the test when a claim was believed.
func refusedOrAnonymous(t *testing.T, id *Identity, err error) {
	t.Helper()
	var e *Error
	switch {
	case err != nil && (!errors.As(err, &e) || e.Status/100 != 4 && e.Status != http.StatusNotImplemented || id != nil):
		t.Fatalf("refused with %v", err)
	case err == nil && !id.Anonymous:
		t.Fatalf("signed by %q", id.AccessKey)
	}
}

// FuzzAuthorization: nothing in the header makes anybody of a stranger.
func FuzzAuthorization(f *testing.F) {
	const scope = exampleKey + "/20130524/us-east-1/s3/aws4_request"
	f.Add(algorithm+" Credential="+scope+", SignedHeaders=host;x-amz-date, Signature="+strings.Repeat("0", 64), "20130524T000000Z", EmptySHA256)
	f.Add(algorithm+" Credential=a/b/"+scope+",SignedHeaders=host,Signature=", "Fri, 24 May 2013 00:00:00 GMT", UnsignedPayload)
	f.Add("AWS "+exampleKey+":AAAA", "Fri, 24 May 2013 00:00:00 +0000", "")
	f.Add("AWS4-HMAC-SHA256", "", StreamSignedPayload)
	f.Fuzz(func(t *testing.T, header, date, sum string) {
		r := newRequest(t, "GET", "/space/key?acl", nil)
		r.Header = http.Header{"Authorization": {header}, "X-Amz-Date": {date}, "X-Amz-Content-Sha256": {sum}}
		id, err := strangers().Verify(read(r), "")
		if refusedOrAnonymous(t, id, err); err == nil && header != "" {
			t.Fatal("anonymous in spite of the header")
		}
	})
}

// FuzzPresigned: nothing in a query makes anybody of a stranger, by either version.
func FuzzPresigned(f *testing.F) {
	r, _ := http.NewRequest("GET", "http://127.0.0.1:9000/space/key", nil)
	for _, link := range []string{
		Presign(r, exampleKey, exampleSecret, region, exampleTime, time.Hour), PresignV2(r, "", exampleKey, exampleSecret, exampleTime.Add(time.Hour)),
	} {
		_, query, _ := strings.Cut(link, "?")
		f.Add(query)
		f.Add(query + "&X-Amz-Expires=-1&x-amz-acl=private&Expires=x")
	}
	f.Fuzz(func(t *testing.T, query string) {
		r := newRequest(t, "GET", "/space/key", nil)
		r.URL.RawQuery = query
		id, err := strangers().Verify(read(r), "")
		refusedOrAnonymous(t, id, err)
	})
}

// FuzzFormFields: nothing in a form makes anybody of a stranger.
func FuzzFormFields(f *testing.F) {
	one := SignForm(FormFields(exampleKey, region, exampleTime), exampleSecret, region, "e30=")
	f.Add(one.Policy, one.Algorithm, one.Credential, one.Date, one.Signature, "", "")
	two := SignFormV2(exampleKey, exampleSecret, "e30=")
	f.Add(two.Policy, "", "", "", "", two.AccessKey, two.SignatureV2)
	f.Fuzz(func(t *testing.T, policy, alg, credential, date, signature, key, v2 string) {
		form := Form{Policy: policy, Algorithm: alg, Credential: credential, Date: date, Signature: signature, AccessKey: key, SignatureV2: v2}
		if !form.Claims() {
			return
		}
		id, err := strangers().VerifyForm(&form)
		if refusedOrAnonymous(t, id, err); err == nil {
			t.Fatal("anonymous in spite of the fields")
		}
	})
}

// FuzzTrailer: trailing headers are those that were announced, or the body never ends.
func FuzzTrailer(f *testing.F) {
	f.Add("x-amz-checksum-crc32", "x-amz-checksum-crc32:AAAAAA==\r\n\r\n")
	f.Add("x-amz-checksum-crc32, x-amz-meta-a", "x-amz-meta-a: b \n\r\nX-Amz-Checksum-CRC32:\r\n\r\n")
	f.Add("", "\r\n")
	f.Fuzz(func(t *testing.T, names, trailer string) {
		raw := "5\r\nhello\r\n0\r\n" + trailer
		r := &http.Request{RequestURI: "/", Header: http.Header{"X-Amz-Decoded-Content-Length": {"5"}, "X-Amz-Trailer": {names}}, ContentLength: -1,
			Body: io.NopCloser(bytes.NewReader([]byte(raw)))}
		b, err := (&Identity{Payload: PayloadStreamUnsignedTrailer}).Body(read(r))
		if err == nil {
			_, err = io.ReadAll(b)
		}
		var e *Error
		if err != nil {
			if !errors.As(err, &e) || e.Status/100 != 4 {
				t.Fatalf("refused with %v", err)
			}
			return
		}
		for name := range b.Trailer() {
			if !strings.Contains(strings.ToLower(names), strings.ToLower(name)) || !strings.Contains(strings.ToLower(trailer), strings.ToLower(name)) {
				t.Errorf("%q of %q and %q", name, names, trailer)
			}
		}
		if len(b.Trailer()) != strings.Count(names, ",")+1 {
			t.Errorf("%d of %q", len(b.Trailer()), names)
		}
	})
}
