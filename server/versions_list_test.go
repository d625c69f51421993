package server_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestPagesOfVersionsGiveEverythingOnce(t *testing.T) {
	f := withVersions(t)
	for i := range 3 {
		for _, key := range []string{"a", "b/1", "b/2", "c"} {
			f.putVersion("/media/"+key, strings.Repeat("x", i+1))
		}
	}
	f.want(204, "DELETE", "/media/b/2", "")
	f.want(204, "DELETE", "/media/c", "")
	for _, query := range []string{"", "&delimiter=/", "&prefix=b"} {
		want, whole := f.versions(query)
		prefixes := len(between(whole.body, "CommonPrefixes"))
		for size := 1; size <= 15; size++ {
			var got []string
			seen, next := 0, ""
			for more := true; more; {
				rows, a := f.versions(fmt.Sprintf("&max-keys=%d%s%s", size, query, next))
				got = append(got, rows...)
				seen += strings.Count(a.body, "<CommonPrefixes>")
				more = first(a.body, "IsTruncated") == "true"
				if next = "&key-marker=" + escapeKey(first(a.body, "NextKeyMarker")); strings.Contains(a.body, "<NextVersionIdMarker>") {
					next += "&version-id-marker=" + first(a.body, "NextVersionIdMarker")
				}
			}
			if !slices.Equal(got, want) || seen != strings.Count(whole.body, "<CommonPrefixes>") || seen < prefixes {
				t.Errorf("%s by %d: %q, want %q", query, size, got, want)
			}
		}
	}
	f.wantVersions("&delimiter=/", "a 3 true", "a 2 false", "a 1 false", "c marker true", "c 3 false", "c 2 false", "c 1 false")
}

func TestBadParametersOfAListOfVersionsAreRefused(t *testing.T) {
	f := withVersions(t)
	for _, q := range []string{"max-keys=-1", "max-keys=x", "encoding-type=x", "version-id-marker=null", "key-marker=a&version-id-marker=x"} {
		f.refuse(400, "InvalidArgument", "GET", "/media?versions&"+q, "")
	}
	f.refuse(404, "NoSuchBucket", "GET", "/missing?versions", "")
	f.putVersion("/media/a%20b", "x")
	a := f.want(200, "GET", "/media?versions&encoding-type=url&max-keys=0&prefix=a%20", "")
	if first(a.body, "IsTruncated") != "false" || first(a.body, "Prefix") != "a%20" || first(a.body, "MaxKeys") != "0" {
		t.Error(a.body)
	}
	a = f.want(200, "GET", "/media?versions&encoding-type=url", "")
	if first(a.body, "Key") != "a%20b" || first(a.body, "EncodingType") != "url" || first(a.body, "StorageClass") != "STANDARD" {
		t.Error(a.body)
	}
}

func TestObjectAttributesAreThoseAskedFor(t *testing.T) {
	f := withVersions(t)
	body := pattern(1000)
	etag := strings.Trim(f.want(200, "PUT", "/media/a", body, "X-Amz-Checksum-Sha256", digest("SHA256", body), "X-Amz-Storage-Class", "STANDARD_IA").Header.Get("Etag"), `"`)
	a := f.want(200, "GET", "/media/a?attributes", "", "X-Amz-Object-Attributes", "ETag, Checksum,ObjectSize", "X-Amz-Object-Attributes", "StorageClass,ObjectParts")
	for name, want := range map[string]string{"ETag": etag, "ChecksumSHA256": digest("SHA256", body), "ChecksumType": "FULL_OBJECT", "ObjectSize": "1000", "StorageClass": "STANDARD_IA", "ObjectParts": ""} {
		if got := first(a.body, name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if a.Header.Get("Last-Modified") == "" || a.Header.Get("X-Amz-Version-Id") == "" {
		t.Error(a.Header)
	}
	if a := f.want(200, "GET", "/media/a?attributes", "", "X-Amz-Object-Attributes", "ObjectSize"); strings.Contains(a.body, "ETag") {
		t.Error(a.body)
	}
	upload := f.begin("/media/b")
	tag := f.part("/media/b", upload, 1, "part")
	f.want(200, "POST", "/media/b?uploadId="+upload, completeDoc(tag))
	if a := f.want(200, "GET", "/media/b?attributes", "", "X-Amz-Object-Attributes", "ObjectParts"); first(a.body, "PartsCount") != "1" {
		t.Error(a.body)
	}
	f.refuse(400, "InvalidRequest", "GET", "/media/a?attributes", "")
	f.refuse(400, "InvalidArgument", "GET", "/media/a?attributes", "", "X-Amz-Object-Attributes", "Owner")
	f.refuse(400, "InvalidArgument", "GET", "/media/a?attributes", "", "X-Amz-Object-Attributes", "ETag", "X-Amz-Max-Parts", "x")
	f.refuse(404, "NoSuchKey", "GET", "/media/missing?attributes", "", "X-Amz-Object-Attributes", "ETag")
}
