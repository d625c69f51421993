package server_test

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"
)

func TestMinioReads(t *testing.T) {
	withMinio(t, func(t *testing.T, m *minioTest) {
		body := pattern(300_000)
		m.put(t, "a", body)
		o := sure(m.GetObject(m.ctx, media, "a", minio.GetObjectOptions{}))(t)
		defer o.Close()
		if info := sure(o.Stat())(t); info.Size != int64(len(body)) || info.Key != "a" {
			t.Errorf("%+v", info)
		}
		for _, c := range []struct {
			offset int64
			whence int
			at     int64
		}{{100, io.SeekStart, 100}, {50, io.SeekCurrent, 160}, {-10, io.SeekEnd, 299_990}, {0, io.SeekStart, 0}} {
			if at := sure(o.Seek(c.offset, c.whence))(t); at != c.at {
				t.Fatalf("at %d, want %d", at, c.at)
			}
			got := make([]byte, 10)
			if _, err := io.ReadFull(o, got); err != nil || string(got) != body[c.at:c.at+10] {
				t.Errorf("at %d: %v", c.at, err)
			}
		}
		for _, at := range []int64{0, 1, 65_535, 299_000} {
			got := make([]byte, 1000)
			if n, err := o.ReadAt(got, at); err != nil && err != io.EOF || string(got[:n]) != body[at:at+int64(n)] || n != 1000 {
				t.Errorf("%d bytes at %d: %v", n, at, err)
			}
		}
		if n, err := o.ReadAt(make([]byte, 10), 299_995); n != 5 || err != io.EOF {
			t.Error(n, err)
		}
	})
}

func TestMinioRanges(t *testing.T) {
	withMinio(t, func(t *testing.T, m *minioTest) {
		body := pattern(1000)
		m.put(t, "a", body)
		for _, c := range []struct {
			start, end int64
			want, code string
		}{
			{0, 9, body[:10], ""}, {990, 0, body[990:], ""}, {0, -5, body[995:], ""}, {500, 5000, body[500:], ""},
			{999, 999, body[999:], ""}, {1000, 2000, "", "InvalidRange"},
		} {
			opts := minio.GetObjectOptions{}
			noError(t, opts.SetRange(c.start, c.end))
			r, info, _, err := m.core.GetObject(m.ctx, media, "a", opts)
			if c.code != "" {
				failed(t, err, 416, c.code)
				continue
			}
			noError(t, err)
			got := string(sure(io.ReadAll(r))(t))
			if r.Close(); got != c.want || info.Size != int64(len(c.want)) {
				t.Errorf("%d-%d: %d bytes, %d", c.start, c.end, len(got), info.Size)
			}
		}
	})
}

func TestMinioReadsInParallel(t *testing.T) {
	withMinio(t, func(t *testing.T, m *minioTest) {
		body := strings.Repeat(once5MiB()[:4<<20], 4) + "tail" // more than one chunk of the client's, which are of 16 MiB at least
		up := m.put(t, "a", body)
		m.asked("GET")
		o := sure(m.GetObject(m.ctx, media, "a", minio.GetObjectOptions{ParallelWorkers: 2}))(t)
		defer o.Close()
		if got := sure(io.ReadAll(o))(t); string(got) != body {
			t.Error("the body came out different")
		}
		gets := m.asked("GET")
		if len(gets) < 2 {
			t.Errorf("%d requests", len(gets))
		}
		for _, r := range gets[1:] {
			if r.Header.Get("If-Match") != `"`+up.ETag+`"` || r.Header.Get("Range") == "" {
				t.Error(r.Header)
			}
		}
	})
}

