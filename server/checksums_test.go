package server_test

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"spaces/server"
	"spaces/server/sigv4"
)

var algorithms = []string{"CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"}

func sumHeader(algorithm string) string {
	return "X-Amz-Checksum-" + algorithm[:1] + strings.ToLower(algorithm[1:])
}

func TestChecksumsInHeadersAreCheckedAndKept(t *testing.T) {
	f := withSpace(t)
	for _, body := range []string{"", "hello", pattern(200_000)} {
		for _, a := range algorithms {
			got := f.want(200, "PUT", "/media/a", body, sumHeader(a), digest(a, body))
			if got.Header.Get(sumHeader(a)) != digest(a, body) || got.Header.Get("X-Amz-Checksum-Type") != "FULL_OBJECT" {
				t.Error(a, got.Header)
			}
			for _, method := range []string{"GET", "HEAD"} {
				got = f.want(200, method, "/media/a", "", "X-Amz-Checksum-Mode", "ENABLED")
				if got.Header.Get(sumHeader(a)) != digest(a, body) || got.Header.Get("X-Amz-Checksum-Type") != "FULL_OBJECT" {
					t.Error(a, got.Header)
				}
				if got = f.want(200, method, "/media/a", ""); got.Header.Get(sumHeader(a)) != "" {
					t.Error(a, "without being asked")
				}
			}
			if body != "" {
				if got = f.want(206, "GET", "/media/a", "", "X-Amz-Checksum-Mode", "ENABLED", "Range", "bytes=0-1"); got.Header.Get(sumHeader(a)) != "" {
					t.Error(a, "of the whole with a part")
				}
			}
			if got = f.want(200, "GET", "/media", ""); first(got.body, "ChecksumAlgorithm") != a {
				t.Error(got.body)
			}
			f.want(204, "DELETE", "/media/a", "")
		}
	}
}

func TestWrongChecksumsStoreNothing(t *testing.T) {
	f := withSpace(t)
	before := f.dump()
	for _, body := range []string{"hello", pattern(200_000)} {
		for _, a := range algorithms {
			f.refuse(400, "BadDigest", "PUT", "/media/a", body, sumHeader(a), digest(a, "other"))
			f.refuse(400, "InvalidRequest", "PUT", "/media/a", body, sumHeader(a), "bad")
			f.refuse(400, "InvalidRequest", "PUT", "/media/a", body, sumHeader(a), digest(a, body)[1:])
			f.refuse(400, "InvalidRequest", "PUT", "/media/a", body, sumHeader(a), digest(a, body), sumHeader(a), digest(a, body))
		}
		f.refuse(400, "InvalidRequest", "PUT", "/media/a", body, sumHeader("CRC32"), digest("CRC32", body), sumHeader("SHA1"), digest("SHA1", body))
		f.refuse(400, "InvalidRequest", "PUT", "/media/a", body, "X-Amz-Checksum-Rot13", "abcd")
		f.refuse(400, "InvalidRequest", "PUT", "/media/a", body, "X-Amz-Sdk-Checksum-Algorithm", "CRC32")
		f.refuse(400, "InvalidRequest", "PUT", "/media/a", body, "X-Amz-Sdk-Checksum-Algorithm", "ROT13", sumHeader("CRC32"), digest("CRC32", body))
		f.refuse(400, "InvalidRequest", "PUT", "/media/a", body, "X-Amz-Sdk-Checksum-Algorithm", "SHA1", sumHeader("CRC32"), digest("CRC32", body))
		f.refuse(400, "BadDigest", "PUT", "/media/a", body, "Content-MD5", md5Base64("other"))
		f.refuse(400, "InvalidDigest", "PUT", "/media/a", body, "Content-MD5", "bm90IG1kNQ==")
		f.refuse(400, "InvalidDigest", "PUT", "/media/a", body, "Content-MD5", "")
		req := f.request("PUT", "/media/a", body)
		sigv4.Sign(req, accessKey, secretKey, region, sigv4.HashPayload([]byte("other")), time.Now())
		f.refused(f.send(req), 400, "XAmzContentSHA256Mismatch")
	}
	if f.dump() != before {
		t.Error("something was stored")
	}
	f.want(200, "PUT", "/media/a", "hello", "Content-MD5", md5Base64("hello"))
}

// streamed sends a body in aws-chunked framing.
func (f *fixture) streamed(mode sigv4.Payload, at, body string, trailer http.Header, headers ...string) answer {
	f.Helper()
	req := f.request("PUT", at, "", headers...)
	sigv4.SignStream(req, accessKey, secretKey, region, mode, []byte(body), 8192, trailer, time.Now())
	return f.send(req)
}

