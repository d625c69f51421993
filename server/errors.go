package server

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"

	"spaces/server/inbound"
	"spaces/server/s3xml"
	"spaces/server/sigv4"
	"spaces/server/storage"
)

// Error is a refusal in the terms of S3 (API reference, "Error responses").
type Error struct {
	Code    string
	Status  int
	Message string

	fields []field // further elements of the document
	cause  error   // for the log only

	headers []field // further headers of the answer
}

type field struct{ name, value string }

func (e *Error) Error() string {
	if e.cause != nil {
		return fmt.Sprintf("%s: %s: %v", e.Code, e.Message, e.cause)
	}
	return e.Code + ": " + e.Message
}

// Unwrap gives what was underneath, if anything was.
func (e *Error) Unwrap() error { return e.cause }

// refuse makes the error of a code with its usual message. An unknown code is
// a mistake of the program, and an InternalError.
func refuse(code string) *Error {
	k, ok := codes[code]
	if !ok {
		return &Error{Code: "InternalError", Status: http.StatusInternalServerError, Message: codes["InternalError"].message}
	}
	return &Error{Code: code, Status: k.status, Message: k.message}
}

// refusef is refuse with a message of its own.
func refusef(code, format string, args ...any) *Error {
	e := refuse(code)
	e.Message = fmt.Sprintf(format, args...)
	return e
}

// with adds an element to the document.
func (e *Error) with(name, value string) *Error {
	e.fields = append(e.fields, field{name, value})
	return e
}

// header adds a header to the answer.
func (e *Error) header(name, value string) *Error {
	e.headers = append(e.headers, field{name, value})
	return e
}

// because keeps what was underneath, for the log.
func (e *Error) because(err error) *Error {
	e.cause = err
	return e
}

// errInvalidArgument names the parameter that is wrong.
func errInvalidArgument(name, value, message string) *Error {
	return refusef("InvalidArgument", "%s", message).with("ArgumentName", name).with("ArgumentValue", s3xml.Printable(value))
}

// errNotImplemented says which thing that S3 knows is not to be had here.
func errNotImplemented(what string) *Error {
	return refusef("NotImplemented", "%s is not implemented by this server.", what)
}

// engineErrors are the engine's refusals and the codes they have in S3. The
// first that matches counts.
var engineErrors = []struct {
	err  error
	code string
}{
	{storage.ErrNoKey, "NoSuchKey"},
	{storage.ErrNoVersion, "NoSuchVersion"},
	{storage.ErrMarker, "MethodNotAllowed"},
	{storage.ErrLocked, "AccessDenied"},
	{storage.ErrNoSpace, "NoSuchBucket"},
	{storage.ErrSpaceExists, "BucketAlreadyOwnedByYou"},
	{storage.ErrNotEmpty, "BucketNotEmpty"},
	{storage.ErrNotDestroyed, "NoSuchBucket"},
	{storage.ErrNoUpload, "NoSuchUpload"},
	{storage.ErrInvalidPart, "InvalidPart"},
	{storage.ErrPartOrder, "InvalidPartOrder"},
	{storage.ErrPartTooSmall, "EntityTooSmall"},
	{storage.ErrShort, "IncompleteBody"},
	{storage.ErrTooLarge, "EntityTooLarge"},
	{storage.ErrFull, "InsufficientStorage"},
	{storage.ErrReadOnly, "ServiceUnavailable"},
	{storage.ErrClosed, "ServiceUnavailable"},
	{storage.ErrCorrupt, "InternalError"},
}

// asError gives any error the form that clients get. What is not known is an
// InternalError, whose cause is logged and never sent.
func asError(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	for _, unread := range []error{inbound.ErrTarget, inbound.ErrEscape, inbound.ErrQuery} {
		if errors.Is(err, unread) {
			return refuse("InvalidURI").because(err)
		}
	}
	if errors.Is(err, inbound.ErrHost) {
		return refusef("InvalidRequest", "The Host header is not valid.").because(err)
	}
	var claim *sigv4.Error
	if errors.As(err, &claim) {
		if errors.Is(err, os.ErrDeadlineExceeded) {
			return refuse("RequestTimeout").because(err)
		}
		return claimError(claim)
	}
	for _, k := range engineErrors {
		if errors.Is(err, k.err) {
			return engineError(k.code, err)
		}
	}
	switch {
	case errors.Is(err, s3xml.ErrMalformed):
		return refuse("MalformedXML").because(err)
	case errors.Is(err, os.ErrDeadlineExceeded):
		return refuse("RequestTimeout").because(err)
	case errors.Is(err, context.Canceled):
		return refuse("IncompleteBody").because(err)
	}
	return refuse("InternalError").because(err)
}

// claimError is a refusal of the signature or of the body, with its details,
// which quote what the client sent.
func claimError(err *sigv4.Error) *Error {
	e := &Error{Code: err.Code, Status: err.Status, Message: s3xml.Printable(err.Message), cause: err.Unwrap()}
	for _, d := range err.Details {
		e.with(d.Name, printableLines(d.Value))
	}
	return e
}

// printableLines is printable for each line of a text.
func printableLines(s string) string {
	lines := strings.Split(s, "\n")
	for i := range lines {
		lines[i] = s3xml.Printable(lines[i])
	}
	return strings.Join(lines, "\n")
}

func engineError(code string, err error) *Error {
	e := refuse(code).because(err)
	var part *storage.PartError
	var marker *storage.MarkerError
	switch {
	case errors.As(err, &marker):
		e.onMarker(marker)
	case errors.Is(err, storage.ErrLocked):
		e.Message = "Access Denied because object protected by object lock."
	case errors.As(err, &part):
		e.with("PartNumber", fmt.Sprint(part.Number))
		if code == "EntityTooSmall" {
			e.with("ProposedSize", fmt.Sprint(part.Size)).with("MinSizeAllowed", fmt.Sprint(storage.MinPart))
		}
	case errors.Is(err, storage.ErrReadOnly):
		e.Message = "The store refuses writes because a write to its disk failed. Reads go on. Check the disk, then restart the server."
	case errors.Is(err, storage.ErrCorrupt):
		e.Message = "The stored data of this object are damaged."
	}
	return e
}
