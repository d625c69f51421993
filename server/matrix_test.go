package server_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"spaces/server"
	"spaces/server/sigv4"
)

// documents are bodies that the operations that take one accept. A row that is
// not here gets a document of any kind: the matrix refuses it before it is read.
var documents = map[string]string{
	"DeleteObjects":           "<Delete><Object><Key>key</Key></Object></Delete>",
	"RenameObjects":           "<RenameObjects><Object><Key>source</Key><NewKey>renamed</NewKey></Object></RenameObjects>",
	"ChangeObjects":           "<ChangeObjects><ACL>public-read</ACL><Object><Key>key</Key></Object></ChangeObjects>",
	"GetObjects":              "<GetObjects><Object><Key>key</Key></Object></GetObjects>",
	"PutObjectTagging":        "<Tagging><TagSet><Tag><Key>k</Key><Value>v</Value></Tag></TagSet></Tagging>",
	"PutBucketAcl":            policy(full + group),
	"PutObjectAcl":            policy(full + group),
	"CompleteMultipartUpload": "",
	"CreateBucket":            "",
	"PutBucketVersioning":     "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>",
	"PutObjectRetention":      retentionDoc("GOVERNANCE", inDays(1)),
	"PutObjectLegalHold":      "<LegalHold><Status>ON</Status></LegalHold>",
	"PutObjectExtract":        archived(file("key", "new body")),
	"PostObject":              newForm("key", "key").body("new body"),
}

// bed is what the requests of the matrix find: a Space with an object and an upload.
type bed struct {
	*fixture
	upload, etag string
}

func newBed(t testing.TB, change ...func(*server.Config)) *bed {
	b := &bed{fixture: newFixture(t, append(change, uncounted)...)}
	b.want(200, "PUT", "/matrix", "")
	b.want(200, "PUT", "/matrix/key", "hello")
	b.want(200, "PUT", "/matrix/source", "source")
	b.upload = b.begin("/matrix/key")
	b.etag = b.part("/matrix/key", b.upload, 1, "part")
	return b
}

// request builds a request that belongs to a row, unsigned.
func (b *bed) rowRequest(row server.Row) *http.Request {
	at := "/"
	if row.Space {
		at = "/matrix"
		if row.Name == "CreateBucket" {
			at = "/created"
		}
	}
	if row.Object {
		at = "/matrix/key"
	}
	for i, name := range row.Query {
		at += []string{"?", "&"}[min(i, 1)] + name
		switch name {
		case "list-type":
			at += "=2"
		case "archive":
			at += "=tar"
		case "uploadId":
			at += "=" + b.upload
		case "partNumber":
			at += "=1"
		}
	}
	body := ""
	switch doc, known := documents[row.Name]; {
	case row.Name == "CompleteMultipartUpload":
		body = completeDoc(b.etag)
	case known:
		body = doc
	case row.Document:
		body = "<Document/>"
	case row.Stream:
		body = "new body"
	}
	req := b.fixture.request(row.Method, at, body)
	if row.Name == "PostObject" {
		req.Header.Set("Content-Type", formType)
	}
	if row.Value != "" {
		req.Header.Set(row.Header, row.Value)
	}
	switch {
	case row.Source == "X-Amz-Rename-Source":
		req.Header.Set(row.Source, "source")
	case row.Source != "":
		req.Header.Set(row.Source, "/matrix/source")
	}
	return req
}

// payloadHash is that of a request's body.
func payloadHash(req *http.Request) string {
	body := ""
	if req.GetBody != nil {
		r, _ := req.GetBody()
		buf := make([]byte, req.ContentLength)
		n, _ := r.Read(buf)
		body = string(buf[:n])
	}
	return sigv4.HashPayload([]byte(body))
}

// signedAs signs req as if it were another one: change is undone afterwards.
func signedAs(req *http.Request, change func(*http.Request)) *http.Request {
	other := req.Clone(req.Context())
	change(other)
	sigv4.Sign(other, accessKey, secretKey, region, payloadHash(req), time.Now())
	for _, name := range []string{"Authorization", "X-Amz-Date", "X-Amz-Content-Sha256"} {
		req.Header[name] = other.Header[name]
	}
	return req
}

