package server_test

import (
	"strings"
	"testing"
)

// What was public is nobody's business any more once it is in the trash, and the rename is all that it takes.
func TestStrangersHaveNothingToDoWithTheTrash(t *testing.T) {
	const batch = ".trash/20261126T220000Z-abcdef/"
	f := withSpace(t)
	f.want(200, "PUT", "/media/open", "x", "X-Amz-Acl", "public-read")
	f.want(200, "PUT", "/media/z", "x", "X-Amz-Acl", "public-read")
	f.want(200, "PUT", "/media?acl", "", "X-Amz-Acl", "public-read-write")
	f.setPolicy(statement("Allow", "GetObject PutObject DeleteObject", "media/*", ""), statement("Allow", "ListBucket ListBucketVersions ListBucketMultipartUploads", "media", ""))
	f.want(200, "POST", "/media?renameObjects", renames("open", batch+"open"))
	f.begin("/media/" + batch + "up")
	f.want(200, "GET", "/media/"+batch+"open", "")
	for _, r := range [][2]string{{"GET", batch + "open"}, {"HEAD", batch + "open"}, {"GET", batch + "none"}, {"DELETE", batch + "open"}, {"PUT", batch + "new"},
		{"GET", batch + "open?acl"}, {"GET", "%2etrash/20261126T220000Z-abcdef/open"}, {"GET", ".trash/other"}} {
		if a := f.anonymous(r[0], "/media/"+r[1], ""); a.StatusCode != 403 {
			t.Errorf("%s %s: %d %s", r[0], r[1], a.StatusCode, a.body)
		}
	}
	if a := f.anonymous("PUT", "/media/copy", "", "X-Amz-Copy-Source", "/media/"+batch+"open"); a.StatusCode != 403 {
		t.Errorf("a copy out of it: %d", a.StatusCode)
	}
	doc := "<Delete><Object><Key>" + batch + "open</Key></Object></Delete>"
	if a := f.anonymous("POST", "/media?delete", doc, "Content-Md5", md5Base64(doc)); !strings.Contains(a.body, "AccessDenied") {
		t.Errorf("a delete of many: %d %s", a.StatusCode, a.body)
	}
	for _, query := range []string{"?list-type=2", "", "?list-type=2&delimiter=/", "?list-type=2&prefix=.", "?list-type=2&prefix=" + batch, "?versions", "?versions&delimiter=/",
		"?uploads", "?uploads&delimiter=/", "?list-type=2&max-keys=1", "?list-type=2&start-after=.trash/"} {
		a := f.anonymous("GET", "/media"+query, "")
		if a.StatusCode != 200 || strings.Contains(strings.ReplaceAll(a.body, "<Prefix>"+batch+"</Prefix><", "<"), ".trash/2") || strings.Contains(a.body, "<CommonPrefixes>") {
			t.Errorf("%s: %d %s", query, a.StatusCode, a.body)
		}
		if public := !strings.Contains(query, "uploads") && !strings.Contains(query, "prefix="); public != strings.Contains(a.body, "<Key>z</Key>") {
			t.Errorf("%s: %s", query, a.body)
		}
	}
	f.want(200, "POST", "/media?renameObjects", renames(batch+"open", "open"))
	if a := f.anonymous("GET", "/media/open", ""); a.StatusCode != 200 {
		t.Errorf("it came back, and is %d", a.StatusCode)
	}
}
