package server

import (
	"errors"
	"io"
	"maps"
	"net/http"

	"spaces/server/s3xml"
	"spaces/server/storage"
)

// directives say where the attributes of a copy come from.
type directives struct{ replaceMeta, replaceTags bool }

func (c *call) readDirectives() (d directives, err error) {
	if d.replaceMeta, err = directive(c.in.Header, hMetadataDirective, "Unknown metadata directive."); err != nil {
		return d, err
	}
	d.replaceTags, err = directive(c.in.Header, hTaggingDirective, "Unknown tagging directive.")
	return d, err
}

func directive(h http.Header, header, message string) (replace bool, err error) {
	switch v := h.Get(header); v {
	case "", "COPY":
		return false, nil
	case "REPLACE":
		return true, nil
	default:
		return false, errInvalidArgument(header, v, message)
	}
}

// checkCopy refuses bad headers before the source is looked up.
func (c *call) checkCopy() error {
	if name := c.in.Header.Get(hChecksumAlgorithm); name != "" && algorithmNamed(name) == nil {
		return errAlgorithm()
	}
	_, err := c.readDirectives()
	return err
}

func (c *call) copyObject() error {
	d, err := c.readDirectives()
	if err != nil {
		return err
	}
	given, err := c.readAttrs()
	if err != nil {
		return err
	}
	if err := c.checkSelfCopy(d); err != nil {
		return err
	}
	anew, err := c.readCopyEncryption()
	if err != nil {
		return err
	}
	dest, err := writeCheck(c.in.Header)
	if err != nil {
		return err
	}
	o := storage.CopyOptions{
		Source: c.conditions("X-Amz-Copy-Source-").required("x-amz-copy-source-"),
		Dest:   dest,
		Attrs:  func(src storage.Object) (storage.Attrs, error) { return d.apply(src.Attrs, given), nil },
	}
	if !anew { // else it is computed while the body is written
		if o.Sum, err = c.copySum(); err != nil {
			return err
		}
	}
	if o.Sum != nil {
		o.Source = stillThere(&c.source.object, o.Source)
	}
	o.Version, o.Source = c.source.version, c.remember(o.Source)
	var made storage.Object
	if anew {
		made, err = c.copyAnew(o)
	} else {
		made, err = c.s.engine.Copy(c.ctx, c.source.space, c.source.key, c.target.space, c.target.key, o)
	}
	if errors.Is(err, errSourceChanged) {
		return refusef("ServiceUnavailable", "The source changed while it was read. Please try again.")
	}
	if err != nil {
		return err
	}
	c.setExpiration(&made)
	c.out.setVersion(&c.space, &made) // also "null", which a PutObject does not tell (recorded on Amazon)
	c.setSourceVersion(&c.source.object)
	c.out.setEncryption(made.Encryption, c.enc.digest)
	return c.out.answerCopy("CopyObjectResult", made.ETag, made, made.Checksum)
}

// checkSelfCopy refuses a copy onto itself that changes nothing (CopyObject).
// Where the Space says how it encrypts, it may: by that.
func (c *call) checkSelfCopy(d directives) error {
	same := c.source.space == c.target.space && c.source.key == c.target.key && c.source.version == ""
	if !same || d.replaceMeta || d.replaceTags || c.in.Header.Get(hStorageClass) != "" || c.in.Header.Get(hRedirect) != "" ||
		c.namesEncryption() || givesKey(c.in.Header, &sourceKey) || len(c.space.Config[docEncryption]) > 0 {
		return nil
	}
	return refusef("InvalidRequest", "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.")
}

// apply takes from the source what the directives say. The ACL and the
// storage class never come from the source (CopyObject).
func (d directives) apply(src, given storage.Attrs) storage.Attrs {
	out := given
	if !d.replaceMeta {
		out.Meta = src.Meta
		out.Headers = make(map[string]string, len(src.Headers))
		for name, value := range src.Headers {
			if name != hRedirect {
				out.Headers[name] = value
			}
		}
		if v := given.Headers[hRedirect]; v != "" {
			out.Headers[hRedirect] = v
		}
	}
	if !d.replaceTags {
		out.Tags = src.Tags
	}
	return out
}

var errSourceChanged = errors.New("the source of a copy changed under it")

// copySum is the checksum that the client wants the copy to have, when it is
// not the one that the source has: the source is read for it.
func (c *call) copySum() (*storage.Checksum, error) {
	name := c.in.Header.Get(hChecksumAlgorithm)
	if name == "" {
		return nil, nil
	}
	a := algorithmNamed(name) // see checkCopy
	if have := c.source.object.Checksum; have.Algorithm == a.name && have.Type == fullObject {
		return nil, nil
	}
	o, body, err := c.s.engine.GetVersion(c.ctx, c.source.space, c.source.key, c.source.version)
	if err != nil {
		return nil, err
	}
	defer body.Close()
	if err := c.unlock(&o, body, &sourceKey); err != nil {
		return nil, err
	}
	h := a.new()
	if _, err := io.Copy(h, body.Range(0, o.Size)); err != nil {
		return nil, err
	}
	if o.Seq != c.source.object.Seq {
		return nil, errSourceChanged
	}
	sum := checksumOf(a, h.Sum(nil))
	return &sum, nil
}

// stillThere makes sure that what is copied, or written over, is what was read:
// that version, with the tags that it had.
func stillThere(was *storage.Object, also storage.Check) storage.Check {
	seq, tags := was.Seq, was.Tags
	return func(cur *storage.Object) error {
		if cur == nil || cur.Seq != seq || !maps.Equal(cur.Tags, tags) {
			return errSourceChanged
		}
		if also == nil {
			return nil
		}
		return also(cur)
	}
}

func (r *reply) answerCopy(root, etag string, o storage.Object, sum storage.Checksum) error {
	x := s3xml.NewDocument(root)
	x.Time("LastModified", o.Modified)
	x.ETag(etag)
	writeChecksum(x, sum, root == "CopyObjectResult")
	x.Close(root)
	return r.document(http.StatusOK, x)
}
