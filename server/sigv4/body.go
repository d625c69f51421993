package sigv4

import (
	"crypto/sha256"
	"crypto/subtle"
	"hash"
	"io"
	"net/http"
	"strconv"
	"strings"

	"spaces/server/inbound"
)

// Body is what the client meant to send: aws-chunked framing removed, chunk and trailer
// signatures checked, the decoded length enforced, the SHA-256 of a signed payload compared.
// io.EOF is returned only after all of that held; what was read before it is not yet vouched
// for and must not be made visible. One goroutine reads.
type Body struct {
	src  io.Reader
	size int64 // decoded length, -1 unknown
	left int64 // what is still to come of it, meaningless when size is -1
	err  error // once reading ended

	hash   hash.Hash // PayloadSigned: over the body
	sum    [sha256.Size]byte
	chunks *chunkDecoder // aws-chunked
	names  []string      // trailing headers that were announced
}

// Body starts reading the body of r, which must be the request that was verified. A request
// with neither a length nor chunks is refused with MissingContentLength, so ask only for the
// body of an operation that has one. Errors, here and from Read, are *Error; one that stems
// from the connection wraps its cause.
func (id *Identity) Body(r *inbound.Request) (*Body, error) {
	if noLength(r) {
		return nil, errNoLength()
	}
	b := &Body{src: r.Body, size: r.Length, left: r.Length}
	if r.Body == nil {
		b.src = http.NoBody
	}
	prepare := b.plain
	if id.Payload.streaming() {
		prepare = b.stream
	}
	if err := prepare(id, r); err != nil {
		return nil, err
	}
	return b, nil
}

// plain prepares for a body that comes as it is.
func (b *Body) plain(id *Identity, r *inbound.Request) error {
	if err := id.notFramed(r); err != nil {
		return err
	}
	if id.Payload == PayloadSigned {
		b.hash, b.sum = sha256.New(), id.sum
	}
	return nil
}

// noLength reports whether an HTTP/1 request says nothing of a body.
func noLength(r *inbound.Request) bool {
	return r.Length == 0 && r.Major < 2 && r.Transfer == "" && len(r.Header["Content-Length"]) == 0
}

// stream prepares for aws-chunked.
func (b *Body) stream(id *Identity, r *inbound.Request) error {
	length, ok, err := single(r.Header, "X-Amz-Decoded-Content-Length")
	if err != nil {
		return err
	}
	if !ok {
		return errNoLength()
	}
	n, err := strconv.ParseUint(length, 10, 63)
	if err != nil {
		return errNoLength()
	}
	names, err := announced(r.Header["X-Amz-Trailer"])
	if err != nil {
		return err
	}
	if len(names) > 0 && !id.Payload.trailer() {
		return errTrailer()
	}
	b.size, b.left = int64(n), int64(n)
	b.names = names
	b.chunks = newChunkDecoder(b.src, id, names)
	return nil
}

// notFramed refuses headers of aws-chunked on a body that is none: its framing would end up
// inside the object. A body whose own hash is signed may be called aws-chunked, as in S3.
func (id *Identity) notFramed(r *inbound.Request) error {
	if id.Payload != PayloadSigned && codedChunked(r.Header) {
		if id.Payload == PayloadUnsigned {
			return errArgument("x-amz-content-sha256", UnsignedPayload,
				"aws-chunked encoding is not supported when x-amz-content-sha256 UNSIGNED-PAYLOAD is supplied")
		}
		return bad("InvalidRequest", "Content-Encoding aws-chunked needs a STREAMING value in x-amz-content-sha256")
	}
	length, ok, err := single(r.Header, "X-Amz-Decoded-Content-Length")
	if err != nil {
		return err
	}
	if ok && length != strconv.FormatInt(r.Length, 10) {
		return bad("InvalidRequest", "x-amz-decoded-content-length needs a STREAMING value in x-amz-content-sha256")
	}
	if len(r.Header["X-Amz-Trailer"]) > 0 {
		return errTrailer()
	}
	return nil
}

// codedChunked reports whether aws-chunked is among the Content-Encodings.
func codedChunked(h http.Header) bool {
	_, chunked := Codings(h)
	return chunked
}

// Codings gives the Content-Encoding of what was sent without aws-chunked, which is how it was
// sent and not what it is, and whether that was there.
func Codings(h http.Header) (kept string, chunked bool) {
	all := strings.Join(h["Content-Encoding"], ",")
	if !strings.Contains(strings.ToLower(all), "aws-chunked") {
		return all, false
	}
	var others []string
	for coding := range strings.SplitSeq(all, ",") {
		switch coding = strings.TrimSpace(coding); {
		case strings.EqualFold(coding, "aws-chunked"):
			chunked = true
		case coding != "":
			others = append(others, coding)
		}
	}
	return strings.Join(others, ","), chunked
}

// Read implements io.Reader.
func (b *Body) Read(p []byte) (int, error) {
	if b.err != nil {
		return 0, b.err
	}
	if len(p) == 0 {
		return 0, nil
	}
	var n int
	if b.chunks != nil {
		n, b.err = b.chunks.read(p, &b.left)
		return n, b.err
	}
	n, err := b.src.Read(p)
	if b.hash != nil {
		b.hash.Write(p[:n])
	}
	b.left -= int64(n)
	if err != nil {
		b.err = b.end(err)
	} else if b.size >= 0 && b.left < 0 {
		b.err = bad("InvalidRequest", "The body is longer than its Content-Length")
	}
	return n, b.err
}

// end turns what ended a plain body into what the reader gets.
func (b *Body) end(err error) error {
	if err != io.EOF {
		return errIncomplete(err)
	}
	if b.size >= 0 && b.left != 0 {
		return errIncomplete(nil)
	}
	if b.hash == nil {
		return io.EOF
	}
	if sum := b.hash.Sum(nil); subtle.ConstantTimeCompare(sum, b.sum[:]) != 1 {
		return errPayloadHash(b.sum[:], sum)
	}
	return io.EOF
}

// Size is the number of bytes Read will give in all, -1 when the client did not say.
func (b *Body) Size() int64 { return b.size }

// Announced lists the trailing headers that are to come, in lower case.
func (b *Body) Announced() []string {
	if b == nil {
		return nil
	}
	return b.names
}

// Trailer holds the trailing headers that were announced, once Read has returned io.EOF;
// nil before that and when there are none.
func (b *Body) Trailer() http.Header {
	if b.err != io.EOF || b.chunks == nil {
		return nil
	}
	return b.chunks.trailer
}

var crlf = []byte("\r\n")
