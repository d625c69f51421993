package server

import (
	"strings"
	"unicode/utf8"
)

// maxKey is the longest key, in bytes (S3 user guide, "Naming objects").
const maxKey = 1024

// target is what a request is about. It is made here and nowhere else. Keys
// are opaque bytes: decoded once, never cleaned, never turned into paths.
type target struct {
	space string // "" is the service
	key   string // "" is the Space
	host  bool   // the Space came from the Host header
	path  string // as it was sent, for <Resource>
}

// parseTarget reads the request target as it was sent, and the Host header.
func (s *Server) parseTarget(requestURI, host string) (target, query, error) {
	path, rawQuery, _ := strings.Cut(originForm(requestURI), "?")
	t := target{path: path}
	q, err := parseQuery(rawQuery)
	if err != nil {
		return t, q, err
	}
	if !strings.HasPrefix(path, "/") {
		return t, q, refuse("InvalidURI")
	}
	space, key, hasKey := s.spaceOfHost(host), path[1:], true
	t.host = space != ""
	if !t.host {
		space, key, hasKey = strings.Cut(path[1:], "/")
		if space, err = unescape(space, false); err != nil {
			return t, q, err
		}
		if space == "" && hasKey && key != "" {
			return t, q, refuse("InvalidBucketName").with("BucketName", "")
		}
	}
	t.space = space
	if t.key, err = unescape(key, false); err != nil {
		return t, q, err
	}
	if t.key == "" {
		return t, q, nil
	}
	return t, q, validKey(t.key)
}

// originForm cuts scheme and authority off a target in absolute form
// (RFC 9112, section 3.2.2).
func originForm(target string) string {
	if strings.HasPrefix(target, "/") {
		return target
	}
	_, rest, ok := strings.Cut(target, "://")
	if !ok {
		return target
	}
	if i := strings.IndexAny(rest, "/?"); i >= 0 && rest[i] == '/' {
		return rest[i:]
	} else if i >= 0 {
		return "/" + rest[i:]
	}
	return "/"
}

// validKey says why a key is refused: too long, not UTF-8, NUL in it, or path
// segments that climb above the Space.
func validKey(key string) error {
	switch {
	case len(key) > maxKey:
		return refuse("KeyTooLongError")
	case strings.IndexByte(key, 0) >= 0 || !utf8.ValidString(key):
		return refuse("InvalidURI")
	case strings.Contains(key, "..") && climbs(key):
		return refuse("InvalidURI")
	}
	return nil
}

// climbs says whether a program that took the key for a path would leave the
// Space at some point.
func climbs(key string) bool {
	depth := 0
	for segment := range strings.SplitSeq(key, "/") {
		switch segment {
		case "", ".":
		case "..":
			if depth--; depth < 0 {
				return true
			}
		default:
			depth++
		}
	}
	return false
}

// unescape decodes percent-encoding; plus says that + is a space, as in queries.
func unescape(s string, plus bool) (string, error) {
	if strings.IndexByte(s, '%') < 0 && (!plus || strings.IndexByte(s, '+') < 0) {
		return s, nil
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '%':
			if i+2 >= len(s) || unhex[s[i+1]] < 0 || unhex[s[i+2]] < 0 {
				return "", refuse("InvalidURI")
			}
			b = append(b, byte(unhex[s[i+1]])<<4|byte(unhex[s[i+2]]))
			i += 2
		case c == '+' && plus:
			b = append(b, ' ')
		default:
			b = append(b, c)
		}
	}
	return string(b), nil
}

// unhex is the value of a hexadecimal digit, -1 for any other byte.
var unhex = func() (t [256]int8) {
	for i := range t {
		t[i] = -1
	}
	for i, c := range "0123456789" {
		t[c] = int8(i)
	}
	for i, c := range "abcdef" {
		t[c], t[c-'a'+'A'] = int8(10+i), int8(10+i)
	}
	return t
}()

// param is one name=value of a query.
type param struct{ name, value string }

// query is a parsed query string; mask tells the subresources in it.
type query struct {
	params []param
	mask   uint64
}

// maxParams bounds the work that a query can make.
const maxParams = 128

func parseQuery(raw string) (query, error) {
	var q query
	if raw == "" {
		return q, nil
	}
	if n := strings.Count(raw, "&") + 1; n > maxParams {
		return q, refuse("InvalidURI")
	} else {
		q.params = make([]param, 0, n)
	}
	for pair := range strings.SplitSeq(raw, "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		name, err := unescape(name, true)
		if err != nil {
			return q, err
		}
		if value, err = unescape(value, true); err != nil {
			return q, err
		}
		if strings.IndexByte(value, 0) >= 0 || !utf8.ValidString(value) {
			return q, refuse("InvalidURI")
		}
		q.params = append(q.params, param{name, value})
		q.mask |= subresourceBits[name]
	}
	return q, nil
}

// lookup gives the first value of a parameter.
func (q *query) lookup(name string) (string, bool) {
	for i := range q.params {
		if q.params[i].name == name {
			return q.params[i].value, true
		}
	}
	return "", false
}

// get is lookup for those to whom absent and empty are the same.
func (q *query) get(name string) string {
	v, _ := q.lookup(name)
	return v
}
