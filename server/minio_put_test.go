package server_test

import (
	"bytes"
	"errors"
	"io"
	"maps"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/minio/minio-go/v7"
)

// What x-amz-content-sha256 says of a body (S3 API reference, "Authenticating
// Requests: Using the Authorization Header").
const (
	signedChunks    = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
	signedTrailer   = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"
	unsignedTrailer = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
	unsignedPayload = "UNSIGNED-PAYLOAD"
	minioPart       = 5 << 20
)

// minioSums are the types of checksums that the client knows.
func minioSums() (list []minio.ChecksumType) {
	for t := minio.ChecksumSHA256; t.IsSet(); t <<= 1 {
		list = append(list, t)
	}
	return append(list, minio.ChecksumFullObjectCRC32, minio.ChecksumFullObjectCRC32C)
}

func TestMinioSendsBodiesInEveryForm(t *testing.T) {
	withMinio(t, func(t *testing.T, m *minioTest) {
		plain := m.minio(false)
		for _, c := range []struct {
			name        string
			client      *minio.Client
			opts        minio.PutObjectOptions
			http, https string
		}{
			{"plain", plain, minio.PutObjectOptions{}, signedChunks, unsignedPayload},
			{"md5", plain, minio.PutObjectOptions{SendContentMd5: true}, signedChunks, unsignedPayload},
			{"unsigned", plain, minio.PutObjectOptions{DisableContentSha256: true}, unsignedPayload, unsignedPayload},
			{"checksum", m.Client, minio.PutObjectOptions{Checksum: minio.ChecksumCRC32C}, signedTrailer, unsignedTrailer},
			{"unsigned checksum", m.Client, minio.PutObjectOptions{Checksum: minio.ChecksumCRC32, DisableContentSha256: true}, unsignedTrailer, unsignedTrailer},
		} {
			for _, size := range []int{0, 1, 64 << 10, 200_001} {
				body := pattern(size)
				m.asked("PUT")
				up, err := c.client.PutObject(m.ctx, media, "a", strings.NewReader(body), int64(size), c.opts)
				noError(t, err)
				want := map[string]string{"http": c.http, "https": c.https}[m.scheme]
				if size == 0 { // the client computes no checksum of nothing
					want = strings.TrimSuffix(strings.Replace(want, unsignedTrailer, unsignedPayload, 1), "-TRAILER")
				}
				sent := m.asked("PUT")
				if len(sent) != 1 || sent[0].Header.Get("X-Amz-Content-Sha256") != want || sent[0].TLS == nil != (m.scheme == "http") {
					t.Fatalf("%s, %d bytes: %s, want %s", c.name, size, sent[0].Header, want)
				}
				if trailer := sent[0].Header.Get("X-Amz-Trailer"); strings.HasSuffix(want, "TRAILER") != strings.HasPrefix(trailer, "x-amz-checksum-crc32") {
					t.Errorf("%s, %d bytes: the trailer is %q", c.name, size, trailer)
				}
				if m.get(t, "a", "") != body || strings.Contains(up.ETag, "-") {
					t.Errorf("%s, %d bytes: the body came out different, %s", c.name, size, up.ETag)
				}
			}
		}
	})
}

func TestMinioChecksums(t *testing.T) {
	withMinio(t, func(t *testing.T, m *minioTest) {
		body := pattern(100_000)
		for _, sum := range minioSums() {
			m.asked("PUT")
			_, err := m.PutObject(m.ctx, media, "a", strings.NewReader(body), int64(len(body)), minio.PutObjectOptions{Checksum: sum})
			noError(t, err)
			if sent := m.asked("PUT"); len(sent) != 1 || sent[0].Header.Get("X-Amz-Trailer") != sum.Key() {
				t.Fatal(sum, sent[0].Header)
			}
			got := sure(m.StatObject(m.ctx, media, "a", minio.StatObjectOptions{Checksum: true}))(t)
			if got.Checksum(sum.Base()) != sum.EncodeToString([]byte(body)) || got.ChecksumMode != "FULL_OBJECT" {
				t.Errorf("%s: %+v", sum, got)
			}
			o := sure(m.GetObject(m.ctx, media, "a", minio.GetObjectOptions{Checksum: true}))(t)
			if read, err := io.ReadAll(o); err != nil || string(read) != body { // the client compares the checksum
				t.Error(sum, err)
			}
			// In a header, right and wrong.
			for text, code := range map[string]string{body: "", "other": "BadDigest"} {
				_, err := m.PutObject(m.ctx, media, "b", strings.NewReader(text), int64(len(text)), minio.PutObjectOptions{
					UserMetadata: map[string]string{sum.Key(): sum.EncodeToString([]byte(body))}})
				if code != "" {
					failed(t, err, 400, code)
				} else if noError(t, err); m.get(t, "b", "") != body {
					t.Error(sum)
				}
			}
		}
		if m.get(t, "b", "") != body {
			t.Error("a body whose checksum is wrong was kept")
		}
	})
}

