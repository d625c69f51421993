package server_test

import (
	"strings"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"
)

func TestMinioCopies(t *testing.T) {
	withMinio(t, func(t *testing.T, m *minioTest) {
		body, key := pattern(100_000), "dir/hé llo+%25?.txt"
		etag := sure(m.PutObject(m.ctx, media, key, strings.NewReader(body), int64(len(body)), minio.PutObjectOptions{
			ContentType: "text/x-y", UserMetadata: map[string]string{"color": "red"}, UserTags: map[string]string{"k": "v"}}))(t).ETag
		src := minio.CopySrcOptions{Bucket: media, Object: key}
		for _, c := range []struct {
			name   string
			src    minio.CopySrcOptions
			dst    minio.CopyDestOptions
			colour string
			tag    string
			code   string
		}{
			{name: "as it is", colour: "red", tag: "v"},
			{name: "with metadata", dst: minio.CopyDestOptions{ReplaceMetadata: true, UserMetadata: map[string]string{"color": "blue"}, ContentType: "text/x-y"}, colour: "blue", tag: "v"},
			{name: "with tags", dst: minio.CopyDestOptions{ReplaceTags: true, UserTags: map[string]string{"k": "w"}}, colour: "red", tag: "w"},
			{name: "if it matches", src: minio.CopySrcOptions{MatchETag: etag, MatchUnmodifiedSince: time.Now().Add(-time.Hour)}, colour: "red", tag: "v"},
			{name: "if it is another", src: minio.CopySrcOptions{NoMatchETag: etag}, code: "PreconditionFailed"},
			{name: "if it changed", src: minio.CopySrcOptions{MatchModifiedSince: time.Now()}, code: "PreconditionFailed"},
		} {
			c.src.Bucket, c.src.Object, c.dst.Bucket, c.dst.Object = src.Bucket, src.Object, media, "copy "+c.name
			up, err := m.CopyObject(m.ctx, c.dst, c.src)
			if c.code != "" {
				failed(t, err, 412, c.code)
				continue
			}
			noError(t, err)
			got := sure(m.StatObject(m.ctx, media, c.dst.Object, minio.StatObjectOptions{}))(t)
			tags := sure(m.GetObjectTagging(m.ctx, media, c.dst.Object, minio.GetObjectTaggingOptions{}))(t).ToMap()
			if up.ETag != etag || got.ETag != etag || got.UserMetadata["Color"] != c.colour || got.ContentType != "text/x-y" || tags["k"] != c.tag || time.Since(up.LastModified) > time.Minute {
				t.Errorf("%s: %+v %v %+v", c.name, got, tags, up)
			}
			if m.get(t, c.dst.Object, "") != body {
				t.Errorf("%s: the body came out different", c.name)
			}
		}
		_, err := m.CopyObject(m.ctx, minio.CopyDestOptions{Bucket: media, Object: "x"}, minio.CopySrcOptions{Bucket: media, Object: "missing"})
		failed(t, err, 404, "NoSuchKey")
		_, err = m.CopyObject(m.ctx, minio.CopyDestOptions{Bucket: media, Object: key}, src)
		failed(t, err, 400, "InvalidRequest")
	})
}

func TestMinioCopiesHaveTheChecksumAskedFor(t *testing.T) {
	withMinio(t, func(t *testing.T, m *minioTest) {
		body := pattern(1000)
		m.put(t, "a", body)
		for _, sum := range minioSums() {
			sure(m.CopyObject(m.ctx, minio.CopyDestOptions{Bucket: media, Object: "b", ChecksumType: sum.Base()}, minio.CopySrcOptions{Bucket: media, Object: "a"}))(t)
			got := sure(m.StatObject(m.ctx, media, "b", minio.StatObjectOptions{Checksum: true}))(t)
			if got.Checksum(sum.Base()) != sum.EncodeToString([]byte(body)) || got.ChecksumMode != "FULL_OBJECT" {
				t.Errorf("%s: %+v", sum, got)
			}
		}
	})
}

func TestMinioComposes(t *testing.T) {
	withMinio(t, func(t *testing.T, m *minioTest) {
		big := once5MiB()
		m.put(t, "big", big)
		m.put(t, "small", "0123456789")
		whole := minio.CopySrcOptions{Bucket: media, Object: "big"}
		some := minio.CopySrcOptions{Bucket: media, Object: "small", MatchRange: true, Start: 2, End: 5}
		m.asked("PUT")
		up, err := m.ComposeObject(m.ctx, minio.CopyDestOptions{Bucket: media, Object: "all", UserMetadata: map[string]string{"color": "red"}, ReplaceMetadata: true, NumThreads: 2}, whole, whole, some)
		noError(t, err)
		copies := 0
		for _, r := range m.asked("PUT") {
			if r.Header.Get("X-Amz-Copy-Source") != "" && r.URL.Query().Get("partNumber") != "" {
				copies++
			}
		}
		if m.get(t, "all", "") != big+big+"2345" || !strings.HasSuffix(up.ETag, "-3") || copies != 3 {
			t.Errorf("%+v of %d copies", up, copies)
		}
		if got := sure(m.StatObject(m.ctx, media, "all", minio.StatObjectOptions{}))(t); got.UserMetadata["Color"] != "red" {
			t.Error(got.UserMetadata)
		}
		// One source that is cut into parts.
		sure(m.ComposeObject(m.ctx, minio.CopyDestOptions{Bucket: media, Object: "again", PartSize: 6 << 20}, minio.CopySrcOptions{Bucket: media, Object: "all"}))(t)
		if m.get(t, "again", "") != big+big+"2345" {
			t.Error("the body came out different")
		}
		id := sure(m.core.NewMultipartUpload(m.ctx, media, "parts", minio.PutObjectOptions{}))(t)
		_, err = m.core.CopyObjectPart(m.ctx, media, "small", media, "parts", id, 1, 5, 100, nil)
		failed(t, err, 400, "InvalidArgument")
		part := sure(m.core.CopyObjectPart(m.ctx, media, "small", media, "parts", id, 1, 2, 4, nil))(t)
		sure(m.core.CompleteMultipartUpload(m.ctx, media, "parts", id, []minio.CompletePart{part}, minio.PutObjectOptions{}))(t)
		if got := m.get(t, "parts", ""); got != "2345" {
			t.Error(got)
		}
	})
}
