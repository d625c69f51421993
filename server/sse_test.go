package server_test

import (
	"crypto/md5"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"spaces/server"
	"spaces/server/storage"
)

// customer are the headers of a customer's key that is made of one letter.
func customer(letter string) []string { return customerAs("X-Amz-", letter) }

func sourceCustomer(letter string) []string { return customerAs("X-Amz-Copy-Source-", letter) }

func customerAs(prefix, letter string) []string {
	key := strings.Repeat(letter, 32)
	return customerHeaders(prefix+"Server-Side-Encryption-Customer-", "AES256", base64.StdEncoding.EncodeToString([]byte(key)), md5Base64(key))
}

func customerHeaders(prefix, algorithm, key, sum string) (headers []string) {
	for _, h := range [][2]string{{"Algorithm", algorithm}, {"Key", key}, {"Key-Md5", sum}} {
		if h[1] != "" {
			headers = append(headers, prefix+h[0], h[1])
		}
	}
	return headers
}

// withMasters gives a server keys of its own.
func withMasters(t *testing.T, always bool, keys ...storage.Key) func(*server.Config) {
	return func(c *server.Config) {
		m, err := server.OpenMasterKeys(c.Engine, server.MasterKeysOptions{Keys: keys, Always: always, Make: func() (k storage.Key, err error) {
			rand.Read(k[:])
			return k, nil
		}})
		if err != nil {
			t.Fatal(err)
		}
		c.MasterKeys = m
	}
}

func (f *fixture) encrypted(a answer, want string) answer {
	f.Helper()
	got := a.Header.Get("X-Amz-Server-Side-Encryption")
	if digest := a.Header.Get("X-Amz-Server-Side-Encryption-Customer-Key-Md5"); digest != "" {
		got += a.Header.Get("X-Amz-Server-Side-Encryption-Customer-Algorithm") + " of " + digest
	}
	if got != want {
		f.Fatalf("%s %s: kept as %q, want %q", a.Request.Method, a.Request.URL, got, want)
	}
	return a
}

func ofCustomer(letter string) string { return "AES256 of " + md5Base64(strings.Repeat(letter, 32)) }

func TestAnObjectUnderACustomersKeyIsReadWithThatKeyOnly(t *testing.T) {
	f := withSpace(t)
	for _, size := range []int{0, 1, 13, 100_000, 600_001} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			body := pattern(size)
			put := f.encrypted(f.want(200, "PUT", "/media/a", body, customer("k")...), ofCustomer("k"))
			if sum := fmt.Sprintf(`"%x"`, md5.Sum([]byte(body))); put.Header.Get("Etag") == sum && size > 0 {
				t.Error("the ETag is the MD5 of what nobody may know")
			}
			got := f.encrypted(f.want(200, "GET", "/media/a", "", customer("k")...), ofCustomer("k"))
			if got.body != body || got.Header.Get("Etag") != put.Header.Get("Etag") {
				t.Errorf("read %d bytes, ETag %s", len(got.body), got.Header.Get("Etag"))
			}
			head := f.encrypted(f.want(200, "HEAD", "/media/a", "", customer("k")...), ofCustomer("k"))
			if head.ContentLength != int64(size) {
				t.Errorf("HEAD says %d bytes", head.ContentLength)
			}
			for _, r := range [][2]int{{0, 0}, {size / 3, size / 2}, {size - 7, size - 1}, {262_143, 262_145}} {
				if r[0] < 0 || r[1] >= size {
					continue
				}
				part := f.want(206, "GET", "/media/a", "", append(customer("k"), "Range", fmt.Sprintf("bytes=%d-%d", r[0], r[1]))...)
				if part.body != body[r[0]:r[1]+1] {
					t.Errorf("range %v differs", r)
				}
			}
			for _, method := range []string{"GET", "HEAD"} {
				f.refuse(400, "InvalidRequest", method, "/media/a", "")
				f.refuse(403, "AccessDenied", method, "/media/a", "", customer("o")...)
			}
			f.refuse(400, "InvalidRequest", "GET", "/media/a?attributes", "", "X-Amz-Object-Attributes", "ETag")
			f.want(200, "GET", "/media/a?attributes", "", append(customer("k"), "X-Amz-Object-Attributes", "ETag")...)
			if list := f.want(200, "GET", "/media?list-type=2", ""); first(list.body, "Size") != fmt.Sprint(size) {
				t.Errorf("the list says %s bytes", first(list.body, "Size"))
			}
		})
	}
	f.want(200, "PUT", "/media/plain", "hello")
	for _, method := range []string{"GET", "HEAD"} {
		f.refuse(400, "InvalidRequest", method, "/media/plain", "", customer("k")...)
		f.refuse(400, "InvalidArgument", method, "/media/plain", "", "X-Amz-Server-Side-Encryption", "aws:kms")
	}
	f.want(204, "DELETE", "/media/a", "")
}

