package server

import (
	"net/http"
	"strconv"
	"strings"

	"spaces/server/storage"
)

const (
	maxParts  = 10_000
	partsPage = 1000
)

func parsePartNumber(v string) (int, error) {
	n, err := strconv.Atoi(v)
	if err != nil || n < 1 || n > maxParts {
		return 0, errInvalidArgument("partNumber", v, "Part number must be an integer between 1 and 10000, inclusive")
	}
	return n, nil
}

func (c *call) createUpload() error {
	attrs, err := c.readAttrs()
	if err != nil {
		return err
	}
	name, kind, err := c.readUploadSum()
	if err != nil {
		return err
	}
	u, err := c.s.engine.CreateUpload(c.r.Context(), c.target.space, c.target.key, attrs, name, kind)
	if err != nil {
		return err
	}
	if name != "" {
		c.set(hChecksumAlgorithm, name)
		c.set(hChecksumType, kind)
	}
	c.setAbort(&u)
	x := newDocument("InitiateMultipartUploadResult")
	x.text("Bucket", c.target.space)
	x.echo("Key", c.target.key)
	x.text("UploadId", u.ID)
	x.close("InitiateMultipartUploadResult")
	return c.answer(http.StatusOK, x)
}

// readUploadSum reads the checksum that an upload shall have, and its type.
func (c *call) readUploadSum() (name, kind string, err error) {
	name, kind = c.r.Header.Get(hChecksumAlgorithm), strings.ToUpper(c.r.Header.Get(hChecksumType))
	if name == "" {
		if kind != "" {
			return "", "", refusef("InvalidRequest", "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.")
		}
		return "", "", nil
	}
	a := algorithmNamed(name)
	switch {
	case a == nil:
		return "", "", refusef("InvalidRequest", "Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]")
	case kind == "" && a.parts:
		kind = composite
	case kind == "":
		kind = fullObject
	case kind != fullObject && kind != composite:
		return "", "", refusef("InvalidRequest", "Value for x-amz-checksum-type header is invalid.")
	case kind == fullObject && !a.full, kind == composite && !a.parts:
		return "", "", refusef("InvalidRequest", "The %s checksum type cannot be used with the %s checksum algorithm.", kind, strings.ToLower(a.name))
	}
	return a.name, kind, nil
}

// partTarget reads which part of which upload is meant. The upload is looked
// up before any of the body is read.
func (c *call) partTarget() (number int, u storage.Upload, err error) {
	if number, err = parsePartNumber(c.query.get("partNumber")); err != nil {
		return 0, u, err
	}
	u, err = c.s.engine.Upload(c.target.space, c.target.key, c.query.get("uploadId"))
	return number, u, err
}

func (c *call) uploadPart() error {
	number, u, err := c.partTarget()
	if err != nil {
		return err
	}
	if k, err := c.readClaim(); err != nil {
		return err
	} else if k.algorithm != nil && u.SumAlgorithm != "" && k.algorithm.name != u.SumAlgorithm {
		return refusef("InvalidRequest", "Checksum Type mismatch occurred, expected checksum Type: %s, actual checksum Type: %s",
			strings.ToLower(u.SumAlgorithm), strings.ToLower(k.algorithm.name))
	}
	body, sum, err := c.stage(algorithmNamed(u.SumAlgorithm))
	if err != nil {
		return err
	}
	defer body.Discard()
	part, err := c.s.engine.PutPart(c.r.Context(), c.target.space, c.target.key, u.ID, number, body, sum)
	if err != nil {
		return err
	}
	c.set("Etag", `"`+part.ETag+`"`)
	if a := algorithmNamed(part.Sum.Algorithm); a != nil {
		c.set(a.header, part.Sum.Value)
	}
	return c.empty(http.StatusOK)
}

// readComplete reads a CompleteMultipartUpload document.
func (c *call) readComplete() (parts []storage.CompletePart, err error) {
	doc, err := c.readDocument("CompleteMultipartUpload")
	if err != nil {
		return nil, err
	}
	err = doc.each(func(e *element) bool {
		p, ok := readCompletePart(e)
		parts = append(parts, p)
		return ok && e.name == "Part"
	})
	if err == nil && (len(parts) == 0 || len(parts) > maxParts) {
		err = refuse("MalformedXML")
	}
	return parts, err
}

