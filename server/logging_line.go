package server

import (
	"crypto/tls"
	"strconv"
	"strings"
	"time"

	"spaces/server/s3xml"
)

// logTime is how the log writes the time of a request, in UTC.
const logTime = "[02/Jan/2006:15:04:05 +0000]"

// logLine is a record of a server access log (user guide, "Amazon S3 server
// access log format"). An empty text, and a number below 0, are unknown.
type logLine struct {
	owner, space   string
	at             time.Time
	client, caller string
	id, operation  string
	key            string
	once           bool   // the key is encoded once, not twice
	uri            string // the first line of the request
	status         int
	code           string
	sent, size     int64
	total, turn    time.Duration
	referer, agent string
	version        string
	host           string // x-amz-id-2
	signature      string
	cipher         string
	auth           string
	endpoint       string // the Host header
	tls            string
	byACL          bool
}

// logLine makes the line of a request that has ended.
func (c *call) logLine() logLine {
	l := logLine{
		at: c.began, caller: c.requester(), id: c.id, operation: c.loggedOperation(), key: c.target.key,
		uri:    c.in.Method + " " + c.loggedTarget() + " " + c.in.Proto,
		status: c.status, code: c.code, sent: c.sent, size: c.loggedSize(), total: c.took, turn: c.turnaround(),
		referer: c.in.Header.Get("Referer"), agent: c.in.Header.Get("User-Agent"),
		version: c.query.get("versionId"), host: c.s.hostID, endpoint: c.in.Host, byACL: c.byACL,
	}
	l.client, _ = c.sourceIP()
	l.signature, l.auth = c.claimed()
	if t := c.in.TLS; t != nil {
		l.cipher, l.tls = cipherName(t.CipherSuite), strings.Replace(tls.VersionName(t.Version), "TLS ", "TLSv", 1)
	}
	return l
}

// requester is the account, or the key of the ring as policies name users of
// the account; "" is a stranger.
func (c *call) requester() string {
	if c.who == nil || c.who.Anonymous {
		return ""
	}
	if k := c.s.keys.find(c.who.AccessKey); k != nil && !c.root() {
		return "arn:aws:iam::" + c.s.owner + ":user/" + k.Name
	}
	return c.s.owner
}

// claimed is how the request says that it is signed, whether it is or not.
func (c *call) claimed() (signature, auth string) {
	has := func(name string) bool { _, ok := c.query.Lookup(name); return ok }
	header := c.in.Header.Get("Authorization")
	switch {
	case strings.HasPrefix(header, "AWS4-"):
		return "SigV4", "AuthHeader"
	case strings.HasPrefix(header, "AWS "):
		return "SigV2", "AuthHeader"
	case has("X-Amz-Signature"):
		return "SigV4", "QueryString"
	case has("Signature") && has("AWSAccessKeyId"):
		return "SigV2", "QueryString"
	case c.form == nil || c.who == nil || c.who.Anonymous:
		return "", ""
	case c.who.V2:
		return "SigV2", ""
	}
	return "SigV4", ""
}

// secretParams are the parameters whose values let whoever reads them ask
// again, and keys. They are masked, as S3 masks signatures.
var secretParams = setOf("x-amz-signature", "x-amz-security-token", "signature",
	"x-amz-server-side-encryption-customer-key", "x-amz-copy-source-server-side-encryption-customer-key")

// loggedTarget is the target without what makes a presigned URL one. A query
// that cannot be read may hold that too, and is left out.
func (c *call) loggedTarget() string {
	if c.unread != nil || len(c.in.Query) == 0 {
		return c.in.RawPath
	}
	b := append([]byte(c.in.RawPath), '?')
	for i, p := range c.in.Query {
		if i > 0 {
			b = append(b, '&')
		}
		if p.Value != "" && secretParams[strings.ToLower(p.Name)] {
			name, _, _ := strings.Cut(p.Raw, "=")
			b = append(append(b, name...), "=XXXXXXXX"...)
		} else {
			b = append(b, p.Raw...)
		}
	}
	return string(b)
}

