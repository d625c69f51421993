package keyring_test

import (
	"errors"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"

	"spaces/server/keyring"
	"spaces/server/storage"
)

const publicKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl you@laptop"

func TestLoginsOutliveTheirRingAndGoWithTheirKey(t *testing.T) {
	fs := vfs.NewMem()
	open := func() (*storage.Engine, *keyring.Ring) {
		t.Helper()
		e, err := storage.Open("data", storage.Options{FS: fs})
		if err != nil {
			t.Fatal(err)
		}
		return e, ring(t, e)
	}
	e, r := open()
	k, err := r.Create("guest", nil)
	if err != nil {
		t.Fatal(err)
	}
	l, err := r.Authorize(k.ID, []byte(publicKey))
	if err != nil || e.Close() != nil {
		t.Fatal(err)
	}
	e, r = open()
	if got := r.Login(l.Fingerprint); got == nil || *got != l {
		t.Errorf("%+v, want %+v", got, l)
	}
	if _, err := r.Authorize("other", []byte(publicKey)); !errors.Is(err, keyring.ErrAuthorized) {
		t.Errorf("authorized twice: %v", err)
	}
	if err := r.Delete(k.ID); err != nil || r.Login(l.Fingerprint) != nil || len(r.Logins()) != 0 {
		t.Errorf("its key is gone: %v, %v", err, r.Logins())
	}
	if err := r.Revoke(l.Fingerprint); !errors.Is(err, keyring.ErrNoLogin) || e.Close() != nil {
		t.Errorf("revoking none: %v", err)
	}
	e, r = open()
	defer e.Close()
	if len(r.Logins()) != 0 {
		t.Errorf("they are back: %v", r.Logins())
	}
}

func FuzzPublicKeysAreReadOrRefused(f *testing.F) {
	for _, text := range []string{publicKey, "", "ssh-rsa AAAA", `from="*" ` + publicKey, publicKey + "\n" + publicKey, "\x00\xff"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		key, _, err := keyring.ParsePublicKey(text)
		if err == nil && key == nil || err != nil && !errors.Is(err, keyring.ErrPublicKey) {
			t.Errorf("%q: %v, %v", text, key, err)
		}
	})
}
