package server_test

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"spaces/server"
)

// kinds are the types that the checksum of an upload may have, by algorithm
// (user guide, "Full object and composite checksum types").
var kinds = map[string][]string{
	"CRC32": {"COMPOSITE", "FULL_OBJECT"}, "CRC32C": {"COMPOSITE", "FULL_OBJECT"}, "CRC64NVME": {"FULL_OBJECT"}, "MD5": {"COMPOSITE"}, "SHA1": {"COMPOSITE"},
	"SHA256": {"COMPOSITE"}, "SHA512": {"COMPOSITE"}, "XXHASH128": {"COMPOSITE"}, "XXHASH3": {"COMPOSITE"}, "XXHASH64": {"COMPOSITE"},
}

// summed is a CompleteMultipartUpload document with the checksums of its parts.
func summed(algorithm string, parts, etags []string) string {
	doc := completeDoc(etags...)
	for _, p := range parts {
		doc = strings.Replace(doc, "<Part><PartNumber>", "<Part><Checksum"+algorithm+">"+digest(algorithm, p)+"</Checksum"+algorithm+"><PartNumber>", 1)
	}
	return doc
}

// wholeSum is the checksum of an object of parts.
func wholeSum(algorithm, kind string, parts []string) string {
	if kind == "FULL_OBJECT" {
		return digest(algorithm, strings.Join(parts, ""))
	}
	var raw []byte
	for _, p := range parts {
		raw = append(raw, server.Digest(algorithm, []byte(p))...)
	}
	return fmt.Sprintf("%s-%d", base64.StdEncoding.EncodeToString(server.Digest(algorithm, raw)), len(parts))
}

func TestChecksumsOfMultipartUploads(t *testing.T) {
	f := withSpace(t)
	parts := []string{once5MiB(), "tail"}
	for _, algorithm := range algorithms {
		for i, kind := range kinds[algorithm] {
			name, headers := algorithm+" "+kind, []string{"X-Amz-Checksum-Algorithm", algorithm}
			if i > 0 { // the first is the default
				headers = append(headers, "X-Amz-Checksum-Type", kind)
			}
			a := f.want(200, "POST", "/media/a?uploads", "", headers...)
			if a.Header.Get("X-Amz-Checksum-Algorithm") != algorithm || a.Header.Get("X-Amz-Checksum-Type") != kind {
				t.Error(name, a.Header)
			}
			id := first(a.body, "UploadId")
			var etags []string
			for n, body := range parts {
				etags = append(etags, f.part("/media/a", id, n+1, body, sumHeader(algorithm), digest(algorithm, body)))
			}
			doc, at, want := summed(algorithm, parts, etags), "/media/a?uploadId="+id, wholeSum(algorithm, kind, parts)
			f.refuse(400, "BadDigest", "POST", at, doc, sumHeader(algorithm), digest(algorithm, "wrong"))
			f.refuse(400, "InvalidRequest", "POST", at, doc, sumHeader(algorithm), want+"-x")
			f.refuse(400, "InvalidPart", "POST", at, summed(algorithm, []string{"x", "y"}, etags))
			a = f.want(200, "POST", at, doc, sumHeader(algorithm), want, "X-Amz-Checksum-Type", kind)
			if first(a.body, "Checksum"+algorithm) != want || first(a.body, "ChecksumType") != kind {
				t.Error(name, want, a.body)
			}
			a = f.want(200, "HEAD", "/media/a", "", "X-Amz-Checksum-Mode", "ENABLED")
			if a.Header.Get(sumHeader(algorithm)) != want || a.Header.Get("X-Amz-Checksum-Type") != kind {
				t.Error(name, a.Header)
			}
		}
	}
}

func TestPartsWithoutAChecksum(t *testing.T) {
	f := withSpace(t)
	for _, algorithm := range algorithms {
		for _, kind := range kinds[algorithm] {
			id := f.begin("/media/a", "X-Amz-Checksum-Algorithm", algorithm, "X-Amz-Checksum-Type", kind)
			at := "/media/a?partNumber=1&uploadId=" + id
			other := "SHA1"
			if algorithm == other {
				other = "CRC32"
			}
			f.refuse(400, "InvalidRequest", "PUT", at, "x", sumHeader(other), digest(other, "x"))
			if kind == "COMPOSITE" { // each part must come with its own
				f.refuse(400, "InvalidRequest", "PUT", at, "x")
				etag := f.part("/media/a", id, 1, "x", sumHeader(algorithm), digest(algorithm, "x"))
				f.refuse(400, "InvalidRequest", "POST", "/media/a?uploadId="+id, completeDoc(etag))
				f.want(204, "DELETE", "/media/a?uploadId="+id, "")
				continue
			}
			a := f.want(200, "PUT", at, "x")
			if a.Header.Get(sumHeader(algorithm)) != digest(algorithm, "x") {
				t.Error(algorithm, a.Header)
			}
			f.want(200, "POST", "/media/a?uploadId="+id, completeDoc(a.Header.Get("Etag")))
		}
	}
}

