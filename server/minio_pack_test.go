package server_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/minio/minio-go/v7"
)

// The client that packs are a convention of: see PutObjectsSnowball.
func TestMinioSendsSmallFilesInPacks(t *testing.T) {
	withMinio(t, func(t *testing.T, m *minioTest) {
		for _, o := range []minio.SnowballOptions{{InMemory: true}, {}, {InMemory: true, Compress: true}, {Opts: minio.PutObjectOptions{Checksum: minio.ChecksumCRC32C}, InMemory: true}} {
			prefix := fmt.Sprintf("%v-%v-%v/", o.InMemory, o.Compress, o.Opts.Checksum)
			bodies := map[string]string{}
			list := make(chan minio.SnowballObject)
			go func() {
				defer close(list)
				for i := range 1200 {
					key := fmt.Sprintf("%sé %d", prefix, i)
					bodies[key] = strings.Repeat(key, i%50)
					list <- minio.SnowballObject{Key: key, Size: int64(len(bodies[key])), Content: strings.NewReader(bodies[key]),
						Headers: http.Header{"Content-Type": {"text/plain"}, "X-Amz-Meta-N": {fmt.Sprint(i)}}}
				}
			}()
			noError(t, m.PutObjectsSnowball(m.ctx, media, o, list))
			if got := m.names(t, minio.ListObjectsOptions{Prefix: prefix, Recursive: true}); len(got) != len(bodies) {
				t.Errorf("%s: %d keys", prefix, len(got))
			}
			for _, i := range []int{0, 1, 999, 1000, 1199} {
				key := fmt.Sprintf("%sé %d", prefix, i)
				if m.get(t, key, "") != bodies[key] {
					t.Errorf("%q came out different", key)
				}
				info := sure(m.StatObject(m.ctx, media, key, minio.StatObjectOptions{}))(t)
				if info.ContentType != "text/plain" || info.UserMetadata["N"] != fmt.Sprint(i) || info.ETag != etagOf(bodies[key]) {
					t.Errorf("%q: %+v", key, info)
				}
			}
		}
		list := make(chan minio.SnowballObject, 2)
		list <- minio.SnowballObject{Key: "../outside", Size: 1, Content: strings.NewReader("x")}
		list <- minio.SnowballObject{Key: "inside", Size: 1, Content: strings.NewReader("y")}
		close(list)
		failed(t, m.PutObjectsSnowball(m.ctx, media, minio.SnowballOptions{InMemory: true}, list), 400, "InvalidURI")
		if m.get(t, "inside", "") != "y" {
			t.Error("the other member is not there")
		}
	})
}
