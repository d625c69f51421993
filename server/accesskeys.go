package server

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

// AccessKey is a key of the ring. Secret is empty except where the key was
// just made or rotated: it is shown once.
type AccessKey struct {
	Name    string    `json:"name"`
	ID      string    `json:"access_key"`
	Secret  string    `json:"secret_key,omitempty"`
	Grants  []Grant   `json:"grants"`
	Created time.Time `json:"created_at"`
}

// Errors of the ring.
var (
	ErrNoAccessKey = errors.New("there is no such access key")
	ErrKeyName     = fmt.Errorf("the name of an access key is 1 to %d printable characters", maxKeyName)
	ErrKeyGrant    = errors.New("a grant is a valid bucket name, or none for all, and one of read, readwrite, fullaccess")
	ErrTooManyKeys = fmt.Errorf("there are %d access keys already", maxAccessKeys)
)

const (
	keyRecords    = "accesskey" // the kind of the records of keys
	maxKeyName    = 255         // characters
	maxKeyGrants  = 200
	maxAccessKeys = 10_000
)

// KeyRing holds the access keys that were made beside the root key. They are
// stored by the engine, and looked up in memory.
type KeyRing struct {
	engine *storage.Engine
	now    func() time.Time
	mu     sync.Mutex // of writers
	keys   atomic.Pointer[map[string]*AccessKey]
}

// OpenKeyRing reads the keys that an engine stores; now nil is time.Now.
func OpenKeyRing(engine *storage.Engine, now func() time.Time) (*KeyRing, error) {
	if now == nil {
		now = time.Now
	}
	records, err := engine.Records(keyRecords)
	if err != nil {
		return nil, err
	}
	keys := make(map[string]*AccessKey, len(records))
	for id, text := range records {
		if keys[id], err = readAccessKey(id, text); err != nil {
			return nil, err
		}
	}
	r := &KeyRing{engine: engine, now: now}
	r.keys.Store(&keys)
	return r, nil
}

// readAccessKey reads a key as it is stored under its id.
func readAccessKey(id string, text []byte) (*AccessKey, error) {
	k := new(AccessKey)
	if err := json.Unmarshal(text, k); err != nil || k.ID != id || k.Secret == "" {
		return nil, fmt.Errorf("%w: the access key %q", storage.ErrCorrupt, id)
	}
	return k, nil
}

// find gives a key as it is stored; nil when there is none.
func (r *KeyRing) find(id string) *AccessKey {
	if r == nil {
		return nil
	}
	return (*r.keys.Load())[id]
}

// secret is what signatures of a key are made with.
func (r *KeyRing) secret(id string) (string, bool) {
	if k := r.find(id); k != nil {
		return k.Secret, true
	}
	return "", false
}

// shown is a copy that may leave the ring.
func (k *AccessKey) shown() AccessKey {
	c := *k
	c.Secret = ""
	c.Grants = append([]Grant{}, k.Grants...)
	return c
}

// List gives all keys, without their secrets, oldest first.
func (r *KeyRing) List() []AccessKey {
	var list []AccessKey
	for _, k := range *r.keys.Load() {
		list = append(list, k.shown())
	}
	slices.SortFunc(list, func(a, b AccessKey) int {
		if c := a.Created.Compare(b.Created); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	return list
}

// Get gives a key without its secret; ErrNoAccessKey.
func (r *KeyRing) Get(id string) (AccessKey, error) {
	k := r.find(id)
	if k == nil {
		return AccessKey{}, ErrNoAccessKey
	}
	return k.shown(), nil
}

// Create makes a key and gives it with its secret; ErrKeyName, ErrKeyGrant,
// ErrTooManyKeys.
func (r *KeyRing) Create(name string, grants []Grant) (AccessKey, error) {
	k := &AccessKey{Name: name, ID: "DO" + randomText(18, idLetters), Secret: newSecret(), Created: r.now().UTC().Truncate(time.Second)}
	var err error
	if k.Grants, err = checkGrants(grants); err == nil {
		err = checkKeyName(name)
	}
	if err != nil {
		return AccessKey{}, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(*r.keys.Load()) >= maxAccessKeys {
		return AccessKey{}, ErrTooManyKeys
	}
	if err := r.put(k.ID, k); err != nil {
		return AccessKey{}, err
	}
	made := k.shown()
	made.Secret = k.Secret
	return made, nil
}

// Update changes the name and the grants of a key, each unless it is nil.
func (r *KeyRing) Update(id string, name *string, grants []Grant) (AccessKey, error) {
	return r.change(id, func(k *AccessKey) (err error) {
		if name != nil {
			k.Name = *name
			err = checkKeyName(k.Name)
		}
		if grants != nil && err == nil {
			k.Grants, err = checkGrants(grants)
		}
		return err
	})
}

// Rotate gives a key a new secret, which is in the answer. Name, id and grants
// stay; the old secret is good for nothing from then on.
func (r *KeyRing) Rotate(id string) (AccessKey, error) {
	secret := newSecret()
	k, err := r.change(id, func(k *AccessKey) error { k.Secret = secret; return nil })
	if err == nil {
		k.Secret = secret
	}
	return k, err
}

// Delete removes a key; ErrNoAccessKey.
func (r *KeyRing) Delete(id string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.find(id) == nil {
		return ErrNoAccessKey
	}
	return r.put(id, nil)
}

func (r *KeyRing) change(id string, edit func(*AccessKey) error) (AccessKey, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	old := r.find(id)
	if old == nil {
		return AccessKey{}, ErrNoAccessKey
	}
	k := *old // those who look it up see one or the other, whole
	if err := edit(&k); err != nil {
		return AccessKey{}, err
	}
	if err := r.put(id, &k); err != nil {
		return AccessKey{}, err
	}
	return k.shown(), nil
}

// put stores a key, or removes it when k is nil, and then lets it be seen. The
// ring is locked.
func (r *KeyRing) put(id string, k *AccessKey) (err error) {
	var text []byte
	if k != nil {
		if text, err = json.Marshal(k); err != nil {
			return err
		}
	}
	if err := r.engine.PutRecords(keyRecords, map[string][]byte{id: text}); err != nil {
		return err
	}
	next := maps.Clone(*r.keys.Load())
	if delete(next, id); k != nil {
		next[id] = k
	}
	r.keys.Store(&next)
	return nil
}

func checkKeyName(name string) error {
	if n := utf8.RuneCountInString(name); n < 1 || n > maxKeyName || s3xml.Printable(name) != name || strings.TrimSpace(name) == "" {
		return ErrKeyName
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
