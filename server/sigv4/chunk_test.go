package sigv4

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"
)

var streamModes = map[string]Payload{
	"signed": PayloadStreamSigned, "signed trailer": PayloadStreamSignedTrailer, "unsigned trailer": PayloadStreamUnsignedTrailer,
}

// crcTrailer is the trailer that goes with mode; its value is not looked at here.
func crcTrailer(mode Payload) http.Header {
	if mode.trailer() {
		return http.Header{"X-Amz-Checksum-Crc32": {"AAAAAA=="}}
	}
	return nil
}

// streamed makes a request with body in chunks, as the server receives it.
func streamed(t *testing.T, mode Payload, body string, chunk int, trailer http.Header) *http.Request {
	t.Helper()
	r := newRequest(t, "PUT", "/space/key", nil)
	SignStream(r, exampleKey, exampleSecret, region, mode, []byte(body), chunk, trailer, exampleTime)
	return sent(t, r)
}

func TestEveryStreamRoundTrips(t *testing.T) {
	text := strings.Repeat("0123456789abcdef\r\n0;chunk-signature=", 800)
	for name, mode := range streamModes {
		for _, size := range []int{0, 1, 2, 17, 4095, 4096, 4097, 8192, len(text)} {
			for _, chunk := range []int{minChunk, 9000, 1 << 20} {
				got, b := readAll(t, verifierAt(exampleTime), streamed(t, mode, text[:size], chunk, crcTrailer(mode)))
				if got != text[:size] || b.Size() != int64(size) {
					t.Fatalf("%s, %d bytes in chunks of %d: read %d bytes, size %d", name, size, chunk, len(got), b.Size())
				}
				if mode.trailer() && b.Trailer().Get("X-Amz-Checksum-Crc32") != "AAAAAA==" {
					t.Fatalf("%s: trailer is %v", name, b.Trailer())
				}
			}
		}
	}
}

func TestAStreamDecodesHoweverItsBytesArrive(t *testing.T) {
	text := strings.Repeat("some data ", 2000)
	for name, wrap := range map[string]func(io.Reader) io.Reader{
		"one byte": iotest.OneByteReader, "half": iotest.HalfReader, "data with EOF": iotest.DataErrReader,
	} {
		for mode, payload := range streamModes {
			r := streamed(t, payload, text, minChunk, crcTrailer(payload))
			r.Body = io.NopCloser(wrap(r.Body))
			if got, _ := readAll(t, verifierAt(exampleTime), r); got != text {
				t.Errorf("%s, %s: wrong data", mode, name)
			}
		}
	}
}

func TestAStreamDecodesIntoReadersOfEverySize(t *testing.T) {
	text := strings.Repeat("some data ", 2000)
	for _, size := range []int{1, 7, 1023, 1024, 4096, 1 << 16} {
		r := streamed(t, PayloadStreamSigned, text, 9000, nil)
		b, err := mustVerify(t, verifierAt(exampleTime), r).Body(read(r))
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if _, err := io.CopyBuffer(struct{ io.Writer }{&out}, struct{ io.Reader }{b}, make([]byte, size)); err != nil || out.String() != text {
			t.Errorf("buffer of %d: %d bytes, %v", size, out.Len(), err)
		}
	}
}

// streamOf frames body by hand for a request of that mode: what the client would have sent.
func streamOf(t *testing.T, mode Payload, decoded int, raw string) (*Body, error) {
	t.Helper()
	r := newRequest(t, "PUT", "/space/key", strings.NewReader(raw))
	r.Header.Set("X-Amz-Decoded-Content-Length", itoa(decoded))
	if mode.trailer() {
		r.Header.Set("X-Amz-Trailer", "x-amz-checksum-crc32")
	}
	Sign(r, exampleKey, exampleSecret, region, streamValue(mode), exampleTime)
	r = sent(t, r)
	return mustVerify(t, verifierAt(exampleTime), r).Body(read(r))
}

// twoChunks is data for a chunk of the smallest size and a little one.
var twoChunks = strings.Repeat("_", minChunk) + "twenty-five bytes of data"

