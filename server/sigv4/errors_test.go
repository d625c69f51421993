package sigv4

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// detail gives an element of a refusal, and fails where it is none.
func detail(t *testing.T, err error, name string) string {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("got %v", err)
	}
	for _, d := range e.Details {
		if d.Name == name {
			return d.Value
		}
	}
	return ""
}

// wantDetails checks the elements of a refusal: name, value, name, value…
func wantDetails(t *testing.T, err error, pairs ...string) {
	t.Helper()
	for i := 0; i < len(pairs); i += 2 {
		if got := detail(t, err, pairs[i]); got != pairs[i+1] {
			t.Errorf("%s is %q, want %q (%v)", pairs[i], got, pairs[i+1], err)
		}
	}
}

func TestRefusalsOfAnAuthorizationHeaderSayWhatIsWrong(t *testing.T) {
	const credential = exampleKey + "/20130524/us-east-1/s3/aws4_request"
	const good = algorithm + " Credential=" + credential + ",SignedHeaders=host,Signature=00"
	swap := func(old, new string) string { return strings.Replace(good, old, new, 1) }
	const malformed = "The authorization header is malformed; "
	for header, want := range map[string]string{
		"nonsense":                    "Authorization header is invalid -- one and only one ' ' (space) required.",
		"Bearer token":                "Unsupported Authorization Type",
		swap(",Signature=00", ""):     malformed + "the authorization header requires three components: Credential, SignedHeaders, and Signature.",
		swap("=host", "-host"):        malformed + `the authorization component "SignedHeaders-host" is malformed.`,
		swap("Credential=", "Key="):   malformed + "missing Credential.",
		swap("SignedHeaders=", "x="):  malformed + "missing SignedHeaders.",
		swap("Signature=", "x="):      malformed + "missing Signature.",
		swap("Signature=", "x=1="):    malformed + "missing Signature.",
		swap("aws4_request", "aws5"):  malformed + `incorrect terminal "aws5". This endpoint uses "aws4_request".`,
		swap("/s3/", "/ec2/"):         malformed + `incorrect service "ec2". This endpoint belongs to "s3".`,
		swap("20130524", "2013-5-24"): malformed + `incorrect date format "2013-5-24". This date in the credential must be in the format "yyyyMMdd".`,
		swap("20130524", "20130523"):  malformed + `Invalid credential date "20130523". This date is not the same as X-Amz-Date: "20130524".`,
		swap("/us-east-1", ""):        malformed + `the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".`,
		swap("/aws4_request", "/a/b"): malformed + `the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".`,
	} {
		r := newRequest(t, "GET", "/", nil)
		r.Header.Set("X-Amz-Date", "20130524T000000Z")
		r.Header.Set("X-Amz-Content-Sha256", EmptySHA256)
		r.Header.Set("Authorization", header)
		_, err := verifierAt(exampleTime).Verify(read(r), "")
		var e *Error
		if !errors.As(err, &e) || e.Message != want || e.Status != 400 {
			t.Errorf("%s: %v, want %s", header, err, want)
		}
	}
}

func TestASignatureThatIsWrongIsAnsweredWithWhatHadToBeSigned(t *testing.T) {
	r := newRequest(t, "GET", "/space/key?b=2&a=1", nil)
	Sign(r, exampleKey, exampleSecret, region, EmptySHA256, exampleTime)
	right := r.Header.Get("Authorization")
	provided := strings.Repeat("0", 64)
	r.Header.Set("Authorization", right[:len(right)-64]+provided)
	_, err := verifierAt(exampleTime).Verify(read(r), "")
	wantError(t, err, "SignatureDoesNotMatch", 403)
	canonical := "GET\n/space/key\na=1&b=2\nhost:127.0.0.1:9000\nx-amz-content-sha256:" + EmptySHA256 +
		"\nx-amz-date:20130524T000000Z\n\nhost;x-amz-content-sha256;x-amz-date\n" + EmptySHA256
	text := algorithm + "\n20130524T000000Z\n20130524/us-east-1/s3/aws4_request\n" + HashPayload([]byte(canonical))
	wantDetails(t, err, "AWSAccessKeyId", exampleKey, "SignatureProvided", provided, "StringToSign", text,
		"StringToSignBytes", spacedHex([]byte(text)), "CanonicalRequest", canonical, "CanonicalRequestBytes", spacedHex([]byte(canonical)))
	for _, d := range err.(*Error).Details {
		if strings.Contains(d.Value, right[len(right)-64:]) || strings.Contains(d.Value, exampleSecret) {
			t.Errorf("%s tells a secret", d.Name)
		}
	}
}

func TestTheKeyOfAnObjectIsInNoRefusal(t *testing.T) {
	const name, key = "X-Amz-Server-Side-Encryption-Customer-Key", "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
	header := newRequest(t, "GET", "/space/key", nil)
	header.Header.Set(name, key)
	Sign(header, exampleKey, "another", region, EmptySHA256, exampleTime)
	query := newRequest(t, "GET", "/space/key?"+name+"="+key, nil)
	query, _ = http.NewRequest("GET", Presign(query, exampleKey, "another", region, exampleTime, time.Hour), nil)
	v2 := newRequest(t, "GET", "/space/key", nil)
	v2.Header.Set(name, key)
	SignV2(v2, "", exampleKey, "another", exampleTime)
	for how, r := range map[string]*http.Request{"header": header, "query": query, "V2": v2} {
		_, err := verifierAt(exampleTime).Verify(read(sent(t, r)), "")
		wantError(t, err, "SignatureDoesNotMatch", 403)
		for _, d := range err.(*Error).Details {
			if strings.Contains(d.Value, key[:40]) || strings.Contains(d.Value, spacedHex([]byte(key[:40]))) {
				t.Errorf("%s: %s has the key", how, d.Name)
			}
		}
	}
}

