package server

import (
	"cmp"
	"hash"

	"spaces/server/storage"
)

// readCopyEncryption reads how a copy is kept, makes sure that the request may
// read its source, and says whether the body must be encrypted anew: where
// source and copy have the same key, they share the body.
func (c *call) readCopyEncryption() (anew bool, err error) {
	if err := c.readEncryption(); err != nil {
		return false, err
	}
	src := &c.source.object
	if err := c.unlock(src, nil, &sourceKey); err != nil {
		return false, err
	}
	if src.Encryption.Keeper != c.enc.Keeper {
		return true, nil
	}
	if c.enc.Keeper == storage.ByCustomer {
		k := customerKey{key: *c.enc.key}
		return !k.opens(src.Encryption), nil
	}
	return false, nil
}

// copyAnew reads the source and writes it with another key, or with none. The
// checksum is of the algorithm that is asked for, or else of the source's. Of an
// object that is encrypted anew where it is, nothing that is written meanwhile is lost.
func (c *call) copyAnew(o storage.CopyOptions) (made storage.Object, err error) {
	src, body, err := c.s.engine.GetVersion(c.ctx, c.source.space, c.source.key, c.source.version)
	if err != nil {
		return made, err
	}
	defer body.Close()
	if err := o.Source(&src); err != nil {
		return made, err
	}
	if err := c.unlock(&src, body, &sourceKey); err != nil {
		return made, err
	}
	stage := c.sealed(storage.StageOptions{Size: src.Size})
	sum := algorithmNamed(cmp.Or(c.in.Header.Get(hChecksumAlgorithm), src.Checksum.Algorithm)).run()
	if sum != nil {
		stage.Hashes = []hash.Hash{sum.hash}
	}
	staged, err := c.s.engine.Stage(c.ctx, body.Range(0, src.Size), stage)
	if err != nil {
		return made, err
	}
	defer staged.Discard()
	attrs, err := o.Attrs(src)
	if err != nil {
		return made, err
	}
	if c.source.space == c.target.space && c.source.key == c.target.key && c.source.version == "" {
		o.Dest = stillThere(&src, o.Dest)
	}
	return c.s.engine.Put(c.ctx, c.target.space, c.target.key, staged, attrs, sum.checksum(), o.Dest)
}
