package sigv4

import (
	"errors"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"
)

func itoa(n int) string { return strconv.Itoa(n) }

// readAll verifies r and reads its whole body.
func readAll(t *testing.T, v *Verifier, r *http.Request) (string, *Body) {
	t.Helper()
	b, err := mustVerify(t, v, r).Body(read(r))
	if err != nil {
		t.Fatalf("body: %v", err)
	}
	got, err := io.ReadAll(b)
	if err != nil {
		t.Fatalf("read: %v", err)
	}
	return string(got), b
}

func TestHeadersOfAStreamAreChecked(t *testing.T) {
	for _, x := range []struct {
		name    string
		payload string
		headers map[string]string
		code    string
		status  int
	}{
		{"no decoded length", StreamSignedPayload, nil, "MissingContentLength", 411},
		{"decoded length not a number", StreamSignedPayload, map[string]string{"X-Amz-Decoded-Content-Length": "five"}, "MissingContentLength", 411},
		{"decoded length negative", StreamSignedPayload, map[string]string{"X-Amz-Decoded-Content-Length": "-1"}, "MissingContentLength", 411},
		{"decoded length too large", StreamSignedPayload, map[string]string{"X-Amz-Decoded-Content-Length": "9223372036854775808"}, "MissingContentLength", 411},
		{"trailer without a trailer mode", StreamSignedPayload, map[string]string{"X-Amz-Decoded-Content-Length": "5",
			"X-Amz-Trailer": "x-amz-checksum-crc32"}, "MalformedTrailerError", 400},
		{"trailer twice", StreamUnsignedPayloadTrailer, map[string]string{"X-Amz-Decoded-Content-Length": "5",
			"X-Amz-Trailer": "x-amz-checksum-crc32, X-Amz-Checksum-Crc32"}, "MalformedTrailerError", 400},
		{"trailer name empty", StreamUnsignedPayloadTrailer, map[string]string{"X-Amz-Decoded-Content-Length": "5",
			"X-Amz-Trailer": ","}, "MalformedTrailerError", 400},
		{"trailer announces the signature", StreamSignedPayloadTrailer, map[string]string{"X-Amz-Decoded-Content-Length": "5",
			"X-Amz-Trailer": "x-amz-trailer-signature"}, "MalformedTrailerError", 400},
		{"aws-chunked without a stream", UnsignedPayload, map[string]string{"Content-Encoding": "gzip, AWS-chunked"}, "InvalidArgument", 400},
		{"decoded length without a stream", UnsignedPayload, map[string]string{"X-Amz-Decoded-Content-Length": "5"}, "InvalidRequest", 400},
		{"trailer without a stream", UnsignedPayload, map[string]string{"X-Amz-Trailer": "x-amz-checksum-crc32"}, "MalformedTrailerError", 400},
	} {
		t.Run(x.name, func(t *testing.T) {
			r := newRequest(t, "PUT", "/space/key", strings.NewReader("15 bytes of body"))
			for name, value := range x.headers {
				r.Header.Set(name, value)
			}
			Sign(r, exampleKey, exampleSecret, region, x.payload, exampleTime)
			r = sent(t, r)
			_, err := mustVerify(t, verifierAt(exampleTime), r).Body(read(r))
			wantError(t, err, x.code, x.status)
		})
	}
}

func TestPlainBodies(t *testing.T) {
	const text = "hello"
	sum := HashPayload([]byte(text))
	for _, x := range []struct {
		name, head, payload, body, code string
		status                          int
	}{
		{"signed", "Content-Length: 5", sum, text, "", 0},
		{"signed, chunked transfer", "Transfer-Encoding: chunked", sum, "2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n", "", 0},
		{"signed, called aws-chunked", "Content-Length: 5\nContent-Encoding: aws-chunked", sum, text, "", 0},
		{"unsigned", "Content-Length: 5", UnsignedPayload, text, "", 0},
		{"signed, another body", "Content-Length: 5", sum, "hellp", "XAmzContentSHA256Mismatch", 400},
		{"signed, cut short", "Content-Length: 5", sum, "hel", "IncompleteBody", 400},
		{"unsigned, cut short", "Content-Length: 5", UnsignedPayload, "hel", "IncompleteBody", 400},
		{"unsigned, malformed transfer chunks", "Transfer-Encoding: chunked", UnsignedPayload, "zz\r\n", "IncompleteBody", 400},
		{"no length", "", UnsignedPayload, "", "MissingContentLength", 411},
	} {
		t.Run(x.name, func(t *testing.T) {
			c := newRequest(t, "PUT", "/space/key", nil)
			Sign(c, exampleKey, exampleSecret, region, x.payload, exampleTime)
			head := "PUT /space/key HTTP/1.1\nHost: 127.0.0.1:9000\n"
			for name := range c.Header {
				head += name + ": " + c.Header.Get(name) + "\n"
			}
			r := received(t, head+x.head, x.body)
			b, err := mustVerify(t, verifierAt(exampleTime), r).Body(read(r))
			var got []byte
			if err == nil {
				got, err = io.ReadAll(b)
			}
			if x.code != "" {
				wantError(t, err, x.code, x.status)
			} else if err != nil || string(got) != text {
				t.Fatalf("read %q, %v", got, err)
			}
		})
	}
}

func TestAFailureOfTheConnectionIsWrapped(t *testing.T) {
	for _, payload := range []string{UnsignedPayload, StreamUnsignedPayloadTrailer} {
		c := newRequest(t, "PUT", "/space/key", strings.NewReader("15 bytes of body"))
		if payload != UnsignedPayload {
			c.Header.Set("X-Amz-Decoded-Content-Length", "3")
		}
		Sign(c, exampleKey, exampleSecret, region, payload, exampleTime)
		r := sent(t, c)
		r.Body = io.NopCloser(iotest.ErrReader(os.ErrDeadlineExceeded))
		b, err := mustVerify(t, verifierAt(exampleTime), r).Body(read(r))
		if err != nil {
			t.Fatal(err)
		}
		_, err = io.ReadAll(b)
		wantError(t, err, "IncompleteBody", 400)
		if !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("the timeout is lost: %v", err)
		}
	}
}
