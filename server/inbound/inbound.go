// Package inbound reads a request as it came in: target, host, query and
// headers are decoded here, once, into a value. Signatures, routing, CORS,
// logs and handlers get that value and nothing else, so that no two of them
// can take the same bytes for two things. It knows neither operations nor
// signatures, and needs nothing but the standard library.
package inbound

import (
	"crypto/tls"
	"errors"
	"io"
	"net/http"
	"strings"
)

// Reasons why a request is refused before anything is done with it. All of
// them are mistakes of the client (RFC 9112, section 3: "400 (Bad Request)").
var (
	ErrTarget = errors.New("the request target is neither a path nor an http URL")
	ErrHost   = errors.New("the Host header is malformed")
	ErrEscape = errors.New("a percent-encoding is malformed")
	ErrQuery  = errors.New("the query has too many parameters, or one that is no text")
)

// Request is what a client sent. Its fields are decoded and must not be
// decoded again.
type Request struct {
	Method  string
	RawPath string // as it was sent: for V2 signatures, which are over that, for logs and for error documents
	Path    string // RawPath decoded once; begins with "/". Opaque bytes, never cleaned
	Query   Query
	Host    string // the authority of an absolute target, else the Host header; as it was sent
	Header  http.Header

	Proto    string // "HTTP/1.1"
	Major    int    // of Proto
	Length   int64  // of the body, in bytes; -1: unknown
	Transfer string // codings of Transfer-Encoding
	Body     io.ReadCloser

	Remote string               // the other end of the connection
	TLS    *tls.ConnectionState // nil: not encrypted
}

// Read reads r, which is as net/http handed it over, or is a client's own. With
// an error comes what could be read, for logs and the answer; such a request
// must not be served.
func Read(r *http.Request) (Request, error) {
	q := Request{
		Method: r.Method, Host: r.Host, Header: r.Header, Proto: r.Proto, Major: r.ProtoMajor,
		Length: r.ContentLength, Transfer: strings.Join(r.TransferEncoding, ","), Body: r.Body,
		Remote: r.RemoteAddr, TLS: r.TLS,
	}
	target := r.RequestURI
	if target == "" { // a client's
		target = r.URL.RequestURI()
		if q.Host == "" {
			q.Host = r.URL.Host
		}
	}
	err := q.readTarget(target)
	if err == nil {
		err = q.checkHost()
	}
	return q, err
}

// readTarget reads a target in origin form, or in absolute form with the
// scheme http or https and an authority, which then takes the place of the
// Host header (RFC 9112, sections 3.2.1 and 3.2.2). Those are the forms that
// S3's clients send.
func (q *Request) readTarget(target string) (err error) {
	path, query, _ := strings.Cut(target, "?")
	q.RawPath = path
	if !strings.HasPrefix(path, "/") {
		authority, rest, ok := cutAuthority(path)
		if !ok {
			return ErrTarget
		}
		q.Host, q.RawPath = authority, rest
	}
	if q.Path, err = Unescape(q.RawPath, false); err != nil {
		return err
	}
	q.Query, err = ParseQuery(query)
	return err
}

// cutAuthority takes an absolute target apart.
func cutAuthority(target string) (authority, path string, ok bool) {
	scheme, rest, ok := strings.Cut(target, "://")
	if !ok || !strings.EqualFold(scheme, "http") && !strings.EqualFold(scheme, "https") {
		return "", "", false
	}
	authority, path = rest, "/"
	if i := strings.IndexByte(rest, '/'); i >= 0 {
		authority, path = rest[:i], rest[i:]
	}
	return authority, path, authority != ""
}

// Ambiguous says that another reader of the connection may see the end of the
// body elsewhere: net/http hides whether there was a Content-Length beside a
// chunked body, and a Transfer-Encoding in HTTP/1.0. What follows on such a
// connection must not be taken for a request (RFC 9112, sections 6.1 and 6.3).
func (q *Request) Ambiguous() bool {
	return q.Major == 1 && (q.Transfer != "" || q.Proto == "HTTP/1.0")
}

// checkHost refuses a host that is no name or address with a port: nothing in
// it may be decoded or end early for somebody. HTTP/2 may have a Host header
// beside the authority (RFC 9113, section 8.3.1: they must agree).
func (q *Request) checkHost() error {
	for i := range len(q.Host) {
		c := q.Host[i]
		if !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("-._:[]", c) >= 0) {
			return ErrHost
		}
	}
	for _, v := range q.Header["Host"] {
		if v != q.Host {
			return ErrHost
		}
	}
	return nil
}
