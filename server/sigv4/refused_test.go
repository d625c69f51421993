package sigv4

import (
	"encoding/hex"
	"errors"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"
)

// signedForm is a form whose signature is good for its policy, whatever else it says.
func signedForm(v *Verifier, credential, date string) *Form {
	key, _ := v.keys.get(keyID{exampleKey, "20130524", region}, exampleSecret)
	mac := key.sign([]byte("policy"))
	return &Form{Policy: "policy", Algorithm: algorithm, Credential: credential, Date: date, Signature: hex.EncodeToString(mac[:])}
}

func TestAFormIsRefusedForWhatItsSignatureDoesNotSay(t *testing.T) {
	const scope = exampleKey + "/20130524/us-east-1/s3/aws4_request"
	v := verifierAt(exampleTime)
	if id, err := v.VerifyForm(signedForm(v, scope, "20130524T000000Z")); err != nil || id.AccessKey != exampleKey {
		t.Fatalf("%+v, %v", id, err)
	}
	for name, f := range map[string]*Form{
		"another service": signedForm(v, exampleKey+"/20130524/us-east-1/iam/aws4_request", "20130524T000000Z"),
		"another end":     signedForm(v, exampleKey+"/20130524/us-east-1/s3/aws5_request", "20130524T000000Z"),
		"another day":     signedForm(v, scope, "20130523T000000Z"),
		"the future":      signedForm(v, scope, "20130524T120000Z"),
	} {
		if _, err := v.VerifyForm(f); err == nil {
			t.Errorf("a form of %s is taken", name)
		}
	}
}

// A Space that is named without a slash at its end has two strings to sign, and a wrong signature is that of neither.
func TestAWrongV2SignatureOfASpaceIsRefused(t *testing.T) {
	for _, target := range []string{"/space", "/space/", "/space/key"} {
		r := newRequest(t, "GET", target, nil)
		SignV2(r, "", exampleKey, "another secret", exampleTime)
		if _, err := verifierAt(exampleTime).Verify(read(sent(t, r)), ""); code(err) != "SignatureDoesNotMatch" {
			t.Errorf("%s: %v", target, err)
		}
	}
}

func code(err error) string {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return ""
}

func TestAPresignedURLWithTwoHashesOrHalfADateIsRefused(t *testing.T) {
	r := newRequest(t, "GET", "/space/key?X-Amz-Content-Sha256="+EmptySHA256+"&X-Amz-Content-Sha256="+UnsignedPayload, nil)
	two := Presign(r, exampleKey, exampleSecret, region, exampleTime, time.Hour)
	half, err := url.Parse(Presign(newRequest(t, "GET", "/space/key", nil), exampleKey, exampleSecret, region, exampleTime, time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	q := half.Query()
	q.Set("X-Amz-Date", "2013")
	half.RawQuery = q.Encode()
	for _, target := range []string{two, half.String()} {
		if _, err := verifierAt(exampleTime).Verify(read(httptest.NewRequest("GET", target, nil)), ""); code(err) != "AuthorizationQueryParametersError" {
			t.Errorf("%s: %v", target, err)
		}
	}
}
