package job

import (
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"io"
)

// partSizes are the sizes of parts that a file of a size may have gone up in: by this program, and by others unless told
// otherwise (MiB: aws 8, s3cmd 15, rclone 5, mc 16, s5cmd 50, WinSCP 10, and round ones).
func partSizes(size, own int64) []int64 {
	list := []int64{partSize(size, own)}
	for _, mib := range []int64{5, 8, 15, 16, 50, 10, 32, 64, 100, 128} {
		if n := mib << 20; n != list[0] {
			list = append(list, n)
		}
	}
	return list
}

// md5OfParts is the ETag that endpoints give to what goes up in parts of a size: see store.CompleteUpload.
func md5OfParts(r io.ReaderAt, size, part int64) (string, error) {
	all, n := md5.New(), 0
	for off := int64(0); off < size; off += part {
		one := md5.New()
		if _, err := io.Copy(one, io.NewSectionReader(r, off, min(part, size-off))); err != nil {
			return "", err
		}
		all.Write(one.Sum(nil))
		n++
	}
	return fmt.Sprintf("%s-%d", hex.EncodeToString(all.Sum(nil)), n), nil
}
