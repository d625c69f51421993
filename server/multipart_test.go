package server_test

import (
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// begin starts an upload and gives its id.
func (f *fixture) begin(at string, headers ...string) string {
	f.Helper()
	return first(f.want(200, "POST", at+"?uploads", "", headers...).body, "UploadId")
}

func (f *fixture) part(at, id string, n int, body string, headers ...string) string {
	f.Helper()
	return f.want(200, "PUT", fmt.Sprintf("%s?partNumber=%d&uploadId=%s", at, n, id), body, headers...).Header.Get("Etag")
}

func completeDoc(etags ...string) string {
	var b strings.Builder
	b.WriteString(`<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">`)
	for i, e := range etags {
		fmt.Fprintf(&b, "<Part><PartNumber>%d</PartNumber><ETag>%s</ETag></Part>", i+1, e)
	}
	return b.String() + "</CompleteMultipartUpload>"
}

// upload puts an object as one part.
func (f *fixture) upload(at, body string) answer {
	f.Helper()
	id := f.begin(at)
	return f.want(200, "POST", at+"?uploadId="+id, completeDoc(f.part(at, id, 1, body)))
}

func TestMultipartUploadJoinsItsParts(t *testing.T) {
	f := withSpace(t)
	parts := []string{once5MiB(), pattern(5<<20 + 7), pattern(1000)}
	id := f.begin("/media/big%20one", "Content-Type", "text/plain", "X-Amz-Meta-Colour", "blue", "X-Amz-Tagging", "a=1", "X-Amz-Acl", "public-read")
	var etags []string
	all := md5.New()
	for i, p := range parts {
		etags = append(etags, f.part("/media/big%20one", id, i+1, p))
		sum := md5.Sum([]byte(p))
		all.Write(sum[:])
		if etags[i] != `"`+hex.EncodeToString(sum[:])+`"` {
			t.Error(etags[i])
		}
	}
	f.refuse(404, "NoSuchKey", "GET", "/media/big%20one", "")
	a := f.want(200, "POST", "/media/big%20one?uploadId="+id, completeDoc(etags...))
	etag := `"` + hex.EncodeToString(all.Sum(nil)) + `-3"`
	if first(a.body, "ETag") != etag || first(a.body, "Location") != "http://"+host+"/media/big%20one" || first(a.body, "Key") != "big one" || first(a.body, "Bucket") != "media" {
		t.Error(a.body)
	}
	whole := strings.Join(parts, "")
	got := f.anonymous("GET", "/media/big%20one", "")
	if got.body != whole || got.Header.Get("Etag") != etag || got.Header.Get("X-Amz-Meta-Colour") != "blue" || got.Header.Get("Content-Type") != "text/plain" {
		t.Error(got.StatusCode, got.Header)
	}
	for i, p := range parts {
		a := f.want(206, "GET", fmt.Sprintf("/media/big%%20one?partNumber=%d", i+1), "")
		if a.body != p || a.Header.Get("X-Amz-Mp-Parts-Count") != "3" {
			t.Errorf("part %d: %d bytes, %v", i+1, len(a.body), a.Header)
		}
	}
	f.refuse(416, "InvalidPartNumber", "GET", "/media/big%20one?partNumber=4", "")
	f.refuse(400, "InvalidRequest", "GET", "/media/big%20one?partNumber=1", "", "Range", "bytes=0-1")
	if a := f.want(206, "GET", "/media/big%20one", "", "Range", "bytes=5242870-5242890"); a.body != whole[5242870:5242891] {
		t.Error("a range over two parts")
	}
	again := f.want(200, "POST", "/media/big%20one?uploadId="+id, completeDoc(etags...))
	if first(again.body, "ETag") != etag {
		t.Error("a retried Complete", again.body)
	}
}

func TestPartNumberOfAnObjectOfOnePart(t *testing.T) {
	f := withSpace(t)
	f.want(200, "PUT", "/media/a", "hello")
	f.want(206, "GET", "/media/a?partNumber=1", "")
	f.refuse(416, "InvalidPartNumber", "GET", "/media/a?partNumber=2", "")
	f.refuse(400, "InvalidArgument", "GET", "/media/a?partNumber=0", "")
}

func TestBadCompletesLeaveTheUploadUsable(t *testing.T) {
	f := withSpace(t)
	id := f.begin("/media/a")
	one, two := f.part("/media/a", id, 1, "small"), f.part("/media/a", id, 2, "last")
	at := "/media/a?uploadId=" + id
	swapped := strings.NewReplacer("<PartNumber>1<", "<PartNumber>2<", "<PartNumber>2<", "<PartNumber>1<").Replace(completeDoc(two, one))
	for _, c := range []struct{ code, doc string }{
		{"MalformedXML", ""}, {"MalformedXML", completeDoc()}, {"MalformedXML", completeDoc(one) + "x"}, {"MalformedXML", "<CompleteMultipartUpload><Part/></CompleteMultipartUpload>"},
		{"MalformedXML", "<CompleteMultipartUpload><Part><PartNumber>x</PartNumber><ETag>y</ETag></Part></CompleteMultipartUpload>"},
		{"MalformedXML", strings.Replace(completeDoc(one), "<ETag>", "<Other/><ETag>", 1)},
		{"InvalidPartOrder", swapped}, {"InvalidPart", completeDoc(two)}, {"InvalidPart", completeDoc(`"0123"`)},
		{"EntityTooSmall", completeDoc(one, two)}, {"InvalidArgument", strings.Replace(completeDoc(one), "<PartNumber>1<", "<PartNumber>0<", 1)},
	} {
		f.refuse(400, c.code, "POST", at, c.doc)
	}
	f.want(200, "PUT", "/media/a", "now")
	f.refuse(412, "PreconditionFailed", "POST", at, completeDoc(one), "If-None-Match", "*")
	f.refuse(412, "PreconditionFailed", "POST", at, completeDoc(one), "If-Match", `"x"`)
	f.refuse(501, "NotImplemented", "POST", at, completeDoc(one), "If-None-Match", `"x"`)
	for _, size := range []string{"7", "-1", "x", "5x"} {
		f.refuse(400, "InvalidRequest", "POST", at, completeDoc(one), "X-Amz-Mp-Object-Size", size)
	}
	f.want(200, "POST", at, completeDoc(one), "X-Amz-Mp-Object-Size", "5")
	if a := f.want(200, "GET", "/media/a", ""); a.body != "small" {
		t.Error(a.body)
	}
}

func TestBadPartsAreRefused(t *testing.T) {
	f := withSpace(t)
	id := f.begin("/media/a")
	for _, n := range []string{"0", "10001", "-1", "x", ""} {
		f.refuse(400, "InvalidArgument", "PUT", "/media/a?uploadId="+id+"&partNumber="+n, "x")
	}
	f.refuse(404, "NoSuchUpload", "PUT", "/media/a?uploadId=other&partNumber=1", "x")
	f.refuse(404, "NoSuchUpload", "PUT", "/media/b?uploadId="+id+"&partNumber=1", "x")
	f.refuse(404, "NoSuchUpload", "POST", "/media/a?uploadId=other", completeDoc(`"x"`))
	f.refuse(404, "NoSuchUpload", "GET", "/media/a?uploadId=other", "")
	f.refuse(404, "NoSuchUpload", "DELETE", "/media/a?uploadId=other", "")
	f.refuse(400, "BadDigest", "PUT", "/media/a?uploadId="+id+"&partNumber=1", "x", "Content-MD5", md5Base64("y"))
	if a := f.want(200, "GET", "/media/a?uploadId="+id, ""); strings.Contains(a.body, "<Part>") {
		t.Error(a.body)
	}
	f.want(204, "DELETE", "/media/a?uploadId="+id, "")
	f.refuse(404, "NoSuchUpload", "PUT", "/media/a?uploadId="+id+"&partNumber=1", "x")
}

func TestPartsAreListedInPages(t *testing.T) {
	f := withSpace(t)
	id := f.begin("/media/a", "X-Amz-Checksum-Algorithm", "SHA256", "X-Amz-Storage-Class", "STANDARD_IA")
	put := func(n int, body string) { f.part("/media/a", id, n, body, sumHeader("SHA256"), digest("SHA256", body)) }
	for _, n := range []int{3, 1, 10000, 2} {
		put(n, pattern(n%100+1))
	}
	put(2, "again")
	a := f.want(200, "GET", "/media/a?uploadId="+id+"&max-parts=2", "")
	if got := between(a.body, "PartNumber"); !slices.Equal(got, []string{"1", "2"}) || first(a.body, "IsTruncated") != "true" || first(a.body, "NextPartNumberMarker") != "2" ||
		first(a.body, "StorageClass") != "STANDARD_IA" || first(a.body, "ChecksumAlgorithm") != "SHA256" {
		t.Error(a.body)
	}
	if got := between(a.body, "ChecksumSHA256"); len(got) != 2 || got[1] != digest("SHA256", "again") {
		t.Error(a.body)
	}
	a = f.want(200, "GET", "/media/a?uploadId="+id+"&part-number-marker=2", "")
	if got := between(a.body, "PartNumber"); !slices.Equal(got, []string{"3", "10000"}) || first(a.body, "IsTruncated") != "false" ||
		strings.Contains(a.body, "<NextPartNumberMarker>") {
		t.Error(a.body)
	}
	for _, last := range []string{"", "&max-parts=4", "&max-parts=0", "&part-number-marker=10000"} {
		if a := f.want(200, "GET", "/media/a?uploadId="+id+last, ""); strings.Contains(a.body, "<NextPartNumberMarker>") || first(a.body, "IsTruncated") != "false" {
			t.Error(last, a.body)
		}
	}
	f.refuse(400, "InvalidArgument", "GET", "/media/a?max-parts=-1&uploadId="+id, "")
}

func TestUploadsAreListedInPages(t *testing.T) {
	f := withSpace(t)
	for _, key := range []string{"a", "dir/1", "dir/2", "z"} {
		f.begin(target("media", key))
	}
	f.begin("/media/a")
	var keys []string
	marker := ""
	for more := true; more; {
		a := f.want(200, "GET", "/media?uploads&max-uploads=2&encoding-type=url"+marker, "")
		keys = append(keys, between(a.body, "Key")...)
		more = first(a.body, "IsTruncated") == "true"
		marker = "&key-marker=" + first(a.body, "NextKeyMarker") + "&upload-id-marker=" + first(a.body, "NextUploadIdMarker")
	}
	if !slices.Equal(keys, []string{"a", "a", "dir/1", "dir/2", "z"}) {
		t.Error(keys)
	}
	a := f.want(200, "GET", "/media?uploads&delimiter=/", "")
	if got, prefixes, _ := listed(a); !slices.Equal(got, []string{"a", "a", "z"}) || !slices.Equal(prefixes, []string{"dir/"}) {
		t.Error(a.body)
	}
	a = f.want(200, "GET", "/media?uploads&prefix=dir/", "")
	if got, _, _ := listed(a); !slices.Equal(got, []string{"dir/1", "dir/2"}) || first(a.body, "DisplayName") != "owner" {
		t.Error(a.body)
	}
	keys, marker = nil, ""
	for more := true; more; {
		a := f.want(200, "GET", "/media?uploads&max-uploads=1&delimiter=/"+marker, "")
		k, p, _ := listed(a)
		keys = append(append(keys, k...), p...)
		more = first(a.body, "IsTruncated") == "true"
		marker = "&key-marker=" + first(a.body, "NextKeyMarker") + "&upload-id-marker=" + first(a.body, "NextUploadIdMarker")
	}
	if !slices.Equal(keys, []string{"a", "a", "dir/", "z"}) {
		t.Error(keys)
	}
	f.refuse(400, "InvalidArgument", "GET", "/media?uploads&max-uploads=x", "")
}

// TestListsOfUploadsAlwaysHaveNextMarkers has what was recorded on Amazon.
func TestListsOfUploadsAlwaysHaveNextMarkers(t *testing.T) {
	f := withSpace(t)
	ids := map[string]string{}
	for _, key := range []string{"a", "dir/1", "z"} {
		ids[key] = f.begin(target("media", key))
	}
	for query, want := range map[string]string{
		"": "z", "&key-marker=a": "z", "&key-marker=z": "", "&prefix=nothing": "", "&max-uploads=1": "a", "&max-uploads=3": "z", "&max-uploads=0": "",
		"&prefix=dir/&delimiter=/": "dir/1", "&prefix=d&delimiter=/": "", "&prefix=dir&delimiter=/": "", "&delimiter=/": "z",
	} {
		a := f.want(200, "GET", "/media?uploads"+query, "")
		key, id := between(a.body, "NextKeyMarker"), between(a.body, "NextUploadIdMarker")
		if !slices.Equal(key, []string{want}) || !slices.Equal(id, []string{ids[want]}) {
			t.Errorf("%q: next %q %q, want %q %q", query, key, id, want, ids[want])
		}
	}
}

func TestPartsAreCopiedFromObjects(t *testing.T) {
	f := withSpace(t)
	f.want(200, "PUT", "/media/source", once5MiB()+"tail")
	id := f.begin("/media/a", "X-Amz-Checksum-Algorithm", "CRC32C", "X-Amz-Checksum-Type", "FULL_OBJECT")
	at := func(n int) string { return fmt.Sprintf("/media/a?partNumber=%d&uploadId=%s", n, id) }
	a := f.want(200, "PUT", at(1), "", "X-Amz-Copy-Source", "/media/source", "X-Amz-Copy-Source-Range", "bytes=0-5242879")
	one := first(a.body, "ETag")
	if first(a.body, "ChecksumCRC32C") != digest("CRC32C", once5MiB()) {
		t.Error(a.body)
	}
	two := first(f.want(200, "PUT", at(2), "", "X-Amz-Copy-Source", "/media/source").body, "ETag")
	for _, bad := range []string{"bytes=0-99999999", "bytes=5-1", "0-5", "bytes=-5", "bytes=5-", "bytes=a-b"} {
		f.refuse(400, "InvalidArgument", "PUT", at(3), "", "X-Amz-Copy-Source", "/media/source", "X-Amz-Copy-Source-Range", bad)
	}
	for ends, want := range map[string]string{"0-5242884": "InvalidArgument", "5242883-5242884": "InvalidArgument", "5242884-5242884": "InvalidRequest", "5242990-5243000": "InvalidRequest"} {
		a := f.refuse(400, want, "PUT", at(3), "", "X-Amz-Copy-Source", "/media/source", "X-Amz-Copy-Source-Range", "bytes="+ends)
		if message := first(a.body, "Message"); want == "InvalidArgument" && message != "Range specified is not valid for source object of size: 5242884" {
			t.Error(ends, message)
		}
	}
	f.refuse(412, "PreconditionFailed", "PUT", at(3), "", "X-Amz-Copy-Source", "/media/source", "X-Amz-Copy-Source-If-Match", `"x"`)
	f.refuse(404, "NoSuchKey", "PUT", at(3), "", "X-Amz-Copy-Source", "/media/missing")
	f.refuse(404, "NoSuchUpload", "PUT", "/media/a?partNumber=1&uploadId=x", "", "X-Amz-Copy-Source", "/media/source")
	f.want(200, "POST", "/media/a?uploadId="+id, completeDoc(one, two))
	if a := f.want(200, "GET", "/media/a", ""); a.body != once5MiB()+once5MiB()+"tail" {
		t.Error(len(a.body))
	}
}
