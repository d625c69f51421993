package sigv4

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/textproto"
	"slices"
	"strconv"
	"strings"

	"spaces/server/inbound"
)

const (
	algorithm   = "AWS4-HMAC-SHA256"
	chunkLabel  = "AWS4-HMAC-SHA256-PAYLOAD"
	trailLabel  = "AWS4-HMAC-SHA256-TRAILER"
	scopeSuffix = "/s3/aws4_request"
	isoFormat   = "20060102T150405Z"
)

// canonical makes s.text the canonical request of r: signed is the SignedHeaders, payload the
// payload hash, skip the query parameter that holds the signature itself ("" for none).
func (s *scratch) canonical(r *inbound.Request, signed, payload, skip string) error {
	s.text = append(s.text[:0], r.Method...)
	s.text = append(s.text, '\n')
	s.text = appendPath(s.text, r.Path)
	s.text = append(s.text, '\n')
	s.appendQuery(r.Query, skip)
	s.text = append(s.text, '\n')
	var amz int
	s.text, amz = appendHeaders(s.text, r, signed)
	if amz != countAmz(r.Header) {
		return errUnsignedHeader(unsignedAmz(r.Header, signed)...)
	}
	s.text = append(s.text, '\n')
	s.text = append(s.text, signed...)
	s.text = append(s.text, '\n')
	s.text = append(s.text, payload...)
	return nil
}

// stringToSign makes s.text, a canonical request, the string to sign: date is the time stamp,
// scope the credential scope.
func (s *scratch) stringToSign(date, scope string) {
	sum := sha256.Sum256(s.text)
	s.text = append(s.text[:0], algorithm...)
	s.text = append(s.text, '\n')
	s.text = append(s.text, date...)
	s.text = append(s.text, '\n')
	s.text = append(s.text, scope...)
	s.text = append(s.text, '\n')
	s.text = hex.AppendEncode(s.text, sum[:])
}

// appendHeaders appends the headers that signed lists in canonical form, and counts those
// x-amz-* headers of r that it came across.
func appendHeaders(dst []byte, r *inbound.Request, signed string) ([]byte, int) {
	amz := 0
	for signed != "" {
		var name string
		name, signed, _ = strings.Cut(signed, ";")
		dst = append(dst, name...)
		dst = append(dst, ':')
		switch name {
		case "host":
			dst = appendTrimmed(dst, r.Host)
		case "content-length":
			dst = appendLength(dst, r)
		case "transfer-encoding": // net/http takes it out of the header
			dst = append(dst, r.Transfer...)
		default:
			values := headerValues(r.Header, name)
			for i, v := range values {
				if i > 0 {
					dst = append(dst, ',')
				}
				dst = appendTrimmed(dst, v)
			}
			if len(values) > 0 && isAmz(name) {
				amz++
			}
		}
		dst = append(dst, '\n')
	}
	return dst, amz
}

func appendLength(dst []byte, r *inbound.Request) []byte {
	if v := r.Header["Content-Length"]; len(v) > 0 {
		return appendTrimmed(dst, v[0])
	}
	if r.Length < 0 {
		return dst
	}
	return strconv.AppendInt(dst, r.Length, 10)
}

// headerValues looks a lower-case name up without making a string of its canonical form.
func headerValues(h http.Header, name string) []string {
	var buf [64]byte
	if len(name) > len(buf) {
		return h[textproto.CanonicalMIMEHeaderKey(name)]
	}
	up := true
	for i := 0; i < len(name); i++ {
		c := name[i]
		if up && 'a' <= c && c <= 'z' {
			c -= 'a' - 'A'
		}
		buf[i] = c
		up = c == '-'
	}
	return h[string(buf[:len(name)])]
}

// countAmz counts the x-amz-* headers. Keys that are not in canonical form count too: they
// are found by no lookup, so such a request is refused.
func countAmz(h http.Header) int {
	n := 0
	for name, values := range h {
		if len(values) > 0 && isAmz(name) {
			n++
		}
	}
	return n
}

// unsignedAmz lists the x-amz-* headers that signed does not, in lower case and in order.
func unsignedAmz(h http.Header, signed string) (names []string) {
	list := strings.Split(signed, ";")
	for name := range h {
		if low := strings.ToLower(name); isAmz(name) && !slices.Contains(list, low) {
			names = append(names, low)
		}
	}
	slices.Sort(names)
	return names
}

func isAmz(name string) bool {
	return len(name) > 6 && strings.EqualFold(name[:6], "x-amz-")
}

// signedList checks a SignedHeaders value: lower-case names, each once, in order (which also
// keeps one header from having two canonical forms).
func signedList(list string) (host, ok bool) {
	last := ""
	for rest, more := list, true; more; {
		var name string
		name, rest, more = strings.Cut(rest, ";")
		if name <= last || !isToken(name) {
			return false, false
		}
		host = host || name == "host"
		last = name
	}
	return host, true
}

// isToken reports whether name is a header's name (RFC 9110, section 5.6.2) in lower case.
func isToken(name string) bool {
	for i := 0; i < len(name); i++ {
		c := name[i]
		if !('a' <= c && c <= 'z' || '0' <= c && c <= '9' || strings.IndexByte("!#$%&'*+-.^_`|~", c) >= 0) {
			return false
		}
	}
	return name != ""
}
