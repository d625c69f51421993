package server

import (
	"encoding/hex"
	"hash"
	"io"
	"net/http"
	"strconv"

	"spaces/server/s3xml"
	"spaces/server/storage"
)

func (c *call) listParts() error {
	limit, err := c.intParam("max-parts", partsPage, 0, partsPage)
	if err != nil {
		return err
	}
	after, err := c.intParam("part-number-marker", 0, 0, maxParts)
	if err != nil {
		return err
	}
	if _, err := c.encoding(); err != nil {
		return err
	}
	id := c.query.get("uploadId")
	u, err := c.upload()
	if err != nil {
		return err
	}
	parts, more, err := c.s.engine.Parts(c.target.space, c.target.key, id, after, limit)
	if err != nil {
		return err
	}
	c.setAbort(&u)
	x := s3xml.NewDocument("ListPartsResult")
	x.Text("Bucket", c.target.space)
	x.Echo("Key", c.target.key)
	x.Text("UploadId", id)
	writeOwner(x, "Initiator", c.s.owner)
	writeOwner(x, "Owner", c.s.owner)
	x.Text("StorageClass", className(u.Class))
	x.Int("PartNumberMarker", int64(after))
	// On the last page Amazon has this, too; the paginator of its SDK for
	// JavaScript, which looks at nothing else, then never ends. Ceph's gateway
	// leaves it out.
	if more {
		x.Int("NextPartNumberMarker", int64(parts[len(parts)-1].Number))
	}
	x.Int("MaxParts", int64(limit))
	x.Bool("IsTruncated", more)
	if u.SumAlgorithm != "" {
		x.Text("ChecksumAlgorithm", u.SumAlgorithm)
		x.Text("ChecksumType", u.SumType)
	}
	for i := range parts {
		writePart(x, &parts[i])
	}
	x.Close("ListPartsResult")
	return c.out.document(http.StatusOK, x)
}

func writePart(x *s3xml.Writer, p *storage.Part) {
	x.Open("Part")
	x.Int("PartNumber", int64(p.Number))
	x.Time("LastModified", p.Modified)
	x.ETag(p.ETag)
	x.Int("Size", p.Size)
	writeChecksum(x, p.Sum, false)
	x.Close("Part")
}

func (c *call) listUploads() error {
	limit, err := c.intParam("max-uploads", maxKeys, 0, maxKeys)
	if err != nil {
		return err
	}
	encode, err := c.encoding()
	if err != nil {
		return err
	}
	marker := c.query.get("key-marker")
	q := storage.UploadsQuery{Hide: c.hidden(), Prefix: c.query.get("prefix"), Delimiter: c.query.get("delimiter"), Max: limit}
	q.AfterKey = rowAt(q.Prefix, q.Delimiter, marker)
	if marker != "" { // without it, upload-id-marker is ignored
		if q.AfterID, err = c.uploadMarker(); err != nil {
			return err
		}
	}
	var uploads []storage.Upload
	var prefixes []string
	more := false
	find := func() (size int64, err error) {
		if limit > 0 {
			uploads, prefixes, more, err = c.s.engine.Uploads(c.target.space, q)
		}
		for i := range uploads {
			size += rowOf(uploads[i].Key)
		}
		for _, p := range prefixes {
			size += rowOf(p)
		}
		return size, err
	}
	if err := c.seat.holdPage(c.ctx, find, func() { uploads, prefixes = nil, nil }); err != nil {
		return err
	}
	x := c.newPage("ListMultipartUploadsResult")
	x.Text("Bucket", c.target.space)
	x.Name("KeyMarker", marker, encode)
	x.Text("UploadIdMarker", q.AfterID)
	key, id := nextUpload(uploads, prefixes, more)
	x.Name("NextKeyMarker", key, encode)
	x.Text("NextUploadIdMarker", id)
	if q.Prefix != "" {
		x.Name("Prefix", q.Prefix, encode)
	}
	if q.Delimiter != "" {
		x.Name("Delimiter", q.Delimiter, encode)
	}
	if encode {
		x.Text("EncodingType", "url")
	}
	x.Int("MaxUploads", int64(limit))
	x.Bool("IsTruncated", more)
	for i := range uploads {
		c.uploadEntry(x, &uploads[i], encode)
	}
	for _, p := range prefixes {
		writeCommonPrefix(x, p, encode)
	}
	x.Close("ListMultipartUploadsResult")
	return c.out.document(http.StatusOK, x)
}

