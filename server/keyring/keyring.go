// Package keyring has the access keys that are made beside the root key, and what each may do: the permissions of
// DigitalOcean's access keys, in single Spaces or in all. Signatures, policies and the API that makes the keys are no
// matter of this package.
package keyring

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"spaces/server/s3xml"
	"spaces/server/storage"
)

// Key is an access key. Secret is empty except where the key was
// just made or rotated: it is shown once.
type Key struct {
	Name    string    `json:"name"`
	ID      string    `json:"access_key"`
	Secret  string    `json:"secret_key,omitempty"`
	Grants  []Grant   `json:"grants"`
	Created time.Time `json:"created_at"`
}

// Errors of the ring.
var (
	ErrNoKey   = errors.New("there is no such access key")
	ErrName    = fmt.Errorf("the name of an access key is 1 to %d printable characters", maxName)
	ErrGrant   = errors.New("a grant is a valid bucket name, or none for all, and one of read, readwrite, fullaccess")
	ErrTooMany = fmt.Errorf("there are %d access keys already", maxKeys)
)

const (
	recordKind = "accesskey" // the kind of the records of keys
	maxName    = 255         // characters
	maxGrants  = 200
	maxKeys    = 10_000
)

// Ring holds the access keys that were made beside the root key, and the logins of all. They are
// stored by the engine, and looked up in memory.
type Ring struct {
	engine *storage.Engine
	now    func() time.Time
	mu     sync.Mutex // of writers
	keys   atomic.Pointer[map[string]*Key]
	logins atomic.Pointer[map[string]*Login]
}

// Open reads the keys that an engine stores; now nil is time.Now.
func Open(engine *storage.Engine, now func() time.Time) (*Ring, error) {
	if now == nil {
		now = time.Now
	}
	records, err := engine.Records(recordKind)
	if err != nil {
		return nil, err
	}
	keys := make(map[string]*Key, len(records))
	for id, text := range records {
		if keys[id], err = readKey(id, text); err != nil {
			return nil, err
		}
	}
	logins, err := openLogins(engine)
	if err != nil {
		return nil, err
	}
	r := &Ring{engine: engine, now: now}
	r.keys.Store(&keys)
	r.logins.Store(&logins)
	return r, nil
}

// readKey reads a key as it is stored under its id.
func readKey(id string, text []byte) (*Key, error) {
	k := new(Key)
	if err := json.Unmarshal(text, k); err != nil || k.ID != id || k.Secret == "" {
		return nil, fmt.Errorf("%w: the access key %q", storage.ErrCorrupt, id)
	}
	return k, nil
}

// Find gives a key as it is stored, which nobody may change; nil when there is
// none. A nil ring has no keys.
func (r *Ring) Find(id string) *Key {
	if r == nil {
		return nil
	}
	return (*r.keys.Load())[id]
}

// Secret is what signatures of a key are made with.
func (r *Ring) Secret(id string) (string, bool) {
	if k := r.Find(id); k != nil {
		return k.Secret, true
	}
	return "", false
}

// shown is a copy that may leave the ring.
func (k *Key) shown() Key {
	c := *k
	c.Secret = ""
	c.Grants = append([]Grant{}, k.Grants...)
	return c
}

// List gives all keys, without their secrets, oldest first.
func (r *Ring) List() []Key {
	var list []Key
	for _, k := range *r.keys.Load() {
		list = append(list, k.shown())
	}
	slices.SortFunc(list, func(a, b Key) int {
		if c := a.Created.Compare(b.Created); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	return list
}

// Get gives a key without its secret; ErrNoKey.
func (r *Ring) Get(id string) (Key, error) {
	k := r.Find(id)
	if k == nil {
		return Key{}, ErrNoKey
	}
	return k.shown(), nil
}

// Create makes a key and gives it with its secret; ErrName, ErrGrant,
// ErrTooMany.
func (r *Ring) Create(name string, grants []Grant) (Key, error) {
	k := &Key{Name: name, ID: "DO" + randomText(18, idLetters), Secret: newSecret(), Created: r.now().UTC().Truncate(time.Second)}
	var err error
	if k.Grants, err = checkGrants(grants); err == nil {
		err = checkName(name)
	}
	if err != nil {
		return Key{}, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(*r.keys.Load()) >= maxKeys {
		return Key{}, ErrTooMany
	}
	if err := r.put(k.ID, k); err != nil {
		return Key{}, err
	}
	made := k.shown()
	made.Secret = k.Secret
	return made, nil
}

// Update changes the name and the grants of a key, each unless it is nil.
func (r *Ring) Update(id string, name *string, grants []Grant) (Key, error) {
	return r.change(id, func(k *Key) (err error) {
		if name != nil {
			k.Name = *name
			err = checkName(k.Name)
		}
		if grants != nil && err == nil {
			k.Grants, err = checkGrants(grants)
		}
		return err
	})
}

// Rotate gives a key a new secret, which is in the answer. Name, id and grants
// stay; the old secret is good for nothing from then on.
func (r *Ring) Rotate(id string) (Key, error) {
	secret := newSecret()
	k, err := r.change(id, func(k *Key) error { k.Secret = secret; return nil })
	if err == nil {
		k.Secret = secret
	}
	return k, err
}

// Delete removes a key and its logins; ErrNoKey. The logins go first: one that is left leads to no key, and lets nobody in.
func (r *Ring) Delete(id string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.Find(id) == nil {
		return ErrNoKey
	}
	if err := r.dropLogins(id); err != nil {
		return err
	}
	return r.put(id, nil)
}

func (r *Ring) change(id string, edit func(*Key) error) (Key, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	old := r.Find(id)
	if old == nil {
		return Key{}, ErrNoKey
	}
	k := *old // those who look it up see one or the other, whole
	if err := edit(&k); err != nil {
		return Key{}, err
	}
	if err := r.put(id, &k); err != nil {
		return Key{}, err
	}
	return k.shown(), nil
}

// put stores a key, or removes it when k is nil, and then lets it be seen. The
// ring is locked.
func (r *Ring) put(id string, k *Key) (err error) {
	var text []byte
	if k != nil {
		if text, err = json.Marshal(k); err != nil {
			return err
		}
	}
	if err := r.engine.PutRecords(recordKind, map[string][]byte{id: text}); err != nil {
		return err
	}
	next := maps.Clone(*r.keys.Load())
	if delete(next, id); k != nil {
		next[id] = k
	}
	r.keys.Store(&next)
	return nil
}

func checkName(name string) error {
	if n := utf8.RuneCountInString(name); n < 1 || n > maxName || s3xml.Printable(name) != name || strings.TrimSpace(name) == "" {
		return ErrName
	}
	return nil
}

const (
	idLetters     = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
	secretLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
)

// newSecret has 258 random bits, in the form that secrets of S3 have.
func newSecret() string { return randomText(43, secretLetters) }

// randomText draws n characters from an alphabet whose length divides 256.
func randomText(n int, alphabet string) string {
	b := make([]byte, n)
	rand.Read(b) // never fails
	for i := range b {
		b[i] = alphabet[int(b[i])%len(alphabet)]
	}
	return string(b)
}