func TestChecksumsInTrailersAreCheckedAndKept(t *testing.T) {
	f := withSpace(t)
	for _, mode := range []sigv4.Payload{sigv4.PayloadStreamSignedTrailer, sigv4.PayloadStreamUnsignedTrailer} {
		for _, body := range []string{"", "hello", pattern(200_000)} {
			for _, a := range algorithms {
				trailer := http.Header{sumHeader(a): {digest(a, body)}}
				if got := f.streamed(mode, "/media/a", body, trailer, "Content-Encoding", "aws-chunked,gzip"); got.StatusCode != 200 || got.Header.Get(sumHeader(a)) != digest(a, body) {
					t.Fatal(mode, a, got.StatusCode, got.body)
				}
				got := f.want(200, "GET", "/media/a", "", "X-Amz-Checksum-Mode", "ENABLED")
				if got.body != body || got.Header.Get(sumHeader(a)) != digest(a, body) || got.Header.Get("Content-Encoding") != "gzip" {
					t.Error(mode, a, got.Header)
				}
				before := f.dump()
				f.refused(f.streamed(mode, "/media/a", body, http.Header{sumHeader(a): {digest(a, "other")}}), 400, "BadDigest")
				f.refused(f.streamed(mode, "/media/a", body, http.Header{sumHeader(a): {"x"}}), 400, "InvalidRequest")
				f.refused(f.streamed(mode, "/media/a", body, trailer, "X-Amz-Checksum-Sha256", digest("SHA256", body)), 400, "InvalidRequest")
				f.refused(f.streamed(mode, "/media/a", body, trailer, "X-Amz-Sdk-Checksum-Algorithm", "ROT13"), 400, "InvalidRequest")
				if f.dump() != before {
					t.Error("something was stored")
				}
			}
		}
	}
	f.streamed(sigv4.PayloadStreamSigned, "/media/b", pattern(100_000), nil)
	if got := f.want(200, "GET", "/media/b", ""); got.body != pattern(100_000) || got.Header.Get("Content-Encoding") != "" {
		t.Error(got.Header)
	}
}

func TestChecksumsOfMultipartUploads(t *testing.T) {
	f := withSpace(t)
	parts := []string{once5MiB(), "tail"}
	whole := strings.Join(parts, "")
	for _, c := range []struct {
		algorithm, kind, wantKind string
	}{
		{"CRC32", "", "COMPOSITE"}, {"CRC32C", "FULL_OBJECT", "FULL_OBJECT"}, {"CRC32", "FULL_OBJECT", "FULL_OBJECT"}, {"CRC64NVME", "", "FULL_OBJECT"}, {"SHA1", "", "COMPOSITE"}, {"SHA256", "COMPOSITE", "COMPOSITE"},
	} {
		name := c.algorithm + c.kind
		headers := []string{"X-Amz-Checksum-Algorithm", c.algorithm}
		if c.kind != "" {
			headers = append(headers, "X-Amz-Checksum-Type", c.kind)
		}
		a := f.want(200, "POST", "/media/a?uploads", "", headers...)
		if a.Header.Get("X-Amz-Checksum-Algorithm") != c.algorithm || a.Header.Get("X-Amz-Checksum-Type") != c.wantKind {
			t.Error(name, a.Header)
		}
		id := first(a.body, "UploadId")
		one := f.part("/media/a", id, 1, parts[0], sumHeader(c.algorithm), digest(c.algorithm, parts[0]))
		two := f.part("/media/a", id, 2, parts[1]) // the server computes what is not given
		other := "SHA1"
		if c.algorithm == other {
			other = "CRC32"
		}
		f.refuse(400, "InvalidRequest", "PUT", "/media/a?partNumber=2&uploadId="+id, parts[1], sumHeader(other), digest(other, parts[1]))
		want := digest(c.algorithm, whole)
		if c.wantKind == "COMPOSITE" {
			raw := append(server.Digest(c.algorithm, []byte(parts[0])), server.Digest(c.algorithm, []byte(parts[1]))...)
			want = base64.StdEncoding.EncodeToString(server.Digest(c.algorithm, raw)) + "-2"
		}
		at := "/media/a?uploadId=" + id
		f.refuse(400, "BadDigest", "POST", at, completeDoc(one, two), sumHeader(c.algorithm), digest(c.algorithm, "wrong"))
		f.refuse(400, "InvalidPart", "POST", at, strings.Replace(completeDoc(one, two), "<ETag>", "<Checksum"+c.algorithm+">"+digest(c.algorithm, "x")+"</Checksum"+c.algorithm+"><ETag>", 1))
		a = f.want(200, "POST", at, strings.Replace(completeDoc(one, two), "<ETag>", "<Checksum"+c.algorithm+">"+digest(c.algorithm, parts[0])+"</Checksum"+c.algorithm+"><ETag>", 1),
			sumHeader(c.algorithm), want, "X-Amz-Checksum-Type", c.wantKind)
		if first(a.body, "Checksum"+c.algorithm) != want || first(a.body, "ChecksumType") != c.wantKind {
			t.Error(name, want, a.body)
		}
		a = f.want(200, "HEAD", "/media/a", "", "X-Amz-Checksum-Mode", "ENABLED")
		if a.Header.Get(sumHeader(c.algorithm)) != want || a.Header.Get("X-Amz-Checksum-Type") != c.wantKind {
			t.Error(name, a.Header)
		}
	}
}

