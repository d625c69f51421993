package sigv4

import (
	"net/http"
	"net/textproto"
	"slices"
	"strings"

	"spaces/server/inbound"
)

// headerParamV2 reports whether a parameter of a V2 URL stands for a header:
// clients that sign the headers x-amz-*, Content-Type and Content-MD5 move
// them into the query.
func headerParamV2(name string) bool {
	low := strings.ToLower(name)
	return isAmz(low) && low != "x-amz-content-sha256" || low == "content-type" || low == "content-md5"
}

// holdsKey reports whether the request holds the key of an object (SSE-C), as a header or as a
// parameter that stands for one.
func holdsKey(r *inbound.Request) bool {
	secret := func(name string) bool { return strings.HasSuffix(strings.ToLower(name), "-customer-key") }
	for name := range r.Header {
		if secret(name) {
			return true
		}
	}
	return slices.ContainsFunc(r.Query, func(p inbound.Param) bool { return secret(p.Name) })
}

// headersV2 gives the request with the headers that stand in the query of a
// V2 URL, which are signed as headers and not as parameters. One that is there
// as a header too has to say the same.
func headersV2(r *inbound.Request, id *Identity) (*inbound.Request, error) {
	if !id.Presigned {
		return r, nil
	}
	var merged http.Header
	for _, p := range r.Query {
		if !headerParamV2(p.Name) {
			continue
		}
		if merged == nil {
			merged = r.Header.Clone()
		}
		name := textproto.CanonicalMIMEHeaderKey(p.Name)
		if have, ok := merged[name]; ok && (len(have) != 1 || have[0] != p.Value) {
			return nil, bad("InvalidRequest", "The header and the query parameter "+name+" do not agree")
		}
		merged.Set(name, p.Value)
	}
	if merged == nil {
		return r, nil
	}
	with := *r
	with.Header = merged
	return &with, nil
}