// broken are the ways in which the authentication of a request can be wrong.
// Each takes an unsigned request and gives one that must be refused.
var broken = []struct {
	name  string
	apply func(*http.Request) *http.Request
}{
	{"none", func(r *http.Request) *http.Request { return r }},
	{"unknown key", func(r *http.Request) *http.Request {
		sigv4.Sign(r, "AKIDOTHER", secretKey, region, payloadHash(r), time.Now())
		return r
	}},
	{"wrong secret", func(r *http.Request) *http.Request {
		sigv4.Sign(r, accessKey, "another secret", region, payloadHash(r), time.Now())
		return r
	}},
	{"malformed header", func(r *http.Request) *http.Request {
		sign(r)
		r.Header.Set("Authorization", strings.Replace(r.Header.Get("Authorization"), "Credential=", "Credentials=", 1))
		return r
	}},
	{"expired presign", func(r *http.Request) *http.Request {
		return withURL(r, sigv4.Presign(r, accessKey, secretKey, region, time.Now().Add(-2*time.Hour), time.Hour))
	}},
	{"bad date", func(r *http.Request) *http.Request {
		sigv4.Sign(r, accessKey, secretKey, region, payloadHash(r), time.Now().Add(-time.Hour))
		return r
	}},
	{"tampered path", func(r *http.Request) *http.Request {
		return signedAs(r, func(o *http.Request) { o.URL.Path += "x"; o.URL.RawPath = "" })
	}},
	{"tampered query", func(r *http.Request) *http.Request {
		return signedAs(r, func(o *http.Request) { o.URL.RawQuery = "prefix=other" })
	}},
	{"wrong method", func(r *http.Request) *http.Request {
		return signedAs(r, func(o *http.Request) { o.Method = map[bool]string{true: "PUT", false: "GET"}[r.Method == "GET"] })
	}},
	{"other host", func(r *http.Request) *http.Request {
		return signedAs(r, func(o *http.Request) { o.Host = "elsewhere:9000"; o.URL.Host = o.Host })
	}},
	{"missing content hash", func(r *http.Request) *http.Request {
		sign(r)
		r.Header.Del("X-Amz-Content-Sha256")
		return r
	}},
	{"unsigned x-amz header", func(r *http.Request) *http.Request {
		sign(r)
		r.Header.Set("X-Amz-Acl", "public-read")
		return r
	}},
	{"streaming without seed signature", func(r *http.Request) *http.Request {
		r.Header.Set("X-Amz-Content-Sha256", sigv4.StreamSignedPayload)
		r.Header.Set("X-Amz-Decoded-Content-Length", "0")
		return r
	}},
	{"V2 tampered", func(r *http.Request) *http.Request {
		u := sigv4.PresignV2(r, "", accessKey, secretKey, time.Now().Add(time.Hour))
		i := strings.Index(u, "Signature=") + len("Signature=")
		return withURL(r, u[:i]+"AAAA"+u[i+4:])
	}},

	// One request, two readings: the signature is good for another path or host.
	{"opaque target", func(r *http.Request) *http.Request { return aimed(r, "/", host, "a:b://h"+r.URL.Path) }},
	{"opaque http target", func(r *http.Request) *http.Request { return aimed(r, "/", host, "http:b://h"+r.URL.Path) }},
	{"target without authority", func(r *http.Request) *http.Request {
		return aimed(r, "/matrix/uploads/x://h"+r.URL.Path, host, "http:/matrix/uploads/x://h"+r.URL.Path)
	}},
	{"target of no scheme", func(r *http.Request) *http.Request { return aimed(r, r.URL.Path, host, "x"+r.URL.Path) }},
	{"target of another scheme", func(r *http.Request) *http.Request {
		return aimed(r, r.URL.Path, host, "ftp://"+host+r.URL.Path)
	}},
	{"absolute target of another host", func(r *http.Request) *http.Request {
		return aimed(r, r.URL.Path, host, "http://elsewhere:9000"+r.URL.Path)
	}},
	{"absolute target of another path", func(r *http.Request) *http.Request { return aimed(r, "/other", host, "http://"+host+r.URL.Path) }},
	{"absolute target with a user", func(r *http.Request) *http.Request {
		return aimed(r, r.URL.Path, host, "http://"+host+"@elsewhere:9000"+r.URL.Path)
	}},
	{"absolute target with an empty authority", func(r *http.Request) *http.Request { return aimed(r, r.URL.Path, "", "http://"+r.URL.Path) }},
	{"path encoded twice", func(r *http.Request) *http.Request {
		return aimed(r, r.URL.Path+"a", host, "http://"+host+r.URL.Path+"%2561")
	}},
	{"host with a Space before it", func(r *http.Request) *http.Request {
		sign(r)
		r.Host = "matrix." + host
		return r
	}},
	{"host in other letters", func(r *http.Request) *http.Request {
		sign(r)
		r.Host = strings.ToUpper(host)
		return r
	}},
	{"host with an escape", func(r *http.Request) *http.Request {
		signed := signedAs(r, func(o *http.Request) { o.Host = "matrix%2Fkey." + host })
		signed.Host = "matrix%2Fkey." + host
		return signed
	}},
	{"plus for a space in the signature of a query", func(r *http.Request) *http.Request {
		r.URL.RawQuery += "&prefix=a+b"
		return signedAs(r, func(o *http.Request) { o.URL.RawQuery = strings.Replace(o.URL.RawQuery, "a+b", "a%2Bb", 1) })
	}},
	{"plus for a space in the path", func(r *http.Request) *http.Request {
		r.URL.Path += "a b"
		return signedAs(r, func(o *http.Request) { o.URL.Path = strings.Replace(o.URL.Path, "a b", "a+b", 1) })
	}},
	{"signature twice", func(r *http.Request) *http.Request { return doubled(r, "X-Amz-Signature="+strings.Repeat("0", 64)) }},
	{"signature twice, escaped", func(r *http.Request) *http.Request { return doubled(r, "X%2DAmz%2DSignature="+strings.Repeat("0", 64)) }},
	{"signature twice, in other letters", func(r *http.Request) *http.Request { return doubled(r, "x-amz-signature="+strings.Repeat("0", 64)) }},
	{"expiry twice", func(r *http.Request) *http.Request { return doubled(r, "X-Amz-Expires=604800") }},
	{"parameter put in", func(r *http.Request) *http.Request { return doubled(r, "x-amz-acl=public-read") }},
	{"parameter in both versions", func(r *http.Request) *http.Request {
		return doubled(r, "AWSAccessKeyId="+accessKey+"&Signature=AAAA&Expires=9999999999")
	}},
	{"header beside a presigned query", func(r *http.Request) *http.Request {
		query := sigv4.Presign(r, accessKey, secretKey, region, time.Now(), time.Hour)
		return withURL(sign(r), query)
	}},
	{"credentials in the header, signature in the query", func(r *http.Request) *http.Request {
		r = withURL(r, sigv4.Presign(r, accessKey, secretKey, region, time.Now(), time.Hour))
		r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential="+r.URL.Query().Get("X-Amz-Credential")+", SignedHeaders=host, Signature="+r.URL.Query().Get("X-Amz-Signature"))
		r.URL.RawQuery = ""
		return r
	}},
	{"V2 of the Space by path for a host", func(r *http.Request) *http.Request {
		r = withURL(r, sigv4.PresignV2(r, "", accessKey, secretKey, time.Now().Add(time.Hour)))
		r.Host = "matrix." + host
		return r
	}},
	{"V2 with a target of another form", func(r *http.Request) *http.Request {
		signed := r.Clone(r.Context())
		signed.URL.Path = "/"
		r = withURL(r, sigv4.PresignV2(signed, "", accessKey, secretKey, time.Now().Add(time.Hour)))
		r.URL.Opaque = "a:b://h" + r.URL.Path
		return r
	}},
}

