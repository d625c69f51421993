package sigv4

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"spaces/server/inbound"
)

// FuzzVerify: a request whose signature is not one of ours is never taken for signed, and
// nothing makes the verifier panic.
func FuzzVerify(f *testing.F) {
	for _, x := range examplesV4 {
		f.Add(strings.TrimSpace(x.head))
	}
	for _, x := range examplesV2 {
		f.Add(strings.TrimSpace(x.head))
	}
	f.Add("GET /%zz?X-Amz-Signature=%zz HTTP/1.1\nHost: h")
	v := verifierAt(exampleTime)
	v.Secret = func(string) (string, bool) { return "a secret that signed nothing", true }
	f.Fuzz(func(t *testing.T, head string) {
		raw := strings.ReplaceAll(head, "\n", "\r\n") + "\r\n\r\n"
		r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(raw)))
		if err != nil {
			return
		}
		id, err := v.Verify(read(r), "space")
		var e *Error
		switch {
		case err != nil && (!errors.As(err, &e) || e.Status < 400 || e.Status > 501 || id != nil):
			t.Fatalf("refused with %v", err)
		case err == nil && !id.Anonymous:
			t.Fatalf("signed by %q", id.AccessKey)
		case err == nil && strings.Join(r.Header["Authorization"], ",") != "":
			t.Fatal("anonymous in spite of an Authorization header")
		}
	})
}

// FuzzTarget: whatever the target and the Host header look like, the signature of a link is good
// for the path and the host that were signed, as they are read, and for nothing else.
func FuzzTarget(f *testing.F) {
	const path, host = "/space/uploads/x://h/key", "127.0.0.1:9000"
	r, _ := http.NewRequest("GET", "http://"+host+path, nil)
	links := []string{
		Presign(r, exampleKey, exampleSecret, region, exampleTime, time.Hour),
		PresignV2(r, "", exampleKey, exampleSecret, exampleTime.Add(time.Hour)),
	}
	f.Add(path, host, byte(0))
	for _, target := range []string{"http:" + path, "a:b://h/space/key", "http://" + host + path, "http://h" + path, "/space/uploads%2Fx://h/key",
		"/space/uploads/x%3A%2F%2Fh/key", "/space//uploads/x://h/key", path + "#", "x" + path, "//" + host + path} {
		f.Add(target, host, byte(0))
		f.Add(target, "space."+host, byte(1))
	}
	v := verifierAt(exampleTime)
	f.Fuzz(func(t *testing.T, target, sentHost string, version byte) {
		_, query, _ := strings.Cut(links[int(version)%2], "?")
		if strings.Contains(target, "?") {
			return
		}
		r, err := http.ReadRequest(bufio.NewReader(strings.NewReader("GET " + target + "?" + query + " HTTP/1.1\r\nHost: " + sentHost + "\r\n\r\n")))
		if err != nil {
			return
		}
		q, err := inbound.Read(r)
		if err != nil {
			return
		}
		id, err := v.Verify(&q, "")
		if err == nil && !id.Anonymous && (q.Path != path || version%2 == 0 && q.Host != host) {
			t.Fatalf("the link of %s at %s is good for %s at %s", path, host, q.Path, q.Host)
		}
	})
}

// FuzzChunks: the decoder never panics, never gives more than the decoded length, ends only
// when exactly that came, and gives the same however the bytes arrive.
func FuzzChunks(f *testing.F) {
	f.Add(byte(0), uint16(5), []byte("5\r\nhello\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n"))
	f.Add(byte(0), uint16(5), []byte("2\r\nhe\r\n3\r\nllo\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\n\r\n\r\n"))
	f.Add(byte(1), uint16(1), []byte("1;chunk-signature="+EmptySHA256+"\r\na\r\n0;chunk-signature="+EmptySHA256+"\r\n\r\n"))
	f.Add(byte(2), uint16(0), []byte("0;chunk-signature="+EmptySHA256+"\r\nx-amz-checksum-crc32:a\r\nx-amz-trailer-signature:b\r\n\r\n"))
	modes := []Payload{PayloadStreamUnsignedTrailer, PayloadStreamSigned, PayloadStreamSignedTrailer}
	f.Fuzz(func(t *testing.T, mode byte, decoded uint16, raw []byte) {
		id := &Identity{Payload: modes[int(mode)%len(modes)]}
		decode := func(src io.Reader) (string, error) {
			r := &http.Request{RequestURI: "/", Header: http.Header{"X-Amz-Decoded-Content-Length": {itoa(int(decoded))}}, ContentLength: -1, Body: io.NopCloser(src)}
			if id.Payload.trailer() {
				r.Header.Set("X-Amz-Trailer", "x-amz-checksum-crc32")
			}
			b, err := id.Body(read(r))
			if err != nil {
				t.Fatal(err)
			}
			got, err := io.ReadAll(b)
			if len(got) > int(decoded) || err == nil && len(got) != int(decoded) {
				t.Fatalf("%d bytes of %d, %v", len(got), decoded, err)
			}
			var e *Error
			if err != nil && (!errors.As(err, &e) || e.Status/100 != 4) {
				t.Fatalf("refused with %v", err)
			}
			return string(got), err
		}
		one, err1 := decode(bytes.NewReader(raw))
		two, err2 := decode(&slowReader{raw})
		if err1 == nil != (err2 == nil) || err1 == nil && one != two {
			t.Fatalf("%q, %v but byte by byte %q, %v", one, err1, two, err2)
		}
	})
}

// slowReader gives a byte at a time, and now and then nothing.
type slowReader struct{ b []byte }

func (s *slowReader) Read(p []byte) (int, error) {
	if len(s.b) == 0 {
		return 0, io.EOF
	}
	n := copy(p[:1], s.b)
	s.b = s.b[n:]
	return n, nil
}