func TestBadHeadersOfEncryptionAreRefusedAndNothingChanges(t *testing.T) {
	f := withSpace(t)
	f.want(200, "PUT", "/media/a", "hello")
	before := f.dump()
	key := strings.Repeat("k", 32)
	encoded, sum, short := base64.StdEncoding.EncodeToString([]byte(key)), md5Base64(key), base64.StdEncoding.EncodeToString([]byte(key[:24]))
	const prefix, sse = "X-Amz-Server-Side-Encryption-Customer-", "X-Amz-Server-Side-Encryption"
	for name, c := range map[string]struct {
		status  int
		code    string
		headers []string
	}{
		"no algorithm":          {400, "InvalidArgument", customerHeaders(prefix, "", encoded, sum)},
		"no key":                {400, "InvalidArgument", customerHeaders(prefix, "AES256", "", sum)},
		"no MD5":                {400, "InvalidArgument", customerHeaders(prefix, "AES256", encoded, "")},
		"another algorithm":     {400, "InvalidEncryptionAlgorithmError", customerHeaders(prefix, "AES192", encoded, sum)},
		"another key's MD5":     {400, "InvalidArgument", customerHeaders(prefix, "AES256", encoded, md5Base64("x"))},
		"a short key":           {400, "InvalidArgument", customerHeaders(prefix, "AES256", short, md5Base64(key[:24]))},
		"a key that is no text": {400, "InvalidArgument", customerHeaders(prefix, "AES256", "%%%", sum)},
		"two methods":           {400, "InvalidArgument", append(customer("k"), sse, "AES256")},
		"an unknown method":     {400, "InvalidArgument", []string{sse, "aes:kms"}},
		"an empty method":       {400, "InvalidArgument", []string{sse, ""}},
		"KMS":                   {501, "NotImplemented", []string{sse, "aws:kms"}},
		"a key of KMS alone":    {400, "InvalidArgument", []string{sse + "-Aws-Kms-Key-Id", "x"}},
		"a key of KMS with AES": {400, "InvalidArgument", []string{sse, "AES256", sse + "-Aws-Kms-Key-Id", "x"}},
		"no key of the server":  {501, "NotImplemented", []string{sse, "AES256"}},
	} {
		t.Run(name, func(t *testing.T) {
			f := &fixture{t, f.engine, f.server, f.client}
			f.refuse(c.status, c.code, "PUT", "/media/b", "hello", c.headers...)
			f.refuse(c.status, c.code, "POST", "/media/b?uploads", "", c.headers...)
			f.refuse(c.status, c.code, "PUT", "/media/b", "", append(c.headers, "X-Amz-Copy-Source", "/media/a")...)
		})
	}
	f.refuse(501, "NotImplemented", "PUT", "/media/a?tagging", "<Tagging><TagSet/></Tagging>", customer("k")...)
	f.refuse(501, "NotImplemented", "PUT", "/media/b", "hello", sourceCustomer("k")...)
	f.refuse(400, "InvalidRequest", "PUT", "/media/b", "", append(sourceCustomer("k"), "X-Amz-Copy-Source", "/media/a")...)
	if f.dump() != before {
		t.Error("something changed")
	}
}

