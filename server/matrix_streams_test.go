package server_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"spaces/server"
	"spaces/server/chance"
	"spaces/server/sigv4"
)

// frames is an aws-chunked body in the pieces that it is made of: the head of a
// chunk, its data, a line end, for each; the head of the last; trailers; a line end.
type frames []string

func (f *frames) Write(p []byte) (int, error) {
	*f = append(*f, string(p))
	return len(p), nil
}

// streamed is a request in chunks before it is broken.
type streamed struct {
	*http.Request
	mode   sigv4.Payload
	body   string
	frames frames
	trail  http.Header
}

var streamModes = map[sigv4.Payload]string{
	sigv4.PayloadStreamSigned:          sigv4.StreamSignedPayload,
	sigv4.PayloadStreamSignedTrailer:   sigv4.StreamSignedPayloadTrailer,
	sigv4.PayloadStreamUnsignedTrailer: sigv4.StreamUnsignedPayloadTrailer,
}

// threeChunks is data for two chunks of the smallest size and a little one.
var threeChunks = strings.Repeat("1", 8<<10) + strings.Repeat("2", 8<<10) + "and some more"

const crcHeader = "X-Amz-Checksum-Crc32"

func (b *bed) streamed(row server.Row, mode sigv4.Payload) *streamed {
	s := &streamed{Request: b.rowRequest(row), mode: mode, body: threeChunks}
	if row.Name == "PutObjectExtract" {
		s.body = archived(file("key", threeChunks[1024:]))
	}
	if !row.Stream {
		s.body = ""
		if s.Request.Body != nil {
			s.body = readAll(b, s.Request)
		}
	}
	s.Request.Body, s.Request.GetBody = nil, nil
	s.Header.Set("X-Amz-Decoded-Content-Length", strconv.Itoa(len(s.body)))
	s.Header.Set("Content-Encoding", "aws-chunked")
	if mode != sigv4.PayloadStreamSigned {
		s.trail = http.Header{crcHeader: {digest("CRC32", s.body)}}
		s.Header.Set("X-Amz-Trailer", strings.ToLower(crcHeader))
	}
	return s
}

// sign makes the frames, with signatures that build on that of the head.
func (s *streamed) sign(key, secret string) {
	s.frame(sigv4.Sign(s.Request, key, secret, region, streamModes[s.mode], time.Now()))
}

func (s *streamed) frame(seed sigv4.Seed) {
	s.frames = nil
	w := sigv4.NewChunkWriter(&s.frames, s.mode, seed, 8<<10)
	io.WriteString(w, s.body)
	w.Close(s.trail)
}

// whole is the request as it is sent.
func (s *streamed) whole() *http.Request {
	body := strings.Join(s.frames, "")
	s.Request.Body, s.Request.ContentLength = io.NopCloser(strings.NewReader(body)), int64(len(body))
	return s.Request
}

// breaking is a way in which a stream can be wrong. apply is called after the head
// was signed; before, if it is there, before that.
type breaking struct {
	name          string
	before, apply func(*streamed)
	signed        bool // only where chunks have signatures
	trailer       bool // only where there is a trailer
}

func flip(s string, at int) string { return s[:at] + string(s[at]^1) + s[at+1:] }

func (s *streamed) last() int { return len(s.frames) - 1 }

