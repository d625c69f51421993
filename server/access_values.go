package server

import (
	"crypto/tls"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"spaces/server/pipe"
	"spaces/server/storage"
)

// conditionValue gives what the request has for a condition key of a policy
// (Service Authorization Reference, Amazon S3). A key that says nothing of the
// action that is asked about has no value.
func (c *call) conditionValue(q *question, key string) ([]string, bool) {
	service, name, _ := strings.Cut(key, ":")
	if prefix, tag, found := strings.Cut(name, "/"); found {
		return c.tagValue(q, prefix, tag)
	}
	v, ok := "", false
	switch {
	case key == "s3:RequestObjectTagKeys":
		tags := c.requestTags(q)
		return slices.Sorted(maps.Keys(tags)), len(tags) > 0
	case service == "aws":
		v, ok = c.globalValue(q, name)
	case service == "s3":
		v, ok = c.serviceValue(q, name)
	}
	if !ok {
		return nil, false
	}
	return []string{v}, true
}

// globalValue gives the condition keys that begin with aws:.
func (c *call) globalValue(q *question, name string) (string, bool) {
	switch name {
	case "SourceIp":
		return c.sourceIP()
	case "SecureTransport":
		return strconv.FormatBool(c.secure()), true
	case "Referer":
		return header(c.in.Header, "Referer")
	case "UserAgent":
		return header(c.in.Header, "User-Agent")
	case "CurrentTime":
		return c.s.now().UTC().Format(time.RFC3339), true
	case "EpochTime":
		return strconv.FormatInt(c.s.now().Unix(), 10), true
	case "RequestedRegion":
		return c.s.regionOf(q.space), true
	case "ResourceAccount":
		return c.s.owner, true
	case "PrincipalIsAWSService", "ViaAWSService":
		return "false", true
	}
	return c.callerValue(name)
}

// callerValue gives the keys that say who asks.
func (c *call) callerValue(name string) (string, bool) {
	user := c.s.keys.Find(c.who.AccessKey)
	switch {
	case c.who.Anonymous:
		return "Anonymous", name == "PrincipalType"
	case name == "PrincipalAccount":
		return c.s.owner, true
	case user != nil && name == "PrincipalType":
		return "User", true
	case user != nil && name == "PrincipalArn":
		return "arn:aws:iam::" + c.s.owner + ":user/" + user.Name, true
	case user != nil && name == "userid":
		return user.ID, true
	case user != nil && name == "username":
		return user.Name, true
	case name == "PrincipalType":
		return "Account", true
	case name == "PrincipalArn":
		return "arn:aws:iam::" + c.s.owner + ":root", true
	case name == "userid":
		return c.s.owner, true
	}
	return "", false
}

// serviceValue gives the condition keys that begin with s3:.
func (c *call) serviceValue(q *question, name string) (string, bool) {
	switch name {
	case "prefix", "delimiter", "max-keys":
		if q.key != "" || c.op.scope != space || c.op.method != "GET" && c.op.name != headArchive {
			return "", false
		}
		return c.query.Lookup(name)
	case "VersionId":
		return q.version, q.version != ""
	case "authType":
		return c.authType(), !c.who.Anonymous
	case "signatureversion":
		if c.who.V2 {
			return "AWS", true
		}
		return "AWS4-HMAC-SHA256", !c.who.Anonymous
	case "signatureAge":
		return c.signatureAge()
	case "TlsVersion":
		return c.tlsVersion()
	case "ResourceAccount":
		return c.s.owner, true
	case "if-match", "if-none-match":
		return header(c.in.Header, name)
	}
	if strings.HasPrefix(name, "x-amz-") {
		return header(c.in.Header, name)
	}
	if strings.HasPrefix(name, "object-lock-") && name != "object-lock-remaining-retention-days" {
		return header(c.in.Header, "x-amz-"+name)
	}
	return "", false
}

func header(h http.Header, name string) (string, bool) {
	v := h.Values(name)
	return strings.Join(v, ","), len(v) > 0
}

// tagValue gives the tags of the object that is there and those that the
// request sets.
func (c *call) tagValue(q *question, prefix, tag string) ([]string, bool) {
	var tags map[string]string
	switch prefix {
	case "ExistingObjectTag":
		if o := c.existing(q); o != nil {
			tags = o.Tags
		}
	case "RequestObjectTag":
		tags = c.requestTags(q)
	case "BucketTag":
		tags = c.s.spaceTags(q.space)
	}
	v, ok := tags[tag]
	return []string{v}, ok
}

func (c *call) existing(q *question) *storage.Object {
	if q.key == "" {
		return nil
	}
	return c.s.lookAt(q)
}

// requestTags are those of the header, or of the document of a PutObjectTagging.
func (c *call) requestTags(q *question) map[string]string {
	if c.op.setsTags {
		tags, _ := c.readTagging()
		return tags
	}
	if q.action != "s3:PutObject" && q.action != "s3:PutObjectTagging" && q.action != "s3:PutObjectAcl" {
		return nil
	}
	tags, _ := c.givenTags()
	return tags
}

func (c *call) authType() string {
	switch {
	case c.op.form:
		return "POST"
	case c.who.Presigned:
		return "REST-QUERY-STRING"
	}
	return "REST-HEADER"
}

// signatureAge is how long ago the request was signed, in milliseconds.
func (c *call) signatureAge() (string, bool) {
	at := c.query.get("X-Amz-Date")
	if !c.who.Presigned {
		at = c.in.Header.Get("X-Amz-Date")
	}
	t, err := time.Parse("20060102T150405Z", at)
	if err != nil || c.who.Anonymous {
		return "", false
	}
	return strconv.FormatInt(c.s.now().Sub(t).Milliseconds(), 10), true
}

func (c *call) tlsVersion() (string, bool) {
	if c.in.TLS == nil {
		return "", false
	}
	switch c.in.TLS.Version {
	case tls.VersionTLS12:
		return "1.2", true
	case tls.VersionTLS13:
		return "1.3", true
	}
	return "", false
}

// sourceIP is the address of the client. One within the process is on this
// machine.
func (c *call) sourceIP() (string, bool) {
	switch a := c.client(); {
	case a.IsValid():
		return a.String(), true
	case c.in.Remote == pipe.Address:
		return "127.0.0.1", true
	}
	return "", false
}
