package sigv4

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/subtle"
	"encoding/base64"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"spaces/server/inbound"
)

// resourceV2 are the parameters that belong to V2's canonical resource, in order. Every
// sub-resource is one, so that a signature for one operation is never good for another.
var resourceV2 = []string{
	"accelerate", "acl", "analytics", "attributes", "cors", "defaultObjectAcl", "delete", "encryption",
	"intelligent-tiering", "inventory", "legal-hold", "lifecycle", "location", "logging", "metrics", "notification",
	"object-lock", "ownershipControls", "partNumber", "policy", "policyStatus", "publicAccessBlock", "replication",
	"requestPayment", "response-cache-control", "response-content-disposition", "response-content-encoding",
	"response-content-language", "response-content-type", "response-expires", "restore", "retention", "select",
	"select-type", "storageClass", "tagging", "torrent", "uploadId", "uploads", "versionId", "versioning", "versions",
	"website",
}

// plainV2 are the parameters V2 does not sign that a request may have: they narrow a listing and
// never choose the operation. Whoever can ask with one can ask without.
var plainV2 = []string{
	"continuation-token", "delimiter", "encoding-type", "fetch-owner", "format", "key-marker", "list-type", "marker",
	"max-keys", "max-parts", "max-uploads", "part-number-marker", "prefix", "start-after", "upload-id-marker",
	"version-id-marker", "x-id",
}

// descriptionV2 are headers that aws-sdk-js v2 writes into a V2 URL as well, in lower case. V2
// signs neither: the header counts, and the parameter means nothing.
var descriptionV2 = []string{"cache-control", "content-disposition", "content-encoding", "content-language"}

// headerV2 verifies "AWS key:signature".
func (v *Verifier) headerV2(r *inbound.Request, s *scratch, space, rest string) (*Identity, error) {
	key, signature, ok := strings.Cut(strings.TrimSpace(rest), ":")
	if !ok || key == "" || signature == "" {
		return nil, errArgument("Authorization", "AWS "+rest, "AWS authorization header is invalid.  Expected AwsAccessKeyId:signature")
	}
	date, ok, err := single(r.Header, "X-Amz-Date")
	if err != nil {
		return nil, err
	}
	line := "" // an x-amz-date stands among the x-amz-* headers
	if !ok {
		if date, _, err = single(r.Header, "Date"); err != nil {
			return nil, err
		}
		line = date
	}
	t, known := parseDate(date)
	if !known {
		return nil, errNoDate()
	}
	if v.skewed(t) {
		return nil, v.errSkewed(date)
	}
	id := &Identity{V2: true, AccessKey: key}
	return id, v.checkV2(r, s, space, line, signature, id)
}

// queryV2 verifies a URL with AWSAccessKeyId, Expires and Signature.
func (v *Verifier) queryV2(r *inbound.Request, s *scratch, space string) (*Identity, error) {
	key, n1 := r.Query.Count("AWSAccessKeyId")
	expires, n2 := r.Query.Count("Expires")
	signature, n3 := r.Query.Count("Signature")
	if n1 != 1 || n2 != 1 || n3 != 1 || key == "" || signature == "" {
		return nil, refused("AccessDenied", "Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters")
	}
	until, err := strconv.ParseInt(expires, 10, 64)
	if err != nil || until < 0 || expires[0] == '+' {
		return nil, refused("AccessDenied", "Invalid date (should be seconds since epoch)")
	}
	if end := time.Unix(until, 0); !v.now().Before(end) {
		return nil, v.errExpired(end)
	}
	id := &Identity{V2: true, Presigned: true, AccessKey: key}
	return id, v.checkV2(r, s, space, expires, signature, id)
}

