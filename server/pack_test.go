package server_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/klauspost/compress/s2"
	"github.com/klauspost/compress/zstd"
)

const extract = "X-Amz-Meta-Snowball-Auto-Extract"

// packed is a member of an archive.
type packed struct {
	tar.Header
	body string
}

func file(name, body string) packed {
	return packed{tar.Header{Typeflag: tar.TypeReg, Name: name, Size: int64(len(body)), Mode: 0o644}, body}
}

// with gives a member headers of its own, in pairs.
func (p packed) with(headers ...string) packed {
	p.Format, p.PAXRecords = tar.FormatPAX, map[string]string{}
	for i := 0; i < len(headers); i += 2 {
		p.PAXRecords["minio.metadata."+headers[i]] = headers[i+1]
	}
	return p
}

func special(kind byte, name, to string) packed {
	return packed{tar.Header{Typeflag: kind, Name: name, Linkname: to, Mode: 0o644}, ""}
}

// archived is an archive with an end.
func archived(members ...packed) string {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, m := range members {
		if err := w.WriteHeader(&m.Header); err != nil {
			panic(err)
		}
		if _, err := io.WriteString(w, m.body); err != nil {
			panic(err)
		}
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return b.String()
}

// compressions are all in which an archive may come.
var compressions = map[string]func(string) string{
	"plain": func(s string) string { return s },
	"gzip": func(s string) string {
		return squeezed(s, func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) })
	},
	"zstd": func(s string) string {
		return squeezed(s, func(w io.Writer) io.WriteCloser { z, _ := zstd.NewWriter(w); return z })
	},
	"s2": func(s string) string { return squeezed(s, func(w io.Writer) io.WriteCloser { return s2.NewWriter(w) }) },
	"snappy": func(s string) string {
		return squeezed(s, func(w io.Writer) io.WriteCloser { return s2.NewWriter(w, s2.WriterSnappyCompat()) })
	},
}

func squeezed(s string, to func(io.Writer) io.WriteCloser) string {
	var b bytes.Buffer
	w := to(&b)
	io.WriteString(w, s)
	w.Close()
	return b.String()
}

// pack sends an archive.
func (f *fixture) pack(body string, headers ...string) answer {
	f.Helper()
	return f.do("PUT", "/media/pack.tar", body, append([]string{extract, "true"}, headers...)...)
}

// told is what became of each member, in the order of the archive.
func (f *fixture) told(body string, headers ...string) (list []string) {
	f.Helper()
	a := f.pack(body, append(headers, "X-Amz-Meta-Snowball-Tell", "true")...)
	var doc struct {
		XMLName xml.Name
		All     []struct {
			XMLName               xml.Name
			Key, ETag, Code, Size string
		} `xml:",any"`
	}
	if err := xml.Unmarshal([]byte(a.body), &doc); err != nil || a.StatusCode != 200 || doc.XMLName.Local != "PutObjectExtractResult" {
		f.Fatalf("%d %s, %v", a.StatusCode, a.body, err)
	}
	for _, m := range doc.All {
		if m.Code != "" {
			list = append(list, m.Key+" "+m.Code)
		} else if head := f.want(200, "HEAD", "/media/"+escaped(m.Key), ""); m.ETag != head.Header.Get("Etag") || m.Size != head.Header.Get("Content-Length") {
			f.Errorf("%q: told %s and %s, it has %v", m.Key, m.ETag, m.Size, head.Header)
		} else {
			list = append(list, m.Key)
		}
	}
	return list
}

func escaped(key string) string {
	var b strings.Builder
	for i := range len(key) {
		fmt.Fprintf(&b, "%%%02X", key[i])
	}
	return b.String()
}

func (f *fixture) expect(got []string, want ...string) {
	f.Helper()
	if fmt.Sprintf("%q", got) != fmt.Sprintf("%q", want) {
		f.Errorf("%q, want %q", got, want)
	}
}

func (f *fixture) isIn(key, body string) answer {
	f.Helper()
	a := f.want(200, "GET", "/media/"+escaped(key), "")
	if a.body != body {
		f.Errorf("%q: %.40q, want %.40q", key, a.body, body)
	}
	return a
}

