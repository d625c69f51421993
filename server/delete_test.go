package server_test

import (
	"fmt"
	"strings"
	"testing"
)

func TestDeleteIsIdempotent(t *testing.T) {
	f := withSpace(t)
	f.want(200, "PUT", "/media/a", "x")
	f.want(204, "DELETE", "/media/a", "")
	f.want(204, "DELETE", "/media/a", "")
	f.refuse(404, "NoSuchBucket", "DELETE", "/other/a", "")
}

func TestDeleteObjectsReportsEachKey(t *testing.T) {
	f := withSpace(t)
	f.fill("a", "b", "c", "d")
	etag := f.want(200, "HEAD", "/media/c", "").Header.Get("Etag")
	doc := `<Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Object><Key>a</Key></Object><Object><Key>missing</Key></Object>
		<Object><Key>b</Key><VersionId>null</VersionId></Object><Object><Key>d</Key><VersionId>other</VersionId></Object>
		<Object><Key>c</Key><ETag>"wrong"</ETag></Object></Delete>`
	a := f.want(200, "POST", "/media?delete", doc)
	if got := strings.Join(between(a.body, "Code"), " "); got != "NoSuchVersion PreconditionFailed" || len(between(a.body, "Deleted")) != 3 {
		t.Error(a.body)
	}
	a = f.want(200, "POST", "/media/?delete", `<Delete><Quiet>true</Quiet><Object><Key>c</Key><ETag>`+etag+`</ETag></Object><Object><Key>d</Key></Object></Delete>`)
	if len(between(a.body, "Key")) != 0 {
		t.Error(a.body)
	}
	f.page("", nil, nil, false)
}

func deleteDoc(n int) string {
	var b strings.Builder
	b.WriteString("<Delete>")
	for i := range n {
		fmt.Fprintf(&b, "<Object><Key>%d</Key></Object>", i)
	}
	return b.String() + "</Delete>"
}

func TestDeleteObjectsTakesAThousandKeysAndNoMore(t *testing.T) {
	f := withSpace(t)
	f.fill("0", "999")
	f.want(200, "POST", "/media?delete", deleteDoc(1000))
	f.page("", nil, nil, false)
	f.refuse(400, "MalformedXML", "POST", "/media?delete", deleteDoc(1001))
	var long strings.Builder // the largest there can be
	long.WriteString("<Delete><Quiet>true</Quiet>")
	for i := range 1000 {
		fmt.Fprintf(&long, "<Object><Key>%04d%s</Key></Object>", i, strings.Repeat("&#x1;", 1020))
	}
	f.want(200, "POST", "/media?delete", long.String()+"</Delete>")
}

func TestBadDocumentsOfADeleteAreRefused(t *testing.T) {
	f := withSpace(t)
	f.fill("a")
	for _, doc := range []string{
		"", "x", "<Delete/>", "<Delete></Delete>", "<Delete><Object/></Delete>", "<Delete><Object><Key></Key></Object></Delete>", "<Delete><Object><Key>a</Key></Object>",
		"<Delete><Object><Key>a</Key><Key>b</Key></Object></Delete>", "<Delete><Object><Key>a</Key></Object></Delete><x/>", "<Other><Object><Key>a</Key></Object></Other>",
		"<Delete><Quiet>maybe</Quiet><Object><Key>a</Key></Object></Delete>", "<Delete><Thing/><Object><Key>a</Key></Object></Delete>",
		"<!DOCTYPE x><Delete><Object><Key>a</Key></Object></Delete>", "<Delete><Object><Key>a&b;</Key></Object></Delete>", "<Delete><Object><Key>a&#0;</Key></Object></Delete>",
		"<Delete><Object><Key>\xff</Key></Object></Delete>", "<Delete>text<Object><Key>a</Key></Object></Delete>", "<Delete a=b><Object><Key>a</Key></Object></Delete>",
	} {
		f.refuse(400, "MalformedXML", "POST", "/media?delete", doc)
	}
	doc := deleteDoc(1)
	f.refuse(400, "BadDigest", "POST", "/media?delete", doc, "Content-MD5", md5Base64("other"))
	f.refuse(400, "InvalidDigest", "POST", "/media?delete", doc, "Content-MD5", "x")
	f.refuse(400, "BadDigest", "POST", "/media?delete", doc, "X-Amz-Checksum-Crc32", digest("CRC32", "other"))
	f.want(200, "GET", "/media/a", "")
	f.want(200, "POST", "/media?delete", doc, "Content-MD5", md5Base64(doc))
	f.want(200, "POST", "/media?delete", doc, "X-Amz-Checksum-Crc32", digest("CRC32", doc))
}
