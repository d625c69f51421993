package server_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/minio/minio-go/v7"
)

// names lists keys and prefixes as they come.
func (m *minioTest) names(t *testing.T, opts minio.ListObjectsOptions) (list []string) {
	t.Helper()
	for o := range m.ListObjects(m.ctx, media, opts) {
		noError(t, o.Err)
		list = append(list, o.Key)
	}
	return list
}

func TestMinioLists(t *testing.T) {
	withMinio(t, func(t *testing.T, m *minioTest) {
		all := []string{"a", "b/1", "b/2", "b/c/3", "d e+%", "z"}
		for _, key := range all {
			m.put(t, key, key)
		}
		for _, c := range []struct {
			name string
			opts minio.ListObjectsOptions
			want []string
		}{
			{"all", minio.ListObjectsOptions{Recursive: true}, all},
			{"all in pages", minio.ListObjectsOptions{Recursive: true, MaxKeys: 2}, all},
			{"folders", minio.ListObjectsOptions{}, []string{"a", "d e+%", "z", "b/"}}, // the client gives prefixes last
			{"folders in pages", minio.ListObjectsOptions{MaxKeys: 1}, []string{"a", "b/", "d e+%", "z"}},
			{"a folder", minio.ListObjectsOptions{Prefix: "b/"}, []string{"b/1", "b/2", "b/c/"}},
			{"all of a folder", minio.ListObjectsOptions{Prefix: "b/", Recursive: true}, []string{"b/1", "b/2", "b/c/3"}},
			{"after", minio.ListObjectsOptions{Recursive: true, StartAfter: "b/2"}, []string{"b/c/3", "d e+%", "z"}},
			{"none", minio.ListObjectsOptions{Prefix: "x", Recursive: true}, nil},
		} {
			for _, v1 := range []bool{false, true} {
				if c.opts.UseV1 = v1; !slices.Equal(m.names(t, c.opts), c.want) {
					t.Errorf("%s, V1 %v: %q, want %q", c.name, v1, m.names(t, c.opts), c.want)
				}
			}
		}
		for o := range m.ListObjects(m.ctx, media, minio.ListObjectsOptions{Prefix: "d"}) {
			if o.Size != 5 || o.ETag == "" || o.LastModified.IsZero() || o.Owner.ID == "" || o.StorageClass != "STANDARD" {
				t.Errorf("%+v", o)
			}
		}
		page := sure(m.core.ListObjectsV2(media, "", "", "", "", 4))(t)
		rest := sure(m.core.ListObjectsV2(media, "", "", page.NextContinuationToken, "", 4))(t)
		if !page.IsTruncated || len(page.Contents) != 4 || rest.IsTruncated || len(rest.Contents) != 2 || rest.MaxKeys != 4 {
			t.Errorf("%+v\n%+v", page, rest)
		}
		for o := range m.ListObjects(m.ctx, "missing", minio.ListObjectsOptions{}) {
			failed(t, o.Err, 404, "NoSuchBucket")
		}
	})
}

func TestMinioIncompleteUploads(t *testing.T) {
	withMinio(t, func(t *testing.T, m *minioTest) {
		ids := map[string]string{}
		for _, key := range []string{"dir/a", "dir/b", "c"} {
			ids[key] = sure(m.core.NewMultipartUpload(m.ctx, media, key, minio.PutObjectOptions{}))(t)
		}
		list := func(prefix string, recursive bool) (keys []string) {
			t.Helper()
			for u := range m.ListIncompleteUploads(m.ctx, media, prefix, recursive) {
				if noError(t, u.Err); u.UploadID != ids[u.Key] {
					t.Errorf("%+v", u)
				}
				keys = append(keys, u.Key)
			}
			return keys
		}
		if got := list("", true); !slices.Equal(got, []string{"c", "dir/a", "dir/b"}) {
			t.Error(got)
		}
		if got := list("", false); !slices.Equal(got, []string{"c", "dir/"}) {
			t.Error(got)
		}
		page := sure(m.core.ListMultipartUploads(m.ctx, media, "", "", "", "", 2))(t)
		rest := sure(m.core.ListMultipartUploads(m.ctx, media, "", page.NextKeyMarker, page.NextUploadIDMarker, "", 2))(t)
		if !page.IsTruncated || len(page.Uploads) != 2 || rest.IsTruncated || len(rest.Uploads) != 1 || rest.Uploads[0].Key != "dir/b" {
			t.Errorf("%+v\n%+v", page, rest)
		}
		for n := 1; n <= 3; n++ {
			sure(m.core.PutObjectPart(m.ctx, media, "c", ids["c"], n, bytesOf("part"), 4, minio.PutObjectPartOptions{}))(t)
		}
		parts := sure(m.core.ListObjectParts(m.ctx, media, "c", ids["c"], 1, 1))(t)
		if !parts.IsTruncated || len(parts.ObjectParts) != 1 || parts.ObjectParts[0].PartNumber != 2 || parts.ObjectParts[0].Size != 4 || parts.NextPartNumberMarker != 2 {
			t.Errorf("%+v", parts)
		}
		noError(t, m.RemoveIncompleteUpload(m.ctx, media, "dir/a"))
		noError(t, m.core.AbortMultipartUpload(m.ctx, media, "dir/b", ids["dir/b"]))
		failed(t, m.core.AbortMultipartUpload(m.ctx, media, "dir/b", ids["dir/b"]), 404, "NoSuchUpload")
		if got := list("", true); !slices.Equal(got, []string{"c"}) {
			t.Error(got)
		}
	})
}

