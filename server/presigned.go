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
	for _, p := range c.in.Query {
		low := strings.ToLower(p.Name)
		described := strings.HasPrefix(low, "x-amz-") && !signatureParams[low] || c.who.V2 && (low == "content-type" || low == "content-md5")
		if !described || p.Value == "" {
			continue
		}
		name := textproto.CanonicalMIMEHeaderKey(low)
		if have, ok := c.in.Header[name]; ok && (len(have) != 1 || have[0] != p.Value) {
			return errInvalidArgument(low, p.Value, "The header and the query parameter of this name do not agree.")
		}
		c.in.Header.Set(name, p.Value)
	}
	return nil
}
