package sigv4

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
)

// Payload is how a request protects its body, from x-amz-content-sha256.
type Payload int

// The kinds of payload. STREAMING-AWS4-ECDSA-… is refused with NotImplemented.
const (
	PayloadNone                  Payload = iota // nothing said: anonymous or V2
	PayloadSigned                               // the body's SHA-256 is in the signature
	PayloadUnsigned                             // UNSIGNED-PAYLOAD
	PayloadStreamSigned                         // STREAMING-AWS4-HMAC-SHA256-PAYLOAD
	PayloadStreamSignedTrailer                  // STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER
	PayloadStreamUnsignedTrailer                // STREAMING-UNSIGNED-PAYLOAD-TRAILER
)

// Values of x-amz-content-sha256 that are not a hash.
const (
	UnsignedPayload              = "UNSIGNED-PAYLOAD"
	StreamSignedPayload          = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
	StreamSignedPayloadTrailer   = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"
	StreamUnsignedPayloadTrailer = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
)

// EmptySHA256 is the payload hash of a request without a body.
const EmptySHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

var emptySum = sha256.Sum256(nil)

// streaming reports whether the body is aws-chunked.
func (p Payload) streaming() bool { return p >= PayloadStreamSigned }

// signedChunks reports whether every chunk has a signature.
func (p Payload) signedChunks() bool {
	return p == PayloadStreamSigned || p == PayloadStreamSignedTrailer
}

// trailer reports whether trailing headers follow the last chunk.
func (p Payload) trailer() bool {
	return p == PayloadStreamSignedTrailer || p == PayloadStreamUnsignedTrailer
}

// payload reads a value of x-amz-content-sha256.
func (id *Identity) payload(value string) error {
	switch value {
	case UnsignedPayload:
		id.Payload = PayloadUnsigned
		return nil
	case StreamSignedPayload:
		id.Payload = PayloadStreamSigned
		return nil
	case StreamSignedPayloadTrailer:
		id.Payload = PayloadStreamSignedTrailer
		return nil
	case StreamUnsignedPayloadTrailer:
		id.Payload = PayloadStreamUnsignedTrailer
		return nil
	}
	if strings.HasPrefix(value, "STREAMING-AWS4-ECDSA-") {
		e := &Error{Code: "NotImplemented", Message: "A header you provided implies functionality that is not " +
			"implemented.", Status: http.StatusNotImplemented}
		return e.with("Header", "x-amz-content-sha256")
	}
	if len(value) == 2*sha256.Size {
		if _, err := hex.Decode(id.sum[:], []byte(value)); err == nil {
			id.Payload = PayloadSigned
			return nil
		}
	}
	return errArgument("x-amz-content-sha256", value, "x-amz-content-sha256 must be "+strings.Join([]string{
		UnsignedPayload, StreamUnsignedPayloadTrailer, StreamSignedPayload, StreamSignedPayloadTrailer,
		"STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD", "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER"}, ", ")+" or a valid sha256 value.")
}

// unsignedPayload reads x-amz-content-sha256 of a request that no V4 header vouches for. A
// hash is checked all the same; a stream is refused, but for one that nobody would sign.
func (id *Identity) unsignedPayload(h http.Header) error {
	value, ok, err := single(h, "X-Amz-Content-Sha256")
	if err != nil || !ok {
		return err
	}
	if err := id.payload(value); err != nil {
		return err
	}
	return id.noSeed()
}

// noSeed refuses chunks where no Authorization header has the signature that the first of them
// builds on. Strangers may send such as are not signed.
func (id *Identity) noSeed() error {
	switch {
	case !id.Payload.streaming(), id.Anonymous && id.Payload == PayloadStreamUnsignedTrailer:
		return nil
	case id.Anonymous:
		return bad("InvalidRequest", "Anonymous requests don't support this x-amz-content-sha256 value. Please use "+
			UnsignedPayload+" or "+StreamUnsignedPayloadTrailer+".")
	}
	return bad("InvalidRequest", "The value of x-amz-content-sha256 header is invalid.")
}