func TestPartsKeepTheirChecksums(t *testing.T) {
	f := withSpace(t)
	parts := []string{once5MiB(), "tail"}
	for algorithm, headers := range map[string][]string{"CRC64NVME": nil, "SHA256": {"X-Amz-Checksum-Algorithm", "SHA256"}} {
		id := f.begin("/media/a", headers...)
		var etags []string
		for n, body := range parts {
			etags = append(etags, f.part("/media/a", id, n+1, body, sumHeader(algorithm), digest(algorithm, body)))
		}
		f.want(200, "POST", "/media/a?uploadId="+id, summed(algorithm, parts, etags))
		for n, body := range parts {
			for _, method := range []string{"GET", "HEAD"} {
				a := f.want(206, method, fmt.Sprintf("/media/a?partNumber=%d", n+1), "", "X-Amz-Checksum-Mode", "ENABLED")
				want := digest(algorithm, body)
				if headers == nil { // a checksum of the whole is not that of a part
					want = ""
				}
				if a.Header.Get(sumHeader(algorithm)) != want {
					t.Error(algorithm, n+1, a.Header)
				}
			}
		}
		a := f.want(200, "GET", "/media/a?attributes", "", "X-Amz-Object-Attributes", "ObjectParts", "X-Amz-Part-Number-Marker", "1")
		if first(a.body, "PartNumber") != "2" || first(a.body, "Checksum"+algorithm) != digest(algorithm, "tail") {
			t.Error(a.body)
		}
		f.want(200, "PUT", "/media/b", parts[1], sumHeader(algorithm), digest(algorithm, parts[1]))
		one := f.want(206, "HEAD", "/media/b?partNumber=1", "", "X-Amz-Checksum-Mode", "ENABLED")
		if one.Header.Get(sumHeader(algorithm)) != digest(algorithm, parts[1]) { // the whole is its one part
			t.Error(algorithm, one.Header)
		}
	}
}

func TestUploadsBegunWithoutAnAlgorithmGetTheStandardChecksum(t *testing.T) {
	f := withSpace(t)
	parts := []string{once5MiB(), pattern(5<<20 + 3), "tail"}
	id, at := f.begin("/media/a"), "/media/a?uploadId="
	a := f.want(200, "PUT", "/media/a?partNumber=1&uploadId="+id, parts[0])
	if a.Header.Get(sumHeader("CRC64NVME")) != digest("CRC64NVME", parts[0]) {
		t.Error(a.Header)
	}
	// What a client sends with a part is checked, and told.
	f.refuse(400, "BadDigest", "PUT", "/media/a?partNumber=2&uploadId="+id, parts[1], sumHeader("CRC32"), digest("CRC32", "x"))
	b := f.want(200, "PUT", "/media/a?partNumber=2&uploadId="+id, parts[1], sumHeader("CRC32"), digest("CRC32", parts[1]))
	if b.Header.Get(sumHeader("CRC32")) != digest("CRC32", parts[1]) {
		t.Error(b.Header)
	}
	c := f.part("/media/a", id, 3, parts[2])
	etags := []string{a.Header.Get("Etag"), b.Header.Get("Etag"), c}
	f.refuse(400, "InvalidPart", "POST", at+id, summed("CRC64NVME", []string{"x"}, etags))
	f.refuse(400, "BadDigest", "POST", at+id, completeDoc(etags...), sumHeader("CRC64NVME"), digest("CRC64NVME", "x"))
	f.refuse(400, "InvalidRequest", "POST", at+id, completeDoc(etags...), sumHeader("CRC32"), digest("CRC32", "x"))
	f.refuse(400, "InvalidRequest", "POST", at+id, completeDoc(etags...), "X-Amz-Checksum-Type", "COMPOSITE")
	want := digest("CRC64NVME", strings.Join(parts, ""))
	done := f.want(200, "POST", at+id, summed("CRC32", parts, etags), sumHeader("CRC64NVME"), want)
	if first(done.body, "ChecksumCRC64NVME") != want || first(done.body, "ChecksumType") != "FULL_OBJECT" {
		t.Error(done.body)
	}
	if h := f.want(200, "HEAD", "/media/a", "", "X-Amz-Checksum-Mode", "ENABLED"); h.Header.Get(sumHeader("CRC64NVME")) != want {
		t.Error(h.Header)
	}
}

func TestBadChecksumsOfPartsInACompleteAreRefused(t *testing.T) {
	f := withSpace(t)
	id := f.begin("/media/a", "X-Amz-Checksum-Algorithm", "CRC32")
	etag, at := f.part("/media/a", id, 1, "x", sumHeader("CRC32"), digest("CRC32", "x")), "/media/a?uploadId="+id
	good := summed("CRC32", []string{"x"}, []string{etag})
	with := func(field, value string) string {
		return strings.Replace(good, "<PartNumber>", "<"+field+">"+value+"</"+field+"><PartNumber>", 1)
	}
	f.refuse(400, "InvalidArgument", "POST", at, with("ChecksumSHA1", digest("SHA1", "x")))
	f.refuse(400, "InvalidArgument", "POST", at, strings.Replace(good, digest("CRC32", "x"), "bad", 1))
	f.refuse(400, "BadDigest", "POST", at, summed("SHA1", []string{"x"}, []string{etag}))
	f.refuse(400, "MalformedXML", "POST", at, with("ChecksumROT13", "x"))
	f.refuse(400, "InvalidRequest", "POST", at, good, "X-Amz-Checksum-Type", "FULL_OBJECT")
	f.refuse(400, "InvalidRequest", "POST", at, good, "X-Amz-Checksum-Type", "SOME")
	f.refuse(400, "InvalidRequest", "POST", at, good, sumHeader("SHA1"), digest("SHA1", "x"))
	f.want(200, "POST", at, good)
}