// checkV2 compares the signature; date is what stands in its place in the string to sign.
func (v *Verifier) checkV2(r *inbound.Request, s *scratch, space, date, signature string, id *Identity) error {
	secret, ok := v.Secret(id.AccessKey)
	if !ok {
		return errUnknownKey(id.AccessKey)
	}
	if err := noToken(r.Header); err != nil {
		return err
	}
	if err := id.unsignedPayload(r.Header); err != nil {
		return err
	}
	sent := r
	if id.Presigned {
		h, err := withParams(r, signedAsHeaderV2)
		if err != nil {
			return err
		}
		r = withHeaders(r, h)
	}
	for _, p := range r.Query {
		switch {
		case slices.Contains(resourceV2, p.Name):
		case id.Presigned && signedAsHeaderV2(strings.ToLower(p.Name)):
		case id.Presigned && (p.Name == "AWSAccessKeyId" || p.Name == "Expires" || p.Name == "Signature"):
		case id.Presigned && slices.Contains(descriptionV2, strings.ToLower(p.Name)):
		case slices.Contains(plainV2, p.Name):
		default:
			return bad("InvalidRequest", "The request has a parameter that Signature Version 2 does not sign")
		}
	}
	if !s.signedV2(r, space, date, secret, signature) {
		e := errSignature(id.AccessKey, signature, s.text)
		if holdsKey(r) {
			return e.withoutText()
		}
		return e
	}
	if !id.Presigned {
		return nil
	}
	var err error
	id.Header, err = withParams(sent, func(name string) bool { return hoisted(name, true) })
	return err
}

// signedV2 compares a signature, and leaves what should have been signed in s.text. botocore signs
// a Space of path style as /SPACE/ and sends /SPACE: both name the same, and so both are signed.
func (s *scratch) signedV2(r *inbound.Request, space, date, secret, signature string) bool {
	path := r.RawPath
	if space == "" && len(path) > 1 && strings.IndexByte(path[1:], '/') < 0 {
		s.stringToSignV2(r, space, path+"/", date)
		if subtle.ConstantTimeCompare(signV2(secret, s.text), []byte(signature)) == 1 {
			return true
		}
	}
	s.stringToSignV2(r, space, path, date)
	return subtle.ConstantTimeCompare(signV2(secret, s.text), []byte(signature)) == 1
}

// signV2 gives the signature in base64.
func signV2(secret string, text []byte) []byte {
	h := hmac.New(sha1.New, []byte(secret))
	h.Write(text)
	return base64.StdEncoding.AppendEncode(nil, h.Sum(nil))
}

// stringToSignV2 makes s.text the V2 string to sign.
func (s *scratch) stringToSignV2(r *inbound.Request, space, path, date string) {
	s.text = append(s.text[:0], r.Method...)
	for _, line := range [...]string{r.Header.Get("Content-Md5"), r.Header.Get("Content-Type"), date} {
		s.text = append(s.text, '\n')
		s.text = append(s.text, strings.Trim(line, " \t")...)
	}
	s.text = append(s.text, '\n')
	s.appendAmzV2(r.Header)
	if space != "" {
		s.text = append(s.text, '/')
		s.text = append(s.text, space...)
	}
	s.text = append(s.text, path...)
	s.appendResourceV2(r.Query)
}

// appendAmzV2 appends the canonical x-amz-* headers.
func (s *scratch) appendAmzV2(h http.Header) {
	var names []string
	for name := range h {
		if isAmz(name) {
			names = append(names, name)
		}
	}
	slices.SortFunc(names, func(a, b string) int { return strings.Compare(strings.ToLower(a), strings.ToLower(b)) })
	for _, name := range names {
		s.text = append(s.text, bytes.ToLower([]byte(name))...)
		for i, value := range h[name] {
			s.text = append(s.text, ":,"[min(i, 1)])
			s.text = append(s.text, strings.Trim(value, " \t")...)
		}
		s.text = append(s.text, '\n')
	}
}

// appendResourceV2 appends the sub-resources of the canonical resource, values decoded. An
// empty value is left out with its equals sign, as those write it who send "?acl".
func (s *scratch) appendResourceV2(q inbound.Query) {
	sep := byte('?')
	for _, name := range resourceV2 {
		for i := range q {
			if q[i].Name != name {
				continue
			}
			s.text = append(s.text, sep)
			s.text = append(s.text, name...)
			if v := q[i].Value; v != "" {
				s.text = append(s.text, '=')
				s.text = append(s.text, v...)
			}
			sep = '&'
		}
	}
}
