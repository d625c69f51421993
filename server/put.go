package server

import (
	"hash"
	"net/http"

	"spaces/server/storage"
)

// maxPut is the largest body of one PUT, in bytes (S3: 5 GiB).
const maxPut = 5 << 30

func (c *call) putObject() error {
	attrs, err := c.readAttrs()
	if err != nil {
		return err
	}
	if err := c.needLockDigest(attrs.Lock); err != nil {
		return err
	}
	check := c.writeConditions().forWrite("NoSuchKey")
	if err := c.checkEarly(check); err != nil {
		return err
	}
	body, sum, err := c.stage(nil)
	if err != nil {
		return err
	}
	defer body.Discard()
	o, err := c.s.engine.Put(c.r.Context(), c.target.space, c.target.key, body, attrs, sum, check)
	if err != nil {
		return err
	}
	c.set("Etag", `"`+o.ETag+`"`)
	c.setVersion(&c.space, &o)
	c.setExpiration(&o)
	c.setChecksum(o.Checksum)
	return c.empty(http.StatusOK)
}

// checkEarly spares a client the sending of a body that a condition refuses
// anyway. What counts is the same check at the commit.
func (c *call) checkEarly(check storage.Check) error {
	if check == nil {
		return nil
	}
	o, err := c.s.engine.Head(c.target.space, c.target.key)
	if err != nil {
		return check(nil)
	}
	return check(&o)
}

// stage reads the body of the request into the engine and compares its
// digests with what the client claims. wanted is computed even when the client
// claims nothing; nil: nothing is.
func (c *call) stage(wanted *algorithm) (*storage.Staged, storage.Checksum, error) {
	var sum storage.Checksum
	k, err := c.readClaim()
	if err != nil {
		return nil, sum, err
	}
	if c.stream.Size() > maxPut {
		return nil, sum, errTooLarge(c.stream.Size())
	}
	a := k.algorithm
	if a == nil {
		a = wanted
	}
	o := storage.StageOptions{Size: c.stream.Size(), Max: maxPut}
	var h hash.Hash
	if a != nil {
		h = a.new()
		o.Hashes = []hash.Hash{h}
	}
	body, err := c.s.engine.Stage(c.r.Context(), c.stream, o)
	if err != nil {
		return nil, sum, err
	}
	var digest []byte
	if a != nil {
		digest = h.Sum(nil)
		sum = checksumOf(a, digest)
	}
	if err := k.check(body.MD5[:], digest, c.stream.Trailer()); err != nil {
		body.Discard()
		return nil, sum, err
	}
	c.bodyRead()
	return body, sum, nil
}

func errTooLarge(size int64) *Error {
	return refuse("EntityTooLarge").with("ProposedSize", formatInt(size)).with("MaxSizeAllowed", formatInt(maxPut))
}
