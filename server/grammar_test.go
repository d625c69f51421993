package server_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"spaces/server"
	"spaces/server/sigv4"
)

// grammar makes requests that are nearly right, by chance.
type grammar struct {
	*rand.Rand
	h *house
}

func (g *grammar) one(list ...string) string { return list[g.IntN(len(list))] }
func (g *grammar) chance(of int) bool        { return g.IntN(of) == 0 }
func (g *grammar) some(most int, f func()) {
	for range g.IntN(most + 1) {
		f()
	}
}
func (g *grammar) long(n int, s string) string { return strings.Repeat(s, 1+g.IntN(n)) }

// odd is a value that is wrong for most things.
func (g *grammar) odd() string {
	switch g.IntN(6) {
	case 0:
		return g.one("", "0", "1", "-1", "+1", "10001", "99999999999999999999", "1e3", "0x10", "1,2", "NaN", "true", "null", " 1", "1 ", "5/3")
	case 1:
		return g.one("\x00", "\xff", "\xc3\x28", "a\tb", "\u202e", "é", "e\u0301", "😀", "%00", "%", "%zz", "%2e%2e%2f", "..", "../x", "a/../../b", "a//b", "/", "//", "\\")
	case 2:
		return g.long(3000, g.one("a", "é", "%41", "/", "<", "0", ",", "a=b&", "a,"))
	case 3:
		return g.one("key", "/matrix/key", "matrix/source", "matrix", g.h.upload, g.h.etag, `"`+g.h.etag+`"`, "*", `"*"`, "W/\"x\"", "\"", "null")
	case 4:
		return g.one("private", "public-read", "COPY", "REPLACE", "Enabled", "url", "STANDARD", "AES256", "GOVERNANCE", "chunked", "close", "100-continue", "bytes=0-1", "bytes=-1", "bytes=9-1", "bytes=0-0,2-3", "aws-chunked,gzip")
	}
	return g.one("<a>", "';--", "${jndi:x}", "k=v", "id=\"x\"", "uri=\"http://x\"", "a;b", "http://x/", "2026-01-01T00:00:00Z", "Mon, 02 Jan 2006 15:04:05 GMT", "crc32", "CRC64NVME", "COMPOSITE", "AAAAAA==")
}

var (
	fuzzedParams = append(server.Subresources(), "prefix", "delimiter", "marker", "max-keys", "continuation-token", "start-after", "encoding-type", "fetch-owner",
		"key-marker", "version-id-marker", "upload-id-marker", "max-uploads", "max-parts", "part-number-marker", "response-content-type", "response-expires", "x-id",
		"space", "name", "page", "X-Amz-Expires", "X-Amz-Signature", "AWSAccessKeyId", "x-amz-acl", "if-match")
	fuzzedHeaders = []string{"X-Amz-Acl", "X-Amz-Grant-Read", "X-Amz-Grant-Full-Control", "X-Amz-Copy-Source", "X-Amz-Copy-Source-Range", "X-Amz-Copy-Source-If-Match", "X-Amz-Rename-Source",
		"X-Amz-Metadata-Directive", "X-Amz-Tagging", "X-Amz-Tagging-Directive", "X-Amz-Checksum-Crc32", "X-Amz-Checksum-Sha256", "X-Amz-Checksum-Crc64nvme", "X-Amz-Checksum-Algorithm",
		"X-Amz-Checksum-Type", "X-Amz-Sdk-Checksum-Algorithm", "X-Amz-Trailer", "X-Amz-Decoded-Content-Length", "X-Amz-Object-Lock-Mode", "X-Amz-Object-Lock-Retain-Until-Date",
		"X-Amz-Object-Lock-Legal-Hold", "X-Amz-Bypass-Governance-Retention", "X-Amz-Server-Side-Encryption", "X-Amz-Server-Side-Encryption-Customer-Algorithm",
		"X-Amz-Server-Side-Encryption-Customer-Key", "X-Amz-Server-Side-Encryption-Customer-Key-Md5", "X-Amz-Storage-Class", "X-Amz-Website-Redirect-Location", "X-Amz-Meta-A", "X-Amz-Object-Attributes",
		"X-Amz-Expected-Bucket-Owner", "X-Amz-Object-Ownership", "X-Amz-Mp-Object-Size", "X-Amz-If-Match-Size", "X-Amz-Security-Token", "X-Amz-Mfa", "Range", "If-Match", "If-None-Match", "If-Modified-Since",
		"If-Unmodified-Since", "If-Range", "Content-Md5", "Content-Type", "Content-Encoding", "Content-Disposition", "Cache-Control", "Expires", "Origin", "Access-Control-Request-Method",
		"Access-Control-Request-Headers", "X-Forwarded-For", "X-Forwarded-Proto", "Date", "Accept", "Accept-Encoding", "Cookie", "Upgrade", "Te", "User-Agent", "Authorization"}
	fuzzedElements = []string{"Delete", "Object", "Key", "VersionId", "Quiet", "Tagging", "TagSet", "Tag", "Value", "CompleteMultipartUpload", "Part", "PartNumber", "ETag", "AccessControlPolicy", "Owner",
		"ID", "AccessControlList", "Grant", "Grantee", "Permission", "CORSConfiguration", "CORSRule", "AllowedOrigin", "AllowedMethod", "LifecycleConfiguration", "Rule", "Filter", "Prefix", "Status",
		"Expiration", "Days", "Date", "VersioningConfiguration", "WebsiteConfiguration", "IndexDocument", "Suffix", "RoutingRules", "RoutingRule", "Redirect", "HostName", "RenameObjects", "NewKey",
		"ChangeObjects", "ACL", "Retention", "Mode", "RetainUntilDate", "LegalHold", "BucketLoggingStatus", "LoggingEnabled", "TargetBucket", "CreateBucketConfiguration", "LocationConstraint"}
)