func TestMinioConditions(t *testing.T) {
	withMinio(t, func(t *testing.T, m *minioTest) {
		etag := m.put(t, "a", "hello").ETag
		hour := func(n int) time.Time { return time.Now().Add(time.Duration(n) * time.Hour) }
		for name, c := range map[string]struct {
			set  func(*minio.GetObjectOptions) error
			code string
		}{
			"match":          {func(o *minio.GetObjectOptions) error { return o.SetMatchETag(etag) }, ""},
			"no match":       {func(o *minio.GetObjectOptions) error { return o.SetMatchETag("x" + etag[1:]) }, "PreconditionFailed"},
			"other":          {func(o *minio.GetObjectOptions) error { return o.SetMatchETagExcept("x" + etag[1:]) }, ""},
			"not other":      {func(o *minio.GetObjectOptions) error { return o.SetMatchETagExcept(etag) }, "NotModified"},
			"modified":       {func(o *minio.GetObjectOptions) error { return o.SetModified(hour(-1)) }, ""},
			"not modified":   {func(o *minio.GetObjectOptions) error { return o.SetModified(hour(0)) }, "NotModified"},
			"unmodified":     {func(o *minio.GetObjectOptions) error { return o.SetUnmodified(hour(1)) }, ""},
			"not unmodified": {func(o *minio.GetObjectOptions) error { return o.SetUnmodified(hour(-1)) }, "PreconditionFailed"},
		} {
			opts := minio.GetObjectOptions{}
			noError(t, c.set(&opts))
			r, _, _, err := m.core.GetObject(m.ctx, media, "a", opts)
			if c.code == "" {
				noError(t, err)
				r.Close()
				continue
			}
			if status := map[string]int{"NotModified": 304, "PreconditionFailed": 412}[c.code]; minio.ToErrorResponse(err).StatusCode != status {
				t.Errorf("%s: %v %+v", name, err, minio.ToErrorResponse(err))
			}
		}
	})
}

func TestMinioPartsAreReadByNumber(t *testing.T) {
	withMinio(t, func(t *testing.T, m *minioTest) {
		body := once5MiB() + "tail"
		sure(m.PutObject(m.ctx, media, "a", strings.NewReader(body), int64(len(body)), minio.PutObjectOptions{PartSize: minioPart, Checksum: minio.ChecksumSHA256}))(t)
		r, info, header, err := m.core.GetObject(m.ctx, media, "a", minio.GetObjectOptions{PartNumber: 2, Checksum: true})
		noError(t, err)
		defer r.Close()
		if got := sure(io.ReadAll(r))(t); string(got) != "tail" || info.Size != 4 || header.Get("X-Amz-Mp-Parts-Count") != "2" || info.ChecksumSHA256 != digest("SHA256", "tail") {
			t.Errorf("%q %+v", got, header)
		}
		_, _, _, err = m.core.GetObject(m.ctx, media, "a", minio.GetObjectOptions{PartNumber: 3})
		failed(t, err, 416, "InvalidPartNumber")

		at := sure(m.GetObjectAttributes(m.ctx, media, "a", minio.ObjectAttributesOptions{}))(t)
		if at.ObjectSize != len(body) || at.ObjectParts.PartsCount != 2 || len(at.Checksum.ChecksumSHA256) != 44 || at.Checksum.ChecksumType != "COMPOSITE" {
			t.Errorf("%+v", at)
		}
		one := sure(m.GetObjectAttributes(m.ctx, media, "a", minio.ObjectAttributesOptions{PartNumberMarker: 1, MaxParts: 1}))(t).ObjectParts
		if len(one.Parts) != 1 || one.Parts[0].PartNumber != 2 || one.Parts[0].Size != 4 || one.Parts[0].ChecksumSHA256 != digest("SHA256", "tail") || one.IsTruncated || one.PartNumberMarker != 1 || one.MaxParts != 1 {
			t.Errorf("%+v", one)
		}
		if first := sure(m.GetObjectAttributes(m.ctx, media, "a", minio.ObjectAttributesOptions{MaxParts: 1}))(t).ObjectParts; !first.IsTruncated || first.NextPartNumberMarker != 1 {
			t.Errorf("%+v", first)
		}
		_, err = m.GetObjectAttributes(m.ctx, media, "missing", minio.ObjectAttributesOptions{})
		failed(t, err, 404, "NoSuchKey")
	})
}

func TestMinioFiles(t *testing.T) {
	withMinio(t, func(t *testing.T, m *minioTest) {
		dir, body := t.TempDir(), []byte(pattern(70_000))
		from, to := filepath.Join(dir, "from.html"), filepath.Join(dir, "sub", "to")
		noError(t, os.WriteFile(from, body, 0o600))
		sure(m.FPutObject(m.ctx, media, "a", from, minio.PutObjectOptions{}))(t)
		noError(t, m.FGetObject(m.ctx, media, "a", to, minio.GetObjectOptions{}))
		if got := sure(os.ReadFile(to))(t); !bytes.Equal(got, body) {
			t.Error("the file came out different")
		}
		if info := sure(m.StatObject(m.ctx, media, "a", minio.StatObjectOptions{}))(t); !strings.HasPrefix(info.ContentType, "text/html") {
			t.Error(info.ContentType)
		}
		failed(t, m.FGetObject(m.ctx, media, "missing", to, minio.GetObjectOptions{}), 404, "NoSuchKey")
	})
}
