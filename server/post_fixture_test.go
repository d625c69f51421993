package server_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"spaces/server/sigv4"
)

const formType = "multipart/form-data; boundary=x-boundary"

// postForm is a form as a browser sends it.
type postForm struct {
	pairs    [][2]string
	filename string
}

// newForm makes a form of fields in pairs.
func newForm(pairs ...string) *postForm {
	f := &postForm{filename: "file.txt"}
	for i := 0; i < len(pairs); i += 2 {
		f.set(pairs[i], pairs[i+1])
	}
	return f
}

// set gives a field a value; "" takes it away.
func (f *postForm) set(name, value string) *postForm {
	kept := f.pairs[:0:0]
	for _, p := range f.pairs {
		if p[0] != name {
			kept = append(kept, p)
		}
	}
	if f.pairs = kept; value != "" {
		f.pairs = append(f.pairs, [2]string{name, value})
	}
	return f
}

func (f *postForm) fields() string {
	var b strings.Builder
	for _, p := range f.pairs {
		fmt.Fprintf(&b, "--x-boundary\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n", p[0], p[1])
	}
	return b.String()
}

func (f *postForm) body(file string) string {
	return f.fields() + fmt.Sprintf("--x-boundary\r\nContent-Disposition: form-data; name=\"file\"; filename=\"%s\"\r\nContent-Type: text/css\r\n\r\n%s\r\n--x-boundary--\r\n", f.filename, file)
}

// conditions are those of a policy that allows what newSigned sends.
func conditions(more ...any) []any {
	return append([]any{
		map[string]string{"bucket": "media"}, []any{"starts-with", "$key", "user/"}, []any{"starts-with", "$x-amz-meta-tag", ""},
		[]any{"starts-with", "$Content-Type", "text/"}, []any{"content-length-range", 0, 1000}, map[string]string{"acl": "private"},
	}, more...)
}

func policyText(expires time.Time, conditions []any) string {
	b, err := json.Marshal(map[string]any{"expiration": expires.UTC().Format("2006-01-02T15:04:05.000Z"), "conditions": conditions})
	if err != nil {
		panic(err)
	}
	return string(b)
}

// signV4 signs a form with a policy of conditions.
func (f *postForm) signV4(text string) *postForm {
	s := sigv4.SignForm(sigv4.FormFields(accessKey, region, time.Now()), secretKey, region, base64.StdEncoding.EncodeToString([]byte(text)))
	return f.set("x-amz-algorithm", s.Algorithm).set("x-amz-credential", s.Credential).set("x-amz-date", s.Date).
		set("policy", s.Policy).set("x-amz-signature", s.Signature)
}

func (f *postForm) signV2(text string) *postForm {
	s := sigv4.SignFormV2(accessKey, secretKey, base64.StdEncoding.EncodeToString([]byte(text)))
	return f.set("AWSAccessKeyId", s.AccessKey).set("policy", s.Policy).set("signature", s.SignatureV2)
}

// signing are the conditions on the fields of a V4 signature.
func signing() []any {
	s := sigv4.FormFields(accessKey, region, time.Now())
	return []any{map[string]string{"x-amz-algorithm": s.Algorithm}, map[string]string{"x-amz-credential": s.Credential}, []any{"starts-with", "$x-amz-date", s.Date[:8]}}
}

func usual() *postForm {
	return newForm("key", "user/a.txt", "acl", "private", "Content-Type", "text/plain", "x-amz-meta-tag", "t")
}

func signed() *postForm {
	return usual().signV4(policyText(time.Now().Add(time.Hour), append(conditions(), signing()...)))
}

// post sends a form without any other signature.
func (f *fixture) post(body string, headers ...string) answer {
	f.Helper()
	return f.anonymous("POST", "/media", body, append([]string{"Content-Type", formType}, headers...)...)
}