// xml is a document, or something like one.
func (g *grammar) xml() string {
	var b strings.Builder
	b.WriteString(g.one("", "", "", `<?xml version="1.0" encoding="UTF-8"?>`, `<?xml version="1.0" encoding="UTF-16"?>`, `<?xml version="1.1"?>`, "\xef\xbb\xbf", "\xff\xfe<", "<!-- c -->", "<?pi?>",
		`<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>`, `<!DOCTYPE a SYSTEM "file:///etc/passwd">`))
	g.element(&b, 0)
	b.WriteString(g.one("", "", "", "\n", "x", "<a/>", "\x00", "<!--"))
	return b.String()
}

func (g *grammar) element(b *strings.Builder, depth int) {
	name := g.one(fuzzedElements...)
	if g.chance(40) {
		name = g.one("a:"+name, "1", "", name+" ", "é", "xmlns:a", g.long(5000, "a"))
	}
	fmt.Fprintf(b, "<%s%s>", name, g.one("", "", "", ` xmlns="http://s3.amazonaws.com/doc/2006-03-01/"`, ` xmlns="x"`, ` a="b" a="c"`, ` xsi:type="Group"`, ` a=b`, ` a="<"`, "/"))
	switch {
	case g.chance(60):
		b.WriteString(g.long(300, "<a>"))
	case depth < 5 && !g.chance(3):
		g.some(4, func() { g.element(b, depth+1) })
	default:
		b.WriteString(g.one(g.odd(), g.odd(), "&lt;&amp;&#x1b;", "&#0;", "&a;", "&#xD800;", "<![CDATA["+g.odd()+"]]>", "]]>", "<!-- -- -->"))
	}
	if !g.chance(30) {
		fmt.Fprintf(b, "</%s>", name)
	}
}

// form is multipart/form-data, or something like it.
func (g *grammar) form() string {
	var b strings.Builder
	g.some(6, func() {
		fmt.Fprintf(&b, "--x-boundary\r\nContent-Disposition: %s%s\r\n\r\n%s\r\n", g.one("form-data; name=\"", "form-data; filename=\"f\"; name=\"", "attachment; name=\"", "x", ""),
			g.one("key", "file", "policy", "acl", "tagging", "Content-Type", "success_action_status", "success_action_redirect", "x-amz-signature", "x-amz-meta-a", g.odd())+g.one("\"", "", "\"; filename=\"a/b\""), g.odd())
	})
	b.WriteString(g.one("", "--x-boundary\r\n", "--x-boundary--\r\n", "--x-boundary--", "--x-boundary--\r\nepilogue"))
	return b.String()
}

// body is one that may belong to req.
func (g *grammar) body(usual string) string {
	switch g.IntN(8) {
	case 0:
		return ""
	case 1, 2:
		return g.xml()
	case 3:
		return g.form()
	case 4:
		return g.one(`{"name":"x","grants":[{"bucket":"matrix","permission":"read"}]}`, `{"bucket":"matrix","key":"key","expires_at":"x"}`, `{"a":`+g.long(2000, `[`), "null", "[]", `{"name":`+strconv.Quote(g.odd())+"}", "password="+url.QueryEscape(g.odd()))
	case 5:
		return g.mutated(usual)
	case 6:
		return g.long(70000, g.one("a", "\x00", "\r\n"))
	}
	return usual
}

