package server

import (
	"encoding/hex"
	"io"
	"net/http"
	"strings"

	"spaces/server/storage"
)

// Headers of a PUT whose body is an archive of many objects. The convention is
// that of AWS Snowball, as MinIO extends it (minio-go, PutObjectsSnowball); the
// last is this server's own.
const (
	hExtract   = "X-Amz-Meta-Snowball-Auto-Extract"
	hPackTell  = "X-Amz-Meta-Snowball-Tell"
	hPacks     = "X-Spaces-Packs" // of answers to PUTs: this server takes archives, which others would store
	packHeader = "X-Amz-Meta-Snowball-"
	packMinio  = "X-Amz-Meta-Minio-Snowball-"
)

// packHeld is what storing the members of one archive may take of the memory for
// documents, in bytes: what waits for its commit, the commit, and the windows of
// a decompressor.
const packHeld = 2*packBytes + unpackMemory

// putPack stores the members of an archive as objects (PutObjectExtract of MinIO).
// The body is staged like that of an object first, and verified: its length, digests and
// chunk signatures are known at its end, and nothing of it may be visible before.
// Then the archive is read twice from there, where it is not durable and needs not
// be: once to see that it is whole, so that one that was cut off stores nothing,
// and once to store its members, some megabytes a commit. So the memory that it takes
// does not depend on its size, and each member is whole or not there. What this
// program's clients send is small enough for memory, and read once: see packInMemory.
func (c *call) putPack() error {
	p := &pack{c: c}
	if err := p.read(); err != nil {
		return err
	}
	if c.entry() && !p.mayBegin() {
		return refuse("AccessDenied")
	}
	body, err := p.stage()
	if err != nil {
		return err
	}
	defer body.Discard()
	if p.inMemory {
		err = p.unpackHeld(body.Held())
	} else if err = c.seat.hold(c.ctx, packHeld); err == nil {
		err = p.unpack(body.Staged)
	}
	if err != nil {
		return err
	}
	etag := body.sum.Value // clients want one, and who is told of each member has no use for it
	if !p.inMemory {
		etag = hex.EncodeToString(body.MD5[:])
	}
	c.out.set("Etag", `"`+etag+`"`)
	c.out.setChecksum(body.sum)
	c.out.setEncryption(c.enc.Encryption, c.enc.digest)
	c.out.set(hPacks, "1")
	return p.answer()
}

// read reads what the headers say of all members.
func (p *pack) read() (err error) {
	c, h := p.c, p.c.in.Header
	p.prefix = packOption(h, "Prefix")
	p.ignoreDirs = strings.EqualFold(packOption(h, "Ignore-Dirs"), "true")
	p.ignoreErrors = strings.EqualFold(packOption(h, "Ignore-Errors"), "true")
	p.tell = h.Get(hPackTell) == "true"
	if p.prefix = memberName(p.prefix); p.prefix != "" && p.prefix[len(p.prefix)-1] != '/' {
		p.prefix += "/"
	}
	if p.base, err = c.packAttrs(); err != nil {
		return err
	}
	if err := c.needLockDigest(p.base.Lock, "Put Object"); err != nil {
		return err
	}
	if err := c.readEncryption(); err != nil {
		return err
	}
	p.check, err = writeCheck(h)
	return err
}

// packOption reads an option, which has two names.
func packOption(h http.Header, name string) string {
	if v := h.Get(packMinio + name); v != "" {
		return v
	}
	return h.Get(packHeader + name)
}

// packAttrs reads what is of every member. Headers and metadata of the request are the archive's.
func (c *call) packAttrs() (a storage.Attrs, err error) {
	a.Headers = map[string]string{"Content-Type": defaultType}
	if a.Tags, err = c.givenTags(); err != nil {
		return a, err
	}
	if a.Class, err = readClass(c.in.Header.Get(hStorageClass)); err != nil {
		return a, err
	}
	if a.Lock, err = c.readLock(); err != nil {
		return a, err
	}
	a.ACL, err = c.headerACL(object)
	return a, err
}

// mayBegin says, where only a policy knows, whether there is a point in reading
// the archive: who may write neither at its own key nor at that key below the prefix is
// not let fill the disk with it.
func (p *pack) mayBegin() bool {
	for _, key := range [...]string{p.c.target.key, p.prefix + p.c.target.key} {
		if p.c.s.allows(p.c, &question{action: "s3:PutObject", space: &p.c.space, key: key}) {
			return true
		}
	}
	return false
}

// unpack stores the members of a staged archive.
func (p *pack) unpack(archive *storage.Staged) error {
	body := archive.Open()
	defer body.Close()
	if key := p.c.enc.key; key != nil {
		if err := body.Unlock(*key); err != nil {
			return err
		}
	}
	return p.unpackFrom(func() io.Reader { return body.Range(0, body.Size()) }, body.Size())
}

// unpackFrom reads an archive of that size twice.
func (p *pack) unpackFrom(open func() io.Reader, size int64) error {
	n := 0
	err := p.each(open(), size, func(*member) error { return p.counts(&n) })
	if err != nil {
		return err
	}
	defer p.drop()
	if err = p.each(open(), size, p.add); err == nil {
		err = p.flush()
	}
	return p.broken(err)
}

// counts refuses a member that would be more than can be told of.
func (p *pack) counts(n *int) error {
	if *n++; p.tell && *n > packTold {
		return refusef("InvalidRequest", "An answer tells of %d members, and the archive has more. Nothing was stored.", packTold)
	}
	return nil
}

// broken is the error of an archive of which not all could be tried.
func (p *pack) broken(err error) error {
	if err == nil || p.stored == 0 || p.c.ctx.Err() != nil {
		return err
	}
	e := *asError(err)
	e.Message += " " + plural(p.stored, "member") + " of the archive had been stored before."
	return e.because(err)
}
