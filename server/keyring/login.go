package keyring

import (
	"bytes"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"

	"spaces/server/s3xml"
	"spaces/server/storage"
)

// Login is a public key of SSH by which somebody comes in as an access key, with what that may do.
type Login struct {
	Fingerprint string    `json:"fingerprint"` // as ssh-keygen -l shows it: SHA256:…
	PublicKey   string    `json:"public_key"`  // type and key in base64, as a line of authorized_keys (sshd(8)) has them
	Comment     string    `json:"comment"`
	AccessKey   string    `json:"access_key"` // its id
	Created     time.Time `json:"created_at"`
}

// Errors of logins.
var (
	ErrPublicKey   = errors.New("this is no public key that can be used")
	ErrNoLogin     = errors.New("no such public key is authorized")
	ErrAuthorized  = errors.New("this public key is authorized already")
	ErrManyLogins  = fmt.Errorf("there are %d public keys already", maxLogins)
	errPrivateKey  = fmt.Errorf("%w: it is a private key, which nobody should ever see; give the file that ends in .pub", ErrPublicKey)
	errCertificate = fmt.Errorf("%w: certificates are not taken, only plain keys", ErrPublicKey)
	errWithOptions = fmt.Errorf("%w: options before a key (from=, command=, …) are not known here, and it would be wrong to ignore them", ErrPublicKey)
	errWeakKey     = fmt.Errorf("%w: RSA keys have at least %d bits; ssh-keygen -t ed25519 makes a good one", ErrPublicKey, minRSA)
)

const (
	loginKind  = "sshlogin" // the kind of the records of logins
	maxLogins  = 1000
	maxComment = 255  // bytes
	minRSA     = 2048 // bits (NIST SP 800-131A)
)

// ParsePublicKey reads one line of a .pub file; ErrPublicKey, with what is wrong.
func ParsePublicKey(text []byte) (key ssh.PublicKey, comment string, err error) {
	if bytes.Contains(text, []byte("PRIVATE KEY")) {
		return nil, "", errPrivateKey
	}
	key, comment, options, rest, err := ssh.ParseAuthorizedKey(text)
	switch {
	case err != nil:
		return nil, "", fmt.Errorf("%w: it should be one line such as: ssh-ed25519 AAAA… you@laptop", ErrPublicKey)
	case len(bytes.TrimSpace(rest)) > 0:
		return nil, "", fmt.Errorf("%w: there is more than one line; authorize one key at a time", ErrPublicKey)
	case len(options) > 0:
		return nil, "", errWithOptions
	}
	if len(comment) > maxComment {
		comment = strings.ToValidUTF8(comment[:maxComment], "")
	}
	return key, s3xml.Printable(comment), checkPublicKey(key)
}

// checkPublicKey refuses what is too weak today, and what is not a plain key.
func checkPublicKey(key ssh.PublicKey) error {
	switch key.Type() {
	case ssh.KeyAlgoED25519, ssh.KeyAlgoECDSA256, ssh.KeyAlgoECDSA384, ssh.KeyAlgoECDSA521, ssh.KeyAlgoSKED25519, ssh.KeyAlgoSKECDSA256:
		return nil
	case ssh.KeyAlgoRSA:
		if k, is := key.(ssh.CryptoPublicKey); is {
			if r, is := k.CryptoPublicKey().(*rsa.PublicKey); is && r.N.BitLen() >= minRSA {
				return nil
			}
		}
		return errWeakKey
	}
	if _, is := key.(*ssh.Certificate); is {
		return errCertificate
	}
	return fmt.Errorf("%w: keys of the type %s are not taken", ErrPublicKey, s3xml.Printable(key.Type()))
}

// openLogins reads the logins that an engine stores.
func openLogins(engine *storage.Engine) (map[string]*Login, error) {
	records, err := engine.Records(loginKind)
	if err != nil {
		return nil, err
	}
	logins := make(map[string]*Login, len(records))
	for id, text := range records {
		l := new(Login)
		if err := json.Unmarshal(text, l); err != nil || l.Fingerprint != id || l.AccessKey == "" {
			return nil, fmt.Errorf("%w: the public key %q", storage.ErrCorrupt, id)
		}
		logins[id] = l
	}
	return logins, nil
}

// Authorize lets the holder of a public key in as an access key, which the caller has seen to be there. ErrAuthorized
// where it lets in as one already: a key that leads to two would lead to the wrong one.
func (r *Ring) Authorize(accessKey string, text []byte) (Login, error) {
	key, comment, err := ParsePublicKey(text)
	if err != nil {
		return Login{}, err
	}
	l := Login{
		Fingerprint: ssh.FingerprintSHA256(key), PublicKey: strings.TrimSpace(string(ssh.MarshalAuthorizedKey(key))),
		Comment: comment, AccessKey: accessKey, Created: r.now().UTC().Truncate(time.Second),
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	all := *r.logins.Load()
	switch {
	case all[l.Fingerprint] != nil:
		return Login{}, ErrAuthorized
	case len(all) >= maxLogins:
		return Login{}, ErrManyLogins
	}
	return l, r.putLogins(map[string]*Login{l.Fingerprint: &l})
}

// Revoke lets the holder of a public key in no more; ErrNoLogin.
func (r *Ring) Revoke(fingerprint string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if (*r.logins.Load())[fingerprint] == nil {
		return ErrNoLogin
	}
	return r.putLogins(map[string]*Login{fingerprint: nil})
}

// Login says as which access key a public key lets in; nil: as none. Nobody may change what it gives.
func (r *Ring) Login(fingerprint string) *Login { return (*r.logins.Load())[fingerprint] }

// Logins gives all logins, oldest first.
func (r *Ring) Logins() []Login {
	var list []Login
	for _, l := range *r.logins.Load() {
		list = append(list, *l)
	}
	slices.SortFunc(list, func(a, b Login) int {
		if c := a.Created.Compare(b.Created); c != 0 {
			return c
		}
		return strings.Compare(a.Fingerprint, b.Fingerprint)
	})
	return list
}

// dropLogins removes those of an access key. The ring is locked.
func (r *Ring) dropLogins(accessKey string) error {
	gone := map[string]*Login{}
	for id, l := range *r.logins.Load() {
		if l.AccessKey == accessKey {
			gone[id] = nil
		}
	}
	return r.putLogins(gone)
}

// putLogins stores logins, nil ones removed, and then lets them be seen. The ring is locked.
func (r *Ring) putLogins(change map[string]*Login) error {
	if len(change) == 0 {
		return nil
	}
	records, next := make(map[string][]byte, len(change)), maps.Clone(*r.logins.Load())
	for id, l := range change {
		if l == nil {
			records[id] = nil
			delete(next, id)
			continue
		}
		text, err := json.Marshal(l)
		if err != nil {
			return err
		}
		records[id], next[id] = text, l
	}
	if err := r.engine.PutRecords(loginKind, records); err != nil {
		return err
	}
	r.logins.Store(&next)
	return nil
}