// mutated is text with a few bytes changed.
func (g *grammar) mutated(s string) string {
	b := []byte(s)
	for range 1 + g.IntN(4) {
		if len(b) == 0 {
			return string(b)
		}
		at := g.IntN(len(b))
		switch g.IntN(4) {
		case 0:
			b[at] ^= byte(1 << g.IntN(8))
		case 1:
			b = append(b[:at], b[at+g.IntN(len(b)-at):]...)
		case 2:
			end := at + g.IntN(len(b)-at)
			b = append(b[:end:end], b[at:]...)
		case 3:
			b = append(b[:at:at], append([]byte(g.odd()), b[at:]...)...)
		}
	}
	return string(b)
}

// target is that of a request in one of its forms, or in none.
func (g *grammar) target(usual string) string {
	path, query, _ := strings.Cut(usual, "?")
	switch g.IntN(12) {
	case 0:
		path = "/matrix/" + g.one(url.PathEscape(g.odd()), g.odd())
	case 1:
		path = g.one("/", "//", "/..", "/%2e%2e/x", "/matrix/%", "/matrix/%zz", "/matrix/%00", "/matrix/a#b", "*", "", "a:b", "?", "http://"+host+path, "HTTPS://x"+path, "http:/"+path, "http://"+path, "//"+host+path,
			"/v2/spaces/"+g.one("keys", "links", "ssh_keys", "due", "doctor", "")+"/"+url.PathEscape(g.odd()), server.LinkPath+url.PathEscape(g.odd()), server.LinkPath, g.h.links["receive"]+"/"+url.PathEscape(g.odd()), "/.well-known/acme-challenge/x")
	case 2:
		path = g.one(g.h.links["plain"], g.h.links["once"], g.h.links["password"], g.h.links["receive"], g.h.links["receive"]+"/name")
	}
	g.some(3, func() {
		name, value := g.one(fuzzedParams...), g.odd()
		if !g.chance(10) {
			value = url.QueryEscape(value)
		}
		query += g.one("&", "&", "&", ";", "&&") + name + g.one("=", "=", "=", "", "==") + value
	})
	if query = strings.TrimPrefix(query, "&"); query != "" {
		path += "?" + query
	}
	return path
}

// sent is a request as it goes over the wire, and what has to be known of it.
type sent struct {
	raw string
	// framed: its body is what its head says, and nothing in it is a request.
	// unclear: the head says two things, and nothing may follow.
	framed, unclear bool
	half            bool // it ends before its end
}

// request makes one, of a door of the house.
func (g *grammar) request(d door) sent {
	usual := d.make(g.h)
	text := ""
	if usual.Body != nil {
		text = readAll(g.h, usual)
	}
	r := &http.Request{Method: usual.Method, RequestURI: g.target(usual.URL.RequestURI()), URL: &url.URL{Path: "/"}, Host: usual.Host, Header: usual.Header, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1}
	body := g.body(text)
	if g.chance(8) {
		r.Method = g.one("GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS", "PATCH", "TRACE", "CONNECT", "PRI", "get", "X")
	}
	if g.chance(10) {
		r.Host = g.one("matrix."+siteDomain, "x."+siteDomain, siteDomain, "matrix.localhost", "matrix.s3.example.com", "a.b.c.d.e", "[::1]:9", "", "x y", "x/y", "matrix%2ekey", "localhost:99999", g.long(2000, "a."))
	}
	g.some(3, func() { r.Header[g.one(fuzzedHeaders...)] = []string{clean(g.odd())} })
	r.ContentLength = int64(len(body))
	g.sign(r, body)
	return g.write(r, body)
}

// clean takes out what would end a line: that is for write.
func clean(s string) string {
	return strings.Map(func(c rune) rune {
		if c == '\r' || c == '\n' {
			return ' '
		}
		return c
	}, s)
}

// sign signs what was made, so that it comes through to what is behind; or not.
func (g *grammar) sign(r *http.Request, body string) {
	hash := sigv4.HashPayload([]byte(body))
	switch g.IntN(12) {
	case 0:
	case 1:
		sigv4.SignV2(r, "", accessKey, secretKey, time.Now())
	case 2:
		r.Header.Set("Authorization", g.one("Bearer "+adminToken, "Bearer x", "Basic x", "AWS x", "AWS4-HMAC-SHA256 "+clean(g.odd())))
	case 3:
		sigv4.Sign(r, accessKey, secretKey, region, g.one(sigv4.StreamSignedPayload, sigv4.StreamUnsignedPayloadTrailer, sigv4.StreamSignedPayloadTrailer), time.Now())
	case 4:
		sigv4.Sign(r, accessKey, secretKey, region, sigv4.UnsignedPayload, time.Now())
	case 5:
		sigv4.Sign(r, accessKey, secretKey, region, clean(g.odd()), time.Now())
	default:
		sigv4.Sign(r, accessKey, secretKey, region, hash, time.Now())
	}
}

// smuggled is what a body may have in it: a request whose answer would be known.
const smuggledType = "smuggled/yes"