// aimed gives a request with the signature of one for another path and host,
// sent to a target that is not in origin form.
func aimed(r *http.Request, path, host, target string) *http.Request {
	signed := r.Clone(r.Context())
	signed.URL.Path, signed.URL.RawPath, signed.URL.Host, signed.Host = path, "", host, host
	r = withURL(r, sigv4.Presign(signed, accessKey, secretKey, region, time.Now(), time.Hour))
	r.URL.Opaque = target
	return r
}

// doubled is a request presigned, with a parameter put in again.
func doubled(r *http.Request, param string) *http.Request {
	r = withURL(r, sigv4.Presign(r, accessKey, secretKey, region, time.Now(), time.Hour))
	r.URL.RawQuery += "&" + param
	return r
}

// withURL puts the query of a presigned URL into a request.
func withURL(r *http.Request, u string) *http.Request {
	_, r.URL.RawQuery, _ = strings.Cut(u, "?")
	return r
}

func TestNoRowHasASideDoor(t *testing.T) {
	for _, row := range server.Rows() {
		t.Run(row.Name, func(t *testing.T) {
			t.Parallel()
			b := newBed(t)
			before := b.dump()
			for _, way := range broken {
				a := b.send(way.apply(b.rowRequest(row)))
				missing := a.StatusCode == 404 && row.Method == "OPTIONS" // strangers may ask, and ask for what is not there
				if a.StatusCode != 403 && a.StatusCode != 400 && !missing {
					t.Errorf("%s: %d %s\n%s", way.name, a.StatusCode, a.code(), a.body)
				}
				if b.dump() != before {
					t.Fatalf("%s changed something", way.name)
				}
			}
			// The same request with a good signature reaches its row: else the above proves nothing.
			a := b.send(sign(b.rowRequest(row)))
			if strings.HasPrefix(row.Name, "Preflight") {
				return
			}
			switch code := a.code(); {
			case a.StatusCode == 401, a.StatusCode == 403, code == "SignatureDoesNotMatch", code == "MethodNotAllowed", code == "NotImplemented":
				t.Errorf("the good request: %d %s", a.StatusCode, a.body)
			}
		})
	}
}
