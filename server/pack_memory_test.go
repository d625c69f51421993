package server_test

import (
	"archive/tar"
	"fmt"
	"strings"
	"testing"
)

const tell = "X-Amz-Meta-Snowball-Tell"

// An archive that is small enough to be unpacked in memory stores nothing when it is not whole, wherever it ends or is broken.
func TestASmallArchiveThatIsNotWholeStoresNothing(t *testing.T) {
	f := withSpace(t)
	before := f.dump()
	whole := archived(file("a", "one").with("Content-Type", "text/css"), file("b", strings.Repeat("two", 1000)), file("c", "three"), file("d", strings.Repeat("4", 100_000)))
	content := len(whole) - 1024 // the end are zeros, which may be missing
	for n := 1; n < content; n += 97 {
		if strings.Trim(whole[n:(n+511)/512*512], "\x00") == "" {
			continue // only zeros are missing, with which blocks are filled up
		}
		f.refused(f.pack(whole[:n], tell, "true"), 400, "BadRequest")
	}
	for _, at := range []int{0, 100, 148, 1024 + 124, content - 100_352 - 512 + 1} { // in headers
		broken := []byte(whole)
		broken[at] ^= 1
		f.refused(f.pack(string(broken), tell, "true"), 400, "BadRequest")
	}
	f.refused(f.pack(whole, tell, "true", "Content-MD5", md5Base64("other")), 400, "BadDigest")
	f.refused(f.pack(whole, tell, "true", crcHeader, digest("CRC32", "other")), 400, "BadDigest")
	if f.dump() != before {
		t.Error("something was stored")
	}
	f.expect(f.told(whole, "Content-MD5", md5Base64(whole)), "a", "b", "c", "d")
	f.isIn("d", strings.Repeat("4", 100_000))
}

// What an archive is packed in, and how large it is, makes no difference to what becomes of its members.
func TestASmallArchiveIsUnpackedAsALargeOne(t *testing.T) {
	for name, compress := range compressions {
		f := withSpace(t)
		f.expect(f.told(compress(archived(file("a", "one"), file("empty", ""), file("b", strings.Repeat("x", 100_000))))), "a", "empty", "b")
		f.isIn("a", "one")
		f.isIn("b", strings.Repeat("x", 100_000))
		if t.Failed() {
			t.Fatal(name)
		}
	}
	f := withSpace(t)
	f.expect(f.told(sparse("holes", 1<<20)), "holes")
	f.isIn("holes", strings.Repeat("\x00", 1<<20))
	f.refused(f.pack(sparse("more", 1<<40), tell, "true"), 400, "EntityTooLarge")
	f.expect(f.told(archived(file("large", strings.Repeat("y", 9<<20)), file("last", "z"))), "large", "last")
	f.isIn("last", "z")
	named := archived(special(tar.TypeDir, "dir", ""), file("next", "body"))
	sized := []byte(named)
	copy(sized[124:136], fmt.Sprintf("%011o\x00", 4))
	resum(sized[:512])
	if a := f.pack(string(sized), tell, "true"); a.StatusCode == 200 {
		if got := f.want(200, "GET", "/media/dir/", ""); got.body != "" {
			t.Errorf("a directory holds %q", got.body)
		}
	}
}

// Members of a small archive are encrypted and locked as bodies are.
func TestMembersOfASmallArchiveAreEncrypted(t *testing.T) {
	f := withSpace(t)
	secret := customer("a")
	large := strings.Repeat("secret", 50_000)
	if a := f.pack(archived(file("a", "small"), file("b", large)), append(secret, tell, "true")...); a.StatusCode != 200 {
		t.Fatal(a.StatusCode, a.body)
	}
	for key, want := range map[string]string{"a": "small", "b": large} {
		f.refuse(400, "InvalidRequest", "GET", "/media/"+key, "")
		if a := f.want(200, "GET", "/media/"+key, "", secret...); a.body != want {
			t.Errorf("%s: %d bytes", key, len(a.body))
		}
	}
}
