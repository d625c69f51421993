package store

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// Kind is a class of failures that a caller can act on. Kinds are errors, so errors.Is(err, store.NotFound) asks for one.
type Kind string

func (k Kind) Error() string { return string(k) }

// The kinds of failure. What none of them fits is Other.
const (
	NotFound       Kind = "not found"
	NoSpace        Kind = "no such Space"
	Exists         Kind = "already exists"
	NotEmpty       Kind = "not empty"
	NotPublic      Kind = "not public" // what was written is there, but not for everybody as was asked
	Denied         Kind = "access denied"
	BadCredentials Kind = "credentials refused"
	InvalidName    Kind = "invalid name"
	Throttled      Kind = "too many requests"
	Unreachable    Kind = "endpoint not reachable"
	Precondition   Kind = "changed meanwhile"
	Unsupported    Kind = "not supported by the endpoint"
	Full           Kind = "storage full"
	Canceled       Kind = "canceled"
	Other          Kind = "failed"
)

// Error is a failed operation on Ref.
type Error struct {
	Op              string // what was attempted: "list", "put"…
	Ref             Ref
	Kind            Kind
	Code, RequestID string // as the endpoint said, "" when it said nothing
	Status          int    // of HTTP; 0 without an answer
	Err             error  // never prints URLs or secrets
}

func (e *Error) Error() string {
	text := e.Op
	if name := e.Ref.String(); name != "" {
		text += " " + name
	}
	return text + ": " + e.Err.Error()
}

// Unwrap gives the kind, which counts before that of a cause, and the cause.
func (e *Error) Unwrap() []error { return []error{e.Kind, e.Err} }

// KindOf is the kind of any error: Other for those that are not of this package, "" for nil.
func KindOf(err error) Kind {
	var kind Kind
	if err != nil && !errors.As(err, &kind) {
		return Other
	}
	return kind
}

// Transient says whether waiting and trying again may help: the endpoint was away, busy, or had trouble of its own.
func Transient(err error) bool {
	var e *Error
	if !errors.As(err, &e) {
		return false
	}
	switch e.Kind {
	case Throttled, Unreachable:
		return true
	case Unsupported, Full, Canceled:
		return false
	}
	return e.Status >= http.StatusInternalServerError || passing[e.Code]
}

// passing are codes that say "again" whatever their status is (S3 API reference, "Error responses"): the endpoint had trouble,
// waited too long for the request, saw only a part of it, or was changing the same thing for somebody else.
var passing = map[string]bool{"InternalError": true, "RequestTimeout": true, "IncompleteBody": true, "OperationAborted": true}

// cause prints a text that is safe to show and unwraps to what happened.
type cause struct {
	text   string
	err    error
	advice string // what to do, where that is known better than by code or kind
	speaks string // the scheme that the endpoint wants, where the other was used
}

func (c *cause) Error() string { return c.text }
func (c *cause) Unwrap() error { return c.err }

// wrap turns an error of the SDK into an *Error. nil stays nil.
func (s *Store) wrap(op string, r Ref, err error) error {
	if err == nil {
		return nil
	}
	var done *Error
	if errors.As(err, &done) {
		return err
	}
	e := &Error{Op: op, Ref: r, Kind: kindOf(err)}
	if e.Kind == NotFound && r.Key == "" && op != "abort" {
		e.Kind = NoSpace
	}
	var api smithy.APIError
	if errors.As(err, &api) {
		e.Code = api.ErrorCode()
	}
	var answer *awshttp.ResponseError
	if errors.As(err, &answer) {
		e.RequestID, e.Status = answer.ServiceRequestID(), answer.HTTPStatusCode()
	}
	if e.Kind == Other && e.Status == http.StatusBadRequest && isOddPath(r.Key) {
		e.Kind = InvalidName // a server of HTTP said it, before anybody who speaks S3 was asked
	}
	var known *cause
	if errors.As(err, &known) {
		e.Err = known
		return e
	}
	e.Err = &cause{text: s.redact(textOf(err, api)), err: bare(err)}
	return e
}

// textOf says what happened without the SDK's layers and without the URL that *url.Error prints.
func textOf(err error, api smithy.APIError) string {
	if api != nil {
		if message := api.ErrorMessage(); message != "" && message != api.ErrorCode() {
			return api.ErrorCode() + ": " + message
		}
		return api.ErrorCode()
	}
	var op *smithy.OperationError
	if errors.As(err, &op) {
		err = op.Err
	}
	var unsent *smithyhttp.RequestSendError
	if errors.As(err, &unsent) {
		err = unsent.Err
	}
	return bare(err).Error()
}

// bare cuts an error down to below any *url.Error.
func bare(err error) error {
	var u *url.Error
	for errors.As(err, &u) {
		err = u.Err
	}
	return err
}

