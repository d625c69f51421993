package server

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"spaces/server/storage"
)

// MasterKeys are the keys of the server's own (SSE-S3): objects that are
// encrypted without a key of a customer are encrypted with the first of them.
type MasterKeys struct {
	engine *storage.Engine
	o      MasterKeysOptions
	missed []string

	mu   sync.Mutex // of making and recording a key
	keys atomic.Pointer[[]masterKey]
}

// MasterKeysOptions say what keys there are.
type MasterKeysOptions struct {
	Keys []storage.Key // the first is for new objects, all are for reading
	// Always encrypts every new object. Else those are whose writer or whose
	// Space asks for it.
	Always bool
	// Make makes a key when the first is needed, and returns it when it is
	// durable; nil: without Keys nothing can be encrypted.
	Make func() (storage.Key, error)
}

type masterKey struct {
	id       string
	key      storage.Key
	recorded bool // that it was used
}

// masterRecords is the kind of the records of the keys that were used.
const masterRecords = "masterkey"

// ErrMasterKey says that objects are encrypted with a key that is not there: no
// other is made, since whoever has lost one should know at once.
var ErrMasterKey = errors.New("objects are encrypted with a key that was not given")

// OpenMasterKeys prepares keys for an engine. With Always one is made when there
// is none.
func OpenMasterKeys(engine *storage.Engine, o MasterKeysOptions) (*MasterKeys, error) {
	used, err := engine.Records(masterRecords)
	if err != nil {
		return nil, err
	}
	m := &MasterKeys{engine: engine, o: o}
	var keys []masterKey
	for _, k := range o.Keys {
		id := masterID(&k)
		_, recorded := used[id]
		keys = append(keys, masterKey{id, k, recorded})
		delete(used, id)
	}
	for id := range used {
		m.missed = append(m.missed, id)
	}
	slices.Sort(m.missed)
	m.keys.Store(&keys)
	if o.Always {
		_, err = m.first()
	}
	return m, err
}

// masterID names a key without telling it.
func masterID(k *storage.Key) string {
	mac := hmac.New(sha256.New, k[:])
	mac.Write([]byte("name of a master key"))
	return hex.EncodeToString(mac.Sum(nil)[:8])
}

// Missing names the keys that objects were encrypted with and that are not there.
func (m *MasterKeys) Missing() []string { return m.missed }

// first gives the key for new objects, whose use is on record.
func (m *MasterKeys) first() (masterKey, error) {
	if m == nil {
		return masterKey{}, errNotImplemented("Encryption with keys of the server")
	}
	if keys := *m.keys.Load(); len(keys) > 0 && keys[0].recorded {
		return keys[0], nil
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	keys := slices.Clone(*m.keys.Load())
	if len(keys) == 0 {
		made, err := m.create()
		if err != nil {
			return masterKey{}, err
		}
		keys = append(keys, made)
	}
	if !keys[0].recorded {
		if err := m.engine.PutRecords(masterRecords, map[string][]byte{keys[0].id: []byte("used")}); err != nil {
			return masterKey{}, err
		}
		keys[0].recorded = true
	}
	m.keys.Store(&keys)
	return keys[0], nil
}

func (m *MasterKeys) create() (k masterKey, err error) {
	switch {
	case len(m.missed) > 0:
		return k, fmt.Errorf("%w: %s", ErrMasterKey, strings.Join(m.missed, ", "))
	case m.o.Make == nil:
		return k, errNotImplemented("Encryption with keys of the server")
	}
	key, err := m.o.Make()
	return masterKey{id: masterID(&key), key: key}, err
}

// named gives a key by its id; nil when it is not there.
func (m *MasterKeys) named(id string) *storage.Key {
	if m == nil {
		return nil
	}
	for _, k := range *m.keys.Load() {
		if k.id == id {
			return &k.key
		}
	}
	return nil
}

// always says whether every new object is encrypted.
func (m *MasterKeys) always() bool { return m != nil && m.o.Always }
