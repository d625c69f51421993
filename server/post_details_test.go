package server_test

import (
	"encoding/base64"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"spaces/server/sigv4"
)

func now() time.Time { return time.Now() }

// wellFormed reads a document with the strict reader of the standard library.
func wellFormed(t *testing.T, doc string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(doc))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Errorf("%q: %v", doc, err)
			return
		}
	}
}

func TestRefusalsOfAFormSayWhatIsWrong(t *testing.T) {
	f := withSpace(t)
	soon := time.Now().Add(time.Hour)
	with := func(list ...any) *postForm { return usual().signV2(policyText(soon, conditions(list...))) }
	text := func(s string) *postForm { return usual().signV2(s) }
	const list = `{"expiration":"2107-12-01T12:00:00Z","conditions":`
	for _, x := range []struct {
		form *postForm
		want []string // elements of the document, in pairs
	}{
		{signed().set("x-amz-algorithm", "x"), []string{"Message", "Only AWS4-HMAC-SHA256 is supported", "ArgumentName", "X-Amz-Algorithm", "ArgumentValue", "x"}},
		{signed().set("x-amz-date", "x"), []string{"Message", "X-Amz-Date must be formated via ISO8601 Long format", "ArgumentName", "X-Amz-Date"}},
		{signed().set("x-amz-credential", "x"), []string{"ArgumentName", "x-amz-credential", "ArgumentValue", "x"}},
		{signed().set("policy", ""), []string{"Message", "Bucket POST must contain a field named 'policy'.  If it is specified, please check the order of the fields.", "ArgumentName", "policy"}},
		{newForm("acl", "private"), []string{"Message", "Bucket POST must contain a field named 'key'.  If it is specified, please check the order of the fields."}},
		{signed().set("x-amz-signature", "00"), []string{"Code", "SignatureDoesNotMatch", "AWSAccessKeyId", accessKey, "SignatureProvided", "00", "CanonicalRequest", ""}},
		{text(`{`), []string{"Message", "Invalid Policy: Invalid JSON."}},
		{text(`{"extra":1}`), []string{"Message", `Invalid Policy: Unexpected: "extra"`}},
		{text(`{"conditions":[]}`), []string{"Message", "Invalid Policy: Policy missing expiration."}},
		{text(`{"expiration":null,"conditions":[]}`), []string{"Message", "Invalid Policy: Invalid JSON."}},
		{text(`{"expiration":"soon","conditions":[]}`), []string{"Message", "Invalid Policy: Invalid 'expiration' value: 'soon'"}},
		{text(`{"expiration":"2107-12-01T12:00:00Z"}`), []string{"Message", "Invalid Policy: Policy missing conditions."}},
		{text(list + `null}`), []string{"Message", "Invalid Policy: Invalid 'conditions' value: must be a List."}},
		{text(list + `[null]}`), []string{"Message", "Invalid Policy: Invalid condition test: must be a List or Object."}},
		{text(list + `[ [ ] ]}`), []string{"Message", "Invalid Policy: Invalid Condition: missing operation identifier."}},
		{with([]any{"is", "$key", "a"}), []string{"Message", "Invalid Policy: Invalid Condition: unknown operation 'is'."}},
		{with([]any{"eq", "$key"}), []string{"Message", "Invalid Policy: Invalid eq: wrong number of arguments."}},
		{with([]any{"eq", 1, "a"}), []string{"Message", "Invalid Policy: Invalid JSON."}},
		{with(map[string]string{"a": "b", "c": "d"}), []string{"Message", "Invalid Policy: Invalid Simple-Condition: Simple-Conditions must have exactly one property specified."}},
		{with(map[string]any{"a": 1}), []string{"Message", "Invalid Policy: Invalid Simple-Condition: value must be a string."}},
		{with([]any{"eq", "key", ""}), []string{"Code", "AccessDenied", "Message", `Invalid according to Policy: Policy Condition failed: ["eq","key",""]`}},
		{with(map[string]string{"Key": "x"}), []string{"Code", "AccessDenied", "Message", `Invalid according to Policy: Policy Condition failed: ["eq", "$Key", "x"]`}},
		{with([]any{"content-length-range", 0, 3}), []string{"Code", "EntityTooLarge", "ProposedSize", "5", "MaxSizeAllowed", "3"}},
		{with([]any{"content-length-range", 9, 10}), []string{"Code", "EntityTooSmall", "ProposedSize", "5", "MinSizeAllowed", "9"}},
	} {
		a := f.post(x.form.body("hello"))
		if a.StatusCode/100 != 4 {
			t.Fatal(x.want, a.StatusCode)
		}
		for i := 0; i < len(x.want); i += 2 {
			if got := first(a.body, x.want[i]); got != x.want[i+1] {
				t.Errorf("%s is %q, want %q", x.want[i], got, x.want[i+1])
			}
		}
		wellFormed(t, a.body)
	}
	empty := usual().signV2("").fields() + "--x-boundary\r\nContent-Disposition: form-data; name=\"policy\"\r\n\r\n\r\n"
	if a := f.post(empty + newForm().body("x")); first(a.body, "Message") != "Invalid Policy: Expecting '{' but found End-of-Input" {
		t.Error(a.body)
	}
	long := strings.Repeat("x", 200<<10)
	if a := f.refused(f.post(signed().body(long)), 400, "EntityTooLarge"); strings.Contains(a.body, "ProposedSize") {
		t.Error(a.body) // nobody reads that far to find out
	}
	f.refuse(404, "NoSuchKey", "GET", "/media/user/a.txt", "")
}

func TestAFormsSignatureIsAnsweredWithItsPolicy(t *testing.T) {
	f := withSpace(t)
	text := policyText(time.Now().Add(time.Hour), conditions())
	encoded := base64.StdEncoding.EncodeToString([]byte(text))
	s := sigv4.SignFormV2(accessKey, "wrong", encoded)
	a := f.refused(f.post(usual().set("AWSAccessKeyId", s.AccessKey).set("policy", s.Policy).set("signature", s.SignatureV2).body("x")), 403, "SignatureDoesNotMatch")
	if first(a.body, "StringToSign") != encoded || first(a.body, "SignatureProvided") != s.SignatureV2 || strings.Contains(a.body, secretKey) {
		t.Error(a.body)
	}
}
