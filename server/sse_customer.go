package server

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/netip"
	"strings"

	"spaces/server/pipe"
	"spaces/server/s3xml"
	"spaces/server/storage"
)

// keyHeaders are the headers of a customer's key (S3 user guide, "Using
// server-side encryption with customer-provided keys").
type keyHeaders struct{ algorithm, key, md5 string }

// The headers of customers' keys begin with one of these.
const (
	customerPrefix       = "X-Amz-Server-Side-Encryption-Customer-"
	sourceCustomerPrefix = "X-Amz-Copy-Source-Server-Side-Encryption-Customer-"
)

// The keys of the object itself, and of the source of a copy.
var (
	ownKey    = keyHeaders{customerPrefix + "Algorithm", customerPrefix + "Key", customerPrefix + "Key-Md5"}
	sourceKey = keyHeaders{sourceCustomerPrefix + "Algorithm", sourceCustomerPrefix + "Key", sourceCustomerPrefix + "Key-Md5"}
)

// customerKey is a key that came with a request. It is forgotten with it.
type customerKey struct {
	key    storage.Key
	digest string // base64 of its MD5, as clients are answered
}

// givesKey says whether any of the headers of a customer's key is there.
func givesKey(h http.Header, names *keyHeaders) bool {
	return len(h[names.algorithm]) > 0 || len(h[names.key]) > 0 || len(h[names.md5]) > 0
}

// readCustomerKey reads the three headers of a key. All three are needed.
func (c *call) readCustomerKey(names *keyHeaders) (*customerKey, error) {
	h := c.in.Header
	algorithm, text, sum := h.Get(names.algorithm), h.Get(names.key), h.Get(names.md5)
	need := "Requests specifying Server Side Encryption with Customer provided keys must provide "
	raw, err := base64.StdEncoding.DecodeString(text)
	digest := md5.Sum(raw)
	k := &customerKey{digest: base64.StdEncoding.EncodeToString(digest[:])}
	switch {
	case algorithm == "":
		return nil, errEncryption("null", need+"a valid encryption algorithm.")
	case text == "":
		return nil, errEncryption("null", need+"an appropriate secret key.")
	case algorithm != "AES256":
		return nil, refusef("InvalidEncryptionAlgorithmError", "The Encryption request you specified is not valid. Supported value: AES256.").
			with("ArgumentName", "x-amz-server-side-encryption").with("ArgumentValue", s3xml.Printable(algorithm))
	case sum == "":
		return nil, errEncryption("null", need+"the client calculated MD5 of the secret key.")
	case err == nil && sum != k.digest:
		return nil, errEncryption("null", "The calculated MD5 hash of the key did not match the hash that was provided.")
	case err != nil || len(raw) != len(k.key):
		return nil, errEncryption("null", "The secret key was invalid for the specified algorithm.")
	case !c.private():
		return nil, refusef("InvalidRequest", "Requests specifying Server Side Encryption with Customer provided keys must be made over a secure connection.")
	}
	copy(k.key[:], raw)
	return k, nil
}

func errEncryption(value, message string) *Error {
	return errInvalidArgument("x-amz-server-side-encryption", value, message)
}

// private says whether nobody on the way could read a key: the request came by
// TLS, or from this machine. S3 takes such keys by TLS only.
func (c *call) private() bool {
	if c.secure() || c.in.Remote == pipe.Address {
		return true
	}
	peer, err := netip.ParseAddrPort(c.in.Remote)
	return err == nil && peer.Addr().Unmap().IsLoopback()
}

// proofSize is that of the salt of a proof, in bytes.
const proofSize = 16

// proof makes what the key can be told by later, from which nobody finds it.
func (k *customerKey) proof() string {
	salt := make([]byte, proofSize)
	rand.Read(salt)
	return string(k.seal(salt))
}

func (k *customerKey) seal(salt []byte) []byte {
	mac := hmac.New(sha256.New, k.key[:])
	mac.Write(salt)
	return mac.Sum(salt)
}

// opens says whether this is the key of a body.
func (k *customerKey) opens(e storage.Encryption) bool {
	if e.Keeper != storage.ByCustomer || len(e.Proof) < proofSize {
		return false
	}
	salt := append(make([]byte, 0, proofSize+sha256.Size), e.Proof[:proofSize]...)
	return hmac.Equal(k.seal(salt), []byte(e.Proof))
}

// refuseEncryptionHeaders refuses the headers of encryption that the row of a
// request does not take: none may be overlooked.
func (c *call) refuseEncryptionHeaders(name string) error {
	switch {
	case strings.HasPrefix(name, sourceCustomerPrefix):
		if c.op.source == hCopySource {
			return nil
		}
	case !strings.HasPrefix(name, hEncryption) || c.op.encrypts:
		return nil
	}
	return errNotImplemented("The header " + name)
}