// breakings are those of what follows the head.
var breakings = []breaking{
	{name: "signature of the first chunk", signed: true, apply: func(s *streamed) { s.frames[0] = flip(s.frames[0], len(s.frames[0])-3) }},
	{name: "signature of a chunk in between", signed: true, apply: func(s *streamed) { s.frames[3] = flip(s.frames[3], len(s.frames[3])-3) }},
	{name: "signature of the last chunk", signed: true, apply: func(s *streamed) { s.frames[9] = flip(s.frames[9], len(s.frames[9])-3) }},
	{name: "no signature of a chunk", signed: true, apply: func(s *streamed) { s.frames[3] = "2000\r\n" }},
	{name: "an empty signature", signed: true, apply: func(s *streamed) { s.frames[3] = "2000;chunk-signature=\r\n" }},
	{name: "a signature in capitals", signed: true, apply: func(s *streamed) {
		head, sum, _ := strings.Cut(s.frames[3], "=")
		s.frames[3] = head + "=" + strings.ToUpper(sum)
	}},
	{name: "data", apply: func(s *streamed) { s.frames[4] = flip(s.frames[4], 100) }},
	{name: "chunks swapped", apply: func(s *streamed) {
		a, b := slices.Clone(s.frames[0:3]), slices.Clone(s.frames[3:6])
		copy(s.frames, append(b, a...))
	}},
	{name: "a chunk repeated", apply: func(s *streamed) { s.frames = slices.Insert(s.frames, 3, s.frames[0:3]...) }},
	{name: "a chunk in the place of another", apply: func(s *streamed) { copy(s.frames[3:], s.frames[0:3]) }},
	{name: "a chunk dropped", apply: func(s *streamed) { s.frames = slices.Delete(s.frames, 3, 6) }},
	{name: "the last chunk of data dropped", apply: func(s *streamed) { s.frames = slices.Delete(s.frames, 6, 9) }},
	{name: "all chunks dropped", apply: func(s *streamed) { s.frames = slices.Delete(s.frames, 0, 9) }},
	{name: "the last chunk in front", apply: func(s *streamed) { s.frames = slices.Insert(s.frames, 0, s.frames[9]) }},
	{name: "the last chunk twice", apply: func(s *streamed) { s.frames = slices.Insert(s.frames, 9, s.frames[9]) }},
	{name: "data after the end", apply: func(s *streamed) { s.frames = append(s.frames, "x") }},
	{name: "the stream twice", apply: func(s *streamed) { s.frames = append(s.frames, s.frames...) }},
	{name: "no framing at all", apply: func(s *streamed) { s.frames = frames{s.body} }},
	{name: "size of a chunk too small", apply: func(s *streamed) { s.frames[0] = strings.Replace(s.frames[0], "2000", "1fff", 1) }},
	{name: "size of a chunk too large", apply: func(s *streamed) { s.frames[0] = strings.Replace(s.frames[0], "2000", "2001", 1) }},
	{name: "size of a chunk beyond all numbers", apply: func(s *streamed) { s.frames[0] = strings.Replace(s.frames[0], "2000", "ffffffffffffffff", 1) }},
	{name: "seed of another request", apply: func(s *streamed) {
		other := s.Request.Clone(s.Context())
		other.URL.Path += "x"
		s.frame(sigv4.Sign(other, accessKey, secretKey, region, streamModes[s.mode], time.Now()))
	}, signed: true},
	{name: "framing of the other kind", apply: func(s *streamed) {
		other := *s
		other.Request = s.Request.Clone(s.Context())
		other.mode = sigv4.PayloadStreamUnsignedTrailer
		if s.mode == other.mode {
			other.mode = sigv4.PayloadStreamSignedTrailer
		}
		other.sign(accessKey, secretKey)
		s.frames = other.frames
	}},
	{name: "trailer absent", trailer: true, apply: func(s *streamed) { s.frames = slices.Delete(s.frames, 10, 11) }},
	{name: "another trailer", trailer: true, apply: func(s *streamed) { s.frames[10] = "x-amz-checksum-sha1:" + digest("SHA1", s.body) + "\r\n" }},
	{name: "trailer twice", trailer: true, apply: func(s *streamed) { s.frames = slices.Insert(s.frames, 10, s.frames[10]) }},
	{name: "trailer that was not announced", trailer: true, apply: func(s *streamed) { s.frames = slices.Insert(s.frames, 10, "x-amz-meta-a:b\r\n") }},
	{name: "value of the trailer", trailer: true, apply: func(s *streamed) { s.frames[10] = flip(s.frames[10], len(s.frames[10])-7) }},
	{name: "signature of the trailer", trailer: true, signed: true, apply: func(s *streamed) { s.frames[11] = flip(s.frames[11], len(s.frames[11])-3) }},
	{name: "no signature of the trailer", trailer: true, signed: true, apply: func(s *streamed) { s.frames = slices.Delete(s.frames, 11, 12) }},
	{name: "trailer behind its signature", trailer: true, signed: true, apply: func(s *streamed) { s.frames[10], s.frames[11] = s.frames[11], s.frames[10] }},
}