func TestChecksumOfACompleteWithoutOneAtTheStart(t *testing.T) {
	f := withSpace(t)
	id := f.begin("/media/a")
	one := f.part("/media/a", id, 1, "hello", sumHeader("CRC32"), digest("CRC32", "hello"))
	f.refuse(400, "BadDigest", "POST", "/media/a?uploadId="+id, completeDoc(one), sumHeader("CRC32"), digest("CRC32", "x"))
	f.want(200, "POST", "/media/a?uploadId="+id, completeDoc(one), sumHeader("CRC32"), digest("CRC32", "hello"))
}

func TestBadChecksumTypesOfUploadsAreRefused(t *testing.T) {
	f := withSpace(t)
	for _, h := range [][]string{
		{"X-Amz-Checksum-Algorithm", "ROT13"}, {"X-Amz-Checksum-Type", "COMPOSITE"}, {"X-Amz-Checksum-Algorithm", "SHA1", "X-Amz-Checksum-Type", "FULL_OBJECT"},
		{"X-Amz-Checksum-Algorithm", "CRC64NVME", "X-Amz-Checksum-Type", "COMPOSITE"}, {"X-Amz-Checksum-Algorithm", "CRC32", "X-Amz-Checksum-Type", "SOME"},
	} {
		f.refuse(400, "InvalidRequest", "POST", "/media/a?uploads", "", h...)
	}
}

func TestCombinedCRCIsThatOfTheWhole(t *testing.T) {
	number := func(b []byte) uint64 { return binary.BigEndian.Uint64(append(make([]byte, 8-len(b)), b...)) }
	for _, a := range []string{"CRC32", "CRC32C", "CRC64NVME"} {
		for _, n := range []int{0, 1, 2, 100, 4097} {
			one, two := []byte(pattern(333)), []byte(pattern(n))
			got := server.Combine(a, number(server.Digest(a, one)), number(server.Digest(a, two)), int64(n))
			if want := number(server.Digest(a, append(one, two...))); got != want {
				t.Errorf("%s %d: %x, want %x", a, n, got, want)
			}
		}
	}
}

func TestBodiesCutAtEveryBoundaryStoreNothing(t *testing.T) {
	f := withSpace(t)
	f.want(200, "PUT", "/media/a", "before")
	before := f.dump()
	const body = "0123456789"
	for _, mode := range []sigv4.Payload{sigv4.PayloadStreamSigned, sigv4.PayloadStreamSignedTrailer, sigv4.PayloadStreamUnsignedTrailer} {
		trailer := http.Header{sumHeader("CRC32"): {digest("CRC32", body)}}
		if mode == sigv4.PayloadStreamSigned {
			trailer = nil
		}
		whole := framed(f, mode, body, trailer)
		for cut := range len(whole.body) {
			got := f.rawPut(whole, whole.body[:cut])
			if got.StatusCode < 400 || got.StatusCode > 499 {
				t.Fatalf("mode %v cut at %d: %d", mode, cut, got.StatusCode)
			}
		}
		if got := f.rawPut(whole, whole.body+"x"); got.StatusCode < 400 || got.StatusCode > 499 {
			t.Errorf("mode %v with more at the end: %d", mode, got.StatusCode)
		}
		if f.dump() != before {
			t.Fatal("something was stored")
		}
		if got := f.rawPut(whole, whole.body); got.StatusCode != 200 {
			t.Errorf("mode %v whole: %d %s", mode, got.StatusCode, got.body)
		}
		f.want(200, "PUT", "/media/a", "before")
		before = f.dump()
	}
}

// wire is a request as it is sent.
type wire struct {
	header http.Header
	body   string
}

func framed(f *fixture, mode sigv4.Payload, body string, trailer http.Header) wire {
	f.Helper()
	req := f.request("PUT", "/media/a", "")
	sigv4.SignStream(req, accessKey, secretKey, region, mode, []byte(body), 4, trailer, time.Now())
	var b strings.Builder
	if _, err := fmt.Fprint(&b, readAll(f, req)); err != nil {
		f.Fatal(err)
	}
	return wire{req.Header, b.String()}
}

// rawPut sends another body under the headers that were signed.
func (f *fixture) rawPut(w wire, body string) answer {
	f.Helper()
	req := f.request("PUT", "/media/a", body)
	req.Header = w.header.Clone()
	req.ContentLength = int64(len(body))
	if body == "" {
		req.Body = http.NoBody
	}
	return f.send(req)
}
