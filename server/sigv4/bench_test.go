package sigv4

import (
	"bytes"
	"io"
	"net/http"
	"testing"
	"time"
)

func BenchmarkVerify(b *testing.B) {
	header := newRequest(b, "PUT", "/space/folder/some%20key.txt", nil)
	header.Header.Set("Content-Type", "text/plain")
	header.Header.Set("X-Amz-Meta-Name", "value")
	Sign(header, exampleKey, exampleSecret, region, EmptySHA256, exampleTime)
	list := newRequest(b, "GET", "/space?list-type=2&prefix=a%2Fb&delimiter=%2F&max-keys=1000", nil)
	Sign(list, exampleKey, exampleSecret, region, EmptySHA256, exampleTime)
	for name, r := range map[string]*http.Request{
		"header":    sent(b, header),
		"list":      sent(b, list),
		"presigned": newRequest(b, "GET", Presign(newRequest(b, "GET", "/space/key", nil), exampleKey, exampleSecret, region, exampleTime, time.Hour)[len("http://127.0.0.1:9000"):], nil),
		"anonymous": newRequest(b, "GET", "/space/key", nil),
	} {
		b.Run(name, func(b *testing.B) {
			v := verifierAt(exampleTime)
			b.ReportAllocs()
			for b.Loop() {
				mustVerify(b, v, r)
			}
		})
	}
}

func BenchmarkBody(b *testing.B) {
	data := make([]byte, 8<<20)
	for _, x := range []struct {
		name string
		mode Payload
	}{{"signed", PayloadSigned}, {"unsigned", PayloadUnsigned}, {"stream-signed", PayloadStreamSigned},
		{"stream-unsigned", PayloadStreamUnsignedTrailer}} {
		r := newRequest(b, "PUT", "/space/key", nil)
		raw := data
		switch {
		case x.mode.streaming():
			SignStream(r, exampleKey, exampleSecret, region, x.mode, data, 64<<10, nil, exampleTime)
			raw, _ = io.ReadAll(r.Body)
			r.Header.Del("X-Amz-Trailer")
		case x.mode == PayloadSigned:
			Sign(r, exampleKey, exampleSecret, region, HashPayload(data), exampleTime)
		default:
			Sign(r, exampleKey, exampleSecret, region, UnsignedPayload, exampleTime)
		}
		r.ContentLength = int64(len(raw))
		id := mustVerify(b, verifierAt(exampleTime), r)
		buf := make([]byte, 256<<10)
		b.Run(x.name, func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				r.Body = io.NopCloser(bytes.NewReader(raw))
				body, err := id.Body(read(r))
				if err != nil {
					b.Fatal(err)
				}
				if _, err := io.CopyBuffer(struct{ io.Writer }{io.Discard}, body, buf); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
