package keyring_test

import (
	"errors"
	"testing"

	"spaces/server/keyring"
	"spaces/server/storage"
)

// A key that cannot be read is not forgotten: what it may not do any more would be found out by nobody.
func TestAKeyThatCannotBeReadIsDamage(t *testing.T) {
	e := newEngine(t)
	for kind, texts := range map[string][]string{
		"accesskey": {"{", `{"access_key":"other","secret_key":"s"}`, `{"access_key":"id"}`},
		"sshlogin":  {"{", `{"fingerprint":"other","access_key":"k"}`, `{"fingerprint":"id"}`},
	} {
		for _, text := range texts {
			if err := e.PutRecords(kind, map[string][]byte{"id": []byte(text)}); err != nil {
				t.Fatal(err)
			}
			if _, err := keyring.Open(e, nil); !errors.Is(err, storage.ErrCorrupt) {
				t.Errorf("%s %s: %v", kind, text, err)
			}
		}
		if err := e.PutRecords(kind, map[string][]byte{"id": nil}); err != nil {
			t.Fatal(err)
		}
	}
}