func TestPartsAreEncryptedAsTheirUploadWasBegun(t *testing.T) {
	f := withSpace(t)
	begun := f.encrypted(f.want(200, "POST", "/media/parts?uploads", "", append(customer("k"), "X-Amz-Checksum-Algorithm", "CRC32", "X-Amz-Checksum-Type", "FULL_OBJECT")...), ofCustomer("k"))
	part := func(n int) string {
		return fmt.Sprintf("/media/parts?partNumber=%d&uploadId=%s", n, first(begun.body, "UploadId"))
	}
	const mismatch = "InvalidRequest"
	f.refuse(400, mismatch, "PUT", part(1), "body")
	f.refuse(400, mismatch, "PUT", part(1), "body", customer("o")...)
	bodies := []string{once5MiB() + "x", pattern(70_000)}
	var doc strings.Builder
	for n, body := range bodies {
		a := f.encrypted(f.want(200, "PUT", part(n+1), body, customer("k")...), ofCustomer("k"))
		fmt.Fprintf(&doc, "<Part><PartNumber>%d</PartNumber><ETag>%s</ETag></Part>", n+1, a.Header.Get("Etag"))
	}
	f.want(200, "PUT", "/media/plain", "from elsewhere")
	f.refuse(400, mismatch, "PUT", part(3), "", "X-Amz-Copy-Source", "/media/plain")
	f.encrypted(f.want(200, "PUT", part(3), "", append(customer("k"), "X-Amz-Copy-Source", "/media/plain")...), ofCustomer("k"))
	id := first(begun.body, "UploadId")
	if list := f.want(200, "GET", "/media/parts?uploadId="+id, ""); len(between(list.body, "PartNumber")) != 3 {
		t.Errorf("the parts are %s", list.body)
	}
	complete := "<CompleteMultipartUpload>" + doc.String() + "</CompleteMultipartUpload>"
	f.refuse(400, mismatch, "POST", "/media/parts?uploadId="+id, complete, customer("o")...)
	f.want(200, "POST", "/media/parts?uploadId="+id, complete)
	f.want(200, "POST", "/media/parts?uploadId="+id, complete) // once more
	got := f.encrypted(f.want(200, "GET", "/media/parts", "", customer("k")...), ofCustomer("k"))
	if got.body != bodies[0]+bodies[1] {
		t.Errorf("read %d bytes", len(got.body))
	}
	if second := f.want(206, "GET", "/media/parts?partNumber=2", "", customer("k")...); second.body != bodies[1] {
		t.Errorf("part 2 has %d bytes", len(second.body))
	}
	f.refuse(403, "AccessDenied", "GET", "/media/parts?partNumber=2", "", customer("o")...)

	plain := f.want(200, "POST", "/media/other?uploads", "")
	f.refuse(400, mismatch, "PUT", "/media/other?partNumber=1&uploadId="+first(plain.body, "UploadId"), "body", customer("k")...)
}

func TestACopyIsKeptAsItsRequestSays(t *testing.T) {
	f := newFixture(t, withMasters(t, false))
	f.want(200, "PUT", "/media", "")
	kinds := map[string][]string{"": nil, "AES256": {"X-Amz-Server-Side-Encryption", "AES256"}, ofCustomer("k"): customer("k"), ofCustomer("o"): customer("o")}
	for from, write := range kinds {
		for to, headers := range kinds {
			for _, size := range []int{0, 900, 300_000} {
				body := pattern(size)
				f.encrypted(f.want(200, "PUT", "/media/from", body, append(write, "X-Amz-Checksum-Sha256", digest("SHA256", body), "X-Amz-Meta-Colour", "blue")...), from)
				asked := append([]string{"X-Amz-Copy-Source", "/media/from"}, headers...)
				if letter := letterOf(from); letter != "" {
					f.refuse(400, "InvalidRequest", "PUT", "/media/to", "", asked...)
					f.refuse(403, "AccessDenied", "PUT", "/media/to", "", append(asked, sourceCustomer("x")...)...)
					asked = append(asked, sourceCustomer(letter)...)
				}
				f.encrypted(f.want(200, "PUT", "/media/to", "", asked...), to)
				var read []string
				if letter := letterOf(to); letter != "" {
					read = customer(letter)
				}
				got := f.encrypted(f.want(200, "GET", "/media/to", "", append(read, "X-Amz-Checksum-Mode", "ENABLED")...), to)
				if got.body != body || got.Header.Get("X-Amz-Checksum-Sha256") != digest("SHA256", body) || got.Header.Get("X-Amz-Meta-Colour") != "blue" {
					t.Errorf("%s to %s, %d bytes: got %d, %v", from, to, size, len(got.body), got.Header)
				}
			}
		}
	}
	f.want(200, "PUT", "/media/same", "body")
	f.encrypted(f.want(200, "PUT", "/media/same", "", append(customer("k"), "X-Amz-Copy-Source", "/media/same")...), ofCustomer("k"))
	if got := f.want(200, "GET", "/media/same", "", customer("k")...); got.body != "body" {
		t.Errorf("after a copy onto itself: %q", got.body)
	}
}

