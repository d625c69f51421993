package server

import (
	"io"
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
	if err := c.needLockDigest(attrs.Lock, "Put Object"); err != nil {
		return err
	}
	o, err := c.storeObject(attrs, func() (received, error) { return c.stage(nil) })
	if err != nil {
		return err
	}
	c.out.set("Etag", `"`+o.ETag+`"`)
	c.out.set(hObjectLength, formatInt(o.Size)) // what is stored, so that clients can compare
	c.out.set(hPacks, "1")
	return c.out.empty(http.StatusOK)
}

// storeObject makes what stage reads the object that the request is about, and
// tells of it in the headers of the answer.
func (c *call) storeObject(attrs storage.Attrs, stage func() (received, error)) (o storage.Object, err error) {
	if err := c.readEncryption(); err != nil {
		return o, err
	}
	check, err := writeCheck(c.in.Header)
	if err != nil {
		return o, err
	}
	if err := c.checkEarly(check); err != nil {
		return o, err
	}
	body, err := stage()
	if err != nil {
		return o, err
	}
	defer body.Discard()
	o, err = c.s.engine.Put(c.ctx, c.target.space, c.target.key, body.Staged, attrs, body.sum, check)
	if err != nil {
		return o, err
	}
	c.out.setNewVersion(&o)
	c.setExpiration(&o)
	c.out.setChecksum(o.Checksum)
	c.out.setEncryption(c.enc.Encryption, c.enc.digest)
	return o, nil
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

// received is a body in the engine that is what the client claims it to be.
type received struct {
	*storage.Staged
	given storage.Checksum // what the client claimed; the zero value: nothing
	sum   storage.Checksum // to be kept with the body
}

// stage reads the body of the request into the engine and compares its
// digests with what the client claims. The checksum to keep is of the algorithm
// wanted; nil: of the one that the client chose, or else of the standard one.
func (c *call) stage(wanted *algorithm) (received, error) {
	return c.stageAs(c.stream, wanted, c.sealed(storage.StageOptions{}))
}

// stageAs is stage of what in gives of the body. Where o spares the MD5 it is
// computed all the same for a client that claims one.
func (c *call) stageAs(in io.Reader, wanted *algorithm, o storage.StageOptions) (received, error) {
	k, err := c.readClaim()
	if err != nil {
		return received{}, err
	}
	if c.stream.Size() > maxPut {
		return received{}, errTooLarge(c.stream.Size())
	}
	sums := k.sums(wanted)
	o.Size, o.Max, o.Hashes = c.stream.Size(), maxPut, sums.hashes()
	o.NoMD5 = o.NoMD5 && k.md5 == nil
	body, err := c.s.engine.Stage(c.ctx, in, o)
	if err != nil {
		return received{}, err
	}
	if err := k.check(body.MD5[:], sums.given.sum(), c.stream.Trailer()); err != nil {
		body.Discard()
		return received{}, err
	}
	c.bodyRead()
	return received{body, sums.given.checksum(), sums.kept.checksum()}, nil
}

func errTooLarge(size int64) *Error {
	return refuse("EntityTooLarge").with("ProposedSize", formatInt(size)).with("MaxSizeAllowed", formatInt(maxPut))
}
