package server

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"strings"

	"spaces/server/sigv4"
)

// errNotRoot refuses an access key of the ring: who may make keys may do
// everything, and what is due is of all keys.
func errNotRoot(does string) error {
	return &apiError{http.StatusForbidden, "forbidden", "Only the root key of this server may " + does + "."}
}

// bearerToken reads an Authorization header (RFC 6750, section 2.1).
func bearerToken(h http.Header) (token string, ok bool) {
	scheme, token, _ := strings.Cut(h.Get("Authorization"), " ")
	return strings.TrimSpace(token), strings.EqualFold(scheme, "Bearer")
}

// claimsAPI says whether a request brings what the API takes: the token, or a
// signature in its header. Where the host names a Space, the path is a key in
// it, whoever signed.
func (c *call) claimsAPI() bool {
	if _, bearer := bearerToken(c.in.Header); bearer {
		return c.s.admin != ""
	}
	return strings.HasPrefix(c.in.Header.Get("Authorization"), "AWS4-HMAC-SHA256 ") && !c.target.host
}

// admitToAPI refuses whoever may not do what an API does. It may the one with the
// token, and the root key, which can do everything else already: who connects
// to a server with it needs no second secret. A body must be part of what was
// signed.
func (c *call) admitToAPI(does string) error {
	if token, bearer := bearerToken(c.in.Header); bearer {
		if !sameToken(token, c.s.admin) {
			return errNoToken
		}
		return nil
	}
	who, err := c.s.verifier.Verify(&c.in, "")
	if err != nil {
		e := asError(err)
		return &apiError{e.Status, e.Code, e.Message}
	}
	c.who = who
	switch {
	case !c.root() && (does != "" || !c.hasKey()):
		return errNotRoot(does)
	case who.Payload != sigv4.PayloadSigned && (who.Payload != sigv4.PayloadUnsigned || c.in.Length != 0):
		return badKeyRequest("x-amz-content-sha256 must be the SHA-256 of the body.")
	}
	return nil
}

// sameToken compares in a time that tells nothing, the length included.
func sameToken(a, b string) bool {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return subtle.ConstantTimeCompare(x[:], y[:]) == 1
}