// rawStream is the framing of body in chunks of the smallest size with its right signatures.
func rawStream(t *testing.T, mode Payload, body string) string {
	t.Helper()
	r := newRequest(t, "PUT", "/space/key", nil)
	r.Header.Set("X-Amz-Decoded-Content-Length", itoa(len(body)))
	if mode.trailer() {
		r.Header.Set("X-Amz-Trailer", "x-amz-checksum-crc32")
	}
	seed := Sign(r, exampleKey, exampleSecret, region, streamValue(mode), exampleTime)
	var out bytes.Buffer
	w := NewChunkWriter(&out, mode, seed, minChunk)
	w.Write([]byte(body))
	if err := w.Close(crcTrailer(mode)); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestAStreamCutAnywhereIsIncompleteAndNeverEnds(t *testing.T) {
	text := twoChunks
	for name, mode := range streamModes {
		raw := rawStream(t, mode, text)
		if b, err := streamOf(t, mode, len(text), raw); err != nil {
			t.Fatal(err)
		} else if got, err := io.ReadAll(b); err != nil || string(got) != text {
			t.Fatalf("%s: whole stream: %q, %v", name, got, err)
		}
		for cut := len(text); cut < len(raw); cut++ {
			b, err := streamOf(t, mode, len(text), raw[:cut])
			if err != nil {
				t.Fatal(err)
			}
			_, err = io.ReadAll(b)
			var e *Error
			if !errors.As(err, &e) || e.Status/100 != 4 || b.Trailer() != nil {
				t.Fatalf("%s cut at %d: %v", name, cut, err)
			}
			if _, again := b.Read(make([]byte, 1)); again != err {
				t.Fatalf("%s cut at %d: a second read gave %v", name, cut, again)
			}
		}
	}
}

func TestAFlippedByteAnywhereInASignedStreamIsRefused(t *testing.T) {
	text := twoChunks
	for _, mode := range []Payload{PayloadStreamSigned, PayloadStreamSignedTrailer} {
		raw := rawStream(t, mode, text)
		for i := range raw {
			if raw[i] == '_' && i%97 != 0 {
				continue // enough of them
			}
			b, err := streamOf(t, mode, len(text), raw[:i]+string(raw[i]^1)+raw[i+1:])
			if err != nil {
				t.Fatal(err)
			}
			if got, err := io.ReadAll(b); err == nil {
				t.Fatalf("mode %v, byte %d (%q): read %q", mode, i, raw[i], got)
			}
		}
	}
}

func TestMalformedStreamsAreRefused(t *testing.T) {
	const unsigned = PayloadStreamUnsignedTrailer
	const crc = "x-amz-checksum-crc32:AAAAAA==\r\n"
	good := "5\r\nhello\r\n0\r\n" + crc + "\r\n"
	for _, x := range []struct {
		name, raw, code string
		decoded         int
	}{
		{"good", good, "", 5},
		{"trailer line ends in LF CRLF", "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\n\r\n\r\n", "", 5},
		{"upper case name and spaces in the trailer", "5\r\nhello\r\n0\r\nX-Amz-Checksum-CRC32: AAAAAA== \r\n\r\n", "", 5},
		{"data after the end", good + "x", "IncompleteBody", 5},
		{"a second body after the end", good + good, "IncompleteBody", 5},
		{"more data than decoded length", good, "IncompleteBody", 4},
		{"less data than decoded length", good, "IncompleteBody", 6},
		{"size not a number", "z\r\nhello\r\n0\r\n" + crc + "\r\n", "IncompleteBody", 5},
		{"size negative", "-5\r\nhello\r\n0\r\n" + crc + "\r\n", "IncompleteBody", 5},
		{"size with 0x", "0x5\r\nhello\r\n0\r\n" + crc + "\r\n", "IncompleteBody", 5},
		{"size empty", "\r\nhello\r\n0\r\n" + crc + "\r\n", "IncompleteBody", 5},
		{"size with a space", "5 \r\nhello\r\n0\r\n" + crc + "\r\n", "IncompleteBody", 5},
		{"size overflows 64 bits", "10000000000000005\r\nhello\r\n0\r\n" + crc + "\r\n", "IncompleteBody", 5},
		{"size overflows int64", "ffffffffffffffff\r\nhello\r\n0\r\n" + crc + "\r\n", "IncompleteBody", 5},
		{"header in LF", "5\nhello\r\n0\r\n" + crc + "\r\n", "IncompleteBody", 5},
		{"header without end", strings.Repeat("0", 5000), "IncompleteBody", 5},
		{"header too long", strings.Repeat("0", 200) + "\r\n", "IncompleteBody", 5},
		{"signature in an unsigned stream", "5;chunk-signature=00\r\nhello\r\n0\r\n" + crc + "\r\n", "IncompleteBody", 5},
		{"no CRLF after data", "5\r\nhello0\r\n" + crc + "\r\n", "IncompleteBody", 5},
		{"trailer absent", "5\r\nhello\r\n0\r\n\r\n", "MalformedTrailerError", 5},
		{"another trailer", "5\r\nhello\r\n0\r\nx-amz-checksum-sha1:AA==\r\n\r\n", "MalformedTrailerError", 5},
		{"one trailer too many", "5\r\nhello\r\n0\r\n" + crc + "x-amz-meta-a:b\r\n\r\n", "MalformedTrailerError", 5},
		{"trailer repeated", "5\r\nhello\r\n0\r\n" + crc + crc + "\r\n", "MalformedTrailerError", 5},
		{"trailer without colon", "5\r\nhello\r\n0\r\nx-amz-checksum-crc32\r\n\r\n", "MalformedTrailerError", 5},
		{"trailer signature in an unsigned stream", "5\r\nhello\r\n0\r\n" + crc + "x-amz-trailer-signature:00\r\n\r\n", "MalformedTrailerError", 5},
		{"trailer too long", "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:" + strings.Repeat("A", 5000), "IncompleteBody", 5},
		{"bare LF ends the trailer", "5\r\nhello\r\n0\r\n" + crc + "\n", "MalformedTrailerError", 5},
	} {
		t.Run(x.name, func(t *testing.T) {
			b, err := streamOf(t, unsigned, x.decoded, x.raw)
			if err != nil {
				t.Fatal(err)
			}
			got, err := io.ReadAll(b)
			if x.code != "" {
				wantError(t, err, x.code, 400)
			} else if err != nil || string(got) != "hello" {
				t.Fatalf("read %q, %v", got, err)
			}
		})
	}
}

func TestATrailerThatIsNotSignedIsIncomplete(t *testing.T) {
	raw := rawStream(t, PayloadStreamSignedTrailer, "hello")
	for _, change := range [][2]string{
		{trailerSignature, "x-amz-trailer-signaturf"}, {trailerSignature + ":", trailerSignature + ":0"}, {"AAAAAA==\r\n", "AAAAAA==\r"},
	} {
		b, err := streamOf(t, PayloadStreamSignedTrailer, 5, strings.Replace(raw, change[0], change[1], 1))
		if err != nil {
			t.Fatal(err)
		}
		_, err = io.ReadAll(b)
		wantError(t, err, "IncompleteBody", 400)
	}
}

func TestASignedTrailerThatWasNotAnnouncedIsMalformed(t *testing.T) {
	r := newRequest(t, "PUT", "/space/key", nil)
	SignStream(r, exampleKey, exampleSecret, region, PayloadStreamSignedTrailer, []byte("hello"), minChunk, nil, exampleTime)
	r = sent(t, r)
	raw, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	r.Body = io.NopCloser(strings.NewReader(strings.Replace(string(raw), trailerSignature, "x-amz-checksum-crc32:AAAAAA==\r\n"+trailerSignature, 1)))
	r.ContentLength = -1
	b, err := mustVerify(t, verifierAt(exampleTime), r).Body(read(r))
	if err != nil {
		t.Fatal(err)
	}
	_, err = io.ReadAll(b)
	wantError(t, err, "MalformedTrailerError", 400)
}

func TestBadSignaturesInsideAStreamAre403(t *testing.T) {
	text := twoChunks
	zero := strings.Repeat("0", 64)
	raw := rawStream(t, PayloadStreamSignedTrailer, text)
	at := func(marker string, from int) int { return from + strings.Index(raw[from:], marker) + len(marker) }
	first := at(chunkSignature, 0)
	last := at("\r\n0"+chunkSignature, 0)
	trail := at(trailerSignature+":", 0)
	for name, broken := range map[string]string{
		"first chunk":     raw[:first] + zero + raw[first+64:],
		"last chunk":      raw[:last] + zero + raw[last+64:],
		"trailer":         raw[:trail] + zero + raw[trail+64:],
		"trailer's value": strings.Replace(raw, "AAAAAA==", "AAAAAB==", 1),
		"data":            strings.Replace(raw, "twenty", "thirty", 1),
	} {
		b, err := streamOf(t, PayloadStreamSignedTrailer, len(text), broken)
		if err != nil {
			t.Fatal(err)
		}
		_, err = io.ReadAll(b)
		t.Run(name, func(t *testing.T) { wantError(t, err, "SignatureDoesNotMatch", 403) })
	}
	for name, broken := range map[string]string{
		"trailer signature missing": raw[:trail-len(trailerSignature)-1] + "\r\n",
		"header after it":           raw[:len(raw)-2] + "x-amz-meta-a:b\r\n\r\n",
		"signature first": raw[:last+66] + trailerSignature + ":" + raw[trail:trail+64] + "\r\n" +
			"x-amz-checksum-crc32:AAAAAA==\r\n\r\n",
	} {
		b, err := streamOf(t, PayloadStreamSignedTrailer, len(text), broken)
		if err != nil {
			t.Fatal(err)
		}
		_, err = io.ReadAll(b)
		t.Run(name, func(t *testing.T) { wantError(t, err, "MalformedTrailerError", 400) })
	}
}