func TestMinioParts(t *testing.T) {
	withMinio(t, func(t *testing.T, m *minioTest) {
		body := once5MiB() + once5MiB()[:1<<20]
		for _, c := range []struct {
			name   string
			reader io.Reader
			size   int64
			opts   minio.PutObjectOptions
		}{
			{"parallel", strings.NewReader(body), int64(len(body)), minio.PutObjectOptions{NumThreads: 4}},
			{"of unknown size", io.MultiReader(strings.NewReader(body)), -1, minio.PutObjectOptions{}},
			{"parallel of unknown size", io.MultiReader(strings.NewReader(body)), -1, minio.PutObjectOptions{ConcurrentStreamParts: true, NumThreads: 3}},
			{"with MD5", io.MultiReader(strings.NewReader(body)), int64(len(body)), minio.PutObjectOptions{SendContentMd5: true}},
		} {
			c.opts.PartSize = minioPart
			up, err := m.PutObject(m.ctx, media, c.name, c.reader, c.size, c.opts)
			noError(t, err)
			if m.get(t, c.name, "") != body || !strings.HasSuffix(up.ETag, "-2") || up.Size != int64(len(body)) {
				t.Errorf("%s: %+v", c.name, up)
			}
		}
		for range m.ListIncompleteUploads(m.ctx, media, "", true) {
			t.Error("an upload is left")
		}
	})
}

func TestMinioChecksumsOfParts(t *testing.T) {
	withMinio(t, func(t *testing.T, m *minioTest) {
		body := []byte(once5MiB() + "tail")
		for _, sum := range minioSums() {
			if m.scheme == "https" && sum != minio.ChecksumSHA256 && !sum.FullObjectRequested() {
				continue // the trailers are those of TestMinioChecksums, and the rest does not depend on the scheme
			}
			_, err := m.PutObject(m.ctx, media, "a", bytes.NewReader(body), int64(len(body)), minio.PutObjectOptions{Checksum: sum, PartSize: minioPart, NumThreads: 2})
			noError(t, err)
			want, kind := sum.EncodeToString(body), "FULL_OBJECT"
			if !sum.FullObjectRequested() {
				h := sum.Hasher()
				h.Write(sum.ChecksumBytes(body[:minioPart]).Raw())
				h.Write(sum.ChecksumBytes(body[minioPart:]).Raw())
				want, kind = minio.NewChecksum(sum, h.Sum(nil)).Encoded()+"-2", "COMPOSITE"
			}
			got := sure(m.StatObject(m.ctx, media, "a", minio.StatObjectOptions{Checksum: true}))(t)
			if got.Checksum(sum.Base()) != want || got.ChecksumMode != kind {
				t.Errorf("%s: %q %s, want %s %s", sum, got.Checksum(sum.Base()), got.ChecksumMode, want, kind)
			}
		}
	})
}

func TestMinioAttributesOfObjects(t *testing.T) {
	withMinio(t, func(t *testing.T, m *minioTest) {
		expires := time.Date(2031, 2, 3, 4, 5, 6, 0, time.UTC)
		opts := minio.PutObjectOptions{
			UserMetadata: map[string]string{"color": "red", "Long-Name": "a, b  c"}, UserTags: map[string]string{"k": "v w", "l": "+=@"},
			ContentType: "text/x-y", ContentEncoding: "br", ContentDisposition: `attachment; filename="x"`, ContentLanguage: "de", CacheControl: "max-age=3",
			Expires: expires, StorageClass: "STANDARD_IA", WebsiteRedirectLocation: "/other",
		}
		up := sure(m.PutObject(m.ctx, media, "a", strings.NewReader("hello"), 5, opts))(t)
		got := sure(m.StatObject(m.ctx, media, "a", minio.StatObjectOptions{}))(t)
		if got.ContentType != "text/x-y" || got.ContentEncoding != "br" || !got.Expires.Equal(expires) || got.UserTagCount != 2 ||
			!maps.Equal(got.UserMetadata, minio.StringMap{"Color": "red", "Long-Name": "a, b  c"}) || got.Size != 5 || got.ETag != up.ETag {
			t.Errorf("%+v", got)
		}
		for name, want := range map[string]string{"Content-Disposition": `attachment; filename="x"`, "Content-Language": "de", "Cache-Control": "max-age=3",
			"X-Amz-Storage-Class": "STANDARD_IA", "X-Amz-Website-Redirect-Location": "/other"} {
			if v := got.Metadata.Get(name); v != want {
				t.Errorf("%s: %q", name, v)
			}
		}
		opts = minio.PutObjectOptions{}
		opts.SetMatchETagExcept("*")
		_, err := m.PutObject(m.ctx, media, "a", strings.NewReader("other"), 5, opts)
		failed(t, err, 412, "PreconditionFailed")
		opts = minio.PutObjectOptions{}
		opts.SetMatchETag(up.ETag)
		sure(m.PutObject(m.ctx, media, "a", strings.NewReader("other"), 5, opts))(t)
		_, err = m.PutObject(m.ctx, media, "a", strings.NewReader("third"), 5, opts)
		failed(t, err, 412, "PreconditionFailed")
		if got := m.get(t, "a", ""); got != "other" {
			t.Error(got)
		}
	})
}

func TestMinioBodyThatBreaksOffIsNotKept(t *testing.T) {
	withMinio(t, func(t *testing.T, m *minioTest) {
		broken := errors.New("broken")
		cut := func() io.Reader { return io.MultiReader(strings.NewReader(once5MiB()), iotest.ErrReader(broken)) }
		for size, opts := range map[int64]minio.PutObjectOptions{-1: {PartSize: minioPart}, 6 << 20: {DisableMultipart: true}} {
			if _, err := m.PutObject(m.ctx, media, "a", cut(), size, opts); err == nil || !strings.Contains(err.Error(), "broken") {
				t.Error(size, err)
			}
		}
		_, err := m.StatObject(m.ctx, media, "a", minio.StatObjectOptions{})
		failed(t, err, 404, "NoSuchKey")
		for range m.ListIncompleteUploads(m.ctx, media, "", true) {
			t.Error("an upload is left")
		}
	})
}
