package sigv4

import (
	"net/http"
	"net/textproto"
	"strings"

	"spaces/server/inbound"
)

// What a parameter of a presigned URL means, whatever its letters. SDKs write headers into the
// query, each in its own way; S3 goes by the name, and by whether the signature lists it:
//
//	parameter                        listed in          what it means                     who writes it so
//	                                 SignedHeaders
//	X-Amz-Algorithm … -Signature     –                  the signature, nothing else       all
//	any of S3's, header not sent     yes                the header, in the signature too  aws-sdk-js v2 (1)
//	any of S3's, header sent         yes                nothing: the header counts        aws-sdk-java v2, boto3
//	x-amz-checksum-ALGORITHM,        no                 nothing: it is only signed        aws-sdk-js v3, aws-sdk-go v2 (2)
//	x-amz-sdk-checksum-algorithm
//	any other x-amz-*                no                 the header                        aws-sdk-js v3, aws-sdk-go, java v1 (3)
//	if-match, if-none-match          no                 the header: a condition           botocore (4)
//	content-type, content-md5        V2 signs them      the header, by V2 only            boto3, aws-sdk-js v2 (5)
//	cache-control, content-encoding  V2 signs none      nothing: the header counts        aws-sdk-js v2
//	response-*, versionId …          no                 themselves                        all
//
// (1) SignedHeaders=host;x-amz-acl beside x-amz-acl=public-read, without a header: S3 applies it.
// (2) A checksum made when the URL is, before there is a body. S3 takes any body, and keeps no
// such checksum (aws-sdk-go-v2 issue 2610, aws-sdk issue 480). As a header it is checked.
// (3) S3 API, "Authenticating requests: using query parameters".
// (4) Recorded on S3: 412, and 412 for a PUT onto what is there.
// (5) "Signing and authenticating REST requests": both are lines of what is signed.
//
// A header that stands for the same as a parameter has to say the same.

// signsOnly reports whether a parameter, in lower case, is about the signature.
func signsOnly(name string) bool {
	switch name {
	case "x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-amz-expires", "x-amz-signedheaders",
		"x-amz-signature", "x-amz-security-token", "x-amz-content-sha256":
		return true
	}
	return false
}

// checksumOfNoBody reports whether a parameter is a checksum that was made without the body, or
// says which.
func checksumOfNoBody(name string) bool {
	switch name {
	case "x-amz-checksum-mode", "x-amz-checksum-algorithm", "x-amz-checksum-type":
		return false
	}
	return strings.HasPrefix(name, "x-amz-checksum-") || name == "x-amz-sdk-checksum-algorithm"
}

// hoisted reports whether a parameter that the signature does not list stands for a header.
func hoisted(name string, v2 bool) bool {
	switch name {
	case "if-match", "if-none-match":
		return !v2 // which signs neither
	case "content-type", "content-md5":
		return v2
	}
	return isAmz(name) && !signsOnly(name) && !checksumOfNoBody(name)
}

// signedAsHeaderV2 reports whether a parameter of a V2 URL is among the headers in what is signed.
func signedAsHeaderV2(name string) bool {
	return hoisted(name, true) || checksumOfNoBody(name)
}

// withParams gives the headers of r and, as more of them, the parameters that stand for one: those
// that pass.
func withParams(r *inbound.Request, pass func(name string) bool) (http.Header, error) {
	var merged http.Header
	for i := range r.Query {
		p := &r.Query[i]
		if p.Value == "" || !pass(strings.ToLower(p.Name)) {
			continue
		}
		if merged == nil {
			merged = r.Header.Clone()
		}
		name := textproto.CanonicalMIMEHeaderKey(p.Name)
		if have, ok := merged[name]; ok && (len(have) != 1 || have[0] != p.Value) {
			return nil, errArgument(strings.ToLower(name), p.Value, "The header and the query parameter of this name do not agree.")
		}
		merged.Set(name, p.Value)
	}
	if merged == nil {
		return r.Header, nil
	}
	return merged, nil
}

// withHeaders is r with other headers.
func withHeaders(r *inbound.Request, h http.Header) *inbound.Request {
	other := *r
	other.Header = h
	return &other
}

// signedByQuery gives r with those headers that SignedHeaders lists, and that stand in the query
// instead of being sent.
func signedByQuery(r *inbound.Request, signed string) (*inbound.Request, error) {
	unsent := func(name string) bool {
		return describes(name) && listed(signed, name) && len(headerValues(r.Header, name)) == 0
	}
	h, err := withParams(r, unsent)
	return withHeaders(r, h), err
}

// describes reports whether a header is of the request or its object as S3 knows them. Others, of
// the connection or of a proxy on the way, never come out of a query.
func describes(name string) bool {
	switch name {
	case "cache-control", "content-disposition", "content-encoding", "content-language", "content-md5", "content-type", "expires", "range",
		"if-match", "if-none-match", "if-modified-since", "if-unmodified-since":
		return true
	}
	return isAmz(name) && !signsOnly(name)
}

// listed reports whether a SignedHeaders value has a name.
func listed(signed, name string) bool {
	for more := true; more; {
		var one string
		if one, signed, more = strings.Cut(signed, ";"); one == name {
			return true
		}
	}
	return false
}
