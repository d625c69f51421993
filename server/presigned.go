package server

import (
	"net/textproto"
	"strings"
)

// signatureParams are the parameters of a presigned URL that are about its
// signature, in lower case. All others that begin with x-amz- stand for
// headers (S3 API, "Authenticating requests: using query parameters": SDKs
// move headers into the query).
var signatureParams = setOf("x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-amz-expires", "x-amz-signedheaders",
	"x-amz-signature", "x-amz-security-token", "x-amz-content-sha256")

// headersOfQuery makes headers of the parameters of a presigned URL that stand
// for some. They are signed like it. One that is a header as well must say the
// same there.
func (c *call) headersOfQuery() error {
	if !c.who.Presigned {
		return nil
	}
	for _, p := range c.query.params {
		low := strings.ToLower(p.name)
		described := strings.HasPrefix(low, "x-amz-") && !signatureParams[low] || c.who.V2 && (low == "content-type" || low == "content-md5")
		if !described || p.value == "" {
			continue
		}
		name := textproto.CanonicalMIMEHeaderKey(low)
		if have, ok := c.r.Header[name]; ok && (len(have) != 1 || have[0] != p.value) {
			return errInvalidArgument(low, p.value, "The header and the query parameter of this name do not agree.")
		}
		c.r.Header.Set(name, p.value)
	}
	return nil
}