// cipherName is the name that OpenSSL has for a suite up to TLS 1.2, and the
// standard one of a suite of TLS 1.3.
func cipherName(id uint16) string {
	name := tls.CipherSuiteName(id)
	exchange, cipher, found := strings.Cut(strings.TrimPrefix(name, "TLS_"), "_WITH_")
	if !found {
		return name
	}
	if strings.HasPrefix(cipher, "CHACHA20") {
		cipher = "CHACHA20_POLY1305"
	}
	cipher = strings.NewReplacer("AES_", "AES", "_CBC", "").Replace(cipher)
	return strings.ReplaceAll(exchange+"_"+cipher, "_", "-")
}

// append writes the line with all its fields, in the order of the user guide.
func (l *logLine) append(b []byte) []byte {
	b = appendField(b, l.owner)
	b = appendField(b, l.space)
	b = append(l.at.UTC().AppendFormat(b, logTime), ' ')
	b = appendField(b, l.client)
	b = appendField(b, l.caller)
	b = appendField(b, l.id)
	b = appendField(b, l.operation)
	b = appendField(b, l.loggedKey())
	b = appendQuoted(b, l.uri, l.uri != "")
	b = appendCount(b, int64(l.status), l.status > 0)
	b = appendField(b, l.code)
	b = appendCount(b, l.sent, l.sent > 0)
	b = appendCount(b, l.size, l.size >= 0)
	b = appendCount(b, l.total.Milliseconds(), l.total >= 0)
	b = appendCount(b, l.turn.Milliseconds(), l.turn >= 0)
	b = appendQuoted(b, l.referer, l.uri != "")
	b = appendQuoted(b, l.agent, l.uri != "")
	b = appendField(b, l.version)
	b = appendField(b, l.host)
	b = appendField(b, l.signature)
	b = appendField(b, l.cipher)
	b = appendField(b, l.auth)
	b = appendField(b, l.endpoint)
	b = appendField(b, l.tls)
	b = append(b, "- "...) // access point
	if l.byACL {
		b = append(b, "Yes "...)
	} else {
		b = append(b, "- "...)
	}
	return append(b, "-\n"...) // region that the request came from
}

// loggedKey is the key, percent-encoded twice, and once in the lines of
// deletions that were no requests of their own.
func (l *logLine) loggedKey() string {
	key := string(s3xml.AppendURL(nil, l.key))
	if l.once {
		return key
	}
	return string(s3xml.AppendURL(nil, key))
}

// appendField writes a field that has no quotes around it.
func appendField(b []byte, s string) []byte {
	if s == "" {
		return append(b, "- "...)
	}
	return append(appendWord(b, s, ' '), ' ')
}

// appendQuoted writes a field in quotes; where there was no request there are none.
func appendQuoted(b []byte, s string, request bool) []byte {
	switch {
	case !request:
		return append(b, "- "...)
	case s == "":
		return append(b, `"-" `...)
	}
	return append(appendWord(append(b, '"'), s, ' '-1), `" `...)
}

// appendWord percent-encodes quotes, what is no ASCII, and all up to a byte, so
// that nobody writes fields and lines of his own.
func appendWord(b []byte, s string, upTo byte) []byte {
	const hexDigits = "0123456789ABCDEF"
	for i := range len(s) {
		if c := s[i]; c <= upTo || c == '"' || c >= 0x7f {
			b = append(b, '%', hexDigits[c>>4], hexDigits[c&15])
		} else {
			b = append(b, c)
		}
	}
	return b
}

func oneWord(s string) string { return strings.ToUpper(string(appendWord(nil, s, ' '))) }

func appendCount(b []byte, n int64, known bool) []byte {
	if !known {
		return append(b, "- "...)
	}
	return append(strconv.AppendInt(b, n, 10), ' ')
}
