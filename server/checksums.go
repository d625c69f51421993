package server

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"hash"
	"hash/crc32"
	"strings"

	"github.com/cespare/xxhash/v2"
	"github.com/minio/crc64nvme"
	"github.com/zeebo/xxh3"

	"spaces/server/s3xml"
	"spaces/server/storage"
)

// Types of checksums of objects that were uploaded in parts.
const (
	fullObject = "FULL_OBJECT"
	composite  = "COMPOSITE"
)

// algorithm is one of the additional checksums of S3 (API reference, "Checksum";
// user guide, "Checking object integrity"). The xxHashes are written as numbers
// are, the most significant byte first, which is their canonical form.
type algorithm struct {
	name   string // CRC32
	header string // canonical
	field  string // of documents
	size   int    // bytes
	new    func() hash.Hash
	// full and parts say which types an upload in parts may have; where it may
	// have both, COMPOSITE is the default. Only sums that can be combined can be
	// full (user guide, "Full object and composite checksum types").
	full, parts bool
	poly        uint64 // reversed; for combining, where full
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// algorithms are in the order in which error messages name them.
var algorithms = []*algorithm{
	{name: "CRC32", header: "X-Amz-Checksum-Crc32", field: "ChecksumCRC32", size: crc32.Size, full: true, parts: true, poly: crc32.IEEE,
		new: func() hash.Hash { return crc32.NewIEEE() }},
	{name: "CRC32C", header: "X-Amz-Checksum-Crc32c", field: "ChecksumCRC32C", size: crc32.Size, full: true, parts: true, poly: crc32.Castagnoli,
		new: func() hash.Hash { return crc32.New(castagnoli) }},
	{name: "CRC64NVME", header: "X-Amz-Checksum-Crc64nvme", field: "ChecksumCRC64NVME", size: 8, full: true, poly: 0x9a6c9329ac4bc9b5,
		new: func() hash.Hash { return crc64nvme.New() }},
	{name: "MD5", header: "X-Amz-Checksum-Md5", field: "ChecksumMD5", size: md5.Size, parts: true, new: md5.New},
	{name: "SHA1", header: "X-Amz-Checksum-Sha1", field: "ChecksumSHA1", size: sha1.Size, parts: true, new: sha1.New},
	{name: "SHA256", header: "X-Amz-Checksum-Sha256", field: "ChecksumSHA256", size: sha256.Size, parts: true, new: sha256.New},
	{name: "SHA512", header: "X-Amz-Checksum-Sha512", field: "ChecksumSHA512", size: sha512.Size, parts: true, new: sha512.New},
	{name: "XXHASH128", header: "X-Amz-Checksum-Xxhash128", field: "ChecksumXXHASH128", size: 16, parts: true,
		new: func() hash.Hash { return xxh3.New128() }},
	{name: "XXHASH3", header: "X-Amz-Checksum-Xxhash3", field: "ChecksumXXHASH3", size: 8, parts: true,
		new: func() hash.Hash { return xxh3.New() }},
	{name: "XXHASH64", header: "X-Amz-Checksum-Xxhash64", field: "ChecksumXXHASH64", size: 8, parts: true,
		new: func() hash.Hash { return xxhash.New() }},
}

// standard is the checksum that S3 computes for what is sent without one (user
// guide, "Checking object integrity").
var standard = algorithmNamed("CRC64NVME")

// errAlgorithm answers the name of an algorithm that S3 does not have.
func errAlgorithm() *Error {
	names := make([]string, len(algorithms))
	for i, a := range algorithms {
		names[i] = a.name
	}
	return refusef("InvalidRequest", "Checksum algorithm provided is unsupported. Please try again with any of the valid types: [%s]", strings.Join(names, ", "))
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
func (r *reply) setChecksum(sum storage.Checksum) {
	if a := algorithmNamed(sum.Algorithm); a != nil && sum.Value != "" {
		r.set(a.header, sum.Value)
		r.set(hChecksumType, sum.Type)
	}
}

// writeChecksum writes a checksum into a document.
func writeChecksum(x *s3xml.Writer, sum storage.Checksum, withType bool) {
	if a := algorithmNamed(sum.Algorithm); a != nil && sum.Value != "" {
		x.Text(a.field, sum.Value)
		if withType {
			x.Text("ChecksumType", sum.Type)
		}
	}
}
