package server

import (
	"net/http"
	"slices"
	"strings"
)

// errMethod refuses a method that a resource does not have. The header Allow
// names those that it has (RFC 9110, 15.5.6).
func (t table) errMethod(sc scope, mask uint64) *Error {
	e := refuse("MethodNotAllowed")
	if has := t.methods(sc, mask); len(has) > 0 {
		e.header("Allow", strings.Join(has, ", "))
	}
	return e
}

// methods are those of the rows that take just these subresources.
func (t table) methods(sc scope, mask uint64) (names []string) {
	for key, ops := range t {
		takes := func(op *operation) bool { return op.header == "" && mask&op.need == op.need && mask&^op.allow == 0 }
		if key.scope == sc && slices.ContainsFunc(ops, takes) {
			names = append(names, key.method)
		}
	}
	slices.Sort(names)
	return names
}

// misrouted says why there is no row for a request: a method that S3 does not
// have, parameters that need others or another resource, or a subresource that
// is not implemented.
func (t table) misrouted(sc scope, method string, mask uint64) *Error {
	only := func(name string) bool { return mask == subresourceBits[name] }
	switch {
	case !knownMethods[method]:
		return t.errMethod(sc, mask)
	case sc == object && method == http.MethodPut && only("partNumber"):
		return errInvalidArgument("partNumber", "partNumber", "This operation does not accept partNumber without uploadId")
	case sc == object && method == http.MethodPut && only("uploadId"):
		return t.errMethod(sc, mask)
	case sc == object && method == http.MethodGet && only("uploads"):
		return refusef("InvalidRequest", "Key is not expected for the GET method ?uploads subresource")
	case sc == object && method == http.MethodGet && only("versions"):
		return refusef("InvalidRequest", "There is no such thing as the ?versions sub-resource for a key")
	case mask != 0:
		return refuse("NotImplemented").with("AdditionalMessage", "The operation that the query asks for is not implemented by this server.")
	}
	return t.errMethod(sc, mask)
}

// checkSource refuses a source where nothing can be copied. Of the POSTs only
// those about an upload look at the header.
func (c *call) checkSource() error {
	source, ok := c.in.Header[hCopySource]
	if !ok {
		return nil
	}
	switch c.in.Method {
	case http.MethodPut, http.MethodOptions:
		return nil
	case http.MethodPost:
		if c.query.mask&subresourceBits["uploadId"] == 0 {
			return nil
		}
	}
	return errInvalidArgument("x-amz-copy-source", source[0], "You can only specify a copy source header for copy requests.")
}

// maxHeaders is how large the headers of a request may be, in bytes (S3 API
// reference, PutObject: "The PUT request header is limited to 8 KB in size").
const maxHeaders = 8 << 10

func (c *call) checkHeaderSize() error {
	const framing = len(": \r\n")
	size := len("Host") + len(c.in.Host) + framing
	for name, values := range c.in.Header {
		for _, v := range values {
			size += len(name) + len(v) + framing
		}
	}
	if size > maxHeaders {
		return refuse("RequestHeaderSectionTooLarge").with("MaxSizeAllowed", formatInt(maxHeaders))
	}
	return nil
}