// heads are those of the head: of them all rows with a body are asked.
var heads = []breaking{
	{name: "decoded length too small", before: setDecoded("16396")},
	{name: "decoded length too large", before: setDecoded("16398")},
	{name: "decoded length negative", before: setDecoded("-1")},
	{name: "decoded length no number", before: setDecoded("0x10")},
	{name: "decoded length beyond all numbers", before: setDecoded("9223372036854775808")},
	{name: "decoded length empty", before: setDecoded("")},
	{name: "no decoded length", before: func(s *streamed) { s.Header.Del("X-Amz-Decoded-Content-Length") }},
	{name: "decoded length twice", before: func(s *streamed) { s.Header.Add("X-Amz-Decoded-Content-Length", "1") }},
	{name: "ECDSA", before: setValue("STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD")},
	{name: "ECDSA with a trailer", before: setValue("STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER")},
	{name: "an unknown kind", before: setValue("STREAMING-AWS4-HMAC-SHA512-PAYLOAD")},
	{name: "unsigned without a trailer", before: setValue("STREAMING-UNSIGNED-PAYLOAD")},
	{name: "in small letters", before: func(s *streamed) { setValue(strings.ToLower(streamModes[s.mode]))(s) }},
	{name: "unsigned payload that is framed", before: setValue(sigv4.UnsignedPayload)},
	{name: "x-amz-content-sha256 twice", apply: func(s *streamed) { s.Header.Add("X-Amz-Content-Sha256", sigv4.UnsignedPayload) }},
	{name: "another kind than signed", apply: func(s *streamed) {
		other := sigv4.StreamUnsignedPayloadTrailer
		if streamModes[s.mode] == other {
			other = sigv4.StreamSignedPayload
		}
		s.Header.Set("X-Amz-Content-Sha256", other)
	}},
	{name: "another decoded length than signed", apply: func(s *streamed) { s.Header.Set("X-Amz-Decoded-Content-Length", "1") }},
	{name: "another trailer than signed", apply: func(s *streamed) { s.Header.Set("X-Amz-Trailer", "x-amz-checksum-sha256") }},
	{name: "seed", apply: func(s *streamed) {
		s.Header.Set("Authorization", strings.Replace(s.Header.Get("Authorization"), "Signature=", "Signature=0", 1))
	}},
	{name: "no seed", apply: func(s *streamed) { s.Header.Del("Authorization") }},
	{name: "wrong secret", apply: func(s *streamed) { s.sign(accessKey, "another") }},
	{name: "unknown key", apply: func(s *streamed) { s.sign("AKIDOTHER", secretKey) }},
	{name: "credentials in the query only", apply: func(s *streamed) {
		s.Header.Del("Authorization")
		withURL(s.Request, sigv4.Presign(s.Request, accessKey, secretKey, region, time.Now(), time.Hour))
	}},
	{name: "all of it in the query", apply: func(s *streamed) {
		s.Header.Del("Authorization")
		s.Header.Del("X-Amz-Content-Sha256")
		q := s.URL.Query()
		q.Set("X-Amz-Content-Sha256", streamModes[s.mode])
		s.URL.RawQuery = q.Encode()
		withURL(s.Request, sigv4.Presign(s.Request, accessKey, secretKey, region, time.Now(), time.Hour))
	}},
	{name: "in the header and in the query", apply: func(s *streamed) {
		withURL(s.Request, sigv4.Presign(s.Request, accessKey, secretKey, region, time.Now(), time.Hour))
	}},
	{name: "V2 in the header", apply: func(s *streamed) {
		s.Header.Del("Authorization")
		sigv4.SignV2(s.Request, "", accessKey, secretKey, time.Now())
	}},
	{name: "V2 in the query", apply: func(s *streamed) {
		s.Header.Del("Authorization")
		withURL(s.Request, sigv4.PresignV2(s.Request, "", accessKey, secretKey, time.Now().Add(time.Hour)))
	}},
}

func setDecoded(value string) func(*streamed) {
	return func(s *streamed) { s.Header.Set("X-Amz-Decoded-Content-Length", value) }
}

// setValue signs for another kind of payload; the body is framed as that of s is.
func setValue(value string) func(*streamed) {
	return func(s *streamed) {
		s.frame(sigv4.Sign(s.Request, accessKey, secretKey, region, value, time.Now()))
	}
}

// cuts end a stream at each of its boundaries, and in the middle of each piece.
func cuts(n int) (list []breaking) {
	for i := range n {
		list = append(list,
			breaking{name: fmt.Sprintf("cut before piece %d", i), apply: func(s *streamed) { s.frames = s.frames[:min(i, s.last())] }},
			breaking{name: fmt.Sprintf("cut in piece %d", i), apply: func(s *streamed) {
				at := min(i, s.last())
				s.frames = append(s.frames[:at:at], s.frames[at][:len(s.frames[at])/2])
			}})
	}
	return list
}

func (x breaking) fits(mode sigv4.Payload) bool {
	return (!x.signed || mode != sigv4.PayloadStreamUnsignedTrailer) && (!x.trailer || mode != sigv4.PayloadStreamSigned)
}

// breakIt gives the request that is broken in a way.
func (x breaking) breakIt(s *streamed) *http.Request {
	s.sign(accessKey, secretKey)
	if x.before != nil {
		if x.before(s); s.Header.Get("X-Amz-Content-Sha256") == streamModes[s.mode] {
			s.sign(accessKey, secretKey)
		}
	}
	if x.apply != nil {
		x.apply(s)
	}
	return s.whole()
}

