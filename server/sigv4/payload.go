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
		return &Error{Code: "NotImplemented", Message: "A header you provided implies functionality that is not " +
			"implemented: x-amz-content-sha256", Status: http.StatusNotImplemented}
	}
	if len(value) == 2*sha256.Size {
		if _, err := hex.Decode(id.sum[:], []byte(value)); err == nil {
			id.Payload = PayloadSigned
			return nil
		}
	}
	return bad("InvalidArgument", "x-amz-content-sha256 must be "+UnsignedPayload+", "+StreamSignedPayload+
		" or a valid sha256 value.")
}

// unsignedPayload reads x-amz-content-sha256 of a request that no V4 header vouches for. A
// hash is checked all the same; a stream is refused.
func (id *Identity) unsignedPayload(h http.Header) error {
	value, ok, err := single(h, "X-Amz-Content-Sha256")
	if err != nil || !ok {
		return err
	}
	if err := id.payload(value); err != nil {
		return err
	}
	if id.Payload.streaming() {
		return errStreamUnsigned()
	}
	return nil
}

func errStreamUnsigned() *Error {
	return bad("InvalidRequest", "A STREAMING payload needs a Signature Version 4 Authorization header")
}
