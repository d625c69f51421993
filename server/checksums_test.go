package server_test

import (
	"encoding/binary"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"spaces/server"
	"spaces/server/sigv4"
)

var algorithms = []string{"CRC32", "CRC32C", "CRC64NVME", "MD5", "SHA1", "SHA256", "SHA512", "XXHASH128", "XXHASH3", "XXHASH64"}

func sumHeader(algorithm string) string {
	return "X-Amz-Checksum-" + algorithm[:1] + strings.ToLower(algorithm[1:])
}

// The digests of nothing, as the authors of each algorithm publish them.
func TestChecksumsAreThoseOfTheirAlgorithms(t *testing.T) {
	for a, want := range map[string]string{
		"CRC32": "AAAAAA==", "CRC32C": "AAAAAA==", "CRC64NVME": "AAAAAAAAAAA=", "MD5": "1B2M2Y8AsgTpgAmY7PhCfg==",
		"SHA1": "2jmj7l5rSw0yVb/vlWAYkK/YBwk=", "SHA256": "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
		"SHA512":    "z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==",
		"XXHASH128": "maoG0wFHmNhgAcMkRo1Jfw==", "XXHASH3": "LQaABTjTlMI=", "XXHASH64": "70bbN1HY6Zk=",
	} {
		if got := digest(a, ""); got != want {
			t.Errorf("%s: %s, want %s", a, got, want)
		}
	}
	for a, want := range map[string]string{"CRC32": "y/Q5Jg==", "CRC32C": "4waSgw==", "CRC64NVME": "rosUhgp5mIg="} { // of "123456789", the check value
		if got := digest(a, "123456789"); got != want {
			t.Errorf("%s: %s, want %s", a, got, want)
		}
	}
}

func TestWhatComesWithoutAChecksumGetsTheStandardOne(t *testing.T) {
	f := withSpace(t)
	for _, body := range []string{"", "hello", pattern(200_000)} {
		for _, headers := range [][]string{nil, {"Content-MD5", md5Base64(body)}} {
			got := f.want(200, "PUT", "/media/a", body, headers...)
			if got.Header.Get(sumHeader("CRC64NVME")) != digest("CRC64NVME", body) || got.Header.Get("X-Amz-Checksum-Type") != "FULL_OBJECT" {
				t.Error(headers, got.Header)
			}
			if got = f.want(200, "HEAD", "/media/a", "", "X-Amz-Checksum-Mode", "ENABLED"); got.Header.Get(sumHeader("CRC64NVME")) != digest("CRC64NVME", body) {
				t.Error(headers, got.Header)
			}
		}
	}
	f.want(200, "PUT", "/media/b", "", "X-Amz-Copy-Source", "/media/a")
	if a := f.want(200, "GET", "/media/b?attributes", "", "X-Amz-Object-Attributes", "Checksum"); first(a.body, "ChecksumCRC64NVME") != digest("CRC64NVME", pattern(200_000)) {
		t.Error(a.body)
	}
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
	body := pattern(smallChunk) + "0123456789"
	for _, mode := range []sigv4.Payload{sigv4.PayloadStreamSigned, sigv4.PayloadStreamSignedTrailer, sigv4.PayloadStreamUnsignedTrailer} {
		trailer := http.Header{sumHeader("CRC32"): {digest("CRC32", body)}}
		if mode == sigv4.PayloadStreamSigned {
			trailer = nil
		}
		whole := framed(f, mode, body, trailer)
		for cut := range len(whole.body) {
			if cut > 200 && cut < smallChunk && cut%509 != 0 {
				continue // in the midst of the data of the first chunk
			}
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

// smallChunk is the least size of a chunk that is not the last, in bytes.
const smallChunk = 8 << 10

func framed(f *fixture, mode sigv4.Payload, body string, trailer http.Header) wire {
	f.Helper()
	req := f.request("PUT", "/media/a", "")
	sigv4.SignStream(req, accessKey, secretKey, region, mode, []byte(body), smallChunk, trailer, time.Now())
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