func TestBadChecksumTypesOfUploadsAreRefused(t *testing.T) {
	f := withSpace(t)
	bad := [][]string{{"X-Amz-Checksum-Algorithm", "ROT13"}, {"X-Amz-Checksum-Type", "COMPOSITE"}, {"X-Amz-Checksum-Type", "SOME"},
		{"X-Amz-Checksum-Algorithm", "CRC32", "X-Amz-Checksum-Type", "SOME"}, {"X-Amz-Checksum-Algorithm", "CRC64NVME", "X-Amz-Checksum-Type", "COMPOSITE"}}
	for _, a := range algorithms {
		if kinds[a][0] == "COMPOSITE" && len(kinds[a]) == 1 {
			bad = append(bad, []string{"X-Amz-Checksum-Algorithm", a, "X-Amz-Checksum-Type", "FULL_OBJECT"})
		}
	}
	for _, h := range bad {
		f.refuse(400, "InvalidRequest", "POST", "/media/a?uploads", "", h...)
	}
}

func TestTheChecksumIsThatOfWhatIsSent(t *testing.T) {
	f := withSpace(t)
	upload := func(at string, parts []string, algorithm, kind string) {
		t.Helper()
		id := f.begin(at, "X-Amz-Checksum-Algorithm", algorithm, "X-Amz-Checksum-Type", kind)
		var etags []string
		for n, body := range parts {
			etags = append(etags, f.part(at, id, n+1, body, sumHeader(algorithm), digest(algorithm, body)))
		}
		f.want(200, "POST", at+"?uploadId="+id, summed(algorithm, parts, etags))
	}
	two, one := []string{once5MiB(), "tail"}, []string{"all"}
	upload("/media/composite", two, "SHA256", "COMPOSITE")
	upload("/media/single", one, "CRC32", "COMPOSITE")
	upload("/media/full", two, "CRC32", "FULL_OBJECT")
	upload("/media/one", one, "CRC32", "FULL_OBJECT")
	f.want(200, "PUT", "/media/plain", "plain", sumHeader("CRC32"), digest("CRC32", "plain"))
	all := fmt.Sprintf("bytes=0-%d", len(two[0])+len(two[1])-1)
	for _, x := range []struct{ at, span, algorithm, sum, kind string }{
		{"composite?partNumber=1", "", "SHA256", digest("SHA256", two[0]), "COMPOSITE"},
		{"composite?partNumber=2", "", "SHA256", digest("SHA256", two[1]), "COMPOSITE"},
		{"composite", all, "SHA256", wholeSum("SHA256", "COMPOSITE", two), "COMPOSITE"},
		{"composite", "bytes=0-3", "SHA256", "", ""},
		{"single?partNumber=1", "", "CRC32", digest("CRC32", "all"), "COMPOSITE"},
		{"single", "bytes=-3", "CRC32", wholeSum("CRC32", "COMPOSITE", one), "COMPOSITE"},
		{"full?partNumber=1", "", "CRC32", "", ""},
		{"full", all, "CRC32", wholeSum("CRC32", "FULL_OBJECT", two), "FULL_OBJECT"},
		{"full", "bytes=1-", "CRC32", "", ""},
		{"one?partNumber=1", "", "CRC32", digest("CRC32", "all"), "FULL_OBJECT"},
		{"plain?partNumber=1", "", "CRC32", digest("CRC32", "plain"), "FULL_OBJECT"},
		{"plain", "bytes=0-", "CRC32", digest("CRC32", "plain"), "FULL_OBJECT"},
		{"plain", "bytes=0-99", "CRC32", digest("CRC32", "plain"), "FULL_OBJECT"},
		{"plain", "bytes=0-3", "CRC32", "", ""},
	} {
		headers := []string{"X-Amz-Checksum-Mode", "ENABLED"}
		if x.span != "" {
			headers = append(headers, "Range", x.span)
		}
		for _, method := range []string{"GET", "HEAD"} {
			a := f.want(206, method, "/media/"+x.at, "", headers...)
			if a.Header.Get(sumHeader(x.algorithm)) != x.sum || a.Header.Get("X-Amz-Checksum-Type") != x.kind {
				t.Errorf("%s %s %s: %q %q, want %q %q", method, x.at, x.span, a.Header.Get(sumHeader(x.algorithm)), a.Header.Get("X-Amz-Checksum-Type"), x.sum, x.kind)
			}
		}
	}
}
