package server

import (
	"strings"

	"spaces/server/storage"
)

// Headers of server-side encryption (S3 user guide, "Protecting data with
// server-side encryption").
const (
	hEncryption = "X-Amz-Server-Side-Encryption"
	hKMSKey     = "X-Amz-Server-Side-Encryption-Aws-Kms-Key-Id"
	hKMSContext = "X-Amz-Server-Side-Encryption-Context"
)

// encryption is how the body of a write is kept.
type encryption struct {
	storage.Encryption
	key    *storage.Key // nil: it is not encrypted
	digest string       // of a customer's key
}

// errNotHere is what the headers of a customer's key are where none is used.
func errNotHere() *Error {
	return refusef("InvalidRequest", "The encryption parameters are not applicable to this object.")
}

// checkEncryptionOfRead refuses, on reads of objects, the headers that say how
// the server should encrypt by itself (GetObject, "Encryption").
func (c *call) checkEncryptionOfRead() error {
	if !c.op.decrypts {
		return nil
	}
	for name := range c.in.Header {
		if strings.HasPrefix(name, hEncryption) && !strings.HasPrefix(name, customerPrefix) {
			return errInvalidArgument(strings.ToLower(name), c.in.Header.Get(name), strings.ToLower(name)+" header is not supported for this operation.")
		}
	}
	return nil
}

// readEncryption reads from the headers of a write, and from what its Space
// asks for, how the new object is kept.
func (c *call) readEncryption() (err error) {
	h := c.in.Header
	method, named := h.Get(hEncryption), len(h[hEncryption]) > 0
	switch given := givesKey(c.in.Header, &ownKey); {
	case named && given:
		return errEncryption(method, "Server Side Encryption with Customer provided key is incompatible with the encryption method specified")
	case given:
		return c.encryptForCustomer()
	case method == "aws:kms" || method == "aws:kms:dsse":
		return errNotImplemented("Encryption with keys of KMS")
	case h.Get(hKMSKey) != "" || h.Get(hKMSContext) != "":
		return errEncryption(method, "Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms")
	case named && method != "AES256":
		return errEncryption(method, "The encryption method specified is not supported")
	case named || c.s.masters.always() || c.s.encryptionOf(&c.space).byDefault:
		c.enc, err = c.s.encryptByServer()
	}
	return err
}

func (c *call) encryptForCustomer() error {
	if c.s.encryptionOf(&c.space).noCustomers {
		return refusef("AccessDenied", "This bucket has blocked upload requests that specify Server Side Encryption with Customer provided keys (SSE-C). Please specify a different server-side encryption type.")
	}
	k, err := c.readCustomerKey(&ownKey)
	if err != nil {
		return err
	}
	c.enc = encryption{storage.Encryption{Keeper: storage.ByCustomer, Proof: k.proof()}, &k.key, k.digest}
	return nil
}

func (s *Server) encryptByServer() (encryption, error) {
	k, err := s.masters.first()
	if err != nil {
		return encryption{}, err
	}
	return encryption{Encryption: storage.Encryption{Keeper: storage.ByServer, Proof: k.id}, key: &k.key}, nil
}

// readPartEncryption reads how a part of an upload is kept: as the upload was
// begun, and with the same key, which is sent with every part (UploadPart).
func (c *call) readPartEncryption(u *storage.Upload) error {
	e := u.Encryption
	given := givesKey(c.in.Header, &ownKey)
	if given != (e.Keeper == storage.ByCustomer) {
		return refusef("InvalidRequest", "The multipart upload initiate requested encryption. Subsequent part requests must include the appropriate encryption parameters.")
	}
	switch e.Keeper {
	case storage.ByCustomer:
		k, err := c.readCustomerKey(&ownKey)
		if err != nil {
			return err
		}
		if !k.opens(e) {
			return refusef("InvalidRequest", "The provided encryption parameters did not match the ones used originally.")
		}
		c.enc = encryption{e, &k.key, k.digest}
	case storage.ByServer:
		key := c.s.masters.named(e.Proof)
		if key == nil {
			return c.s.errKeyLost(e)
		}
		c.enc = encryption{e, key, ""}
	}
	return nil
}

// checkUploadKey compares the key that comes with a Complete, which needs none,
// with that of the upload.
func (c *call) checkUploadKey(u *storage.Upload) error {
	if !givesKey(c.in.Header, &ownKey) || u.ID == "" {
		return nil
	}
	return c.readPartEncryption(u)
}

// unlock makes a body readable with the key that the request gives, or with one
// of the server's. body nil: that the key is right is all that is wanted.
func (c *call) unlock(o *storage.Object, body *storage.Body, names *keyHeaders) error {
	var key *storage.Key
	given := givesKey(c.in.Header, names)
	switch keeper := o.Encryption.Keeper; {
	case keeper == storage.ByCustomer && !given:
		return refusef("InvalidRequest", "The object was stored using a form of Server Side Encryption. The correct parameters must be provided to retrieve the object.")
	case keeper == storage.ByCustomer:
		k, err := c.readCustomerKey(names)
		if err != nil {
			return err
		}
		if !k.opens(o.Encryption) {
			return refusef("AccessDenied", "Requests specifying Server Side Encryption with Customer provided keys must provide the correct secret key.")
		}
		key = &k.key
		if names == &ownKey {
			c.enc = encryption{o.Encryption, key, k.digest}
		}
	case given:
		return errNotHere()
	case keeper == storage.ByServer:
		if key = c.s.masters.named(o.Encryption.Proof); key == nil && body != nil {
			return c.s.errKeyLost(o.Encryption)
		}
	}
	if key == nil || body == nil {
		return nil
	}
	return body.Unlock(*key)
}

// errKeyLost is for what is encrypted with a key of the server's that it was
// not started with.
func (s *Server) errKeyLost(e storage.Encryption) *Error {
	return refusef("InvalidRequest", "The object is encrypted with the server's key %s, which the server was not given.", e.Proof).because(ErrMasterKey)
}

// setEncryption tells a client how an object is kept; digest is that of the
// key which the client gave.
func (r *reply) setEncryption(e storage.Encryption, digest string) {
	switch e.Keeper {
	case storage.ByServer:
		r.set(hEncryption, "AES256")
	case storage.ByCustomer:
		if digest != "" {
			r.set(ownKey.algorithm, "AES256")
			r.set(ownKey.md5, digest)
		}
	}
}

// namesEncryption says whether a copy asks to be kept in some way, which is a
// change even where it was kept so before.
func (c *call) namesEncryption() bool {
	return len(c.in.Header[hEncryption]) > 0 || givesKey(c.in.Header, &ownKey)
}

// sealed stages a body as c.enc says.
func (c *call) sealed(o storage.StageOptions) storage.StageOptions {
	o.Key, o.Encryption = c.enc.key, c.enc.Encryption
	return o
}
