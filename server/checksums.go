package server

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"hash"
	"hash/crc32"
	"net/http"
	"strconv"
	"strings"

	"github.com/minio/crc64nvme"

	"spaces/server/storage"
)

// Types of checksums of objects that were uploaded in parts.
const (
	fullObject = "FULL_OBJECT"
	composite  = "COMPOSITE"
)

// algorithm is one of the additional checksums of S3 (user guide, "Checking
// object integrity").
type algorithm struct {
	name   string // CRC32
	header string // canonical
	field  string // of documents
	size   int    // bytes
	new    func() hash.Hash
	// full and parts say which types an upload in parts may have; the first
	// that holds of full-only, parts is the default.
	full, parts bool
	poly        uint64 // reversed; for combining, where full
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

var algorithms = []*algorithm{
	{name: "CRC32", header: "X-Amz-Checksum-Crc32", field: "ChecksumCRC32", size: 4, full: true, parts: true, poly: crc32.IEEE,
		new: func() hash.Hash { return crc32.NewIEEE() }},
	{name: "CRC32C", header: "X-Amz-Checksum-Crc32c", field: "ChecksumCRC32C", size: 4, full: true, parts: true, poly: crc32.Castagnoli,
		new: func() hash.Hash { return crc32.New(castagnoli) }},
	{name: "CRC64NVME", header: "X-Amz-Checksum-Crc64nvme", field: "ChecksumCRC64NVME", size: 8, full: true, poly: 0x9a6c9329ac4bc9b5,
		new: func() hash.Hash { return crc64nvme.New() }},
	{name: "SHA1", header: "X-Amz-Checksum-Sha1", field: "ChecksumSHA1", size: sha1.Size, parts: true, new: sha1.New},
	{name: "SHA256", header: "X-Amz-Checksum-Sha256", field: "ChecksumSHA256", size: sha256.Size, parts: true, new: sha256.New},
}

// algorithmNamed gives an algorithm by name, nil when there is none.
func algorithmNamed(name string) *algorithm {
	for _, a := range algorithms {
		if strings.EqualFold(a.name, name) {
			return a
		}
	}
	return nil
}

func algorithmOfHeader(header string) *algorithm {
	for _, a := range algorithms {
		if strings.EqualFold(a.header, header) {
			return a
		}
	}
	return nil
}

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
	h := c.r.Header
	if v, ok := h[hContentMD5]; ok {
		k.md5, err = base64.StdEncoding.DecodeString(strings.TrimSpace(v[0]))
		if err != nil || len(k.md5) != md5.Size {
			return k, refuse("InvalidDigest")
		}
	}
	for name, values := range h {
		if !strings.HasPrefix(name, checksumPrefix) || notSums[name] {
			continue
		}
		a := algorithmOfHeader(name)
		switch {
		case a == nil:
			return k, refusef("InvalidRequest", "The checksum algorithm of the header %s is not supported.", strings.ToLower(name))
		case k.algorithm != nil || len(values) > 1:
			return k, errManySums()
		}
		k.algorithm, k.value = a, values[0]
		if !a.wellFormed(c.digestPart(k.value)) {
			return k, refusef("InvalidRequest", "Value for %s header is invalid.", strings.ToLower(name))
		}
	}
	if err := k.readTrailer(h[hTrailer]); err != nil {
		return k, err
	}
	return k, k.agrees(h.Get(hSDKChecksum))
}

// digestPart is what of a checksum is base64: that of a whole object may end in
// the number of its parts.
func (c *call) digestPart(value string) string {
	if c.op.whole {
		return plainSum(value)
	}
	return value
}

func errManySums() *Error {
	return refusef("InvalidRequest", "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.")
}

// readTrailer reads the announcement of a checksum that follows the body.
func (k *claim) readTrailer(announced []string) error {
	for name := range strings.SplitSeq(strings.Join(announced, ","), ",") {
		name = strings.TrimSpace(name)
		if name == "" || len(name) < len(checksumPrefix) || !strings.EqualFold(name[:len(checksumPrefix)], checksumPrefix) {
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
		return refusef("InvalidRequest", "Value for x-amz-sdk-checksum-algorithm header is invalid.")
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

// check compares what was computed with what was claimed, after the body
// ended. sum is nil when no algorithm was claimed.
func (k *claim) check(md5sum []byte, sum []byte, trailer http.Header) error {
	if k.md5 != nil && subtle.ConstantTimeCompare(k.md5, md5sum) != 1 {
		return refusef("BadDigest", "The Content-MD5 you specified did not match what we received.")
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

// checkDocument is check for a document that was read whole.
// With whole, the checksum is of something else.
func (k claim) checkDocument(doc []byte, whole bool, trailer http.Header) error {
	if whole {
		k.algorithm = nil
	}
	if k.md5 == nil && k.algorithm == nil {
		return nil
	}
	var sum []byte
	if k.algorithm != nil {
		h := k.algorithm.new()
		h.Write(doc)
		sum = h.Sum(nil)
	}
	md5sum := md5.Sum(doc)
	return k.check(md5sum[:], sum, trailer)
}

func checksumOf(a *algorithm, sum []byte) storage.Checksum {
	return storage.Checksum{Algorithm: a.name, Type: fullObject, Value: base64.StdEncoding.EncodeToString(sum)}
}

// setChecksum puts a checksum into the headers of the answer.
func (c *call) setChecksum(sum storage.Checksum) {
	if a := algorithmNamed(sum.Algorithm); a != nil && sum.Value != "" {
		c.set(a.header, sum.Value)
		c.set(hChecksumType, sum.Type)
	}
}

// checksum writes a checksum into a document.
func (x *xmlWriter) checksum(sum storage.Checksum, withType bool) {
	if a := algorithmNamed(sum.Algorithm); a != nil && sum.Value != "" {
		x.text(a.field, sum.Value)
		if withType {
			x.text("ChecksumType", sum.Type)
		}
	}
}

// partsSum is the checksum of an object of parts, from those of the parts.
func (a *algorithm) partsSum(kind string, parts []storage.Part) (storage.Checksum, error) {
	h, total := a.new(), uint64(0)
	for _, p := range parts {
		raw, err := base64.StdEncoding.DecodeString(p.Sum.Value)
		if err != nil || len(raw) != a.size || p.Sum.Algorithm != a.name {
			return storage.Checksum{}, refusef("InvalidRequest",
				"The upload was created using the %s checksum mode with %s. Part %d has no such checksum.", kind, a.name, p.Number)
		}
		if kind == composite {
			h.Write(raw)
			continue
		}
		total = a.combine(total, bigEndian(raw), p.Size)
	}
	sum := storage.Checksum{Algorithm: a.name, Type: kind}
	if kind == composite {
		sum.Value = base64.StdEncoding.EncodeToString(h.Sum(nil)) + "-" + strconv.Itoa(len(parts))
		return sum, nil
	}
	raw := make([]byte, a.size)
	for i := range raw {
		raw[i] = byte(total >> (8 * (a.size - 1 - i)))
	}
	sum.Value = base64.StdEncoding.EncodeToString(raw)
	return sum, nil
}

func bigEndian(raw []byte) (n uint64) {
	for _, b := range raw {
		n = n<<8 | uint64(b)
	}
	return n
}
