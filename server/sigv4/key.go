package sigv4

import (
	"crypto/hmac"
	"crypto/sha256"
	"strings"
	"sync"
)

// maxKeys bounds the cache of signing keys: access keys × days × regions in use at a time.
const maxKeys = 1024

type signingKey [sha256.Size]byte

func sum256(key []byte, data string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(data))
	return h.Sum(nil)
}

// deriveKey makes the signing key of one day and region (S3 API, "Calculating a signature").
func deriveKey(secret, day, region string) signingKey {
	k := sum256([]byte("AWS4"+secret), day)
	k = sum256(k, region)
	k = sum256(k, "s3")
	return signingKey(sum256(k, "aws4_request"))
}

// sign gives the HMAC of text.
func (k *signingKey) sign(text []byte) (mac [sha256.Size]byte) {
	h := hmac.New(sha256.New, k[:])
	h.Write(text)
	h.Sum(mac[:0])
	return mac
}

type keyID struct{ accessKey, day, region string }

type cachedKey struct {
	secret string
	key    signingKey
}

// keyCache keeps signing keys. Only keys that verified a request get in, so strangers cannot
// fill it.
type keyCache struct {
	mu   sync.RWMutex
	keys map[keyID]cachedKey
}

// get gives the signing key and whether it came from the cache.
func (c *keyCache) get(id keyID, secret string) (signingKey, bool) {
	c.mu.RLock()
	e, ok := c.keys[id]
	c.mu.RUnlock()
	if ok && e.secret == secret {
		return e.key, true
	}
	return deriveKey(secret, id.day, id.region), false
}

func (c *keyCache) put(id keyID, secret string, key signingKey) {
	id = keyID{strings.Clone(id.accessKey), strings.Clone(id.day), strings.Clone(id.region)}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.keys == nil || len(c.keys) >= maxKeys {
		c.keys = make(map[keyID]cachedKey) // a new day, usually: start over
	}
	c.keys[id] = cachedKey{secret, key}
}
