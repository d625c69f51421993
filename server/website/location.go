package website

import (
	"cmp"
	"net/http"
	"strings"

	"spaces/server/s3xml"
)

// Every Location is absolute and begins with a scheme and a host that are the
// owner's or the request's own, so that no path of a visitor's, such as
// //evil.example, can be taken for a host.

// from makes the answer of a redirect; prefix is what of the key was matched.
func (r *Redirect) from(v Visit, prefix string) Answer {
	var path []byte
	switch {
	case r.Whole:
		path = appendText(nil, r.Key)
	case r.Begin:
		path = s3xml.AppendURL(appendText(nil, r.Prefix), strings.TrimPrefix(v.Key, prefix))
	default:
		path = s3xml.AppendURL(nil, v.Key)
	}
	return Answer{Status: cmp.Or(r.Status, http.StatusMovedPermanently), Location: v.url(r.Protocol, r.Host, path), Page: v.Key}
}

// url joins where a visitor goes. The query goes along, as Amazon has it, before
// a fragment that a rule brings.
func (v *Visit) url(protocol, host string, path []byte) string {
	if host == "" {
		host = v.Host
		if protocol != "" && protocol != v.Scheme { // which no port has beside the other
			host = withoutPort(host)
		}
	}
	b := append([]byte(cmp.Or(protocol, v.Scheme)), "://"...)
	b = append(appendText(b, host), '/')
	rest, fragment, has := strings.Cut(string(path), "#")
	b = append(b, rest...)
	if v.Query != "" {
		mark := byte('?')
		if strings.Contains(rest, "?") {
			mark = '&'
		}
		b = appendText(append(b, mark), v.Query)
	}
	if has {
		b = append(append(b, '#'), fragment...)
	}
	return string(b)
}

// elsewhere is where an object sends its visitors: to a URL, or to a path of the
// same site. Both are as its writer wrote them.
func (v *Visit) elsewhere(to string) string {
	if !strings.HasPrefix(to, "/") {
		return string(appendText(nil, to))
	}
	return string(appendText([]byte(v.Scheme+"://"+v.Host), to))
}

// appendText keeps a text that is part of a URL already, and encodes what may
// not be in one (RFC 3986, section 2), so that it stays in its header line.
func appendText(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c > ' ' && c < 0x7f && strings.IndexByte("\"<>\\^`{|}", c) < 0 {
			b = append(b, c)
			continue
		}
		const digits = "0123456789ABCDEF"
		b = append(b, '%', digits[s[i]>>4], digits[s[i]&15])
	}
	return b
}

func withoutPort(host string) string {
	if i := strings.LastIndexByte(host, ':'); i >= 0 && !strings.HasSuffix(host, "]") {
		return host[:i]
	}
	return host
}
