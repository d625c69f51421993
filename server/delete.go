package server

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"spaces/server/s3xml"
	"spaces/server/sigv4"
	"spaces/server/storage"
)

const maxDelete = 1000 // keys of one DeleteObjects

func (c *call) deleteObject() error {
	check, err := deleteCheck(c.in.Header)
	if err != nil {
		return err
	}
	d, err := c.s.engine.DeleteVersion(c.ctx, c.target.space, c.target.key, c.version(), c.bypass(c.target.key), c.again(check, c.question))
	if errors.Is(err, storage.ErrNoVersion) { // gone is what was asked for
		d, err = storage.Deleted{Version: c.version()}, nil
	}
	if err != nil {
		return err
	}
	c.out.setDeleted(d)
	return c.out.empty(http.StatusNoContent)
}

// expectation is what a delete asks of what it deletes; the zero value asks
// nothing. Amazon has size and time for directory buckets only (DeleteObject);
// overlooking them would delete what nobody meant.
type expectation struct{ etag, size, modified string }

func deleteCheck(h http.Header) (storage.Check, error) {
	return expectation{h.Get("If-Match"), h.Get(hIfSize), h.Get(hIfModified)}.check()
}

// check makes the check of an expectation. What is not there meets none, and is
// NoSuchKey, as S3 answers. Times are compared to the second, in which clients
// see them.
func (e expectation) check() (storage.Check, error) {
	if e == (expectation{}) {
		return nil, nil
	}
	size, ok := parseOffset(e.size)
	if e.size != "" && !ok {
		return nil, errInvalidArgument(strings.ToLower(hIfSize), s3xml.Printable(e.size), "The size must be a number of bytes")
	}
	var modified time.Time
	if e.modified != "" {
		var err error
		if modified, err = readTime(hIfModified, e.modified); err != nil {
			return nil, err
		}
	}
	return func(cur *storage.Object) error {
		switch {
		case cur == nil:
			return refuse("NoSuchKey")
		case e.etag != "" && !matches(e.etag, cur.ETag):
			return errPrecondition("If-Match")
		case e.size != "" && cur.Size != size:
			return errPrecondition("If-Match-Size")
		case e.modified != "" && !cur.Modified.Truncate(time.Second).Equal(modified.Truncate(time.Second)):
			return errPrecondition("If-Match-Last-Modified-Time")
		}
		return nil
	}, nil
}

// doomed is a key of a DeleteObjects.
type doomed struct {
	key, version string
	check        storage.Check
	done         storage.Deleted
	err          error
}

func (c *call) deleteObjects() error {
	if err := c.needDigest(); err != nil {
		return err
	}
	list, quiet := c.doomed, c.quiet == "true"
	if len(list) == 0 {
		return refuse("MalformedXML")
	}
	for i := range list {
		d := &list[i]
		q := c.deletes(d.key, d.version)
		if d.err == nil && !c.s.allows(c, &q) {
			d.err = refuse("AccessDenied")
		}
		d.check = c.again(d.check, q)
	}
	if err := c.deleteAll(list); err != nil {
		return err
	}
	c.trace.batch = list
	for i := range list {
		c.seat.page += rowOf(list[i].key)
	}
	x := c.newPage("DeleteResult")
	for i := range list {
		d := &list[i]
		if d.err != nil {
			writeBatchError(x, d.err, "Key", d.key, "VersionId", d.version)
		} else if !quiet {
			x.Raw("<Deleted>")
			x.Text("Key", d.key)
			if d.version != "" {
				x.Text("VersionId", d.version)
			}
			if d.done.Marker {
				x.Bool("DeleteMarker", true)
				x.Text("DeleteMarkerVersionId", d.done.Version)
			}
			x.Raw("</Deleted>")
		}
	}
	x.Close("DeleteResult")
	return c.out.document(http.StatusOK, x)
}

// needDigest refuses a list of keys that may have been damaged on its way: it
// needs Content-MD5, a checksum, or its SHA-256 in the signature.
func (c *call) needDigest() error {
	if c.claim.md5 != nil || c.claim.algorithm != nil || c.bodySigned() {
		return nil
	}
	return refusef("InvalidRequest", "Missing required header for this request: Content-MD5 OR x-amz-checksum-*")
}

func (c *call) bodySigned() bool {
	switch c.who.Payload {
	case sigv4.PayloadSigned, sigv4.PayloadStreamSigned, sigv4.PayloadStreamSignedTrailer:
		return true
	}
	return false
}

// readDoomed reads what is in a Delete document.
func (c *call) readDoomed(e *s3xml.Element) bool {
	switch e.Name {
	case "Quiet":
		return e.Leaf(&c.quiet) && (c.quiet == "true" || c.quiet == "false")
	case "Object":
		d, ok := readDoomed(e)
		c.doomed = append(c.doomed, d)
		return ok && len(c.doomed) <= maxDelete
	}
	return false
}

func readDoomed(e *s3xml.Element) (d doomed, ok bool) {
	var want expectation
	err := e.Each(func(f *s3xml.Element) bool {
		switch f.Name {
		case "Key":
			return f.Leaf(&d.key)
		case "VersionId":
			return f.Leaf(&d.version)
		case "ETag":
			return f.Leaf(&want.etag)
		case "Size":
			return f.Leaf(&want.size)
		case "LastModifiedTime":
			return f.Leaf(&want.modified)
		}
		return false
	})
	if d.version != "" && !storage.ValidVersion(d.version) {
		d.err = refuse("NoSuchVersion")
	}
	if d.err == nil {
		d.check, d.err = want.check()
	}
	if d.err == nil && d.key != "" {
		d.err = validKey(d.key)
	}
	return d, err == nil && d.key != ""
}

// deleteAll deletes what has no error yet, in one commit.
func (c *call) deleteAll(list []doomed) error {
	batch := make([]storage.Doomed, 0, len(list))
	at := make([]int, 0, len(list))
	for i := range list {
		d := &list[i]
		if d.err != nil {
			continue
		}
		one := storage.Doomed{Key: d.key, Version: d.version, Bypass: c.bypass(d.key), Check: d.check}
		batch, at = append(batch, one), append(at, i)
	}
	if len(batch) == 0 {
		return nil
	}
	done, err := c.s.engine.DeleteBatch(c.ctx, c.target.space, batch)
	if err != nil {
		return err
	}
	for i, out := range done {
		d := &list[at[i]]
		d.done = out
		if !errors.Is(out.Err, storage.ErrNoVersion) { // gone is what was asked for
			d.err = out.Err
		}
	}
	return nil
}