func TestNoStreamHasASideDoor(t *testing.T) {
	var asked int
	for _, row := range server.Rows() {
		if !row.Stream && !row.Document {
			continue
		}
		b := newBed(t)
		before := b.dump()
		ways := slices.Clone(heads)
		framed := row.Stream && row.Name != "PostObject" // a form has a framing of its own
		if framed {
			ways = append(append(ways, breakings...), cuts(13)...)
		}
		for mode := range streamModes {
			for _, way := range ways {
				if !way.fits(mode) {
					continue
				}
				asked++
				a := b.send(way.breakIt(b.streamed(row, mode)))
				if a.StatusCode/100 != 4 && !(strings.HasPrefix(way.name, "ECDSA") && a.StatusCode == 501) {
					t.Errorf("%s, %s, %s: %d %s", row.Name, streamModes[mode], way.name, a.StatusCode, a.body)
				}
				if b.dump() != before {
					t.Fatalf("%s, %s, %s: something was changed", row.Name, streamModes[mode], way.name)
				}
			}
			// A good one is stored without its framing, or refused where there is no stream.
			a := b.send(breaking{}.breakIt(b.streamed(row, mode)))
			switch {
			case !framed:
				if a.StatusCode != 400 || b.dump() != before {
					t.Errorf("%s, %s: %d %s", row.Name, streamModes[mode], a.StatusCode, a.body)
				}
			case a.StatusCode != 200:
				t.Errorf("%s, %s: %d %s", row.Name, streamModes[mode], a.StatusCode, a.body)
			case row.Name == "PutObject":
				if got := b.want(200, "GET", "/matrix/key", ""); got.body != threeChunks || got.Header.Get("Content-Encoding") != "" {
					t.Errorf("%s: %q was stored, %v", streamModes[mode], got.body, got.Header)
				}
			}
			before = b.dump()
		}
	}
	chance.Figure(t, asked, "broken streams", failures(t))
}

// failures is 1 when a test has failed.
func failures(t *testing.T) int {
	if t.Failed() {
		return 1
	}
	return 0
}

// Where everybody may write, what claims to be signed still has to be.
func TestAnonymousStreamsAreRefusedWhereEverybodyMayWrite(t *testing.T) {
	b := newBed(t)
	b.want(200, "PUT", "/matrix?acl", "", "X-Amz-Acl", "public-read-write")
	put := server.Row{}
	for _, row := range server.Rows() {
		if row.Name == "PutObject" {
			put = row
		}
	}
	before := b.dump()
	for mode, value := range streamModes {
		for _, given := range []bool{true, false} {
			s := b.streamed(put, mode)
			s.sign(accessKey, secretKey)
			s.Header.Del("Authorization")
			s.Header.Del("X-Amz-Date")
			if !given {
				s.Header.Del("X-Amz-Content-Sha256")
			}
			a := b.send(s.whole())
			if given && mode == sigv4.PayloadStreamUnsignedTrailer { // nobody signs it: it is as good as a body without frames
				if got := b.want(200, "GET", "/matrix/key", ""); a.StatusCode != 200 || got.body != threeChunks {
					t.Errorf("%s: %d %s", value, a.StatusCode, a.body)
				}
				before = b.dump()
			} else if a.StatusCode/100 != 4 || b.dump() != before {
				t.Errorf("%s, given %v: %d %s", value, given, a.StatusCode, a.body)
			}
		}
	}
	if a := b.anonymous("PUT", "/matrix/key", "open"); a.StatusCode != 200 {
		t.Error(a.StatusCode, a.body)
	}
}

// A connection that breaks at any boundary of a stream leaves nothing.
func TestAStreamWhoseConnectionBreaksStoresNothing(t *testing.T) {
	b := newBed(t)
	before := b.dump()
	for _, row := range server.Rows() {
		if !row.Stream || row.Name == "PostObject" {
			continue
		}
		for mode := range streamModes {
			s := b.streamed(row, mode)
			s.sign(accessKey, secretKey)
			all := strings.Join(s.frames, "")
			var head bytes.Buffer
			fmt.Fprintf(&head, "%s %s HTTP/1.1\r\nHost: %s\r\nContent-Length: %d\r\n", s.Method, s.URL.RequestURI(), host, len(all))
			s.Header.Write(&head)
			head.WriteString("\r\n")
			for i := range s.frames {
				c := b.dial()
				io.WriteString(c, head.String()+strings.Join(s.frames[:i], ""))
				c.(interface{ CloseWrite() error }).CloseWrite()
				io.Copy(io.Discard, c) // until the server has seen it
				c.Close()
				if b.dump() != before {
					t.Fatalf("%s, %s: broken before piece %d, something was stored", row.Name, streamModes[mode], i)
				}
			}
		}
	}
}
