package local

import (
	"encoding/xml"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// Redirect sends who comes in plain HTTP to TLS, at the same name: one that this server has, never whatever a Host
// header says.
type Redirect struct {
	Domains []string               // base domains
	Space   func(name string) bool // whether there is a Space; NAME.DOMAIN is a name of it
	Website func(host string) bool // whether a host is that of a website that there is; may be nil
	Port    string                 // of TLS; "443" is not written
	// Challenge answers a CA that comes to see whether a name belongs to this server; false: it is somebody else. May
	// be nil.
	Challenge func(w http.ResponseWriter, r *http.Request) bool
}

// ServeHTTP implements http.Handler. A signed request is refused: whoever made it sent its signature where all can read
// it, and would go on to do so if it worked.
func (d Redirect) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if d.Challenge != nil && d.Challenge(w, r) {
		return
	}
	host, known := d.host(r.Host)
	switch {
	case signed(r):
		refuse(w, http.StatusForbidden, "AccessDenied", "This request was signed and came in plain HTTP, where others can read it. Use https://.")
	case !known || !strings.HasPrefix(r.RequestURI, "/"): // an absolute target, as if this were a proxy, or "*"
		refuse(w, http.StatusMisdirectedRequest, "InvalidRequest", "This server has no such name.")
	default:
		w.Header().Set("Location", "https://"+host+escaped(r.RequestURI))
		w.WriteHeader(http.StatusPermanentRedirect) // which keeps the method, unlike 301
	}
}

// host gives a host with the port of TLS, and whether it is a name of this server.
func (d Redirect) host(host string) (to string, known bool) {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	known = slices.ContainsFunc(d.Domains, func(domain string) bool {
		domain = strings.ToLower(strings.Trim(domain, "."))
		space, below := strings.CutSuffix(host, "."+domain)
		return host == domain || below && d.Space(space)
	}) || d.Website != nil && d.Website(host)
	if d.Port != "443" {
		host = net.JoinHostPort(host, d.Port)
	}
	return host, known
}

// signatures are the query parameters of which a signed request has at least one, by V4 or V2.
var signatures = []string{"x-amz-signature", "x-amz-credential", "x-amz-security-token", "awsaccesskeyid"}

func signed(r *http.Request) bool {
	if r.Header.Get("Authorization") != "" || r.Header.Get("X-Amz-Security-Token") != "" {
		return true
	}
	for _, pair := range strings.FieldsFunc(r.URL.RawQuery, func(c rune) bool { return c == '&' || c == ';' }) {
		name, _, _ := strings.Cut(pair, "=")
		if plain, err := url.QueryUnescape(name); err == nil {
			name = plain
		}
		if slices.Contains(signatures, strings.ToLower(strings.TrimSpace(name))) {
			return true
		}
	}
	return false
}

// escaped is the target of a request as it may stand in a header: what a client sends unescaped is escaped.
func escaped(target string) string {
	var b strings.Builder
	for i := range len(target) {
		if c := target[i]; c <= ' ' || c >= 0x7f || c == '#' || c == '"' || c == '<' || c == '>' || c == '\\' {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// refuse answers as S3 does, so that its clients show the message.
func refuse(w http.ResponseWriter, status int, code, message string) {
	w.Header().Set("Content-Type", "application/xml")
	w.Header().Set("Connection", "close")
	w.WriteHeader(status)
	text, err := xml.Marshal(struct {
		XMLName       xml.Name `xml:"Error"`
		Code, Message string
		RequestID     string `xml:"RequestId,omitempty"`
	}{Code: code, Message: message, RequestID: w.Header().Get("X-Amz-Request-Id")})
	if err == nil {
		_, _ = io.WriteString(w, xml.Header+string(text))
	}
}
