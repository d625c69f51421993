package sigv4

import (
	"sync"
	"testing"
	"time"
)

func TestASecretThatChangedIsUsedAtOnce(t *testing.T) {
	secret := exampleSecret
	v := &Verifier{Secret: func(string) (string, bool) { return secret, true }, Now: func() time.Time { return exampleTime }}
	mustVerify(t, v, signedGet(t, nil))
	secret = "another"
	_, err := v.Verify(read(signedGet(t, nil)), "")
	wantError(t, err, "SignatureDoesNotMatch", 403)
	secret = exampleSecret
	mustVerify(t, v, signedGet(t, nil))
}

func TestTheKeyCacheIsBoundedAndOnlyForThoseWhoSignedWell(t *testing.T) {
	v := verifierAt(exampleTime)
	for i := range maxKeys + 10 {
		r := newRequest(t, "GET", "/", nil)
		Sign(r, exampleKey, exampleSecret, "region-"+itoa(i), EmptySHA256, exampleTime)
		mustVerify(t, v, sent(t, r))
	}
	n := len(v.keys.keys)
	if n == 0 || n > maxKeys {
		t.Errorf("the cache has %d keys", n)
	}
	r := newRequest(t, "GET", "/", nil)
	Sign(r, exampleKey, "wrong", "elsewhere", EmptySHA256, exampleTime)
	if _, err := v.Verify(read(sent(t, r)), ""); err == nil || len(v.keys.keys) != n {
		t.Errorf("a wrong signature got into the cache: %d keys, %v", len(v.keys.keys), err)
	}
}

func TestAVerifierServesManyAtOnce(t *testing.T) {
	v := verifierAt(exampleTime)
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for j := range 50 {
				r := newRequest(t, "GET", "/space/key?prefix="+itoa(i), nil)
				Sign(r, exampleKey, exampleSecret, "region-"+itoa(j%7), EmptySHA256, exampleTime)
				if id, err := v.Verify(read(r), ""); err != nil || id.Region != "region-"+itoa(j%7) {
					t.Errorf("%+v, %v", id, err)
				}
			}
		})
	}
	all.Wait()
}
