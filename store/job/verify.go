package job

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"hash"
	"hash/crc32"
	"io"
	"os"

	"github.com/minio/crc64nvme"

	"spaces/store"
)

// verifyFile compares a whole file with what the endpoint says of the object: a checksum over all of it, where there is
// one, else the MD5 that an ETag is when the object came in one piece. Otherwise its size has to do.
func verifyFile(f *os.File, info store.Info) error {
	var h hash.Hash
	want := info.Checksum.Value
	if info.Checksum.Type == "FULL_OBJECT" {
		h = hasher(info.Checksum.Algorithm)
	}
	if h == nil && isMD5(info.ETag) && !info.Sealed {
		sum, err := hex.DecodeString(info.ETag)
		if err != nil {
			return nil
		}
		h, want = md5.New(), base64.StdEncoding.EncodeToString(sum)
	}
	if h == nil {
		return nil
	}
	if _, err := copyAll(struct{ io.Writer }{h}, struct{ io.Reader }{io.NewSectionReader(f, 0, info.Size)}, info.Size); err != nil {
		return bareFile(err)
	}
	if base64.StdEncoding.EncodeToString(h.Sum(nil)) != want {
		return errChecksum
	}
	return nil
}

// hasher of S3's additional checksums, nil for one that is not known here.
func hasher(algorithm string) hash.Hash {
	switch algorithm {
	case "CRC32":
		return crc32.NewIEEE()
	case "CRC32C":
		return crc32.New(crc32.MakeTable(crc32.Castagnoli))
	case "CRC64NVME":
		return crc64nvme.New()
	case "SHA1":
		return sha1.New()
	case "SHA256":
		return sha256.New()
	}
	return nil
}