func TestMinioVersions(t *testing.T) {
	withMinio(t, func(t *testing.T, m *minioTest) {
		if got := sure(m.GetBucketVersioning(m.ctx, media))(t); got.Status != "" {
			t.Error(got)
		}
		null := m.put(t, "a", "null")
		noError(t, m.EnableVersioning(m.ctx, media))
		one, two := m.put(t, "a", "one"), m.put(t, "a", "two")
		if null.VersionID != "" || one.VersionID == "" || one.VersionID == two.VersionID || !sure(m.GetBucketVersioning(m.ctx, media))(t).Enabled() {
			t.Error(null, one, two)
		}
		for version, want := range map[string]string{"": "two", two.VersionID: "two", one.VersionID: "one", "null": "null"} {
			if got := m.get(t, "a", version); got != want {
				t.Errorf("%s: %s", version, got)
			}
		}
		noError(t, m.RemoveObject(m.ctx, media, "a", minio.RemoveObjectOptions{}))
		_, err := m.StatObject(m.ctx, media, "a", minio.StatObjectOptions{})
		failed(t, err, 404, "NoSuchKey")
		noError(t, m.SuspendVersioning(m.ctx, media))
		if last := m.put(t, "a", "last"); last.VersionID != "null" && last.VersionID != "" || !sure(m.GetBucketVersioning(m.ctx, media))(t).Suspended() {
			t.Errorf("%+v", last)
		}
		var got []string
		for o := range m.ListObjects(m.ctx, media, minio.ListObjectsOptions{WithVersions: true, MaxKeys: 2, Recursive: true}) {
			noError(t, o.Err)
			got = append(got, fmt.Sprint(o.Size, o.IsDeleteMarker, o.IsLatest))
		}
		if want := []string{"4 false true", "0 true false", "3 false false", "3 false false"}; !slices.Equal(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
		up := sure(m.CopyObject(m.ctx, minio.CopyDestOptions{Bucket: media, Object: "b"}, minio.CopySrcOptions{Bucket: media, Object: "a", VersionID: one.VersionID}))(t)
		if up.ETag != one.ETag || m.get(t, "b", "") != "one" {
			t.Errorf("%+v", up)
		}
		noError(t, m.RemoveObject(m.ctx, media, "a", minio.RemoveObjectOptions{VersionID: one.VersionID}))
		_, _, _, err = m.core.GetObject(m.ctx, media, "a", minio.GetObjectOptions{VersionID: one.VersionID})
		failed(t, err, 404, "NoSuchVersion")
	})
}

func TestMinioRemovesInBulk(t *testing.T) {
	withMinio(t, func(t *testing.T, m *minioTest) {
		noError(t, m.EnableVersioning(m.ctx, media))
		const keys = 1100 // more than one request may name
		list := make(chan minio.ObjectInfo, keys)
		for i := range keys {
			key := fmt.Sprintf("dir/%04d <&>", i)
			if i%10 == 0 { // deleting what is not there makes a marker as well
				m.want(200, "PUT", target(media, key), "x")
			}
			list <- minio.ObjectInfo{Key: key}
		}
		close(list)
		m.asked("POST")
		marked := map[string]string{}
		for r := range m.RemoveObjectsWithResult(m.ctx, media, list, minio.RemoveObjectsOptions{}) {
			if noError(t, r.Err); !r.DeleteMarker || r.DeleteMarkerVersionID == "" {
				t.Fatalf("%+v", r)
			}
			marked[r.ObjectName] = r.DeleteMarkerVersionID
		}
		if posts := m.asked("POST"); len(marked) != keys || len(posts) != 2 {
			t.Error(len(marked), len(posts))
		}
		if got := m.names(t, minio.ListObjectsOptions{Recursive: true}); len(got) != 0 {
			t.Error(len(got))
		}
		versions := m.ListObjects(m.ctx, media, minio.ListObjectsOptions{WithVersions: true, Recursive: true})
		for e := range m.RemoveObjects(m.ctx, media, versions, minio.RemoveObjectsOptions{}) {
			t.Error(e)
		}
		noError(t, m.RemoveBucket(m.ctx, media))
	})
}
