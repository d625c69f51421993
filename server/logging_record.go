package server

import (
	"crypto/tls"
	"strings"

	"spaces/server/accesslog"
)

// logRecord makes the record of a request that has ended.
func (c *call) logRecord() accesslog.Record {
	t := &c.trace
	l := accesslog.Record{
		At: t.began, Caller: c.requester(), ID: c.id, Operation: c.loggedOperation(), Key: c.target.key,
		URI:    c.in.Method + " " + c.loggedTarget() + " " + c.in.Proto,
		Status: t.status, Code: t.code, Sent: t.sent, Size: c.loggedSize(), Total: t.took, Turn: t.turnaround(),
		Referer: c.in.Header.Get("Referer"), Agent: c.in.Header.Get("User-Agent"),
		Version: c.query.get("versionId"), Host: c.s.hostID, Endpoint: c.in.Host, ByACL: t.byACL,
	}
	l.Client, _ = c.sourceIP()
	l.Signature, l.Auth = c.claimed()
	if s := c.in.TLS; s != nil {
		l.Cipher, l.TLS = cipherName(s.CipherSuite), strings.Replace(tls.VersionName(s.Version), "TLS ", "TLSv", 1)
	}
	return l
}

// requester is the account, or the key of the ring as policies name users of
// the account; "" is a stranger.
func (c *call) requester() string {
	if c.who == nil || c.who.Anonymous {
		return ""
	}
	if k := c.s.keys.Find(c.who.AccessKey); k != nil && !c.root() {
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
