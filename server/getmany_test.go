package server_test

import (
	"archive/tar"
	"crypto/md5"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
)

const namedAt = "/media?archive=tar"

// named is a GetObjects document; a key may be followed by a tab and its ETag.
func named(keys ...string) string {
	var b strings.Builder
	b.WriteString("<GetObjects>")
	for _, key := range keys {
		key, etag, _ := strings.Cut(key, "\t")
		b.WriteString("<Object><Key>")
		_ = xml.EscapeText(&b, []byte(key))
		b.WriteString("</Key>")
		if etag != "" {
			b.WriteString("<ETag>" + etag + "</ETag>")
		}
		b.WriteString("</Object>")
	}
	return b.String() + "</GetObjects>"
}

// brought tells of each member of an answer: its key, and its body or the code of its error.
func brought(t *testing.T, body string) (all []string) {
	t.Helper()
	for r, n := tar.NewReader(strings.NewReader(body)), 0; ; n++ {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil || h.Name != fmt.Sprint(n) {
			t.Fatalf("member %d is %+v: %v", n, h, err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		p := h.PAXRecords
		if p["spaces.code"] == "" && p["spaces.etag"] != fmt.Sprintf("%x", md5.Sum(text)) {
			t.Errorf("%q has the ETag %q", p["spaces.key"], p["spaces.etag"])
		}
		all = append(all, p["spaces.key"]+"="+p["spaces.code"]+string(text))
	}
}

func wantBrought(t *testing.T, body string, want ...string) {
	t.Helper()
	if got := brought(t, body); strings.Join(got, "|") != strings.Join(want, "|") {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestObjectsThatAreNamedComeInOneAnswer(t *testing.T) {
	f := withSpace(t)
	f.fill("a", "folder/")
	f.want(200, "PUT", "/media/b", "bb")
	f.want(200, "PUT", "/media/timed", "timed", "X-Amz-Meta-Mtime", "1700000000.5")
	f.want(200, "PUT", "/media/large", pattern(256<<10+1))
	f.want(200, "PUT", "/media/whole", pattern(256<<10))
	f.want(200, "PUT", "/media/locked", "secret", customer("k")...)
	long := strings.Repeat("k", 1024)
	odd := []string{"/abs", "a//b", `a\..\b`, "%2F", "%2e%2e/x", "CON", "é\u202e", "e\u0301", long, "a b", "&<>\"'", "\x01\x1b[31m"}
	for _, key := range odd {
		if !strings.ContainsAny(key, "\x01") { // XML has no such character
			f.want(200, "PUT", target("media", key), "of "+key)
		}
	}
	a := f.want(200, "POST", namedAt, named("b", "a", "none", "timed", "b"))
	wantBrought(t, a.body, "b=bb", "a=x", "none=NoSuchKey", "timed=timed", "b=bb")
	if got := a.Header.Get("Content-Type"); got != "application/x-tar" {
		t.Error(got)
	}
	for r := tar.NewReader(strings.NewReader(a.body)); ; {
		h, err := r.Next()
		if err != nil {
			t.Fatal("timed did not come:", err)
		}
		if h.PAXRecords["spaces.key"] == "timed" {
			if h.PAXRecords["spaces.mtime"] != "1700000000.5" || time.Since(h.ModTime) > time.Hour || h.ModTime.Nanosecond() != 0 {
				t.Errorf("%+v", h)
			}
			break
		}
	}
	wantBrought(t, f.want(200, "POST", namedAt, named("large", "whole", "locked", "folder/")).body,
		"large=EntityTooLarge", "whole="+pattern(256<<10), "locked=InvalidRequest", "folder/=x")
	var want, ask []string
	for _, key := range odd[:len(odd)-1] {
		ask, want = append(ask, key), append(want, key+"=of "+key)
	}
	wantBrought(t, f.want(200, "POST", namedAt, named(ask...)).body, want...)
	wantBrought(t, f.want(200, "POST", namedAt, named("../x", "a", strings.Repeat("k", 1025))).body, "../x=InvalidURI", "a=x", strings.Repeat("k", 1025)+"=KeyTooLongError")
	etag := f.want(200, "HEAD", "/media/a", "").Header.Get("Etag")
	wantBrought(t, f.want(200, "POST", namedAt, named("a\t"+etag, "b\t"+etag, "none\t"+etag)).body, "a=x", "b=PreconditionFailed", "none=NoSuchKey")
}

func TestBadDocumentsOfGetObjectsAreRefused(t *testing.T) {
	f := withSpace(t)
	f.fill("a")
	many := strings.Fields(strings.Repeat("a ", 1001))
	f.want(200, "POST", namedAt, named(many[1:]...))
	for _, doc := range []string{"", "x", "<GetObjects/>", "<Other><Object><Key>a</Key></Object></Other>", "<GetObjects><Object/></GetObjects>", named(""), named(many...),
		"<GetObjects><Object><Key>a</Key><Key>b</Key></Object></GetObjects>", "<GetObjects><Object><Key>a</Key><VersionId>x</VersionId></Object></GetObjects>"} {
		f.refuse(400, "MalformedXML", "POST", namedAt, doc)
	}
	f.refuse(400, "InvalidArgument", "POST", "/media?archive=zip", named("a"))
	f.refuse(404, "NoSuchBucket", "POST", "/other?archive=tar", named("a"))
	f.refuse(501, "NotImplemented", "POST", "/media/a?archive=tar", named("a"))
	f.refuse(501, "NotImplemented", "POST", namedAt, named("a"), customer("k")...)
}

// Who may not read it by itself may not in a batch, and learns no more.
func TestEachObjectOfAGetObjectsIsDecidedOnItsOwn(t *testing.T) {
	f := newFixture(t, withRing)
	f.want(200, "PUT", "/media", "")
	f.fill("open/a", "closed/a")
	reader, stranger := f.newKey("reader", readOnly("media")), f.newKey("other", readOnly("elsewhere"))
	doc := named("open/a", "closed/a", "none")
	wantBrought(t, f.as(reader, "POST", namedAt, doc).body, "open/a=x", "closed/a=x", "none=NoSuchKey")
	if a := f.as(stranger, "POST", namedAt, doc); a.StatusCode != 403 {
		t.Error(a.StatusCode, a.body)
	}
	f.setPolicy(statement("Deny", "GetObject", "media/closed/*", ""), statement("Allow", "GetObject", "media/open/*", ""))
	wantBrought(t, f.as(reader, "POST", namedAt, doc).body, "open/a=x", "closed/a=AccessDenied", "none=NoSuchKey")
	wantBrought(t, f.do("POST", namedAt, doc).body, "open/a=x", "closed/a=AccessDenied", "none=NoSuchKey")
	wantBrought(t, f.as(stranger, "POST", namedAt, doc).body, "open/a=x", "closed/a=AccessDenied", "none=AccessDenied")
	if a := f.anonymous("POST", namedAt, doc); a.StatusCode != 403 {
		t.Error("anonymous:", a.StatusCode, a.body)
	}
}

// Damage is an error in its place, and never bytes.
func TestADamagedObjectOfAGetObjectsKeepsNoOther(t *testing.T) {
	fs := vfs.NewMem()
	f := newFixtureOn(t, fs)
	f.want(200, "PUT", "/media", "")
	f.fill("a", "z")
	f.want(200, "PUT", "/media/blob", pattern(200<<10))
	if damage(t, fs, "data/blobs") != 1 {
		t.Fatal("there are other files than a blob")
	}
	wantBrought(t, f.want(200, "POST", namedAt, named("a", "blob", "z")).body, "a=x", "blob=InternalError", "z=x")
}
