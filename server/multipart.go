package server

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"spaces/server/s3xml"
	"spaces/server/storage"
)

const (
	maxParts  = 10_000
	partsPage = 1000
)

func parsePartNumber(v string) (int, error) {
	n, err := strconv.Atoi(v)
	if err != nil || n < 1 || n > maxParts {
		return 0, errInvalidArgument("partNumber", v, "Part number must be an integer between 1 and 10000, inclusive.")
	}
	return n, nil
}

func (c *call) createUpload() error {
	attrs, err := c.readAttrs()
	if err != nil {
		return err
	}
	name, kind, err := readUploadSum(c.in.Header)
	if err != nil {
		return err
	}
	if err := c.readEncryption(); err != nil {
		return err
	}
	attrs.Encryption = c.enc.Encryption
	u, err := c.s.engine.CreateUpload(c.ctx, c.target.space, c.target.key, attrs, name, kind)
	if err != nil {
		return err
	}
	if name != "" {
		c.out.set(hChecksumAlgorithm, name)
		c.out.set(hChecksumType, kind)
	}
	c.setAbort(&u)
	c.out.setEncryption(c.enc.Encryption, c.enc.digest)
	x := s3xml.NewDocument("InitiateMultipartUploadResult")
	x.Text("Bucket", c.target.space)
	x.Echo("Key", c.target.key)
	x.Text("UploadId", u.ID)
	x.Close("InitiateMultipartUploadResult")
	return c.out.document(http.StatusOK, x)
}

// readUploadSum reads the checksum that an upload shall have, and its type.
func readUploadSum(h http.Header) (name, kind string, err error) {
	name, kind = h.Get(hChecksumAlgorithm), strings.ToUpper(h.Get(hChecksumType))
	a := algorithmNamed(name)
	switch {
	case name != "" && a == nil:
		return "", "", errAlgorithm()
	case kind != "" && kind != fullObject && kind != composite:
		return "", "", errSumType()
	case name == "" && kind != "":
		return "", "", refusef("InvalidRequest", "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.")
	case name == "":
		return "", "", nil
	case kind == "" && a.parts:
		kind = composite
	case kind == "":
		kind = fullObject
	case kind == fullObject && !a.full, kind == composite && !a.parts:
		return "", "", refusef("InvalidRequest", "The %s checksum type cannot be used with the %s checksum algorithm.", kind, strings.ToLower(a.name))
	}
	return a.name, kind, nil
}

func errSumType() *Error {
	return refusef("InvalidRequest", "Value for x-amz-checksum-type header is invalid.")
}

// errOtherSum answers a checksum of another algorithm than the one that an
// upload was begun with.
func errOtherSum(want, got string) *Error {
	return refusef("InvalidRequest", "Checksum Type mismatch occurred, expected checksum Type: %s, actual checksum Type: %s",
		strings.ToLower(want), strings.ToLower(got))
}

// partTarget reads which part of which upload is meant. The upload is looked
// up before any of the body is read.
func (c *call) partTarget() (number int, u storage.Upload, err error) {
	if number, err = parsePartNumber(c.query.get("partNumber")); err != nil {
		return 0, u, err
	}
	if u, err = c.upload(); err != nil {
		return 0, u, err
	}
	return number, u, c.readPartEncryption(&u)
}

// upload looks up the upload that the request names.
func (c *call) upload() (storage.Upload, error) {
	u, err := c.s.engine.Upload(c.target.space, c.target.key, c.query.get("uploadId"))
	return u, c.uploadError(err)
}

// uploadError names the upload in the errors in which S3 does.
func (c *call) uploadError(err error) error {
	if errors.Is(err, storage.ErrNoUpload) || errors.Is(err, storage.ErrInvalidPart) {
		return asError(err).with("UploadId", s3xml.Printable(c.query.get("uploadId")))
	}
	return err
}

// checkPartNumber refuses a bad number before anything is looked up.
func (c *call) checkPartNumber() error {
	if v, ok := c.query.Lookup("partNumber"); ok {
		_, err := parsePartNumber(v)
		return err
	}
	return nil
}

// uploadPart keeps with the part the checksum that the object will be made of:
// that of the upload, or the standard one. What the client claims besides is
// checked, and told in the answer.
func (c *call) uploadPart() error {
	number, u, err := c.partTarget()
	if err != nil {
		return err
	}
	a := algorithmNamed(u.SumAlgorithm)
	if err := c.needLockDigest(u.Lock, "Put Part"); err != nil {
		return err
	}
	if err := c.checkPartClaim(a, u.SumType); err != nil {
		return err
	}
	if a == nil {
		a = standard
	}
	body, err := c.stage(a)
	if err != nil {
		return err
	}
	defer body.Discard()
	// All of it has arrived: who was killed meanwhile, and comes back, need not send it again.
	part, err := c.s.engine.PutPart(context.WithoutCancel(c.ctx), c.target.space, c.target.key, u.ID, number, body.Staged, body.sum)
	if err != nil {
		return c.uploadError(err)
	}
	told := part.Sum
	if body.given.Value != "" {
		told = body.given
	}
	c.out.set("Etag", `"`+part.ETag+`"`)
	c.out.setEncryption(c.enc.Encryption, c.enc.digest)
	c.out.set(algorithmNamed(told.Algorithm).header, told.Value)
	return c.out.empty(http.StatusOK)
}

// checkPartClaim compares the checksum of a part with that of its upload: of a
// composite one, every part must come with it (user guide, "Using part-level
// checksums for multipart uploads").
func (c *call) checkPartClaim(a *algorithm, kind string) error {
	k, err := c.readClaim()
	switch {
	case err != nil || a == nil:
		return err
	case k.algorithm == nil && kind == composite:
		return errOtherSum(a.name, "null")
	case k.algorithm != nil && k.algorithm != a:
		return errOtherSum(a.name, k.algorithm.name)
	}
	return nil
}

func (c *call) abortUpload() error {
	if err := c.checkInitiated(); err != nil {
		return err
	}
	if err := c.s.engine.Abort(c.ctx, c.target.space, c.target.key, c.query.get("uploadId")); err != nil {
		return c.uploadError(err)
	}
	return c.out.empty(http.StatusNoContent)
}

// checkInitiated evaluates x-amz-if-match-initiated-time, to the second
// (AbortMultipartUpload). A time that is still to come is ignored.
func (c *call) checkInitiated() error {
	v := c.in.Header.Get(hIfInitiated)
	if v == "" {
		return nil
	}
	t, err := readTime(hIfInitiated, v)
	if err != nil {
		return err
	}
	u, err := c.upload()
	switch {
	case err != nil:
		return err
	case t.After(c.s.now()) || u.Initiated.Truncate(time.Second).Equal(t.Truncate(time.Second)):
		return nil
	}
	return errPrecondition("If-Match-Initiated-Time")
}
