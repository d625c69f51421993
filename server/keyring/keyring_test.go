package keyring_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"

	"spaces/server/keyring"
	"spaces/server/storage"
)

func ring(t testing.TB, e *storage.Engine) *keyring.Ring {
	t.Helper()
	r, err := keyring.Open(e, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func newEngine(t testing.TB) *storage.Engine {
	t.Helper()
	e, err := storage.Open("data", storage.Options{FS: vfs.NewMem()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	return e
}

func TestKeysOutliveTheirRing(t *testing.T) {
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
	k, err := r.Create("kept", []keyring.Grant{{Bucket: "media", Permission: keyring.ReadWrite}})
	if err != nil {
		t.Fatal(err)
	}
	gone, err := r.Create("gone", nil)
	if err == nil {
		err = r.Delete(gone.ID)
	}
	if err != nil || e.Close() != nil {
		t.Fatal(err)
	}
	e, r = open()
	defer e.Close()
	k.Secret = ""
	if got, err := r.Get(k.ID); err != nil || !reflect.DeepEqual(got, k) {
		t.Errorf("%+v %v, want %+v", got, err, k)
	}
	if _, err := r.Get(gone.ID); !errors.Is(err, keyring.ErrNoKey) {
		t.Error(err)
	}
}

func TestAKeyHasTheWidestOfItsGrants(t *testing.T) {
	r := ring(t, newEngine(t))
	k, err := r.Create("k", []keyring.Grant{{Permission: keyring.Read}, {Bucket: "media", Permission: keyring.ReadWrite}, {Bucket: "site", Permission: keyring.FullAccess}})
	if err != nil {
		t.Fatal(err)
	}
	kept := r.Find(k.ID)
	for space, want := range map[string]keyring.Permission{"media": keyring.ReadWrite, "site": keyring.FullAccess, "other": keyring.Read} {
		if got := kept.Permission(space); got != want {
			t.Errorf("%s: %q, want %q", space, got, want)
		}
	}
	for _, c := range []struct {
		action string
		least  keyring.Permission
	}{{"s3:ListBucket", keyring.Read}, {"s3:PutObject", keyring.ReadWrite}, {"s3:PutBucketPolicy", keyring.FullAccess}, {"s3:SomethingNew", keyring.FullAccess}} {
		allowed := false
		for _, p := range []keyring.Permission{"", keyring.Read, keyring.ReadWrite, keyring.FullAccess} {
			allowed = allowed || p == c.least
			if p.Allows(c.action) != allowed {
				t.Errorf("%q and %s: %v", p, c.action, !allowed)
			}
		}
	}
	if secret, ok := r.Secret(k.ID); !ok || secret != k.Secret || r.Find("DO00") != nil || (*keyring.Ring)(nil).Find(k.ID) != nil {
		t.Error("the secret of the key, or a key that there is none of")
	}
}

func TestBadNamesAndGrantsAreRefused(t *testing.T) {
	r := ring(t, newEngine(t))
	for _, name := range []string{"", " ", "a\nb", "\xff", strings.Repeat("x", 256)} {
		if _, err := r.Create(name, nil); !errors.Is(err, keyring.ErrName) {
			t.Errorf("%q: %v", name, err)
		}
	}
	for _, g := range [][]keyring.Grant{{{Bucket: "media"}}, {{Bucket: "media", Permission: "admin"}}, {{Bucket: "A", Permission: keyring.Read}}, make([]keyring.Grant, 201)} {
		if _, err := r.Create("k", g); !errors.Is(err, keyring.ErrGrant) {
			t.Errorf("%+v: %v", g, err)
		}
	}
	if _, err := r.Rotate("DO00"); !errors.Is(err, keyring.ErrNoKey) {
		t.Error(err)
	}
	if len(r.List()) != 0 {
		t.Error(r.List())
	}
}

// FuzzKeys: keys are read as they were written, or not at all.
func FuzzKeys(f *testing.F) {
	f.Add(`{"access_key":"DO00","secret_key":"s","name":"n","grants":[{"bucket":"media","permission":"read"}],"created_at":"2107-12-01T12:00:00Z"}`, "DO00")
	f.Add(`{"name":"n","grants":null}`, "")
	e := newEngine(f)
	f.Fuzz(func(t *testing.T, text, id string) {
		if id == "" || len(id) > 100 || len(text) == 0 || e.PutRecords("accesskey", map[string][]byte{id: []byte(text)}) != nil {
			return
		}
		defer e.PutRecords("accesskey", map[string][]byte{id: nil})
		r, err := keyring.Open(e, nil)
		if errors.Is(err, storage.ErrCorrupt) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		k := r.Find(id)
		again, err := json.Marshal(k)
		if err != nil || e.PutRecords("accesskey", map[string][]byte{id: again}) != nil {
			t.Fatal(err)
		}
		if same := ring(t, e).Find(id); same.Secret != k.Secret || len(same.Grants) != len(k.Grants) {
			t.Errorf("%q is written as %q", text, again)
		}
	})
}
