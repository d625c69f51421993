package sigv4

import "net/http"

// Error is a refusal in S3's terms: Code and Message go into the XML answer, Status is the
// HTTP status. Messages never contain secrets.
type Error struct {
	Code    string
	Message string
	Status  int

	cause error // what reading the body failed with, if it did
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

func errInvalidURI() *Error {
	return bad("InvalidURI", "Couldn't parse the specified URI.")
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

func errUnknownKey() *Error {
	return refused("InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records.")
}

func errSignature() *Error {
	return refused("SignatureDoesNotMatch", "The request signature we calculated does not match the signature "+
		"you provided. Check your key and signing method.")
}

func errNoDate() *Error {
	return refused("AccessDenied", "AWS authentication requires a valid Date or x-amz-date header")
}

func errSkewed() *Error {
	return refused("RequestTimeTooSkewed", "The difference between the request time and the current time is too large.")
}

func errExpired() *Error { return refused("AccessDenied", "Request has expired") }

func errUnsignedHeader() *Error {
	return refused("AccessDenied", "There were headers present in the request which were not signed")
}

func errToken() *Error {
	return bad("InvalidToken", "The provided token is malformed or otherwise invalid.")
}

func errRepeated(header string) *Error {
	return bad("InvalidRequest", "The header "+header+" may be given only once")
}

func errPayloadHash() *Error {
	return bad("XAmzContentSHA256Mismatch", "The provided 'x-amz-content-sha256' header does not match what was computed.")
}

func errNoLength() *Error {
	return &Error{Code: "MissingContentLength", Message: "You must provide the Content-Length HTTP header.",
		Status: http.StatusLengthRequired}
}

func errIncomplete(cause error) *Error {
	return &Error{Code: "IncompleteBody", Message: "You did not provide the number of bytes specified by the " +
		"Content-Length HTTP header", Status: http.StatusBadRequest, cause: cause}
}

func errChunk(what string) *Error {
	return bad("InvalidRequest", "The chunked body is malformed: "+what)
}

func errTrailer() *Error {
	return bad("MalformedTrailerError", "The request contained trailing data that was not well-formed or did not "+
		"conform to our published schema.")
}