func letterOf(kept string) string {
	for _, letter := range []string{"k", "o"} {
		if kept == ofCustomer(letter) {
			return letter
		}
	}
	return ""
}

func TestKeysOfTheServerAreUsedWhereAskedFor(t *testing.T) {
	key := storage.Key{7}
	f := newFixture(t, withMasters(t, false, key))
	f.want(200, "PUT", "/media", "")
	body := pattern(300_000)
	f.encrypted(f.want(200, "PUT", "/media/plain", body), "")
	asked := f.encrypted(f.want(200, "PUT", "/media/asked", body, "X-Amz-Server-Side-Encryption", "AES256"), "AES256")
	if asked.Header.Get("Etag") != fmt.Sprintf(`"%x"`, md5.Sum([]byte(body))) {
		t.Errorf("the ETag is %s and not the MD5", asked.Header.Get("Etag"))
	}
	if got := f.encrypted(f.want(200, "GET", "/media/asked", ""), "AES256"); got.body != body {
		t.Error("the body differs")
	}
	f.refuse(404, "ServerSideEncryptionConfigurationNotFoundError", "GET", "/media?encryption", "")
	rule := "<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>"
	f.want(200, "PUT", "/media?encryption", rule)
	if a := f.want(200, "GET", "/media?encryption", ""); first(a.body, "SSEAlgorithm") != "AES256" || first(a.body, "BucketKeyEnabled") != "false" {
		t.Errorf("the configuration is %s", a.body)
	}
	f.encrypted(f.want(200, "PUT", "/media/default", body), "AES256")
	f.encrypted(f.want(200, "POST", "/media/parts?uploads", ""), "AES256")
	f.encrypted(f.want(200, "PUT", "/media/mine", body, customer("k")...), ofCustomer("k"))
	f.want(204, "DELETE", "/media?encryption", "")
	f.encrypted(f.want(200, "PUT", "/media/plain", body), "")

	other := &fixture{t, f.engine, nil, nil}
	lost, err := server.OpenMasterKeys(other.engine, server.MasterKeysOptions{Keys: []storage.Key{{8}, key}})
	if err != nil || len(lost.Missing()) != 0 {
		t.Fatalf("with the key as the second: %v misses %v", err, lost.Missing())
	}
	if lost, err = server.OpenMasterKeys(other.engine, server.MasterKeysOptions{Keys: []storage.Key{{8}}}); err != nil || len(lost.Missing()) != 1 {
		t.Fatalf("without the key: %v misses %v", err, lost.Missing())
	}
	if _, err = server.OpenMasterKeys(other.engine, server.MasterKeysOptions{Always: true, Make: func() (storage.Key, error) { return storage.Key{9}, nil }}); err == nil {
		t.Error("another key was made beside one that is lost")
	}
}