func (g *grammar) write(r *http.Request, body string) sent {
	s := sent{framed: true}
	if g.chance(6) {
		body = g.h.marked(smuggledType)
	}
	eol, proto := "\r\n", "HTTP/1.1"
	if g.chance(60) {
		eol = g.one("\n", "\r", "\r\r\n")
		s.framed = false
	}
	if g.chance(30) {
		proto = g.one("HTTP/1.0", "HTTP/1.2", "HTTP/2.0", "HTTP/9.9", "HTTP/1.1x", "http/1.1", "", "HTTP/1.1 ")
		s.framed = false
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s%s%s%s%s%s", r.Method, g.one(" ", " ", " ", " ", " ", "  ", "\t"), r.RequestURI, " ", proto, eol)
	if !g.chance(50) {
		fmt.Fprintf(&b, "Host: %s%s", r.Host, eol)
	}
	for name, values := range r.Header {
		for _, v := range values {
			fmt.Fprintf(&b, "%s: %s%s", name, v, eol)
		}
	}
	if g.chance(15) { // headers as nobody writes them
		b.WriteString(g.one("Host: other"+eol, "X-A : b"+eol, " folded"+eol, "\tfolded"+eol, ": x"+eol, "x"+eol, "X\x00: y"+eol, "X-Amz-Date: x"+eol, "Connection: close"+eol, "Connection: upgrade"+eol+"Upgrade: h2c"+eol,
			"X-Amz-Meta-\xc3\xa9: y"+eol, "X: "+g.long(70000, "y")+eol, g.long(2000, "X: y"+eol), "Content-Length: 5"+eol, "Transfer-Encoding: chunked"+eol, "X: a\x00b"+eol))
		s.framed = false
	}
	s.frame(g, &b, body, eol)
	s.raw = b.String()
	switch {
	case g.chance(20):
		s.raw, s.framed, s.unclear, s.half = s.raw[:g.IntN(len(s.raw)+1)], false, false, true
	case g.chance(20):
		s.raw, s.framed, s.unclear = g.mutated(s.raw), false, false
	}
	return s
}

// frame says how long the body is, and writes it.
func (s *sent) frame(g *grammar, b *strings.Builder, body, eol string) {
	chunked := func() string {
		var c strings.Builder
		for rest := body; rest != ""; {
			n := 1 + g.IntN(min(len(rest), 5000))
			fmt.Fprintf(&c, "%x%s\r\n%s\r\n", n, g.one("", "", ";a=b", ";chunk-signature=0"), rest[:n])
			rest = rest[n:]
		}
		return c.String() + "0\r\n" + g.one("", "", "X-Amz-Checksum-Crc32: AAAAAA==\r\n", "Content-Length: 5\r\n") + "\r\n"
	}
	n := strconv.Itoa(len(body))
	switch g.IntN(14) {
	case 0:
		fmt.Fprintf(b, "Transfer-Encoding: chunked%s%s%s", eol, eol, chunked())
	case 1: // both: which of them counts is nothing to guess
		s.framed, s.unclear = false, eol == "\r\n"
		lines := []string{"Transfer-Encoding: chunked" + eol, "Content-Length: " + g.one(n, "0", "3") + eol}
		g.Shuffle(2, func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
		fmt.Fprintf(b, "%s%s%s%s", lines[0], lines[1], eol, g.one(chunked(), body, "0\r\n\r\n"+g.h.marked(smuggledType)))
	case 2:
		s.framed, s.unclear = false, eol == "\r\n"
		fmt.Fprintf(b, "Transfer-Encoding: %s%s%s%s", g.one("chunked, chunked", "gzip, chunked", "identity", "xchunked", "\x0bchunked", "chunked\x00", "chunked;a=b", ", chunked"), eol, eol, chunked())
	case 3:
		s.framed, s.unclear = false, eol == "\r\n"
		fmt.Fprintf(b, "Content-Length: %s%s%s%s", g.one("+"+n, n+","+n, "0x"+n, "-1", n+" 1", "99999999999999999999", n+"\x00", n+"\r\nContent-Length: 1"+n), eol, eol, body)
	case 4:
		s.framed = false
		fmt.Fprintf(b, "Content-Length: %d%s%s%s", g.IntN(2*len(body)+2), eol, eol, body)
	case 5: // chunks as nobody writes them
		s.framed = false
		fmt.Fprintf(b, "Transfer-Encoding: chunked%s%s%s", eol, eol, g.mutated(chunked()))
	case 6:
		s.framed = s.framed && body == ""
		fmt.Fprintf(b, "%s%s", eol, body)
	default:
		fmt.Fprintf(b, "Content-Length: %s%s%s%s", n, eol, eol, body)
	}
}
