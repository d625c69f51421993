package sigv4

import (
	"net/http"
	"net/textproto"
	"slices"
	"strings"
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
func (s *scratch) holdsKey(h http.Header) bool {
	secret := func(name string) bool { return strings.HasSuffix(strings.ToLower(name), "-customer-key") }
	for name := range h {
		if secret(name) {
			return true
		}
	}
	return slices.ContainsFunc(s.params, func(p param) bool { return secret(p.name) })
}

// headersV2 gives the request with the headers that stand in the query of a
// V2 URL, which are signed as headers and not as parameters. One that is there
// as a header too has to say the same.
func (s *scratch) headersV2(r *http.Request, id *Identity) (*http.Request, error) {
	if !id.Presigned {
		return r, nil
	}
	var merged http.Header
	for _, p := range s.params {
		if !headerParamV2(p.name) {
			continue
		}
		if merged == nil {
			merged = r.Header.Clone()
		}
		name := textproto.CanonicalMIMEHeaderKey(p.name)
		if have, ok := merged[name]; ok && (len(have) != 1 || have[0] != p.value) {
			return nil, bad("InvalidRequest", "The header and the query parameter "+name+" do not agree")
		}
		merged.Set(name, p.value)
	}
	if merged == nil {
		return r, nil
	}
	with := *r
	with.Header = merged
	return &with, nil
}