func readCompletePart(e *element) (p storage.CompletePart, ok bool) {
	number := ""
	err := e.each(func(f *element) bool {
		switch f.name {
		case "PartNumber":
			return f.leaf(&number)
		case "ETag":
			return f.leaf(&p.ETag)
		}
		for _, a := range algorithms {
			if f.name == a.field {
				return f.leaf(&p.Sum)
			}
		}
		return false
	})
	p.ETag = strings.Trim(strings.TrimSpace(p.ETag), `"`)
	n, bad := strconv.Atoi(strings.TrimSpace(number))
	p.Number = n
	return p, err == nil && bad == nil && p.ETag != ""
}

func (c *call) completeUpload() error {
	parts, err := c.readComplete()
	if err != nil {
		return err
	}
	for _, p := range parts {
		if p.Number < 1 || p.Number > maxParts {
			return errInvalidArgument("PartNumber", strconv.Itoa(p.Number), "Part number must be an integer between 1 and 10000, inclusive")
		}
	}
	id := c.query.get("uploadId")
	sum, err := c.completeSum(id)
	if err != nil {
		return err
	}
	check := c.writeConditions().forWrite("NoSuchKey")
	o, err := c.s.engine.Complete(c.r.Context(), c.target.space, c.target.key, id, parts, sum, check)
	if err != nil {
		return err
	}
	c.setExpiration(&o)
	c.setVersion(&c.space, &o)
	x := newDocument("CompleteMultipartUploadResult")
	x.text("Location", c.location())
	x.text("Bucket", c.target.space)
	x.echo("Key", c.target.key)
	x.etag(o.ETag)
	x.checksum(o.Checksum, true)
	x.close("CompleteMultipartUploadResult")
	return c.answer(http.StatusOK, x)
}

// completeSum makes the function that computes the checksum of the object and
// compares it, and its size, with what the client claims.
func (c *call) completeSum(id string) (func([]storage.Part) (storage.Checksum, error), error) {
	size := int64(-1)
	if v := c.r.Header.Get(hObjectSize); v != "" {
		var ok bool
		if size, ok = parseOffset(v); !ok {
			return nil, refusef("InvalidRequest", "Value for x-amz-mp-object-size header is invalid.")
		}
	}
	claimed, kind := c.claim, strings.ToUpper(c.r.Header.Get(hChecksumType))
	// A retried Complete finds no upload any more: the engine answers it.
	u, _ := c.s.engine.Upload(c.target.space, c.target.key, id)
	return func(parts []storage.Part) (sum storage.Checksum, err error) {
		if err := checkSize(size, parts); err != nil {
			return sum, err
		}
		a := algorithmNamed(u.SumAlgorithm)
		want := u.SumType
		if a == nil && claimed.algorithm != nil {
			a, want = claimed.algorithm, kind
			if want == "" {
				want = sumTypeOf(a, claimed.value)
			}
		}
		switch {
		case a == nil:
			return sum, nil
		case claimed.algorithm != nil && claimed.algorithm != a, kind != "" && kind != want:
			return sum, refusef("InvalidRequest", "The checksum of the request is not of the type of the upload: %s %s", want, a.name)
		}
		if sum, err = a.partsSum(want, parts); err != nil {
			return sum, err
		}
		if claimed.value != "" && plainSum(claimed.value) != plainSum(sum.Value) {
			return sum, errBadSum(a)
		}
		return sum, nil
	}, nil
}

// plainSum cuts off the number of parts, which clients may leave out.
func plainSum(v string) string {
	v, _, _ = strings.Cut(v, "-")
	return v
}

func sumTypeOf(a *algorithm, value string) string {
	if strings.Contains(value, "-") || !a.full {
		return composite
	}
	return fullObject
}

func checkSize(want int64, parts []storage.Part) error {
	if want < 0 {
		return nil
	}
	total := int64(0)
	for _, p := range parts {
		total += p.Size
	}
	if total != want {
		return refusef("InvalidRequest", "The provided 'x-amz-mp-object-size' header value does not match what was computed.")
	}
	return nil
}

// location is the URL of the object that the request is about.
func (c *call) location() string {
	scheme := "http://"
	if c.r.TLS != nil {
		scheme = "https://"
	}
	b := append([]byte(scheme), c.r.Host...)
	if !c.target.host {
		b = append(append(b, '/'), c.target.space...)
	}
	return string(appendURL(append(b, '/'), c.target.key))
}

func (c *call) abortUpload() error {
	if err := c.s.engine.Abort(c.r.Context(), c.target.space, c.target.key, c.query.get("uploadId")); err != nil {
		return err
	}
	return c.empty(http.StatusNoContent)
}