func TestTheMembersOfAnArchiveBecomeObjects(t *testing.T) {
	large := strings.Repeat("0123456789abcdef", 20_000)
	for name, compress := range compressions {
		f := withSpace(t)
		body := compress(archived(file("a", "one"), file("dir/b", large), file("empty", ""), file("c", "three")))
		a := f.pack(body)
		if a.StatusCode != 200 || a.body != "" || a.Header.Get("Etag") != `"`+etagOf(body)+`"` {
			t.Errorf("%s: %d %v %s", name, a.StatusCode, a.Header, a.body)
		}
		f.isIn("a", "one")
		f.isIn("dir/b", large)
		f.isIn("empty", "")
		if got := f.isIn("c", "three"); got.Header.Get("Content-Type") != "binary/octet-stream" || got.Header.Get("Etag") != `"`+etagOf("three")+`"` {
			t.Errorf("%s: %v", name, got.Header)
		}
		f.refuse(404, "NoSuchKey", "GET", "/media/pack.tar", "")
	}
}

// Names are keys, and never paths. What archivers put before them is not part of them.
func TestNamesInAnArchiveAreKeys(t *testing.T) {
	long := strings.Repeat("k", 1024)
	for _, c := range []struct{ name, want string }{
		{"a/../b", "a/../b"}, {"a//b", "a//b"}, {"a/./b", "a/./b"}, {`a\b`, `a\b`}, {"CON", "CON"}, {"%2e%2e/x", "%2e%2e/x"}, {"é", "é"},
		{long, long}, {"./a", "a"}, {"/etc/passwd", "etc/passwd"}, {"././/a", "a"}, {".hidden", ".hidden"}, {"?versionId=x", "?versionId=x"},
		{"../x", "../x InvalidURI"}, {"a/../../x", "a/../../x InvalidURI"}, {"..", ".. InvalidURI"}, {"/../x", "../x InvalidURI"}, {"./../x", "../x InvalidURI"},
		{long + "k", long + "k KeyTooLongError"},
	} {
		f := withSpace(t)
		f.expect(f.told(archived(file(c.name, "x"), file("last", "y"))), c.want, "last")
	}
	f := withSpace(t)
	if a := f.pack(archived(file("a\x1b[31m", "x"))); a.StatusCode != 200 {
		t.Error(a.StatusCode, a.body)
	}
	f.isIn("a\x1b[31m", "x")
	f.expect(f.told(archived(file("b", "x"), file("../b", "y")), "X-Amz-Meta-Minio-Snowball-Prefix", "/a/c"), "a/c/b", "a/c/../b")
	f.expect(f.told(archived(file("b", "x")), "X-Amz-Meta-Snowball-Prefix", "p/"), "p/b")
	f.expect(f.told(archived(file(long, "x")), "X-Amz-Meta-Snowball-Prefix", "p"), "p/"+long+" KeyTooLongError")
}

// Only files have bodies to be stored; directories become the objects that stand for folders.
func TestWhatIsNoFileInAnArchive(t *testing.T) {
	all := archived(special(tar.TypeDir, "./", ""), special(tar.TypeDir, "dir", ""), special(tar.TypeSymlink, "soft", "/etc/passwd"), special(tar.TypeLink, "hard", "../../x"),
		special(tar.TypeChar, "char", ""), special(tar.TypeBlock, "block", ""), special(tar.TypeFifo, "fifo", ""),
		packed{tar.Header{Typeflag: tar.TypeXGlobalHeader, Name: "global", PAXRecords: map[string]string{"comment": "x"}}, ""}, file("file", "x"))
	bad := []string{"soft InvalidArgument", "hard InvalidArgument", "char InvalidArgument", "block InvalidArgument", "fifo InvalidArgument", "file"}
	f := withSpace(t)
	f.expect(f.told(all), append([]string{"dir/"}, bad...)...)
	f = withSpace(t)
	f.expect(f.told(all, "X-Amz-Meta-Minio-Snowball-Ignore-Dirs", "true"), bad...)
}

// Members that fail are named, and all others are stored.
func TestMembersThatFailAreNamed(t *testing.T) {
	f := withSpace(t)
	body := archived(file("a", "x"), file("../1", "x"), file("../2", "x"), file("../3", "x"), file("../4", "x"), file("../5", "x"), file("../6", "x"), file("../7", "x"), file("b", "y"))
	a := f.refused(f.pack(body), 400, "InvalidURI")
	for _, want := range []string{"7 of the 9 members", "../5", "and 2 more", "<Stored>2</Stored>", "<Failed>7</Failed>"} {
		if !strings.Contains(a.body, want) {
			t.Errorf("%s is not in %s", want, a.body)
		}
	}
	f.isIn("a", "x")
	f.isIn("b", "y")
	if a := f.pack(body, "X-Amz-Meta-Minio-Snowball-Ignore-Errors", "true"); a.StatusCode != 200 {
		t.Error(a.StatusCode, a.body)
	}
}