func TestRefusalsOfTimeSayWhatTheTimeIs(t *testing.T) {
	r := newRequest(t, "GET", "/space/key", nil)
	Sign(r, exampleKey, exampleSecret, region, EmptySHA256, exampleTime)
	_, err := verifierAt(exampleTime.Add(time.Hour)).Verify(read(sent(t, r)), "")
	wantError(t, err, "RequestTimeTooSkewed", 403)
	wantDetails(t, err, "RequestTime", "20130524T000000Z", "ServerTime", "2013-05-24T01:00:00Z", "MaxAllowedSkewMilliseconds", "900000")

	r, _ = http.NewRequest("GET", Presign(newRequest(t, "GET", "/space/key", nil), exampleKey, exampleSecret, region, exampleTime, time.Minute), nil)
	_, err = verifierAt(exampleTime.Add(time.Hour)).Verify(read(sent(t, r)), "")
	wantError(t, err, "AccessDenied", 403)
	wantDetails(t, err, "X-Amz-Expires", "60", "Expires", "2013-05-24T00:01:00Z", "ServerTime", "2013-05-24T01:00:00Z")
}

func TestRefusalsNameWhatTheyAreAbout(t *testing.T) {
	r := newRequest(t, "GET", "/space/key", nil)
	Sign(r, "NOBODY", exampleSecret, region, EmptySHA256, exampleTime)
	_, err := verifierAt(exampleTime).Verify(read(sent(t, r)), "")
	wantError(t, err, "InvalidAccessKeyId", 403)
	wantDetails(t, err, "AWSAccessKeyId", "NOBODY")

	r = newRequest(t, "PUT", "/space/key", nil)
	Sign(r, exampleKey, exampleSecret, region, EmptySHA256, exampleTime)
	r.Header.Set("X-Amz-Tagging", "a=b")
	r.Header.Set("X-Amz-Acl", "private")
	_, err = verifierAt(exampleTime).Verify(read(sent(t, r)), "")
	wantError(t, err, "AccessDenied", 403)
	wantDetails(t, err, "HeadersNotSigned", "x-amz-acl, x-amz-tagging")

	sum := HashPayload([]byte("hello"))
	r = newRequest(t, "PUT", "/space/key", strings.NewReader("hellp"))
	Sign(r, exampleKey, exampleSecret, region, sum, exampleTime)
	r = sent(t, r)
	b, err := mustVerify(t, verifierAt(exampleTime), r).Body(read(r))
	if err != nil {
		t.Fatal(err)
	}
	_, err = io.ReadAll(b)
	wantError(t, err, "XAmzContentSHA256Mismatch", 400)
	wantDetails(t, err, "ClientComputedContentSHA256", sum, "S3ComputedContentSHA256", HashPayload([]byte("hellp")))
}

func TestOnlyTheLastChunkMayBeSmall(t *testing.T) {
	chunk := func(size string, n int) string { return size + "\r\n" + strings.Repeat("x", n) + "\r\n" }
	const end = "0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n"
	for _, x := range []struct {
		raw     string
		decoded int
		bad     string // the number of the chunk that is too small, "" for none
	}{
		{chunk("2000", 8192) + chunk("1", 1) + end, 8193, ""},
		{chunk("2000", 8192) + chunk("2000", 8192) + end, 16384, ""},
		{chunk("1fff", 8191) + end, 8191, ""},
		{chunk("1fff", 8191) + chunk("1", 1) + end, 8192, "1"},
		{chunk("2000", 8192) + chunk("1fff", 8191) + chunk("1", 1) + end, 16384, "2"},
	} {
		b, err := streamOf(t, PayloadStreamUnsignedTrailer, x.decoded, x.raw)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(b)
		if x.bad == "" {
			if err != nil || len(got) != x.decoded {
				t.Errorf("%d bytes: read %d, %v", x.decoded, len(got), err)
			}
			continue
		}
		wantError(t, err, "InvalidChunkSizeError", 400)
		wantDetails(t, err, "Chunk", x.bad, "BadChunkSize", "8191")
	}
}

func TestALengthThatIsWrongIsToldFromFramingThatIs(t *testing.T) {
	const length, framing = "You did not provide the number of bytes", "The request body terminated unexpectedly"
	const end = "0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n"
	for _, x := range []struct {
		raw     string
		decoded int
		want    string
	}{
		{"5\r\nhello\r\n" + end, 4, length}, {"5\r\nhello\r\n" + end, 6, length}, {"5\r\nhello\r\n" + end, 1 << 30, length},
		{"6\r\nhello\r\n" + end, 5, framing}, {"5\r\nhel", 5, framing}, {"6\r\nhel", 5, framing}, {"4\r\nhello\r\n" + end, 5, framing},
		{"ffff\r\nhello", 5, length}, {"", 5, framing},
	} {
		b, err := streamOf(t, PayloadStreamUnsignedTrailer, x.decoded, x.raw)
		if err != nil {
			t.Fatal(err)
		}
		_, err = io.ReadAll(b)
		wantError(t, err, "IncompleteBody", 400)
		if m := err.(*Error).Message; !strings.HasPrefix(m, x.want) {
			t.Errorf("%q of %d: %s", x.raw, x.decoded, m)
		}
	}
	for _, cut := range []int{63, 0} { // signatures that cannot be any
		raw := strings.Replace(rawStream(t, PayloadStreamSigned, "hello"), chunkSignature, chunkSignature+strings.Repeat("0", 64-cut), 1)
		b, err := streamOf(t, PayloadStreamSigned, 5, raw)
		if err != nil {
			t.Fatal(err)
		}
		_, err = io.ReadAll(b)
		wantError(t, err, "IncompleteBody", 400)
	}
}
