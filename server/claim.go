package server

import (
	"crypto/md5"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"hash"
	"net/http"
	"strings"

	"spaces/server/s3xml"
)

// notSums begin like a checksum's header and are none.
var notSums = map[string]bool{hChecksumAlgorithm: true, hChecksumMode: true, hChecksumType: true}

// claim is what a request says its body's digests are.
type claim struct {
	algorithm *algorithm // nil: none
	value     string     // base64; "" when it is in the trailer
	trailer   bool
	md5       []byte // nil: none
}

// readClaim reads the digests in the headers of a request with a body.
func (c *call) readClaim() (k claim, err error) {
	h := c.in.Header
	if v, ok := h[hContentMD5]; ok {
		k.md5, err = base64.StdEncoding.DecodeString(strings.TrimSpace(v[0]))
		if err != nil || len(k.md5) != md5.Size {
			return k, refuse("InvalidDigest").with("Content-MD5", s3xml.Printable(v[0]))
		}
	}
	if err := k.readHeaders(h); err != nil {
		return k, err
	}
	if k.algorithm != nil && !k.algorithm.wellFormed(k.value) && !(c.op.whole && k.algorithm.wellFormedParts(k.value)) {
		return k, refusef("InvalidRequest", "Value for %s header is invalid.", strings.ToLower(k.algorithm.header))
	}
	if err := k.readTrailer(c.stream.Announced()); err != nil {
		return k, err
	}
	return k, k.agrees(h.Get(hSDKChecksum))
}

// readHeaders finds the one checksum that the headers may hold.
func (k *claim) readHeaders(h http.Header) error {
	for name, values := range h {
		if !strings.HasPrefix(name, checksumPrefix) || notSums[name] {
			continue
		}
		a := algorithmOfHeader(name)
		switch {
		case a == nil:
			return refusef("InvalidRequest", "The algorithm type you specified in x-amz-checksum- header is invalid.")
		case k.algorithm != nil || len(values) > 1:
			return errManySums()
		}
		k.algorithm, k.value = a, values[0]
	}
	return nil
}

func errManySums() *Error {
	return refusef("InvalidRequest", "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.")
}

// readTrailer reads the announcement of a checksum that follows the body.
func (k *claim) readTrailer(announced []string) error {
	for _, name := range announced {
		if len(name) < len(checksumPrefix) || !strings.EqualFold(name[:len(checksumPrefix)], checksumPrefix) {
			continue
		}
		a := algorithmOfHeader(name)
		if a == nil {
			return refusef("InvalidRequest", "The value specified in the x-amz-trailer header is not supported")
		}
		if k.algorithm != nil {
			return errManySums()
		}
		k.algorithm, k.trailer = a, true
	}
	return nil
}

// agrees compares with x-amz-sdk-checksum-algorithm, which promises a checksum.
func (k *claim) agrees(promised string) error {
	if promised == "" {
		return nil
	}
	a := algorithmNamed(promised)
	switch {
	case a == nil:
		return errAlgorithm()
	case k.algorithm == nil && k.md5 == nil:
		return refusef("InvalidRequest", "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.")
	case k.algorithm != nil && k.algorithm != a:
		return refusef("InvalidRequest", "Value for x-amz-sdk-checksum-algorithm header is invalid.")
	}
	return nil
}

// wellFormed says whether value is base64 of the right length.
func (a *algorithm) wellFormed(value string) bool {
	raw, err := base64.StdEncoding.DecodeString(value)
	return err == nil && len(raw) == a.size
}

// wellFormedParts says whether value may be that of an object of parts: it may
// end in how many there are, where the algorithm can be composite.
func (a *algorithm) wellFormedParts(value string) bool {
	sum, count, found := strings.Cut(value, "-")
	n, ok := parseOffset(count)
	return found && ok && n > 0 && n <= maxParts && a.parts && a.wellFormed(sum)
}

// check compares what was computed with what was claimed, after the body
// ended. sum is nil when no algorithm was claimed.
func (k *claim) check(md5sum []byte, sum []byte, trailer http.Header) error {
	if k.md5 != nil && subtle.ConstantTimeCompare(k.md5, md5sum) != 1 {
		return refusef("BadDigest", "The Content-MD5 you specified did not match what we received.").
			with("CalculatedDigest", base64.StdEncoding.EncodeToString(md5sum)).with("ExpectedDigest", hex.EncodeToString(k.md5))
	}
	if k.algorithm == nil {
		return nil
	}
	want := k.value
	if k.trailer {
		want = trailer.Get(k.algorithm.header)
		if want == "" {
			return refuse("MalformedTrailerError")
		}
		if !k.algorithm.wellFormed(want) {
			return refusef("InvalidRequest", "Value for %s trailing header is invalid.", strings.ToLower(k.algorithm.header))
		}
	}
	if raw, _ := base64.StdEncoding.DecodeString(want); subtle.ConstantTimeCompare(raw, sum) != 1 {
		return errBadSum(k.algorithm)
	}
	return nil
}

func errBadSum(a *algorithm) *Error {
	return refusef("BadDigest", "The %s you specified did not match the calculated checksum.", a.name)
}

// digests computes what a claim on a document is about, while it is read.
type digests struct {
	claim claim
	md5   hash.Hash // nil: not claimed
	sum   hash.Hash
}

// digests prepares for the claim; with whole, its checksum is of something else.
func (k claim) digests(whole bool) *digests {
	d := &digests{claim: k}
	if whole {
		d.claim.algorithm = nil
	}
	if k.md5 != nil {
		d.md5 = md5.New()
	}
	if d.claim.algorithm != nil {
		d.sum = d.claim.algorithm.new()
	}
	return d
}

// Write feeds the digests.
func (d *digests) Write(p []byte) (int, error) {
	if d.md5 != nil {
		d.md5.Write(p)
	}
	if d.sum != nil {
		d.sum.Write(p)
	}
	return len(p), nil
}

func (d *digests) check(trailer http.Header) error {
	var md5sum, sum []byte
	if d.md5 != nil {
		md5sum = d.md5.Sum(nil)
	}
	if d.sum != nil {
		sum = d.sum.Sum(nil)
	}
	return d.claim.check(md5sum, sum, trailer)
}