// uploadMarker reads upload-id-marker, an id of 16 bytes in hexadecimal. The
// upload may have ended since the page before.
func (c *call) uploadMarker() (string, error) {
	v := c.query.get("upload-id-marker")
	if b, err := hex.DecodeString(v); v != "" && (err != nil || len(b) != 16) {
		return "", errInvalidArgument("upload-id-marker", v, "Invalid uploadId marker")
	}
	return v, nil
}

// nextUpload is where the next page continues: after the last upload or the
// last prefix, whichever is later. Where there is no next page it is the last
// upload (recorded on Amazon, which never leaves the elements out).
func nextUpload(uploads []storage.Upload, prefixes []string, more bool) (key, id string) {
	if n := len(uploads); n > 0 {
		key, id = uploads[n-1].Key, uploads[n-1].ID
	}
	if n := len(prefixes); more && n > 0 && prefixes[n-1] > key {
		return prefixes[n-1], ""
	}
	return key, id
}

func (c *call) uploadEntry(x *s3xml.Writer, u *storage.Upload, encode bool) {
	x.Open("Upload")
	x.Name("Key", u.Key, encode)
	x.Text("UploadId", u.ID)
	writeOwner(x, "Initiator", c.s.owner)
	writeOwner(x, "Owner", c.s.owner)
	x.Text("StorageClass", className(u.Class))
	x.Time("Initiated", u.Initiated)
	if u.SumAlgorithm != "" {
		x.Text("ChecksumAlgorithm", u.SumAlgorithm)
		x.Text("ChecksumType", u.SumType)
	}
	x.Close("Upload")
}

// uploadPartCopy makes a part of an object, or of a range of it.
func (c *call) uploadPartCopy() error {
	number, u, err := c.partTarget()
	if err != nil {
		return err
	}
	o, body, err := c.s.engine.GetVersion(c.ctx, c.source.space, c.source.key, c.source.version)
	if err != nil {
		return err
	}
	defer body.Close()
	if err := c.remember(c.conditions("X-Amz-Copy-Source-").required("x-amz-copy-source-"))(&o); err != nil {
		return err
	}
	if err := c.unlock(&o, body, &sourceKey); err != nil {
		return err
	}
	s := span{n: o.Size}
	if v := c.in.Header.Get(hCopySourceRange); v != "" {
		if s, err = parseCopyRange(v, o.Size); err != nil {
			return err
		}
	}
	if s.n > maxPut {
		return refusef("InvalidRequest", "The specified copy source is larger than the maximum allowable size for a copy source: %s", strconv.Itoa(maxPut))
	}
	part, err := c.stagePart(&u, number, body.Range(s.off, s.n), s.n)
	if err != nil {
		return c.uploadError(err)
	}
	told := part.Sum
	if u.SumAlgorithm == "" { // the standard one is not told here (API reference, "CopyPartResult")
		told = storage.Checksum{}
	}
	c.setSourceVersion(&o)
	c.out.setEncryption(c.enc.Encryption, c.enc.digest)
	return c.out.answerCopy("CopyPartResult", part.ETag, storage.Object{Modified: part.Modified}, told)
}

// stagePart stores n bytes of r as a part.
func (c *call) stagePart(u *storage.Upload, number int, r io.Reader, n int64) (storage.Part, error) {
	a := algorithmNamed(u.SumAlgorithm)
	if a == nil {
		a = standard
	}
	sum := a.run()
	staged, err := c.s.engine.Stage(c.ctx, r, c.sealed(storage.StageOptions{Size: n, Hashes: []hash.Hash{sum.hash}}))
	if err != nil {
		return storage.Part{}, err
	}
	defer staged.Discard()
	return c.s.engine.PutPart(c.ctx, c.target.space, c.target.key, u.ID, number, staged, sum.checksum())
}
