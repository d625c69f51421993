package sigv4

import (
	"net/http"
	"strings"
)

const upperHex = "0123456789ABCDEF"

// unreserved are the bytes that S3's UriEncode leaves alone (RFC 3986, section 2.3).
var unreserved = func() (t [256]bool) {
	for _, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~") {
		t[c] = true
	}
	return t
}()

// appendEncoded appends s as S3's UriEncode writes it, slashes encoded too.
func appendEncoded(dst []byte, s string) []byte {
	for i := 0; i < len(s); i++ {
		dst = appendByte(dst, s[i])
	}
	return dst
}

func appendByte(dst []byte, c byte) []byte {
	if unreserved[c] {
		return append(dst, c)
	}
	return append(dst, '%', upperHex[c>>4], upperHex[c&15])
}

// appendPath appends a raw request path decoded once and encoded by S3's rules: nothing is
// cleaned, slashes stay. It reports whether the escapes of raw were well-formed.
func appendPath(dst []byte, raw string) ([]byte, bool) {
	if raw == "" {
		return append(dst, '/'), true
	}
	for i := 0; i < len(raw); i++ {
		c := raw[i]
		if c == '%' {
			if i+2 >= len(raw) || !isHex(raw[i+1]) || !isHex(raw[i+2]) {
				return dst, false
			}
			c = unhex(raw[i+1])<<4 | unhex(raw[i+2])
			i += 2
		}
		if c == '/' {
			dst = append(dst, c)
		} else {
			dst = appendByte(dst, c)
		}
	}
	return dst, true
}

// unescapeQuery decodes one name or value of a query, where a plus is a space.
func unescapeQuery(s string) (string, bool) {
	if strings.IndexByte(s, '%') < 0 && strings.IndexByte(s, '+') < 0 {
		return s, true
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch c := s[i]; c {
		case '+':
			b = append(b, ' ')
		case '%':
			if i+2 >= len(s) || !isHex(s[i+1]) || !isHex(s[i+2]) {
				return "", false
			}
			b = append(b, unhex(s[i+1])<<4|unhex(s[i+2]))
			i += 2
		default:
			b = append(b, c)
		}
	}
	return string(b), true
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

func unhex(c byte) byte {
	switch {
	case c <= '9':
		return c - '0'
	case c <= 'F':
		return c - 'A' + 10
	}
	return c - 'a' + 10
}

// appendTrimmed appends a header's value without the white space around it and with runs of
// spaces made one.
func appendTrimmed(dst []byte, v string) []byte {
	v = strings.Trim(v, " \t")
	for i := 0; i < len(v); i++ {
		if v[i] == ' ' && v[i-1] == ' ' { // v[0] is never a space
			continue
		}
		dst = append(dst, v[i])
	}
	return dst
}

// rawPath is the path of the request target as the client wrote it.
func rawPath(r *http.Request) string {
	if t := r.RequestURI; t != "" && t[0] == '/' {
		path, _, _ := strings.Cut(t, "?")
		return path
	}
	return r.URL.EscapedPath() // absolute form, or a request made by a client
}

// hostOf is the Host header; a client's request may have it in its URL only.
func hostOf(r *http.Request) string {
	if r.Host == "" && r.URL != nil {
		return r.URL.Host
	}
	return r.Host
}