var queries = regexp.MustCompile(`(https?://[^\s?"']+)\?[^\s"']*`)

// redact removes query strings of URLs (they may be presigned) and the secrets of this Store.
func (s *Store) redact(text string) string {
	text = queries.ReplaceAllString(text, "$1?…")
	for _, secret := range []string{s.c.SecretKey, s.c.SessionToken, s.knownToken()} {
		if secret != "" {
			text = strings.ReplaceAll(text, secret, "…")
		}
	}
	return text
}

// kindOf classifies an error of the SDK: by S3's code, else by the HTTP status, else as trouble on the way.
func kindOf(err error) Kind {
	var api smithy.APIError
	var answer *awshttp.ResponseError
	var kind Kind
	var canceled interface{ CanceledError() bool }
	switch {
	case errors.As(err, &kind):
		return kind
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return Canceled
	case errors.As(err, &canceled) && canceled.CanceledError():
		return Canceled
	case errors.As(err, &api):
		if kind, ok := codes[api.ErrorCode()]; ok {
			return kind
		}
	}
	if errors.As(err, &answer) && answer.HTTPStatusCode() >= 300 && !brokenOff(err) {
		if kind, ok := statuses[answer.HTTPStatusCode()]; ok {
			return kind
		}
		return Other
	}
	return kindOfTrouble(err)
}

// brokenOff knows an answer whose end never came: what it would have said is not known, whatever its status is.
func brokenOff(err error) bool {
	var unread *smithy.DeserializationError
	return errors.As(err, &unread) && kindOfTrouble(unread) == Unreachable
}

// kindOfTrouble classifies errors without an answer of the endpoint.
func kindOfTrouble(err error) Kind {
	var network net.Error
	var sent *url.Error
	var tlsErr *tls.CertificateVerificationError
	switch {
	case errors.As(err, &network), errors.As(err, &sent), errors.As(err, &tlsErr),
		errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, net.ErrClosed):
		return Unreachable
	case strings.Contains(err.Error(), "credentials"):
		return BadCredentials // the SDK has no type for "found none"
	}
	return Other
}

// codes of S3 (API reference, "Error responses") and of servers that speak it.
var codes = map[string]Kind{
	"NoSuchKey": NotFound, "NotFound": NotFound, "NoSuchVersion": NotFound, "NoSuchUpload": NotFound,
	"NoSuchBucket":        NoSpace,
	"BucketAlreadyExists": Exists, "BucketAlreadyOwnedByYou": Exists,
	"BucketNotEmpty": NotEmpty,
	"AccessDenied":   Denied, "Forbidden": Denied, "AllAccessDisabled": Denied, "AccountProblem": Denied,
	"InvalidAccessKeyId": BadCredentials, "SignatureDoesNotMatch": BadCredentials, "ExpiredToken": BadCredentials,
	"InvalidToken": BadCredentials, "RequestTimeTooSkewed": BadCredentials, "AuthorizationHeaderMalformed": BadCredentials,
	"InvalidBucketName": InvalidName, "KeyTooLongError": InvalidName, "InvalidObjectName": InvalidName, "InvalidURI": InvalidName,
	"XMinioInvalidObjectName": InvalidName, "ObjectParentIsFile": InvalidName, "DirectoryObjectContainsData": InvalidName,
	"XMinioParentIsObject": InvalidName, "XMinioObjectExistsAsDirectory": InvalidName,
	"SlowDown": Throttled, "ServiceUnavailable": Throttled, "TooManyRequests": Throttled, "Throttling": Throttled,
	"RequestLimitExceeded": Throttled, "SlowDownRead": Throttled, "SlowDownWrite": Throttled,
	"PreconditionFailed": Precondition, "ConditionalRequestConflict": Precondition,
	"NotImplemented": Unsupported, "MethodNotAllowed": Unsupported, "AccessControlListNotSupported": Unsupported,
	"InvalidBucketAclWithObjectOwnership": Unsupported,
	"InvalidStorageClass":                 Unsupported,
	"InsufficientStorage":                 Full, "QuotaExceeded": Full, "XMinioStorageFull": Full, "XMinioAdminBucketQuotaExceeded": Full,
}

var statuses = map[int]Kind{
	http.StatusNotFound: NotFound, http.StatusForbidden: Denied, http.StatusUnauthorized: BadCredentials,
	http.StatusPreconditionFailed: Precondition, http.StatusServiceUnavailable: Throttled,
	http.StatusTooManyRequests: Throttled, http.StatusNotImplemented: Unsupported,
	http.StatusMethodNotAllowed: Unsupported, http.StatusInsufficientStorage: Full,
}

// classify is kindOf with "" for nil.
func classify(err error) Kind {
	if err == nil {
		return ""
	}
	return kindOf(err)
}
