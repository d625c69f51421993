package sigv4

import (
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Error is a refusal in S3's terms: Code and Message go into the XML answer, Status is the
// HTTP status. Messages never contain secrets.
type Error struct {
	Code    string
	Message string
	Status  int

	// Details are the further elements of the answer that S3 gives with the code.
	Details []Detail

	cause error // what reading the body failed with, if it did
}

// Detail is an element of an error document.
type Detail struct{ Name, Value string }

func (e *Error) with(name, value string) *Error {
	e.Details = append(e.Details, Detail{name, value})
	return e
}

func (e *Error) Error() string { return e.Code + ": " + e.Message }

// Unwrap gives the failure of the connection below, so that a timeout can be told from a
// client that hung up.
func (e *Error) Unwrap() error { return e.cause }

func bad(code, message string) *Error {
	return &Error{Code: code, Message: message, Status: http.StatusBadRequest}
}

func refused(code, message string) *Error {
	return &Error{Code: code, Message: message, Status: http.StatusForbidden}
}

func errMechanisms() *Error {
	return bad("InvalidArgument", "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, "+
		"Signature query string parameter or the Authorization header should be specified")
}

func errHeaderMalformed(what string) *Error {
	return bad("AuthorizationHeaderMalformed", "The authorization header is malformed; "+what)
}

func errQueryMalformed(what string) *Error {
	return bad("AuthorizationQueryParametersError", what)
}

func errArgument(name, value, message string) *Error {
	return bad("InvalidArgument", message).with("ArgumentName", name).with("ArgumentValue", value)
}

func errUnknownKey(key string) *Error {
	return refused("InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records.").
		with("AWSAccessKeyId", key)
}

// errSignature tells a client what it should have signed. The signature that would have been
// right is never told.
func errSignature(key, provided string, text []byte) *Error {
	return refused("SignatureDoesNotMatch", "The request signature we calculated does not match the signature "+
		"you provided. Check your key and signing method.").
		with("AWSAccessKeyId", key).with("StringToSign", string(text)).with("SignatureProvided", provided).
		with("StringToSignBytes", spacedHex(text))
}

// withoutText is an error of errSignature for a request that holds the key of an object (SSE-C):
// no answer may hold it.
func (e *Error) withoutText() *Error {
	e.Details = slices.DeleteFunc(e.Details, func(d Detail) bool { return strings.HasPrefix(d.Name, "StringToSign") })
	return e
}

// spacedHex writes bytes as S3 does in its errors.
func spacedHex(text []byte) string {
	return fmt.Sprintf("% x", text)
}

func errNoDate() *Error {
	return refused("AccessDenied", "AWS authentication requires a valid Date or x-amz-date header.")
}

func (v *Verifier) errSkewed(date string) *Error {
	return refused("RequestTimeTooSkewed", "The difference between the request time and the current time is too large.").
		with("RequestTime", date).with("ServerTime", v.now().UTC().Format(time.RFC3339)).
		with("MaxAllowedSkewMilliseconds", strconv.FormatInt(v.skew().Milliseconds(), 10))
}

// errExpired is of a URL that was good until then.
func (v *Verifier) errExpired(until time.Time) *Error {
	return refused("AccessDenied", "Request has expired.").
		with("Expires", until.UTC().Format(time.RFC3339)).with("ServerTime", v.now().UTC().Format(time.RFC3339))
}

func errUnsignedHeader(names ...string) *Error {
	return refused("AccessDenied", "There were headers present in the request which were not signed").
		with("HeadersNotSigned", strings.Join(names, ", "))
}

func errToken() *Error {
	return bad("InvalidToken", "The provided token is malformed or otherwise invalid.")
}

func errRepeated(header string) *Error {
	return bad("InvalidRequest", "The header "+header+" may be given only once")
}

func errPayloadHash(claimed, computed []byte) *Error {
	return bad("XAmzContentSHA256Mismatch", "The provided 'x-amz-content-sha256' header does not match what was computed.").
		with("ClientComputedContentSHA256", hex.EncodeToString(claimed)).with("S3ComputedContentSHA256", hex.EncodeToString(computed))
}

func errNoLength() *Error {
	return &Error{Code: "MissingContentLength", Message: "You must provide the Content-Length HTTP header.",
		Status: http.StatusLengthRequired}
}

func errIncomplete(cause error) *Error {
	return &Error{Code: "IncompleteBody", Message: "You did not provide the number of bytes specified by the " +
		"Content-Length HTTP header", Status: http.StatusBadRequest, cause: cause}
}

// errChunk is of framing that is broken or ends too early, the same to S3. cause is for the log.
func errChunk(cause error) *Error {
	e := bad("IncompleteBody", "The request body terminated unexpectedly")
	e.cause = cause
	return e
}

func errChunkSize(chunk int, size int64) *Error {
	return bad("InvalidChunkSizeError", "Only the last chunk is allowed to have a size less than 8192 bytes").
		with("Chunk", strconv.Itoa(chunk)).with("BadChunkSize", strconv.FormatInt(size, 10))
}

func errTrailer() *Error {
	return bad("MalformedTrailerError", "The request contained trailing data that was not well-formed or did not "+
		"conform to our published schema.")
}
