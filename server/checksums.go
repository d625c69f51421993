package server

import (
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"hash"
	"hash/crc32"
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