// Of two members with a name the later one counts, in one commit or in several.
func TestOfTwoMembersWithANameTheLaterCounts(t *testing.T) {
	f := withSpace(t)
	large := strings.Repeat("x", 100_000)
	body := archived(file("a", "1"), file("b", large), file("a", "2"), file("b", large+"y"), file("c", strings.Repeat("z", 5<<20)), file("a", "3"))
	if a := f.pack(body); a.StatusCode != 200 {
		t.Fatal(a.StatusCode, a.body)
	}
	f.isIn("a", "3")
	f.isIn("b", large+"y")
	f = withSpace(t)
	f.want(200, "PUT", "/media?versioning", documents["PutBucketVersioning"])
	f.expect(f.told(archived(file("b", "x"))), "b")
	if a := f.pack(body, "X-Amz-Meta-Snowball-Tell", "true"); a.StatusCode != 200 || len(between(a.body, "VersionId")) != 6 {
		t.Error(a.StatusCode, a.body)
	}
	if list := f.want(200, "GET", "/media?versions", ""); len(between(list.body, "Version")) != 7 {
		t.Error(list.body)
	}
}

// An archive that is not whole stores nothing: neither what the request refutes, nor what the archive itself does.
func TestAnArchiveThatIsNotWholeStoresNothing(t *testing.T) {
	f := withSpace(t)
	before := f.dump()
	whole := archived(file("a", "one"), file("b", strings.Repeat("two", 1000)), file("c", "three"))
	flipped := []byte(whole)
	flipped[1024+512+3072+100] ^= 1 // in the header of c
	f.refused(f.pack(string(flipped)), 400, "BadRequest")
	for _, n := range []int{1, 511, 513, 1030, 3000, 1024 + 512 + 3072 + 512 + 2} {
		f.refused(f.pack(whole[:n]), 400, "BadRequest")
	}
	for name, compress := range compressions {
		if name == "plain" {
			continue
		}
		body := compress(whole)
		f.refused(f.pack(body[:len(body)-3]), 400, "BadRequest")
		broken := []byte(body)
		broken[len(body)-6] ^= 0x55
		if a := f.pack(string(broken)); a.StatusCode != 400 {
			t.Errorf("%s: %d %s", name, a.StatusCode, a.body)
		}
	}
	f.refused(f.pack(strings.Repeat("no archive", 100)), 400, "BadRequest")
	f.refused(f.pack(whole, "Content-MD5", md5Base64("other")), 400, "BadDigest")
	f.refused(f.pack(whole, crcHeader, digest("CRC32", "other")), 400, "BadDigest")
	many := make([]packed, 2001)
	for i := range many {
		many[i] = file(fmt.Sprint(i), "")
	}
	f.refused(f.pack(archived(many...), "X-Amz-Meta-Snowball-Tell", "true"), 400, "InvalidRequest")
	f.refused(f.anonymous("PUT", "/media/pack.tar", whole, extract, "true"), 403, "AccessDenied")
	if f.dump() != before {
		t.Error("something was stored")
	}
	f.want(200, "PUT", "/media/archive.tar", whole, extract, "false") // is an object
	f.isIn("archive.tar", whole)
}