func TestAServerThatEncryptsEverythingSaysSo(t *testing.T) {
	f := newFixture(t, withMasters(t, true))
	f.want(200, "PUT", "/media", "")
	if a := f.want(200, "GET", "/media?encryption", ""); first(a.body, "SSEAlgorithm") != "AES256" {
		t.Errorf("the configuration is %s", a.body)
	}
	body := pattern(100_000)
	f.encrypted(f.want(200, "PUT", "/media/a", body), "AES256")
	f.encrypted(f.want(200, "PUT", "/media/b", "", "X-Amz-Copy-Source", "/media/a"), "AES256")
	for _, key := range []string{"/media/a", "/media/b"} {
		if got := f.encrypted(f.want(200, "GET", key, ""), "AES256"); got.body != body {
			t.Errorf("%s differs", key)
		}
	}
	f.encrypted(f.want(200, "HEAD", "/media/a", ""), "AES256")
}

func TestASpaceCanRefuseKeysOfCustomers(t *testing.T) {
	f := newFixture(t, withMasters(t, false))
	f.want(200, "PUT", "/media", "")
	f.want(200, "PUT", "/media/before", "body", customer("k")...)
	block := "<ServerSideEncryptionConfiguration><Rule><BlockedEncryptionTypes><EncryptionType>SSE-C</EncryptionType></BlockedEncryptionTypes></Rule></ServerSideEncryptionConfiguration>"
	f.want(200, "PUT", "/media?encryption", block)
	if a := f.want(200, "GET", "/media?encryption", ""); first(a.body, "EncryptionType") != "SSE-C" {
		t.Errorf("the configuration is %s", a.body)
	}
	f.refuse(403, "AccessDenied", "PUT", "/media/after", "body", customer("k")...)
	f.refuse(403, "AccessDenied", "POST", "/media/after?uploads", "", customer("k")...)
	f.encrypted(f.want(200, "PUT", "/media/after", "body"), "")
	f.want(200, "GET", "/media/before", "", customer("k")...)
}

func TestThePolicyIsAskedBeforeTheHeadersOfEncryptionAreRead(t *testing.T) {
	f := newFixture(t, withMasters(t, false))
	f.want(200, "PUT", "/media", "")
	deny := func(operator, key, value string) {
		f.want(204, "PUT", "/media?policy", fmt.Sprintf(`{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:PutObject","Resource":"arn:aws:s3:::media/*","Condition":{%q:{%q:%q}}}]}`,
			operator, key, value))
	}
	deny("Null", "s3:x-amz-server-side-encryption-customer-algorithm", "true")
	f.refuse(403, "AccessDenied", "PUT", "/media/a", "body")
	f.want(200, "PUT", "/media/a", "body", customer("k")...)
	deny("StringNotEquals", "s3:x-amz-server-side-encryption-customer-algorithm", "AES256")
	f.refuse(403, "AccessDenied", "PUT", "/media/a", "body", "X-Amz-Server-Side-Encryption-Customer-Algorithm", "AES192")
	deny("StringNotEquals", "s3:x-amz-server-side-encryption", "AES256")
	f.refuse(403, "AccessDenied", "PUT", "/media/a", "body", "X-Amz-Server-Side-Encryption", "aws:kms")
	f.encrypted(f.want(200, "PUT", "/media/a", "body", "X-Amz-Server-Side-Encryption", "AES256"), "AES256")
}

func TestEachVersionHasItsOwnKey(t *testing.T) {
	f := withSpace(t)
	f.want(200, "PUT", "/media?versioning", "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>")
	old := f.want(200, "PUT", "/media/a", "old", customer("k")...).Header.Get("X-Amz-Version-Id")
	f.want(200, "PUT", "/media/a", "new", customer("o")...)
	if got := f.want(200, "GET", "/media/a?versionId="+old, "", customer("k")...); got.body != "old" {
		t.Errorf("the old version is %q", got.body)
	}
	f.refuse(403, "AccessDenied", "GET", "/media/a?versionId="+old, "", customer("o")...)
	f.want(200, "PUT", "/media/a", "", append(sourceCustomer("k"), "X-Amz-Copy-Source", "/media/a?versionId="+old)...)
	if got := f.want(200, "GET", "/media/a", ""); got.body != "old" {
		t.Errorf("the version that was brought back is %q", got.body)
	}
}
