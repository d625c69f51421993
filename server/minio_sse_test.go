package server_test

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/encrypt"
)

// TestMinioEncryption writes, reads, copies and composes objects with a key of
// the customer's, which the client gives away over https only, and with one of
// the server's.
func TestMinioEncryption(t *testing.T) {
	withMinio(t, func(t *testing.T, m *minioTest) {
		forms := map[string]encrypt.ServerSide{"server": encrypt.NewSSE()}
		if m.scheme == "https" {
			forms["customer"] = sure(encrypt.NewSSEC(bytes.Repeat([]byte("k"), 32)))(t)
		}
		for name, key := range forms {
			reading := key
			if name == "server" {
				reading = nil // nobody has to name it
			}
			parts := once5MiB() + "tail"
			for _, body := range []string{"", "hello", pattern(200_000), parts} {
				_, err := m.PutObject(m.ctx, media, "a", strings.NewReader(body), int64(len(body)), minio.PutObjectOptions{ServerSideEncryption: key, PartSize: minioPart})
				noError(t, err)
				o := sure(m.GetObject(m.ctx, media, "a", minio.GetObjectOptions{ServerSideEncryption: reading}))(t)
				if got := sure(io.ReadAll(o))(t); string(got) != body {
					t.Errorf("%s, %d bytes: %d came out, or others", name, len(body), len(got))
				}
				o.Close()
			}
			info := sure(m.StatObject(m.ctx, media, "a", minio.StatObjectOptions{ServerSideEncryption: reading}))(t)
			if h := info.Metadata; h.Get("X-Amz-Server-Side-Encryption") != "AES256" && h.Get("X-Amz-Server-Side-Encryption-Customer-Algorithm") != "AES256" {
				t.Errorf("%s: %v", name, h)
			}
			some := make([]byte, 10)
			o := sure(m.GetObject(m.ctx, media, "a", minio.GetObjectOptions{ServerSideEncryption: reading}))(t)
			if _, err := o.ReadAt(some, 5<<20-6); err != nil && err != io.EOF || string(some) != parts[5<<20-6:] {
				t.Errorf("%s: %q %v", name, some, err)
			}
			o.Close()
			src := minio.CopySrcOptions{Bucket: media, Object: "a"}
			if name == "customer" {
				_, _, _, err := m.core.GetObject(m.ctx, media, "a", minio.GetObjectOptions{})
				failed(t, err, 400, "InvalidRequest")
				src.Encryption = encrypt.SSECopy(key)
			}
			sure(m.CopyObject(m.ctx, minio.CopyDestOptions{Bucket: media, Object: "plain"}, src))(t)
			sure(m.ComposeObject(m.ctx, minio.CopyDestOptions{Bucket: media, Object: "both", Encryption: key}, src, src))(t)
			o = sure(m.GetObject(m.ctx, media, "both", minio.GetObjectOptions{ServerSideEncryption: reading}))(t)
			if got := sure(io.ReadAll(o))(t); m.get(t, "plain", "") != parts || string(got) != parts+parts {
				t.Errorf("%s: a copy came out different", name)
			}
			o.Close()
			// Onto itself, if what encrypts it changes: without the customer's key from then on.
			_, err := m.CopyObject(m.ctx, minio.CopyDestOptions{Bucket: media, Object: "a"}, src)
			if name == "server" {
				failed(t, err, 400, "InvalidRequest")
			} else {
				noError(t, err)
			}
			if m.get(t, "a", "") != parts {
				t.Errorf("%s: the object came out different", name)
			}
		}
	}, withMasters(t, false))
}