// What is large only when it is unpacked is not stored: in a compressed stream, or in the holes of a sparse file.
func TestABombIsRefused(t *testing.T) {
	f := withSpace(t)
	before := f.dump()
	small := archived(file("first", "x"))[:1024]
	head := file("zeros", "")
	head.Size = 150 << 20
	var large bytes.Buffer
	tar.NewWriter(&large).WriteHeader(&head.Header)
	for what, start := range map[string]string{"a member": small + large.String(), "what follows the end": small} {
		for name, to := range map[string]func(io.Writer) io.WriteCloser{
			"gzip": func(w io.Writer) io.WriteCloser { z, _ := gzip.NewWriterLevel(w, gzip.BestSpeed); return z },
			"zstd": func(w io.Writer) io.WriteCloser { z, _ := zstd.NewWriter(w); return z },
		} {
			var bomb bytes.Buffer
			w := to(&bomb)
			io.Copy(w, io.MultiReader(strings.NewReader(start), io.LimitReader(zeroes{}, 150<<20)))
			w.Close()
			f.refused(f.pack(bomb.String()), 400, "EntityTooLarge")
			if f.dump() != before {
				t.Errorf("%s, %s: something was stored", name, what)
			}
		}
	}
	f.refused(f.pack(sparse("holes", 1<<40)), 400, "EntityTooLarge")
	if f.dump() != before {
		t.Error("something was stored")
	}
	if a := f.pack(sparse("holes", 1<<20)); a.StatusCode != 200 {
		t.Fatal(a.StatusCode, a.body)
	}
	f.isIn("holes", strings.Repeat("\x00", 1<<20))
}

type zeroes struct{}

func (zeroes) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// sparse is an archive with a file of nothing but a hole, in the format of PAX 0.1 (GNU tar manual, "Storing Sparse Files").
func sparse(name string, size int64) string {
	records := ""
	for _, r := range []string{"GNU.sparse.size=" + fmt.Sprint(size), "GNU.sparse.numblocks=1", "GNU.sparse.map=" + fmt.Sprint(size) + ",0"} {
		n := len(r) + 4
		if len(fmt.Sprint(n)) > 2 {
			n++
		}
		records += fmt.Sprintf("%d %s\n", n, r)
	}
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	h := tar.Header{Typeflag: tar.TypeReg, Name: "PaxHeaders/x", Size: int64(len(records)), Mode: 0o644, Format: tar.FormatUSTAR}
	w.WriteHeader(&h)
	io.WriteString(w, records)
	w.Flush()
	pax := b.Bytes()
	pax[156] = 'x'
	resum(pax[:512])
	return string(pax) + archived(file(name, ""))
}

// resum writes the checksum of a header anew.
func resum(header []byte) {
	copy(header[148:156], "        ")
	sum := 0
	for _, c := range header {
		sum += int(c)
	}
	copy(header[148:156], fmt.Sprintf("%06o\x00 ", sum))
}

