package server

import (
	"net/http"
	"strconv"
	"strings"

	"spaces/server/s3xml"
	"spaces/server/storage"
)

// claimedPart is a part of a CompleteMultipartUpload document, with what it
// says of its checksum.
type claimedPart struct {
	storage.CompletePart
	sums []claimedSum
}

type claimedSum struct {
	algorithm *algorithm
	value     string
}

// readPart reads what is in a CompleteMultipartUpload document.
func (c *call) readPart(e *s3xml.Element) bool {
	p, ok := readCompletePart(e)
	c.parts = append(c.parts, p)
	return ok && e.Name == "Part" && len(c.parts) <= maxParts
}

// claimedParts are those of the document, if they can be parts.
func (c *call) claimedParts() ([]claimedPart, error) {
	if len(c.parts) == 0 {
		return nil, refuse("MalformedXML")
	}
	for i := range c.parts {
		if err := c.parts[i].checkNumber(); err != nil {
			return nil, err
		}
	}
	return c.parts, nil
}

func readCompletePart(e *s3xml.Element) (p claimedPart, ok bool) {
	number := ""
	err := e.Each(func(f *s3xml.Element) bool {
		switch f.Name {
		case "PartNumber":
			return f.Leaf(&number)
		case "ETag":
			return f.Leaf(&p.ETag)
		}
		for _, a := range algorithms {
			if f.Name == a.field {
				return p.readSum(a, f)
			}
		}
		return false
	})
	p.ETag = strings.Trim(strings.TrimSpace(p.ETag), `"`)
	n, bad := strconv.Atoi(strings.TrimSpace(number))
	p.Number = n
	return p, err == nil && bad == nil && p.ETag != ""
}

// readSum reads a checksum of a part. An empty one is none.
func (p *claimedPart) readSum(a *algorithm, e *s3xml.Element) bool {
	sum := claimedSum{algorithm: a}
	ok := e.Leaf(&sum.value)
	if sum.value != "" {
		p.sums = append(p.sums, sum)
	}
	return ok
}

func (p *claimedPart) checkNumber() error {
	switch {
	case p.Number < 1:
		return errInvalidArgument("PartNumber", strconv.Itoa(p.Number), "PartNumber must be >= 1")
	case p.Number > maxParts:
		return errInvalidArgument("PartNumber", strconv.Itoa(p.Number), "Part number must be an integer between 1 and 10000, inclusive.")
	}
	return nil
}

// against checks what a part claims against the upload, and leaves the checksum
// that the engine has to find with the part. Where the upload was begun without
// an algorithm, what is kept is the standard one: others were checked when the
// part came, and the ETag vouches that it is the same part.
func (p *claimedPart) against(u *storage.Upload) error {
	a := algorithmNamed(u.SumAlgorithm)
	switch {
	case len(p.sums) > 1 || len(p.sums) == 1 && !p.sums[0].algorithm.wellFormed(p.sums[0].value):
		return errInvalidArgument("Checksum", p.sumsText(), "Invalid Base64 or multiple checksums present in request")
	case len(p.sums) == 0 && u.SumType == composite:
		return refusef("InvalidRequest", "The upload was created using a %s checksum. The complete request must include the checksum for each part. It was missing for part %d in the request.",
			strings.ToLower(u.SumAlgorithm), p.Number)
	case len(p.sums) == 0:
		return nil
	case a == nil && p.sums[0].algorithm != standard:
		return nil
	case a != nil && p.sums[0].algorithm != a:
		return refusef("BadDigest", "The %s you specified for part %d did not match what we received.", strings.ToLower(p.sums[0].algorithm.name), p.Number)
	}
	p.Sum = p.sums[0].value
	return nil
}

func (p *claimedPart) sumsText() string {
	if len(p.sums) == 1 {
		return s3xml.Printable(p.sums[0].value)
	}
	var b strings.Builder
	for _, s := range p.sums {
		b.WriteString(s.algorithm.name + ":" + s3xml.Printable(s.value) + ";")
	}
	return b.String()
}

func (c *call) completeUpload() error {
	claimed, err := c.claimedParts()
	if err != nil {
		return err
	}
	// A retried Complete finds no upload any more: the engine answers it.
	u, _ := c.s.engine.Upload(c.target.space, c.target.key, c.query.get("uploadId"))
	check, err := c.completeCheck(&u)
	if err != nil {
		return err
	}
	if err := c.checkUploadKey(&u); err != nil {
		return err
	}
	parts := make([]storage.CompletePart, len(claimed))
	for i := range claimed {
		if u.ID != "" {
			if err := claimed[i].against(&u); err != nil {
				return err
			}
		}
		parts[i] = claimed[i].CompletePart
	}
	sum, err := c.completeSum(&u)
	if err != nil {
		return err
	}
	o, err := c.s.engine.Complete(c.ctx, c.target.space, c.target.key, c.query.get("uploadId"), parts, sum, check)
	if err != nil {
		return c.uploadError(err)
	}
	return c.answerComplete(&o)
}

// completeCheck makes a check of the conditions of a Complete. Those that hold
// now may not have held all the time: where somebody wrote or deleted the key
// since the upload began, the client has to begin anew (CompleteMultipartUpload,
// If-Match and If-None-Match: ConditionalRequestConflict). One that fails now
// says so, whatever happened before. Both are as recorded on Amazon: after a PUT
// in between If-None-Match is 412, If-Match with the new ETag 409; after a DELETE
// If-None-Match is 409, If-Match 404.
func (c *call) completeCheck(u *storage.Upload) (storage.Check, error) {
	check, err := writeCheck(c.in.Header)
	if check == nil {
		return nil, err
	}
	condition := "If-None-Match"
	if c.in.Header.Get("If-Match") != "" {
		condition = "If-Match"
	}
	return func(cur *storage.Object) error {
		if err := check(cur); err != nil || !u.Overtaken(cur) {
			return err
		}
		return refuse("ConditionalRequestConflict").with("Condition", condition).with("Key", s3xml.Printable(c.target.key))
	}, nil
}

func (c *call) answerComplete(o *storage.Object) error {
	c.setExpiration(o)
	c.out.setNewVersion(o)
	c.out.setEncryption(o.Encryption, c.enc.digest)
	x := s3xml.NewDocument("CompleteMultipartUploadResult")
	x.Text("Location", c.addressOf(c.target.key))
	x.Text("Bucket", c.target.space)
	x.Echo("Key", c.target.key)
	x.ETag(o.ETag)
	writeChecksum(x, o.Checksum, true)
	x.Close("CompleteMultipartUploadResult")
	return c.out.document(http.StatusOK, x)
}
