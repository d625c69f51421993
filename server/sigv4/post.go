package sigv4

import (
	"crypto/subtle"
	"encoding/hex"
	"time"
)

// Form is what a POST form says of its signature, which is one of the policy
// (S3 API, "Authenticating requests in browser-based uploads using POST").
type Form struct {
	Policy      string // in base64, as it was sent
	EmptyPolicy bool   // it was sent, and is empty

	Algorithm, Credential, Date, Signature string // V4: the fields x-amz-…
	AccessKey, SignatureV2                 string // V2: AWSAccessKeyId and signature
	Token                                  string // x-amz-security-token
}

// Claims reports whether the form claims to be signed, or has a policy, which
// must be.
func (f *Form) Claims() bool { return *f != Form{} }

// VerifyForm says who signed a form. One that claims nothing is refused: ask
// Claims before. What the policy says is not looked at.
func (v *Verifier) VerifyForm(f *Form) (*Identity, error) {
	v4 := f.Algorithm != "" || f.Credential != "" || f.Date != "" || f.Signature != ""
	v2 := f.AccessKey != "" || f.SignatureV2 != ""
	switch {
	case v4 && v2:
		return nil, errMechanisms()
	case f.Token != "":
		return nil, errToken()
	case f.Policy == "" && !f.EmptyPolicy:
		return nil, errField("policy")
	case v2:
		return v.formV2(f)
	}
	return v.formV4(f)
}

func (v *Verifier) formV4(f *Form) (*Identity, error) {
	for _, field := range []struct{ name, value string }{
		{"x-amz-algorithm", f.Algorithm}, {"x-amz-credential", f.Credential}, {"x-amz-date", f.Date}, {"x-amz-signature", f.Signature},
	} {
		if field.value == "" {
			return nil, errField(field.name)
		}
	}
	var c claimV4
	if f.Algorithm != algorithm {
		return nil, errArgument("X-Amz-Algorithm", f.Algorithm, "Only "+algorithm+" is supported")
	}
	if reason := c.credential(f.Credential); reason != "" {
		return nil, errArgument("x-amz-credential", f.Credential, reason)
	}
	stamp, ok := parseISO(f.Date)
	if !ok {
		return nil, errArgument("X-Amz-Date", f.Date, "X-Amz-Date must be formated via ISO8601 Long format")
	}
	if c.date = f.Date; c.date[:8] != c.day {
		return nil, errArgument("x-amz-credential", f.Credential, c.otherDay())
	}
	if stamp.After(v.now()) && v.skewed(stamp) {
		return nil, v.errSkewed(f.Date)
	}
	secret, ok := v.Secret(c.accessKey)
	if !ok {
		return nil, errUnknownKey(c.accessKey)
	}
	kid := keyID{c.accessKey, c.day, c.region}
	key, cached := v.keys.get(kid, secret)
	if !equalHex(key.sign([]byte(f.Policy)), f.Signature) {
		return nil, errSignature(c.accessKey, f.Signature, []byte(f.Policy))
	}
	if !cached {
		v.keys.put(kid, secret, key)
	}
	return &Identity{AccessKey: c.accessKey, Region: c.region}, nil
}

func (v *Verifier) formV2(f *Form) (*Identity, error) {
	switch {
	case f.AccessKey == "":
		return nil, errField("AWSAccessKeyId")
	case f.SignatureV2 == "":
		return nil, errField("Signature")
	}
	secret, ok := v.Secret(f.AccessKey)
	if !ok {
		return nil, errUnknownKey(f.AccessKey)
	}
	if subtle.ConstantTimeCompare(signV2(secret, []byte(f.Policy)), []byte(f.SignatureV2)) != 1 {
		return nil, errSignature(f.AccessKey, f.SignatureV2, []byte(f.Policy))
	}
	return &Identity{AccessKey: f.AccessKey, V2: true}, nil
}

func errField(name string) *Error {
	return errArgument(name, "", "Bucket POST must contain a field named '"+name+"'.  If it is specified, please check the order of the fields.")
}

// FormFields are the fields that name who signs a form: they belong into the
// conditions of its policy.
func FormFields(key, region string, now time.Time) (f Form) {
	date := now.UTC().Format(isoFormat)
	return Form{Algorithm: algorithm, Credential: key + "/" + date[:8] + "/" + region + scopeSuffix, Date: date}
}

// SignForm gives f with a policy, in base64, and its signature. f is of
// FormFields.
func SignForm(f Form, secret, region, policy string) Form {
	key := deriveKey(secret, f.Date[:8], region)
	mac := key.sign([]byte(policy))
	f.Policy, f.Signature = policy, hex.EncodeToString(mac[:])
	return f
}

// SignFormV2 is a signed form of Signature Version 2.
func SignFormV2(key, secret, policy string) Form {
	return Form{Policy: policy, AccessKey: key, SignatureV2: string(signV2(secret, []byte(policy)))}
}