// What a member says of itself goes with it, and what the request says of all.
func TestHeadersOfMembers(t *testing.T) {
	f := withSpace(t)
	body := archived(file("a", "x").with("Content-Type", "text/css", "x-amz-meta-Colour", "blue", "Cache-Control", "no-store", "X-Amz-Tagging", "k=v", "X-Amz-Storage-Class", "STANDARD_IA"),
		file("b", "y"), file("c", "z").with("X-Amz-Acl", "public-read"), file("d", "z").with("X-Amz-Meta-Big", strings.Repeat("x", 3000)),
		file("e", "z").with("content-type", "a", "Content-Type", "b"), file("f", "z").with("x-amz-meta-a b", "b"))
	f.expect(f.told(body, "X-Amz-Acl", "public-read", "X-Amz-Tagging", "all=yes", "X-Amz-Meta-Mine", "archive"),
		"a", "b", "c NotImplemented", "d MetadataTooLarge", "e InvalidArgument", "f InvalidArgument")
	a := f.isIn("a", "x")
	for name, want := range map[string]string{"Content-Type": "text/css", "X-Amz-Meta-Colour": "blue", "Cache-Control": "no-store", "X-Amz-Storage-Class": "STANDARD_IA", "X-Amz-Meta-Mine": ""} {
		if got := a.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if a := f.want(200, "GET", "/media/a?tagging", ""); first(a.body, "Value") != "v" {
		t.Error(a.body)
	}
	if a := f.want(200, "GET", "/media/b?tagging", ""); first(a.body, "Value") != "yes" {
		t.Error(a.body)
	}
	if a := f.anonymous("GET", "/media/b", ""); a.StatusCode != 200 || a.body != "y" {
		t.Error(a.StatusCode, a.body)
	}
	versioned := file("v", "x")
	versioned.Format, versioned.PAXRecords = tar.FormatPAX, map[string]string{"minio.versionId": "0123456789abcdef"}
	f.expect(f.told(archived(versioned)), "v NotImplemented")
}

// A condition is of each member.
func TestConditionsOfAnArchive(t *testing.T) {
	f := withSpace(t)
	f.want(200, "PUT", "/media/b", "old")
	f.expect(f.told(archived(file("a", "x"), file("b", "new"), file("a", "y"), file("c", "z")), "If-None-Match", "*"), "a", "b PreconditionFailed", "a PreconditionFailed", "c")
	f.isIn("a", "x")
	f.isIn("b", "old")
}

// Each member is decided on as a PUT of its own key with the same headers.
func TestEachMemberIsDecidedOnItsOwn(t *testing.T) {
	body := archived(file("open/a", "x"), file("closed/b", "y"), file("open/c", "z"))
	f := withSpace(t)
	f.setPolicy(statement("Deny", "PutObject", "media/closed/*", ""))
	f.expect(f.told(body), "open/a", "closed/b AccessDenied", "open/c")
	f = withSpace(t)
	f.setPolicy(statement("Deny", "PutObjectTagging", "media/closed/*", ""))
	f.expect(f.told(body, "X-Amz-Tagging", "a=b"), "open/a", "closed/b AccessDenied", "open/c")
	f.expect(f.told(archived(file("closed/b", "y").with("X-Amz-Tagging", "a=b"))), "closed/b AccessDenied")

	f = newFixture(t, withRing)
	f.want(200, "PUT", "/media", "")
	reader, before := f.newKey("reader", readOnly("media")), f.dump()
	put := func(headers ...string) answer {
		return f.as(reader, "PUT", "/media/pack.tar", body, append([]string{extract, "true"}, headers...)...)
	}
	f.refused(put(), 403, "AccessDenied")
	if f.dump() != before {
		t.Error("a reader stored something")
	}
	f.setPolicy(statement("Allow", "PutObject", "media/open/*", ""))
	f.refused(put(), 403, "AccessDenied") // as MinIO: who may write below a prefix only has to name it
	f.refused(put("X-Amz-Meta-Snowball-Prefix", "closed"), 403, "AccessDenied")
	if a := put("X-Amz-Meta-Snowball-Prefix", "open"); a.StatusCode != 200 {
		t.Error(a.StatusCode, a.body)
	}
	f.isIn("open/closed/b", "y")
	f.refused(put("X-Amz-Meta-Snowball-Prefix", "open", "X-Amz-Acl", "public-read"), 403, "AccessDenied")
}

// An archive in a Space with a default retention gives each member that, and needs a digest as any body there.
func TestMembersAreLockedAndEncryptedAsBodiesAre(t *testing.T) {
	f := withSpace(t)
	secret := customer("a")
	large := strings.Repeat("secret", 50_000)
	if a := f.pack(archived(file("a", "small"), file("b", large)), secret...); a.StatusCode != 200 {
		t.Fatal(a.StatusCode, a.body)
	}
	for key, want := range map[string]string{"a": "small", "b": large} {
		f.refuse(400, "InvalidRequest", "GET", "/media/"+key, "")
		if a := f.want(200, "GET", "/media/"+key, "", secret...); a.body != want {
			t.Errorf("%s: %d bytes", key, len(a.body))
		}
	}
	f.want(200, "PUT", "/locked", "", "X-Amz-Bucket-Object-Lock-Enabled", "true")
	f.want(200, "PUT", "/locked?object-lock", "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention><Mode>GOVERNANCE</Mode><Days>1</Days></DefaultRetention></Rule></ObjectLockConfiguration>")
	body := archived(file("a", "x"), file("b", "y"))
	f.refuse(400, "InvalidRequest", "PUT", "/locked/pack.tar", body, extract, "true")
	f.want(200, "PUT", "/locked/pack.tar", body, extract, "true", "Content-MD5", md5Base64(body))
	for _, key := range []string{"a", "b"} {
		if a := f.want(200, "GET", "/locked/"+key+"?retention", ""); first(a.body, "Mode") != "GOVERNANCE" {
			t.Error(a.body)
		}
	}
}

// A copy is a copy, whatever the metadata that it is to have.
func TestACopyWithTheMetadataOfAnArchiveIsACopy(t *testing.T) {
	f := withSpace(t)
	f.want(200, "PUT", "/media/a", "x")
	f.want(200, "PUT", "/media/b", "", "X-Amz-Copy-Source", "/media/a", "X-Amz-Metadata-Directive", "REPLACE", extract, "true")
	f.isIn("b", "x")
}
